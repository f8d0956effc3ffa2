"""What rings: each test on figures that are known, and what is true of all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.alerts.judge import Point, judge
from linshu.engine.alerts.rule import Rule
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

DAY = date(2026, 11, 18)  # an ordinary Wednesday
RULE = Rule("r", Text("规则", "Rule"), "gmv", "fell", 0.2)


def points(values: dict[int, float | None], samples: float | None = None, day: date = DAY) -> dict[date, Point]:
    """Figures so many days back."""
    return {
        day - timedelta(days=back): Point(day - timedelta(days=back), value, samples) for back, value in values.items()
    }


@pytest.mark.parametrize(
    ("test", "limit", "value", "out"),
    [
        ("above", 10, 10, False), ("above", 10, 10.1, True), ("below", 10, 10, False), ("below", 10, 9.9, True),
        ("fell", 0.2, 80, False), ("fell", 0.2, 79, True), ("rose", 0.2, 120, False), ("rose", 0.2, 121, True),
    ],
)  # fmt: skip
def test_a_figure_at_the_limit_does_not_ring_and_one_past_it_does(
    test: str, limit: float, value: float, out: bool
) -> None:
    rule = replace(RULE, test=test, limit=limit)
    assert judge(rule, points({0: value, 7: 100}), DAY).out is out


@given(st.floats(-1e9, 1e9), st.floats(0.01, 0.9), st.sampled_from(["above", "below", "fell", "rose", "band"]))
def test_nothing_is_out_and_back_at_once(value: float, ease: float, test: str) -> None:
    rule = replace(RULE, test=test, limit=0.3, ease=ease)
    verdict = judge(rule, points({0: value} | {7 * week: 100.0 + week for week in range(1, 9)}), DAY)
    assert not (verdict.out and verdict.back)
    assert verdict.out is not None


def test_too_small_a_sample_says_nothing_now_or_before() -> None:
    rule = replace(RULE, sample="orders", least=30)
    assert judge(rule, points({0: 1, 7: 100}, 29), DAY).out is None
    assert judge(rule, points({0: 1, 7: 100}, 30), DAY).out is True
    both = points({0: 1}, 30) | points({7: 100}, 3)
    assert judge(rule, both, DAY).why.en == "the sample before was too small"


@pytest.mark.parametrize("before", [None, 0.0, -5.0])
def test_nothing_before_is_nothing_to_fall_from(before: float | None) -> None:
    assert judge(RULE, points({0: 1, 7: before}), DAY).out is None
    assert judge(RULE, {}, DAY).out is None


def test_a_holiday_is_held_against_no_ordinary_day() -> None:
    holiday = date(2026, 10, 1)
    assert judge(RULE, points({0: 1, 7: 100}, day=holiday), holiday).out is None
    assert judge(replace(RULE, test="above", limit=0.5), points({0: 1}, day=holiday), holiday).out is True


def test_the_usual_band_has_the_shape_of_the_week_and_leaves_holidays_out() -> None:
    weekly = {back: 1_000.0 if (DAY - timedelta(days=back)).weekday() == 5 else 100.0 for back in range(1, 64)}
    rule = replace(RULE, test="band", limit=4)
    assert judge(rule, points(weekly | {0: 101.0}), DAY).out is False
    assert judge(rule, points(weekly | {0: 1_000.0}), DAY).out is True
    saturday = date(2026, 11, 14)
    assert judge(rule, points(dict.fromkeys((0, 7, 14, 21, 28), 1000.0), day=saturday), saturday).out is False
    assert (
        judge(rule, points({0: 1.0, 7: 1, 14: 1, 21: 1}), DAY).why.en == "the past is too short to know what is usual"
    )


@given(st.lists(st.floats(1, 1e6), min_size=4, max_size=9), st.floats(0.5, 6), st.floats(0.01, 1000))
def test_the_band_does_not_depend_on_the_unit(values: list[float], limit: float, unit: float) -> None:
    rule = replace(RULE, test="band", limit=limit, ease=0)
    plain = judge(rule, points(dict(zip(range(0, 70, 7), [50.0, *values], strict=False))), DAY)
    scaled = judge(
        rule, points(dict(zip(range(0, 70, 7), [50.0 * unit, *(one * unit for one in values)], strict=False))), DAY
    )
    assert plain.low is not None
    assert scaled.low == pytest.approx(plain.low * unit, rel=1e-6, abs=1e-6)


def test_weeks_and_months_are_held_against_the_one_before() -> None:
    week, month = date(2026, 11, 16), date(2026, 11, 1)
    assert judge(replace(RULE, grain="week"), points({0: 10, 7: 100}, day=week), week).expected == 100
    before = {date(2026, 10, 1): Point(date(2026, 10, 1), 100), month: Point(month, 50)}
    assert judge(replace(RULE, grain="month"), before, month).out is True


@pytest.mark.parametrize(
    "changes",
    [{"ease": 1}, {"times": 0}, {"limit": 0}, {"limit": 1.5}, {"least": 3}, {"escalate_hours": -1}, {"limt": 2}, {"name": "x"}, {"times": "viele"}],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        RULE.changed(changes)


def test_a_rule_is_read_as_it_was_kept() -> None:
    changed = RULE.changed({"limit": "0.35", "times": "2", "active": "on", "where": ("city=武汉",)})
    assert (changed.limit, changed.times, changed.active) == (0.35, 2, True)
    assert Rule.read(changed.told()) == changed
    assert Rule.read({name: value for name, value in RULE.told().items() if name != "ease"}) == RULE
