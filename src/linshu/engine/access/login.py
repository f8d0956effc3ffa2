"""Logging in, by password and second factor, and staying logged in."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from linshu.engine.access import passwords
from linshu.engine.access.second_factor import SecondFactors, is_on
from linshu.engine.access.tries import LoginRules, Tries, forgive, sweep
from linshu.engine.access.users import User, people
from linshu.engine.audit import SYSTEM, Actor, write
from linshu.engine.state.instant import utc_now
from linshu.engine.state.tables import login_session, users
from linshu.kernel.errors import Unauthorised
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from linshu.engine.state import State

OPEN, CODE, ENROL = "open", "code", "enrol"  # how far a log-in is; the last two lead to no page yet


@dataclass(frozen=True, slots=True)
class LogIn:
    """One place where a person is logged in; `key` names it without opening it."""

    key: str
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Held:
    """An open log-in: whose it is, and whose pages they look at just now."""

    user: User
    seen_as: User | None = None


@dataclass(frozen=True, slots=True)
class Logins:
    """The log-ins of everybody, kept on the server; the browser holds a random token and nothing else."""

    state: State
    rules: LoginRules = field(default_factory=LoginRules)
    now: Callable[[], datetime] = utc_now
    factors: SecondFactors | None = None

    @property
    def tries(self) -> Tries:
        """Who tried lately."""
        return Tries(self.state, self.rules, self.now)

    def enter(self, account: str, password: str, *, address: str, agent: str = "") -> tuple[str, User]:
        """Checks a password and opens a log-in with a fresh token, or one that waits for the second factor.

        What the browser held before is never used again, so that no planted token survives a log-in.
        """
        user = self._proven(account, password, address)
        with self.state.writing() as connection:
            stage = self._stage(connection, user)
            return self._admitted(connection, user, "password", stage, address, agent), user

    def admit(self, user: User, how: str, *, address: str, agent: str = "") -> str:
        """Opens a log-in for somebody who proved themselves in another way: by a link, or at the company's own log-in."""
        with self.state.writing() as connection:
            return self._admitted(connection, user, how, OPEN, address, agent)

    def prove(self, account: str, password: str, *, address: str) -> User:
        """Whose password this is, without logging in.

        Unauthorised for a wrong account or password alike; Throttled after too many wrong tries for one account or from
        one address. A right one forgives the account's earlier slips, and is kept anew when its hash is outdated.
        """
        user = self._proven(account, password, address)
        with self.state.writing() as connection:
            forgive(connection, user.account)
        return user

    def waiting(self, token: str) -> tuple[User, str] | None:
        """Who gave the right password and still owes the second factor, and whether it is to be shown or set up."""
        found = self._found(token)
        return None if found is None or found[1].stage == OPEN else (found[0], found[1].stage)

    def complete(self, token: str, code: str, *, address: str) -> str:
        """The token of a log-in that waited, now that its second factor was shown; Unauthorised for a wrong code.

        Codes count as tries like passwords, and a right password does not forgive them: nobody guesses on for ever.
        """
        waiting = self.waiting(token)
        if waiting is None or self.factors is None:
            raise _ended()
        user, _ = waiting
        self.tries.take(user.account, address)
        with self.state.writing() as connection:
            right = self.factors.accepts(connection, user, code)
            if right:
                return self._opened(connection, token, user, address)
        self.tries.note_failure(user.account, address, "code")
        raise Unauthorised(
            Text("验证码不对", "the code is wrong"),
            mend=Text(
                "请输入手机上此刻显示的 6 位数字，或一个恢复码。", "Type the six digits shown now, or a recovery code."
            ),
        )

    def enrolled(self, token: str, *, address: str) -> str:
        """The token of a log-in that waited for its second factor to be set up, which now is."""
        waiting = self.waiting(token)
        if waiting is None or self.factors is None or not self.factors.on(waiting[0].user_id):
            raise _ended()
        with self.state.writing() as connection:
            return self._opened(connection, token, waiting[0], address)

    def recognise(self, token: str) -> User | None:
        """Who holds this token; None when nobody does, it was idle or open too long, or lacks its second factor."""
        held = self.held(token)
        return None if held is None else held.user

    def held(self, token: str) -> Held | None:
        """The open log-in of this token: whose it is, and as whom they look at the pages."""
        found = self._found(token)
        if found is None or found[1].stage != OPEN:
            return None
        user, row = found
        moment = self.now()
        if moment - row.seen_at >= self.rules.seen_every:
            with self.state.writing() as connection:
                seen = (
                    update(login_session).where(login_session.c.token_hash == token_key(token)).values(seen_at=moment)
                )
                connection.execute(seen)
        return Held(user, self._seen_as(user, row.seen_as))

    def look_as(self, token: str, who: User, as_whom: User | None, *, by: Actor) -> None:
        """From now on this log-in sees the pages of another, or its own again; begin and end stand in the audit."""
        with self.state.writing() as connection:
            mine = (login_session.c.token_hash == token_key(token)) & (login_session.c.user_id == who.user_id)
            before = connection.execute(select(login_session.c.seen_as).where(mine)).scalar_one_or_none()
            connection.execute(update(login_session).where(mine).values(seen_as=as_whom.user_id if as_whom else ""))
            if as_whom is not None:
                write(connection, by, "view_as.begin", f"user:{as_whom.account}", at=self.now())
            elif before:
                whose = connection.execute(
                    select(users.c.account).where(users.c.user_id == before)
                ).scalar_one_or_none()
                write(connection, by, "view_as.end", f"user:{whose or before}", at=self.now())

    def leave(self, token: str, *, by: Actor | None = None) -> None:
        """Ends the log-in of this token."""
        with self.state.writing() as connection:
            gone = connection.execute(delete(login_session).where(login_session.c.token_hash == token_key(token)))
            if by is not None and gone.rowcount:
                write(connection, by, "login.leave", f"user:{by.account}", at=self.now())

    def of(self, user_id: str) -> tuple[LogIn, ...]:
        """Where a person is logged in, the latest first."""
        query = select(login_session).where(login_session.c.user_id == user_id).order_by(login_session.c.seen_at.desc())
        with self.state.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(LogIn(row.token_hash, row.created_at, row.seen_at, row.address, row.agent) for row in rows)

    def revoke(self, user: User, key: str = "", *, by: Actor = SYSTEM) -> int:
        """Ends one of a person's log-ins, named by its `key`, or all of them; how many ended."""
        mine = login_session.c.user_id == user.user_id
        which = mine & (login_session.c.token_hash == key) if key else mine
        with self.state.writing() as connection:
            gone = connection.execute(delete(login_session).where(which)).rowcount
            if gone:
                write(connection, by, "login.revoke", f"user:{user.account}", at=self.now(), count=gone)
        return gone

    def _proven(self, account: str, password: str, address: str) -> User:
        """Whose password this is; its earlier slips are not forgiven yet."""
        account = account.strip().lower()[:64]
        self.tries.take(account, address)
        with self.state.reading() as connection:
            row = connection.execute(select(users).where(users.c.account == account)).first()
        right = passwords.matches(None if row is None else row.password_hash, password)
        if row is None or not right or not row.active:
            self.tries.note_failure(account, address, "password")
            raise Unauthorised(
                Text("账号或密码不对", "wrong account or password"),
                mend=Text(
                    "请核对后再试；忘记密码请找管理员重设。", "Check and try again; an administrator can reset it."
                ),
            )
        with self.state.writing() as connection:
            if passwords.outdated(row.password_hash):
                fresh = passwords.hashed(password)
                connection.execute(update(users).where(users.c.user_id == row.user_id).values(password_hash=fresh))
            return people(connection, [row])[0]

    def _stage(self, connection: Connection, user: User) -> str:
        """What a person who gave the right password still owes."""
        if self.factors is not None and is_on(connection, user.user_id):
            return CODE
        return ENROL if user.role in self.rules.second_factor and self.factors is not None else OPEN

    def _seen_as(self, user: User, user_id: str) -> User | None:
        """As whom a person looks; only while they are allowed to."""
        if not user_id or not user.may("view_as.use"):
            return None
        with self.state.reading() as connection:
            found = people(connection, connection.execute(select(users).where(users.c.user_id == user_id)).all())
        return found[0] if found else None

    def _found(self, token: str) -> tuple[User, Any] | None:
        """Who holds a token that is neither too old nor too long idle, and its row."""
        if not token:
            return None
        found = self.state.recall(("log-in", token_key(token)), partial(_row_of, key=token_key(token)))
        if found is None or not found[0].active:
            return None
        user, row = found
        moment = self.now()
        if moment >= row.expires_at or moment - row.seen_at >= self.rules.idle:
            self.leave(token)
            return None
        return user, row

    def _admitted(self, connection: Connection, user: User, how: str, stage: str, address: str, agent: str) -> str:
        """A fresh token for a log-in at that stage; that it was opened stands in the audit."""
        token, moment = secrets.token_urlsafe(32), self.now()
        sweep(connection, moment - self.rules.window)
        connection.execute(delete(login_session).where(login_session.c.expires_at < moment))
        row = {
            "token_hash": token_key(token), "user_id": user.user_id, "created_at": moment, "seen_at": moment,
            "expires_at": moment + (self.rules.absolute if stage == OPEN else self.rules.half_way),
            "address": address[:64], "agent": agent[:200], "stage": stage,
        }  # fmt: skip
        connection.execute(insert(login_session), [row])
        if stage == OPEN:
            self._note_open(connection, user, how, address)
        return token

    def _opened(self, connection: Connection, token: str, user: User, address: str) -> str:
        """The same log-in, open and under another token: what was good for half the way opens nothing more."""
        fresh, moment = secrets.token_urlsafe(32), self.now()
        values = {
            "token_hash": token_key(fresh),
            "stage": OPEN,
            "seen_at": moment,
            "expires_at": moment + self.rules.absolute,
        }
        changed = update(login_session).where(login_session.c.token_hash == token_key(token)).values(**values)
        if connection.execute(changed).rowcount != 1:
            raise _ended()
        self._note_open(connection, user, "second_factor", address)
        return fresh

    def _note_open(self, connection: Connection, user: User, how: str, address: str) -> None:
        moment = self.now()
        forgive(connection, user.account)
        connection.execute(update(users).where(users.c.user_id == user.user_id).values(last_login_at=moment))
        who = Actor(user.user_id, user.account, "web", address)
        write(connection, who, "login.enter", f"user:{user.account}", at=moment, how=how)


def _row_of(connection: Connection, key: str) -> tuple[User, Any] | None:
    query = select(login_session, users).join(users).where(login_session.c.token_hash == key)
    row = connection.execute(query).first()
    return None if row is None else (people(connection, [row])[0], row)


def _ended() -> Unauthorised:
    return Unauthorised(Text("登录已失效", "the log-in has ended"), mend=Text("请重新登录。", "Log in again."))


def token_key(token: str) -> str:
    """What is kept of a token: its SHA-256, which opens nothing."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
