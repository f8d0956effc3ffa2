"""One model for all goods and places: gradient-boosted trees that answer in multiples of each series' own scale.

Only days one could buy all day are learned from: on others, sales are not demand. The days before them enter the features
with closed hours filled in. Prices and activities are known ahead as planned, the weather only as it was forecast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import lightgbm
import numpy as np

from linshu.domains.supply.forecast.features import PAST, Lookout, Past
from linshu.domains.supply.forecast.recover import BLOCK

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from linshu.domains.supply.forecast.panel import Codes, Panel, Reals

LEAST_OPEN = 0.1  # of a day's demand: less tells nothing about the day


@dataclass(frozen=True, slots=True)
class Learning:
    """How much is learned from, and how finely. `threads` stays 1 on shared cores: more can stall for minutes."""

    rows: int = 700_000  # drawn at random from all evenings and horizons
    rounds: int = 150
    leaves: int = 127
    rate: float = 0.12
    seed: int = 1
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned."""

    trees: lightgbm.Booster
    threads: int

    def mean(self, panel: Panel, demand: Reals, evening: int, horizons: Sequence[int]) -> Reals:
        """[N, H] expected demand on the days after the evening, in the panel's unit."""
        return means((self,), panel, demand, evening, horizons, Past.of(panel, demand))[0]


@dataclass(frozen=True, slots=True)
class Sample:
    """Days drawn from the past, as the model sees them on evenings before."""

    rows: Reals  # [R, features]
    scale: Reals  # [R]
    sold: Reals  # [R]
    part: Reals  # [R] the share of the day's demand that could be met
    names: tuple[str, ...]

    def learned(self, of: npt.NDArray[np.bool_], learning: Learning) -> Model:
        """A model of some of the days, each by the part of its demand that could be met."""
        part, scale = self.part[of], self.scale[of]
        data = lightgbm.Dataset(
            self.rows[of], self.sold[of] / part / scale, weight=scale * part, feature_name=list(self.names)
        )
        return Model(lightgbm.train(parameters(learning), data, learning.rounds), learning.threads)


def sample(
    panel: Panel, demand: Reals, horizons: Sequence[int], learning: Learning, past: Past, *, all_days: bool
) -> Sample:
    """Drawn at random from every evening whose horizons have passed within the panel.

    So many days that about `learning.rows` of them could be bought on all day; with `all_days` the others stand beside them
    in their proportion.
    """
    chance = np.random.default_rng(learning.seed)
    evenings = range(min(PAST - 1, panel.days // 2), panel.days - 1)
    pairs = [(evening, [h for h in horizons if evening + h < panel.days]) for evening in evenings]
    told = panel.exposure >= (LEAST_OPEN if all_days else 1)
    by_day = (panel.exposure >= 1).sum(axis=0)
    usable = sum(int(by_day[evening + h]) for evening, ahead in pairs for h in ahead)
    share = min(1.0, learning.rows / max(usable, 1))
    rows, scale, sold, part = [], [], [], []
    names: tuple[str, ...] = ()
    for evening, ahead in pairs:
        own = min(1.0, share * len(ahead))  # series are drawn first: the rest of an evening need not be reckoned
        some = np.flatnonzero(chance.random(panel.series) < own)
        if not len(some):
            continue
        look = Lookout(panel, demand, evening, some, past)
        for horizon in ahead:
            day = evening + horizon
            taken = np.flatnonzero(told[some, day] & (chance.random(len(some)) < share / own))
            asked = look.ahead_of(horizon, taken)
            names = asked.names
            rows.append(asked.rows)
            scale.append(asked.scale)
            sold.append(panel.sold[some[taken], day])
            part.append(panel.exposure[some[taken], day])
    return Sample(np.concatenate(rows), np.concatenate(scale), np.concatenate(sold), np.concatenate(part), names)


def learn(panel: Panel, demand: Reals, horizons: Sequence[int], learning: Learning, *, all_days: bool = False) -> Model:
    """Learn from days one could buy all day; or from all days, each by the part of its demand that could be met.

    The first tells best what such days sell, the second what is wanted: lively days sell out and are missing among the first.
    """
    past = Past.of(panel, demand)
    drawn = sample(panel, demand, horizons, learning, past, all_days=all_days)
    return drawn.learned(_at_most(drawn.part > 0, learning), learning)


def learn_both(
    panel: Panel, demand: Reals, horizons: Sequence[int], learning: Learning, past: Past
) -> tuple[Model, Model]:
    """Of whole days, and of all days: both from the same draw. Where every day was whole they are the same."""
    drawn = sample(panel, demand, horizons, learning, past, all_days=True)
    whole = drawn.part >= 1
    first = drawn.learned(whole, learning)
    if whole.all():
        return first, first
    return first, drawn.learned(_at_most(drawn.part > 0, learning), learning)


def _at_most(of: npt.NDArray[np.bool_], learning: Learning) -> npt.NDArray[np.bool_]:
    many = int(of.sum())
    if many <= learning.rows:
        return of
    kept: npt.NDArray[np.bool_] = of & (np.random.default_rng(learning.seed + 1).random(len(of)) < learning.rows / many)
    return kept


def means(  # noqa: PLR0913, PLR0917 - whose, from what, seen when and how far
    models: Sequence[Model],
    panel: Panel,
    demand: Reals,
    evening: int,
    horizons: Sequence[int],
    past: Past,
    some: Codes | None = None,
) -> list[Reals]:
    """[N, H] of each model, of all series or some: what a series looks like is reckoned once for all of them."""
    rows = np.arange(panel.series) if some is None else some
    found = [np.empty((len(rows), len(horizons)), np.float32) for _ in models]
    for begin in range(0, len(rows), BLOCK):
        here = slice(begin, begin + BLOCK)
        look = Lookout(panel, demand, evening, rows[here], past)
        for at, horizon in enumerate(horizons):
            asked = look.ahead([horizon])
            answers = {
                one: np.asarray(one.trees.predict(asked.rows, num_threads=one.threads)) for one in dict.fromkeys(models)
            }
            for model, block in zip(models, found, strict=True):
                block[here, at] = answers[model].astype(np.float32) * asked.scale
    return found


def parameters(learning: Learning) -> dict[str, object]:
    """LightGBM's own words for it: Poisson loss, because sales are counts."""
    return {
        "objective": "poisson", "num_leaves": learning.leaves, "learning_rate": learning.rate, "min_data_in_leaf": 100,
        "feature_fraction": 0.6, "bagging_fraction": 0.8, "bagging_freq": 1, "seed": learning.seed,
        "num_threads": learning.threads, "verbosity": -1, "deterministic": True, "force_row_wise": True,
    }  # fmt: skip
