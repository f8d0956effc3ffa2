"""GMV, refunds and refund rate by leader tier: two facts, one question, exact without SQL; what would fan out is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.models.company import Company
from tests.domains.trade import DAYS, FIRST, trade
from tests.domains.twins import TWINS
from tests.domains.world import World

from linshu.engine.access.scope import Scope
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run
from linshu.kernel.errors import Misused

TIERS = {"L1": "A", "L2": "B", "L3": "B"}
SPAN = (FIRST, FIRST + timedelta(DAYS + 40))
QUESTION = "gmv,refund_amount,refund_rate"
JOINED = """
    SELECT v.tier AS tier, CAST(sum(l.goods_fen) AS BIGINT) AS gmv, CAST(sum(r.amount_fen) AS BIGINT) AS refunds,
        count(DISTINCT l.order_id) AS orders
    FROM fct_order_lines AS l
    LEFT JOIN fct_refunds AS r ON r.order_id = l.order_id
    JOIN dim_leader AS v ON v.leader_id = l.leader_id
    WHERE l.is_paid AND NOT l.is_gift AND NOT l.is_test GROUP BY 1 ORDER BY 1
"""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def company() -> Company:
    made = Company()
    rows = trade(1)
    begun = datetime(2025, 1, 1, tzinfo=UTC)
    rows["leader_tier"] = [
        {"leader_id": leader, "origin": "manual", "tier": tier, "valid_from": begun} for leader, tier in TIERS.items()
    ]
    made.land(rows)
    made.build()
    return made


def ask(company: Company, metrics: str, by: str = "", **more):
    return run(company.warehouse, Query.of(metrics, by, start=SPAN[0], end=SPAN[1], **more), CATALOG).rows()


def truth(name: str, tier: str) -> int:
    """The sum over the tier's leaders, each read row by row in plain Python."""
    return sum(TWINS[name](World(trade(1), *SPAN, ("leader", leader))) for leader in TIERS if TIERS[leader] == tier)


def test_both_facts_are_exact_by_tier(company):
    found = {row["leader_tier"]: row for row in ask(company, QUESTION, "leader_tier")}
    assert {"A", "B"} <= found.keys()
    for tier in ("A", "B"):
        gmv, refunds = truth("gmv", tier), truth("refund_amount", tier)
        assert found[tier]["gmv"] == gmv > 0
        assert found[tier]["refund_amount"] == refunds > 0
    whole = ask(company, QUESTION)[0]
    assert sum(row["gmv"] for row in found.values()) == whole["gmv"]
    assert sum(row["refund_amount"] for row in found.values()) == whole["refund_amount"]


def test_the_rate_is_the_rate_of_the_whole_group(company):
    for row in ask(company, f"{QUESTION},paid_amount", "leader_tier"):
        alone = ask(company, "refund_rate", where={"leader_tier": row["leader_tier"]})[0]
        assert row["refund_rate"] == alone["refund_rate"]


def test_the_obvious_join_would_be_wrong_here(company):
    """The data holds the trap: joined row by row amounts are doubled, while distinct orders stay right and hide it."""
    for row in company.rows(JOINED):
        assert row["gmv"] > truth("gmv", row["tier"])
        assert row["refunds"] > truth("refund_amount", row["tier"])


def test_what_one_fact_cannot_be_cut_by_is_refused_for_both(company):
    with pytest.raises(Misused) as refusal:
        ask(company, QUESTION, "refund_kind")
    assert "gmv" in refusal.value.say("zh")


def test_a_scope_reaches_both_facts_and_the_ratio(company):
    mine = ask(company, QUESTION, scope=Scope.only(leaders=["L1"]))[0]
    assert mine == ask(company, QUESTION, where="leader=L1")[0]
    assert mine["gmv"] < ask(company, QUESTION)[0]["gmv"]
    assert {row["leader_tier"] for row in ask(company, QUESTION, "leader_tier", scope=Scope.only(leaders=["L1"]))} == {
        "A"
    }
