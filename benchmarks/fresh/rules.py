"""Rules of ordering that are lived again: a moving average with a tuned safety factor, and ours on its own forecast."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.fresh.economics import LIVES
from linshu.domains.supply.forecast.decide import judged
from linshu.domains.supply.forecast.features import Lookout
from linshu.domains.supply.forecast.model import learn
from linshu.domains.supply.forecast.panel import WEEK
from linshu.domains.supply.forecast.recover import recovered
from linshu.domains.supply.replenish.decide import Goods, packs, reach
from linshu.domains.supply.replenish.replay import profit, replay
from linshu.domains.supply.replenish.scenarios import draw

if TYPE_CHECKING:
    import numpy.typing as npt

    from benchmarks.replenish import World
    from linshu.domains.supply.forecast.model import Learning, Model
    from linshu.domains.supply.forecast.panel import Panel, Reals
    from linshu.domains.supply.forecast.spread import Wants
    from linshu.domains.supply.replenish.decide import Rules
    from linshu.domains.supply.replenish.replay import Evening, Setting

TRIED = np.arange(-1.5, 3.6, 0.25)
BACK = 14
FEET = 4


@dataclass(frozen=True, slots=True)
class Factors:
    """The safety factor of each shelf life, and which of two ways of counting what is there did better for it."""

    of_life: dict[int, tuple[float, bool]]


class Average:
    """Order up to the mean of 14 days, stock-outs allowed for, plus so many standard deviations.

    What is there is counted in one of two ways: all of it against the whole time to cover, or only what will be left when
    the order arrives, after an average sale and after what is past its day.
    """

    def __init__(self, goods: Setting, world: World, truth: Reals, begin: int, factors: Factors) -> None:
        """`begin` is the day of the data on which the replay begins; before it the real sales are known."""
        del truth
        self._goods = goods
        self._sold = world.panel.sold[world.rows, max(0, begin - BACK) : begin]
        self._open = world.panel.exposure[world.rows, max(0, begin - BACK) : begin]
        self._factor = np.array([factors.of_life[int(one)][0] for one in goods.life])
        self._projects = np.array([factors.of_life[int(one)][1] for one in goods.life])

    def __call__(self, evening: Evening) -> npt.NDArray[np.floating]:
        """The order of one evening."""
        goods = self._goods
        sold = np.concatenate([self._sold, evening.sold], axis=1)[:, -BACK:]
        seen = np.concatenate([self._open, evening.exposure], axis=1)[:, -BACK:]
        mean = sold.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
        spread = np.where(seen >= 1, sold, np.nan)
        known = (seen >= 1).sum(axis=1) >= 3
        spread = np.where(known, np.nanstd(np.where(known[:, None], spread, 0), axis=1), np.sqrt(mean))
        ahead = goods.lead + 1
        whole = (
            mean * ahead
            + self._factor * spread * np.sqrt(ahead)
            - evening.shelf.sum(axis=1)
            - evening.coming.sum(axis=1)
        )
        last = mean + self._factor * spread - self._left(evening, mean)
        wanted = np.where(self._projects, last, whole)
        return np.ceil(np.maximum(wanted, 0) / goods.pack - 0.5) * goods.pack

    def _left(self, evening: Evening, mean: Reals) -> Reals:
        """What an average sale leaves of the shelf on the morning the order arrives."""
        shelf = evening.shelf.copy()
        rows = np.arange(len(shelf))
        for day in range(self._goods.lead):
            shelf[rows, self._goods.life - 1] += evening.coming[:, day]
            gone = np.cumsum(shelf, axis=1)
            shelf -= np.clip(mean[:, None] - (gone - shelf), 0, shelf)
            shelf = np.concatenate([shelf[:, 1:], np.zeros((len(shelf), 1), np.float32)], axis=1)
        return shelf.sum(axis=1)


def tuned(goods: Setting, world: World, truth: Reals, window: tuple[int, int]) -> Factors:
    """For each shelf life what earned most in the window."""
    earned: dict[tuple[float, bool], Any] = {}
    demand = truth[:, window[0] - FEET : window[1]]
    for factor in TRIED:
        for projects in (False, True):
            same = Factors(dict.fromkeys((int(one) for one in LIVES), (float(factor), projects)))
            lived = replay(goods, demand, Average(goods, world, truth, window[0] - FEET, same))
            earned[(float(factor), projects)] = profit(goods, lived.since(FEET))
    best = {}
    for life in LIVES:
        mine = goods.life == life
        best[int(life)] = max(earned, key=lambda one, mine=mine: float(earned[one][mine].sum()))  # type: ignore[misc]
    return Factors(best)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned of some days: the model, and how far days stray from it."""

    model: Model
    wanted: Wants

    @staticmethod
    def of(past: Panel, learning: Learning) -> Lesson:
        """Of all days of the panel."""
        demand = recovered(past)
        horizons = range(1, int(LIVES.max()) + 3)  # until the last day of what the next order brings
        _, wanted = judged(past, demand, horizons, learning)
        return Lesson(learn(past, demand, horizons, learning, all_days=True), wanted)


