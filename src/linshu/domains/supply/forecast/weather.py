"""What the weather was said to be: on each evening, for each day ahead, in each region, as told by then: pure.

Never the weather itself, which nobody knows the evening before; where nothing was told nothing is filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from linshu.domains.supply.forecast.horizon import HORIZONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pyarrow as pa

    Reals = npt.NDArray[np.float32]
    Codes = npt.NDArray[np.int64]

OLDEST = 3  # days a forecast still tells something when no newer one came
LATELY = 7  # days the weather asked for is held against
SAID = ("celsius", "rain_mm")


@dataclass(frozen=True, slots=True)
class Weather:
    """R regions, T evenings, H days ahead; nan where nobody said anything."""

    region: Codes  # [N] of each series; -1 for none
    said: dict[str, Reals]  # of each of SAID: [R, T, H]

    def ahead(self, some: slice | Codes, evening: int, horizon: int) -> dict[str, Reals]:
        """What is said of a day, and how it differs from what was said of the days of the last week."""
        region = self.region[some]
        found: dict[str, Reals] = {}
        for name, told in self.said.items():
            day = told[:, evening, horizon - 1]
            lately = _mean(told[:, max(0, evening - LATELY) : evening, 0])
            for word, values in ((name, day), (f"{name}_changes", day - lately)):
                found[word] = np.where(region >= 0, values[region], np.nan).astype(np.float32)
        return found


def _mean(told: Reals) -> Reals:
    """[R] over the days that something was said of."""
    seen = ~np.isnan(told)
    mean: Reals = np.where(seen, told, 0).sum(axis=1) / np.where(seen.any(axis=1), seen.sum(axis=1), np.nan)
    return mean


def weather_of(listed: pa.Table, regions: Sequence[str], first: date, evenings: int) -> Weather | None:
    """Of series in these regions; None where nothing was said of any of them."""
    rows = listed.to_pandas()
    rows = rows[rows["region_id"].isin(set(regions) - {""})]
    if rows.empty:
        return None
    names = sorted(rows["region_id"].unique())
    place = {name: at for at, name in enumerate(names)}
    made = (pd.to_datetime(rows["made_on"]) - pd.Timestamp(first)).dt.days.to_numpy()
    ahead = (pd.to_datetime(rows["day"]) - pd.to_datetime(rows["made_on"])).dt.days.to_numpy()
    row, shape = rows["region_id"].map(place).to_numpy(), (len(names), OLDEST + evenings, len(HORIZONS) + OLDEST)
    within = (made >= -OLDEST) & (made < evenings) & (ahead >= 1) & (ahead <= shape[2])
    said = {}
    for name in SAID:
        given = np.full(shape, np.nan, np.float32)
        given[row[within], made[within] + OLDEST, ahead[within] - 1] = rows[name].to_numpy(np.float32)[within]
        said[name] = _newest(given)
    return Weather(np.array([place.get(one, -1) for one in regions], np.int64), said)


def _newest(given: Reals) -> Reals:
    """[R, T, H] what the newest forecast not older than OLDEST days says, evening by evening."""
    evenings = given.shape[1] - OLDEST
    found = given[:, OLDEST:, : len(HORIZONS)].copy()
    for age in range(1, OLDEST + 1):
        older = given[:, OLDEST - age : OLDEST - age + evenings, age : age + len(HORIZONS)]
        found = np.where(np.isnan(found), older, found)
    return found
