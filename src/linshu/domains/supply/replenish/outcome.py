"""What orders earned: the days that came are lived again with the order and with the one the old rule would have made. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.replenish.case import HORIZON, goods_of
from linshu.domains.supply.replenish.decide import reach, worth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.domains.supply.replenish.advise import House
    from linshu.domains.supply.replenish.case import Case
    from linshu.domains.supply.replenish.shelf import Reals


LEAST_OPEN = 0.2  # of a day: less tells too little about the rest


def wanted(sold: Reals, opened: Reals) -> Reals:
    """[N, days] what was asked for before the last day with sales, which may still run: units over the share of the day one could buy.

    What is known of an order's days is a few of them, without weeks before: the belief of `forecast.recover` has nothing to
    stand on, so the open part speaks for the whole day.
    """
    days = np.flatnonzero(sold.any(axis=0))
    upto = int(days.max()) if len(days) else 0
    return (sold[:, :upto] / np.maximum(opened[:, :upto], LEAST_OPEN)).astype(np.float32)


def gain(case: Case, ordered: int, before: int, wanted: Sequence[float], house: House) -> float:
    """Fen an order earned beyond the old rule's, pieces both, on what was asked for on each day from the order on.

    Both arrive after the usual time. Days that have not come yet go on as the forecast of the order has them.
    """
    goods, demand = goods_of([case], 1)
    demand[0, : len(wanted)] = wanted[:HORIZON]
    usual = case.lead[len(case.lead) // 2] if case.lead else 1
    goods = replace(house.taken(goods, [case]), lead=np.array([[usual]]))
    met = reach(goods, demand[:, None, :], house.costs)
    ours, theirs = (float(worth(goods, met, house.costs, np.array([pieces]))[0]) for pieces in (ordered, before))
    return ours - theirs
