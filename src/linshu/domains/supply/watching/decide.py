"""What stands in stock and needs somebody: out, soon out, too much, spoiling, unsalable, impossible: pure, all at once.

Demand of the days ahead is a negative binomial, its variance the days' own added up, the days taken as independent. It is
the demand orders are made by: days that sell out counted in. Errors the days share would spread it wider, so chances near a
half are the safest to read.
Goods leave the shelf in the order in which they expire. Of lots in that order, what is left of the first k at the k-th's last
day is stock up to k less demand until then; what has spoilt by then is the largest of these so far. Taking the expected value
of each and then the largest is the least that is to be expected, so the quantities said are on the low side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import numpy.typing as npt

    Numbers = npt.NDArray[Any]

    Reals = npt.NDArray[np.float64]
    Whole = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

KINDS = ("out", "soon", "near", "over", "idle", "wrong")  # the most pressing first
OUT, SOON, NEAR, OVER, IDLE, WRONG = range(len(KINDS))
NEVER = 10_000  # days: keeps, or nothing is known to come
LEAST_SPREAD = 1e-4
FURTHEST = 400  # days ahead that lots are looked at
LEAST_TOLD = 0.05  # pieces: a lot that leaves less leaves nothing


@dataclass(frozen=True, slots=True)
class Policy:
    """From when on something needs somebody."""

    soon_chance: float = 0.3  # of running out before the next receipt
    lead_days: int = 3  # an order takes, where no receipt tells
    wanted: float = 0.15  # pieces a day: what is asked for less is no loss when out
    cover_days: int = 30  # of expected sales; more is too much
    least_over_fen: int = 5_000
    near_days: int = 14  # lots that expire within so many days are rolled against demand, or those near their date
    least_unsold: float = 1.0  # pieces
    idle_days: int = 14  # as the metric of unsalable stock has it


@dataclass(frozen=True, slots=True)
class Positions:
    """SKUs in warehouses, one place each in every array; days count from the evening the stock is of."""

    usable: Reals  # pieces that may still be sold: not expired, never below zero
    kept: Flags  # own stock stands over night: not bought to order, dropshipped or prepared
    price_fen: Reals  # what a piece sells for
    cost_fen: Reals  # of a piece
    recent: Reals  # pieces a day that lately left by sale
    mean: Reals  # [N, H] expected demand of each day ahead, orders already placed included; nan where nobody says
    variance: Reals  # [N, H] how far each may stray; orders already placed do not
    receipt_in: Whole  # days until the next receipt that is ordered; NEVER when nothing is
    lead_days: Whole  # an order placed now takes; 0 where no receipt tells


@dataclass(frozen=True, slots=True)
class Lots:
    """What lies there, one place for each lot in every array."""

    position: Whole  # its place in Positions
    qty: Reals
    value_fen: Reals
    last_day: Whole  # days until its last good day; NEVER when it keeps
    near: Flags  # near its date by the custom of the trade
    expired: Flags
    idle_days: Whole
    received: Reals  # nan when unknown


@dataclass(frozen=True, slots=True)
class Findings:
    """What needs somebody, one place for each kind and position; numbers that do not belong to the kind are nan."""

    position: Whole
    kind: Whole  # its place in KINDS
    qty: Reals  # pieces short, too many, unsold, idle, or wrong
    fen: Reals  # at risk: of out and soon at selling price, else at cost
    chance: Reals  # of running out
    days: Reals  # until the next receipt, of cover, until the first lot expires, without a sale
    guessed: Flags  # no forecast: what was counted instead is said in words


@dataclass(frozen=True, slots=True)
class Demand:
    """The sum of the first so many days ahead."""

    mean: Reals
    variance: Reals

    def above(self, stock: Reals) -> Reals:
        """The chance that it exceeds the stock."""
        from scipy.stats import nbinom  # noqa: PLC0415 - heavy, and commands start without it

        size, p = self._shape()
        return np.where(self.mean > 0, nbinom.sf(np.floor(stock), size, p), 0.0)

    def short(self, stock: Reals) -> Reals:
        """How much of it the stock is expected not to meet."""
        from scipy.stats import nbinom  # noqa: PLC0415 - heavy, and commands start without it

        size, p = self._shape()
        held = np.floor(np.maximum(stock, 0))
        beyond = self.mean * nbinom.sf(held - 1, size + 1, p) - held * nbinom.sf(held, size, p)
        return np.where(self.mean > 0, np.maximum(beyond, 0), 0.0)

    def left(self, stock: Reals) -> Reals:
        """How much of the stock it is expected to leave."""
        return np.maximum(stock - self.mean + self.short(stock), 0)

    def _shape(self) -> tuple[Reals, Reals]:
        mean = np.maximum(self.mean, 1e-9)
        size = mean**2 / np.maximum(self.variance - mean, LEAST_SPREAD * mean**2)
        return size, size / (size + mean)


def demand(at: Positions, days: Whole, rows: Whole | slice = slice(None)) -> Demand:
    """The demand of the first `days` of each of `rows`; after the last day forecast, each is like the mean of all."""
    mean, variance = at.mean[rows], at.variance[rows]
    ahead = np.arange(mean.shape[1])
    within = (ahead < days[:, None]) & ~np.isnan(mean)
    known = np.maximum((~np.isnan(mean)).sum(axis=1), 1)
    more = np.maximum(days - known, 0) / known  # nan rows: nothing known, nothing added
    found = []
    for block in (mean, variance):
        safe = np.nan_to_num(block)
        found.append(np.where(within, safe, 0).sum(axis=1) + more * safe.sum(axis=1))
    return Demand(found[0], found[1])


def watch(at: Positions, lots: Lots, policy: Policy) -> Findings:
    """Everything that needs somebody, the most pressing kind first, of each the dearest first."""
    found = (_out(at, policy), _over(at, policy), _near(at, lots, policy), _idle(at, lots, policy), _wrong(at, lots))
    parts = [part for group in found for part in group]
    columns = [np.concatenate([part[each] for part in parts]) for each in range(7)]
    order = np.lexsort((-columns[3], columns[1]))
    position, kind, qty, fen, chance, days, guessed = (column[order] for column in columns)
    return Findings(position.astype(np.int64), kind.astype(np.int64), qty, fen, chance, days, guessed.astype(bool))


Part = tuple["Numbers", "Numbers", "Numbers", "Numbers", "Numbers", "Numbers", "Numbers"]


def _part(where: Numbers, kind: int, qty: Numbers, fen: Numbers, **more: Numbers) -> Part:
    blank = np.full(len(where), np.nan)
    return (
        where, np.full(len(where), kind), qty, np.rint(fen), more.get("chance", blank), more.get("days", blank),
        more.get("guessed", np.zeros(len(where), bool)),
    )  # fmt: skip


def _out(at: Positions, policy: Policy) -> list[Part]:
    """Nothing left although it is asked for; or so little that it is likely to run out before the next receipt."""
    known = forecast(at)
    lead = np.where(at.lead_days > 0, at.lead_days, policy.lead_days)
    comes = np.where(at.receipt_in < NEVER, at.receipt_in, lead)
    empty = at.kept & (at.usable <= 0)
    daily = np.where(known, pace(at), at.recent)
    out = np.flatnonzero(empty & (daily >= policy.wanted))
    bare = np.maximum(comes, 1)  # a receipt of tomorrow does not save today
    missing = np.where(known, demand(at, bare).mean, at.recent * bare)
    ahead = demand(at, np.maximum(comes - 1, 0))  # what comes that day serves that day
    chance = ahead.above(at.usable)
    soon = np.flatnonzero(at.kept & known & (at.usable > 0) & (chance >= policy.soon_chance))
    short = ahead.short(at.usable)
    return [
        _part(out, OUT, missing[out], (missing * at.price_fen)[out], days=comes[out].astype(float), guessed=~known[out]),
        _part(soon, SOON, short[soon], (short * at.price_fen)[soon], chance=chance[soon], days=comes[soon].astype(float)),
    ]  # fmt: skip


def forecast(at: Positions) -> Flags:
    """Which positions somebody forecasts."""
    known: Flags = ~np.all(np.isnan(at.mean), axis=1)
    return known


def pace(at: Positions) -> Reals:
    """Expected demand a day; zero where nobody says."""
    known = (~np.isnan(at.mean)).sum(axis=1)
    found: Reals = np.nan_to_num(at.mean).sum(axis=1) / np.maximum(known, 1)
    return found


def _over(at: Positions, policy: Policy) -> list[Part]:
    daily = pace(at)
    known = daily > 0
    cover = at.usable / np.where(known, daily, 1)
    extra = at.usable - daily * policy.cover_days
    fen = extra * at.cost_fen
    here = np.flatnonzero(at.kept & known & (extra > 0) & (fen >= policy.least_over_fen))
    return [_part(here, OVER, extra[here], fen[here], days=cover[here])]


def unsold(qty: Reals, until: Demand, first: Flags) -> Reals:
    """What of each lot will be left on its last day, given the demand until then.

    Lots of a position stand together in the order of their last day, `first` marking where one begins.
    """
    return rolled(until.left, qty, first)


def rolled(left: Callable[[Reals], Reals], qty: Reals, first: Flags) -> Reals:
    """The same, given what is left of a stock by each lot's last day."""
    group = np.cumsum(first) - 1
    stock = _within(np.cumsum(qty), qty, first, group)
    spoilt = _highest(left(stock), group)
    before = np.where(first, 0.0, np.concatenate([[0.0], spoilt[:-1]]) if len(spoilt) else spoilt)
    return np.clip(spoilt - before, 0, qty)


