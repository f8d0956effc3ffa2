"""How often a thing a person planned is done: every so many minutes, or once a day at a time of the company's clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

LEAST, MOST = 5, 24 * 60  # minutes
DAY = timedelta(days=1)
_DAILY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every so many minutes from the beginning on, or daily at a time; written "15" or "06:30"."""

    minutes: int = 0
    daily: time | None = None

    @classmethod
    def parse(cls, words: str) -> Rhythm:
        """From how it is written; Invalid when that makes no sense."""
        plain = words.strip()
        if found := _DAILY.fullmatch(plain):
            return cls(daily=time(int(found[1]), int(found[2])))
        if plain.isascii() and plain.isdecimal() and LEAST <= int(plain) <= MOST:
            return cls(minutes=int(plain))
        raise Invalid(
            Text(f"看不懂多久一次：{words}", f"{words} is no rhythm"),
            mend=Text(
                f"写分钟数（{LEAST} 到 {MOST}），或每天的时刻，如 06:30。",
                f"Write minutes ({LEAST} to {MOST}), or a time of day such as 06:30.",
            ),
        )

    def __str__(self) -> str:
        """As `parse` reads it."""
        return f"{self.daily:%H:%M}" if self.daily else str(self.minutes)

    @property
    def said(self) -> Text:
        """In words."""
        if self.daily:
            return Text(f"每天 {self}", f"daily at {self}")
        return Text(f"每 {self} 分钟", f"every {self} minutes")

    def last(self, zone: str, since: datetime, now: datetime) -> datetime | None:
        """The last moment that is due, of those after `since`; None before the first."""
        if self.daily is None:
            step = timedelta(minutes=self.minutes)
            count = (now - since) // step
            return since + count * step if count > 0 else None
        local = now.astimezone(ZoneInfo(zone)).date()
        for day in (local, local - DAY):
            at = datetime.combine(day, self.daily, ZoneInfo(zone)).astimezone(UTC)
            if at <= now:
                return at if at > since else None
        return None

    def next(self, zone: str, since: datetime, now: datetime) -> datetime:
        """The first moment after now."""
        if self.daily is None:
            step = timedelta(minutes=self.minutes)
            return since + (max(now - since, timedelta(0)) // step + 1) * step
        local = now.astimezone(ZoneInfo(zone)).date()
        moments = (datetime.combine(local + n * DAY, self.daily, ZoneInfo(zone)).astimezone(UTC) for n in range(-1, 3))
        return next(at for at in moments if at > max(now, since))
