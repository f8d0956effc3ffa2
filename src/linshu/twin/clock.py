"""When things happen within a company day: how the day's orders spread over its hours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from linshu.twin.config import Config
from linshu.twin.rows import Ints

DAY = 86_400
HOUR = 3_600
OFFSET = 8 * HOUR  # Asia/Shanghai has had no summer time since 1991

# How lively each local hour is when no cut-off presses, 0 h to 23 h.
RHYTHM = np.array(
    [
        0.5,
        0.2,
        0.1,
        0.1,
        0.1,
        0.3,
        1.2,
        2.6,
        3.8,
        4.3,
        4.4,
        4.6,
        4.4,
        3.4,
        3.0,
        3.2,
        3.7,
        4.3,
        4.6,
        5.2,
        6.0,
        6.4,
        5.6,
        1.6,
    ]
)
SURGE = 2.6  # the last two hours before the cut-off, against the same hours without one
SURGE_MINUTES = 120


@dataclass(frozen=True)
class Clock:
    """Company days and the instants, in seconds since 1970, within them."""

    config: Config

    @cached_property
    def cut_minutes(self) -> int:
        """The cut-off in minutes after local midnight."""
        return self.config.company_day.cut_off_minutes

    def start(self, day: int) -> int:
        """The instant a company day begins: the cut-off of the day before."""
        return day * DAY - OFFSET - (24 * 60 - self.cut_minutes) * 60

    def at(self, day: int, hour: float) -> int:
        """The instant of a local wall-clock hour on the natural day of that number."""
        return int(day * DAY - OFFSET + hour * HOUR)

    def day_of(self, seconds: Ints | int) -> Ints:
        """The company day of each instant."""
        return np.asarray((seconds + OFFSET + (24 * 60 - self.cut_minutes) * 60) // DAY)

    @cached_property
    def _share_by_minute(self) -> NDArray[np.float64]:
        local = (np.arange(1440) + self.cut_minutes) % 1440
        weight = RHYTHM[local // 60].copy()
        weight[-SURGE_MINUTES:] *= SURGE * np.linspace(0.75, 1.25, SURGE_MINUTES)
        return np.concatenate([[0.0], np.cumsum(weight) / weight.sum()])

    def ordering_times(self, rng: np.random.Generator, day: int, count: int) -> Ints:
        """That many instants of orders within the day, with the rush before its cut-off."""
        minute = np.interp(rng.random(count), self._share_by_minute, np.arange(1441))
        return self.start(day) + np.minimum((minute * 60).astype(np.int64), DAY - 1)
