"""Roles a company makes itself, from permissions: kept in the state database, each change in the audit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from linshu.engine.access.permissions import EVERY, known
from linshu.engine.access.roles import BUILT_IN, ROLES, Role
from linshu.engine.access.roles import role as built_in
from linshu.engine.audit import SYSTEM, Actor, write
from linshu.engine.state.instant import utc_now
from linshu.engine.state.tables import login_session, role, role_permission, users
from linshu.kernel.errors import Conflict, Invalid, Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from linshu.engine.state import State

NAME = re.compile(r"[a-z][a-z0-9_-]{1,31}")
# A role that has gone, or that this version does not know: nothing is allowed.
NOBODY = Role("nobody", Text("无", "None"))
FIXED = {one.name: one for one in ROLES}


def roles_there(connection: Connection) -> dict[str, Role]:
    """Every role by name: the built-in ones, then the company's own."""
    granted: dict[str, set[str]] = {}
    for row in connection.execute(select(role_permission)):
        granted.setdefault(row.role, set()).add(row.permission)
    own = connection.execute(select(role).order_by(role.c.name)).all()
    return {
        **FIXED,
        **{
            row.name: Role(
                row.name, Text(row.title, row.title_en or row.title), EVERY & granted.get(row.name, set()), row.base
            )
            for row in own
        },
    }


def jobs_of(connection: Connection, names: Iterable[str]) -> Mapping[str, Role]:
    """The roles of these names, as far as they are there; the company's own are looked up only for somebody who has one."""
    return FIXED if BUILT_IN.issuperset(names) else roles_there(connection)


def named(there: Mapping[str, Role], name: str) -> Role:
    """The role of that name; Misused, with the nearest names, when there is none."""
    if name in there:
        return there[name]
    raise Misused(Text(f"没有角色 {name}", f"there is no role {name}"), mend=nearest(name, list(there)))


@dataclass(frozen=True, slots=True)
class Roles:
    """The register of roles; the built-in ones cannot be changed."""

    state: State
    now: Callable[[], datetime] = utc_now

    def all(self) -> tuple[Role, ...]:
        """The built-in ones, then the company's own by name."""
        with self.state.reading() as connection:
            return tuple(roles_there(connection).values())

    def find(self, name: str) -> Role:
        """The role of that name; Misused when there is none."""
        with self.state.reading() as connection:
            return named(roles_there(connection), name)

    def add(self, made: Role, *, by: Actor = SYSTEM) -> Role:
        """Keeps a new role; Conflict when there is one of that name."""
        made = _checked(made)
        row = {"name": made.name, "created_at": self.now(), "changed_at": self.now(), **_columns(made)}
        try:
            with self.state.writing() as connection:
                connection.execute(insert(role), [row])
                _grant(connection, made)
                write(connection, by, "role.add", f"role:{made.name}", at=self.now(), **_told(made))
        except IntegrityError as error:
            raise _taken(made.name) from error
        return made

    def change(self, made: Role, *, by: Actor = SYSTEM) -> Role:
        """Gives a role of the company's own another title, menu or other permissions; who has it must log in again."""
        made = _checked(made)
        with self.state.writing() as connection:
            before = named(roles_there(connection), made.name)
            values = {**_columns(made), "changed_at": self.now()}
            connection.execute(update(role).where(role.c.name == made.name).values(**values))
            connection.execute(delete(role_permission).where(role_permission.c.role == made.name))
            _grant(connection, made)
            holders = select(users.c.user_id).where(users.c.role == made.name)
            connection.execute(delete(login_session).where(login_session.c.user_id.in_(holders)))
            gone, come = sorted(before.grants - made.grants), sorted(made.grants - before.grants)
            write(
                connection, by, "role.change", f"role:{made.name}", at=self.now(), granted=come, taken=gone,
                base=made.menu, title=made.title.zh,
            )  # fmt: skip
        return made

    def remove(self, name: str, *, by: Actor = SYSTEM) -> None:
        """Takes a role away; Conflict while somebody has it."""
        with self.state.writing() as connection:
            found = named(roles_there(connection), name)
            if name in BUILT_IN:
                raise _fixed(name)
            holders = connection.execute(select(func.count()).where(users.c.role == name)).scalar_one()
            if holders:
                raise Conflict(
                    Text(f"还有 {holders} 人是角色 {name}", f"{holders} people have the role {name}"),
                    mend=Text("先给他们换别的角色。", "Give them another role first."),
                )
            connection.execute(delete(role).where(role.c.name == name))
            write(connection, by, "role.remove", f"role:{name}", at=self.now(), **_told(found))


def own_role(name: str, title: str, base: str, grants: Iterable[str], title_en: str = "") -> Role:
    """A role of the company's own, from what a form or a command says; Misused for permissions there are not."""
    return Role(name.strip().lower(), Text(title.strip(), title_en.strip() or title.strip()), known(grants), base)


def _checked(made: Role) -> Role:
    if made.name in BUILT_IN:
        raise _fixed(made.name)
    if not NAME.fullmatch(made.name):
        raise Invalid(
            Text(f"角色名 {made.name!r} 不可用", f"the role name {made.name!r} cannot be used"),
            mend=Text("请用 2 至 32 个小写字母、数字或 _ -", "Use 2 to 32 lower-case letters, digits or _ -"),
        )
    if not 0 < len(made.title.zh) <= 32:
        raise Invalid(Text("角色要有名称，最多 32 字", "a role needs a title of at most 32 signs"))
    built_in(made.menu)
    return made


def _columns(made: Role) -> dict[str, str]:
    return {"title": made.title.zh, "title_en": made.title.en[:64], "base": made.menu}


def _grant(connection: Connection, made: Role) -> None:
    rows = [{"role": made.name, "permission": one} for one in sorted(made.grants)]
    if rows:
        connection.execute(insert(role_permission), rows)


def _told(made: Role) -> dict[str, object]:
    return {"title": made.title.zh, "base": made.menu, "permissions": sorted(made.grants)}


def _fixed(name: str) -> Conflict:
    return Conflict(
        Text(f"{name} 是内置角色，不能更改", f"{name} is built in and stays as it is"),
        mend=Text("请新建一个自己的角色。", "Make a role of your own."),
    )


def _taken(name: str) -> Conflict:
    return Conflict(Text(f"角色 {name} 已存在", f"the role {name} exists already"))
