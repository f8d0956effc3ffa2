"""The last weeks lived again under policies of ordering: what each would have sold, missed, thrown away, earned. Pure.

Demand is what was sold, with what closed hours would have sold drawn from its posterior, once for each seed. A policy sees
only its own sales. The forecast inside is a plain one: the mean of the same weekdays drawn to the level of four weeks, at the
pace of the last one; how far demand strays from it is learned from the weeks before. What a policy is worth against another
shows with it, and a night's model would do a little better for all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.replenish.decide import Goods, Limit, Rules, reach, within
from linshu.domains.supply.replenish.learned import TRIED, learned
from linshu.domains.supply.replenish.replay import Lived, Score, Setting, earned, profit, replay, score
from linshu.domains.supply.replenish.scenarios import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from linshu.domains.supply.replenish.replay import Evening, Ordering
    from linshu.domains.supply.replenish.shelf import Reals

WEEK, BACK = 7, 28
AHEAD = 10  # days looked ahead
LONGEST = 30  # days of life that are counted; what lives longer hardly spoils within the weeks
FEET = 7  # days in which a policy finds its feet, not counted
WAYS = 32  # of the days to come, for each evening: fewer than a real order looks at, so that a page can wait
SEEDS = 1
RESAMPLED = 400
DRAWN = 2  # days the level of all weekdays counts beside the same weekdays
STEADY = 14  # days the usual pace counts beside that of the last week
CLASSES, WIDEST = 5, 2.0  # of volume, for how far demand strays
SERVICE = (*TRIED, 8.0)  # of the goodwill: the frontier


@dataclass(frozen=True, slots=True)
class Try:
    """One policy to be tried; what is left as it is stays as the data has it."""

    rules: Rules
    lead_more: int = 0  # days deliveries take longer than they do
    life_less: int = 0  # days goods may be sold less, as a stricter rule of receipt has it
    freshest: float | Reals = 0.0  # or [N]; share of shoppers who take the freshest
    cover: int = 0  # above 0: the spreadsheet's rule with so many days of cover, instead of ours
    floor: float = 0.0  # in such a share of the ways no staple may be missing
    budget: float = 0.0  # fen a day that orders of these goods may cost together; 0 = any


@dataclass(frozen=True, slots=True)
class History:
    """N goods at warehouses over T days before and while they are lived again."""

    setting: Setting
    sold: Reals  # [N, T] pieces
    exposure: Reals  # [N, T] share of a day's demand that could be met
    begin: int  # the first day lived again
    staple: npt.NDArray[np.bool_] | None = None  # [N] of class A and lasting


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the interval that drawing goods anew gives, 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one policy; profit is fen over the days counted."""

    profit: Figure
    fill: Figure
    waste: Figure
    turnover: Figure
    stock: Figure
    better: Figure  # fen of profit beyond the first policy compared


def compared(
    history: History, truths: Sequence[Reals], tries: Sequence[Try], tell: Callable[[float], None] = lambda _: None
) -> tuple[Outcome, ...]:
    """Every policy on the same demand; the first is what the others are held against."""
    lived: list[list[tuple[Setting, Lived]]] = []
    for number, one in enumerate(tries):
        setting = _setting(history.setting, one)
        lived.append([
            (setting, replay(setting, truth[:, history.begin :], _ordering(history, setting, one), seed).since(FEET))
            for seed, truth in enumerate(truths)
        ])  # fmt: skip
        tell((number + 1) / len(tries))
    brought = [np.mean([profit(*each) for each in runs], axis=0) for runs in lived]
    return tuple(_outcome(runs, mine, brought[0]) for runs, mine in zip(lived, brought, strict=True))


@dataclass(frozen=True, slots=True)
class Frontier:
    """The same policy with service dearer and cheaper, and how dear it should have been."""

    points: tuple[tuple[float, Score], ...]  # how much waste and profit each further point of service costs
    service: float  # times the goodwill: what surely earned most; 1 where nothing did


def frontier(history: History, truths: Sequence[Reals], one: Try) -> Frontier:
    """Each factor of SERVICE on the first way the days may have gone."""
    points, brought = [], {}
    for factor in SERVICE:
        tried = replace(one, rules=replace(one.rules, goodwill=one.rules.goodwill * factor), cover=0)
        setting = _setting(history.setting, tried)
        lived = replay(setting, truths[0][:, history.begin :], _ordering(history, setting, tried), 0).since(FEET)
        points.append((factor, score(setting, lived)))
        brought[factor] = earned(setting, lived)
    return Frontier(tuple(points), learned({factor: brought[factor] for factor in TRIED}))


def _setting(setting: Setting, one: Try) -> Setting:
    life = np.maximum(1, setting.life - one.life_less)
    return replace(setting, lead=np.asarray(setting.lead) + one.lead_more, life=life, freshest=one.freshest)


def _ordering(history: History, setting: Setting, one: Try) -> Ordering:
    past = slice(max(0, history.begin - BACK), history.begin)
    sold, seen = history.sold[:, past], history.exposure[:, past]
    rule = _spreadsheet(setting, one.cover) if one.cover else _boxes(setting, one, widths(sold, seen), history.staple)
    first = history.begin

    def order(evening: Evening) -> npt.NDArray[np.floating]:
        known = np.concatenate([sold, evening.sold], axis=1)[:, -BACK:]
        part = np.concatenate([seen, evening.exposure], axis=1)[:, -BACK:]
        if evening.day % max(1, one.rules.review_days):
            return np.zeros(len(known), np.float32)
        return rule(evening, known, part, first + evening.day)

    return order


