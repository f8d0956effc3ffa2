"""When data is good, late or bad."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from linshu.domains.insight.quality.decide import OWN, Arrivals, backlog, gaps, judge, judge_table, rhythm

TODAY = date(2026, 11, 23)


def before(*days: int) -> tuple[date, ...]:
    return tuple(TODAY - timedelta(day) for day in days)


def source(*days: int, rows_in: int = 100, bad: int = 0, waiting: int = 0, name: str = "erp") -> Arrivals:
    return Arrivals(name, before(*days), rows_in, bad, waiting)


def test_a_daily_source_is_late_on_the_second_day_without() -> None:
    assert judge(source(4, 3, 2, 1), TODAY).state == "good"
    late = judge(source(5, 4, 3, 2), TODAY)
    assert late.state == "late"
    assert late.reasons[0].zh == "通常每 1 天来一次，已经 2 天没来"
    assert late.todo.zh.startswith("找提供数据的人")


def test_gaps_that_are_usual_are_no_lateness() -> None:
    workdays = [day for day in range(3, 40) if (TODAY - timedelta(day)).weekday() < 5]
    assert (TODAY - timedelta(3)).weekday() == 4
    assert judge(source(*workdays), TODAY).state == "good"  # a Monday, the last came on Friday
    assert judge(source(*workdays), TODAY + timedelta(1)).state == "late"


def test_too_few_arrivals_have_no_rhythm() -> None:
    assert rhythm(before(30, 1)) is None
    assert judge(source(300, 200), TODAY).state == "good"


def test_bad_rows_weigh_more_than_lateness() -> None:
    found = judge(source(9, 8, 7, 6, bad=6, waiting=6), TODAY)
    assert found.state == "bad"
    assert next(one.en for one in found.reasons) == "6.0% of the rows of the newest batches have problems"
    assert judge(source(3, 2, 1, bad=5), TODAY).state == "good"
    assert judge(source(3, 2, 1, waiting=2), TODAY).todo.zh == "去隔离区修好它们"


def test_what_people_decide_here_is_never_late() -> None:
    assert judge(source(300, 200, 100, name=OWN), TODAY).state == "good"


def test_tables() -> None:
    assert judge_table(100, 0, 0, []).state == "good"
    assert judge_table(100, 0, 2, []).state == "late"
    assert judge_table(100, 0, 0, ["erp"]).state == "late"
    assert judge_table(100, 6, 2, ["erp"]).state == "bad"
    assert judge_table(0, 1, 0, []).state == "bad"


def test_a_gap_is_an_empty_day_of_a_table_that_has_rows_on_most() -> None:
    full = dict.fromkeys(before(*range(1, 11)), 5)
    del full[TODAY - timedelta(4)]
    assert gaps(full, TODAY) == (TODAY - timedelta(4),)
    assert gaps(dict.fromkeys(before(1, 8, 15, 22), 5), TODAY) == ()
    assert gaps(dict.fromkeys((TODAY + timedelta(day) for day in range(1, 9)), 5), TODAY) == ()


@given(st.lists(st.integers(0, 400), min_size=3, max_size=40, unique=True))
def test_a_source_is_due_after_its_last_day_and_its_order_does_not_matter(days: list[int]) -> None:
    found = rhythm(before(*days))
    assert found is not None
    assert found.due > max(before(*days))
    assert found.usual >= 1
    assert rhythm(before(*reversed(days))) == found
    assert judge(source(*days), found.due).state == "good"
    assert judge(source(*days), found.due + timedelta(1)).state == "late"


@given(st.dictionaries(st.integers(0, 100), st.tuples(st.integers(0, 9), st.integers(0, 9))), st.integers(1, 60))
def test_the_backlog_is_what_was_opened_less_what_was_closed(changes: dict[int, tuple[int, int]], days: int) -> None:
    found = backlog({TODAY - timedelta(day): one for day, one in changes.items()}, TODAY, days)
    assert [day for day, _ in found] == [TODAY - timedelta(step) for step in range(days - 1, -1, -1)]
    for day, standing in found:
        assert standing == sum(a - b for at, (a, b) in changes.items() if TODAY - timedelta(at) <= day)
