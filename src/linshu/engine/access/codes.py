"""Codes by which people from outside log in on a phone: six digits, good once and for ten minutes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from linshu.engine.access.roles import STAFF
from linshu.engine.access.tries import LoginRules, Tries
from linshu.engine.access.users import User, people
from linshu.engine.audit import Actor, write
from linshu.engine.state.instant import utc_now
from linshu.engine.state.tables import login_code, users
from linshu.kernel.errors import Conflict, Missing, Unauthorised, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from linshu.engine.state import State

DIGITS = 6
LIFE = timedelta(minutes=10)
MOST_WRONG = 5  # so many wrong tries, and the code itself is gone


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes that were made, one a person; only keyed hashes are kept, for six digits are soon tried out."""

    state: State
    key: bytes = field(default=b"", repr=False)  # lies outside the project; b"" = this project has none
    rules: LoginRules = field(default_factory=LoginRules)
    now: Callable[[], datetime] = utc_now

    def make(self, user: User, *, by: Actor) -> str:
        """A new code, which ends the one before; Conflict for staff, whose password it must not go round."""
        if user.job.menu in STAFF or not user.active:
            raise Conflict(
                Text("登录验证码只给团长和供应商", "codes are for leaders and suppliers"),
                mend=Text("员工请用密码登录。", "Staff log in with a password."),
            )
        code, moment = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", self.now()
        row = {
            "user_id": user.user_id, "code_hash": self._hash(user.user_id, code), "created_at": moment,
            "expires_at": moment + LIFE, "wrong": 0,
        }  # fmt: skip
        with self.state.writing() as connection:
            connection.execute(delete(login_code).where(login_code.c.user_id == user.user_id))
            connection.execute(insert(login_code), [row])
            write(connection, by, "code.make", f"user:{user.account}", at=moment)
        return code

    def use(self, account: str, code: str, *, address: str) -> User:
        """Whose code this is; it is used up by this, and of two who come at once one comes in.

        Unauthorised for a wrong account or code alike; Throttled after too many tries for one account or from one address.
        """
        account, typed = account.strip().lower()[:64], "".join(code.split())
        tries = Tries(self.state, self.rules, self.now)
        tries.take(account, address)
        with self.state.writing() as connection:
            query = (
                select(users, login_code.c.code_hash).join(login_code).where(users.c.account == account, users.c.active)
            )
            good = (login_code.c.expires_at > self.now()) & (login_code.c.wrong < MOST_WRONG)
            row = connection.execute(query.where(good)).first()
            # An unknown account costs the same as a wrong code.
            kept, whose = (row.code_hash, row.user_id) if row is not None else ("", "")
            right = hmac.compare_digest(kept, self._hash(whose, typed)) and row is not None
            mine = (login_code.c.user_id == whose) & (login_code.c.code_hash == kept)
            if right:
                right = connection.execute(delete(login_code).where(mine)).rowcount == 1
            elif row is not None:
                connection.execute(update(login_code).where(mine).values(wrong=login_code.c.wrong + 1))
            if right and row is not None:
                return people(connection, [row])[0]
        tries.note_failure(account, address, "code")
        raise Unauthorised(
            Text("账号或验证码不对，或已过期", "wrong account or code, or it is too old"),
            mend=Text("请核对，或请公司再发一个。", "Check, or ask the company for another."),
        )

    def wanted(self, account: str, *, address: str) -> User | None:
        """Whom a code is to be sent to that was asked for on the log-in page; None for anybody without a channel.

        Asking is counted like trying, for known and unknown accounts alike, so that nobody is flooded and nothing learned.
        """
        account = account.strip().lower()[:64]
        Tries(self.state, self.rules, self.now).take(f"ask:{account}"[:64], address)
        with self.state.reading() as connection:
            query = select(users).where(users.c.account == account, users.c.active, users.c.channel != "")
            found = people(connection, connection.execute(query).all())
        return found[0] if found and found[0].job.menu not in STAFF else None

    def channel(self, user: User) -> str:
        """The push channel that reaches a person; "" for none."""
        with self.state.reading() as connection:
            query = select(users.c.channel).where(users.c.user_id == user.user_id)
            return str(connection.execute(query).scalar_one_or_none() or "")

    def reach(self, user: User, channel_id: str, *, by: Actor) -> None:
        """By which push channel codes reach a person; "" for none."""
        with self.state.writing() as connection:
            changed = update(users).where(users.c.user_id == user.user_id).values(channel=channel_id)
            if connection.execute(changed).rowcount != 1:
                raise Missing(Text("没有这个账号", "there is no such account"))
            write(connection, by, "user.channel", f"user:{user.account}", at=self.now(), channel=channel_id)

    def _hash(self, user_id: str, code: str) -> str:
        if not self.key:
            raise Unavailable(
                Text("这个项目的密钥不在，不能用验证码", "the project's key is not there, so no code works"),
                mend=Text("把密钥放回原处，或改发登录链接。", "Put the key back, or send a link."),
            )
        said = f"login code\0{user_id}\0{code}".encode(errors="replace")
        return hmac.new(self.key, said, hashlib.sha256).hexdigest()
