"""What a group (or a cluster of like groups) should push, keep, try and drop, with what each brings: pure.

1. Each good's rate comes shrunk from `rates`, its fen a piece are margin less expected waste.
2. As many places as today are filled so that the whole list earns most (`choice`); what is core stays.
3. A few places are kept for goods that were hardly ever offered here: those whose upper side promises most.
4. The best of the list are pushed; what is on today's list and not on the new one is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from linshu.domains.supply.assortment.choice import Shelf, best
from linshu.domains.supply.assortment.rates import HIGH, LOW, Flags, Ints, Rates, Reals

MONTH = 30
TINY = 1e-9
Kind = Literal["push", "keep", "try", "drop"]
KINDS: tuple[Kind, ...] = ("push", "keep", "try", "drop")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the company wants of a list."""

    slots: int = 0  # places of a list; 0 = as many as there are today
    core_skus: int = 10  # best sellers of the whole company that always stay
    try_slots: int = 4  # of the places, kept for goods hardly known here
    try_days: float = 7.0  # on offer here for fewer days than this: hardly known
    push_share: float = 0.15  # of the list, pushed
    assumed_share: float = 0.3  # of the buyers of a sold-out good who look for another, before it is measured
    least_gain: int = 2_000  # fen a month for which a list is worth changing
    most_lists: int = 100  # proposals of one morning


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one place, good by good [S]."""

    rate: Rates  # of this place alone: arrays [S]
    sold: Reals
    days: Reals  # on offer here
    margin: Reals  # fen a piece brings, waste taken off
    family: Ints
    listed: Flags  # on today's list
    core: Flags
    share: Reals  # [K] of a family's buyers who look for another of it when theirs is not there
    doubt: Reals  # [K] its standard deviation
    period: float  # days looked at


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do with one good: `month` is what it earns in the new list, or earns today when it is dropped."""

    at: int  # which good
    kind: Kind
    new: bool  # not on today's list
    core: bool
    rate: float  # pieces a day on offer, shrunk
    raw: float | None  # as counted; None where it was never on offer
    low: float
    high: float
    days: float
    margin: float
    month: float  # fen
    matters: float  # fen a month the list would earn less with the other decision
    goes_on: float  # the share of its buyers who take another good when it is dropped


@dataclass(frozen=True, slots=True)
class Proposed:
    """The new list beside today's: fen a month."""

    advice: tuple[Advice, ...]
    now: float
    then: float
    low: float  # of the difference, 8 of 10 cases lie between
    high: float
    slots: int
    listed: int

    @property
    def gain(self) -> float:
        """What the new list earns more a month."""
        return self.then - self.now

    def many(self, kind: Kind) -> int:
        """How many goods of a kind."""
        return sum(one.kind == kind for one in self.advice)


def advise(known: Known, rules: Rules) -> Proposed:
    """The list for one place."""
    many = len(known.sold)
    slots = rules.slots or int(known.listed.sum())
    shelf = first_choice(known, known.rate.mean)
    little = (known.days < rules.try_days) & ~known.core
    tried = _tried(known, rules, little, slots)
    settled = np.flatnonzero(~little | (known.listed & ~tried))
    kept = np.zeros(many, bool)
    part = Shelf(shelf.rate[settled], shelf.margin[settled], shelf.family[settled], shelf.switch)
    kept[settled] = best(part, slots - int(tried.sum()), known.core[settled])
    whole = kept | tried
    month = shelf.earns(whole) * MONTH
    today = shelf.earns(known.listed) * MONTH
    pushed = _pushed(known, shelf, kept, rules, slots)
    matters = np.where(whole, shelf.without(whole), 0.0) * MONTH
    for at in np.flatnonzero(known.listed & ~whole):
        matters[at] = _missed(shelf, whole, known.core | tried, int(at), slots) * MONTH
    sides = known.rate.side(LOW), known.rate.side(HIGH)
    advice = tuple(
        Advice(
            int(at),
            "drop" if not whole[at] else "try" if tried[at] else "push" if pushed[at] else "keep",
            not known.listed[at],
            bool(known.core[at]),
            float(known.rate.mean[at]),
            float(known.sold[at] / known.days[at]) if known.days[at] > 0 else None,
            float(sides[0][at]),
            float(sides[1][at]),
            float(known.days[at]),
            float(known.margin[at]),
            float(month[at] if whole[at] else today[at]),
            float(matters[at]),
            float(shelf.switch[shelf.family[at]] * _offered(shelf, whole)[shelf.family[at]]),
        )
        for at in np.flatnonzero(whole | known.listed)
    )
    now, then = float(today.sum()), float(month.sum())
    doubt = HIGH * _doubt(known, shelf, whole)
    return Proposed(advice, now, then, then - now - doubt, then - now + doubt, slots, int(known.listed.sum()))


