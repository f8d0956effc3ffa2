"""Money received and spent: payments carry their order, costs what they are for."""

from __future__ import annotations

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.models.company import Company, at, order

from linshu.domains.finance.metrics import BY_PARCEL
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run


@pytest.fixture
def company() -> Company:
    return Company()


def test_a_payment_carries_its_order_and_a_stray_one_stays(company: Company) -> None:
    paid = {"amount_fen": 500, "paid_at": at("2026-03-01 10:00"), "channel_id": "wechat"}
    company.land({
        "orders": [order("a", channel_id="mini", leader_id="L1", is_test=True)],
        "payment": [{"payment_id": "P1", "order_id": "a", **paid}, {"payment_id": "P2", "order_id": "?", **paid}],
    })  # fmt: skip
    report = company.build("fct_payments")
    found = company.rows(
        "SELECT payment_id, payment_channel_id, channel_id, leader_id, is_test FROM fct_payments ORDER BY payment_id"
    )
    assert [tuple(row.values()) for row in found] == [
        ("P1", "wechat", "mini", "L1", True),
        ("P2", "wechat", None, None, False),
    ]
    assert [(each.rule, each.sample[0]["payment_id"]) for each in report.outcome("fct_payments").broken] == [
        ("reference(order_id, fct_orders.order_id)", "P2")
    ]


def test_a_payment_that_moves_to_another_order_follows_it(company: Company) -> None:
    paid = {"payment_id": "P1", "amount_fen": 500, "paid_at": at("2026-03-01 10:00")}
    company.land(
        {"orders": [order("a", leader_id="L1"), order("b", leader_id="L2")], "payment": [{**paid, "order_id": "a"}]}
    )
    company.build("fct_payments")
    company.land({"payment": [{**paid, "order_id": "b"}]})
    assert company.build("fct_payments").outcome("fct_payments").did == "updated"
    assert company.rows("SELECT order_id, leader_id FROM fct_payments") == [{"order_id": "b", "leader_id": "L2"}]


def test_costs_and_marketing_spend_stand_in_one_table(company: Company) -> None:
    day = at("2026-03-01 10:00").date()
    company.land({
        "cost_entry": [{"cost_entry_id": "K1", "pool": "trunk", "amount_fen": 700, "cost_date": day,
                        "scope_kind": "warehouse", "scope_id": "W1"}],
        "marketing_cost": [{"campaign_id": "CP1", "channel_id": "*", "community_id": "C1", "cost_date": day,
                            "kind": "advert", "amount_fen": 300}],
    })  # fmt: skip
    company.build("fct_costs")
    found = company.rows(
        "SELECT pool, amount_fen, warehouse_id, campaign_id, channel_id, community_id FROM fct_costs ORDER BY pool"
    )
    assert [tuple(row.values()) for row in found] == [
        ("marketing", 300, None, "CP1", None, "C1"),
        ("trunk", 700, "W1", None, None, None),
    ]


def test_what_parcels_tell_stands_in_place_of_what_is_booked_for_the_same(company: Company) -> None:
    """Day by day, pool by pool, part by part of the company: nothing counts twice, nothing else is touched."""
    first, second = at("2026-03-01 10:00").date(), at("2026-03-02 10:00").date()
    booked = [
        ("gone-with-the-warehouse", "last_mile", first, "warehouse", "W1"),
        ("gone-with-the-whole", "last_mile", first, None, None),
        ("gone-with-its-home", "last_mile", first, "region", "D1"),
        ("stays-elsewhere", "last_mile", first, "warehouse", "W2"),
        ("stays-the-day-after", "last_mile", second, "warehouse", "W1"),
        ("stays-another-pool", "trunk", first, "warehouse", "W1"),
        ("stays-packaging", "packaging", first, "warehouse", "W1"),
    ]
    company.land({
        "region": [{"region_id": "D1", "name": "洪山", "level": "district"}],
        "estate": [{"estate_id": "E1", "name": "园", "region_id": "D1"}],
        "community": [{"community_id": "C1", "name": "一群", "estate_id": "E1", "status": "active"}],
        "cost_entry": [
            {"cost_entry_id": name, "pool": pool, "amount_fen": 700, "cost_date": day, "scope_kind": kind, "scope_id": scope}
            for name, pool, day, kind, scope in booked
        ],
    })  # fmt: skip
    company.build()
    asked = Query.of("margin_after_fulfilment,gmv", start=first, end=second)
    assert BY_PARCEL[0].text in run(company.warehouse, asked, CATALOG).notes
    assert company.rows("SELECT count(*) AS many, bool_or(is_by_parcel) AS told FROM fct_costs") == [
        {"many": len(booked), "told": False}
    ]
    company.deliver([
        {"parcel_id": "K1", "cost_kind": kind, "amount_fen": 90, "delivery_date": first, "warehouse_id": "W1",
         "pickup_point_id": "P1", "community_id": "C1", "is_estimate": True}
        for kind in ("vehicle", "cooling")
    ])  # fmt: skip
    assert BY_PARCEL[0].text not in run(company.warehouse, asked, CATALOG).notes
    found = company.rows(
        "SELECT cost_id, pool, amount_fen, community_id FROM fct_costs ORDER BY NOT is_by_parcel, cost_id"
    )
    assert [tuple(row.values()) for row in found[:2]] == [
        ("parcel|K1|cooling", "last_mile", 90, "C1"),
        ("parcel|K1|vehicle", "last_mile", 90, "C1"),
    ]
    assert [row["cost_id"] for row in found[2:]] == sorted(one[0] for one in booked if one[0].startswith("stays"))
