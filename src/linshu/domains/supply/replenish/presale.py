"""Pre-sale (以销定采): what is sold before the cut-off is known, only what still comes until then is a forecast. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.replenish.advise import Advice, before_presale

if TYPE_CHECKING:
    from linshu.domains.supply.replenish.advise import House
    from linshu.domains.supply.replenish.case import Case

EXACT = 1e-6


def presale(case: Case, house: House, boxes: int | None = None) -> Advice:
    """Purchase = confirmed orders + what is still to come before the cut-off - what is available, in whole boxes.

    What is still to come is bought up to where one more piece is no longer likely enough asked for, by its margin and by what a
    piece left over costs: all of it where it keeps no longer than today, else a night's keeping and its chance to spoil. With
    `boxes` given, what so many mean.
    """
    before, stand = before_presale(case), _Stand(case, house)
    best = boxes if boxes is not None else 0 if case.wait else stand.best()
    pieces = best * case.pack
    missing, missing_with = stand.outcome(0).missing, stand.outcome(pieces).missing
    none, value = stand.worth(0), stand.worth(pieces)
    sells = stand.asked_for(stand.free + pieces) if best else 0.0
    return Advice(
        case, best, before, round(value - none), round(value - stand.worth(before)), missing, missing_with, 0.0,
        stand.outcome(pieces).wasted, sells,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is expected of a purchase, pieces."""

    missing: float
    left: float  # in the evening
    wasted: float


class _Stand:
    """One pre-sold good in the morning: what is free for what is still to come, and what a piece earns and costs."""

    def __init__(self, case: Case, house: House) -> None:
        self.case, self.expected = case, case.to_come
        self.free = case.on_hand + case.on_way - case.confirmed  # below zero: owed
        self.later = sum(case.ahead[1 : case.life])  # who may still buy what is left over
        self.earns = case.price - case.cost + house.goodwill * case.price
        self.kept, self.spoilt = house.holding * case.cost, house.waste * case.cost

    def outcome(self, pieces: int) -> Outcome:
        """What so many more mean."""
        missing, left = beside(self.expected, self.case.width, self.free + pieces)
        if self.case.life <= 1:  # what lay there already is lost whatever is bought
            return Outcome(missing, left, max(0.0, left - max(0, self.free)))
        whole, part = int(left), left - int(left)
        spoilt = [beside(self.later, self.case.width, whole + more)[1] for more in (0, 1)]
        return Outcome(missing, left, spoilt[0] + part * (spoilt[1] - spoilt[0]))

    def worth(self, pieces: int) -> float:
        """Fen, but for what is the same whatever is bought."""
        told = self.outcome(pieces)
        return -self.earns * told.missing - self.spoilt * told.wasted - self.kept * (told.left - told.wasted)

    def best(self) -> int:
        """The best number of boxes, never fewer than what is confirmed needs: looked for around the likely one."""
        owed = max(0, math.ceil(-self.free / self.case.pack - EXACT))
        if self.earns <= 0 or self.expected <= EXACT:
            return owed
        loses = self.spoilt if self.case.life <= 1 else self.kept
        more = _quantile(self.expected, self.case.width, self.earns / (self.earns + loses + EXACT))
        many = max(owed, math.ceil((more - self.free) / self.case.pack - EXACT))
        value = self.worth(many * self.case.pack)
        for step in (1, -1):
            while many + step >= owed and (further := self.worth((many + step) * self.case.pack)) > value + EXACT:
                many, value = many + step, further
        return many

    def asked_for(self, pieces: int) -> float:
        """The chance that so many still come."""
        from scipy.stats import nbinom  # noqa: PLC0415 - heavy, and commands start without it

        if pieces <= 0 or self.expected <= EXACT:
            return float(pieces <= 0)
        size = 1 / max(self.case.width, EXACT)
        return float(nbinom.sf(pieces - 1, size, size / (size + self.expected)))


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