def first_choice(known: Known, rate: Reals) -> Shelf:
    """The shelf of a place: rates as counted hold buyers whose first choice was not on offer; they are taken out."""
    many = len(known.share)
    popular = np.bincount(known.family, rate, many)
    there = np.bincount(known.family, rate * np.minimum(known.days / max(known.period, TINY), 1.0), many)
    part = np.clip(there / np.maximum(popular, TINY), 0.0, 1.0)
    own = rate / (1.0 + known.share * (1.0 - part))[known.family]
    return Shelf(own, known.margin, known.family, known.share)


def _offered(shelf: Shelf, kept: Flags) -> Reals:
    """The part of each family's popularity that is offered."""
    there = np.bincount(shelf.family, shelf.rate * kept, len(shelf.switch))
    found: Reals = there / np.maximum(shelf.popular(), TINY)
    return found


def _tried(known: Known, rules: Rules, little: Flags, slots: int) -> Flags:
    """The goods hardly known here whose upper side promises most; never more than a tenth of the list."""
    hopes = known.rate.side(HIGH) * known.margin
    places = min(rules.try_slots, slots // 10)
    ranked = [at for at in np.argsort(-hopes, kind="stable") if little[at] and hopes[at] > 0][:places]
    found = np.zeros(len(little), bool)
    found[ranked] = True
    return found


def _pushed(known: Known, shelf: Shelf, kept: Flags, rules: Rules, slots: int) -> Flags:
    """The best of the list by what they surely earn: the low side of the rate."""
    sure = np.where(kept, known.rate.side(LOW) * known.margin, -np.inf)
    found = np.zeros(len(kept), bool)
    found[np.argsort(-sure, kind="stable")[: max(round(slots * rules.push_share), 1)]] = True
    return found & kept & (sure > 0) & (shelf.margin > 0)


def _missed(shelf: Shelf, whole: Flags, fixed: Flags, at: int, slots: int) -> float:
    """How much less a day the list would earn if this good kept its place, the weakest other giving way."""
    trial = whole.copy()
    if trial.sum() >= slots:
        weakest = np.where(whole & ~fixed, shelf.without(whole), np.inf)
        if not np.isfinite(weakest).any():
            return 0.0
        trial[int(np.argmin(weakest))] = False
    trial[at] = True
    return max(shelf.profit(whole) - shelf.profit(trial), 0.0)


def _doubt(known: Known, shelf: Shelf, whole: Flags) -> float:
    """The standard deviation of the difference a month, from the rates and from who looks for another good."""
    thinned = shelf.rate / np.maximum(known.rate.mean, TINY)
    lifts = [shelf.lift(kept)[shelf.family] * kept for kept in (whole, known.listed)]
    weight = (lifts[0] - lifts[1]) * shelf.margin * thinned
    other = first_choice(replace(known, share=known.share + known.doubt), known.rate.mean)
    moved = [one.earns(whole) - one.earns(known.listed) for one in (shelf, other)]
    by_family = np.bincount(known.family, moved[1] - moved[0], len(known.share))
    return float(np.sqrt(((weight * known.rate.sd) ** 2).sum() + (by_family**2).sum())) * MONTH
