"""Which days are not held against the same weekday of last year, as a model, so that SQL knows them too.

`python -m linshu.domains.insight.counterpart_rows` writes the model; a test fails when it no longer says what the
calendar knows, for instance after the yearly notice of the State Council.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from linshu.kernel.counterpart import counterpart

MODEL = Path(__file__).parent / "models" / "dim_day_counterpart.sql"
FIRST_DAY, LAST_DAY = date(2010, 1, 1), date(2039, 12, 31)  # those of dim_date
DAY = timedelta(days=1)
WEEKS = 364  # days back that need no row

HEADER = """\
-- grain: one row per unbroken run of days held against days of last year as far back ({first} to {last})
-- key: first_day
-- owner: insight
-- materialized: table
-- check: unique(first_day)
-- column: first_day, last_day: the days of the run, both included; days in no run are held against those 364 days before
-- column: days_back (day): how many days before each of them lies the day it is held against: the same day of a holiday,
--   the day as far from the Spring Festival, or the day that was left over for it
-- late: nothing comes late
-- empty: never
-- Written by `python -m linshu.domains.insight.counterpart_rows` from the calendar; do not edit.
SELECT CAST(first_day AS DATE) AS first_day, CAST(last_day AS DATE) AS last_day, days_back
FROM (VALUES
"""
FOOTER = "\n) AS runs(first_day, last_day, days_back)\n"


class Run(NamedTuple):
    """Days in a row with counterparts equally far back."""

    first: date
    last: date
    back: int


def runs(first: date, last: date) -> list[Run]:
    """All runs between two days, both included, in order."""
    found: list[Run] = []
    for step in range((last - first).days + 1):
        day = first + step * DAY
        back = (day - counterpart(day)).days
        if found and found[-1].back == back:
            found[-1] = Run(found[-1].first, day, back)
        else:
            found.append(Run(day, day, back))
    return [one for one in found if one.back != WEEKS]


def render() -> str:
    """The text of the model."""
    head = HEADER.format(first=FIRST_DAY.year, last=LAST_DAY.year)
    lines = (f"    ('{one.first}', '{one.last}', {one.back})" for one in runs(FIRST_DAY, LAST_DAY))
    return head + ",\n".join(lines) + FOOTER


def main() -> None:
    """Write the model where it belongs."""
    MODEL.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"{MODEL}\n")


if __name__ == "__main__":
    main()
