"""How large the simulated company is, from which seed it grows and up to which moment it has lived."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

import numpy as np

from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

SOURCE = "twin"


@dataclass(frozen=True, slots=True)
class Size:
    """How many of everything a scale has; members counts all who ever join within the span."""

    cities: int
    groups: int
    members: int
    days: int
    skus: int
    listed: int  # SKUs on sale in a city on a day
    groups_per_grid: int


SIZES = {
    "small": Size(cities=2, groups=60, members=6_000, days=90, skus=320, listed=90, groups_per_grid=15),
    "medium": Size(cities=6, groups=600, members=60_000, days=365, skus=640, listed=110, groups_per_grid=25),
    "large": Size(cities=9, groups=9_000, members=1_000_000, days=730, skus=1_200, listed=160, groups_per_grid=40),
}


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Config:
    """A simulated company: the same scale, seed, cut-off and `until` always give the same rows."""

    scale: str = "small"
    seed: int = 20_260_217
    until: datetime = field(default_factory=_now)  # the company's present moment; nothing later is told
    cut_off: str = "23:00"

    def __post_init__(self) -> None:
        if self.scale not in SIZES:
            raise Misused(
                Text(f"没有“{self.scale}”这个规模", f'there is no scale "{self.scale}"'),
                mend=nearest(self.scale, SIZES),
            )
        if self.until.tzinfo is None:
            raise Misused(
                Text("模拟的当前时刻要带时区", "the present moment of the simulation needs a time zone"),
                mend=Text("例如 2026-11-23T10:00:00+08:00。", "For example 2026-11-23T10:00:00+08:00."),
            )

    @property
    def size(self) -> Size:
        """The numbers behind the name of the scale."""
        return SIZES[self.scale]

    @cached_property
    def company_day(self) -> CompanyDay:
        """How instants become company days here."""
        return CompanyDay.parse(self.cut_off)

    @property
    def until_second(self) -> int:
        """The present moment in seconds since 1970."""
        return int(self.until.timestamp())

    @property
    def today(self) -> int:
        """The company day that runs at `until`, as days since 1970-01-01."""
        return (self.company_day.day_of(self.until) - datetime(1970, 1, 1, tzinfo=UTC).date()).days

    @property
    def first_day(self) -> int:
        """The first company day that is simulated."""
        return self.today - self.size.days + 1

    def rng(self, *stream: int) -> np.random.Generator:
        """The generator of one stream of chance, such as (day, step); independent of every other stream."""
        return np.random.default_rng([self.seed & 0xFFFFFFFF, *(part & 0xFFFFFFFF for part in stream)])
