"""Where a leader stands: the tier by the rules, or by contract while the rules are not reckoned; what is missing is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from linshu.domains.operations.portal.own import Own

TIERS = """
SELECT l.name, l.tier AS contract, t.tier, t.since
FROM dim_leader AS l LEFT JOIN fct_leader_tier_day AS t ON t.leader_id = l.leader_id
WHERE l.leader_id IN ({places})
QUALIFY row_number() OVER (PARTITION BY l.leader_id ORDER BY t.day DESC NULLS LAST) = 1
ORDER BY l.leader_id
"""
SERVED = "SELECT count(*) AS days FROM fct_leader_service_day"


@dataclass(frozen=True, slots=True)
class Standing:
    """The tier of one leader; not reckoned = as the contract says."""

    name: str
    tier: str
    since: date | None  # of the tier by the rules
    reckoned: bool


@dataclass(frozen=True, slots=True)
class Standings:
    """Those of the viewer's own leaders, and whether punctuality and cases are counted for leaders at all."""

    tiers: tuple[Standing, ...]
    served: bool


def standings(mine: Own) -> Standings:
    """Of whoever is named in the scope; whoever is bound by groups alone is told of no tier."""
    leaders = sorted(mine.scope.leaders or ())
    return mine.kept(("standing", *leaders), lambda: _read(mine, leaders))


def _read(mine: Own, leaders: list[str]) -> Standings:
    shop = mine.shell.shop
    places = ", ".join("?" for _ in leaders)
    rows = shop.read(TIERS.format(places=places), leaders).to_pylist() if leaders else []
    tiers = (
        Standing(row["name"] or "", row["tier"] or row["contract"], row["since"], row["tier"] is not None)
        for row in rows
        if row["tier"] or row["contract"]
    )
    return Standings(tuple(tiers), shop.read(SERVED).to_pylist()[0]["days"] > 0)
