"""Whether who sends an event may write there: the row scope of the sender, held against where the row belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.engine.access.scope import TITLES
from linshu.engine.events.problem import FOREIGN, HOMELESS, Problem
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from linshu.engine.access.scope import Scope

# What each attribute of a scope is called in a row.
SCOPED = {
    "regions": "community_id", "communities": "community_id", "leaders": "leader_id", "suppliers": "supplier_id",
    "warehouses": "warehouse_id", "channels": "channel_id",
}  # fmt: skip
ROAD = "orders"  # a row that names one of these belongs where that one does


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known of where rows belong: the places of stored rows, and the communities of regions."""

    places_of: Callable[[str, Collection[str]], Mapping[str, Mapping[str, str]]]  # (table, keys) > columns that say so
    communities: Callable[[Collection[str]], frozenset[str]]  # of these regions, of any level


def outside(scope: Scope, place: Mapping[str, str], before: Mapping[str, str] | None, reach: Reach) -> Problem | None:
    """Why a sender bound to a scope may not write this row; None when they may.

    `place` is what the row says of where it belongs, `before` what is stored under its key: neither may be another's.
    """
    for attribute, ids in scope.restrictions():
        column, title = SCOPED[attribute], TITLES[attribute]
        allowed = reach.communities(ids) if attribute == "regions" else frozenset(ids)
        home = place.get(column) or ""
        if not home:
            return Problem(f"data.{column}", HOMELESS.fill(what=title))
        if home not in allowed or (before is not None and before.get(column) not in allowed):
            words = Text(FOREIGN.zh.format(what=title.zh), FOREIGN.en.format(what=title.en))
            return Problem(f"data.{column}", words)
    return None
