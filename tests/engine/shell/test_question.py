"""A question in an address: written, read back the same, narrowed to one row of its answer."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.metrics import Query
from linshu.engine.metrics.filters import Filter
from linshu.engine.shell.filters import PRESETS, Days, read_filter
from linshu.engine.shell.question import (
    EVER,
    Question,
    addressed,
    lineage_address,
    of_page,
    read_question,
    read_questions,
)
from linshu.kernel.errors import Misused
from linshu.kernel.period import Period

DAYS = Days(date(2026, 11, 23), date(2026, 11, 23))

names = st.from_regex(r"[a-z][a-z_0-9]{0,8}", fullmatch=True)
listed = st.lists(names, max_size=3, unique=True).map(tuple)
values = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
equal = st.builds(
    Filter, names, st.sampled_from(["in", "not in"]), st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)
)
ordered = st.builds(Filter, names, st.sampled_from(["<", "<=", ">", ">="]), st.tuples(values))
some_days = st.dates(date(2020, 1, 1), date(2027, 1, 1))
periods = st.one_of(
    st.fixed_dictionaries({"period": st.sampled_from([*PRESETS, EVER, "2026-10", "last-12-weeks"])}),
    st.builds(lambda one, two: {"period": "", "start": min(one, two), "end": max(one, two)}, some_days, some_days),
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    return Question(
        metrics=draw(st.lists(names, min_size=1, max_size=3, unique=True).map(tuple)),
        by=draw(listed),
        where=draw(st.lists(st.one_of(equal, ordered), max_size=3).map(tuple)),
        grain=draw(st.sampled_from(["", "day", "fiscal_year"])),
        compare=draw(st.sampled_from(["", "previous", "target"])),
        order=draw(listed),
        limit=draw(st.integers(0, 1000)),
        top=draw(st.integers(0, 1000)),
        share=draw(st.sampled_from(["", "total", "city"])),
        cumulative=draw(st.booleans()),
        moving=draw(st.integers(0, 366)),
        pivot=draw(st.sampled_from(["", "day"])),
        as_of=draw(st.sampled_from(["ordered", "now", "2026-10-01"])),
        chart=draw(st.sampled_from(["", "bar"])),
        hidden=draw(listed),
        page=draw(st.integers(1, 50)),
        rows=draw(st.sampled_from([20, 50, 200])),
        totals=draw(st.booleans()),
        title=draw(st.sampled_from(["", "街道 & 复购率 = ?"])),
        **draw(periods),
    )


def pairs(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)


@given(st.lists(questions(), min_size=1, max_size=4))
def test_what_is_written_is_read_back(asked: list[Question]) -> None:
    assert read_questions(pairs(addressed("/explore", asked))) == tuple(asked)


def test_a_person_may_write_the_address_by_hand() -> None:
    found = read_question(
        pairs("?m=gmv&m=orders,aov&by=city&where=city=武汉&where=sku in (A1,A2)&from=2026-10-01&top=5")
    )
    assert found.metrics == ("gmv", "orders", "aov")
    assert [one.values for one in found.where] == [("武汉",), ("A1", "A2")]
    assert found.span(DAYS) == Period(date(2026, 10, 1), date(2026, 10, 1))
    assert found.options(DAYS)["top"] == 5


@pytest.mark.parametrize("wrong", ["top=many", "page=-1", "limit=1.5", "from=yesterday", "where=city"])
def test_what_cannot_be_read_is_said(wrong: str) -> None:
    with pytest.raises(Misused) as error:
        read_question(pairs(f"?m=gmv&{wrong}"))
    assert error.value.what.zh
    assert error.value.mend.zh


def test_its_options_are_those_of_the_metric_layer() -> None:
    asked = Question(("gmv",), ("city",), period="last-month", grain="day", compare="previous", share="total")
    query = Query.of(**asked.options(DAYS))
    assert (query.start, query.end) == (date(2026, 10, 1), date(2026, 10, 31))
    assert query.compare == "previous"
    assert Question(("gmv",), period=EVER).options(DAYS)["start"] is None
    assert Question(("gmv",), period="2026-Q3").span(DAYS) == Period(date(2026, 7, 1), date(2026, 9, 30))
    with pytest.raises(Misused):
        Question(("gmv",), period="sometime").span(DAYS)


def test_words_count_back_from_the_last_day_of_past_data() -> None:
    past = Days(date(2026, 11, 23), date(2017, 12, 31))
    assert Question(period="last-month").span(past) == Period(date(2017, 11, 1), date(2017, 11, 30))
    assert Question(period="last-7-days").span(past) == Period(date(2017, 12, 25), date(2017, 12, 31))


def test_a_change_of_the_answer_begins_at_its_first_page() -> None:
    asked = Question(("gmv",), page=4)
    assert asked.change(by=("city",)).page == 1
    assert asked.change(hidden=("gmv",)).page == 4
    free = Question(period="", start=date(2026, 10, 1), end=date(2026, 10, 2))
    assert free.change(period="7d").start is None


@pytest.mark.parametrize(
    ("asked", "bucket", "span"),
    [
        (Question(grain="day"), "2026-11-20", Period(date(2026, 11, 20), date(2026, 11, 20))),
        (Question(grain="month", period="7d"), "2026-11", Period(date(2026, 11, 16), date(2026, 11, 22))),
        (Question(grain="week", period=EVER), "2026-11-16", Period(date(2026, 11, 16), date(2026, 11, 22))),
        (Question(grain="day", cumulative=True), "2026-11-20", Period(date(2026, 11, 16), date(2026, 11, 20))),
        (Question(grain="day", moving=30), "2026-11-20", Period(date(2026, 10, 22), date(2026, 11, 20))),
    ],
)
def test_a_row_of_time_is_its_days(asked: Question, bucket: str, span: Period) -> None:
    assert asked.within({asked.grain: bucket}, DAYS).span(DAYS) == span


def test_a_row_narrows_the_question_to_its_keys() -> None:
    asked = Question(("gmv",), ("city",), (Filter("city", "in", ("武汉",)), Filter("sku", "not in", ("A1",))))
    narrowed = asked.within({"city": "R1"}, DAYS)
    assert [one.written for one in narrowed.where] == ["sku!=A1", "city=R1"]
    for group in ({"city": "(其他)"}, {"hour": "2026-11-20T09:00+08:00"}):
        with pytest.raises(Misused):
            Question(("gmv",), ("city",), grain="hour").within(group, DAYS)


def test_a_figure_leads_to_where_it_came_from() -> None:
    asked = Question(("gmv", "aov"), ("city",), grain="month", compare="previous", order=("-gmv",), top=3, period=EVER)
    address = lineage_address(asked, DAYS, metric="aov", group={"city": "R1", "month": "2026-10"})
    assert urlsplit(address).path == "/lineage"
    assert pairs(address) == [("where", "city=R1"), ("m", "aov"), ("from", "2026-10-01"), ("to", "2026-10-31")]
    whole = read_question(pairs(lineage_address(asked, DAYS)))
    assert (whole.metrics, whole.by, whole.period) == (("gmv", "aov"), (), EVER)


def test_the_filters_of_a_page_are_a_question() -> None:
    page = read_filter({"city": "武汉", "from": "2026-11-01", "to": "2026-11-02"}, DAYS, ("city",))
    found = of_page(page, ("gmv",))
    assert found.options(DAYS) | {"where": ()} == Question(
        ("gmv",), period="", start=date(2026, 11, 1), end=date(2026, 11, 2), compare="previous"
    ).options(DAYS)
    assert [one.written for one in found.where] == ["city=武汉"]
    assert of_page(read_filter({"period": "30d"}, DAYS), ("gmv",)).period == "30d"
