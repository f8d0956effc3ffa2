"""How many buyers of a sold-out good look for another one of its family, measured on the days it was sold out: pure.

For each warehouse and family: by how much the goods that could be bought all day sold above their usual, on days when much
of the family was sold out against days when little was. Usual is each good's mean on its whole days, times how busy the
day was among all other families: so weekdays, holidays and rain are no substitution. What of the family was not offered at
all on a day is taken into account beside it: a good that is back on the list takes its buyers back from the others.
Families with few stock-outs lean on all families, and all families on the share that is assumed before anything is sold out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from linshu.domains.supply.assortment.rates import Flags, Ints, Reals

WHOLE = 0.999  # open for so much of its time: it counts as never out
KNOWN_PIECES = (
    4.0  # a sold-out day's own pace leans on the good's usual pace as if so many pieces had been seen of that
)
LEAST_WHOLE = 5  # whole days by which a good's usual is known
SPREAD = 0.2  # how far a family may lie from all families
DOUBT = 0.25  # how far all families may lie from what was assumed
MOST = 0.95
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Warehouse:
    """One warehouse day by day: pieces sold and the share of the day each good could be bought; NaN = not offered."""

    sold: Reals  # [S, D]
    open: Reals  # [S, D]


@dataclass(frozen=True, slots=True)
class Share:
    """The share of each family's buyers who look for a rival, how sure it is, and from how many sold-out goods' days."""

    share: Reals  # [K]
    sd: Reals  # [K]
    cases: Ints  # [K]


@dataclass(frozen=True, slots=True)
class _Days:
    """One family in one warehouse, a number for each day, as parts of the family's usual sales."""

    gain: Reals  # what its whole goods sold above their usual
    out: Reals  # asked for after it was sold out
    absent: Reals  # not offered at all
    weight: Reals
    cases: int


def measured(warehouses: Iterable[Warehouse], family: Ints, many: int, assumed: float) -> Share:
    """The shares of `many` families."""
    seen = list(warehouses)
    slopes = [_slope([_days(one, family, which) for one in seen]) for which in range(many)]
    raw, square, left, days, cases = np.array(slopes, float).reshape(many, 5).T
    # One spread for all: a family's own would be smallest just where chance made its share too small.
    each = left.sum() / max(days.sum(), 1.0)
    known = square > 0
    doubt = np.sqrt(np.divide(each, square, out=np.full(many, np.inf), where=known))
    weight = np.where(known, 1.0 / (np.where(known, doubt, 1.0) ** 2 + SPREAD**2), 0.0)
    every = (assumed / DOUBT**2 + (weight * raw).sum()) / (1.0 / DOUBT**2 + weight.sum())
    pull = weight * SPREAD**2
    share = np.clip(every + pull * (raw - every), 0.0, MOST)
    return Share(share, SPREAD * np.sqrt(1.0 - pull), cases.astype(np.int64))


def _slope(ones: list[_Days]) -> tuple[float, float, float, float, int]:
    """The share of one family over all warehouses; how much it is known by, what is left unexplained, days, cases."""
    square = product = middle = total = left = 0.0
    parts = [(one.weight, _beside(one.out, one), _beside(one.gain, one)) for one in ones]
    for one, (weight, off, gain) in zip(ones, parts, strict=True):
        square += float((weight * off**2).sum())
        product += float((weight * off * gain).sum())
        middle += float((weight * (one.out + one.absent)).sum())
        total += float(weight.sum())
    cases = sum(one.cases for one in ones)
    if square <= TINY:
        return 0.0, 0.0, 0.0, 0.0, cases
    slope = product / square
    for weight, off, gain in parts:
        left += float((weight * (gain - slope * off) ** 2).sum())
    # The usual sales hold what others' buyers bring on a usual day.
    usual = max(1.0 - slope * middle / total, 0.2)
    return slope / usual, square * usual**2, left, float(sum((one.weight > 0).sum() for one in ones)), cases


def _beside(values: Reals, one: _Days) -> Reals:
    """The values with their mean, and what goes with absent goods, taken out."""
    if not one.weight.any():
        return values * 0.0
    absent = one.absent - np.average(one.absent, weights=one.weight)
    off = values - np.average(values, weights=one.weight)
    square = float((one.weight * absent**2).sum())
    if square > TINY:
        off = off - float((one.weight * absent * off).sum()) / square * absent
    return off


def _days(one: Warehouse, family: Ints, which: int) -> _Days:
    """One family in one warehouse: what its whole goods sold above their usual, and what was sold out and absent."""
    offered = ~np.isnan(one.open)
    whole = offered & (np.nan_to_num(one.open) >= WHOLE)
    usual, known = _usual(one.sold, whole)
    mine, others = (family == which) & known, (family != which) & known
    nothing = np.zeros(one.sold.shape[1])
    if not mine.any():
        return _Days(nothing, nothing, nothing, nothing, 0)
    busy = _busy(one.sold, whole, usual, others)
    every = usual[mine].sum() * busy
    expected = usual[mine][:, None] * busy[None, :]
    there, closed = whole[mine], (offered & ~whole)[mine]
    meant = np.where(there, expected, 0.0).sum(axis=0)
    sold = np.where(there, one.sold[mine], 0.0).sum(axis=0)
    lost = np.where(closed, _lost(one.sold[mine], np.nan_to_num(one.open[mine]), expected), 0.0).sum(axis=0)
    absent = np.where(offered[mine], 0.0, expected).sum(axis=0)
    gain = np.divide(sold, meant, out=np.ones(len(meant)), where=meant > 0) - 1.0
    parts = [np.divide(part, every, out=nothing.copy(), where=every > 0) for part in (lost, absent)]
    return _Days(gain, parts[0], parts[1], meant, int(closed.sum()))


def _usual(sold: Reals, whole: Flags) -> tuple[Reals, Flags]:
    """Each good's mean on its whole days, and which goods have enough of them."""
    days = whole.sum(axis=1)
    usual = np.where(whole, sold, 0.0).sum(axis=1) / np.maximum(days, 1)
    return usual, (days >= LEAST_WHOLE) & (usual > 0)


def _busy(sold: Reals, whole: Flags, usual: Reals, others: Flags) -> Reals:
    """How busy each day was among the other families; 1 where there are none."""
    seen = np.where(whole & others[:, None], sold, 0.0).sum(axis=0)
    meant = np.where(whole & others[:, None], usual[:, None], 0.0).sum(axis=0)
    found: Reals = np.divide(seen, meant, out=np.ones(len(meant)), where=(meant > 0) & (seen > 0))
    return found


def _lost(sold: Reals, opened: Reals, expected: Reals) -> Reals:
    """What was still asked for after it was sold out: at the good's pace of that day, leaning on its usual pace."""
    pace = (KNOWN_PIECES + sold) / (KNOWN_PIECES / np.maximum(expected, 1e-9) + opened)
    found: Reals = (1.0 - opened) * pace
    return found
