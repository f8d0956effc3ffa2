"""Logging in, staying logged in, and slowing down whoever guesses."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from linshu.engine.access import passwords
from linshu.engine.access.users import User, as_user, utc_now
from linshu.engine.state.tables import login_failure, login_session, users
from linshu.kernel.errors import Throttled, Unauthorised
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Connection

    from linshu.engine.state import State


@dataclass(frozen=True, slots=True)
class LoginRules:
    """How long a log-in lasts and how many wrong tries are borne."""

    idle: timedelta = timedelta(hours=8)
    absolute: timedelta = timedelta(days=7)
    window: timedelta = timedelta(minutes=15)
    tries_by_account: int = 5
    tries_by_address: int = 30
    seen_every: timedelta = timedelta(minutes=1)  # how often being seen is written down


@dataclass(frozen=True, slots=True)
class LogIn:
    """One place where a person is logged in; `key` names it without opening it."""

    key: str
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Logins:
    """The log-ins of everybody, kept on the server; the browser holds a random token and nothing else."""

    state: State
    rules: LoginRules = LoginRules()
    now: Callable[[], datetime] = utc_now

    def enter(self, account: str, password: str, *, address: str, agent: str = "") -> tuple[str, User]:
        """Checks a password and opens a log-in with a fresh token.

        What the browser held before is never used again, so that no planted token survives a log-in.
        """
        user = self.prove(account, password, address=address)
        token, moment = secrets.token_urlsafe(32), self.now()
        with self.state.writing() as connection:
            connection.execute(update(users).where(users.c.user_id == user.user_id).values(last_login_at=moment))
            self._sweep(connection, moment)
            self._open(connection, token, user.user_id, moment, address, agent)
        return token, user

    def prove(self, account: str, password: str, *, address: str) -> User:
        """Whose password this is, without logging in.

        Unauthorised for a wrong account or password alike; Throttled after too many wrong tries for one account or from
        one address. A right one forgives the account's earlier slips, and is kept anew when its hash is outdated.
        """
        account = account.strip().lower()[:64]
        self._take_a_try(account, address)
        with self.state.reading() as connection:
            row = connection.execute(select(users).where(users.c.account == account)).first()
        right = passwords.matches(None if row is None else row.password_hash, password)
        if row is None or not right or not row.active:
            raise Unauthorised(
                Text("账号或密码不对", "wrong account or password"),
                mend=Text(
                    "请核对后再试；忘记密码请找管理员重设。", "Check and try again; an administrator can reset it."
                ),
            )
        with self.state.writing() as connection:
            connection.execute(delete(login_failure).where(login_failure.c.account == account))
            if passwords.outdated(row.password_hash):
                fresh = passwords.hashed(password)
                connection.execute(update(users).where(users.c.user_id == row.user_id).values(password_hash=fresh))
        return as_user(row)

    def recognise(self, token: str) -> User | None:
        """Who holds this token; None when nobody does, or it was idle or open too long."""
        if not token:
            return None
        key, moment = token_key(token), self.now()
        with self.state.reading() as connection:
            query = select(login_session.c.seen_at, login_session.c.expires_at, users).join(users)
            row = connection.execute(query.where(login_session.c.token_hash == key)).first()
        if row is None or not row.active:
            return None
        if moment >= row.expires_at or moment - row.seen_at >= self.rules.idle:
            self.leave(token)
            return None
        if moment - row.seen_at >= self.rules.seen_every:
            with self.state.writing() as connection:
                seen = update(login_session).where(login_session.c.token_hash == key).values(seen_at=moment)
                connection.execute(seen)
        return as_user(row)

    def rotate(self, token: str) -> str:
        """A new token for the same log-in, needed when its rights change; the old one opens nothing from now on."""
        fresh = secrets.token_urlsafe(32)
        with self.state.writing() as connection:
            changed = connection.execute(
                update(login_session)
                .where(login_session.c.token_hash == token_key(token))
                .values(token_hash=token_key(fresh))
            )
        if changed.rowcount != 1:
            raise Unauthorised(Text("登录已失效", "the log-in has ended"), mend=Text("请重新登录。", "Log in again."))
        return fresh

    def leave(self, token: str) -> None:
        """Ends the log-in of this token."""
        with self.state.writing() as connection:
            connection.execute(delete(login_session).where(login_session.c.token_hash == token_key(token)))

    def of(self, user_id: str) -> tuple[LogIn, ...]:
        """Where a person is logged in, the latest first."""
        query = select(login_session).where(login_session.c.user_id == user_id).order_by(login_session.c.seen_at.desc())
        with self.state.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(LogIn(row.token_hash, row.created_at, row.seen_at, row.address, row.agent) for row in rows)

    def revoke(self, user_id: str, key: str) -> None:
        """Ends one of a person's own log-ins, named by its `key`."""
        mine = (login_session.c.user_id == user_id) & (login_session.c.token_hash == key)
        with self.state.writing() as connection:
            connection.execute(delete(login_session).where(mine))

    def _open(
        self, connection: Connection, token: str, user_id: str, moment: datetime, address: str, agent: str
    ) -> None:
        row = {
            "token_hash": token_key(token), "user_id": user_id, "created_at": moment, "seen_at": moment,
            "expires_at": moment + self.rules.absolute, "address": address[:64], "agent": agent[:200],
        }  # fmt: skip
        connection.execute(insert(login_session), [row])

    def _take_a_try(self, account: str, address: str) -> None:
        """Counts this try before the password is looked at, so that a hundred tries at once are a hundred tries."""
        moment = self.now()
        since = moment - self.rules.window
        row = {"account": account, "address": address[:64], "failed_at": moment}
        with self.state.writing() as connection:
            by_account = _failures(connection, login_failure.c.account == account, since)
            by_address = _failures(connection, login_failure.c.address == address[:64], since)
            slow = by_account >= self.rules.tries_by_account or by_address >= self.rules.tries_by_address
            if not slow:
                connection.execute(insert(login_failure), [row])
        if slow:
            minutes = int(self.rules.window.total_seconds() // 60)
            raise Throttled(
                Text("试错次数太多，暂时不能登录", "too many wrong tries, logging in is paused"),
                mend=Text(f"请 {minutes} 分钟后再试。", f"Try again in {minutes} minutes."),
            )

    def _sweep(self, connection: Connection, moment: datetime) -> None:
        connection.execute(delete(login_failure).where(login_failure.c.failed_at < moment - self.rules.window))
        connection.execute(delete(login_session).where(login_session.c.expires_at < moment))


def _failures(connection: Connection, which: ColumnElement[bool], since: datetime) -> int:
    query = select(func.count()).select_from(login_failure).where(which, login_failure.c.failed_at >= since)
    return connection.execute(query).scalar_one()


def token_key(token: str) -> str:
    """What is kept of a token: its SHA-256, which opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
