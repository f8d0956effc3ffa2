"""Answers of the town as tables and pictures: every figure is the metric layer's, every name a name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from tests.domains.dictionary import CATALOG
from tests.domains.insight.explore.conftest import DAYS
from tests.domains.insight.overview.town import GROUPS, NOW, gmv

from linshu.domains.insight.explore import charts, pointing
from linshu.domains.insight.explore.axes import by_axis
from linshu.domains.insight.explore.controls import Panel, tidied
from linshu.domains.insight.explore.decide import offered
from linshu.domains.insight.explore.gaps import with_gaps
from linshu.domains.insight.explore.inputs import ask, sorted_by_movement, values
from linshu.domains.insight.explore.table import sheet, table
from linshu.engine.access.scope import Scope
from linshu.engine.metrics.declare import Unit
from linshu.engine.metrics.drill import group_of
from linshu.engine.metrics.filters import Filter
from linshu.engine.shell.question import PAGE_ROWS, Question
from linshu.engine.shell.view import Writer
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import LinshuError, Misused

WRITER = Writer("zh")
WEEK = (date(2026, 11, 16), date(2026, 11, 22))


def drawn(answer, kind: str = ""):
    kinds = offered(charts.shape(answer, CATALOG))
    return charts.picture(answer, kind or kinds[0], CATALOG, WRITER)


def test_a_ranking_has_names_movement_and_a_total_of_its_own(asked) -> None:
    answer = asked("gmv", "aov", by=("city",), compare="previous")
    made = table(answer, CATALOG, WRITER)
    assert [head.title for head in made.heads] == [
        "城市", "成交额 GMV", "成交额 GMV（上期）", "成交额 GMV 变动", "客单价", "客单价（上期）", "客单价变动",
    ]  # fmt: skip
    assert [line.cells[0].text for line in made.lines] == ["武汉", "长沙"]  # the greatest first
    assert made.lines[0].cells[0].full == "4201"
    assert made.lines[0].cells[1].full == WRITER.full(gmv(*WEEK, city="武汉"), Unit.FEN)
    assert made.lines[0].cells[3].movement is not None
    assert made.totals[1].full == WRITER.full(gmv(*WEEK), Unit.FEN)
    assert made.lines[0].group == ("city=4201",)


def test_a_click_on_a_head_sorts_and_the_next_one_turns(asked) -> None:
    heads = {one.name: one for one in table(asked("gmv", by=("city",), compare="previous"), CATALOG, WRITER).heads}
    assert (heads["gmv"].sort_to, heads["city"].sort_to, heads["gmv_change"].sort_to) == ("-gmv", "city", "gmv_move")
    heads = {one.name: one for one in table(asked("gmv", by=("city",), order=("-gmv",)), CATALOG, WRITER).heads}
    assert (heads["gmv"].sorted, heads["gmv"].sort_to) == ("descending", "gmv")


def test_rows_are_sorted_by_how_far_a_figure_moved_in_its_own_unit(asked) -> None:
    rows = [
        {"k": "a", "m": 0.5, "m_previous": 0.9},
        {"k": "b", "m": None, "m_previous": 0.2},
        {"k": "c", "m": 0.1, "m_previous": 0.4},
        {"k": "d", "m": 0.6, "m_previous": 0.5},
    ]
    assert [row["k"] for row in sorted_by_movement(rows, "m_move", "previous")] == ["a", "c", "d", "b"]
    assert [row["k"] for row in sorted_by_movement(rows, "-m_move", "previous")] == ["d", "c", "a", "b"]
    answer = asked("refund_rate", by=("community",), compare="previous", order=("-refund_rate_move",), limit=2)
    assert answer.rows[0]["community_name"] == "翠湖一群"  # its refund is of this week
    assert len(answer.rows) == 2
    with pytest.raises(Misused):
        asked("gmv", by=("city",), order=("gmv_move",))


def test_a_long_answer_has_pages_and_a_hidden_column_is_gone(asked) -> None:
    answer = asked("gmv", "orders", by=("community", "company_day"), period="all", hidden=("orders",), page=2)
    made = table(answer, CATALOG, WRITER)
    assert (made.count, made.pages, made.first, len(made.lines)) == (63, 2, PAGE_ROWS, 13)
    assert [head.name for head in made.heads] == ["community", "company_day", "gmv"]
    assert [head.name for head in made.columns] == ["gmv", "orders"]
    whole = table(asked("gmv", by=("community", "company_day"), period="all", rows=100), CATALOG, WRITER)
    assert (whole.pages, len(whole.lines)) == (1, 63)


def test_the_file_holds_what_is_seen_with_keys_and_every_place(asked) -> None:
    answer = asked("gmv", "refund_rate", by=("city",), compare="previous", hidden=("gmv_previous",))
    made = sheet(answer, CATALOG, WRITER, "城市", ())
    assert [one.title for one in made.columns] == [
        "城市", "城市编号", "成交额 GMV", "成交额 GMV 变动", "退款率", "退款率（上期）", "退款率变动",
    ]  # fmt: skip
    assert made.rows[0][:3] == ("武汉", "4201", gmv(*WEEK, city="武汉"))
    moved = Decimal(str(answer.rows[0]["refund_rate"])) - Decimal(str(answer.rows[0]["refund_rate_previous"]))
    assert made.rows[0][-1] == moved  # in points, as on the page
    assert made.rows[-1][0] == "合计"
    assert made.rows[-1][2] == gmv(*WEEK)


def test_time_is_a_line_with_the_compared_period_dashed_beside_it(asked) -> None:
    picture = drawn(asked("gmv", grain="day", compare="last_week"))
    data = picture.charts[0].data
    assert data["kind"] == "line"
    assert data["labels"] == ["11/16", "11/17", "11/18", "11/19", "11/20", "11/21", "11/22"]
    assert data["groups"][0] == "day=2026-11-16"
    assert [one["role"] for one in data["series"]] == ["main", "compare"]
    assert sum(data["series"][0]["values"]) == gmv(*WEEK)


def test_figures_of_one_unit_share_an_axis_and_others_stand_beside(asked) -> None:
    picture = drawn(asked("gmv", "paid_amount", "orders", grain="day"))
    assert [len(chart.data["series"]) for chart in picture.charts] == [2, 1]
    flat = drawn(asked("gmv", "paid_amount", "refunds_restated", grain="day"))
    assert [len(chart.data["series"]) for chart in flat.charts] == [3]  # nothing is smaller than nothing
    kept = by_axis(
        [CATALOG.metric("gmv"), CATALOG.metric("aov"), CATALOG.metric("paid_amount")],
        [{"gmv": 1_200_00, "aov": 25_00, "paid_amount": 1_100_00}],
    )
    assert [[one.name for one in group] for group in kept] == [["gmv", "paid_amount"], ["aov"]]


def test_lines_by_place_are_told_apart_and_point_to_their_group(asked) -> None:
    data = drawn(asked("gmv", by=("city",), grain="day")).charts[0].data
    assert {one["name"] for one in data["series"]} == {"武汉", "长沙"}
    assert {one["group"] for one in data["series"]} == {"city=4201", "city=4301"}
    stacked = drawn(asked("gmv", by=("city",), grain="day"), "area").charts[0].data
    assert stacked["stack"]


def test_only_what_adds_up_is_stacked(asked) -> None:
    assert "stack" in offered(charts.shape(asked("gmv", by=("city",), grain="day"), CATALOG))
    assert "stack" not in offered(charts.shape(asked("refund_rate", by=("city",), grain="day"), CATALOG))


@pytest.mark.parametrize(
    ("metric", "zero"),
    [("gmv", True), ("orders", True), ("aov", False), ("stock_units", False), ("median_order_value", False)],
)
def test_only_what_is_counted_is_zero_where_nothing_happened(metric: str, zero: bool) -> None:
    assert CATALOG.counts_nothing(metric) is zero


def test_a_pie_shows_the_shares_the_metric_layer_gives_and_the_whole(asked) -> None:
    answer = asked("gmv", by=("city",), share="total", chart="pie")
    data = drawn(answer, "pie").charts[0].data
    assert data["series"][0]["values"] == [gmv(*WEEK, city="武汉"), gmv(*WEEK, city="长沙")]
    assert data["shares"] == [WRITER.short(row["gmv_share"], Unit.RATIO) for row in answer.rows]
    assert data["total"] == WRITER.short(gmv(*WEEK), Unit.FEN)
    assert data["groups"] == ["city=4201", "city=4301"]
    assert drawn(asked("gmv", by=("community",), top=1, share="total"), "pie").charts[0].data["rest"] == 1


def test_people_counted_in_several_groups_are_no_slices(asked) -> None:
    assert charts.shape(asked("gmv", by=("city",)), CATALOG).additive
    assert not charts.shape(asked("active_members", by=("city",)), CATALOG).additive
    assert not charts.shape(asked("gmv", "aov", by=("city",)), CATALOG).additive
    assert not charts.shape(asked("gmv", by=("city",), limit=1), CATALOG).complete


def test_points_hold_two_figures_against_each_other_and_leave_the_rest_out(asked) -> None:
    answer = asked("gmv", "aov", "orders", by=("community",), top=2)
    data = drawn(answer, "scatter").charts[0].data
    assert [one["name"] for one in data["series"]] == ["成交额 GMV", "客单价", "订单数"]
    assert data["groups"] == ["community=C1", "community=C2"]  # the group of all others is no point
    assert [one["axis"]["divide"] for one in data["series"]] == [100, 100, 1]
    notes = [note.zh for note in drawn(answer, "scatter").notes]
    assert notes == ["点越大，订单数越大", "图中 2 个点，表里有 3 行"]
    assert "scatter" not in offered(charts.shape(asked("gmv", "aov", by=("community",), hidden=("aov",)), CATALOG))


def filled(answer):
    return with_gaps(answer, DAYS, CompanyDay(), NOW, CATALOG)


def test_hours_in_which_nothing_happened_are_zero_or_a_gap_and_those_to_come_are_not_there(asked) -> None:
    day = {"period": "", "start": date(2026, 11, 22), "end": date(2026, 11, 22), "grain": "hour"}
    answer = filled(asked("gmv", "aov", **day))
    assert [row["hour"][11:13] for row in answer.rows] == [f"{hour:02d}" for hour in range(24)]
    assert (answer.rows[3]["gmv"], answer.rows[3]["aov"]) == (0, None)
    assert sum(row["gmv"] for row in answer.rows) == gmv(date(2026, 11, 22), date(2026, 11, 22))
    today = filled(asked("gmv", period="today", grain="hour"))
    assert today.rows[-1]["hour"][11:13] == "14"  # it is half past two
    assert len(today.rows) == 15
    assert len(filled(asked("gmv", **day, limit=2)).rows) == 2
    turned = filled(asked("gmv", **day, order=("-hour",))).rows
    assert turned[0]["hour"][11:13] == "23"


def test_lines_of_places_have_every_day_and_every_hour(asked) -> None:
    hourly = charts.picture(
        filled(asked("gmv", "aov", by=("city",), period="yesterday", grain="hour")), "line", CATALOG, WRITER
    )
    assert [len(chart.data["labels"]) for chart in hourly.charts] == [24, 24]
    assert hourly.charts[0].data["series"][0]["values"][3] == 0
    assert hourly.charts[1].data["series"][0]["values"][3] is None
    few = asked("refund_amount", "refund_rate", by=("community",), grain="day")
    assert len(filled(few).buckets) == 7
    days = charts.picture(filled(few), "line", CATALOG, WRITER).charts
    assert all(len(chart.data["labels"]) == 7 for chart in days)
    sums = charts.picture(
        filled(asked("refund_amount", by=("city",), grain="day", cumulative=True)), "line", CATALOG, WRITER
    )
    for series in sums.charts[0].data["series"]:
        assert series["values"] == sorted(series["values"])  # what runs on never falls back to nothing


def test_time_runs_on_in_the_picture_however_the_table_is_sorted(asked) -> None:
    data = drawn(asked("gmv", grain="day", order=("-gmv",))).charts[0].data
    assert data["labels"] == sorted(data["labels"])
    two_days = drawn(filled(asked("gmv", period="", start=date(2026, 11, 21), end=date(2026, 11, 22), grain="hour")))
    assert two_days.charts[0].data["labels"][0] == "11/21 0时"


def test_a_heat_table_shades_the_greatest_darkest(asked) -> None:
    heat = drawn(asked("gmv", by=("community",), grain="day"), "heat").heats[0]
    cells = [cell for _, row in heat.rows for cell in row]
    assert len(heat.rows) == len(GROUPS)
    assert max(cell.step for cell in cells) == 9
    assert cells[0].group


def test_one_figure_is_a_card(asked) -> None:
    figure = drawn(asked("gmv", compare="previous")).figures[0]
    assert figure.full == WRITER.full(gmv(*WEEK), Unit.FEN)
    assert figure.beside.startswith("上期")


def test_the_rest_is_named_and_is_no_group_to_look_into(asked) -> None:
    made = table(asked("gmv", by=("community",), top=1), CATALOG, WRITER)
    assert [line.cells[0].text for line in made.lines] == ["翠湖一群", "(其他)"]
    assert made.lines[1].group == ()
    english = table(asked("gmv", by=("community",), top=1), CATALOG, Writer("en"))
    assert english.lines[1].cells[0].text == "other"


def test_an_answer_without_rows_has_no_picture(asked) -> None:
    answer = asked("gmv", by=("city",), where=(Filter("city", "in", ("nowhere",)),))
    assert drawn(answer) == charts.Picture()


def test_values_to_filter_by_are_those_within_the_scope(shop) -> None:
    question = Question(("gmv",))
    found = values(shop, question, "community", DAYS, Scope())
    assert [one.name.zh for one in found] == ["翠湖一群", "锦绣二群", "碧桂三群"]
    mine = values(shop, question, "community", DAYS, Scope.only(communities=["C2"]))
    assert [one.key for one in mine] == ["C2"]


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Any question of the town, as the controls would leave it."""
    by = draw(
        st.lists(st.sampled_from(["city", "community", "channel", "company_day"]), max_size=2, unique=True).map(tuple)
    )
    grain = draw(st.sampled_from(["", "hour", "day", "week", "month"]))
    compare = draw(st.sampled_from(["", "previous", "last_week", "last_year_aligned", "target"]))
    keys = (*([grain] if grain else []), *by)
    return tidied(
        Question(
            draw(
                st.lists(
                    st.sampled_from(["gmv", "orders", "aov", "refund_rate"]), min_size=1, max_size=3, unique=True
                ).map(tuple)
            ),
            by,
            grain=grain,
            compare=compare,
            order=draw(st.sampled_from([(), ("-gmv",), ("gmv_move",), keys[:1]])),
            limit=draw(st.sampled_from([0, 3])),
            top=draw(st.sampled_from([0, 1])),
            share=draw(st.sampled_from(["", "total"])),
            cumulative=draw(st.booleans()),
            pivot=draw(st.sampled_from(["", *keys])),
            hidden=draw(st.sampled_from([(), ("gmv",), ("gmv_change", "orders")])),
            totals=draw(st.booleans()),
        )
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions())
def test_every_question_with_an_answer_has_its_table_pictures_points_and_file(shop, asked: Question) -> None:
    try:
        answer = ask(shop, asked, DAYS, Scope())
    except LinshuError:
        reject()  # hours against a year ago, shares of rates: the metric layer says no
    made = table(answer, CATALOG, WRITER)
    assert made.count == len(answer.rows)
    assert all(len(line.cells) == len(made.heads) for line in made.lines)
    for kind in offered(charts.shape(answer, CATALOG)):
        for chart in charts.picture(answer, kind, CATALOG, WRITER).charts:
            width = len(chart.data["labels"])
            assert len(chart.data["groups"]) == width
            assert all(len(one["values"]) == width for one in chart.data["series"])
    file = sheet(answer, CATALOG, WRITER, "", ())
    assert all(len(row) == len(file.columns) for row in file.rows)
    assert len(file.rows) == len(answer.rows) + bool(made.totals)
    if made.lines and made.lines[0].group:
        group = group_of(made.lines[0].group)
        assert pointing.point(Panel((asked,)), answer, group, DAYS, CATALOG, WRITER).title
