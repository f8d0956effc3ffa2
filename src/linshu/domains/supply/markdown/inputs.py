"""What markdowns read: which stock nears its end, which groups buy the goods, and what the goods brought afterwards."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from linshu.domains.supply.markdown.decide import LOOK
from linshu.domains.supply.replenish.inputs import PRICE_DAYS, above, by_supplying

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from linshu.domains.supply.replenish.inputs import Key
    from linshu.engine.shell.asking import Shop

DAY = timedelta(days=1)
GROUPS = 5  # groups that are named
ENDING = """
SELECT sku_id, warehouse_id, bool_or(is_near) AS is_near
FROM fct_stock_lots
WHERE on_hand_qty > 0 AND CAST(expires_on - CAST($1 AS DATE) AS BIGINT) BETWEEN 0 AND $2
GROUP BY sku_id, warehouse_id
"""
NAMES = "SELECT community_id, coalesce(name, community_id) AS name FROM dim_community"


def ending(shop: Shop, day: date, days: int) -> Mapping[Key, bool]:
    """Goods with stock whose last day is within so many days, and whether it is near its date by the custom of the trade."""
    homes, found = above(shop), defaultdict[tuple[str, str], bool](bool)
    for row in shop.read(ENDING, (day, days - 1)).to_pylist():
        found[row["sku_id"], homes.get(row["warehouse_id"], row["warehouse_id"])] |= bool(row["is_near"])
    return found


def buyers(shop: Shop, day: date, goods: Collection[Key]) -> Mapping[Key, Sequence[str]]:
    """The groups that bought most of each good from its warehouse in four weeks, by name, the largest first."""
    if not goods:
        return {}
    rows = shop.query(
        "units", ("sku", "warehouse", "community"), start=day - PRICE_DAYS * DAY, end=day - DAY,
        where={"sku": sorted({sku for sku, _ in goods})},
    ).rows()  # fmt: skip
    names = {row["community_id"]: row["name"] for row in shop.read(NAMES).to_pylist()}
    homes, sold = above(shop), defaultdict[tuple[str, str], list[tuple[int, str]]](list)
    for row in rows:
        key = (row["sku"], homes.get(row["warehouse"], row["warehouse"]))
        if key in goods and row["community"] and row["units"]:
            sold[key].append((-int(row["units"]), names.get(row["community"], row["community"])))
    return {key: [name for _, name in sorted(each)[:GROUPS]] for key, each in sold.items()}


def earned(shop: Shop, day: date) -> Mapping[Key, float]:
    """Goods margin less what was lost, of each good and warehouse in the days from `day` on, fen."""
    homes, last, found = above(shop), day + (LOOK - 1) * DAY, defaultdict[tuple[str, str], float](float)
    for metric, sign in (("goods_margin", 1), ("loss_amount", -1)):
        rows = shop.query(metric, ("sku", "warehouse"), start=day, end=last).rows()
        for key, amount in by_supplying(rows, homes, metric).items():
            found[key] += sign * amount
    return found
