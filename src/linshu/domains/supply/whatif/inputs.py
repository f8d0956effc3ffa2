"""The weeks that are lived again: what was sold and how long one could buy, and what the goods cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.forecast.panel import Panel
from linshu.domains.supply.forecast.recover import drawn
from linshu.domains.supply.replenish.inputs import read
from linshu.domains.supply.replenish.replay import Setting
from linshu.domains.supply.replenish.sold import sold_and_open
from linshu.domains.supply.whatif.decide import BACK, FEET, LONGEST, SEEDS, History

if TYPE_CHECKING:
    import numpy.typing as npt

    from linshu.domains.supply.replenish.case import Case
    from linshu.domains.supply.replenish.shelf import Reals
    from linshu.engine.shell.asking import Shop

DAY = timedelta(days=1)
LIVED = 28  # days counted
MOST = 200  # goods at warehouses, by sales: what a page can wait for
LEAST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Past:
    """What is lived again, and which goods it is about."""

    history: History
    truths: tuple[Reals, ...]
    cases: tuple[Case, ...]
    first: date  # counted from
    last: date
    of: int  # goods there are; those with most sales are lived again
    share: float = 1.0  # of what all goods there are cost a day


def past(shop: Shop, day: date, warehouse: str = "") -> Past | None:
    """The last weeks before `day`; None where there is nothing to live again."""
    found = read(shop, day)
    every = [one for one in found.cases if one.mode == "stocked" and one.usual > 0]
    cases = [one for one in every if warehouse in ("", one.warehouse_id)]
    if not cases:
        return None
    chosen = sorted(cases, key=lambda one: (-one.usual * one.price, one.sku_id, one.warehouse_id))[:MOST]
    days = BACK + FEET + LIVED
    sold, opened = sold_and_open(shop, day - days * DAY, days, [(one.sku_id, one.warehouse_id) for one in chosen])
    if not sold[:, :BACK].any():
        return None
    setting = Setting(
        np.array([one.price for one in chosen], np.float32), np.array([one.cost for one in chosen], np.float32),
        np.array([min(one.life, LONGEST) for one in chosen]), np.array([one.pack for one in chosen]),
        np.array([one.lead[len(one.lead) // 2] if one.lead else 1 for one in chosen]),
    )  # fmt: skip
    seen = np.maximum(opened, np.where(sold > 0, LEAST_SHARE, 0)).astype(np.float32)
    staple = np.array([one.is_staple for one in chosen])
    history = History(setting, sold, np.where(_offered(sold), seen, 0).astype(np.float32), BACK, staple)
    truths = tuple(drawn(_panel(sold, seen, day - days * DAY), seed).round() for seed in range(SEEDS))
    share = sum(one.usual * one.cost for one in chosen) / max(sum(one.usual * one.cost for one in every), 1e-9)
    return Past(history, truths, tuple(chosen), day - LIVED * DAY, day - DAY, len(cases), share)


def _offered(sold: Reals) -> npt.NDArray[np.bool_]:
    """[N, T] from the first day a good was sold on."""
    found: npt.NDArray[np.bool_] = np.maximum.accumulate(sold, axis=1) > 0
    return found


def _panel(sold: Reals, seen: Reals, first: date) -> Panel:
    nothing = np.zeros_like(sold)
    return Panel(first, sold, seen, nothing, nothing, np.zeros(sold.shape[1], np.float32))
