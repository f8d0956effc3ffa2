"""The model of holidays says what the calendar says."""

from __future__ import annotations

from datetime import date, timedelta

from linshu.domains.insight import calendar_rows
from linshu.domains.insight.calendar_rows import Run, runs
from linshu.kernel.calendar import look_up, spring_festival


def test_the_model_is_as_the_calendar_has_it_today() -> None:
    assert calendar_rows.MODEL.read_text(encoding="utf-8") == calendar_rows.render(), (
        "python -m linshu.domains.insight.calendar_rows"
    )


def test_runs_hold_every_day_with_a_holiday_once() -> None:
    first, last = date(2009, 1, 1), date(2040, 12, 31)
    held = [run.first + timedelta(n) for run in runs(first, last) for n in range((run.last - run.first).days + 1)]
    every = [first + timedelta(n) for n in range((last - first).days + 1)]
    assert held == [day for day in every if look_up(day).holiday]


def test_a_run_is_one_holiday_and_the_days_worked_for_it_are_another() -> None:
    assert runs(date(2026, 2, 1), date(2026, 2, 28)) == [
        Run(date(2026, 2, 14), date(2026, 2, 14), "spring_festival", works=True, official=True),
        Run(date(2026, 2, 15), date(2026, 2, 23), "spring_festival", works=False, official=True),
        Run(date(2026, 2, 28), date(2026, 2, 28), "spring_festival", works=True, official=True),
    ]


def test_the_first_lunar_day_stands_in_one_run_of_each_year() -> None:
    text = calendar_rows.render()
    for year in range(calendar_rows.FIRST_YEAR, calendar_rows.LAST_YEAR + 1):
        assert text.count(f"FALSE, '{spring_festival(year)}', ") == 1
