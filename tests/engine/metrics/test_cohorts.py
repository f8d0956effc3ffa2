"""The retention matrix against plain reading, over random companies, cuts, filters, scopes and ways to count."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.metrics import company
from tests.engine.metrics.brute import Brute, _holds
from tests.engine.metrics.company import CATALOG, PAYS, Row, Tables
from tests.engine.metrics.test_traps import tables, visits_and_orders

from linshu.engine.access.scope import Scope
from linshu.engine.metrics.cohort import Cohort, CohortQuestion, Event
from linshu.engine.metrics.cohort_run import run_cohorts
from linshu.engine.metrics.expression import Col
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Forbidden, Missing, Misused
from linshu.kernel.text import Text

TITLE = Text("批", "Cohort")
BOUGHT = Event("orders", "member_id", Col("is_paid"))
COHORTS = (
    Cohort("buyers", TITLE, TITLE, "增长", BOUGHT, BOUGHT),
    Cohort(
        "fruit", TITLE, TITLE, "增长", Event("lines", "member_id", PAYS), Event("orders", "member_id", clock="placed")
    ),
    Cohort(
        "talkers", TITLE, TITLE, "增长", Event("chat", "community_id"), Event("orders", "community_id", Col("is_paid"))
    ),
)
TABLES = company.make(11, 220)


@pytest.fixture(scope="module")
def warehouse():
    opened = DuckWarehouse.open(":memory:")
    yield opened
    opened.close()


def ask(warehouse: DuckWarehouse, data: Tables, cohort: str, **more: Any) -> list[Row]:
    store = company.store(warehouse, data)
    return run_cohorts(store, CohortQuestion.of(cohort, **more), CATALOG, COHORTS).rows()


def monday(day: date) -> date:
    return day - timedelta(day.weekday())


def months(day: date) -> int:
    return day.year * 12 + day.month


def slow(data: Tables, question: CohortQuestion) -> dict[tuple[str, str, int], tuple[int, int | None]]:
    """Size and returned of every cell, person by person."""
    cohort = next(one for one in COHORTS if one.name == question.cohort)
    brute, week = Brute(data, CATALOG), question.grain.value == "week"
    first, again = CATALOG.facts[cohort.first.fact], CATALOG.facts[cohort.again.fact]
    began, came = first.clock(cohort.first.clock), again.clock(cohort.again.clock)
    query = question.query()
    seen = max(row[came.day] for row in data[again.table] if row[came.day])
    earliest: dict[str, Row] = {}
    for row in sorted(
        (one for one in data[first.table] if one[began.day] and one[cohort.first.entity]),
        key=lambda one: [str(one[name] or "~") for name in (began.at or began.day, began.day, *first.grain)],
    ):
        if _holds(first.where, row) and _holds(cohort.first.where, row):
            earliest.setdefault(row[cohort.first.entity], row)
    asked, allowed = (
        brute.passes(first, query),
        brute.passes(again, CohortQuestion(cohort="", scope=question.scope).query()),
    )
    cells: dict[tuple[str, str, int], tuple[int, int | None]] = {}
    for who, row in earliest.items():
        day = row[began.day]
        if not asked(row, day) or (question.start and day < question.start) or (question.end and day > question.end):
            continue
        key = brute.key(first, row, question.by, question.as_of, day) if question.by else ""
        bucket = str(monday(day)) if week else f"{day:%Y-%m}"
        days = {
            one[came.day] for one in data[again.table]
            if one[cohort.again.entity] == who and one[came.day] and one[came.day] >= day and _holds(again.where, one)
            and _holds(cohort.again.where, one) and allowed(one, one[came.day])
        }  # fmt: skip
        for period in range(question.periods + 1):
            length = 7 if week else 30
            if question.counted == "elapsed":
                last_start = (
                    monday(day) + timedelta(6)
                    if week
                    else (day.replace(day=1) + timedelta(32)).replace(day=1) - timedelta(1)
                )
                last_start = min(last_start, question.end) if question.end else last_start
                over = last_start + timedelta(length * period + length - 1) <= seen
                hit = any(length * period <= (one - day).days < length * (period + 1) for one in days)
            elif week:
                over = monday(day) + timedelta(7 * period + 6) <= seen
                hit = any(monday(one) == monday(day) + timedelta(7 * period) for one in days)
            else:
                over = months(seen + timedelta(1)) > months(day) + period
                hit = any(months(one) == months(day) + period for one in days)
            size, returned = cells.get((bucket, str(key), period), (0, 0))
            cells[bucket, str(key), period] = (size + 1, (returned or 0) + hit if over else None)
    return cells


@st.composite
def questions(draw) -> CohortQuestion:
    start = draw(st.sampled_from((None, date(2026, 9, 20), date(2026, 10, 1))))
    return CohortQuestion.of(
        draw(st.sampled_from(("buyers", "fruit", "talkers"))),
        grain=draw(st.sampled_from(("week", "month"))),
        periods=draw(st.integers(1, 9)),
        by=draw(st.sampled_from(("", "community", "city"))),
        start=start,
        end=draw(st.sampled_from((None, date(2026, 10, 31), date(2026, 11, 5)))),
        where=draw(st.sampled_from((None, "city=武汉", "community!=C1"))),
        counted=draw(st.sampled_from(("elapsed", "calendar"))),
        scope=draw(st.sampled_from((None, Scope.only(regions=["R1"]), Scope.only(communities=["C1", "C3"])))),
    )


@pytest.fixture(scope="module")
def standing():
    opened = company.store(DuckWarehouse.open(":memory:"), TABLES)
    yield opened
    opened.close()


@pytest.mark.slow
@settings(max_examples=150)
@given(question=questions())
def test_the_matrix_is_what_plain_reading_says(standing, question):
    found = run_cohorts(standing, question, CATALOG, COHORTS).rows()
    ours = {
        (row["cohort"], row[question.by] if question.by else "", row["period"]): (row["size"], row["returned"])
        for row in found
    }
    assert len(ours) == len(found)
    truth = slow(TABLES, question)
    assert ours == {(bucket, "(未知)" if key == "None" else key, n): cell for (bucket, key, n), cell in truth.items()}


OCTOBER = (
    ("M1", 1, "wx", "home"), ("M1", 8, "wx", "home"), ("M1", 30, "wx", "home"),
    ("M2", 4, "tb", "home"), ("M2", 12, "wx", "home"),
    ("M3", 13, "wx", "home"),
)  # fmt: skip


def test_periods_are_days_of_each_ones_own(warehouse):
    """M1 came back on day 7, M2 on day 8: both in week 1; whoever began on 4 October has not ended week 3 on the 30th."""
    rows = ask(warehouse, visits_and_orders(*OCTOBER), "buyers", grain="week", periods=3)
    first = [row for row in rows if row["cohort"] == "2026-09-28"]
    assert [(row["period"], row["size"], row["returned"], row["share"]) for row in first] == [
        (0, 2, 2, 1.0), (1, 2, 2, 1.0), (2, 2, 0, 0.0), (3, 2, None, None),
    ]  # fmt: skip
    young = [row["returned"] for row in rows if row["cohort"] == "2026-10-12"]
    assert young == [1, None, None, None]  # whoever began on Sunday 18 October ends week 1 on the 31st


def test_calendar_periods_follow_the_calendar(warehouse):
    rows = ask(warehouse, visits_and_orders(*OCTOBER), "buyers", grain="week", periods=4, counted="calendar")
    first = [(row["period"], row["returned"]) for row in rows if row["cohort"] == "2026-09-28"]
    assert first == [(0, 2), (1, 1), (2, 1), (3, 0), (4, None)]  # the week of 26 October is not over on the 30th


def test_the_pivot_is_for_reading_and_says_what_is_left_empty(warehouse):
    store = company.store(warehouse, visits_and_orders(*OCTOBER))
    question = CohortQuestion.of("buyers", grain="week", periods=2, by="channel", pivot=True)
    result = run_cohorts(store, question, CATALOG, COHORTS)
    assert result.rows()[0] == {
        "cohort": "2026-09-28", "channel": "tb", "channel_name": "淘宝", "size": 1,
        "period_0": 1.0, "period_1": 1.0, "period_2": 0.0,
    }  # fmt: skip
    assert [row["period_2"] for row in result.rows() if row["cohort"] == "2026-10-12"] == [None]
    assert "2 格" in result.notes[1].zh
    assert [column.unit for column in result.columns[-2:]] == ["ratio", "ratio"]


def test_an_empty_company_has_no_cohorts(warehouse):
    assert ask(warehouse, tables([]), "buyers") == []


def test_wrong_questions_are_refused_with_what_can_be_asked(warehouse):
    data = visits_and_orders(*OCTOBER)
    with pytest.raises(Missing, match="buyers"):
        ask(warehouse, data, "buyer")
    with pytest.raises(Misused, match="channel"):
        ask(warehouse, data, "buyers", by="sku")
    with pytest.raises(Misused, match="week"):
        ask(warehouse, data, "buyers", grain="day")
    with pytest.raises(Misused, match="elapsed"):
        ask(warehouse, data, "buyers", counted="elapse")
    with pytest.raises(Misused, match="104"):
        ask(warehouse, data, "buyers", periods=0)
    with pytest.raises(Forbidden):
        ask(warehouse, data, "buyers", scope=Scope.only(suppliers=["P1"]))
