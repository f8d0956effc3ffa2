"""The pages of the forecast as HTML: the list and its filters, one SKU, files, nothing yet, and a viewer's own warehouses."""

from __future__ import annotations

import csv
import io
import re
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.domains.insight.overview.town import NOW, TownShop, published, town_rows
from tests.domains.models.company import Company
from tests.engine.shell.standin import BROWSER, WORDS, log_in

from linshu.domains.supply.forecast import flow
from linshu.domains.supply.forecast.feature import FEATURE
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MADE_ON = date(2026, 11, 22)
DOMAIN = Domain("supply", Text("供应链", "Supply"), (FEATURE,))


def told(sku: str, warehouse: str, ahead: int, mean: int, made_on: date = MADE_ON, known: int = 0) -> dict[str, Any]:
    return {
        "made_on": made_on, "day": made_on + timedelta(days=ahead), "sku_id": sku, "warehouse_id": warehouse, "for_community": "*",
        "known_qty": known, "mean_thousandths": mean, "p10_qty": mean // 2000, "p50_qty": mean // 1000, "p90_qty": mean // 500,
        "model_version": "test", "inputs_hash": "0",
    }  # fmt: skip


@pytest.fixture(scope="module")
def company() -> Company:
    company, rows = Company(), town_rows()
    goods = [row["sku_id"] for row in rows["sku"]]
    homes = (("W1", "武汉仓", "420106"), ("W2", "长沙仓", "430102"))
    rows["warehouse"] = [
        {"warehouse_id": key, "name": name, "level": "central", "region_id": region} for key, name, region in homes
    ]
    rows["demand_forecast"] = [
        told(sku, warehouse, ahead, 1000 * (10 * (2 - at) + number), known=3 * (at == 1 and number == 0 and ahead == 2))
        for at, (warehouse, *_) in enumerate(homes)
        for number, sku in enumerate(goods)
        for ahead in range(1, 15)
    ] + [told(goods[0], "W1", ahead, 4000, MADE_ON - timedelta(days=10)) for ahead in range(1, 8)]
    for row in rows["demand_forecast"]:
        if row["sku_id"] == goods[1] and row["warehouse_id"] == "W2":
            row["like_skus"] = f"{goods[0]} GONE"
    company.land(rows)
    return published(company)


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def people(company: Company, tmp_path: Path) -> Iterator[dict[str, TestClient]]:
    with closing(State.open(tmp_path / "state.sqlite")) as state:
        app = create_web(TownShop(company), state, (DOMAIN,), WebSettings(), now=lambda: NOW)
        users = app.state.shell.users
        for account in ("chen", "zhao"):
            users.add(account, account, "buyer", WORDS)
        users.set_scope("zhao", Scope.only(warehouses=["W2"]))
        clients = {
            account: TestClient(app, base_url="http://shop.test", headers=BROWSER) for account in ("chen", "zhao")
        }
        for account, client in clients.items():
            assert log_in(client, account).status_code == 303
        yield clients


def cells(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>\s*<td class=\"todo-name\">(.*?)</tr>", page, re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.split(r"</td>", row)][:7] for row in rows]


def test_the_list_shows_what_each_warehouse_will_be_asked_for_most_first(people: dict[str, TestClient]) -> None:
    rows = cells(people["chen"].get("/forecast").text)
    assert [row[1] for row in rows] == ["武汉仓", "武汉仓", "长沙仓", "长沙仓"]
    assert rows[0][2:] == ["21", "10 – 42", "147", "294", "0"]
    other = cells(people["chen"].get("/forecast?sort=week&warehouse=W2").text)
    assert [row[1:] for row in other] == [
        ["长沙仓", "10", "5 – 20", "73", "143", "3"],
        ["长沙仓", "11", "5 – 22", "77", "154", "0"],
    ]
    assert "没有符合的商品" in people["chen"].get("/forecast?q=没有的").text
    assert people["chen"].get("/forecast?sort=colour").status_code == 400


def test_an_earlier_forecast_is_held_against_what_was_sold(people: dict[str, TestClient]) -> None:
    page = people["chen"].get("/forecast").text
    assert "误差率" in page
    assert "还评不了" not in page


def test_each_class_of_goods_is_judged_beside_what_anybody_could_guess(people: dict[str, TestClient]) -> None:
    page = people["chen"].get("/forecast/accuracy")
    assert page.status_code == 200
    rows = [row for row in sheet(people["chen"], "/forecast/accuracy/export?form=csv") if len(row) == 9]
    assert rows[0][3:6] == ["14 天均值", "同星期几均值", "上周同日"]
    assert rows[-1][0] == "全部商品"
    assert sum(int(row[8]) for row in rows[1:-1]) == int(rows[-1][8]) > 0


def test_the_file_holds_every_row_and_says_it_is_an_estimate(people: dict[str, TestClient]) -> None:
    found = people["chen"].get("/forecast/export?form=csv")
    rows = list(csv.reader(io.StringIO(found.content.decode("utf-8-sig"))))
    assert sum(row[2:4] == ["W1", "武汉仓"] for row in rows if len(row) > 3) == 2
    assert any("估计" in cell for row in rows for cell in row)


def sheet(client: TestClient, address: str) -> list[list[str]]:
    found = client.get(address)
    assert found.status_code == 200
    return list(csv.reader(io.StringIO(found.content.decode("utf-8-sig"))))


def test_every_way_of_looking_adds_up_to_the_same(people: dict[str, TestClient]) -> None:
    chen = people["chen"]
    for by in ("sku", "category", "department", "supplier", "warehouse", "city"):
        page = chen.get(f"/forecast?by={by}")
        assert page.status_code == 200
        foot = re.search(r"<tfoot>(.*?)</tfoot>", page.text, re.DOTALL)
        assert foot is not None
        assert re.findall(r'class="num"[^>]*>([^<]+)<', foot[1]) == ["62", "437", "871", "3"]
    assert chen.get("/forecast?by=colour").status_code == 400


