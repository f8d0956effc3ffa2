"""What the rule reads: each leader's sales by fortnight, and where leaders belong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from linshu.domains.growth.waking.decide import Fortnights
from linshu.engine.decisions import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.shell.asking import Shop

FORTNIGHT, BEFORE = 14, 4
DIRECTORY = """
SELECT leader_id, name, community_id, province_id, city_id, district_id, street_id, city, district
FROM dim_leader
WHERE left_on IS NULL
"""
WITHDRAWN = """
SELECT DISTINCT a.leader_id
FROM dim_leader_account AS a JOIN fct_consents AS c ON c.member_id = a.member_id
WHERE c.purpose = 'marketing' AND NOT c.given
"""


@dataclass(frozen=True, slots=True)
class Known:
    """Who a leader is and where they belong."""

    name: str
    town: str
    place: Place


def fortnights(shop: Shop, day: date) -> tuple[Fortnights, ...]:
    """Net sales of every leader in the fortnight that ends with the day before, and in the four before that."""
    spans = [sales(shop, day - timedelta(days=FORTNIGHT * (back + 1)), FORTNIGHT) for back in range(BEFORE + 1)]
    leaders = sorted({leader for span in spans for leader in span})
    return tuple(
        Fortnights(one, spans[0].get(one, 0), tuple(span.get(one, 0) for span in spans[1:])) for one in leaders
    )


def sales(shop: Shop, start: date, days: int) -> Mapping[str, int]:
    """GMV by leader over so many days from `start` on, fen."""
    table = shop.query("gmv", "leader", start=start, end=start + timedelta(days=days - 1)).table
    pairs = zip(table["leader"].to_pylist(), table["gmv"].to_pylist(), strict=True)
    return {leader: int(gmv or 0) for leader, gmv in pairs if leader}


def directory(shop: Shop, leaders: Iterable[str]) -> Mapping[str, Known]:
    """The leaders still at work, by id."""
    wanted = set(leaders)
    rows: list[dict[str, Any]] = shop.read(DIRECTORY).to_pylist()
    return {row["leader_id"]: _known(row) for row in rows if row["leader_id"] in wanted}


def withdrawn(shop: Shop) -> frozenset[str]:
    """The leaders who took their consent to marketing back."""
    return frozenset(shop.read(WITHDRAWN)["leader_id"].to_pylist())


def _known(row: Mapping[str, Any]) -> Known:
    regions = tuple(filter(None, (row[f"{level}_id"] for level in ("province", "city", "district", "street"))))
    town = " ".join(filter(None, (row["city"], row["district"])))
    return Known(row["name"], town, Place(regions, row["community_id"] or "", row["leader_id"]))
