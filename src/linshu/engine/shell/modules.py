"""Which fields of the business a company has switched on: kept in the state, each change with its audit entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from linshu.engine import audit
from linshu.engine.state.instant import utc_now
from linshu.engine.state.tables import module_switch
from linshu.kernel.errors import Missing, Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from linshu.engine.audit import Actor
    from linshu.engine.shell.feature import Domain
    from linshu.engine.state import State


@dataclass(frozen=True, slots=True)
class Modules:
    """The switches of one project; a field that was never touched is on."""

    state: State
    domains: tuple[Domain, ...]
    now: Callable[[], datetime] = utc_now

    @property
    def off(self) -> frozenset[str]:
        """The names of those that are switched off."""
        if not any(one.optional for one in self.domains):
            return frozenset()
        return self.state.recall("modules off", _off) & {one.name for one in self.domains if one.optional}

    @property
    def on(self) -> tuple[Domain, ...]:
        """The fields in use, in their own order."""
        off = self.off
        return tuple(one for one in self.domains if one.name not in off)

    def switch(self, actor: Actor, name: str, *, on: bool) -> bool:
        """Switches one; whether that changed anything."""
        domain = self.of(name)
        if not domain.optional:
            raise Misused(
                Text(
                    f"“{domain.title.zh}”是其他模块的基础，不能关闭",
                    f"{domain.title.en} carries the others and stays on",
                )
            )
        if on is (name not in self.off):
            return False
        row = {"name": name, "active": on, "account": actor.account, "changed_at": self.now()}
        with self.state.writing() as connection:
            connection.execute(delete(module_switch).where(module_switch.c.name == name))
            connection.execute(insert(module_switch).values(row))
            audit.write(connection, actor, "module.on" if on else "module.off", f"module:{name}", at=self.now())
        return True

    def of(self, name: str) -> Domain:
        """The field of that name; Missing names the nearest."""
        for one in self.domains:
            if one.name == name:
                return one
        raise Missing(
            Text(f"没有模块 {name}", f"there is no module {name}"),
            mend=nearest(name, [one.name for one in self.domains]),
        )


def _off(connection: Connection) -> frozenset[str]:
    query = select(module_switch.c.name).where(module_switch.c.active.is_(False))
    return frozenset(connection.execute(query).scalars())


def is_off(domain: Domain) -> Missing:
    """What whoever asks for something of a field that is switched off is told."""
    return Missing(
        Text(f"“{domain.title.zh}”模块没有启用", f"the module {domain.title.en} is switched off"),
        mend=Text(
            f"管理员可以在“模块”页启用，或用 linshu module on {domain.name}。",
            f"An administrator can switch it on under Modules, or with linshu module on {domain.name}.",
        ),
    )
