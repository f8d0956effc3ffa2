"""The pages of losses and suppliers as HTML: cuts, what moved them, classes, turnover, files, and a viewer's own rows."""

from __future__ import annotations

import csv
import io
import re
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.domains.insight.overview.town import NOW, TODAY, TownShop, published, town_rows
from tests.domains.models.company import Company, at
from tests.engine.shell.standin import BROWSER, WORDS, log_in

from linshu.domains.supply import losses
from linshu.domains.supply.suppliers import feature as suppliers
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

DOMAIN = Domain("supply", Text("供应链", "Supply"), (losses.FEATURE, suppliers.FEATURE))
HOMES = (("W1", "武汉仓", "420106"), ("W2", "长沙仓", "430102"))
YESTERDAY, BEFORE = TODAY - timedelta(days=1), TODAY - timedelta(days=8)


def moved(
    name: str, sku: str, warehouse: str, day: date, qty: int, *, cause: str = "", lot: str = ""
) -> dict[str, Any]:
    """A movement at one yuan a piece; a loss when it has a cause."""
    return {
        "stock_movement_id": name, "sku_id": sku, "warehouse_id": warehouse, "kind": "loss" if cause else "sale", "qty": -qty,
        "cost_fen": -100 * qty, "cause": cause or None, "stock_batch_id": lot or None, "moved_at": at(f"{day} 12:00"), "moved_date": day,
    }  # fmt: skip


def supply_rows() -> dict[str, list[dict[str, Any]]]:
    """Two warehouses, two suppliers: eggs (S2) spoil more than the week before; one supplier comes late and short."""
    movements = [
        moved("a", "S1", "W1", YESTERDAY, 100), moved("b", "S2", "W1", YESTERDAY, 100),
        moved("c", "S1", "W1", BEFORE, 100), moved("d", "S2", "W1", BEFORE, 100), moved("e", "S2", "W2", YESTERDAY, 50),
        moved("f", "S2", "W1", YESTERDAY, 30, cause="expired", lot="B1"), moved("g", "S2", "W1", BEFORE, 10, cause="rotten", lot="B1"),
        moved("h", "S1", "W1", YESTERDAY, 4, cause="transit"), moved("i", "S1", "W1", BEFORE, 4, cause="transit"),
        moved("j", "S2", "W2", YESTERDAY, 5, cause="expired"),
        {**moved("k", "S1", "W1", YESTERDAY, 7), "kind": "count"},
    ]  # fmt: skip
    orders = [
        {"purchase_order_id": key, "supplier_id": supplier, "warehouse_id": warehouse, "status": "received",
         "ordered_at": at(f"{BEFORE} 09:00"), "ordered_date": BEFORE, "expected_at": at(f"{YESTERDAY} 06:00"),
         "expected_date": YESTERDAY, "received_at": at(f"{YESTERDAY} {came}"), "received_date": YESTERDAY}
        for key, supplier, warehouse, came in (("P1", "V1", "W1", "06:30"), ("P2", "V2", "W1", "11:00"), ("P3", "V2", "W2", "05:00"))
    ]  # fmt: skip
    lines = [
        {
            "purchase_order_id": key,
            "line_no": 1,
            "sku_id": sku,
            "ordered_qty": 100,
            "received_qty": came,
            "unit_price_fen": 100,
        }
        for key, sku, came in (("P1", "S1", 100), ("P2", "S2", 60), ("P3", "S2", 100))
    ]
    return {
        "warehouse": [{"warehouse_id": key, "name": name, "level": "central", "region_id": region} for key, name, region in HOMES],
        "supplier": [{"supplier_id": "V1", "name": "果园", "status": "active"}, {"supplier_id": "V2", "name": "禽蛋场", "status": "active"}],
        "stock_batch": [{"stock_batch_id": "B1", "sku_id": "S2", "supplier_id": "V2", "supplier_lot": "LOT-7"}],
        "stock_movement": movements, "purchase_order": orders, "purchase_order_line": lines,
    }  # fmt: skip


@pytest.fixture(scope="module")
def company() -> Company:
    company = Company()
    company.land(town_rows() | supply_rows())
    return published(company)


