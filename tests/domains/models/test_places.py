"""Places, channels and goods: chains of regions and categories, and ids nobody registered."""

from __future__ import annotations

from datetime import date

import pytest
from tests.domains.models.company import Company, at, line, order

from linshu.kernel.calendar import DayKind, days_from_spring_festival, look_up


@pytest.fixture
def company() -> Company:
    return Company()


REGIONS = [
    {"region_id": "420000", "name": "湖北省", "level": "province"},
    {"region_id": "420100", "name": "武汉市", "level": "city", "parent_id": "420000"},
    {"region_id": "420106", "name": "武昌区", "level": "district", "parent_id": "420100"},
    {"region_id": "420106001", "name": "水果湖街道", "level": "street", "parent_id": "420106"},
]


def test_a_region_knows_its_chain_down_to_itself(company: Company) -> None:
    company.land({"region": REGIONS})
    company.build("dim_region")
    found = company.rows("SELECT region_id, province, city, district, street_id FROM dim_region ORDER BY region_id")
    assert [tuple(row.values()) for row in found] == [
        ("420000", "湖北省", None, None, None),
        ("420100", "湖北省", "武汉市", None, None),
        ("420106", "湖北省", "武汉市", "武昌区", None),
        ("420106001", "湖北省", "武汉市", "武昌区", "420106001"),
    ]


def test_a_community_lies_where_its_home_estate_lies(company: Company) -> None:
    company.land({
        "region": REGIONS,
        "estate": [{"estate_id": "E1", "name": "东湖花园", "region_id": "420106001", "households": 900}],
        "community": [
            {"community_id": "C1", "name": "东湖一群", "estate_id": "E1", "status": "active"},
            {"community_id": "C2", "name": "东湖二群", "status": "active"},
        ],
        "community_estate": [{"community_id": "C2", "estate_id": "E1", "is_home": True}],
        "pickup_assignment": [
            {"community_id": "C1", "pickup_point_id": "P0", "warehouse_id": "W0", "valid_from": at("2026-01-01 00:00"),
             "valid_to": at("2026-02-01 00:00")},
            {"community_id": "C1", "pickup_point_id": "P1", "warehouse_id": "W1", "valid_from": at("2026-02-01 00:00")},
        ],
    })  # fmt: skip
    company.build("dim_community")
    found = company.rows(
        "SELECT community_id, city, street, estate, households, pickup_point_id, warehouse_id, is_registered"
        " FROM dim_community ORDER BY community_id"
    )
    home = ("武汉市", "水果湖街道", "东湖花园", 900)
    assert [tuple(row.values()) for row in found] == [
        ("C1", *home, "P1", "W1", True),
        ("C2", *home, None, None, True),
    ]


@pytest.mark.parametrize(
    ("dimension", "key", "at_order"),
    [
        ("dim_community", "community_id", "community_id"),
        ("dim_leader", "leader_id", "leader_id"),
        ("dim_leader", "leader_id", "supply_leader_id"),
        ("dim_member", "member_id", "member_id"),
        ("dim_channel", "channel_id", "channel_id"),
        ("dim_shop", "shop_id", "shop_id"),
        ("dim_warehouse", "warehouse_id", "warehouse_id"),
        ("dim_pickup_point", "pickup_point_id", "pickup_point_id"),
        ("dim_batch", "batch_id", "batch_id"),
        ("dim_campaign", "campaign_id", "campaign_id"),
        ("dim_sku", "sku_id", "sku_id"),
    ],
)
def test_an_id_that_only_orders_name_is_in_the_dimension(
    company: Company, dimension: str, key: str, at_order: str
) -> None:
    named = {at_order: "?"} if at_order != "sku_id" else {}
    company.land(
        {"orders": [order("a", **named), order("b")], "order_line": [line("a", sku_id="?"), line("b", sku_id="?")]}
    )
    company.build(dimension)
    assert company.rows(f"SELECT {key}, name, is_registered FROM {dimension}") == [
        {key: "?", "name": "?", "is_registered": False}
    ]