def test_groups_take_the_warehouses_forecast_to_the_thousandth(people: dict[str, TestClient]) -> None:
    chen = people["chen"]
    assert chen.get("/forecast?by=community").status_code == 200
    rows = [row for row in sheet(chen, "/forecast/export?form=csv&by=community&warehouse=W1") if len(row) == 5][1:]
    assert rows
    assert round(1000 * sum(float(row[4].replace(",", "")) for row in rows)) == 1000 * 14 * (20 + 21)
    address = re.search(r'href="(/forecast/[^"]+/W1)"', chen.get("/forecast").text)[1]
    rows = [row for row in sheet(chen, f"{address}/export?form=csv&of=communities") if len(row) == 5][1:]
    assert round(1000 * sum(float(row[4].replace(",", "")) for row in rows)) == 1000 * 14 * 21


def test_the_fortnight_comes_day_by_day_with_its_weeks(people: dict[str, TestClient]) -> None:
    chen = people["chen"]
    page = chen.get("/forecast?show=days")
    assert page.text.count("11月23日") >= 1
    rows = [row for row in sheet(chen, "/forecast/export?form=csv&show=days&warehouse=W1") if len(row) == 11][1:]
    assert len(rows) == 2 * (14 + 3)
    assert [rows[at][4] for at in (0, 13)] == ["2026-11-23", "2026-12-06"]
    assert [float(rows[at][10]) for at in (14, 15, 16)] == [
        7 * float(rows[0][10]),
        7 * float(rows[0][10]),
        14 * float(rows[0][10]),
    ]
    assert rows[14][7:10] == ["", "", ""]  # sides of a week do not add up


def test_what_is_ordered_already_stands_apart_from_what_is_still_to_come(people: dict[str, TestClient]) -> None:
    rows = [row for row in sheet(people["chen"], "/forecast/export?form=csv&show=days&warehouse=W2") if len(row) == 11][
        1:
    ]
    assert [rows[1][5], float(rows[1][6]), float(rows[1][10])] == ["3", 10, 13]
    assert [rows[14][5], float(rows[14][10])] == ["3", 73]
    address = re.search(r'href="(/forecast/[^"]+/W2)"', people["chen"].get("/forecast?sort=week").text)[1]
    page = people["chen"].get(address).text
    assert re.search(r'data-label="已下单">3</td><td class="num" data-label="还会来（预测）">10</td>', page)


def test_what_was_told_from_goods_like_it_says_so_and_names_them(people: dict[str, TestClient]) -> None:
    page = people["chen"].get("/forecast?warehouse=W2").text
    assert page.count("按相似商品估</span>") == 1
    address = re.search(r'href="(/forecast/[^"]+/W2)"', page)[1]
    one = people["chen"].get(address).text
    assert re.search(r'参照的是：<a href="/forecast/[^"]+/W2">[^<]+</a>、<a href="/forecast/GONE/W2">GONE</a>', one)
    assert "参照的是" not in people["chen"].get(address.replace("W2", "W1")).text


def test_one_sku_shows_four_weeks_and_the_fortnight_ahead(people: dict[str, TestClient]) -> None:
    address = re.search(r'href="(/forecast/[^"]+/W1)"', people["chen"].get("/forecast").text)
    page = people["chen"].get(address[1])
    assert page.status_code == 200
    assert page.text.count("11月23日") >= 1
    assert people["chen"].get("/forecast/NOTHING/W1").status_code == 404


def test_who_is_bound_to_a_warehouse_sees_that_one_alone(people: dict[str, TestClient]) -> None:
    zhao = people["zhao"]
    assert {row[1] for row in cells(zhao.get("/forecast").text)} == {"长沙仓"}
    assert "武汉仓" not in zhao.get("/forecast").text
    assert "武汉仓" not in zhao.get("/forecast/export?form=csv").content.decode("utf-8-sig")
    foreign = re.search(r'href="(/forecast/[^"]+/W1)"', people["chen"].get("/forecast").text)
    assert zhao.get(foreign[1]).status_code == 404


def test_orders_that_name_no_warehouse_are_told_so_and_nothing_is_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, ...]] = []
    company = SimpleNamespace(
        ready=lambda: None, figures=None, project=SimpleNamespace(settings=SimpleNamespace(company_day=CompanyDay()))
    )
    run = SimpleNamespace(day=date(2026, 11, 22), need=lambda _: company, log=lambda *words: said.append(words))
    monkeypatch.setattr(flow, "sold_days", lambda *_: 60)
    for warehouse, told in ((None, 1), ("W1", 0)):
        sold = pa.table({"warehouse": pa.array([None, warehouse], pa.string())})
        monkeypatch.setattr(flow, "gather", lambda *_, sold=sold: {"sold": sold, "offered": sold.slice(0, 0)})
        said.clear()
        assert (flow.inputs(run) is None) == bool(told)
        assert ["发货仓" in zh for zh, *_ in said] == [True] * told


def test_without_a_forecast_the_page_says_how_to_get_one(tmp_path: Path) -> None:
    empty = Company()
    with closing(State.open(tmp_path / "state.sqlite")) as state:
        app = create_web(
            replace(TownShop(published(empty)), data_as_of=None), state, (DOMAIN,), WebSettings(), now=lambda: NOW
        )
        app.state.shell.users.add("chen", "陈", "buyer", WORDS)
        client = TestClient(app, base_url="http://shop.test", headers=BROWSER)
        log_in(client, "chen")
        assert "还没有预测" in client.get("/forecast").text
        assert client.get("/forecast/export?form=csv").status_code == 404
