"""The pages of surges as HTML: the list and its filters, one good's day, files, no sales today, a viewer's own warehouses."""

from __future__ import annotations

import csv
import io
import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.domains.insight.overview.town import NOW, TODAY, TownShop, published, town_rows
from tests.domains.models.company import Company
from tests.domains.supply.names import unnamed
from tests.engine.shell.standin import BROWSER, WORDS, log_in

from linshu.domains.supply.surge.feature import FEATURE
from linshu.domains.supply.surge.flow import nowcast
from linshu.domains.supply.surge.inputs import begin, load
from linshu.domains.supply.surge.proposals import KIND, NAME, propose
from linshu.domains.supply.surge.view import Asked, lines
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.decisions import Ledger
from linshu.engine.decisions.book import Wanted
from linshu.engine.decisions.leaving import to_outbox
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOMAIN = Domain("supply", Text("供应链", "Supply"), (FEATURE,))
DAY = timedelta(days=1)
HOMES = {"C1": "W1", "C2": "W1", "C3": "W2"}


def moved(number: int, sku: str, warehouse: str, qty: int, at: datetime) -> dict[str, Any]:
    return {
        "stock_movement_id": f"M{number}", "sku_id": sku, "warehouse_id": warehouse, "kind": "receipt", "qty": qty,
        "cost_fen": qty * 1000, "moved_at": at, "moved_date": TODAY - DAY,
    }  # fmt: skip


@pytest.fixture(scope="module")
def company() -> Company:
    company, rows = Company(), town_rows()
    rows["warehouse"] = [
        {"warehouse_id": key, "name": name, "level": "central", "region_id": region}
        for key, name, region in (("W1", "武汉仓", "420106"), ("W2", "长沙仓", "430102"))
    ]
    for one in rows["orders"]:
        one["warehouse_id"] = HOMES[one["community_id"]]
    for one in rows["sku"]:
        one["list_price_fen"] = 2990
    for one in rows["order_line"]:  # a rush of pork since this morning, in the first group
        if one["order_id"].startswith(f"{TODAY:%m%d}-C1") and one["sku_id"] == "S1":
            one["qty"] = 9
    evening = datetime(TODAY.year, TODAY.month, TODAY.day, 2, tzinfo=UTC) - DAY
    rows["stock_movement"] = [
        moved(1, "S1", "W1", 20, evening),
        moved(2, "S2", "W1", 500, evening),
        moved(3, "S1", "W2", 90, evening),
    ]
    rows["demand_forecast"] = [
        {
            "made_on": TODAY - DAY, "day": TODAY, "sku_id": "S1", "warehouse_id": "W1", "for_community": "*", "known_qty": 0,
            "mean_thousandths": 3000, "p10_qty": 1, "p50_qty": 3, "p90_qty": 5, "model_version": "t", "inputs_hash": "0",
        }
    ]  # fmt: skip
    company.land(rows)
    return published(company)


@pytest.fixture
def people(company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, TestClient]]:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with closing(State.open(tmp_path / "state.sqlite")) as state:
        app = create_web(TownShop(company), state, (DOMAIN,), WebSettings(), now=lambda: NOW)
        for account in ("chen", "zhao"):
            app.state.shell.users.add(account, account, "buyer", WORDS)
        app.state.shell.users.set_scope("zhao", Scope.only(warehouses=["W2"]))
        clients = {one: TestClient(app, base_url="http://shop.test", headers=BROWSER) for one in ("chen", "zhao")}
        for account, client in clients.items():
            assert log_in(client, account).status_code == 303
        yield clients


def cells(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>\s*<td class=\"todo-name\">(.*?)</tr>", page, re.DOTALL)
    return [[re.sub(r"<[^>]+>", " ", cell).split() for cell in row.split("</td>")][:9] for row in rows]


def test_the_rush_stands_first_and_will_not_last(people: dict[str, TestClient]) -> None:
    chen = people["chen"]
    rows = cells(chen.get("/surge").text)
    assert rows[0][0][-2:] == ["五花肉", "500g"]
    assert rows[0][0][:2] == ["爆单", "会卖断"]
    assert rows[0][1] == ["武汉仓"]
    assert int(rows[0][3][0]) == 19  # nine each of two orders, and one of the other group
    assert {row[1][0] for row in cells(chen.get("/surge?warehouse=W2").text)} == {"长沙仓"}
    assert len(cells(chen.get("/surge?kind=out&q=whr").text)) == 1
    assert "没有符合的商品" in chen.get("/surge?q=没有的").text
    assert chen.get("/surge?sort=colour").status_code == 400
    found = list(csv.reader(io.StringIO(chen.get("/surge/export?form=csv").content.decode("utf-8-sig"))))
    assert any(row[:4] == ["S1", "五花肉 500g", "W1", "武汉仓"] for row in found)