def _within(running: Reals, qty: Reals, first: Flags, group: Whole) -> Reals:
    """A running sum that begins anew with each group."""
    begun = (running - qty)[first]
    return running - begun[group] if len(running) else running


def _highest(values: Reals, group: Whole) -> Reals:
    """The largest so far within each group: lifted above all earlier groups, so that one pass does."""
    if not len(values):
        return values
    lift = group * (float(values.max()) + 1.0)
    highest: Reals = np.maximum.accumulate(values + lift)
    return highest - lift


@dataclass(frozen=True, slots=True)
class Ending:
    """What becomes of each lot by its last day; aligned with the lots, nan where nobody can say."""

    lost: Reals  # pieces expected to be left
    lift: Reals  # how many times demand would have to rise for it to be sold out


def endings(at: Positions, lots: Lots) -> Ending:
    """Every good lot rolled against the demand until its last day, those that expire first sold first."""
    held = np.flatnonzero((lots.qty > 0) & ~lots.expired)
    order = held[np.lexsort((lots.last_day[held], lots.position[held]))]
    position, qty = lots.position[order], lots.qty[order]
    first = np.ones(len(order), bool)
    first[1:] = position[1:] != position[:-1]
    until = demand(at, np.minimum(lots.last_day[order], FURTHEST), position)
    known = forecast(at)[position]
    lost, lift = np.full(len(lots.qty), np.nan), np.full(len(lots.qty), np.nan)
    lost[order] = np.where(known, unsold(qty, until, first), np.nan)
    stock = _within(np.cumsum(qty), qty, first, np.cumsum(first) - 1)
    lift[order] = np.where(known & (until.mean > 0), stock / np.maximum(until.mean, 1e-9), np.nan)
    return Ending(lost, lift)


