"""The eight ways in which row scope leaks elsewhere, and the way it holds here: the manager of one district sees that district."""

from __future__ import annotations

import pytest
from tests.engine.metrics import company
from tests.engine.metrics.brute import Brute
from tests.engine.metrics.company import CATALOG

from linshu.engine.access.scope import Scope
from linshu.engine.metrics.compile import compile as compiled
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import Cache, run
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Forbidden, LinshuError

TABLES = company.make(3)
BRUTE = Brute(TABLES, company.CATALOG)
MANAGER = Scope.only(regions=["D1"])
PERIOD = {"start": "2026-09-14", "end": "2026-11-30"}


@pytest.fixture(scope="module")
def warehouse():
    opened = company.store(DuckWarehouse.open(":memory:"), TABLES)
    yield opened
    opened.close()


def ask(warehouse, metrics: str, by: str = "", scope: Scope = MANAGER, **more):
    query = Query.of(metrics, by, scope=scope, **PERIOD, **more)
    return run(warehouse, query, CATALOG).rows()


def test_1_the_first_fact_shows_the_district_alone(warehouse):
    assert {row["district"] for row in ask(warehouse, "gmv", "district")} == {"D1"}
    assert ask(warehouse, "gmv") == ask(warehouse, "gmv", scope=Scope(), where="district=D1")
    assert ask(warehouse, "gmv")[0]["gmv"] < ask(warehouse, "gmv", scope=Scope())[0]["gmv"]


@pytest.mark.parametrize("metric", ["refunded", "messages", "orders", "lines_placed", "active", "loyal", "curious"])
def test_2_every_other_fact_is_restricted_without_a_rule_of_its_own(warehouse, metric):
    assert {row["district"] for row in ask(warehouse, metric, "district")} <= {"D1"}
    assert ask(warehouse, metric) == ask(warehouse, metric, scope=Scope(), where="district=D1")


def test_3_figures_from_several_facts_are_restricted_in_each(warehouse):
    both = ask(warehouse, "gmv,refunded,refund_rate,messages")[0]
    assert both["gmv"] == ask(warehouse, "gmv")[0]["gmv"]
    assert both["refunded"] == ask(warehouse, "refunded")[0]["refunded"]
    assert both["messages"] == ask(warehouse, "messages")[0]["messages"]
    assert both["refund_rate"] == both["refunded"] / both["gmv"]


def test_4_the_restriction_never_multiplies_rows(warehouse):
    """A place reached by a join would double rows where the joined table has two; here it is a semi-join."""
    for row in ask(warehouse, "gmv,refunded", "leader"):
        truth = BRUTE.answer(Query.of("gmv,refunded", "leader", scope=MANAGER, **PERIOD))
        assert row in truth


def test_5_both_facts_restricted_agree_with_brute_force(warehouse):
    for by in ("channel", "tier", "community"):
        query = Query.of("gmv,refunded", by, scope=MANAGER, **PERIOD)
        found = sorted(map(str, run(warehouse, query, CATALOG).rows()))
        assert found == sorted(map(str, BRUTE.answer(query)))


def test_6_a_scope_of_leaders_holds_as_ordered_whatever_is_asked(warehouse):
    """L1 led C1 once. Asked as now, the figures show who leads today, but only over L1's own orders."""
    mine = Scope.only(leaders=["L1"])
    assert ask(warehouse, "gmv", scope=mine) == ask(warehouse, "gmv", scope=mine, as_of="now")
    assert {row["leader"] for row in ask(warehouse, "gmv", "leader", scope=mine, as_of="now")} == {"L2"}
    # Who took the group over does not thereby see what was sold before.
    heir = Scope.only(leaders=["L2"])
    before = ask(warehouse, "gmv", scope=heir, where=["community=C1", "paid_date<2026-10-05"], as_of="now")
    assert before == [{"gmv": 0}]


def test_7_a_fact_that_the_scope_does_not_reach_stays_closed(warehouse):
    for metric, scope in (
        ("stock", MANAGER),
        ("messages", Scope.only(channels=["wx"])),
        ("orders", Scope.only(suppliers=["P1"])),
    ):
        with pytest.raises(Forbidden) as refusal:
            ask(warehouse, metric, scope=scope)
        assert metric in refusal.value.say("zh")
        with pytest.raises(Forbidden):
            ask(warehouse, f"gmv,{metric}", scope=scope)
    with pytest.raises(Forbidden):  # no dimension at all stands for warehouses here
        ask(warehouse, "gmv", scope=Scope.only(warehouses=["W1"]))


def test_8_no_sql_comes_in_through_a_question(warehouse):
    for text in ("1=1) OR (", "D2') OR ('1'='1"):
        assert ask(warehouse, "gmv", where={"district": text}) == [{"gmv": 0}]
    with pytest.raises(LinshuError):
        ask(warehouse, "gmv", "(SELECT leader_id FROM dim_leader)")


def test_an_empty_scope_sees_nothing(warehouse):
    assert ask(warehouse, "gmv,orders", scope=Scope.only(regions=[])) == [{"gmv": 0, "orders": 0}]
    assert ask(warehouse, "gmv", "leader", scope=Scope.only(regions=[])) == []


def test_a_filter_narrows_a_scope_and_never_widens_it(warehouse):
    assert ask(warehouse, "gmv", where="district=D2") == [{"gmv": 0}]
    assert ask(warehouse, "gmv", where="district!=D1") == [{"gmv": 0}]
    assert ask(warehouse, "gmv", where="district=(未知)") == [{"gmv": 0}]


def test_rows_without_a_place_are_outside_every_scope_of_places(warehouse):
    everywhere = Scope.only(regions=["R1", "R2"])
    assert all(row["city"] != "(未知)" for row in ask(warehouse, "gmv", "city", scope=everywhere))


def test_totals_and_comparisons_keep_the_scope(warehouse):
    query = Query.of(
        "gmv", "channel", scope=MANAGER, totals=True, start="2026-10-01", end="2026-10-31", compare="previous"
    )
    result = run(warehouse, query, CATALOG)
    free = run(
        warehouse,
        Query.of("gmv", where="district=D1", start="2026-10-01", end="2026-10-31", compare="previous"),
        CATALOG,
    )
    assert result.totals == free.rows()[0]


def test_a_kept_answer_is_never_shown_to_another_scope(warehouse):
    cache = Cache()
    seen = {
        name: run(warehouse, Query.of("gmv", scope=scope, **PERIOD), CATALOG, cache).rows()[0]["gmv"]
        for name, scope in (("all", Scope()), ("manager", MANAGER), ("other", Scope.only(regions=["D2"])))
    }
    assert len(set(seen.values())) == 3
    again = run(warehouse, Query.of("gmv", scope=MANAGER, **PERIOD), CATALOG, cache).rows()[0]["gmv"]
    assert again == seen["manager"]


def test_a_long_list_of_groups_travels_as_one_parameter(warehouse):
    groups = [f"C{n}" for n in range(1, 400)]
    scope = Scope.only(communities=groups)
    found = compiled(Query.of("gmv", scope=scope), CATALOG)
    assert found.params == (sorted(groups),)
    assert ask(warehouse, "gmv", scope=scope) == ask(
        warehouse, "gmv", where="community in (C1,C2,C3,C4)", scope=Scope()
    )
