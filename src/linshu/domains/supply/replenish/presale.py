"""Pre-sale (以销定采): what is sold before the cut-off is known, only what still comes until then is a forecast. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.replenish.advise import Advice, before_presale

if TYPE_CHECKING:
    from linshu.domains.supply.replenish.advise import House
    from linshu.domains.supply.replenish.case import Case

EXACT = 1e-6


def presale(case: Case, house: House, boxes: int | None = None) -> Advice:
    """Purchase = confirmed orders + what is still to come before the cut-off - what is available, in whole boxes.

    What is still to come is bought up to where one more piece is no longer likely enough asked for, by its margin and its
    cost. With `boxes` given, what so many mean.
    """
    expected = case.to_come
    free = case.on_hand + case.on_way - case.confirmed  # pieces for what is still to come; below zero: owed
    earns, loses = case.price - case.cost + house.goodwill * case.price, house.waste * case.cost
    level = max(0.0, earns / (earns + loses)) if earns > 0 else 0.0
    more = _quantile(expected, case.width, level) if expected > EXACT else 0
    best = max(0, math.ceil((more - free) / case.pack - EXACT)) if boxes is None else boxes
    before = before_presale(case)
    missing, _ = beside(expected, case.width, free)
    missing_with, over = beside(expected, case.width, free + best * case.pack)
    keeps = case.life > 1  # what is left can be sold tomorrow

    def worth(pieces: int) -> float:
        short, left = beside(expected, case.width, free + pieces)
        wasted = 0.0 if keeps else max(0.0, left - max(0, free))
        return earns * (missing - short) - loses * wasted - (house.holding * case.cost * left if keeps else 0.0)

    value = worth(best * case.pack)
    return Advice(
        case, best, before, round(value), round(value - worth(before)), missing, missing_with, 0.0,
        0.0 if keeps else over, 1 - level if best else 0.0,
    )  # fmt: skip


def _quantile(mean: float, width: float, level: float) -> int:
    from scipy.stats import nbinom, poisson  # noqa: PLC0415 - heavy, and commands start without it

    if width <= EXACT:
        return int(poisson.ppf(level, mean))
    size = 1 / width
    return int(nbinom.ppf(level, size, size / (size + mean)))


def beside(mean: float, width: float, have: int) -> tuple[float, float]:
    """Expected pieces missing and too many, when `have` are there for what is still to come; below zero they are owed."""
    from scipy.stats import nbinom, poisson  # noqa: PLC0415 - heavy, and commands start without it

    if mean < EXACT or have <= 0:
        return (0.0 if have > 0 else mean - have), float(max(0, have))
    upto = np.arange(have + 1)
    size = 1 / max(width, EXACT)
    chance = poisson.pmf(upto, mean) if width <= EXACT else nbinom.pmf(upto, size, size / (size + mean))
    over = float(((have - upto) * chance).sum())
    return max(0.0, over + mean - have), over
