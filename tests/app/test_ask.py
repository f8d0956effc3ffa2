"""The days of a question: dates, months, weeks and words, as `--from` and `--to` take them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from linshu.app.cli import run
from linshu.app.commands.ask import days
from linshu.app.project import Project


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        (None, None, None, None),
        ("2026-09", None, date(2026, 9, 1), date(2026, 9, 30)),
        ("2025-W40", None, date(2025, 9, 29), date(2025, 10, 5)),
        ("2025-09-03", "2025-10", date(2025, 9, 3), date(2025, 10, 31)),
        (None, "2025年10月", None, date(2025, 10, 31)),
    ],
)
def test_a_span_is_its_first_and_last_day(
    project: Project, start: str | None, end: str | None, first: date | None, last: date | None
) -> None:
    assert days(project.settings, start, end) == (first, last)


@pytest.mark.parametrize("word", ["last-7-days", "最近7天"])
def test_a_word_runs_up_to_the_companys_today(project: Project, word: str) -> None:
    def today() -> date:
        return project.settings.company_day.day_of(datetime.now(UTC))

    before = today()
    first, last = days(project.settings, word, None)
    assert last in (before, today())  # midnight may pass in between
    assert first == last - timedelta(6)


def test_a_word_answers_and_nonsense_ends_with_2(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--project", str(project.folder), "--json"]
    assert run(["metric", "orders", "--from", "本月", *where]) == 0
    capsys.readouterr()
    assert run(["metric", "orders", "--from", "last-7-dais", *where]) == 2
    assert "last-7-days" in capsys.readouterr().err