@pytest.fixture(scope="module")
def people(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, TestClient]]:
    folder = tmp_path_factory.mktemp("losses")
    with pytest.MonkeyPatch.context() as patch, closing(State.open(folder / "state.sqlite")) as state:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        app = create_web(TownShop(company), state, (DOMAIN,), WebSettings(), now=lambda: NOW)
        users = app.state.shell.users
        for account in ("chen", "zhao", "gu"):
            users.add(account, account, "buyer", WORDS)
        users.set_scope("zhao", Scope.only(warehouses=["W2"]))
        users.set_scope("gu", Scope.only(suppliers=["V1"]))
        clients = {
            name: TestClient(app, base_url="http://shop.test", headers=BROWSER) for name in ("chen", "zhao", "gu")
        }
        for account, client in clients.items():
            assert log_in(client, account).status_code == 303
        yield clients


def cells(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>\s*<td class=\"todo-name\">(.*?)</tr>", page, re.DOTALL)
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.split(r"</td>", row)][:-1] for row in rows]


def test_losses_are_cut_by_what_one_asks_most_first(people: dict[str, TestClient]) -> None:
    chen = people["chen"]
    assert cells(chen.get("/losses").text) == [
        ["土鸡蛋 30枚", "¥35.00", "¥10.00", "35", "23.3%", "¥0"], ["五花肉 500g", "¥4.00", "¥4.00", "4", "4.0%", "¥7.00"],
        ["合计", "¥39.00", "¥14.00", "39", "15.6%", "¥7.00"],
    ]  # fmt: skip
    causes = cells(chen.get("/losses?by=loss_cause&sort=name").text)
    assert {row[0]: row[1] for row in causes[:-1]} == {
        "腐坏": "¥0",
        "在途": "¥4.00",
        "过期": "¥35.00",
        "没写原因": "¥0",
    }
    lots = cells(chen.get("/losses?by=stock_lot&warehouse=W1").text)
    assert lots[0][:2] == ["LOT-7 土鸡蛋 30枚", "¥30.00"]
    assert "仓库：武汉仓" in chen.get("/losses?by=stock_lot&warehouse=W1").text
    assert cells(chen.get("/losses?q=鸡蛋").text) == [["土鸡蛋 30枚", "¥35.00", "¥10.00", "35", "23.3%", "¥0"]]
    assert chen.get("/losses?by=colour").status_code == chen.get("/losses?sort=colour").status_code == 400


def test_what_moved_the_losses_adds_up_and_is_said_in_words(people: dict[str, TestClient]) -> None:
    page = people["chen"].get("/losses?warehouse=W1").text
    assert "比对比期多损 ¥20.00：坏得多了 +¥20.00" in page
    assert "损耗率从 10.0% 到 30.0%" in page
    rows = read(people["chen"].get("/losses/why/export?warehouse=W1&form=csv"))
    assert [row[:4] for row in rows if row[0] == "土鸡蛋 30枚"] == [["土鸡蛋 30枚", "20", "20", "0"]]
    assert "没有可比的一期" in people["chen"].get(f"/losses?from={TODAY}&to={TODAY}").text


def test_goods_are_classed_and_a_field_lists_its_own(people: dict[str, TestClient]) -> None:
    page = people["chen"].get("/losses/classes").text
    assert "2 个商品" in page
    every = {row[0]: row[1] for row in cells(page)}
    assert every.keys() == {"五花肉 500g", "土鸡蛋 30枚"}
    cell = every["五花肉 500g"].replace("·", "")
    assert {row[0] for row in cells(people["chen"].get(f"/losses/classes?cell={cell}").text)} == every.keys()
    assert "没有符合的商品" in people["chen"].get("/losses/classes?cell=CX").text
    assert people["chen"].get("/losses/classes?cell=QQ").status_code == 400


