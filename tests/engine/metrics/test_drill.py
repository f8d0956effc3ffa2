"""Looking into a group: its own figures again, cut one level finer."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.dictionary import CATALOG as DICTIONARY
from tests.engine.metrics import company
from tests.engine.metrics.company import CATALOG

from linshu.engine.metrics.drill import drill, group_of, told
from linshu.engine.metrics.filters import Filter
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Missing, Misused
from linshu.kernel.period import Grain

OCTOBER = {"start": "2026-10-01", "end": "2026-10-31"}


@pytest.fixture(scope="module")
def warehouse():
    opened = company.store(DuckWarehouse.open(":memory:"), company.make(5, 120))
    yield opened
    opened.close()


def test_a_hierarchy_runs_from_the_coarsest_level_to_the_finest():
    levels = ("province", "city", "district", "street", "estate", "community")
    assert all(DICTIONARY.hierarchy(name) == levels for name in levels)
    assert DICTIONARY.children("department") == ("category",)
    assert DICTIONARY.hierarchy("mode") == ("mode",)
    with pytest.raises(Missing):
        DICTIONARY.hierarchy("cty")


@settings(max_examples=40)
@given(data=st.data())
def test_a_group_looked_into_still_has_its_own_figures(warehouse, data):
    by = data.draw(st.sampled_from((("city",), ("channel", "city"), ("city", "leader"), ("mode",), ())))
    grain = data.draw(st.sampled_from((None, "week", "month", "quarter") if by else ("week", "month", "quarter")))
    metrics = data.draw(st.sampled_from(("gmv,buyers,aov", "gmv,loyal,best_line")))
    asked = Query.of(metrics, by, grain=grain, start="2026-09-20", end="2026-11-10", where="channel!=tb")
    rows = run(warehouse, asked, CATALOG).rows()
    row = data.draw(st.sampled_from(rows))
    finer = data.draw(st.sampled_from([name for name in (*by, grain) if name in ("city", grain) and name] or ["city"]))
    group = {
        name: row[name] for name in (*by, *([grain] if grain else [])) if name == finer or data.draw(st.booleans())
    }
    if finer not in group:
        return
    found = drill(asked, group, CATALOG)
    assert found.grain is not asked.grain or "district" in found.by
    whole = run(
        warehouse,
        Query.of(metrics, [name for name in by if name not in group], **_days(found), where=found.where),
        CATALOG,
    )
    if len(whole.rows()) == 1 and len(group) == len(by) + bool(grain):
        assert whole.rows()[0] == {name: row[name] for name in metrics.split(",")}
    assert run(warehouse, found, CATALOG).rows()


def _days(query: Query) -> dict[str, date | None]:
    return {"start": query.start, "end": query.end}


def test_the_finer_level_stands_in_the_place_of_the_coarser(warehouse):
    asked = Query.of("gmv", "city,leader", order="-city,-gmv", top=3, share="city", pivot="city", **OCTOBER)
    found = drill(asked, {"city": "R1"}, CATALOG)
    assert found.by == ("district", "leader")
    assert found.where == (Filter("city", "in", ("R1",)),)
    assert (found.order, found.top, found.share, found.pivot) == (("-gmv",), 3, "total", "district")
    assert run(warehouse, found, CATALOG).rows()


def test_a_group_need_not_be_among_the_cuts():
    found = drill(Query.of("gmv", **OCTOBER), {"city": "武汉"}, CATALOG)
    assert (found.by, [one.written for one in found.where]) == (("district",), ["city=武汉"])


@pytest.mark.parametrize(
    ("grain", "value", "finer", "start", "end"),
    [
        ("month", "2026-10", Grain.DAY, date(2026, 10, 1), date(2026, 10, 31)),
        ("week", "2026-09-28", Grain.DAY, date(2026, 9, 28), date(2026, 10, 4)),
        ("quarter", "2026-Q4", Grain.MONTH, date(2026, 10, 1), date(2026, 11, 10)),
        ("year", "2026", Grain.QUARTER, date(2026, 9, 20), date(2026, 11, 10)),
        ("day", "2026-10-03", Grain.HOUR, date(2026, 10, 3), date(2026, 10, 3)),
    ],
)
def test_time_is_cut_more_finely_within_the_asked_days(grain, value, finer, start, end):
    found = drill(Query.of("gmv", grain=grain, start="2026-09-20", end="2026-11-10"), {grain: value}, CATALOG)
    assert (found.grain, found.start, found.end) == (finer, start, end)


def test_a_fiscal_quarter_has_its_own_months():
    asked = Query.of("gmv", grain="fiscal_quarter", start="2026-01-01", end="2026-12-31", fiscal_start=4)
    found = drill(asked, {"fiscal_quarter": "FY2027-Q3"}, CATALOG)
    assert (found.grain, found.start, found.end) == (Grain.MONTH, date(2026, 10, 1), date(2026, 12, 31))


def test_a_running_bucket_still_begins_where_it_began(warehouse):
    asked = Query.of("buyers", grain="month", cumulative=True, start="2026-09-20", end="2026-11-10")
    (october,) = [row for row in run(warehouse, asked, CATALOG).rows() if row["month"] == "2026-10"]
    days = run(warehouse, drill(asked, {"month": "2026-10"}, CATALOG), CATALOG).rows()
    assert (days[-1]["day"], days[-1]["buyers"]) == ("2026-10-31", october["buyers"])


def test_a_level_that_a_figure_does_not_have_is_passed_over():
    """Deliveries are known by street, not by every level between."""
    levels = DICTIONARY.hierarchy("city")
    for name in DICTIONARY.metrics:
        reached = DICTIONARY.reached(name)
        if "province" in reached:
            below = [level for level in levels[1:] if level in reached]
            if below:
                assert drill(Query.of(name), {"province": "P"}, DICTIONARY).by == (below[0],)


@pytest.mark.parametrize(
    ("group", "word"),
    [
        ({"channel": "wx"}, "leader"),
        ({}, "city=武汉"),
        ({"leader": "(其他)"}, "--top"),
        ({"month": "2026-13"}, "2026-10"),
        ({"month": "2026-12"}, "2026-12"),
    ],
)
def test_what_cannot_be_looked_into_is_refused_with_a_way_on(group, word):
    asked = Query.of("gmv", "channel", grain="month", **OCTOBER)
    with pytest.raises(Misused) as refusal:
        drill(asked, group, CATALOG)
    assert word in refusal.value.say("zh")
    assert refusal.value.say("en")


def test_what_was_asked_can_be_asked_again():
    odd = ["wx", 'a "b", c', " x", "(y)", "武汉"]
    for value in odd:
        one = Filter("city", "in", (value,))
        assert Filter.parse(one.written) == one
    many = Filter("city", "not in", tuple(odd))
    assert Filter.parse(many.written) == many
    assert Filter.parse(Filter("paid_date", ">=", ("2026-10-01",)).written) == Filter(
        "paid_date", ">=", ("2026-10-01",)
    )
    said = told(drill(Query.of("gmv", "city", **OCTOBER), group_of(["city=R1"]), CATALOG))
    assert said == {
        "metrics": ["gmv"], "by": ["district"], "start": "2026-10-01", "end": "2026-10-31", "grain": "", "where": ["city=R1"],
    }  # fmt: skip
    with pytest.raises(Misused):
        group_of(["city in (R1,R2)"])