def _near(at: Positions, lots: Lots, policy: Policy) -> list[Part]:
    """Lots that will not be sold by their last day; without a forecast, all that nears its date."""
    lost, good = endings(at, lots).lost, (lots.qty > 0) & ~lots.expired
    known = forecast(at)
    judged = good & ((lots.last_day <= policy.near_days) | lots.near)
    each = np.where(judged, np.where(known[lots.position], np.nan_to_num(lost), np.where(lots.near, lots.qty, 0)), 0)
    many, position = len(at.usable), lots.position
    pieces = np.bincount(position, weights=each, minlength=many)
    fen = np.bincount(position, weights=each * lots.value_fen / np.maximum(np.abs(lots.qty), 1), minlength=many)
    soonest = np.full(many, float(NEVER))
    told = each >= LEAST_TOLD
    np.minimum.at(soonest, position[told], lots.last_day[told].astype(float))
    here = np.flatnonzero(pieces >= policy.least_unsold)
    return [_part(here, NEAR, pieces[here], fen[here], days=soonest[here], guessed=~known[here])]


def _idle(at: Positions, lots: Lots, policy: Policy) -> list[Part]:
    many = len(at.usable)
    old = (lots.idle_days >= policy.idle_days) & (lots.qty > 0)
    qty = np.bincount(lots.position[old], weights=lots.qty[old], minlength=many)
    fen = np.bincount(lots.position[old], weights=lots.value_fen[old], minlength=many)
    days = np.zeros(many)
    np.maximum.at(days, lots.position[old], lots.idle_days[old].astype(float))
    here = np.flatnonzero(qty > 0)
    return [_part(here, IDLE, qty[here], fen[here], days=days[here])]


def impossible(lots: Lots) -> dict[str, Flags]:
    """What cannot be, by its name: below zero, more than ever came, past its date and still booked."""
    return {
        "below": lots.qty < 0,
        "more": ~np.isnan(lots.received) & (lots.qty > lots.received),
        "expired": lots.expired,
    }


def _wrong(at: Positions, lots: Lots) -> list[Part]:
    many = len(at.usable)
    any_of = np.logical_or.reduce(list(impossible(lots).values()))
    qty = np.bincount(lots.position[any_of], weights=np.abs(lots.qty[any_of]), minlength=many)
    fen = np.bincount(lots.position[any_of], weights=np.abs(lots.value_fen[any_of]), minlength=many)
    here = np.flatnonzero(qty > 0)
    return [_part(here, WRONG, qty[here], fen[here])]
