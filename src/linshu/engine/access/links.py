"""Links by which people from outside the company log in: each good once and for a day, sent to whom it is for."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from linshu.engine.access.login import token_key
from linshu.engine.access.roles import STAFF
from linshu.engine.access.users import User, people
from linshu.engine.audit import Actor, write
from linshu.engine.state.instant import utc_now
from linshu.engine.state.tables import login_link, users
from linshu.kernel.errors import Conflict, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from linshu.engine.state import State

HOURS = 24
MOST_HOURS = 24 * 14


@dataclass(frozen=True, slots=True)
class Links:
    """The one-time links that were made; only their hashes are kept."""

    state: State
    now: Callable[[], datetime] = utc_now

    def make(self, user: User, *, by: Actor, hours: int = HOURS) -> str:
        """What stands behind /enter/ in a new link; Conflict for staff, whose password a link must not go round."""
        if user.job.menu in STAFF or not user.active:
            raise Conflict(
                Text("登录链接只给团长和供应商", "links are for leaders and suppliers"),
                mend=Text("员工请用密码登录。", "Staff log in with a password."),
            )
        token, moment = secrets.token_urlsafe(32), self.now()
        row = {
            "token_hash": token_key(token), "user_id": user.user_id, "created_at": moment,
            "expires_at": moment + timedelta(hours=min(max(1, hours), MOST_HOURS)),
        }  # fmt: skip
        with self.state.writing() as connection:
            # An older link that nobody used ends with the new one.
            mine = (login_link.c.user_id == user.user_id) & login_link.c.used_at.is_(None)
            connection.execute(delete(login_link).where(mine))
            connection.execute(insert(login_link), [row])
            write(connection, by, "link.make", f"user:{user.account}", at=moment, hours=hours)
        return token

    def whose(self, token: str) -> User:
        """Whom a link lets in; Missing when it was used, is too old, or never was one. Looking uses nothing up."""
        with self.state.reading() as connection:
            return self._whose(connection, token)

    def use(self, token: str) -> User:
        """Whom the link lets in; it is used up by this, and of two who come at once one comes in."""
        with self.state.writing() as connection:
            user = self._whose(connection, token)
            mine = (login_link.c.token_hash == token_key(token)) & login_link.c.used_at.is_(None)
            if connection.execute(update(login_link).where(mine).values(used_at=self.now())).rowcount != 1:
                raise _gone()
        return user

    def _whose(self, connection: Connection, token: str) -> User:
        good = (login_link.c.token_hash == token_key(token)) & login_link.c.used_at.is_(None)
        query = select(users).join(login_link).where(good, login_link.c.expires_at > self.now(), users.c.active)
        found = people(connection, connection.execute(query).all())
        if not found:
            raise _gone()
        return found[0]


def _gone() -> Missing:
    return Missing(
        Text("这个链接已用过或已过期", "this link was used already, or is too old"),
        mend=Text("请让公司再发一个。", "Ask the company for another."),
    )
