"""Where something belongs: what decides whether a viewer bound to a row scope may see it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Table, and_, false, or_, true

if TYPE_CHECKING:
    from sqlalchemy import Row

    from linshu.engine.access.scope import Scope

SINGULAR = {
    "communities": "community",
    "leaders": "leader",
    "suppliers": "supplier",
    "warehouses": "warehouse",
    "channels": "channel",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A viewer restricted by one of these sees a thing only when its id is among theirs.

    `regions` holds the ids of every level, from province to street, that contain it.
    """

    regions: tuple[str, ...] = ()
    community: str = ""
    leader: str = ""
    supplier: str = ""
    warehouse: str = ""
    channel: str = ""

    def row(self) -> dict[str, str]:
        """As the columns of a table keep it."""
        kept = {name: getattr(self, name) for name in NAMES}
        return kept | {"regions": "".join(f"|{one}" for one in self.regions) + "|"}

    @classmethod
    def of(cls, row: Row[Any]) -> Place:
        """As the columns of a table kept it."""
        regions = tuple(filter(None, row.regions.split("|")))
        return cls(regions, row.community, row.leader, row.supplier, row.warehouse, row.channel)


NAMES: tuple[str, ...] = tuple(one.name for one in fields(Place))


def within(table: Table, scope: Scope) -> ColumnElement[bool]:
    """The rows of a scope; what does not say where it belongs is nobody's who is restricted by that."""
    parts: list[ColumnElement[bool]] = [true()]
    for attribute, ids in scope.restrictions():
        if attribute == "regions":
            parts.append(or_(false(), *(table.c.regions.contains(f"|{one}|", autoescape=True) for one in ids)))
        else:
            parts.append(table.c[SINGULAR[attribute]].in_(ids))
    return and_(*parts)


def covers(scope: Scope, place: Place) -> bool:
    """Whether something that belongs there lies within a scope: what `within` asks of a row, asked of one place."""
    for attribute, ids in scope.restrictions():
        held = set(place.regions) if attribute == "regions" else {getattr(place, SINGULAR[attribute])}
        if not held & set(ids):
            return False
    return True
