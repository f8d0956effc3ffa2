"""What to offer in one's own groups, as the newest advice has it; while none is published that is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.domains.operations.portal.own import Own

# What a restriction holds for in a group; one that holds for none of it lets nothing through.
REACHES = {
    "regions": ("province_id", "city_id", "district_id", "street_id"), "communities": ("community_id",),
    "leaders": ("leader_id",), "warehouses": ("warehouse_id",), "channels": ("channel_id",),
}  # fmt: skip
ACTS = {"push": Text("主推", "Push"), "try": Text("试卖", "Try")}
MOST = 6
ADVICE = """
SELECT s.name, a.advice, min(a.place) AS place
FROM fct_assortment_advice AS a
INNER JOIN dim_community AS c ON c.community_id = a.community_id
INNER JOIN dim_sku AS s ON s.sku_id = a.sku_id
WHERE a.advice IN ('push', 'try') AND a.day = (SELECT max(day) FROM fct_assortment_advice WHERE day <= CAST(? AS DATE)){own}
GROUP BY s.name, a.advice
ORDER BY place NULLS LAST, s.name
LIMIT {most}
"""
PUBLISHED = "SELECT count(*) AS many FROM fct_assortment_advice"


@dataclass(frozen=True, slots=True)
class Advised:
    """The goods, the weightiest first, and whether advice is published for groups at all."""

    goods: tuple[tuple[str, Text], ...]
    published: bool


def advised(mine: Own) -> Advised:
    """Of the viewer's own groups: those within every restriction of the scope, by who leads them now."""
    return mine.kept(("advised",), lambda: _read(mine))


def _read(mine: Own) -> Advised:
    read, own, given = mine.shell.shop.read, "", [str(mine.today)]
    if not read(PUBLISHED).to_pylist()[0]["many"]:
        return Advised((), published=False)
    for attribute, ids in mine.scope.restrictions():
        ways = [f"c.{column} IN ({', '.join('?' for _ in ids)})" for column in REACHES.get(attribute, ()) if ids]
        own += f" AND ({' OR '.join(ways) or 'FALSE'})"
        given += [*ids] * len(ways)
    rows: list[dict[str, Any]] = read(ADVICE.format(own=own, most=MOST), given).to_pylist()
    return Advised(tuple((row["name"], ACTS[row["advice"]]) for row in rows), published=True)