def test_one_good_shows_its_hours_and_where_it_would_be_missed(people: dict[str, TestClient]) -> None:
    page = people["chen"].get("/surge/S1/W1").text
    assert "10:00" in page
    assert [row[0][0] for row in cells(page)] == ["翠湖一群", "锦绣二群"]
    assert people["chen"].get("/surge/NOTHING/W1").status_code == 404


def test_who_is_bound_to_a_warehouse_sees_that_one_alone(people: dict[str, TestClient]) -> None:
    zhao = people["zhao"]
    assert {row[1][0] for row in cells(zhao.get("/surge").text)} == {"长沙仓"}
    assert "武汉仓" not in zhao.get("/surge").text + zhao.get("/surge/export?form=csv").content.decode("utf-8-sig")
    assert zhao.get("/surge/S1/W1").status_code == 404


def test_the_numbers_are_those_of_the_books(company: Company) -> None:
    shop, rhythm = TownShop(company), CompanyDay()
    known = load(shop, Scope.everything(), TODAY, begin(shop, Scope.everything(), TODAY, rhythm))
    line = next(one for one in lines(nowcast(known), Asked()) if (one.sku_id, one.warehouse_id) == ("S1", "W1"))
    assert line.left == 1  # twenty came in, nineteen are sold and have not left
    assert line.usual == pytest.approx(3.1, abs=0.2)  # two of the first group and one of the second, more at weekends
    assert line.sold < line.low <= line.expected <= line.high
    assert line.short == pytest.approx(line.expected - 20, abs=0.6)


def test_what_will_not_last_is_proposed_once_carried_out_and_measured(company: Company, tmp_path: Path) -> None:
    shop, everything = TownShop(company), Scope.everything()
    with closing(State.open(tmp_path / "state.sqlite")) as state:
        ledger = Ledger(state, {NAME: KIND}, to_outbox(lambda: NOW), lambda: NOW)
        for new in (1, 0):  # looked for again, it is the same proposal
            assert propose(shop, ledger, everything, TODAY, CompanyDay())["new"] == new
        (found,) = ledger.book("buyer").page(Wanted())[0]
        assert (found.subject, found.place.warehouse) == ("sku:S1@W1", "W1")
        (line,) = found.lines
        assert (line["source"], line["to"], line["left"]) == ("长沙仓", "武汉仓", 1)
        assert line["moved"] > 2
        order, file = KIND.apply(found)
        assert (order.kind, order.body["do"]) == ("work_order", "open")
        assert file.body["rows"] == [
            {
                "do": "transfer",
                "sku_id": "S1",
                "sku": "五花肉 500g",
                "from_warehouse_id": "W2",
                "to_warehouse_id": "W1",
                "qty": line["moved"],
            }
        ]
        assert {one.body.get("do") or one.body["rows"][0]["do"] for one in KIND.undo(found)} == {"withdraw", "cancel"}
        inputs = ledger.book("buyer").inputs(found.proposal_id)
        assert KIND.again(inputs, KIND.policy).lines == found.lines
        assert not unnamed(KIND, inputs)
        less = KIND.worth(({**line, "moved": 1},), inputs, KIND.policy)[0]
        assert 0 <= less < KIND.worth(found.lines, inputs, KIND.policy)[0] == found.value
        # Nothing more was sold since: the help has earned nothing yet.
        assert KIND.observe(shop, (found,), {found.proposal_id: inputs}) == {found.proposal_id: 0.0}
        before = replace(found, lines=({**line, "sold": 10, "left": 4},))
        assert KIND.observe(shop, (before,), {found.proposal_id: inputs})[found.proposal_id] == 5 * line["price"]


def test_without_sales_today_it_says_so(company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    for number, shop in enumerate((TownShop(company), replace(TownShop(company), data_as_of=None))):
        with closing(State.open(tmp_path / f"state{number}.sqlite")) as state:
            app = create_web(shop, state, (DOMAIN,), WebSettings(), now=lambda: NOW + 3 * DAY)
            app.state.shell.users.add("chen", "陈", "buyer", WORDS)
            client = TestClient(app, base_url="http://shop.test", headers=BROWSER)
            log_in(client, "chen")
            page = client.get("/surge").text
            assert ("今天还没有销售" in page and "11月23日" in page) if number == 0 else "还没有销售" in page
            assert client.get("/surge/export?form=csv").status_code == 404
