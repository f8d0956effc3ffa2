"""Slowing down whoever guesses: tries are counted before they are looked at, by account and by address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from linshu.engine.audit import Actor, write
from linshu.engine.state.tables import audit, login_failure, users
from linshu.kernel.errors import Throttled
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Connection

    from linshu.engine.state import State

NOBODY = "-"  # whoever is not known yet, as the audit names them


@dataclass(frozen=True, slots=True)
class LoginRules:
    """How long a log-in lasts, how many wrong tries are borne, and which roles must have a second factor."""

    idle: timedelta = timedelta(hours=8)
    absolute: timedelta = timedelta(days=7)
    window: timedelta = timedelta(minutes=15)
    tries_by_account: int = 5
    tries_by_address: int = 30
    seen_every: timedelta = timedelta(minutes=1)  # how often being seen is written down
    half_way: timedelta = timedelta(minutes=10)  # how long one may take between the password and the second factor
    second_factor: frozenset[str] = frozenset()  # roles that must have one


@dataclass(frozen=True, slots=True)
class Tries:
    """The tries of everybody lately."""

    state: State
    rules: LoginRules
    now: Callable[[], datetime]

    def take(self, account: str, address: str) -> None:
        """Counts this try before what was typed is looked at, so that a hundred tries at once are a hundred tries.

        Throttled after too many for one account or from one address; that it came so far stands in the audit once.
        """
        moment = self.now()
        since = moment - self.rules.window
        row = {"account": account, "address": address[:64], "failed_at": moment}
        with self.state.writing() as connection:
            by_account = _failures(connection, login_failure.c.account == account, since)
            by_address = _failures(connection, login_failure.c.address == address[:64], since)
            slow = by_account >= self.rules.tries_by_account or by_address >= self.rules.tries_by_address
            if slow:
                whose = (
                    f"address:{address[:64]}"
                    if by_address >= self.rules.tries_by_address
                    else subject_of(connection, account)
                )
                self._note_pause(connection, whose, address, since)
            else:
                connection.execute(insert(login_failure), [row])
        if slow:
            minutes = int(self.rules.window.total_seconds() // 60)
            raise Throttled(
                Text("试错次数太多，暂时不能登录", "too many wrong tries, logging in is paused"),
                mend=Text(f"请 {minutes} 分钟后再试。", f"Try again in {minutes} minutes."),
            )

    def note_failure(self, account: str, address: str, what: str) -> None:
        """Writes down that a try was wrong: `what` is "password", "code", "link", ..."""
        with self.state.writing() as connection:
            subject = subject_of(connection, account)
            write(connection, _somebody(address), "login.fail", subject, at=self.now(), what=what)

    def _note_pause(self, connection: Connection, subject: str, address: str, since: datetime) -> None:
        known = select(func.count()).where(
            audit.c.subject == subject, audit.c.act == "login.pause", audit.c.at >= since
        )
        if not connection.execute(known).scalar_one():
            write(connection, _somebody(address), "login.pause", subject, at=self.now())


def forgive(connection: Connection, account: str) -> None:
    """An account whose owner came in has no slips."""
    connection.execute(delete(login_failure).where(login_failure.c.account == account))


def sweep(connection: Connection, before: datetime) -> None:
    """Tries of long ago are forgotten."""
    connection.execute(delete(login_failure).where(login_failure.c.failed_at < before))


def subject_of(connection: Connection, account: str) -> str:
    """How the audit names whoever was tried: an unknown account by a digest, for people type passwords there too."""
    if connection.execute(select(func.count()).where(users.c.account == account)).scalar_one():
        return f"user:{account}"
    return f"unknown:{hashlib.sha256(account.encode()).hexdigest()[:12]}"


def _somebody(address: str) -> Actor:
    return Actor(NOBODY, NOBODY, "web", address)


def _failures(connection: Connection, which: ColumnElement[bool], since: datetime) -> int:
    query = select(func.count()).select_from(login_failure).where(which, login_failure.c.failed_at >= since)
    return connection.execute(query).scalar_one()
