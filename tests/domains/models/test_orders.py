"""Orders, their lines and their refunds: small cases by hand, then random companies against plain Python."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.models.company import Company, Row, at, line, order, refund

from linshu.kernel.money import allocate

SALES = ("fct_orders", "fct_order_lines", "fct_refunds")


@pytest.fixture
def company() -> Company:
    return Company()


def test_a_day_follows_the_stored_company_day_and_else_the_natural_one(company: Company) -> None:
    late = order("a", "2026-03-01 23:30", placed_date=at("2026-03-02 12:00").date())
    company.land({"orders": [late, order("b", "2026-03-01 23:30")]})
    company.build(*SALES)
    days = company.rows("SELECT order_id, placed_date, paid_date FROM fct_orders ORDER BY order_id")
    assert [str(row["placed_date"]) for row in days] == ["2026-03-02", "2026-03-01"]


def test_unpaid_and_cancelled_orders_stay_and_are_not_paid(company: Company) -> None:
    company.land({"orders": [
        order("unpaid", paid=None),
        order("dropped", paid=None, status="cancelled"),
        order("undone", status="cancelled"),
        order("gone", deleted=True),
    ]})  # fmt: skip
    company.build(*SALES)
    assert company.rows("SELECT order_id, is_paid FROM fct_orders ORDER BY order_id") == [
        {"order_id": "dropped", "is_paid": False},
        {"order_id": "undone", "is_paid": True},
        {"order_id": "unpaid", "is_paid": False},
    ]


def test_a_line_inherits_the_order_and_keeps_its_own_campaign(company: Company) -> None:
    company.land({
        "orders": [order("a", community_id="C1", leader_id="L1", batch_id="B1", campaign_id="CP1", is_test=True)],
        "order_line": [line("a", 1, campaign_id="CP2"), line("a", 2), line("nowhere")],
        "sale_batch": [{
            "batch_id": "B1", "opened_at": at("2026-03-01 00:00"), "cut_off_at": at("2026-03-01 23:00"),
            "delivery_date": at("2026-03-02 12:00").date(), "status": "open",
        }],
    })  # fmt: skip
    company.build(*SALES)
    found = company.rows(
        "SELECT order_id, line_no, leader_id, campaign_id, is_test, CAST(delivery_date AS VARCHAR) AS day"
        " FROM fct_order_lines ORDER BY line_no"
    )
    same = {"order_id": "a", "leader_id": "L1", "is_test": True, "day": "2026-03-02"}
    assert found == [{**same, "line_no": 1, "campaign_id": "CP2"}, {**same, "line_no": 2, "campaign_id": "CP1"}]


def test_a_leader_who_buys_is_recognised_by_account_by_phone_and_by_identity(company: Company) -> None:
    leader = {"leader_id": "L1", "status": "active", "member_id": "M1", "phone_index": "ff"}
    company.land({
        "leader": [leader],
        "member": [{"member_id": "M2", "phone_index": "ff"}, {"member_id": "M3", "phone_index": "aa"}],
        "identity": [{"account_source": "test", "source_member_id": "tb-9", "member_id": "M1"}],
        "orders": [
            order("account", member_id="M1", leader_id="L1"),
            order("phone", member_id="M2", leader_id="L1"),
            order("identity", member_id="tb-9", leader_id="L1"),
            order("other group", member_id="M1", leader_id="L2"),
            order("stranger", member_id="M3", leader_id="L1"),
        ],
    })  # fmt: skip
    company.build(*SALES)
    own = company.rows("SELECT order_id FROM fct_orders WHERE is_self_order ORDER BY order_id")
    assert [row["order_id"] for row in own] == ["account", "identity", "phone"]


def test_the_first_order_is_the_first_one_paid_of_the_person_over_all_accounts(company: Company) -> None:
    company.land({
        "identity": [{"account_source": "test", "source_member_id": "tb-9", "member_id": "M1"}],
        "orders": [
            order("test", "2026-03-01 08:00", member_id="M1", is_test=True),
            order("unpaid", "2026-03-01 09:00", member_id="M1", paid=None),
            order("paid late", "2026-03-01 10:00", member_id="M1", paid="2026-03-01 12:00"),
            order("first", "2026-03-01 11:00", member_id="tb-9"),
            order("nobody", "2026-03-01 11:00"),
        ],
    })  # fmt: skip
    company.build(*SALES)
    assert company.rows("SELECT order_id FROM fct_orders WHERE is_first_order") == [{"order_id": "first"}]


def test_a_late_order_takes_the_first_place(company: Company) -> None:
    company.land({"orders": [order("b", "2026-03-02 10:00", member_id="M1")]})
    company.build(*SALES)
    company.land({"orders": [order("a", "2026-03-01 10:00", member_id="M1")]})
    report = company.build(*SALES)
    assert report.outcome("fct_orders").did == "updated"
    assert company.rows("SELECT order_id FROM fct_orders WHERE is_first_order") == [{"order_id": "a"}]


def test_refunds_are_restated_to_the_line_and_a_whole_order_is_split_by_what_was_paid(company: Company) -> None:
    company.land({
        "orders": [order("a", goods_fen=1000, paid_fen=1000)],
        "order_line": [line("a", 1, qty=3, paid_fen=333), line("a", 2, paid_fen=333), line("a", 3, paid_fen=334)],
        "refund": [refund("r1", "a", 100, line_no=2, qty=1), refund("r2", "a", 100, kind="cancel"), refund("r3", "a", 1)],
    })  # fmt: skip
    company.build(*SALES)
    found = company.rows("SELECT line_no, refunded_fen, refunded_qty FROM fct_order_lines ORDER BY line_no")
    # 101 fen over 333 : 333 : 334 is 33.633, 33.633, 33.734: the fen left over go to the largest remainders.
    assert found == [
        {"line_no": 1, "refunded_fen": 34, "refunded_qty": 3},
        {"line_no": 2, "refunded_fen": 133, "refunded_qty": 1},
        {"line_no": 3, "refunded_fen": 34, "refunded_qty": 1},
    ]
    assert company.rows("SELECT refunded_fen FROM fct_orders") == [{"refunded_fen": 201}]


def test_a_refund_carries_the_order_and_a_stray_one_stays(company: Company) -> None:
    company.land({
        "orders": [order("a", leader_id="L1", community_id="C1"), order("b")],
        "order_line": [line("a", 1, sku_id="S1"), line("a", 2, sku_id="S2"), line("b", 7, sku_id="S3")],
        "refund": [refund("r1", "a", 100, line_no=2), refund("r2", "a", 5), refund("r3", "b", 5), refund("r4", "?", 5)],
    })  # fmt: skip
    report = company.build(*SALES)
    assert company.rows("SELECT refund_id, order_id, leader_id, sku_id FROM fct_refunds ORDER BY refund_id") == [
        {"refund_id": "r1", "order_id": "a", "leader_id": "L1", "sku_id": "S2"},
        {"refund_id": "r2", "order_id": "a", "leader_id": "L1", "sku_id": None},
        {"refund_id": "r3", "order_id": "b", "leader_id": None, "sku_id": "S3"},
        {"refund_id": "r4", "order_id": "?", "leader_id": None, "sku_id": None},
    ]
    broken = report.outcome("fct_refunds").broken
    assert [(each.rule, each.rows, each.sample[0]["refund_id"]) for each in broken] == [
        ("reference(order_id, fct_orders.order_id)", 1, "r4")
    ]


# Random companies, small enough that everything meets everything.
ORDER_IDS, MEMBERS, LEADERS = ("o1", "o2", "o3", "o4"), ("m1", "m2", "m3", None), ("l1", "l2", None)
few = st.integers(0, 500)
orders = st.builds(
    lambda order_id, hour, is_paid, member, leader, batch, is_test, is_deleted: order(
        order_id, f"2026-03-01 {hour:02d}:00", paid="" if is_paid else None, member_id=member, leader_id=leader,
        batch_id=batch, is_test=is_test, deleted=is_deleted,
    ),
    st.sampled_from(ORDER_IDS), st.integers(0, 23), st.booleans(), st.sampled_from(MEMBERS), st.sampled_from(LEADERS),
    st.sampled_from(("b1", None)), st.sampled_from((None, False, False, True)), st.sampled_from((False, False, True)),
)  # fmt: skip
lines = st.builds(
    lambda order_id, line_no, qty, paid, cost, is_deleted: line(
        order_id, line_no, qty=qty, goods_fen=paid, paid_fen=paid, cost_fen=cost, deleted=is_deleted
    ),
    st.sampled_from(ORDER_IDS), st.integers(1, 3), st.integers(1, 4), few, st.none() | few,
    st.sampled_from((False, False, False, True)),
)  # fmt: skip
refunds = st.builds(
    lambda refund_id, order_id, line_no, amount, qty, kind, is_deleted: refund(
        refund_id, order_id, amount, line_no=line_no, qty=qty, kind=kind, deleted=is_deleted
    ),
    st.sampled_from(("r1", "r2", "r3", "r4")), st.sampled_from((*ORDER_IDS, "o9")), st.sampled_from((1, 2, 3, None)),
    few, st.sampled_from((0, 1, None)), st.sampled_from(("cancel", "refund_only", None)),
    st.sampled_from((False, False, True)),
)  # fmt: skip
people = {
    "identity": st.builds(
        lambda a, m, d: {"account_source": "test", "source_member_id": a, "member_id": m, "deleted": d},
        st.sampled_from(("m2", "m3")), st.sampled_from(("m1", "m3")), st.booleans(),
    ),
    "member": st.builds(
        lambda m, phone, t: {"member_id": m, "phone_index": phone, "is_test": t},
        st.sampled_from(("m1", "m2", "m3")), st.sampled_from(("p1", "p2", None)), st.sampled_from((None, False, True)),
    ),
    "leader": st.builds(
        lambda leader, m, phone: {"leader_id": leader, "member_id": m, "phone_index": phone, "status": "active"},
        st.sampled_from(("l1", "l2")), st.sampled_from(("m1", "m2", None)), st.sampled_from(("p1", None)),
    ),
    "sale_batch": st.builds(
        lambda day: {
            "batch_id": "b1", "opened_at": at("2026-03-01 00:00"), "cut_off_at": at("2026-03-01 23:00"),
            "delivery_date": at(f"2026-03-{day:02d} 12:00").date(), "status": "open",
        },
        st.integers(2, 4),
    ),
}  # fmt: skip
landings = st.fixed_dictionaries(
    {"orders": st.lists(orders, max_size=4), "order_line": st.lists(lines, max_size=6)},
    optional={"refund": st.lists(refunds, min_size=1, max_size=3)}
    | {name: st.lists(rows, min_size=1, max_size=2) for name, rows in people.items()},
)
KEYS = {
    "orders": ("order_id",), "order_line": ("order_id", "line_no"), "refund": ("refund_id",), "leader": ("leader_id",),
    "identity": ("account_source", "source_member_id"), "member": ("member_id",), "sale_batch": ("batch_id",),
}  # fmt: skip


def kept(batches: list[dict[str, list[Row]]], name: str) -> list[Row]:
    """The rows of a table as they stand after all batches, tombstones gone."""
    latest: dict[tuple[object, ...], Row] = {}
    for batch in batches:
        for row in batch.get(name, []):
            latest[tuple(row[key] for key in KEYS[name])] = row
    return [row for row in latest.values() if not row.get("deleted")]


def expected_orders(batches: list[dict[str, list[Row]]]) -> dict[str, Row]:
    """The orders in plain Python."""
    person = {row["source_member_id"]: row["member_id"] for row in kept(batches, "identity")}
    test_accounts = {row["member_id"] for row in kept(batches, "member") if row["is_test"]}
    own: set[tuple[str, str]] = set()
    for leader in kept(batches, "leader"):
        accounts = {leader["member_id"]} | {
            row["member_id"]
            for row in kept(batches, "member")
            if row["phone_index"] is not None and row["phone_index"] == leader["phone_index"]
        }
        own |= {(leader["leader_id"], each) for account in accounts for each in (account, person.get(account, account))}
    made: dict[str, Row] = {}
    for row in kept(batches, "orders"):
        member = person.get(row["member_id"], row["member_id"])
        mine = [each for each in kept(batches, "order_line") if each["order_id"] == row["order_id"]]
        costs = [each["cost_fen"] for each in mine]
        made[row["order_id"]] = {
            "member_id": member,
            "is_paid": row["paid_at"] is not None,
            "is_test": bool(row["is_test"]) or row["member_id"] in test_accounts,
            "is_self_order": member is not None and (row["leader_id"], member) in own,
            "lines": len(mine),
            "units": sum(each["qty"] for each in mine),
            "cost_fen": sum(costs) if mine and None not in costs else None,
            "refunded_fen": sum(
                each["amount_fen"] for each in kept(batches, "refund") if each["order_id"] == row["order_id"]
            ),
            "delivery_date": next(
                (b["delivery_date"] for b in kept(batches, "sale_batch") if b["batch_id"] == row["batch_id"]), None
            ),
            "paid_at": row["paid_at"],
        }
    firsts: dict[str, tuple[object, str]] = {}
    for order_id, row in made.items():
        if row["is_paid"] and not row["is_test"] and row["member_id"] is not None:
            firsts[row["member_id"]] = min(
                firsts.get(row["member_id"], (row["paid_at"], "~")), (row["paid_at"], order_id)
            )
    chosen = {order_id for _, order_id in firsts.values()}
    for order_id, row in made.items():
        row["is_first_order"] = order_id in chosen
    return made


def expected_refunds_of_lines(batches: list[dict[str, list[Row]]]) -> dict[tuple[str, int], int]:
    """What was given back for each line: what names it, and its share of what names none."""
    rows = kept(batches, "order_line")
    orders_there = {row["order_id"] for row in kept(batches, "orders")}
    back = {(row["order_id"], row["line_no"]): 0 for row in rows if row["order_id"] in orders_there}
    for order_id in orders_there:
        mine = {row["line_no"]: row for row in rows if row["order_id"] == order_id}
        given = [row for row in kept(batches, "refund") if row["order_id"] == order_id]
        for row in given:
            if row["line_no"] in mine:
                back[order_id, row["line_no"]] += row["amount_fen"]
        whole = sum(row["amount_fen"] for row in given if row["line_no"] not in mine)
        weights = [row["paid_fen"] for row in mine.values()]
        if not any(weights):
            weights = [1] * len(mine)
        if mine:
            for line_no, part in zip(mine, allocate(whole, weights, tuple(mine)), strict=True):
                back[order_id, line_no] += part
    return back


@pytest.mark.slow
@settings(max_examples=12)
@given(st.lists(landings, min_size=1, max_size=4))
def test_orders_and_lines_equal_plain_python_after_any_landings(batches: list[dict[str, list[Row]]]) -> None:
    company = Company()
    for batch in batches:
        company.land(batch)
        assert company.build(*SALES).ok
    wanted = expected_orders(batches)
    found = {row.pop("order_id"): row for row in company.rows("SELECT * FROM fct_orders")}
    assert {key: {name: row[name] for name in wanted[key]} for key, row in found.items()} == wanted
    split = company.rows("SELECT order_id, line_no, refunded_fen, is_first_order FROM fct_order_lines")
    assert {(row["order_id"], row["line_no"]): row["refunded_fen"] for row in split} == expected_refunds_of_lines(
        batches
    )
    assert all(row["is_first_order"] == wanted[row["order_id"]]["is_first_order"] for row in split)
