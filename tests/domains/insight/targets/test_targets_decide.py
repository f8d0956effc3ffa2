"""Where a period is likely to end, and how it stands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linshu.domains.insight.targets.decide import Ahead, due, forecast, forecast_mean, verdict

START, END = date(2026, 11, 1), date(2026, 11, 30)
DAY = timedelta(days=1)
LAST = date(2026, 11, 20)


def history(value: object) -> dict[date, float]:
    days = [LAST - number * DAY for number in range(56)]
    return {day: float(value(day)) if callable(value) else float(value) for day in days}  # type: ignore[arg-type]  # a test's number


def test_what_never_varies_is_foretold_to_the_unit() -> None:
    assert forecast(history(10), START, END, LAST) == Ahead(300, 300, 300)
    weekly = history(lambda day: 10 + day.weekday())
    whole = sum(10 + (START + number * DAY).weekday() for number in range(30))
    ahead = forecast(weekly, START, END, LAST)
    assert ahead is not None
    assert (ahead.middle, ahead.low, ahead.high) == pytest.approx((whole, whole, whole))


def test_a_period_that_is_over_is_its_sum_and_one_to_come_is_all_forecast() -> None:
    assert forecast(history(10), date(2026, 11, 2), date(2026, 11, 8), LAST) == Ahead(70, 70, 70)
    assert forecast(history(10), date(2026, 12, 1), date(2026, 12, 7), LAST) == Ahead(70, 70, 70)


def test_too_little_is_known() -> None:
    few = dict.fromkeys(list(history(10))[:20], 10.0)
    assert forecast(few, START, END, LAST) is None


def test_growth_goes_on_and_fades() -> None:
    grown = {LAST - number * DAY: 100.0 + 8 * (7 - number // 7) for number in range(56)}
    ahead = forecast(grown, LAST + DAY, LAST + 28 * DAY, LAST)
    assert ahead is not None
    assert 28 * 156 < ahead.middle < 7 * (164 + 172 + 180 + 188)


def test_a_rate_lies_between_its_days() -> None:
    ahead = forecast_mean(history(0.9), START, END, LAST, 0.6)
    assert ahead is not None
    assert ahead.middle == pytest.approx((20 * 0.6 + 10 * 0.9) / 30)
    assert forecast_mean({}, START, END, END, 0.6) == Ahead(0.6, 0.6, 0.6)


@settings(max_examples=40)
@given(st.lists(st.floats(0, 1e6), min_size=56, max_size=56))
def test_the_interval_holds_the_middle_and_what_is_done(values: list[float]) -> None:
    days = {LAST - number * DAY: value for number, value in enumerate(values)}
    done = sum(value for day, value in days.items() if day >= START)
    ahead = forecast(days, START, END, LAST)
    assert ahead is not None
    assert done - 1e-6 <= ahead.low <= ahead.middle + 1e-6
    assert ahead.middle <= ahead.high + 1e-6
    doubled = forecast({day: 2 * value for day, value in days.items()}, START, END, LAST)
    assert doubled is not None
    assert doubled.high == pytest.approx(2 * ahead.high)


def test_how_it_stands() -> None:
    ahead = Ahead(100, 90, 110)

    def said(goal: float, *, over: bool = False, low: bool = False, known: Ahead | None = ahead) -> str:
        return verdict(100, goal, known, over=over, low_is_good=low)

    assert [said(90), said(100), said(111)] == ["ahead", "open", "behind"]
    assert [said(110, low=True), said(100, low=True), said(89, low=True)] == ["ahead", "open", "behind"]
    assert [said(100, over=True), said(101, over=True), said(99, over=True, low=True)] == ["met", "missed", "missed"]
    assert said(100, known=None) == "open"


def test_what_would_be_done_by_now() -> None:
    assert [due(300, START, END, day) for day in (START - DAY, START, date(2026, 11, 15), END + DAY)] == [
        0,
        10,
        150,
        300,
    ]
