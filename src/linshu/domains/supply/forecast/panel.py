"""The history a forecast is made from: what was sold, how much of the day it could be bought, what was planned."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from linshu.domains.supply.forecast.weather import Weather

Reals: TypeAlias = npt.NDArray[np.float32]
Codes: TypeAlias = npt.NDArray[np.int64]

WEEK = 7
CALM = 0.3  # history is divided by no less: who was closed over a festival one year may be open the next


@dataclass(frozen=True, slots=True)
class Panel:
    """N series over T past days; plans reach H days further.

    Columnar blocks, one row a series, one column a day, so that a million series fit into memory and no loop is in Python.
    """

    first_day: date
    sold: Reals  # [N, T] pieces sold
    exposure: Reals  # [N, T] the share of a usual day's demand that met an open listing with stock: 1 all, 0 none
    price: Reals  # [N, T + H] the planned price over the usual one
    promoted: Reals  # [N, T + H] 1 where an activity is planned
    holiday: Reals  # [T + H] 1 on days off
    groups: Mapping[str, Codes] = field(default_factory=dict)  # [N] product, place, region, family and coarser families
    step: float = 1.0  # the smallest quantity, in the unit of `sold`
    weather: Weather | None = None  # as it was forecast; None where nobody told
    season: Reals | None = None  # [families, T + H] what a festival makes of a usual day; None: none near or known

    @property
    def series(self) -> int:
        """N."""
        return int(self.sold.shape[0])

    @property
    def days(self) -> int:
        """T."""
        return int(self.sold.shape[1])

    @property
    def whole(self) -> Reals:
        """[N, T] 1 on days one could buy all day: only these tell demand without guessing."""
        return (self.exposure >= 1).astype(np.float32)

    def until(self, day: int) -> Panel:
        """The panel as it was known after `day` days; plans stay, they were known before."""
        return replace(self, sold=self.sold[:, :day], exposure=self.exposure[:, :day])

    def some(self, rows: slice | Codes) -> Panel:
        """Some of the series, without their groups, which have a meaning among all alone, and without the weather."""
        return replace(
            self, sold=self.sold[rows], exposure=self.exposure[rows], price=self.price[rows], promoted=self.promoted[rows], groups={}, weather=None
        )  # fmt: skip

    def calmed(self) -> Panel:
        """The panel as if no festival were near."""
        if self.season is None:
            return self
        sold = self.sold.copy()
        for day in np.flatnonzero((self.season[:, : self.days] != 1).any(axis=0)):
            sold[:, day] /= np.maximum(self.season[:, day], CALM)[self.groups["family"]]
        return replace(self, sold=sold, season=None)

    def weekday(self, day: int) -> int:
        """0 for Monday; `day` counts from the first one."""
        return (self.first_day.weekday() + day) % WEEK


def dense(codes: npt.ArrayLike) -> Codes:
    """Whatever names groups have, as 0, 1, 2 ..."""
    return np.unique(np.asarray(codes), return_inverse=True)[1].astype(np.int64)


def totals(codes: Codes, values: Reals) -> Reals:
    """[groups, days] sums of the series of each group."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - heavy, and commands start without it

    many, series = int(codes.max(initial=-1)) + 1, len(codes)
    summing = csr_matrix((np.ones(series, np.float32), codes, np.arange(series + 1)), shape=(series, many)).T
    summed: Reals = np.asarray(summing @ values, np.float32)
    return summed
