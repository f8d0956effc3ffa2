"""What the data does not hold: prices, costs, shelf lives, packs, drawn for each product; and who knows every day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.replenish.replay import Setting

if TYPE_CHECKING:
    import numpy.typing as npt

    from linshu.domains.supply.forecast.panel import Codes, Reals

LIVES = np.array([1, 2, 3, 5, 7])
PACKS = np.array([1, 2, 5])
COST_SHARE = (0.66, 0.78)
PRICE = (150, 1200)  # fen a piece


def setting(product: Codes, family: Codes, draw: int) -> Setting:
    """Shelf life by family, the rest by product; the first draw takes 72 % of the price as cost for all."""
    chance = np.random.default_rng(100 + draw)
    life = chance.choice(LIVES, int(family.max()) + 1)[family]
    price = np.exp(chance.uniform(*np.log(PRICE), int(product.max()) + 1))[product]
    share = np.full(int(product.max()) + 1, 0.72) if draw == 0 else chance.uniform(*COST_SHARE, int(product.max()) + 1)
    pack = chance.choice(PACKS, int(product.max()) + 1)[product]
    return Setting(price.astype(np.float32), (price * share[product]).astype(np.float32), life, pack)


def clairvoyant(setting: Setting, demand: Reals) -> npt.NDArray[np.float64]:
    """[N] the most any rule could have earned over these days, fen, one good after another, exactly.

    Who knows demand never holds a whole box overnight: it could have been ordered a day later. So the state is what was left
    of one opened box and its age, and a day's choice is whether to open a last box or to leave its pieces missing.
    """
    return np.array([_alone(setting, demand, row) for row in range(len(demand))])


def _alone(of: Setting, demand: Reals, row: int) -> float:
    price, cost, life, pack = float(of.price[row]), float(of.cost[row]), int(of.life[row]), int(of.pack[row])
    margin, missing, keeping = price - cost, of.goodwill * price, of.holding * cost
    if pack == 1:
        return margin * float(demand[row].sum())
    best = {(0, 0): 0.0}  # (pieces left, days they still can be sold) -> fen so far
    for wanted in demand[row].astype(int):
        after: dict[tuple[int, int], float] = {}
        for (left, days), earned in best.items():
            used = min(left, int(wanted))
            rest, short = left - used, int(wanted) - used
            boxes, over = divmod(short, pack)
            choices = [(boxes * pack, over, rest, days)]
            if over:
                choices.append((short, 0, pack - over, life))
            for sold, missed, kept, keeps in choices:
                wasted = kept if keeps <= 1 else 0
                state = (0, 0) if wasted or not kept else (kept, keeps - 1)
                value = earned + margin * (used + sold) - missing * missed - cost * wasted - keeping * (kept - wasted)
                after[state] = max(after.get(state, -np.inf), value)
        best = after
    return max(best.values())
