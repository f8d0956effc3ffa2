"""How large the simulated company is, from which seed it grows and up to which moment it has lived."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property

import numpy as np

from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Misused
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

    @property
    def chunk_days(self) -> int:
        """How many days are told at once: as many as fit in some hundred megabytes."""
        return min(30, max(1, 840_000 // self.members))

    @property
    def chapter_days(self) -> int:
        """How many days make a chapter, which comes in as a batch of its own: about 25 million rows."""
        return self.chunk_days * max(1, 50_000_000 // (self.members * self.chunk_days))


SIZES = {
    "small": Size(cities=2, groups=60, members=6_000, days=90, skus=320, listed=90, groups_per_grid=15),
    "medium": Size(cities=6, groups=600, members=60_000, days=365, skus=640, listed=110, groups_per_grid=25),
    "large": Size(cities=9, groups=18_000, members=2_000_000, days=730, skus=1_200, listed=160, groups_per_grid=40),
}
LARGE_LINES = 100_000_000  # about as many order lines as the large company writes
FEWEST_LINES, MOST_LINES = 50_000, 1_000_000_000


def size_of(scale: str) -> Size | None:
    """The size behind a name, or behind a number of order lines: the large company with fewer or more groups and members.

    Cities grow with the square root, so that a smaller company has both fewer and smaller ones. None: no such scale.
    """
    if not re.fullmatch(r"\d{1,12}", scale):
        return SIZES.get(scale)
    if not FEWEST_LINES <= int(scale) <= MOST_LINES:
        return None
    large, share = SIZES["large"], int(scale) / LARGE_LINES
    return replace(
        large,
        cities=min(large.cities, max(1, round(large.cities * share**0.5))),
        groups=round(large.groups * share),
        members=round(large.members * share),
    )


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
        if size_of(self.scale) is None:
            names, span = ", ".join(SIZES), f"{FEWEST_LINES:,} … {MOST_LINES:,}"
            raise Misused(
                Text(f"没有“{self.scale}”这个规模", f'there is no scale "{self.scale}"'),
                mend=Text(f"写 {names}，或订单行数（{span}）。", f"Say {names}, or a number of order lines ({span})."),
            )
        if self.until.tzinfo is None:
            raise Misused(
                Text("模拟的当前时刻要带时区", "the present moment of the simulation needs a time zone"),
                mend=Text("例如 2026-11-23T10:00:00+08:00。", "For example 2026-11-23T10:00:00+08:00."),
            )

    @cached_property
    def size(self) -> Size:
        """The numbers behind the scale."""
        found = size_of(self.scale)
        assert found is not None
        return found

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
