"""Running and moving figures, shares, the best and the rest: each said once more in plain questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.metrics import company
from tests.engine.metrics.asking import Asker
from tests.engine.metrics.brute import Brute, Row, same
from tests.engine.metrics.company import CATALOG
from tests.engine.metrics.test_random_queries import SCOPES, VALUES

from linshu.engine.metrics.declare import Unit
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Forbidden, Misused
from linshu.kernel.period import Grain, Period
from linshu.kernel.period import name as bucket_name

TABLES = company.make(11, 120)
BRUTE = Brute(TABLES, CATALOG)
ASKER = Asker(CATALOG, VALUES, SCOPES, date(2026, 9, 10), 70)
OCTOBER = {"start": "2026-10-01", "end": "2026-10-31"}
ADDITIVE = ("gmv", "refunded", "net", "orders", "buyers", "loyal")


@pytest.fixture(scope="module")
def warehouse():
    opened = company.store(DuckWarehouse.open(":memory:"), TABLES)
    yield opened
    opened.close()


@pytest.fixture
def ask(warehouse):
    def asked(metrics: str, by: str = "", **more: object) -> list[Row]:
        return run(warehouse, Query.of(metrics, by, **(OCTOBER | more)), CATALOG).rows()

    return asked


@pytest.mark.slow
@settings(max_examples=150)
@given(query=ASKER.shaped())
def test_every_shape_agrees_with_brute_force(warehouse, query):
    try:
        result = run(warehouse, query, CATALOG)
    except (Misused, Forbidden):
        return  # refusals have tests of their own
    same(result.rows(), BRUTE.answer(query))
    assert [one.name for one in result.columns] == result.table.column_names


@st.composite
def over_time(draw) -> tuple[Query, tuple[Period, ...]]:
    """A question by a time grain, and the piece of the period that each bucket stands for."""
    start = date(2026, 9, 10) + timedelta(draw(st.integers(0, 60)))
    end = start + timedelta(draw(st.integers(0, 45)))
    grain = draw(st.sampled_from((Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER)))
    metrics = draw(
        st.lists(
            st.sampled_from(("gmv", "aov", "buyers", "loyal", "varied", "best_line", "stock_days")),
            min_size=1,
            max_size=2,
            unique=True,
        )
    )
    by = draw(st.sampled_from(("", "channel", "leader", "city"))) if "stock_days" not in metrics else ""
    return Query.of(metrics, by, start=start, end=end, grain=grain), Period(start, end).cut(grain)


def plain(warehouse, query: Query, pieces: tuple[Period, ...]) -> list[Row]:
    """The question asked anew for every span; where nothing is cut, a span without a row has no row either."""
    found: list[Row] = []
    for piece in pieces:
        asked = replace(query, grain=None, cumulative=False, moving=0, start=piece.start, end=piece.end)
        rows = run(warehouse, asked, CATALOG).rows()
        found += [{query.grain.value: bucket_name(query.grain, piece.end), **row} for row in rows]
    return found


def there(rows: list[Row]) -> list[Row]:
    return [row for row in rows if any(value for value in row.values() if not isinstance(value, str))]


@pytest.mark.slow
@settings(max_examples=15)
@given(asked=over_time())
def test_a_running_figure_is_the_plain_one_from_the_first_day_to_each_end(warehouse, asked):
    query, pieces = asked
    ours = run(warehouse, replace(query, cumulative=True), CATALOG).rows()
    truth = plain(warehouse, query, tuple(Period(query.start, piece.end) for piece in pieces))
    same(there(ours), there(truth))
    if query.by:
        same(ours, truth)


@pytest.mark.slow
@settings(max_examples=15)
@given(asked=over_time(), days=st.sampled_from((1, 2, 7, 30)))
def test_a_moving_figure_is_the_plain_one_over_the_days_before_each_end(warehouse, asked, days):
    query, pieces = asked
    ours = run(warehouse, replace(query, moving=days), CATALOG).rows()
    truth = plain(warehouse, query, tuple(Period(piece.end - timedelta(days - 1), piece.end) for piece in pieces))
    same(there(ours), there(truth))


@pytest.mark.slow
@settings(max_examples=15)
@given(
    metric=st.sampled_from(ADDITIVE),
    by=st.sampled_from(("channel", "leader", "channel,leader", "city,community", "mode,self_order")),
    grain=st.sampled_from((None, "month", "week")),
    share=st.booleans(),
)
def test_a_share_is_the_figure_over_that_of_all_groups_asked_anew(warehouse, metric, by, grain, share):
    if metric in ("refunded", "net") and "mode" in by:
        return
    within = by.split(",")[0] if share and "," in by else ""
    asked = Query.of(metric, by, grain=grain, share=within or "total", **OCTOBER)
    whole = Query.of(metric, within, grain=grain, **OCTOBER)
    keys = [name for name in (grain, within) if name]
    totals = {tuple(row[key] for key in keys): row[metric] for row in run(warehouse, whole, CATALOG).rows()}
    for row in run(warehouse, asked, CATALOG).rows():
        total = totals[tuple(row[key] for key in keys)]
        assert row[f"{metric}_share"] == (pytest.approx(row[metric] / total) if total else None)


@pytest.mark.slow
@settings(max_examples=15)
@given(
    by=st.sampled_from(("leader", "channel,leader", "city,sku", "community")),
    grain=st.sampled_from((None, "month", "week")),
    top=st.integers(1, 5),
    order=st.sampled_from(("", "-buyers", "aov", "-aov,gmv")),
)
def test_the_best_stand_as_before_and_the_rest_is_what_is_left(warehouse, by, grain, top, order):
    metrics = "gmv,skus" if "sku" in by else "gmv,buyers,aov"
    order = "" if "sku" in by else order
    key = by.split(",")[-1]
    asked = Query.of(metrics, by, grain=grain, top=top, order=order, **OCTOBER)
    best = [
        row[key]
        for row in run(warehouse, Query.of(metrics, key, order=order or "-gmv", limit=top, **OCTOBER), CATALOG).rows()
    ]
    rows = run(warehouse, asked, CATALOG).rows()
    cut = run(warehouse, Query.of(metrics, by, grain=grain, **OCTOBER), CATALOG).rows()
    same([row for row in rows if row[key] != "(其他)"], [row for row in cut if row[key] in best])
    known = [value for value in best if value != "(未知)"]
    left = [f"{key} not in ({','.join(known)})"] if known else []
    left += [f"{key}!=(未知)"] if "(未知)" in best else []
    parents = ",".join(by.split(",")[:-1])
    rest = run(warehouse, Query.of(metrics, parents, grain=grain, where=left, **OCTOBER), CATALOG).rows()
    ours = [
        {name: value for name, value in row.items() if name not in (key, f"{key}_name")}
        for row in rows
        if row[key] == "(其他)"
    ]
    same(there(ours), there(rest))
    places = [best.index(row[key]) if row[key] in best else top for row in rows]
    if not grain and not parents:
        assert places == sorted(places)


def test_a_running_figure_keeps_every_key_once_seen(ask):
    days: dict[str, set[str]] = {}
    for row in ask("gmv", "channel", grain="day", cumulative=True):
        days.setdefault(row["day"], set()).add(row["channel"])
    seen = list(days.values())
    assert list(days)[-1] == "2026-10-31"
    assert all(before <= after for before, after in pairwise(seen))
    assert len(seen[-1]) == 3


def test_a_running_compared_month_ends_on_the_whole_month_before(ask):
    """September has 30 days, October 31: on the 30th and the 31st all of September has been."""
    rows = ask("gmv,aov", grain="day", cumulative=True, compare="previous")
    last, before = rows[-1], ask("gmv,aov", start="2026-09-01", end="2026-09-30")[0]
    assert (last["gmv_previous"], last["aov_previous"]) == (before["gmv"], before["aov"])
    assert rows[-2]["gmv_previous"] == before["gmv"]


def test_states_and_figures_with_a_window_of_their_own_stay_what_they_are(ask):
    cut = ask("stock,active,week_paid", grain="week")
    assert ask("stock,active,week_paid", grain="week", cumulative=True) == cut
    assert ask("stock,stock_held", grain="week", moving=28) == ask("stock,stock_held", grain="week")
    assert ask("stock,stock_held", grain="week", cumulative=True) == ask("stock,stock_held", grain="week")


def test_an_open_period_runs_from_the_first_day_of_the_data(warehouse):
    days = [row["paid_date"] for row in TABLES["fct_lines"] if row["paid_date"]]
    result = run(warehouse, Query.of("gmv", grain="month", cumulative=True), CATALOG)
    assert (result.start, result.end) == (str(min(days)), str(max(days)))
    assert result.rows()[-1]["gmv"] == run(warehouse, Query.of("gmv"), CATALOG).rows()[0]["gmv"]


def test_columns_of_shares_have_titles_in_both_languages(warehouse):
    asked = Query.of("gmv", "city,leader", share="city", compare="previous", **OCTOBER)
    result = run(warehouse, asked, CATALOG)
    shares = [one for one in result.columns if one.role == "share"]
    assert [one.name for one in shares] == ["gmv_share", "gmv_share_previous"]
    assert [one.title.zh for one in shares] == ["指标gmv占比（城市内）", "指标gmv占比（城市内）（上期）"]
    assert "Share of" in shares[0].title.en
    assert {one.unit for one in shares} == {Unit.RATIO}
    assert str(result.table.schema.field("gmv_share").type) == "double"


def test_totals_are_of_all_groups_whatever_the_shape(warehouse):
    plain_total = run(warehouse, Query.of("gmv,buyers", "leader", totals=True, **OCTOBER), CATALOG).totals
    shaped = Query.of(
        "gmv,buyers",
        "leader",
        grain="day",
        totals=True,
        top=2,
        share="total",
        cumulative=True,
        pivot="leader",
        **OCTOBER,
    )
    assert run(warehouse, shaped, CATALOG).totals == plain_total


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"cumulative": True}, "--grain"),
        ({"cumulative": True, "grain": "hour"}, "day"),
        ({"cumulative": True, "moving": 7, "grain": "day"}, "二选一"),
        ({"share": "total"}, "--by"),
        ({"share": "city", "by": "leader"}, "total, leader"),
        ({"share": "leader", "by": "leader"}, "total"),
        ({"share": "total", "by": "leader", "metrics": "aov"}, "分子"),
        ({"share": "total", "by": "leader", "metrics": "best_line"}, "没有占比"),
        ({"top": 3}, "--by"),
        ({"top": -3, "by": "leader"}, "1000"),
        ({"top": 3, "by": "leader", "share": "total", "order": "-gmv_share"}, "gmv"),
    ],
)
def test_a_shape_that_does_not_fit_is_refused_in_words(ask, wrong, word):
    with pytest.raises(Misused) as refusal:
        ask(**({"metrics": "gmv"} | wrong))
    assert word in refusal.value.say("zh")
    assert refusal.value.say("en")
