from __future__ import annotations

from dataclasses import replace

import pytest
from tests.engine.metrics.company import BACK, CATALOG, DIMENSIONS, FACTS, METRICS, PER

from linshu.engine.metrics.catalog import Catalog, Join, Road
from linshu.engine.metrics.check import problems
from linshu.engine.metrics.declare import (
    Dimension,
    Measure,
    Versions,
    Via,
    distinct,
    entered,
    last,
    percentile,
    rows,
    total,
)
from linshu.engine.metrics.expression import Col, Op
from linshu.kernel.errors import Invalid, Missing
from linshu.kernel.text import Text

TITLE = Text("标题", "Title")


def test_roads_are_the_hops_that_lead_to_a_key():
    assert CATALOG.road("lines", "leader") == Road((), "leader_id")
    community = Join("community_id", "dim_community", "community_id")
    assert CATALOG.road("lines", "city") == Road((community,), "city_id")
    assert CATALOG.road("lines", "leader", "now") == Road((community,), "leader_id")
    assert CATALOG.road("lines", "tier") == Road(
        (Join("leader_id", "dim_leader_version", "leader_id", "placed_at"),), "tier"
    )
    assert CATALOG.road("lines", "tier", "now") == Road(
        (community, Join("leader_id", "dim_leader", "leader_id")), "tier"
    )
    assert CATALOG.road("chat", "tier") is None
    assert CATALOG.road("orders", "sku") is None


def test_what_belongs_to_the_row_itself_is_the_same_as_now():
    own = Catalog(DIMENSIONS, tuple(replace(fact, lasting=("leader",)) for fact in FACTS), METRICS)
    assert own.road("lines", "leader", "now") == Road((), "leader_id")
    assert own.road("lines", "tier", "now") == Road((Join("leader_id", "dim_leader", "leader_id"),), "tier")


def test_the_nearest_of_several_ways_is_taken():
    house = Dimension("house", TITLE, "dim_house", "house_id", of=(Via("community", "house_id"),))
    city = Dimension("town", TITLE, of=(Via("house", "town_id"), Via("community", "town_id")))
    near = Catalog((*DIMENSIONS, house, city), FACTS, METRICS)
    road = near.road("lines", "town")
    assert road == Road((Join("community_id", "dim_community", "community_id"),), "town_id")


def test_a_figure_is_cut_by_what_all_its_facts_reach():
    assert set(CATALOG.reached("refund_rate")) == set(CATALOG.reached("gmv")) & set(CATALOG.reached("refunded"))
    assert "kind" not in CATALOG.reached("refund_rate")
    assert CATALOG.leaves("net_aov") == ("gmv", "refunded_paid", "orders")
    assert [fact.name for fact in CATALOG.facts_of("net_aov")] == ["lines", "refunds", "orders"]
    assert "messages" not in CATALOG.cut_by("sku")
    assert "stock" in CATALOG.cut_by("sku")


def test_a_wrong_name_is_answered_with_the_nearest():
    with pytest.raises(Missing, match="channel"):
        CATALOG.dimension("chanel")
    with pytest.raises(Missing, match="gmv"):
        CATALOG.metric("gmw")


GMV = METRICS[0]
COMMUNITY, CITY = DIMENSIONS[1], DIMENSIONS[3]
LINES = FACTS[0]


def metric(formula: object) -> tuple:
    return (*METRICS, replace(GMV, name="wrong", title=Text("错", "Wrong"), formula=formula))


def also(dimension: Dimension) -> tuple:
    return (*DIMENSIONS, dimension)