def _boxes(
    setting: Setting, one: Try, wide: Reals, staple: npt.NDArray[np.bool_] | None
) -> Callable[[Evening, Reals, Reals, int], npt.NDArray[np.floating]]:
    rules = one.rules
    floor = None if staple is None or not one.floor else np.where(staple, one.floor, 0).astype(np.float32)
    limit = Limit(setting.cost.astype(np.float64) * setting.pack, one.budget or math.inf)
    lead = np.broadcast_to(np.asarray(setting.lead), (len(setting.pack),))
    ahead = int(lead.max(initial=0)) + max(AHEAD, rules.review_days)
    fresh = np.broadcast_to(np.asarray(setting.freshest, np.float32), lead.shape)

    def order(evening: Evening, sold: Reals, seen: Reals, _: int) -> npt.NDArray[np.floating]:
        mean = expected(sold, seen, ahead)
        goods = Goods(
            _short(evening.shelf, ahead + 1),
            evening.coming,
            lead,
            setting.life,
            setting.pack,
            setting.price,
            setting.cost,
            freshest=fresh if fresh.any() else None,
        )
        demand = draw(mean, wide, seed=evening.day)[:, :WAYS]
        boxes = within(goods, reach(goods, demand, rules), rules, limit, floor=floor)[0]
        return (boxes * setting.pack).astype(np.float32)

    return order


def _spreadsheet(setting: Setting, cover: int) -> Callable[[Evening, Reals, Reals, int], npt.NDArray[np.floating]]:
    lead = np.broadcast_to(np.asarray(setting.lead), (len(setting.pack),))

    def order(evening: Evening, sold: Reals, _: Reals, __: int) -> npt.NDArray[np.floating]:
        usual = sold[:, -2 * WEEK :].mean(axis=1)
        position = evening.shelf.sum(axis=1) + evening.coming.sum(axis=1)
        wanted = np.where(position < usual * (lead + 1.5), usual * (lead + cover) - position, 0)
        return np.ceil(np.maximum(wanted, 0) / setting.pack) * setting.pack

    return order


def expected(sold: Reals, seen: Reals, ahead: int) -> Reals:
    """[N, ahead] sales a day, over the share of it that was open: of the same weekdays, at the pace of the last week."""
    days = sold.shape[1]
    level = _level(sold, seen)
    last = slice(days - WEEK, days)
    usual = level * seen[:, last].sum(axis=1)
    pace = (sold[:, last].sum(axis=1) + STEADY * level) / np.maximum(usual + STEADY * level, 1e-9)
    found = []
    for step in range(1, ahead + 1):
        same = [day for day in range(days) if (days - 1 + step - day) % WEEK == 0]
        weekday = (sold[:, same].sum(axis=1) + DRAWN * level) / (seen[:, same].sum(axis=1) + DRAWN)
        found.append(weekday * pace)
    return np.stack(found, axis=1).astype(np.float32)


def widths(sold: Reals, seen: Reals) -> Reals:
    """[N] how far demand strays, variance = mean + width x mean squared: of each class of volume, from its own days."""
    level = _level(sold, seen)
    usual = level[:, None] * seen
    beyond = ((sold - usual) ** 2 - usual).sum(axis=1)
    found = np.zeros(len(sold), np.float32)
    for rows in np.array_split(np.argsort(level, kind="stable"), CLASSES):
        squares = float((usual[rows] ** 2).sum())
        found[rows] = np.clip(float(beyond[rows].sum()) / squares, 0, WIDEST) if squares else 0
    return found


def _level(sold: Reals, seen: Reals) -> Reals:
    """[N] pieces of a whole day."""
    found: Reals = sold.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    return found


def _short(shelf: Reals, slots: int) -> Reals:
    """The shelf with all that keeps longer than one looks ahead in the last slot."""
    if shelf.shape[1] <= slots:
        return np.pad(shelf, ((0, 0), (0, slots - shelf.shape[1])))
    return np.concatenate([shelf[:, : slots - 1], shelf[:, slots - 1 :].sum(axis=1, keepdims=True)], axis=1)


def _outcome(
    runs: Sequence[tuple[Setting, Lived]], mine: npt.NDArray[np.float64], first: npt.NDArray[np.float64]
) -> Outcome:
    setting = runs[0][0]
    many = len(mine)

    def mean(name: str) -> npt.NDArray[np.float64]:
        found: npt.NDArray[np.float64] = np.mean(
            [getattr(lived, name).sum(axis=1, dtype=np.float64) for _, lived in runs], axis=0
        )
        return found

    days = runs[0][1].sold.shape[1]
    sold, missed, wasted, left = (mean(name) for name in ("sold", "missed", "wasted", "left"))
    cost = setting.cost.astype(np.float64)
    columns = np.stack([mine, sold, missed, wasted, left * cost / days, sold * cost / days, mine - first])
    chance = np.random.default_rng(7)
    drawn = np.stack([columns[:, chance.integers(0, many, many)].sum(axis=1) for _ in range(RESAMPLED)])
    whole = columns.sum(axis=1)

    def figure(of: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]) -> Figure:
        low, high = np.quantile(of(drawn.T), (0.025, 0.975))
        return Figure(float(of(whole[:, None])[0]), float(low), float(high))

    return Outcome(
        figure(lambda of: of[0]), figure(lambda of: of[1] / np.maximum(of[1] + of[2], 1e-9)),
        figure(lambda of: of[3] / np.maximum(of[1] + of[3], 1e-9)), figure(lambda of: of[4] / np.maximum(of[5], 1e-9)),
        figure(lambda of: of[4]), figure(lambda of: of[6]),
    )  # fmt: skip
