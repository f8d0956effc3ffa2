"""Orders in the ticker: what is told, what is masked, what is left out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from tests.domains.insight.overview.town import TownShop

from linshu.domains.insight.overview.live import SHOWN, announce_orders, masked, newest, printed
from linshu.engine.shell.live import Hub
from linshu.engine.shell.view import Writer
from linshu.kernel.company_day import CompanyDay

AT = datetime(2026, 11, 23, 6, 31, 5, tzinfo=UTC)


def told(hub: Hub) -> dict:
    ((topic, message),) = hub.take()
    assert topic == "orders"
    return json.loads(message.decode().split("data: ", 1)[1])


def batch(*orders: dict) -> dict[str, pa.Table]:
    rows = [
        {"order_id": f"new-{number}", "paid_at": AT, "community_id": "C1", "leader_id": "L1", "paid_fen": 4980,
         "is_test": False, **order}
        for number, order in enumerate(orders)
    ]  # fmt: skip
    lines = [
        {"order_id": row["order_id"], "line_no": number, "sku_id": sku, "qty": qty}
        for row in rows
        for number, sku, qty in ((2, "S2", 1), (1, "S1", 3))
    ]
    return {"orders": pa.Table.from_pylist(rows), "order_line": pa.Table.from_pylist(lines)}


@pytest.mark.parametrize(("name", "shown"), [("王芳", "王*"), ("欧阳修", "欧**"), ("A", "A"), ("", ""), (None, "")])
def test_names_are_masked(name: str | None, shown: str) -> None:
    assert masked(name) == shown


def test_a_batch_is_told_with_names_and_without_a_persons(shop: TownShop) -> None:
    hub = Hub()
    announce_orders(shop, hub, batch({}), now=lambda: AT)
    message = told(hub)
    assert message["items"] == [
        {"id": "new-0", "at": "2026-11-23T06:31:05+00:00", "place": "翠湖一群", "leader": "王*", "goods": "五花肉 500g",
         "qty": 3, "more": 1, "fen": 4980}
    ]  # fmt: skip
    assert message["state"]["version"] == shop.data_version
    assert "王芳" not in json.dumps(message, ensure_ascii=False)


def test_only_orders_just_paid_that_are_no_tests_are_told(shop: TownShop) -> None:
    hub = Hub()
    yesterday, later = AT - timedelta(days=1), AT + timedelta(hours=2)
    orders = batch({"paid_at": AT}, {"paid_at": None}, {"is_test": True}, {"paid_at": yesterday}, {"paid_at": later})
    announce_orders(shop, hub, orders, now=lambda: AT)
    assert [item["id"] for item in told(hub)["items"]] == ["new-0"]


def test_a_batch_without_orders_says_only_that_data_came(shop: TownShop) -> None:
    hub = Hub()
    announce_orders(shop, hub, {"refund": pa.table({"refund_id": ["R1"]})})
    announce_orders(shop, hub, {"orders": pa.table({"order_id": pa.array([], pa.string())})})
    message = told(hub)
    assert message["items"] == []
    assert message["state"]["version"] == shop.data_version


def test_unknown_places_and_goods_do_not_break_the_ticker(shop: TownShop) -> None:
    hub = Hub()
    orders = batch({"community_id": None, "leader_id": "nobody"})
    announce_orders(shop, hub, {"orders": orders["orders"]}, now=lambda: AT)
    assert told(hub)["items"][0]["place"] == ""


def test_the_newest_orders_come_first(shop: TownShop) -> None:
    lines = newest(shop)
    assert len(lines) == SHOWN
    assert [line.paid_at for line in lines] == sorted((line.paid_at for line in lines), reverse=True)
    day = lines[0].paid_at.date()
    first = printed(lines, CompanyDay(), Writer("zh"), day)[0]
    assert first["time"] == "10:15:00"
    assert printed(lines, CompanyDay(), Writer("zh"), day + timedelta(days=1))[0]["time"] == f"{day:%m-%d} 10:15"
    assert first["amount"] in {"¥29.90", "¥19.90"}
