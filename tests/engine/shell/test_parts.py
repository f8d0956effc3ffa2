"""Parts of pages kept for a moment, and the badge that says how old the data is."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event

import pytest

from linshu.engine.shell.parts import MOST, PATIENCE_SECONDS, Parts
from linshu.engine.shell.stale import freshness
from linshu.kernel.company_day import CompanyDay


def test_a_part_is_printed_once_for_a_version_of_the_data() -> None:
    now = [0.0]
    parts = Parts(clock=lambda: now[0])
    printed: list[int] = []

    def make() -> str:
        printed.append(1)
        return f"part {len(printed)}"

    assert parts.get("a", 1, make) == "part 1"
    now[0] = 10_000.0
    assert parts.get("a", 1, make) == "part 1"
    assert parts.kept("a", 2) is None
    assert parts.get("a", 2, make) == "part 2"
    now[0] += PATIENCE_SECONDS - 1
    assert parts.get("a", 3, make) == "part 2"  # young enough while data streams in
    now[0] += 2
    assert parts.get("a", 3, make) == "part 3"


def test_a_failure_is_not_kept() -> None:
    parts = Parts()
    with pytest.raises(ValueError, match="no"):
        parts.get("a", 1, lambda: (_ for _ in ()).throw(ValueError("no")))
    assert parts.get("a", 1, lambda: "yes") == "yes"


def test_a_rush_costs_one_computation() -> None:
    parts, printed, all_here = Parts(), list[int](), Barrier(8)

    def make() -> str:
        printed.append(1)
        time.sleep(0.05)
        return "made"

    def ask(_: int) -> str:
        all_here.wait()
        return parts.get("a", 1, make)

    with ThreadPoolExecutor(8) as crowd:
        assert list(crowd.map(ask, range(8))) == ["made"] * 8
    assert printed == [1]


def test_who_waited_for_a_failure_tries_again() -> None:
    parts, tried, begun = Parts(), list[int](), Event()

    def make() -> str:
        tried.append(1)
        if len(tried) == 1:
            begun.set()
            time.sleep(0.05)
            raise ValueError("no")
        return "made"

    with ThreadPoolExecutor(2) as crowd:
        first = crowd.submit(parts.get, "a", 1, make)
        begun.wait()
        assert crowd.submit(parts.get, "a", 1, make).result() == "made"
        assert isinstance(first.exception(), ValueError)


def test_the_part_unused_longest_goes_first() -> None:
    parts = Parts()
    for number in range(MOST):
        parts.get(number, 1, str)
    parts.kept(0, 1)
    parts.get("one more", 1, str)
    assert parts.kept(0, 1) is not None
    assert parts.kept(1, 1) is None


NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "tone", "zh"),
    [
        (timedelta(seconds=20), "live", "刚更新 13:59:40"),
        (timedelta(minutes=30), "fresh", "数据截至 13:30"),
        (timedelta(hours=3), "amber", "数据截至 11:00"),
        (timedelta(hours=27), "red", "数据截至 11月22日 11:00"),
    ],
    ids=str,
)
def test_the_badge_turns_amber_and_red_with_age(age: timedelta, tone: str, zh: str) -> None:
    badge = freshness(NOW - age, NOW, CompanyDay.parse("23:00"))
    assert (badge.tone, badge.text.zh) == (tone, zh)
    assert "23:00" in badge.detail.zh


def test_without_data_the_badge_says_so() -> None:
    assert freshness(None, NOW, CompanyDay()).tone == "empty"
