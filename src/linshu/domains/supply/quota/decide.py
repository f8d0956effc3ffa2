"""How much of a pre-sale listing may be sold until its cut-off: pure.

One more piece of quota earns its margin where it can be delivered, and costs a broken promise where it cannot. So beside what
is sold already

    at least   what is enough: selling out before the cut-off is rarer then than the policy allows
    at most    what is safe: of the last piece the margin, times the chance that it can be delivered, still pays for the
               refund and the trouble, times the chance that it cannot

may be sold; where the second is the smaller, it decides. A quota between the two is left alone. It is raised no further than
to what the supplier has shown it can bring, times a headroom; that it never brought more is no reason to lower a quota, for
nobody asked it to. A quota counts pieces that customers buy, not boxes: boxes are what is bought of the supplier.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Reals = npt.NDArray[np.float64]

EXACT = 1e-9
ANY = 1e12  # pieces: more than anybody brings
RARE = 1e-4  # more pieces than are asked for once in so many days are not looked at
Move = Literal["raise", "lower", ""]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the company decided about quotas of pre-sales."""

    early: float = 0.1  # the chance to turn buyers away before the cut-off that is put up with
    unkept: float = (
        0.3  # a piece that is sold and never comes costs this share of its price: refund, coupon, a lost buyer
    )
    headroom: float = 2.0  # a supplier brings up to so many times the most it brought lately; 0 = any number
    least: int = 200  # fen a change must be worth


@dataclass(frozen=True, slots=True)
class Source:
    """What one warehouse can bring of a good in time for one listing, and what is asked of it until the cut-off; pieces."""

    warehouse_id: str
    warehouse: str
    asked: float  # expected through this listing
    part: float  # of what all listings of the good still expect here, what this one does
    width: float  # variance of what is asked = mean + width x mean squared
    on_hand: int
    coming: int  # ordered already, here before the goods go out
    owed: int  # sold of the good and not gone out, through whatever listing
    takes: bool  # the supplier still takes an order that comes in time
    most: int | None  # it brought on one day lately, a box at least; None = never seen
    short: bool = False  # it often brought less than was ordered: the most is what it can
    kept: tuple[tuple[float, int], ...] = ()  # share of what was ordered that came in time, and of how many deliveries

    def further(self, rules: Rules) -> float:
        """The most that comes if all that is ordered comes; ANY where nothing is known to limit it."""
        if not self.takes:
            return float(self.coming)
        return self.shown(rules) if self.short else ANY

    def shown(self, rules: Rules) -> float:
        """The most it is trusted to bring, by what it brought."""
        limit = ANY if self.most is None or not rules.headroom else rules.headroom * self.most
        return max(float(self.coming), limit)

    def chances(self, pieces: Reals, rules: Rules) -> Reals:
        """The chance that so many more can be delivered, while the good's other listings sell in their proportion."""
        need = np.ceil(pieces / max(self.part, EXACT) - EXACT) + self.owed - self.on_hand
        shares = np.array([share for share, _ in self.kept] or [1.0])
        weights = np.array([float(many) for _, many in self.kept] or [1.0])
        enough = (shares * self.further(rules))[:, None] >= need[None, :] - EXACT
        found: Reals = np.where(need <= EXACT, 1.0, (weights / weights.sum()) @ enough)
        return found


@dataclass(frozen=True, slots=True)
class Listing:
    """One open listing of a pre-sold good."""

    listing_id: str
    batch_id: str
    sku_id: str
    sku: str
    where: str  # where it is offered, in words; "" = everywhere
    supplier_id: str
    supplier: str
    sold: int
    quota: int | None  # None = any number
    price: int  # fen
    cost: float  # fen
    ends: str  # the cut-off as the wall clock shows it
    sources: tuple[Source, ...]
    raised: bool = False  # because of a surge, today: left alone, its room is not known until the data say so

    @property
    def asked(self) -> float:
        """Expected pieces until the cut-off."""
        return sum(one.asked for one in self.sources)

    @property
    def earns(self) -> float:
        """What a delivered piece brings, fen; below cost it is no reason to sell more."""
        return max(0.0, self.price - self.cost)


