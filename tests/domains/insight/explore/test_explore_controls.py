"""Changing a question: what no longer fits goes, what is impossible says why and what is near."""

from __future__ import annotations

import shlex
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.dictionary import CATALOG
from tests.domains.insight.explore.conftest import DAYS

from linshu.domains.insight.explore import controls, nearest, pointing
from linshu.domains.insight.explore.controls import Panel
from linshu.engine.metrics import Query
from linshu.engine.metrics.filters import Filter
from linshu.engine.shell import search
from linshu.engine.shell.question import Question, read_questions

METRICS = ("gmv", "orders", "aov", "repurchase_rate")
PLACES = ("city", "district", "street", "community", "channel")


def led(address: str) -> tuple[Question, ...]:
    return read_questions(parse_qsl(urlsplit(address).query))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    by = draw(st.lists(st.sampled_from(PLACES), max_size=3, unique=True).map(tuple))
    grain = draw(st.sampled_from(["", "day", "month"]))
    keys = (*([grain] if grain else []), *by)
    return controls.tidied(
        Question(
            draw(st.lists(st.sampled_from(METRICS), min_size=1, max_size=3, unique=True).map(tuple)),
            by,
            grain=grain,
            compare=draw(st.sampled_from(["", "previous"])),
            order=draw(st.sampled_from([(), ("-gmv",), ("gmv_change",), ("city",)])),
            top=draw(st.sampled_from([0, 5])),
            share=draw(st.sampled_from(["", "total", *by])),
            cumulative=draw(st.booleans()),
            moving=draw(st.sampled_from([0, 7])),
            pivot=draw(st.sampled_from(["", *keys])),
        )
    )


@given(questions(), st.sampled_from(PLACES), st.sampled_from(METRICS))
def test_whatever_one_adds_or_takes_away_is_still_a_question(asked: Question, place: str, metric: str) -> None:
    panel = Panel((asked,))
    for address in (panel.with_dimension(place), panel.with_metric(metric), panel.to(grain=""), panel.to(compare="")):
        (found,) = led(address)
        Query.of(**found.options(DAYS))  # raises where its parts do not fit one another
        keys = {found.grain, *found.by}
        assert all(
            name in keys or any(name.startswith(one) for one in found.metrics)
            for name in (item.removeprefix("-") for item in found.order)
        )


def test_one_question_changes_and_its_neighbours_stay() -> None:
    panel = Panel((Question(("gmv",)), Question(("orders",))), 1)
    assert [one.metrics for one in led(panel.to(metrics=("aov",)))] == [("gmv",), ("aov",)]
    assert [one.metrics for one in led(panel.beside())] == [("gmv",), ("orders",), ("orders",)]
    assert [one.metrics for one in led(panel.without())] == [("gmv",)]
    assert not Panel((Question(("gmv",)),) * 4).beside()


def test_the_last_metric_cannot_be_taken_away() -> None:
    assert led(Panel((Question(("gmv",)),)).with_metric("gmv"))[0].metrics == ("gmv",)


def test_a_filter_takes_the_place_of_the_earlier_one_of_its_kind() -> None:
    panel = Panel((Question(("gmv",), where=(Filter("city", "in", ("R1",)), Filter("city", "not in", ("R2",)))),))
    found = panel.with_filter("city", "in", ["R3", "R4"])
    assert [one.written for one in found.where] == ["city!=R2", "city in (R3,R4)"]
    assert [one.written for one in panel.with_filter("city", "in", []).where] == ["city!=R2"]


def test_what_cannot_be_combined_stands_last_and_says_why() -> None:
    everything = search.of_dimensions(CATALOG).find("", 500)
    lines = controls.dimension_choices(Panel((Question(("repurchase_rate",)),)), everything, CATALOG)
    able = [one for one in lines if one.why is None]
    assert {one.key for one in able} == set(CATALOG.reached("repurchase_rate"))
    assert lines[: len(able)] == tuple(able)
    assert "复购率" in next(one.why.zh for one in lines if one.key == "sku")
    metrics = controls.metric_choices(
        Panel((Question(("gmv",), ("sku",)),)), search.of_metrics(CATALOG).find("fgl"), CATALOG
    )
    why = next(one.why for one in metrics if one.key == "repurchase_rate")
    assert why is not None
    assert "商品" in why.zh


