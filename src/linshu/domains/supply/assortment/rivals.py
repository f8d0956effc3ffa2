"""How many buyers of a sold-out good look for another one of its family, measured on the days it was sold out: pure.

What a good sells on a day on which it can be bought all day is taken to be

    its own buyers x how busy the day is x (1 + share x those whom its rivals turn away, as a part of the rivals' rivals)

How busy is seen among all other families: so weekdays, holidays and rain are no substitution. Buyers of a good that was not
offered at all have a share of their own: it is no answer, for a good off the list may have lost its buyers, but has to be
told apart from the other. Both, and each good's own buyers, are those under which what was sold is likeliest. Families with
few stock-outs lean on all families, and all families on the share that is assumed before anything is sold out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from linshu.domains.supply.assortment.rates import Flags, Ints, Reals

WHOLE = 0.999  # open for so much of its time: it counts as never out
LEAST_WHOLE = 5  # whole days by which a good's usual is known
SPREAD = 0.2  # how far a family may lie from all families
DOUBT = 0.25  # how far all families may lie from what was assumed
MOST = 0.95
LEANS = 0.5  # pieces of the family's pace that a good's own pace leans on
START, LEAST, GREATEST = 0.4, -0.5, 1.5  # of the shares while they are looked for
LEAST_MORE = 0.1  # what comes of a good's buyers at the least
STRIDE, SETTLED, ROUNDS, TURNS = 0.2, 1e-4, 40, 5
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
    alone: Reals  # [K] how sure each would be without the others; infinite where nothing sold out


@dataclass(frozen=True, slots=True)
class _Block:
    """One family in one warehouse, goods by days."""

    sold: Reals
    asked: Reals  # how much of a usual day's buyers found it open: the day's business times the part it was open
    turned: tuple[Reals, Reals]  # the parts of the day it was sold out, and not offered
    whole: Flags


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is left unexplained, and how what is expected answers to each of the two shares; added up over blocks."""

    slope: Reals  # [2]
    square: Reals  # [2, 2]
    left: float
    days: int


def measured(warehouses: Iterable[Warehouse], family: Ints, many: int, assumed: float) -> Share:
    """The shares of `many` families."""
    seen = list(warehouses)
    blocks = [[_block(one, family, which) for one in seen] for which in range(many)]
    raw, square, left, days = np.array([_likeliest(of_it) for of_it in blocks], float).reshape(many, 4).T
    # One spread for all: a family's own would be smallest just where chance made its share too small.
    each = max(left.sum() / max(days.sum(), 1.0), 1.0)
    known = square > TINY
    doubt = np.sqrt(np.divide(each, square, out=np.full(many, np.inf), where=known))
    weight = np.where(known, 1.0 / (np.where(known, doubt, 1.0) ** 2 + SPREAD**2), 0.0)
    every = (assumed / DOUBT**2 + (weight * raw).sum()) / (1.0 / DOUBT**2 + weight.sum())
    pull = weight * SPREAD**2
    share = np.clip(every + pull * (raw - every), 0.0, MOST)
    cases = [sum(int(((one.turned[0] > 0) & ~one.whole).sum()) for one in of_it) for of_it in blocks]
    return Share(share, SPREAD * np.sqrt(1.0 - pull), np.array(cases, np.int64), doubt)


def _likeliest(blocks: list[_Block]) -> tuple[float, float, float, int]:
    """The share of one family over all warehouses, how much it is known by, what is left unexplained, and of how many days."""
    if not blocks:
        return START, 0.0, 0.0, 0
    shares, own = np.full(2, START), [_pace(one, np.ones_like(one.sold)) for one in blocks]
    for _ in range(ROUNDS):
        fitted = [_fitted(one, pace, shares) for one, pace in zip(blocks, own, strict=True)]
        own, seen = [pace for pace, _ in fitted], [found for _, found in fitted]
        square = np.sum([one.square for one in seen], axis=0) + TINY * np.eye(2)
        step = np.linalg.solve(square, np.sum([one.slope for one in seen], axis=0)).clip(-STRIDE, STRIDE)
        shares = (shares + step).clip(LEAST, GREATEST)
        if np.abs(step).max() < SETTLED:
            break
    sure = float(square[0, 0] - square[0, 1] ** 2 / square[1, 1])  # what is left once the absent are told apart
    return float(shares[0]), sure, sum(one.left for one in seen), sum(one.days for one in seen)


def _fitted(one: _Block, own: Reals, shares: Reals) -> tuple[Reals, _Seen]:
    """Each good's own buyers a day under the shares, and what its whole days say of these."""
    for _ in range(TURNS):
        turned = np.array([(part * _odds(own)[:, None]).sum(axis=0) for part in one.turned])
        more = np.maximum(1.0 + shares @ turned, LEAST_MORE)
        own = _pace(one, more)
    base = np.where(one.whole, own[:, None] * one.asked, 0.0)
    meant = base * more
    ways = [_beside(base * part, meant) for part in turned]
    left = _beside(np.where(one.whole, one.sold, 0.0) - meant, meant)
    per = np.divide(1.0, meant, out=np.zeros_like(meant), where=meant > TINY)
    slope = np.array([(way * left * per).sum() for way in ways])
    square = np.array([[(way * other * per).sum() for other in ways] for way in ways])
    return own, _Seen(slope, square, float((left**2 * per).sum()), int((meant > TINY).sum()))


def _pace(one: _Block, more: Reals) -> Reals:
    """[G] each good's own buyers on a usual day, given how many more than these came each day."""
    usual = (one.sold.sum() + TINY) / (one.asked.sum() + TINY)
    found: Reals = (one.sold.sum(axis=1) + LEANS) / ((one.asked * more).sum(axis=1) + LEANS / usual)
    return found


def _odds(own: Reals) -> Reals:
    """[G] a good's buyers as a part of all its rivals'."""
    found: Reals = own / np.maximum(own.sum() - own, TINY)
    return found


def _beside(values: Reals, meant: Reals) -> Reals:
    """The values less what each good's own level explains of them."""
    found: Reals = values - meant * (values.sum(axis=1) / np.maximum(meant.sum(axis=1), TINY))[:, None]
    return found


def _block(one: Warehouse, family: Ints, which: int) -> _Block:
    """One family in one warehouse: the goods it offered at all."""
    offered = ~np.isnan(one.open)
    opened = np.nan_to_num(one.open)
    whole = offered & (opened >= WHOLE)
    usual, known = _usual(one.sold, whole)
    mine = (family == which) & offered.any(axis=1)
    busy = _busy(one.sold, whole, usual, (family != which) & known)
    there = offered[mine]
    turned = np.where(there & ~whole[mine], 1.0 - opened[mine], 0.0), np.where(there, 0.0, 1.0)
    return _Block(np.where(there, one.sold[mine], 0.0), opened[mine] * busy, turned, whole[mine])


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
