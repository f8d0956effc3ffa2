"""The people who may log in, what each may do, and which rows each may see."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from linshu.engine.access import passwords
from linshu.engine.access.own_roles import NOBODY, jobs_of, named, roles_there
from linshu.engine.access.roles import Role
from linshu.engine.access.scope import Scope
from linshu.engine.access.scopes import scopes_of, short, write_scope
from linshu.engine.audit import SYSTEM, Actor, write
from linshu.engine.state.instant import utc_now
from linshu.engine.state.tables import login_session, users
from linshu.kernel.errors import Conflict, Invalid, Missing
from linshu.kernel.personal import masked
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Row

    from linshu.engine.state import State

ACCOUNT = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
CHOICES = {"language": {"", "zh", "en"}, "trend_colors": {"", "red_up", "green_up"}, "theme": {"", "light", "dark"}}
ADMIN = "admin"
EVERYTHING = Scope.everything()


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
    job: Role = NOBODY  # what the role allows, and whose menu it sees
    scope: Scope = EVERYTHING

    def may(self, permission: str) -> bool:
        """Whether this person is allowed to do that; what was not granted is refused."""
        return permission in self.job.grants


@dataclass(frozen=True, slots=True)
class Users:
    """The register of people, kept in the state database; every change of it stands in the audit."""

    state: State
    now: Callable[[], datetime] = utc_now

    def add(self, account: str, name: str, role: str, password: str, *, by: Actor = SYSTEM) -> User:
        """Adds a person; Conflict when the account is taken, Invalid when account or password cannot be accepted."""
        account = account.strip().lower()
        if not ACCOUNT.fullmatch(account):
            raise Invalid(
                Text(f"账号 {account!r} 不可用", f"the account {account!r} cannot be used"),
                mend=Text(
                    "请用 2 至 64 个小写字母、数字或 . _ @ -", "Use 2 to 64 lower-case letters, digits or . _ @ -"
                ),
            )
        if masked(account) != account:
            raise Invalid(
                Text("手机号和证件号不能当账号", "a phone or identity number cannot be an account"),
                mend=Text(
                    "账号会写进审计和日志，请用姓名拼音或工号。", "Accounts stand in audit and logs: use a name."
                ),
            )
        passwords.check_strength(password, account)
        user_id, moment = secrets.token_hex(8), self.now()
        row = {
            "user_id": user_id, "account": account, "name": name.strip()[:64] or account, "role": role, "active": True,
            "password_hash": passwords.hashed(password), "created_at": moment, "password_set_at": moment,
        }  # fmt: skip
        try:
            with self.state.writing() as connection:
                job = named(roles_there(connection), role)
                connection.execute(insert(users), [row])
                write(connection, by, "user.add", f"user:{account}", at=moment, role=role)
        except IntegrityError as error:
            raise Conflict(
                Text(f"账号 {account} 已存在", f"the account {account} exists already"),
                mend=Text("请换一个账号，或重设它的密码。", "Choose another, or reset its password."),
            ) from error
        return User(user_id, account, str(row["name"]), role, job=job)

    def find(self, account: str) -> User:
        """The person with that account; Missing when there is none."""
        with self.state.reading() as connection:
            rows = connection.execute(select(users).where(users.c.account == account.strip().lower())).all()
            found = people(connection, rows)
        if not found:
            raise Missing(
                Text(f"没有账号 {account}", f"there is no account {account}"),
                mend=Text("用 linshu user list 查看全部账号。", "See all accounts with: linshu user list"),
            )
        return found[0]

    def all(self) -> tuple[User, ...]:
        """Everybody, by account."""
        with self.state.reading() as connection:
            return tuple(people(connection, connection.execute(select(users).order_by(users.c.account)).all()))

    def has_any(self) -> bool:
        """Whether anybody can log in at all."""
        with self.state.reading() as connection:
            return connection.execute(select(users.c.user_id).limit(1)).first() is not None

    def set_password(self, account: str, password: str, *, by: Actor = SYSTEM) -> None:
        """Sets a new password and logs the person out everywhere."""
        user = self.find(account)
        passwords.check_strength(password, user.account)
        values = {"password_hash": passwords.hashed(password), "password_set_at": self.now()}
        self._change(user, values, "user.password", by=by)

    def set_role(self, account: str, role: str, *, by: Actor = SYSTEM) -> None:
        """Gives another role and logs the person out everywhere, so that no page keeps the old rights."""
        user = self.find(account)
        self._change(user, {"role": role}, "user.role", by=by, before=user.role, role=role)

    def set_name(self, account: str, name: str, *, by: Actor = SYSTEM) -> None:
        """Calls a person by another name."""
        user, called = self.find(account), " ".join(name.split())
        if not 0 < len(called) <= 64:
            raise Invalid(Text("姓名要有 1 至 64 个字", "a name has 1 to 64 signs"))
        self._change(user, {"name": called}, "user.name", by=by, log_out=False)

    def set_active(self, account: str, active: bool, *, by: Actor = SYSTEM) -> None:
        """Lets a person in again, or keeps them out from this moment."""
        user = self.find(account)
        self._change(user, {"active": active}, "user.on" if active else "user.off", by=by, log_out=not active)

    def set_scope(self, account: str, scope: Scope, *, by: Actor = SYSTEM) -> None:
        """Says which rows a person may see, and logs them out everywhere, so that no page shows the others."""
        user = self.find(account)
        with self.state.writing() as connection:
            write_scope(connection, user.user_id, scope)
            connection.execute(delete(login_session).where(login_session.c.user_id == user.user_id))
            said = {"before": short(user.scope), "scope": short(scope)}
            write(connection, by, "user.scope", f"user:{user.account}", at=self.now(), **said)

    def choose(self, user_id: str, **choices: str) -> None:
        """Keeps how a person likes their pages: language, trend_colors, theme."""
        for name, value in choices.items():
            if value not in CHOICES.get(name, ()):
                raise Invalid(Text(f"{name} 不能是 {value!r}", f"{name} cannot be {value!r}"))
        with self.state.writing() as connection:
            connection.execute(update(users).where(users.c.user_id == user_id).values(**choices))

    def _change(
        self, user: User, values: dict[str, Any], act: str, *, by: Actor, log_out: bool = True, **details: Any
    ) -> None:
        with self.state.writing() as connection:
            if "role" in values:
                named(roles_there(connection), values["role"])
            connection.execute(update(users).where(users.c.user_id == user.user_id).values(**values))
            if user.role == ADMIN and user.active:
                _somebody_administers(connection)
            if log_out:
                connection.execute(delete(login_session).where(login_session.c.user_id == user.user_id))
            write(connection, by, act, f"user:{user.account}", at=self.now(), **details)


def people(connection: Connection, rows: Iterable[Row[Any]]) -> list[User]:
    """Rows of `users` with what each may do and see, without what nobody outside log-in needs."""
    rows = list(rows)
    if not rows:
        return []
    there = jobs_of(connection, {row.role for row in rows})
    scopes = scopes_of(connection, [row.user_id for row in rows])
    return [
        User(
            row.user_id, row.account, row.name, row.role, row.active, row.language, row.trend_colors, row.theme,
            job=there.get(row.role, NOBODY), scope=scopes.get(row.user_id, EVERYTHING),
        )
        for row in rows
    ]  # fmt: skip


def _somebody_administers(connection: Connection) -> None:
    """Conflict when a change leaves nobody who can give rights back."""
    admins = select(func.count()).where(users.c.role == ADMIN, users.c.active)
    if not connection.execute(admins).scalar_one():
        raise Conflict(
            Text("这样就没有在用的管理员了", "nobody would be left to administer"),
            mend=Text("请先让另一人成为管理员。", "Make somebody else an administrator first."),
        )
