"""The holidays and shifted workdays of the Chinese calendar as a model, so that SQL knows them too.

`python -m linshu.domains.insight.calendar_rows` writes the model; a test fails when it no longer says what the
calendar knows, for instance after the yearly notice of the State Council.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from linshu.kernel.calendar import HOLIDAYS, LAST_OFFICIAL_YEAR, look_up, spring_festival

MODEL = Path(__file__).parent / "models" / "dim_holiday.sql"
# A year more on either side than dim_date has, so that its first and last days find the nearest Spring Festival.
FIRST_YEAR, LAST_YEAR = 2009, 2040
DAY = timedelta(days=1)

HEADER = """\
-- grain: one row per unbroken run of days off for one holiday, or of weekend days worked in exchange ({first} to {last})
-- key: first_day
-- owner: insight
-- materialized: table
-- check: unique(first_day)
-- column: first_day, last_day: the days of the run, both included
-- column: holiday, holiday_en: the holiday in Chinese and English; of shifted workdays the one they make up for
-- column: is_workday: weekend days worked in exchange (调休上班) rather than days off
-- column: spring_festival: the first day of the lunar year where it lies in the run, else empty
-- column: is_official: by the State Council's yearly notice, known to {official}; after it only the days fixed by law
-- late: nothing comes late
-- empty: never
-- Written by `python -m linshu.domains.insight.calendar_rows` from the calendar; do not edit.
SELECT
    CAST(first_day AS DATE) AS first_day,
    CAST(last_day AS DATE) AS last_day,
    holiday, holiday_en, is_workday,
    CAST(spring_festival AS DATE) AS spring_festival,
    is_official
FROM (VALUES
"""
FOOTER = "\n) AS runs(first_day, last_day, holiday, holiday_en, is_workday, spring_festival, is_official)\n"


@dataclass(frozen=True, slots=True)
class Run:
    """Days in a row with one holiday and one answer to whether offices work."""

    first: date
    last: date
    holiday: str  # a key of the calendar's HOLIDAYS
    works: bool
    official: bool

    def goes_on(self, other: Run) -> bool:
        """Whether the other run begins the day after this one and is of the same kind."""
        return other.first == self.last + DAY and (other.holiday, other.works) == (self.holiday, self.works)


def runs(first: date, last: date) -> list[Run]:
    """All runs between two days, both included, in order."""
    found: list[Run] = []
    day = first
    while day <= last:
        known = look_up(day)
        if known.holiday:
            one = Run(day, day, known.holiday, known.works, known.official)
            if found and found[-1].goes_on(one):
                one = Run(found.pop().first, day, one.holiday, one.works, one.official)
            found.append(one)
        day += DAY
    return found


def render() -> str:
    """The text of the model."""
    head = HEADER.format(first=FIRST_YEAR, last=LAST_YEAR, official=LAST_OFFICIAL_YEAR)
    lines = (_row(one) for one in runs(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)))
    return head + ",\n".join(lines) + FOOTER


def _row(one: Run) -> str:
    name, festival = HOLIDAYS[one.holiday], spring_festival(one.first.year)
    held = f"'{festival}'" if not one.works and one.first <= festival <= one.last else "NULL"
    title = name.en.replace("'", "''")
    flags = f"{str(one.works).upper()}, {held}, {str(one.official).upper()}"
    return f"    ('{one.first}', '{one.last}', '{name.zh}', '{title}', {flags})"


def main() -> None:
    """Write the model where it belongs."""
    MODEL.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"{MODEL}\n")


if __name__ == "__main__":
    main()
