"""The model of counterparts says what the calendar says."""

from __future__ import annotations

from datetime import date, timedelta

from linshu.domains.insight import counterpart_rows
from linshu.domains.insight.counterpart_rows import FIRST_DAY, LAST_DAY, runs
from linshu.kernel.counterpart import counterpart


def test_the_model_is_as_the_calendar_has_it_today() -> None:
    assert counterpart_rows.MODEL.read_text(encoding="utf-8") == counterpart_rows.render(), (
        "python -m linshu.domains.insight.counterpart_rows"
    )


def test_the_runs_give_every_day_its_counterpart() -> None:
    back = {
        one.first + timedelta(n): one.back
        for one in runs(FIRST_DAY, LAST_DAY)
        for n in range((one.last - one.first).days + 1)
    }
    every = [FIRST_DAY + timedelta(n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    assert [day - timedelta(back.get(day, 364)) for day in every] == [counterpart(day) for day in every]


def test_a_run_ends_where_the_distance_changes() -> None:
    found = runs(date(2026, 2, 1), date(2026, 4, 6))
    assert [(str(one.first), str(one.last), one.back) for one in found] == [
        ("2026-02-01", "2026-03-09", 384),
        ("2026-04-03", "2026-04-03", 361),
        ("2026-04-04", "2026-04-06", 365),
    ]
