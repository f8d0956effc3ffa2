"""The people who may log in."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from linshu.engine.access import passwords
from linshu.engine.access.roles import role as find_role
from linshu.engine.state.tables import login_session, users
from linshu.kernel.errors import Conflict, Invalid, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sqlalchemy import Row

    from linshu.engine.state import State

ACCOUNT = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
CHOICES = {"language": {"", "zh", "en"}, "trend_colors": {"", "red_up", "green_up"}, "theme": {"", "light", "dark"}}


def utc_now() -> datetime:
    """The present moment; the only clock of log-ins outside tests."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class User:
    """A person who may log in, and how they like their pages ("" = the project's default)."""

    user_id: str
    account: str
    name: str
    role: str
    active: bool = True
    language: str = ""
    trend_colors: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Users:
    """The register of people, kept in the state database."""

    state: State
    now: Callable[[], datetime] = utc_now

    def add(self, account: str, name: str, role: str, password: str) -> User:
        """Adds a person; Conflict when the account is taken, Invalid when account or password cannot be accepted."""
        account = account.strip().lower()
        if not ACCOUNT.fullmatch(account):
            raise Invalid(
                Text(f"账号 {account!r} 不可用", f"the account {account!r} cannot be used"),
                mend=Text(
                    "请用 2 至 64 个小写字母、数字或 . _ @ -", "Use 2 to 64 lower-case letters, digits or . _ @ -"
                ),
            )
        passwords.check_strength(password, account)
        find_role(role)
        user = User(secrets.token_hex(8), account, name.strip() or account, role)
        moment = self.now()
        row = {
            "user_id": user.user_id, "account": account, "name": user.name, "role": role, "active": True,
            "password_hash": passwords.hashed(password), "created_at": moment, "password_set_at": moment,
        }  # fmt: skip
        try:
            with self.state.writing() as connection:
                connection.execute(insert(users), [row])
        except IntegrityError as error:
            raise Conflict(
                Text(f"账号 {account} 已存在", f"the account {account} exists already"),
                mend=Text("请换一个账号，或重设它的密码。", "Choose another, or reset its password."),
            ) from error
        return user

    def find(self, account: str) -> User:
        """The person with that account; Missing when there is none."""
        with self.state.reading() as connection:
            row = connection.execute(select(users).where(users.c.account == account.strip().lower())).first()
        if row is None:
            raise Missing(
                Text(f"没有账号 {account}", f"there is no account {account}"),
                mend=Text("用 linshu user list 查看全部账号。", "See all accounts with: linshu user list"),
            )
        return as_user(row)

    def all(self) -> tuple[User, ...]:
        """Everybody, by account."""
        with self.state.reading() as connection:
            return tuple(as_user(row) for row in connection.execute(select(users).order_by(users.c.account)))

    def set_password(self, account: str, password: str) -> None:
        """Sets a new password and logs the person out everywhere."""
        user = self.find(account)
        passwords.check_strength(password, user.account)
        values = {"password_hash": passwords.hashed(password), "password_set_at": self.now()}
        self._change(user, values, log_out=True)

    def set_role(self, account: str, role: str) -> None:
        """Gives another role and logs the person out everywhere, so that no page keeps the old rights."""
        find_role(role)
        self._change(self.find(account), {"role": role}, log_out=True)

    def set_active(self, account: str, active: bool) -> None:
        """Lets a person in again, or keeps them out from this moment."""
        self._change(self.find(account), {"active": active}, log_out=not active)

    def choose(self, user_id: str, **choices: str) -> None:
        """Keeps how a person likes their pages: language, trend_colors, theme."""
        for name, value in choices.items():
            if value not in CHOICES.get(name, ()):
                raise Invalid(Text(f"{name} 不能是 {value!r}", f"{name} cannot be {value!r}"))
        with self.state.writing() as connection:
            connection.execute(update(users).where(users.c.user_id == user_id).values(**choices))

    def _change(self, user: User, values: dict[str, object], *, log_out: bool) -> None:
        with self.state.writing() as connection:
            connection.execute(update(users).where(users.c.user_id == user.user_id).values(**values))
            if log_out:
                connection.execute(delete(login_session).where(login_session.c.user_id == user.user_id))


def as_user(row: Row[Any]) -> User:
    """A row of `users` without what nobody outside log-in needs."""
    return User(row.user_id, row.account, row.name, row.role, row.active, row.language, row.trend_colors, row.theme)
