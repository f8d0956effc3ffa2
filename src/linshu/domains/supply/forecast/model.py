"""One model for all goods and places: gradient-boosted trees that answer in multiples of each series' own scale.

Only days one could buy all day are learned from: on others, sales are not demand. The days before them enter the features
with closed hours filled in. Prices and activities are known ahead as planned; the weather of the future is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import lightgbm
import numpy as np

from linshu.domains.supply.forecast.features import PAST, Lookout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.domains.supply.forecast.panel import Panel, Reals

LEAST_OPEN = 0.1  # of a day's demand: less tells nothing about the day


@dataclass(frozen=True, slots=True)
class Learning:
    """How much is learned from, and how finely. `threads` stays 1 on shared cores: more can stall for minutes."""

    rows: int = 700_000  # drawn at random from all evenings and horizons
    rounds: int = 300
    leaves: int = 127
    rate: float = 0.06
    seed: int = 1
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned."""

    trees: lightgbm.Booster
    threads: int

    def mean(self, panel: Panel, demand: Reals, evening: int, horizons: Sequence[int]) -> Reals:
        """[N, H] expected demand on the days after the evening, in the panel's unit."""
        look = Lookout(panel, demand, evening)
        found = []
        for horizon in horizons:
            asked = look.ahead([horizon])
            answer = np.asarray(self.trees.predict(asked.rows, num_threads=self.threads))
            found.append(answer.astype(np.float32) * asked.scale)
        return np.stack(found, axis=1)


def learn(panel: Panel, demand: Reals, horizons: Sequence[int], learning: Learning, *, all_days: bool = False) -> Model:
    """Learn from every evening whose horizons have passed within the panel; the last days of the panel are the newest.

    From days one could buy all day; or from all days, each by the part of its demand that could be met. The first tells best
    what such days sell, the second what is wanted: lively days sell out and are missing among the first.
    """
    chance = np.random.default_rng(learning.seed)
    evenings = range(min(PAST - 1, panel.days // 2), panel.days - 1)
    pairs = [(evening, [h for h in horizons if evening + h < panel.days]) for evening in evenings]
    told = np.where(panel.exposure >= LEAST_OPEN, panel.exposure, 0) if all_days else panel.whole
    whole = told > 0
    usable = sum(int(whole[:, evening + h].sum()) for evening, ahead in pairs for h in ahead)
    share = min(1.0, learning.rows / max(usable, 1))
    rows, targets, weights = [], [], []
    names: tuple[str, ...] = ()
    for evening, ahead in pairs:
        asked = Lookout(panel, demand, evening).ahead(ahead)
        names = asked.names
        sold = np.concatenate([panel.sold[:, evening + h] for h in ahead])
        taken = np.concatenate([whole[:, evening + h] for h in ahead]) & (chance.random(len(sold)) < share)
        part = np.concatenate([told[:, evening + h] for h in ahead])[taken]
        rows.append(asked.rows[taken])
        targets.append(sold[taken] / part / asked.scale[taken])
        weights.append(asked.scale[taken] * part)
    data = lightgbm.Dataset(
        np.concatenate(rows), np.concatenate(targets), weight=np.concatenate(weights), feature_name=list(names)
    )
    trees = lightgbm.train(parameters(learning), data, learning.rounds)
    return Model(trees, learning.threads)


def parameters(learning: Learning) -> dict[str, object]:
    """LightGBM's own words for it: Poisson loss, because sales are counts."""
    return {
        "objective": "poisson", "num_leaves": learning.leaves, "learning_rate": learning.rate, "min_data_in_leaf": 100,
        "feature_fraction": 0.6, "bagging_fraction": 0.8, "bagging_freq": 1, "seed": learning.seed,
        "num_threads": learning.threads, "verbosity": -1, "deterministic": True, "force_row_wise": True,
    }  # fmt: skip
