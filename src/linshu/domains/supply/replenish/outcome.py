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


def gain(case: Case, ordered: int, before: int, wanted: Sequence[float], house: House) -> float:
    """Fen an order earned beyond the old rule's, pieces both, on what was asked for on each day from the order on.

    Both arrive after the usual time. Days that have not come yet go on as the forecast of the order has them.
    """
    goods, demand = goods_of([case], 1)
    demand[0, : len(wanted)] = wanted[:HORIZON]
    usual = case.lead[len(case.lead) // 2] if case.lead else 1
    goods = replace(goods, lead=np.array([[usual]]))
    met = reach(goods, demand[:, None, :], house.rules)
    ours, theirs = (float(worth(goods, met, house.rules, np.array([pieces]))[0]) for pieces in (ordered, before))
    return ours - theirs