@dataclass(frozen=True)
class Stand:
    """A listing under the rules: what each further piece is worth, and the two bounds."""

    listing: Listing
    rules: Rules

    @cached_property
    def top(self) -> int:
        """As many as are hardly ever asked for."""
        return self._quantile(RARE)

    @cached_property
    def asked_for(self) -> Reals:
        """[top] the chance that a first, second, ... piece is still asked for."""
        return self._beyond(np.arange(self.top))

    @cached_property
    def kept(self) -> Reals:
        """[top] the chance that a first, second, ... piece can be delivered."""
        pieces, found = np.arange(1, self.top + 1, dtype=np.float64), np.zeros(self.top)
        for one in self.listing.sources:
            share = one.asked / max(self.listing.asked, EXACT)
            found += share * one.chances(pieces * share, self.rules)
        return found

    @cached_property
    def each(self) -> Reals:
        """[top] what the first, second, ... piece is worth where it is asked for, fen."""
        earns, costs = self.listing.earns, self.rules.unkept * self.listing.price
        return self.kept * earns - (1 - self.kept) * costs

    @cached_property
    def safe(self) -> int | None:
        """The most that may still be sold; None = nobody asks for more than can be brought."""
        poor = np.flatnonzero(self.each < -EXACT)
        return int(poor[0]) if len(poor) else None

    @cached_property
    def enough(self) -> int:
        """With so many buyers are turned away no more often than the policy puts up with."""
        return self._quantile(self.rules.early)

    @property
    def room(self) -> int | None:
        """What the present quota leaves; None = any number."""
        quota = self.listing.quota
        return None if quota is None else max(0, quota - self.listing.sold)

    def worth(self, quota: int | None) -> float:
        """Expected margin of what is sold from now on under a quota, less broken promises, fen."""
        return self._under(quota, self.each)

    def sells(self, quota: int | None) -> float:
        """Expected pieces sold from now on."""
        return self._under(quota, np.ones(self.top))

    def breaks(self, quota: int | None) -> float:
        """Expected pieces sold from now on that never come."""
        return self._under(quota, 1 - self.kept)

    def _under(self, quota: int | None, each: Reals) -> float:
        """What the pieces sold under a quota come to, each told what it counts."""
        many = None if quota is None else max(0, quota - self.listing.sold)
        return float((self.asked_for * each)[:many].sum())

    def out(self, quota: int | None) -> float:
        """The chance to turn buyers away before the cut-off."""
        return 0.0 if quota is None else float(self._beyond(np.array([max(0, quota - self.listing.sold)]))[0])

    @property
    def shown(self) -> int:
        """So many more the suppliers are trusted to bring, by what they brought."""
        found = [
            (one.on_hand + one.shown(self.rules) - one.owed) * one.part * self.listing.asked / max(one.asked, EXACT)
            for one in self.listing.sources
        ]
        return max(0, math.floor(min(found, default=ANY) + EXACT))

    @property
    def bound(self) -> int:
        """Where the quota should stand at least: what is enough, as far as it is known that it can be brought."""
        return self.listing.sold + min(one for one in (self.enough, self.safe, self.shown) if one is not None)

    @cached_property
    def quota(self) -> int | None:
        """The quota to have: the present one where it lies between the bounds, or a change is not worth it."""
        present, safe = self.listing.quota, self.safe
        wanted = present
        if self.listing.raised:
            return present
        if present is not None and self.bound > max(present, self.listing.sold):
            wanted = self.bound
        elif safe is not None and (self.room is None or self.room > safe):
            wanted = self.listing.sold + safe
        return wanted if self.gain(wanted) >= max(self.rules.least, 1) else present

    def gain(self, quota: int | None) -> float:
        """What another quota is worth beyond the present one, fen."""
        return self.worth(quota) - self.worth(self.listing.quota)

    @property
    def move(self) -> Move:
        """Which way the quota goes."""
        wanted, present = self.quota, self.listing.quota
        if wanted == present or wanted is None:
            return ""
        return "lower" if present is None or wanted < present else "raise"

    def _quantile(self, rare: float) -> int:
        """The least number beyond which less is asked for than in so many of all cases."""
        from scipy.stats import nbinom, poisson  # noqa: PLC0415 - heavy, and commands start without it

        mean, width = self.listing.asked, self._width
        if mean <= EXACT:
            return 0
        size = 1 / max(width, EXACT)
        return int(poisson.isf(rare, mean) if width <= EXACT else nbinom.isf(rare, size, size / (size + mean)))

    def _beyond(self, pieces: npt.NDArray[np.int64]) -> Reals:
        """The chance that more than so many are still asked for."""
        from scipy.stats import nbinom, poisson  # noqa: PLC0415 - heavy, and commands start without it

        mean, width = self.listing.asked, self._width
        if mean <= EXACT:
            return np.zeros(len(pieces))
        size = 1 / max(width, EXACT)
        found: Reals = poisson.sf(pieces, mean) if width <= EXACT else nbinom.sf(pieces, size, size / (size + mean))
        return found

    @property
    def _width(self) -> float:
        """Of several warehouses together no less than theirs on average: they go high and low on the same days."""
        return sum(one.asked * one.width for one in self.listing.sources) / max(self.listing.asked, EXACT)
