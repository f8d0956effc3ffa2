"""The forecast: what will be asked for on each of the next days, how sure that is, and from what it was made: pure.

1. Closed hours of the past are filled in for the features; days with closed hours are no targets.
2. One model learns from all goods and places, without the last fortnight; there the spread of the days is fitted, as met from
   two evenings a week apart.
3. It learns again with the last fortnight, and forecasts: what a day sells on which one can buy all day.
4. Such days are the quieter ones. For orders a second model learns from all days, each by its open part: what is wanted.
5. What has no history of its own is told from goods like it, moved by its own sales as days come.
6. Around a Spring Festival all this is of days as they usually are: the history is divided, the answer multiplied by what
   earlier festivals made of such days.
7. What is ordered already for a day to come is known; only what still comes beside it is a forecast.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.forecast.features import Past
from linshu.domains.supply.forecast.horizon import HORIZONS
from linshu.domains.supply.forecast.likeness import newcomers
from linshu.domains.supply.forecast.model import Learning, learn_both, means
from linshu.domains.supply.forecast.recover import recovered
from linshu.domains.supply.forecast.spread import Spread, Wants, fit, wants

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linshu.domains.supply.forecast.booked import Booked
    from linshu.domains.supply.forecast.likeness import Newcomers, Traits
    from linshu.domains.supply.forecast.panel import Panel, Reals

USUAL = Learning()
VERSION = "trees-6"
KEPT_BACK = 14  # last days the spread is fitted on
KEPT_WEEK = 7  # of them, also as seen from an evening within: one week alone shows too little of how weeks differ
# Of the width met there, as much as tonight's model leaves, which has seen that fortnight: a tenth and a quarter less were both
# likelier than all of it two days ahead, on each of three evenings of fresh retail.
FRESHER = 0.8
JUDGED_SERIES = 20_000  # drawn at random to fit it: more tell nothing new
LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of each series and each day ahead: the mean and the quantiles of `LEVELS` of what comes beside the known, in the panel's unit."""

    horizons: tuple[int, ...]
    known: Reals  # [N, H] ordered already
    mean: Reals  # [N, H]
    quantiles: tuple[Reals, ...]  # one [N, H] for each of LEVELS
    wanted: Reals  # [N, H] the mean of what is wanted, days that sell out counted in
    width: Reals  # [N, H] its variance = mean + width x mean squared, in steps
    spread: Spread
    inputs_hash: str
    new: Newcomers | None = None  # goods told from others like them
    version: str = VERSION


def forecast(
    panel: Panel,
    horizons: Sequence[int] = HORIZONS,
    learning: Learning = USUAL,
    tell: Callable[[float], None] = lambda _: None,
    booked: Booked | None = None,
    traits: Traits | None = None,
) -> Forecast:
    """The forecast of the evening the panel ends with. `tell` hears how much is done.

    Without `booked` nothing is known ahead; without `traits` new goods are likened to none.
    """
    ahead, whole = tuple(horizons), panel
    panel = whole.calmed()
    demand = recovered(panel)
    past = Past.of(panel, demand)
    tell(0.1)
    spread, wanted = judged(panel, demand, ahead, learning, past)
    tell(0.4)
    models = learn_both(panel, demand, ahead, learning, past)
    tell(0.8)
    mean, lively = means(models, panel, demand, panel.days - 1, ahead, past)
    tell(0.95)
    lifted, width = wanted.of(lively / panel.step)
    narrow, known = spread.width(mean), np.zeros_like(mean)
    new = None if traits is None else newcomers(panel, demand, traits, len(ahead))
    if new is not None:
        mean, narrow, lifted, width = new.told(mean), new.widened(narrow), new.told(lifted), new.widened(width)
    if whole.season is not None:
        days = [panel.days - 1 + one for one in ahead]
        of_family = whole.season[:, days][panel.groups["family"]]
        mean, lifted = mean * of_family, lifted * of_family
    if booked is not None:
        known = booked.known * panel.step
        mean, narrow = booked.still(mean / panel.step, narrow)
        mean, (lifted, width) = mean * panel.step, booked.still(lifted, width)
    quantiles = tuple(spread.quantile(mean, level, narrow) for level in LEVELS)
    return Forecast(ahead, known, mean, quantiles, lifted * panel.step, width, spread, hash_of(whole, booked), new)


def judged(
    panel: Panel, demand: Reals, ahead: Sequence[int], learning: Learning, past: Past | None = None
) -> tuple[Spread, Wants]:
    """How far days lie from the mean, as models without the last fortnight meet them there.

    Of whole days against the model of such days, and of all days, wanted or sold, against the model of all.
    """
    evening = panel.days - KEPT_BACK - 1
    near = [horizon for horizon in ahead if horizon <= KEPT_BACK]
    of = past or Past.of(panel, demand)
    quicker = replace(learning, rounds=max(20, learning.rounds // 2), rows=learning.rows // 2)
    models = learn_both(panel.until(evening + 1), demand[:, : evening + 1], near, quicker, of)
    some = np.random.default_rng(learning.seed).permutation(panel.series)[:JUDGED_SERIES]
    told, lively, sold, seen = [], [], [], []
    for now in (evening, evening + KEPT_WEEK):
        known = [horizon for horizon in near if now + horizon < panel.days]
        days = [now + horizon for horizon in known]
        first, second = means(models, panel.until(now + 1), demand[:, : now + 1], now, known, of, some)
        told.append(first.ravel())
        lively.append(second.ravel())
        sold.append(panel.sold[some][:, days].ravel())
        seen.append(panel.exposure[some][:, days].ravel())
    mean, pace, came, part = (np.concatenate(one) for one in (told, lively, sold, seen))
    whole = part >= 1
    wanted = wants(pace / panel.step, came / panel.step, part)
    return (
        fit(mean[whole], came[whole], panel.step),
        replace(wanted, width=tuple(FRESHER * one for one in wanted.width)),
    )


def hash_of(panel: Panel, booked: Booked | None = None) -> str:
    """What the forecast was made from, in few letters."""
    digest = hashlib.sha256(panel.first_day.isoformat().encode())
    ordered = () if booked is None else (booked.known, booked.part)
    weather = () if panel.weather is None else (panel.weather.region, *panel.weather.said.values())
    for block in (
        panel.sold,
        panel.exposure,
        panel.price,
        panel.promoted,
        panel.holiday,
        *panel.groups.values(),
        *ordered,
        *weather,
        *(() if panel.season is None else (panel.season,)),
    ):
        digest.update(np.ascontiguousarray(block).data)
    return digest.hexdigest()[:16]
