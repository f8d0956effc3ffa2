"""Goods lost after they had left the warehouse, booked back in and written off by cause."""

from __future__ import annotations

import numpy as np

from linshu.twin.aftersale import Aftermath
from linshu.twin.emission import Emission, emission
from linshu.twin.fulfilment import Delivery, returned_pieces
from linshu.twin.numbers import stamp
from linshu.twin.rows import Columns, Ints, Numbered, Words
from linshu.twin.today import Sales, Today


def written_off(today: Today, sales: Sales, delivery: Delivery, after: Aftermath) -> None:
    """Goods lost after they had left: on the road, spoilt at the buyer's, never fetched; booked back in and off at once."""
    basket, goods = sales.basket, today.world.goods
    cell = sales.trade.city[basket.line_order] * goods.count + basket.line_sku
    kept = sales.trade.kept[basket.line_order]
    unit = sales.amounts.cost // np.maximum(basket.line_qty, 1)
    causes = (
        ("transit", delivery.short_grid + delivery.short_point, 20.5), ("after_sale", after.rotten, 44.0),
        ("uncollected", returned_pieces(delivery, sales), 60.0),
    )  # fmt: skip
    for code, (cause, pieces, hour) in enumerate(causes, start=4):
        gone = np.where(kept, pieces, 0)
        qty = np.bincount(cell, weights=gone, minlength=len(today.state.stock.pace)).astype(np.int64)
        worth = np.bincount(cell, weights=gone * unit, minlength=len(qty)).astype(np.int64)
        place = np.flatnonzero(qty)
        at = today.world.clock.at(today.day.number + 1, hour)
        for back in (True, False):
            today.rows.append(_booked(today, (place, qty[place], worth[place]), (cause, code, at), back=back))


def _booked(today: Today, lost: tuple[Ints, Ints, Ints], why: tuple[str, int, int], *, back: bool) -> Emission:
    place, qty, worth = lost
    cause, code, at = why
    sign = 1 if back else -1
    number = (stamp(today.day.number) * 100 + code * 2 + back) * 1_000_000 + np.arange(len(place))
    row: Columns = {
        "stock_movement_id": Numbered("SW", number), "sku_id": Words(today.world.pools.sku, place % today.world.goods.count),
        "warehouse_id": Words(today.world.pools.central, place // today.world.goods.count), "stock_batch_id": None,
        "kind": "return" if back else "loss", "qty": sign * qty, "cost_fen": sign * worth, "cause": None if back else cause,
        "document_id": None, "moved_at": np.full(len(place), at),
    }  # fmt: skip
    return emission("stock_movement", row, at)