@dataclass(frozen=True, slots=True)
class Marginal:
    """Ours: learned before the window and every week of it, told anew every evening from its own sales, boxes by value."""

    panel: Panel  # of all stores, real sales
    rows: npt.NDArray[np.int64]  # those that are lived again
    begin: int
    lessons: tuple[Lesson, ...]  # one a week
    demand: Reals  # [all, T] real sales with closed hours filled in

    @staticmethod
    def learned(
        panel: Panel, rows: npt.NDArray[np.int64], window: tuple[int, int], learning: Learning, *, weekly: bool = True
    ) -> Marginal:
        """Learns from the days before the window; later from the stores alone that are not lived again.

        What these sell in the replay differs from one replay to the next, and what they really sold is the truth in part.
        """
        others = np.setdiff1d(np.arange(panel.series), rows)
        apart = replace(
            panel, sold=panel.sold[others], exposure=panel.exposure[others], price=panel.price[others],
            promoted=panel.promoted[others], groups={name: codes[others] for name, codes in panel.groups.items()},
        )  # fmt: skip
        later = range(window[0] + WEEK, window[1] - 1, WEEK) if weekly else ()
        lessons = (
            Lesson.of(panel.until(window[0]), learning),
            *(Lesson.of(apart.until(day), learning) for day in later),
        )
        return Marginal(panel, rows, window[0], lessons, recovered(panel))

    def lesson(self, day: int) -> Lesson:
        """The last one before a day of the replay is over."""
        return self.lessons[min(day // WEEK, len(self.lessons) - 1)]

    def then(self, later: Marginal) -> Marginal:
        """These weeks and, from its first day on, those of `later`."""
        weeks = (later.begin - self.begin) // WEEK
        return replace(self, lessons=(*self.lessons[:weeks], *later.lessons))

    def of(self, goods: Setting, rules: Rules, service: tuple[float, ...] = (1.0,)) -> _Ours:
        """The rule for these costs; `service` of each week: how much dearer than it is a missing piece counts."""
        return _Ours(self, goods, tuple(replace(rules, goodwill=one * rules.goodwill) for one in service))


class _Ours:
    def __init__(self, learned: Marginal, goods: Setting, weeks: tuple[Rules, ...]) -> None:
        self._of, self._goods, self._weeks = learned, goods, weeks

    def __call__(self, evening: Evening) -> npt.NDArray[np.floating]:
        of, setting = self._of, self._goods
        mean, width = of.lesson(evening.day).wanted.of(self.forecast(evening))
        demand = draw(mean, width[:, : setting.lead + 1].mean(axis=1), seed=evening.day)
        goods = Goods(
            evening.shelf, evening.coming, np.full(len(mean), setting.lead), setting.life, setting.pack,
            setting.price, setting.cost,
        )  # fmt: skip
        rules = self._weeks[min(evening.day // WEEK, len(self._weeks) - 1)]
        return packs(goods, reach(goods, demand, rules), rules) * setting.pack

    def forecast(self, evening: Evening) -> Reals:
        """[N, horizons] from what this rule has seen; nothing for days on which what arrives will be gone."""
        of, now = self._of, self._of.begin + evening.day
        sold, seen = of.panel.sold[:, : now + 1].copy(), of.panel.exposure[:, : now + 1].copy()
        sold[of.rows, of.begin :], seen[of.rows, of.begin :] = evening.sold, evening.exposure
        panel = replace(of.panel, sold=sold, exposure=seen)
        mine = replace(panel, sold=sold[of.rows], exposure=seen[of.rows])
        demand = of.demand[:, : now + 1].copy()
        demand[of.rows] = recovered(mine)
        look = Lookout(panel, demand, now, of.rows)
        model = of.lesson(evening.day).model
        needed = self._goods.life + self._goods.lead + 1
        found = np.zeros((len(needed), int(needed.max())), np.float32)
        for horizon in range(1, found.shape[1] + 1):
            asked = look.ahead_of(horizon, taken := np.flatnonzero(needed >= horizon))
            answer = np.asarray(model.trees.predict(asked.rows, num_threads=model.threads))
            found[taken, horizon - 1] = answer.astype(np.float32) * asked.scale
        return found