@pytest.mark.parametrize(
    ("asked", "way"),
    [
        (Question(("gmv", "repurchase_rate"), ("sku",)), "去掉复购率"),
        (Question(("repurchase_rate",), ("sku",)), "去掉商品"),
        (Question(("repurchase_rate",), where=(Filter("sku", "in", ("S1",)),)), "去掉商品"),
        (Question(("aov",), ("city",), share="total"), "不看占比"),
        (Question(("gmv",), grain="hour", compare="target"), "按天看"),
        (Question(("gmv",), ("city",), top=3, compare="target"), "不取前几名"),
        (Question(("gmw",)), "换成成交额 GMV"),
        (Question(("gmv",), ("citi",)), "换成城市"),
        (Question(("gmv",), order=("nonsense",)), "按默认顺序"),
    ],
)
def test_the_nearest_questions_have_an_answer(asked: Question, way: str) -> None:
    assert not nearest.answers(asked, DAYS, CATALOG)
    ways = nearest.mends(Panel((asked,)), DAYS, CATALOG)
    assert way in [one.words.zh for one in ways]
    for one in ways:
        (found,) = led(one.href)
        assert nearest.answers(found, DAYS, CATALOG)


def test_lists_of_people_can_filter_but_never_cut() -> None:
    everything = search.of_dimensions(CATALOG).find("", 500)
    panel = Panel((Question(("gmv",)),))
    assert "segment" not in {one.key for one in controls.dimension_choices(panel, everything, CATALOG)}
    assert "segment" in {one.key for one in controls.dimension_choices(panel, everything, CATALOG, filtering=True)}


def test_a_question_is_said_in_words() -> None:
    asked = Question(("repurchase_rate",), ("street",), period="last-month", compare="previous")
    said = controls.sentence(asked, CATALOG, DAYS.presets["last-month"])
    assert said.zh == "复购率 · 按街道 · 上月 · 较上期"
    assert said.en == "Repurchase rate · by street · Last month · vs previous"


def test_a_street_is_drilled_to_its_estates_and_a_month_to_its_days() -> None:
    asked = Question(
        ("repurchase_rate",), ("street",), period="last-month", compare="previous", order=("repurchase_rate_move",)
    )
    below = pointing.finer(asked, {"street": "S1"}, DAYS, CATALOG)
    assert below is not None
    assert (below.by, [one.written for one in below.where]) == (("estate",), ["street=S1"])
    assert (below.period, below.order) == ("last-month", ("repurchase_rate_move",))
    timed = pointing.finer(Question(("gmv",), grain="month", period="all"), {"month": "2026-10"}, DAYS, CATALOG)
    assert timed is not None
    assert (timed.grain, str(timed.start), str(timed.end)) == ("day", "2026-10-01", "2026-10-31")
    assert pointing.finer(Question(("gmv",), ("channel",)), {"mode": "x"}, DAYS, CATALOG) is None


def test_the_command_line_is_told_the_same_question() -> None:
    asked = Question(
        ("gmv",),
        ("city",),
        (Filter("city", "in", ("武汉", "a'b")),),
        period="7d",
        grain="day",
        cumulative=True,
        order=("gmv_move",),
    )
    said = shlex.split(controls.command(asked, asked.span(DAYS)))
    assert said[:3] == ["linshu", "metric", "gmv"]
    given = dict(zip(said[3:-1:2], said[4::2], strict=True))
    assert (given["--from"], given["--to"], given["--grain"]) == ("2026-11-16", "2026-11-22", "day")
    assert Filter.parse(given["--where"]) == asked.where[0]
    assert "--order" not in given
    assert said[-1] == "--cumulative"


def test_the_questions_to_begin_with_can_all_be_answered() -> None:
    assert len(nearest.examples(DAYS, CATALOG)) == len(controls.EXAMPLES)
    for one in nearest.examples(DAYS, CATALOG):
        assert nearest.answers(led(one.href)[0], DAYS, CATALOG)
