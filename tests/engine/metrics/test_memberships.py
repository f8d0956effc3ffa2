"""Restricted by sets that people belong to several of at once: nobody counts twice, and belonging has its time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.engine.metrics import company
from tests.engine.metrics.company import CATALOG
from tests.engine.metrics.test_traps import line, tables

from linshu.engine.access.scope import Scope
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Misused


def spell(member: str, segment: str, since: int, until: int | None = None, name: str = "高价值"):
    moments = {"valid_from": at(since), "valid_to": at(until) if until else None}
    return {"member_id": member, "segment_id": segment, "name": name, **moments}


def at(day: int) -> datetime:
    return datetime(2026, 10, day, 4, tzinfo=UTC)


SPELLS = [
    spell("M1", "G1", 1, 10),
    spell("M1", "G2", 1, 10, "沉睡"),
    spell("M1", "G1", 2, 8),  # told twice
    spell("M2", "G1", 5),
    spell("M3", "G2", 20, None, "沉睡"),
]
SALES = [
    line("O1", placed_at=at(3), price_fen=1),  # M1, in both at that time
    line("O2", placed_at=at(15), paid_at=at(15), price_fen=10),  # M1, in none any more
    line("O3", placed_at=at(6), paid_at=at(6), price_fen=100, member_id="M2"),
    line("O4", placed_at=at(2), price_fen=1_000, member_id="M2"),  # before M2 belonged
    line("O5", placed_at=at(6), paid_at=at(6), price_fen=10_000, member_id=None),
    line("O6", placed_at=at(6), paid_at=at(6), price_fen=100_000, member_id="M3"),
]


@pytest.fixture(scope="module")
def warehouse():
    data = tables(SALES) | {"dim_member_segment": SPELLS}
    opened = company.store(DuckWarehouse.open(":memory:"), data)
    yield opened
    opened.close()


def gmv(warehouse, where: object, **more: object) -> int:
    return run(warehouse, Query.of("gmv", where=where, **more), CATALOG).rows()[0]["gmv"]


def test_who_belonged_when_the_order_was_placed(warehouse):
    assert gmv(warehouse, "segment=高价值") == 1 + 100
    assert gmv(warehouse, "segment=G2") == 1
    assert gmv(warehouse, "segment=G2", as_of="now") == 100_000
    assert gmv(warehouse, "segment=G1", as_of="now") == 100 + 1_000
    assert gmv(warehouse, "segment=G1", as_of="2026-10-04") == 1 + 10
    assert gmv(warehouse, "segment=G1", as_of="2026-10-05") == 1 + 10 + 100 + 1_000


def test_in_several_sets_at_once_an_order_counts_once(warehouse):
    assert gmv(warehouse, "segment in (高价值, 沉睡)") == 1 + 100
    both = Query.of("orders,buyers,aov", where="segment in (G1,G2)")
    assert run(warehouse, both, CATALOG).rows() == [{"orders": 2, "buyers": 2, "aov": 101 / 2}]


def test_not_in_means_in_none_of_them_and_the_nameless_are_outside(warehouse):
    everything = gmv(warehouse, None)
    assert gmv(warehouse, "segment!=高价值") == everything - gmv(warehouse, "segment=高价值")
    assert gmv(warehouse, "segment=(未知)") == everything - gmv(warehouse, "segment in (G1,G2)")
    assert gmv(warehouse, "segment in (G1, (未知))") == everything  # whoever was in G2 was then in G1 too


def test_scope_cuts_and_comparisons_stand_beside_it(warehouse):
    assert gmv(warehouse, "segment=G1", scope=Scope.only(channels=["tb"])) == 0
    asked = Query.of("gmv", "channel", where="segment=G1", grain="day", start="2026-10-01", end="2026-10-31")
    assert [(row["day"], row["gmv"]) for row in run(warehouse, asked, CATALOG).rows()] == [
        ("2026-10-03", 1), ("2026-10-06", 100),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"metrics": "gmv", "by": "segment"}, "重复计算"),
        ({"metrics": "gmv", "where": "segment>G1"}, "没有大小之分"),
        ({"metrics": "messages", "where": "segment=G1"}, "messages"),  # chat knows no member
    ],
)
def test_what_it_cannot_do_is_said_with_what_to_do(warehouse, question, words):
    with pytest.raises(Misused) as refusal:
        run(warehouse, Query.of(**question), CATALOG)
    assert words in refusal.value.say("zh")
    assert refusal.value.say("en")


def test_a_set_without_history_is_the_same_at_any_time(warehouse):
    for as_of in ("ordered", "now", "2026-10-05"):
        assert gmv(warehouse, "tag=辣", as_of=as_of) == 1 + 10
