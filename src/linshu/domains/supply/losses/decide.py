"""Which goods matter and sell steadily, and what moved the losses from one period to the next: pure.

ABC: goods by their share of sales, most first; those that make up the first 80 % are A, up to 95 % B, the rest C.
XYZ: by how much their weekly units vary (standard deviation divided by mean): X up to a half, Y up to one, Z above,
and whatever sells for less than four weeks.

What moved the losses: loss = cost of goods out x loss rate, so its change is what came with more or less going out,
what came with more of the goods that spoil easily going out (mix), and what came with the same goods spoiling more.
The parts are exact fractions of a fen and add up to the change.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

A_UPTO, B_UPTO = 0.80, 0.95
X_UPTO, Y_UPTO = 0.5, 1.0
LEAST_WEEKS = 4
CLASSES = ("A", "B", "C")
STEADINESS = ("X", "Y", "Z")


def by_share(shares: Mapping[str, float]) -> dict[str, str]:
    """A, B or C of every SKU, from its share of all sales; what sold nothing is C."""
    ordered = sorted(shares, key=lambda sku: (-shares[sku], sku))
    before = [0.0, *accumulate(max(shares[sku], 0.0) for sku in ordered)]
    return {sku: _letter(shares[sku], upto) for sku, upto in zip(ordered, before, strict=False)}


def _letter(share: float, upto: float) -> str:
    """A SKU belongs where the goods before it leave off, so that the first is always A."""
    if share <= 0:
        return "C"
    return "A" if upto < A_UPTO else "B" if upto < B_UPTO else "C"


def variation(weeks: Sequence[int]) -> float | None:
    """How much weekly units vary, from the first week that sold; None where too few weeks tell."""
    first = next((at for at, units in enumerate(weeks) if units > 0), len(weeks))
    sold = weeks[first:]
    if len(sold) < LEAST_WEEKS or sum(sold) <= 0:
        return None
    return pstdev(sold) / fmean(sold)


def steadiness(weeks: Sequence[int]) -> str:
    """X, Y or Z of one SKU, from its weekly units, the oldest first."""
    varies = variation(weeks)
    if varies is None:
        return "Z"
    return "X" if varies <= X_UPTO else "Y" if varies <= Y_UPTO else "Z"


@dataclass(frozen=True, slots=True)
class Part:
    """One group in both periods: what it lost and what went out of it at cost, fen."""

    key: str
    lost: int
    out: int
    lost_before: int
    out_before: int

    @property
    def rate(self) -> float | None:
        """What it loses of what goes out, now."""
        return self.lost / self.out if self.out > 0 else None

    @property
    def rate_before(self) -> float | None:
        """The same in the period before."""
        return self.lost_before / self.out_before if self.out_before > 0 else None


@dataclass(frozen=True, slots=True)
class Driver:
    """What one group added to the losses beside the change of all that went out, fen."""

    part: Part
    spoils: Fraction  # because it loses more or less of itself than before
    mix: Fraction  # because more or less of it goes out among all

    @property
    def effect(self) -> Fraction:
        """Both together."""
        return self.spoils + self.mix


@dataclass(frozen=True, slots=True)
class Change:
    """The change of the losses, fen, in parts that add up to it."""

    total: int
    volume: Fraction  # because more or less went out in all
    drivers: tuple[Driver, ...]  # the strongest first

    @property
    def spoils(self) -> Fraction:
        """Because goods lose more or less of themselves."""
        return sum((one.spoils for one in self.drivers), Fraction(0))

    @property
    def mix(self) -> Fraction:
        """Because other goods went out."""
        return sum((one.mix for one in self.drivers), Fraction(0))


def change(parts: Iterable[Part]) -> Change | None:
    """What moved the losses; None where in one of the periods nothing went out, so that no rate can be told.

    The mean of both periods weighs each effect, so that now and before could be swapped and only the signs would turn.
    """
    listed = tuple(parts)
    out, out_before = sum(one.out for one in listed), sum(one.out_before for one in listed)
    lost, lost_before = sum(one.lost for one in listed), sum(one.lost_before for one in listed)
    if out <= 0 or out_before <= 0:
        return None
    rate = (Fraction(lost, out) + Fraction(lost_before, out_before)) / 2
    drivers = [_driver(one, out, out_before, rate) for one in listed]
    drivers.sort(key=lambda one: (-abs(one.effect), one.part.key))
    return Change(lost - lost_before, rate * (out - out_before), tuple(drivers))


def _driver(one: Part, out: int, out_before: int, usual: Fraction) -> Driver:
    """What a group adds to the rate of all, times what goes out in a usual one of the two periods."""
    moved = Fraction(one.out, out) - Fraction(one.out_before, out_before)
    whole = Fraction(one.lost, out) - Fraction(one.lost_before, out_before) - usual * moved
    now = Fraction(one.lost, one.out) if one.out > 0 else None
    then = Fraction(one.lost_before, one.out_before) if one.out_before > 0 else None
    known = [rate for rate in (now, then) if rate is not None]
    own = sum(known, Fraction(0)) / len(known) if known else usual
    mix = (own - usual) * moved
    scale = Fraction(out + out_before, 2)
    return Driver(one, (whole - mix) * scale, mix * scale)
