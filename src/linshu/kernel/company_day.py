"""The company day: in a business that cuts off orders in the evening, what comes after belongs to the next day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from linshu.kernel.errors import Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.kernel.period import Period

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FULL_DAY = 24 * 60  # the cut-off in minutes when company day and natural day are the same


@dataclass(frozen=True, slots=True)
class CompanyDay:
    """How instants become company days: the cut-off as minutes after local midnight, and the time zone.

    Day D runs from the cut-off of the day before to its own cut-off: at 23:00 an order of 22:59 is today's, one of
    23:00 is tomorrow's. At 24:00 the company day is the natural day.
    """

    cut_off_minutes: int = FULL_DAY
    zone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        if not 0 < self.cut_off_minutes <= FULL_DAY:
            raise Misused(
                Text("截单时间要晚于 00:00，最晚 24:00", "the cut-off must be after 00:00 and no later than 24:00"),
                mend=Text('自然日请写 "24:00"。', 'Write "24:00" for the natural day.'),
            )
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as error:  # what the zone data raises for unknown, odd and folder names
            raise Misused(
                Text(f"不认识时区“{self.zone}”", f'unknown time zone "{self.zone}"'),
                mend=Text("例如 Asia/Shanghai。", "For example Asia/Shanghai."),
            ) from error

    @classmethod
    def parse(cls, cut_off: str = "24:00", zone: str = "Asia/Shanghai") -> CompanyDay:
        """From the settings `company.cut_off` ("23:00") and `company.time_zone`."""
        found = re.fullmatch(r"([01]?\d|2[0-4])[:：]([0-5]\d)", cut_off.strip())
        if found is None:
            raise Misused(
                Text(f"看不懂截单时间“{cut_off}”", f'"{cut_off}" is not a cut-off time'),
                mend=Text('请写成 "23:00"，自然日写 "24:00"。', 'Write "23:00", or "24:00" for the natural day.'),
            )
        return cls(int(found[1]) * 60 + int(found[2]), zone)

    @property
    def shift_minutes(self) -> int:
        """What SQL adds to the local time before taking its date; 0 for the natural day, 60 for 23:00."""
        return FULL_DAY - self.cut_off_minutes

    @property
    def cut_off(self) -> str:
        """The cut-off as written in the settings."""
        return f"{self.cut_off_minutes // 60:02d}:{self.cut_off_minutes % 60:02d}"

    def local(self, instant: datetime) -> datetime:
        """The instant on the company's wall clock; refuses an instant without a time zone."""
        if instant.tzinfo is None:
            raise Misused(
                Text(f"时刻 {instant} 没有时区", f"the instant {instant} has no time zone"),
                mend=Text("请用带时区的时刻。", "Give it a time zone."),
            )
        return instant.astimezone(ZoneInfo(self.zone))

    def day_of(self, instant: datetime) -> date:
        """The company day an instant belongs to."""
        day = (self.local(instant) + timedelta(minutes=self.shift_minutes)).date()
        start, end = self.span(day)
        # Only where a clock change falls upon the cut-off do wall clock and span disagree; the span partitions time.
        return day + DAY * ((instant >= end) - (instant < start))

    def clock_of(self, day: date, instant: datetime) -> datetime | None:
        """What the wall clock says at an instant of that company day, without zone; None on any other day."""
        return self.local(instant).replace(tzinfo=None) if self.day_of(instant) == day else None

    def span(self, day: date) -> tuple[datetime, datetime]:
        """The UTC instants of a company day: the first that belongs to it, and the first that no longer does."""
        return self._cut_off_instant(day - DAY), self._cut_off_instant(day)

    def span_of(self, period: Period) -> tuple[datetime, datetime]:
        """The UTC instants of a whole period: from its first instant to the first one after it."""
        return self._cut_off_instant(period.start - DAY), self._cut_off_instant(period.end)

    def hours(self, day: date) -> tuple[datetime, ...]:
        """The full clock hours that touch a company day, on the wall clock: 23:00 of the day before to 22:00."""
        start, end = self.span(day)
        first = self.hour_of(start).astimezone(UTC)
        # a day of a clock change has 25 hours, and a cut-off within an hour touches one more
        return tuple(self.local(first + HOUR * step) for step in range(26) if first + HOUR * step < end)

    def hour_of(self, instant: datetime) -> datetime:
        """The full hour of an instant on the wall clock."""
        return self.local(instant).replace(minute=0, second=0, microsecond=0)

    def hour_name(self, instant: datetime) -> str:
        """How results name an hour: 2026-10-01T20:00+08:00."""
        return self.hour_of(instant).isoformat(timespec="minutes")

    def _cut_off_instant(self, day: date) -> datetime:
        at_midnight = datetime.combine(day, time())
        return (
            (at_midnight + timedelta(minutes=self.cut_off_minutes)).replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
        )