def test_turnover_stands_by_warehouse_and_files_hold_every_row(people: dict[str, TestClient]) -> None:
    assert "武汉仓" in people["chen"].get("/losses/turnover").text
    rows = read(people["chen"].get("/losses/export?form=csv&by=warehouse"))
    assert [row[:2] for row in rows if len(row) > 2 and row[1] in ("W1", "W2")] == [["武汉仓", "W1"], ["长沙仓", "W2"]]
    for by, skus in (("sku", 1), ("warehouse", 0), ("stock_lot", 1)):  # a batch says of which SKU it is, nothing twice
        head, *listed = read(people["chen"].get(f"/losses/export?form=csv&by={by}"))
        assert head.count("商品") == skus
        assert len(listed[0]) == len(head)
    (weeks,) = re.findall(r"最近 12 整周 (.*?)</small>", people["chen"].get("/losses/classes").text)
    book = openpyxl.load_workbook(io.BytesIO(people["chen"].get("/losses/classes/export?form=xlsx").content))
    assert weeks in {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    for address in ("/losses/classes/export", "/losses/turnover/export", "/suppliers/export", "/suppliers/V2/export"):
        assert people["chen"].get(f"{address}?form=xlsx").status_code == 200


def test_suppliers_are_judged_on_what_was_due(people: dict[str, TestClient]) -> None:
    rows = {row[0].split()[0]: row[1:] for row in cells(people["chen"].get("/suppliers").text)}
    assert rows["果园"][1:5] == ["1", "100.0%", "100.0%", "100.0%"]  # half an hour late is on time
    assert rows["禽蛋场"][1:6] == ["2", "50.0%", "50.0%", "50.0%", "80.0%"]
    page = people["chen"].get("/suppliers/V2").text
    assert cells(page) == [["土鸡蛋 30枚", "200", "160", "80.0%", "50.0%", "0.0%", "0 单", "¥40.00"]]
    assert people["chen"].get("/suppliers/NOBODY").status_code == 404


def test_whoever_is_bound_sees_their_own_rows_alone(people: dict[str, TestClient]) -> None:
    zhao = people["zhao"].get("/losses?by=warehouse").text
    assert {row[0] for row in cells(zhao)} == {"长沙仓", "合计"}
    turning = people["zhao"].get("/losses/turnover")
    assert turning.status_code == 200
    assert "长沙仓" in turning.text
    assert "不能只算您能看的部分" in turning.text  # what groups were offered is not told by warehouse
    assert "武汉仓" not in zhao + turning.text
    assert "W1" not in people["zhao"].get("/losses/export?form=csv&by=warehouse").content.decode("utf-8-sig")
    gu = people["gu"]
    assert [row[0].split()[0] for row in cells(gu.get("/suppliers").text)] == ["果园"]
    assert gu.get("/suppliers/V2").status_code == gu.get("/suppliers/V2/export").status_code == 404


def test_without_stock_and_purchases_the_pages_say_what_to_bring(tmp_path: Path) -> None:
    with closing(State.open(tmp_path / "state.sqlite")) as state:
        app = create_web(TownShop(published(Company())), state, (DOMAIN,), WebSettings(), now=lambda: NOW)
        app.state.shell.users.add("chen", "陈", "buyer", WORDS)
        client = TestClient(app, base_url="http://shop.test", headers=BROWSER)
        log_in(client, "chen")
        for path in ("/losses", "/losses/classes", "/losses/turnover"):
            assert "还没有库存流水" in client.get(path).text
        assert "还没有采购单" in client.get("/suppliers").text


def test_without_costs_nobody_is_told_that_nothing_was_lost(tmp_path: Path) -> None:
    rows = [moved("a", "S1", "W1", YESTERDAY, 9), moved("b", "S1", "W1", YESTERDAY, 2, cause="expired")]
    company = Company()
    company.land({**town_rows(), "stock_movement": [{**one, "cost_fen": None} for one in rows]})
    with closing(State.open(tmp_path / "state.sqlite")) as state:
        app = create_web(TownShop(published(company)), state, (DOMAIN,), WebSettings(), now=lambda: NOW)
        app.state.shell.users.add("chen", "陈", "buyer", WORDS)
        client = TestClient(app, base_url="http://shop.test", headers=BROWSER)
        log_in(client, "chen")
        page = client.get("/losses").text
        assert "没有写成本" in page
        assert next(row[3] for row in cells(page)) == "2"
        assert "没有写成本" in client.get("/losses/turnover").text
        assert "没有成本，算不出为什么" in client.get("/losses?compare=previous").text
        classes = client.get("/losses/classes").text
        assert "没有写成本" in classes
        lost = {row[0]: row[5] for row in cells(classes)}
        assert lost == {
            "五花肉 500g": "—",
            "土鸡蛋 30枚": "—",
        }  # of the one nobody knows what it cost, the other never lay in stock


def test_goods_are_classed_by_their_sales_where_no_stock_is_booked(tmp_path: Path) -> None:
    company = Company()
    company.land(town_rows())
    with closing(State.open(tmp_path / "state.sqlite")) as state:
        app = create_web(TownShop(published(company)), state, (DOMAIN,), WebSettings(), now=lambda: NOW)
        app.state.shell.users.add("chen", "陈", "buyer", WORDS)
        client = TestClient(app, base_url="http://shop.test", headers=BROWSER)
        log_in(client, "chen")
        page = client.get("/losses/classes").text
        assert {(row[0], row[5]) for row in cells(page)} == {("五花肉 500g", "—"), ("土鸡蛋 30枚", "—")}
        assert "没有写成本" not in page
        assert "损耗 ¥0" not in page


def read(response: Any) -> list[list[str]]:
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
