"""One person over two platforms: what the plan promises is what the figures say afterwards, and undone is as before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pyarrow as pa
import pytest

from linshu.app.identities import LocalIdentities
from linshu.app.local import LocalShop
from linshu.kernel.errors import Conflict, LinshuError, Missing, Misused

NOW = datetime(2026, 10, 20, 4, tzinfo=UTC)
# Who really is who: 小雨 buys on three platforms, 老李 on two, the leader 王姐 takes in goods for her neighbours.
MEMBERS = {
    "tb": [("tb-rain", "13900000001"), ("tb-li", "13900000002"), ("tb-wang", "13700000000")],
    "wx": [("wx-rain", "13900000001"), ("wx-else", "13900000009"), ("wx-wang", "13700000000")],
    "jd": [("jd-rain", "139 0000 0001"), ("jd-li", "+86 13900000002")],
}
LEADERS = "13700000000"
TAKEN_IN = ("wx-else", "tb-li")  # few enough for the number to look like one person's
BUYERS = {"tb": ("tb-rain", "tb-li"), "wx": ("wx-rain", "wx-else"), "jd": ("jd-rain", "jd-li")}


def orders(source: str) -> pa.Table:
    rows = [
        {
            "order_id": f"{source}{number}", "member_id": buyer, "channel_id": source, "status": "paid",
            "placed_at": NOW - timedelta(days=number + 1), "paid_at": NOW - timedelta(days=number + 1),
            "goods_fen": 1000, "paid_fen": 1000, "receiver_phone": LEADERS if buyer in TAKEN_IN else None,
        }
        for number, buyer in enumerate(BUYERS[source])
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


@pytest.fixture
def shop(project):
    with LocalShop.open(project) as opened:
        intake = opened.bringing.intake
        for source, members in MEMBERS.items():
            rows = [{"member_id": name, "phone": phone} for name, phone in members]
            intake.land_rows(source, {"member": pa.Table.from_pylist(rows), "orders": orders(source)})
        leader = {"leader_id": "L1", "name": "王姐", "phone": "13700000000", "status": "active"}
        intake.land_rows("crm", {"leader": pa.Table.from_pylist([leader])})
        opened.build()
        yield opened


@pytest.fixture
def identity(shop):
    seconds = count()
    return LocalIdentities(shop, now=lambda: NOW + timedelta(seconds=next(seconds)))


def active(shop) -> int:
    return shop.query("active_members", start="2026-09-21", end="2026-10-20").rows[0]["active_members"]


def people(shop) -> dict[str, str]:
    return {row["account"]: row["person"] for row in LocalIdentities(shop).links().rows}


def test_the_plan_says_what_the_figures_say_afterwards(shop, identity):
    before = active(shop)
    plan = identity.plan()
    assert {row["accounts"] for row in plan.rows if row["did"] == "join"}
    assert not [row for row in plan.rows if "13700000000" in str(row)]
    promised = plan.meta["effect"]
    identity.join()
    assert (promised["active_members_30d"], promised["active_members_30d_after"]) == (before, active(shop)) == (6, 3)
    assert len({person for account, person in people(shop).items() if "rain" in account}) == 1
    assert not [row for row in identity.plan().rows if row["did"] == "join"]


def test_goods_taken_in_by_a_leader_make_nobody_the_leader(identity):
    assert not [row for row in identity.plan(sure=0.5).rows if "wx-else" in row["accounts"]]


def test_undone_is_as_before(shop, identity):
    before = shop.query("orders", "member").rows
    batch = identity.join().meta["batch"]
    assert shop.query("orders", "member").rows != before
    identity.undo(batch)
    assert shop.query("orders", "member").rows == before
    assert not people(shop)
    with pytest.raises(Missing):
        identity.undo(batch)


def test_what_people_say_stands_over_any_number(shop, identity):
    identity.split("tb:tb-rain", because="同名不同人")
    joined = identity.join().meta["batch"]
    assert people(shop)["tb:tb-rain"] == "tb-rain"
    assert people(shop).get("wx:wx-rain", "wx-rain") != "tb-rain"
    identity.link(["tb:tb-rain", "wx-else"], because="电话确认")
    assert people(shop)["wx:wx-else"] == people(shop)["tb:tb-rain"]
    identity.undo(joined)  # what was decided since stays
    assert people(shop)["wx:wx-else"] == people(shop)["tb:tb-rain"]
    assert not [account for account in people(shop) if account.endswith("-li")]


def test_an_undone_link_lets_each_stand_for_whom_it_stood_for_before(shop, identity):
    identity.join()
    before = people(shop)
    linked = identity.link(["tb-rain", "tb-li", "jd-li"], because="电话确认").meta["batch"]
    assert people(shop) != before
    identity.undo(linked)
    assert people(shop) == before


def test_who_leaves_takes_no_name_from_those_who_stay(shop, identity):
    """The others stood for the account that leaves; they stay one person, under another name."""
    identity.join()
    person = people(shop).get("wx:wx-rain", "wx-rain")
    account = next(key for key in ("tb:tb-rain", "wx:wx-rain", "jd:jd-rain") if key.endswith(f":{person}"))
    identity.split(account, because="同名不同人")
    stay = {people(shop)[key] for key in ("tb:tb-rain", "wx:wx-rain", "jd:jd-rain") if key != account}
    assert len(stay) == 1
    assert stay != {person}
    assert active(shop) == 4


@pytest.mark.parametrize(
    ("call", "error"),
    [
        pytest.param(lambda identity: identity.link(["tb-rain"], "x"), Misused, id="one account is no pair"),
        pytest.param(lambda identity: identity.link(["tb-rain", "nobody"], "x"), Missing, id="nobody"),
        pytest.param(lambda identity: identity.undo("2026"), Missing, id="no such batch"),
    ],
)
def test_wrong_use_says_how_to_mend_it(identity, call, error):
    with pytest.raises(error) as raised:
        call(identity)
    assert isinstance(raised.value, LinshuError)


def test_an_id_that_two_sources_have_must_name_its_source(shop, identity):
    for source in ("a", "b"):
        shop.bringing.intake.land_rows(source, {"orders": pa.Table.from_pylist([{
            "order_id": f"{source}9", "member_id": "same", "status": "placed", "placed_at": NOW, "goods_fen": 1, "paid_fen": 1,
        }])})  # fmt: skip
    shop.build()
    with pytest.raises(Conflict):
        identity.split("same", because="x")