def test_a_category_knows_its_top(company: Company) -> None:
    company.land({
        "category": [
            {"category_id": "G1", "name": "生鲜"},
            {"category_id": "G2", "name": "水果", "parent_id": "G1"},
            {"category_id": "G3", "name": "葡萄", "parent_id": "G2"},
        ],
        "sku": [
            {"sku_id": "S1", "name": "阳光玫瑰", "category_id": "G3", "base_unit": "piece", "supplier_id": "V1"},
            {"sku_id": "S2", "name": "无类", "base_unit": "piece"},
            {"sku_id": "S3", "name": "旧类", "category_id": "G9", "base_unit": "piece"},
        ],
        "supplier": [{"supplier_id": "V1", "name": "云岭果业"}],
    })  # fmt: skip
    company.build("dim_sku")
    found = company.rows(
        "SELECT sku_id, category, category_1, supplier, is_weighed, tax_rate_ppm FROM dim_sku ORDER BY 1"
    )
    assert [tuple(row.values()) for row in found] == [
        ("S1", "葡萄", "生鲜", "云岭果业", False, 0),
        ("S2", None, None, None, False, 0),
        ("S3", "G9", "G9", None, False, 0),
    ]


def test_a_member_shows_no_more_than_a_mask_and_is_one_person_over_accounts(company: Company) -> None:
    company.land({
        "member": [
            {"member_id": "M1", "nickname": "小桃子", "phone_mask": "138****1234",
             "registered_at": at("2026-02-01 10:00")},
            {"member_id": "tb-9", "nickname": "taotao", "registered_at": at("2026-01-01 10:00"), "is_test": True},
        ],
        "identity": [{"account_source": "test", "source_member_id": "tb-9", "member_id": "M1"}],
        "orders": [order("a", member_id="tb-9"), order("b", "2026-03-05 10:00", member_id="M1")],
    })  # fmt: skip
    company.build("dim_member")
    found = company.rows(
        "SELECT member_id, name, phone_mask, CAST(registered_date AS VARCHAR) AS day, first_order_id, is_test FROM dim_member"
    )
    # The account marked as a test brings no first order, but marks the person.
    assert [tuple(row.values()) for row in found] == [("M1", "小**", "138****1234", "2026-01-01", "b", True)]


def test_a_scope_covers_its_communities(company: Company) -> None:
    company.land({
        "region": REGIONS,
        "estate": [{"estate_id": "E1", "name": "e", "region_id": "420106001"}],
        "community": [
            {"community_id": "C1", "name": "c", "estate_id": "E1", "status": "active", "channel_id": "mini"},
            {"community_id": "C2", "name": "d", "status": "active"},
        ],
        "warehouse": [{"warehouse_id": "grid", "name": "g", "level": "grid", "parent_id": "central"}],
        "pickup_assignment": [
            {"community_id": "C1", "pickup_point_id": "P1", "warehouse_id": "grid", "valid_from": at("2026-01-01 00:00")}
        ],
        "leader_assignment": [
            {"community_id": "C2", "leader_id": "L1", "role": "owner", "valid_from": at("2026-01-01 00:00")}
        ],
    })  # fmt: skip
    company.build("dim_scope_community")
    found = company.rows("SELECT * FROM dim_scope_community")
    assert {tuple(row.values()) for row in found} == {
        ("all", "*", "C1"), ("all", "*", "C2"),
        ("region", "420000", "C1"), ("region", "420100", "C1"), ("region", "420106", "C1"), ("region", "420106001", "C1"),
        ("estate", "E1", "C1"), ("community", "C1", "C1"), ("community", "C2", "C2"),
        ("warehouse", "grid", "C1"), ("warehouse", "central", "C1"), ("pickup_point", "P1", "C1"),
        ("channel", "mini", "C1"), ("leader", "L1", "C2"),
    }  # fmt: skip


def test_a_day_is_what_the_calendar_says(company: Company) -> None:
    company.build("dim_date")
    days = company.rows("SELECT * FROM dim_date")
    assert len(days) == (date(2040, 1, 1) - date(2010, 1, 1)).days
    for row in days:
        day = row["date_day"]
        known = look_up(day)
        off = known.kind is DayKind.HOLIDAY
        assert row["is_workday"] is known.works, day
        assert row["day_kind"] == ("workday" if known.works else known.kind.value), day
        assert (row["holiday"], row["holiday_en"]) == ((known.title.zh, known.title.en) if off else (None, None)), day
        assert row["days_from_spring_festival"] == days_from_spring_festival(day), day


def test_the_days_of_the_calendar(company: Company) -> None:
    company.build("dim_date")
    (day,) = company.rows("SELECT * FROM dim_date WHERE date_day = DATE '2027-01-03'")
    assert (str(day["week_monday"]), day["month"], day["quarter"], day["year"]) == (
        "2026-12-28",
        "2027-01",
        "2027-Q1",
        2027,
    )
    assert (day["weekday"], day["weekday_name"], day["is_weekend"]) == (7, "周日", True)
