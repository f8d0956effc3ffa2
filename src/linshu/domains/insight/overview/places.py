"""The cascade of places: cities, then the chosen city's districts, then the chosen district's streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.domains.insight.overview.inputs import LEVELS
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.filters import PageFilter

TITLES = {"city": Text("城市", "City"), "district": Text("区", "District"), "street": Text("街道", "Street")}
STATEMENT = """
SELECT DISTINCT city, district, street, city_id, district_id, street_id
FROM dim_region WHERE city IS NOT NULL ORDER BY city_id, district_id, street_id
"""


@dataclass(frozen=True, slots=True)
class Place:
    """One choice of a column."""

    name: str
    address: str
    chosen: bool
    opens: bool  # whether a finer column follows


@dataclass(frozen=True, slots=True)
class PlaceColumn:
    """One level of the cascade."""

    level: str
    title: Text
    all_address: str
    places: tuple[Place, ...]


def _there(shop: Shop, scope: Scope) -> frozenset[str]:
    """The places from which the viewer has seen an order; none where the scope cannot be applied."""
    try:
        rows = shop.query(("orders",), by=LEVELS, scope=scope).rows()
    except LinshuError:
        return frozenset()
    return frozenset(str(row[level]) for row in rows for level in LEVELS if row[level] is not None)


def columns(shop: Shop, filters: PageFilter, scope: Scope) -> tuple[PlaceColumn, ...]:
    """The columns to show: each level below a chosen place, and only places the viewer may see."""
    rows = shop.read(STATEMENT).to_pylist()
    if scope.restrictions():
        there = _there(shop, scope)
        rows = [row for row in rows if there.issuperset(row[f"{level}_id"] for level in LEVELS if row[f"{level}_id"])]
    chosen = filters.conditions()
    made: list[PlaceColumn] = []
    for place, level in enumerate(LEVELS):
        names = list(dict.fromkeys(row[level] for row in rows if row[level]))
        if not names:
            break
        finer = place + 1 < len(LEVELS)
        options = tuple(
            Place(name, filters.place(LEVELS, level, name), chosen.get(level) == name, finer) for name in names
        )
        made.append(PlaceColumn(level, TITLES[level], filters.place(LEVELS, level, None), options))
        if level not in chosen:
            break
        rows = [row for row in rows if row[level] == chosen[level]]
    return tuple(made)
