"""What each group is expected to order: the warehouse's forecast by shrunken shares of the last eight weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.forecast.days import fortnight
from linshu.domains.supply.forecast.horizon import HORIZONS
from linshu.domains.supply.forecast.shares import shares, split
from linshu.domains.supply.forecast.view import DAY, WEEK, Line
from linshu.engine.metrics.filters import UNKNOWN
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from linshu.domains.supply.forecast.shares import Counts, Reals
    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop

SEEN_DAYS = 56  # days the shares are taken from
OTHER = Text("没有社群的订单", "Orders of no group")
LIVING = """
SELECT c.community_id, coalesce(c.name, c.community_id) AS name
FROM dim_community AS c
LEFT JOIN dim_warehouse AS w ON w.warehouse_id = c.warehouse_id
WHERE coalesce(w.parent_id, c.warehouse_id) = $1 AND coalesce(c.closed_on > $2, TRUE)
"""
BELOW = "SELECT warehouse_id FROM dim_warehouse WHERE warehouse_id = $1 OR parent_id = $1"


@dataclass(frozen=True, slots=True)
class Split:
    """A warehouse's forecast of what is still to come, over the groups it supplies; whole thousandths of a unit."""

    skus: tuple[str, ...]
    groups: tuple[str, ...]  # "" stands for orders of no group
    names: tuple[str, ...]
    days: tuple[date, ...]
    parts: Reals  # [S, C]
    thousandths: Counts  # [S, D, C]

    def lines(self, sku: str = "") -> list[Line]:
        """A line for each group, of one SKU or of all."""
        rows = [self.skus.index(sku)] if sku else list(range(len(self.skus)))
        of = self.thousandths[rows].sum(axis=0) / 1000
        return [
            Line(group, name, "", "", float(of[0, at]), None, None, float(of[:WEEK, at].sum()), float(of[:, at].sum()), 0)
            for at, (group, name) in enumerate(zip(self.groups, self.names, strict=True))
        ]  # fmt: skip


def over_communities(
    shop: Shop, scope: Scope, made_on: date, warehouse: str, say: Callable[[Text], str]
) -> Split | None:
    """The split of one warehouse within the viewer's scope; None where that holds none of its forecast.

    Closed groups take nothing. The known is no part of this: whose orders they are is known, not estimated.
    """
    goods = fortnight(shop, scope, made_on, {"warehouse": warehouse})
    if not goods:
        return None
    below = shop.read(BELOW, (warehouse,))["warehouse_id"].to_pylist() or [warehouse]
    living = dict(zip(*shop.read(LIVING, (warehouse, made_on)).to_pydict().values(), strict=True))
    sold = shop.query(
        "units", ("sku", "community"), start=made_on - (SEEN_DAYS - 1) * DAY, end=made_on, where={"warehouse": below}
    ).rows()  # fmt: skip
    homeless = {None, "", UNKNOWN.zh}
    loose = any(row["community"] in homeless for row in sold) or not living
    groups = (*sorted(living), *([""] if loose else []))
    row_of = {one.sku_id: at for at, one in enumerate(goods)}
    column_of = {group: at for at, group in enumerate(groups)}
    seen = np.zeros((len(goods), len(groups)))
    for row in sold:
        at, column = row_of.get(row["sku"]), column_of.get("" if row["community"] in homeless else row["community"])
        if at is not None and column is not None:
            seen[at, column] += row["units"] or 0
    parts = shares(seen)
    days = tuple(made_on + ahead * DAY for ahead in HORIZONS)
    wholes = np.zeros((len(goods), len(days)), np.int64)
    for at, one in enumerate(goods):
        for day in one.days:
            wholes[at, (day.first - made_on).days - 1] = round(1000 * day.mean)
    return Split(
        tuple(one.sku_id for one in goods), groups, tuple(living.get(group) or say(OTHER) for group in groups),
        days, parts, split(wholes, parts),
    )  # fmt: skip