@pytest.mark.parametrize(
    ("dimensions", "facts", "metrics", "said"),
    [
        (DIMENSIONS, FACTS, (*METRICS, GMV), "declared 2 times"),
        (DIMENSIONS, FACTS, (*METRICS, replace(GMV, name="gmv2")), "are called"),
        (DIMENSIONS, FACTS, (*METRICS, replace(GMV, name="day", title=TITLE)), "time grain"),
        (DIMENSIONS, FACTS, (*METRICS, replace(GMV, name="G M V", title=TITLE)), "plain lower-case"),
        (DIMENSIONS, FACTS, (*METRICS, replace(GMV, name="g", title=Text("", "x"))), "lacks a Chinese"),
        (DIMENSIONS, FACTS, (*METRICS, replace(GMV, name="g", title=TITLE, owner="")), "no owner"),
        (DIMENSIONS, (*FACTS, LINES), METRICS, "fact lines is declared 2 times"),
        (DIMENSIONS, (*FACTS, replace(LINES, name="bare", clocks=())), METRICS, "at least one clock"),
        (DIMENSIONS, (*FACTS, replace(LINES, name="two", clocks=LINES.clocks[:1] * 2)), METRICS, "two clocks"),
        (DIMENSIONS, (*FACTS, replace(LINES, name="odd", keys={"planet": "x"})), METRICS, "unknown dimension planet"),
        (DIMENSIONS, (*FACTS, replace(LINES, name="odd", where=Col("a") + 1)), METRICS, "no condition"),
        (also(Dimension("a", TITLE, table="t")), FACTS, METRICS, "key together"),
        (also(Dimension("a", TITLE, label="name")), FACTS, METRICS, "no table"),
        (also(Dimension("a", TITLE, of=(Via("mode", "x"),))), FACTS, METRICS, "no dimension with a table"),
        (also(Dimension("a", TITLE, "t", "k", of=(Via("a", "x"),))), FACTS, METRICS, "through itself"),
        (also(Dimension("a", TITLE, parent="zzz")), FACTS, METRICS, "unknown parent"),
        (also(Dimension("a", TITLE, parent="a")), FACTS, METRICS, "its own parent"),
        (also(Dimension("a", TITLE, scope="moods")), FACTS, METRICS, "unknown scope"),
        (also(Dimension("a", TITLE, versions=Versions("t", "k", "c"))), FACTS, METRICS, "not reached through"),
        (DIMENSIONS, FACTS, metric(total("nowhere", Col("x"))), "unknown fact nowhere"),
        (DIMENSIONS, FACTS, metric(rows("lines", clock="sun")), "unknown clock sun"),
        (DIMENSIONS, FACTS, metric(Measure("lines", "sum")), "every other aggregate needs one"),
        (DIMENSIONS, FACTS, metric(Measure("lines", "count", Col("x"))), "a count takes no value"),
        (DIMENSIONS, FACTS, metric(Measure("lines", "distinct", Col("x") + 1)), "over one column"),
        (DIMENSIONS, FACTS, metric(Measure("lines", "max", Col("x"), window=7)), "needs a sum or a count"),
        (DIMENSIONS, FACTS, metric(Measure("lines", "sum", Col("x"), at_least=2)), "only distinct values"),
        (DIMENSIONS, FACTS, metric(Measure("lines", "distinct", Col("x"), each="y")), "only distinct values"),
        (DIMENSIONS, FACTS, metric(Measure("stock", "last", Col("qty"))), "asked for per key"),
        (DIMENSIONS, FACTS, metric(Measure("stock", "sum", Col("qty"), back=3)), "asked for per key"),
        (DIMENSIONS, FACTS, metric(last("stock", Col("qty"), per=("sku_id",))), "several rows a day per sku_id"),
        (DIMENSIONS, FACTS, metric(replace(last("stock", None, per=PER), window=7)), "needs no window"),
        (DIMENSIONS, FACTS, metric(Measure("orders", "percentile", Col("paid_fen"))), "a rank from 1 to 99"),
        (DIMENSIONS, FACTS, metric(percentile("orders", Col("paid_fen"), 100)), "a rank from 1 to 99"),
        (DIMENSIONS, FACTS, metric(percentile("lines", Col("goods_fen"), 50)), "does not let goods_fen be ranked"),
        (DIMENSIONS, FACTS, metric(Measure("orders", "entered", Col("member_id"))), "say what comes then"),
        (DIMENSIONS, FACTS, metric(replace(rows("orders"), then=BACK)), "say what comes then"),
        (DIMENSIONS, FACTS, metric(entered("orders", "member_id", replace(BACK, fact="x"))), "an unknown fact"),
        (DIMENSIONS, FACTS, metric(entered("orders", "member_id", replace(BACK, clock="sun"))), "unknown clock sun"),
        (DIMENSIONS, FACTS, metric(entered("orders", "member_id", replace(BACK, within_days=0))), "at least a day"),
        (DIMENSIONS, FACTS, metric(total("lines", Col("a") / Col("b"))), "divide the sums"),
        (DIMENSIONS, FACTS, metric(rows("lines", (Col("a") / Col("b")).equals(1))), "filter divides"),
        (DIMENSIONS, FACTS, metric(distinct("lines", "a", Op("now", (Col("a"),)))), "unknown operation now"),
        (DIMENSIONS, FACTS, metric(Col("nothing") / Col("gmv")), "unknown metric nothing"),
        (DIMENSIONS, FACTS, metric(Col("wrong") + Col("gmv")), "made of itself"),
        (DIMENSIONS, FACTS, metric(Op("+", ())), "reads no metric"),
    ],
)
def test_a_wrong_declaration_is_found_at_the_start(dimensions, facts, metrics, said):
    with pytest.raises(Invalid, match=said):
        Catalog(dimensions, facts, metrics)


def test_all_problems_are_told_at_once():
    found = problems((*DIMENSIONS, replace(CITY, name="x", parent="y")), FACTS, metric(total("nowhere", Col("x"))))
    assert len(found) == 2
    assert problems(DIMENSIONS, FACTS, METRICS) == ()
