"""Stock alerts: on the page, by command, over HTTP; within one's warehouses; and as movements arrive live."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.engine.shell.standin import WORDS, log_in

from linshu.app.cli import run
from linshu.app.live_events import LiveEvents
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.shell.live import Hub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

TODAY = datetime.now(UTC).date()
NIGHT = TODAY - timedelta(days=1)
TOKEN = "t" * 40
OWNER = {"authorization": f"Bearer {TOKEN}"}
DAY = timedelta(days=1)
pytestmark = pytest.mark.slow


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def moved(number: int, sku: str, warehouse: str, qty: int, back: int, lot: str | None = None) -> dict[str, Any]:
    return {
        "stock_movement_id": f"M{number}", "sku_id": sku, "warehouse_id": warehouse, "stock_batch_id": lot,
        "kind": "receipt" if qty > 0 else "sale", "qty": qty, "cost_fen": qty * 200, "moved_at": noon(NIGHT - back * DAY),
    }  # fmt: skip


def rows() -> dict[str, list[dict[str, Any]]]:
    goods = (("S1", "草莓 500g", "水果"), ("S2", "鲜牛奶", "乳品"), ("S3", "粽叶", "干货"), ("S4", "车厘子", "水果"))
    told = [
        {
            "made_on": NIGHT, "day": NIGHT + ahead * DAY, "sku_id": sku, "warehouse_id": "W1", "for_community": "*", "known_qty": 0,
            "mean_thousandths": mean, "p10_qty": 1, "p50_qty": mean // 1000, "p90_qty": mean // 600, "model_version": "t", "inputs_hash": "0",
        }
        for sku, mean in (("S1", 5000), ("S2", 3000), ("S4", 4000))
        for ahead in range(1, 15)
    ]  # fmt: skip
    return {
        "category": [{"category_id": name, "name": name, "level": 1} for name in ("水果", "乳品", "干货")],
        "warehouse": [{"warehouse_id": "W1", "name": "武汉仓", "level": "central"}, {"warehouse_id": "W2", "name": "长沙仓", "level": "central"}],
        "sku": [
            {"sku_id": key, "name": name, "base_unit": "piece", "category_id": kind, "supply_mode": "stocked", "list_price_fen": 500}
            for key, name, kind in goods
        ],
        "stock_batch": [{"stock_batch_id": "B2", "sku_id": "S2", "produced_on": NIGHT - 8 * DAY, "expires_on": NIGHT + 2 * DAY}],
        "stock_movement": [
            moved(1, "S1", "W1", 30, 3), moved(2, "S1", "W1", -26, 0), moved(3, "S2", "W1", 40, 8, "B2"), moved(4, "S2", "W1", -10, 0, "B2"),
            moved(5, "S3", "W1", 9, 18), moved(6, "S4", "W1", 8, 3), moved(7, "S4", "W1", -8, 0), moved(8, "S1", "W2", -2, 0),
        ],
        "purchase_order": [{"purchase_order_id": "P1", "supplier_id": "V1", "warehouse_id": "W1", "ordered_at": noon(NIGHT), "expected_at": noon(NIGHT + 3 * DAY), "status": "ordered"}],
        "purchase_order_line": [{"purchase_order_id": "P1", "line_no": 1, "sku_id": "S1", "ordered_qty": 24, "unit_price_fen": 200}],
        "demand_forecast": told,
    }  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project.init(tmp_path_factory.mktemp("stock") / "shop", name="仓")
    made.make_key()
    with LocalShop.open(made) as shop:
        shop.bringing.intake.land_rows("town", [(name, pa.Table.from_pylist(found)) for name, found in rows().items()])
        assert shop.build_models().ok
    return made


@contextmanager
def served(project: Project) -> Iterator[tuple[FastAPI, LiveEvents]]:
    with LocalShop.open(project) as shop, open_state(project) as state:
        events = LiveEvents(shop, state, Hub())
        yield compose(shop, state, events=events.desk, token=TOKEN), events
        events.close()


def lines(page: str) -> list[tuple[str, str, str]]:
    """The kind, the goods and the warehouse of each row."""
    found = re.findall(
        r'<td class="todo-name"><span class="pill[^>]*>(.*?)</span>.*?<b>(.*?)</b>.*?<td[^>]*>(.*?)</td>',
        page,
        re.DOTALL,
    )
    return [(kind, name, home) for kind, name, home in found]


def test_by_command(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert run([*words, "--project", str(project.folder), "--json"]) == code
        return json.loads(capsys.readouterr().out)

    found = said("stock", "list")
    assert [(one["kind"], one["sku"], one["warehouse"]) for one in found["rows"]] == [
        ("out", "S4", "W1"), ("soon", "S1", "W1"), ("near", "S2", "W1"), ("idle", "S3", "W1"), ("wrong", "S1", "W2"),
    ]  # fmt: skip
    soon = found["rows"][1]
    assert (soon["stock"], soon["under_way"], soon["days"]) == (4, 24, 3)
    assert soon["chance"] > 0.9
    near = found["rows"][2]
    assert 23.9 < near["units"] < 25  # thirty less two days of three
    assert near["at_risk_fen"] == pytest.approx(near["units"] * 200, abs=20)
    assert found["meta"]["kinds"]["idle"] == {"count": 1, "at_risk_fen": 1800}
    assert (
        found["meta"]["kinds"]["idle"]["at_risk_fen"] == said("metric", "unsalable_value")["rows"][0]["unsalable_value"]
    )
    assert [one["sku"] for one in said("stock", "list", "--find", "niunai")["rows"]] == ["S2"]
    (lot,) = said("stock", "show", "S2", "W1")["rows"]
    assert (lot["stock_batch"], lot["days_left"], lot["units"]) == ("B2", 2, 30)
    assert "打折" in lot["advice"]
    assert said("stock", "show", "S9", "W1", code=1)["error"]["mend"]
    assert said("stock", "list", "--kind", "nera", code=2)
    expected = said("forecast", "list", "--limit", "1")
    assert [(one["sku"], one["week"]) for one in expected["rows"]] == [("S1", 35)]
    for by in ("category", "warehouse", "community"):
        assert said("forecast", "list", "--by", by, "--warehouse", "W1")["meta"]["added"] == expected["meta"]["added"]
    assert said("forecast", "accuracy")["rows"][-1]["forecast_days"] == 0
    assert said("forecast", "list", "--by", "community", code=2)["error"]["mend"]
    days = said("forecast", "show", "S1", "W1")
    assert [one["expected"] for one in days["rows"]] == 14 * [5]
    assert [one["expected"] for one in days["meta"]["weeks"]] == [35, 35, 70]
    assert said("forecast", "show", "S1", "W1", "--communities")["meta"]["added"]["fortnight"] == 70
    assert said("forecast", "show", "S9", "W1", code=1)["error"]["mend"]


def test_on_the_page_over_http_and_as_movements_arrive(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with served(project) as (app, events):
        users = app.state.shell.users
        for account in ("chen", "zhao"):
            users.add(account, account, "buyer", WORDS)
        users.set_scope("zhao", Scope.only(warehouses=["W2"]))
        chen, zhao = (TestClient(app, base_url="http://shop.test") for _ in range(2))
        log_in(chen, "chen")
        log_in(zhao, "zhao")
        page = chen.get("/stock").text
        assert [one[0] for one in lines(page)] == ["断货", "将断货", "临期", "滞销", "库存异常"]
        assert lines(chen.get("/stock?kind=near&category=乳品&q=xnn").text) == [("临期", "鲜牛奶", "武汉仓")]
        assert "没有符合的商品" in chen.get("/stock?q=没有的").text
        assert chen.get("/stock?kind=colour").status_code == 400
        one = chen.get("/stock/S2/W1").text
        assert "B2" in one
        assert "估计卖不完" in one
        order = re.search(r'href="(/work/new[^"]+)"', page)
        assert order is not None
        assert "车厘子" in chen.get(order[1].replace("&amp;", "&")).text
        found = chen.get("/stock/export?form=csv&kind=idle").content.decode("utf-8-sig")
        assert [row[2] for row in csv.reader(io.StringIO(found)) if row and row[0] == "滞销"] == ["粽叶"]
        # Whoever is bound to a warehouse sees that one alone, wherever they look.
        assert lines(zhao.get("/stock").text) == [("库存异常", "草莓 500g", "长沙仓")]
        assert "武汉仓" not in zhao.get("/stock").text + zhao.get("/stock/export?form=csv").content.decode("utf-8-sig")
        assert zhao.get("/stock/S2/W1").status_code == 404
        # A receipt told live fills the gap at once.
        owner = TestClient(app, headers=OWNER)
        assert owner.get("/api/v1/stock?kind=out").json()["meta"]["total"] == 1
        assert owner.get("/api/v1/forecast?by=category").json()["meta"]["total"] == 2
        assert owner.get("/api/v1/forecast/accuracy").json()["rows"][-1]["class"] == ""
        assert len(owner.get("/api/v1/forecast/S1/W1").json()["rows"]) == 14
        assert owner.get("/api/v1/forecast/S1/W1/communities").json()["meta"]["added"]["fortnight"] == 70
        told = {
            "stock_movement_id": "M99",
            "sku_id": "S4",
            "warehouse_id": "W1",
            "kind": "receipt",
            "qty": 60,
            "cost_fen": 12000,
        }
        sent = {
            "id": "E1",
            "type": "stock_movement",
            "at": datetime.now(UTC).isoformat(),
            "data": told | {"moved_at": datetime.now(UTC).isoformat()},
        }
        answer = owner.post("/api/v1/events", json={"events": [sent]})
        assert answer.json()["meta"]["accepted"] == 1, answer.json()
        assert events.catch_up() == 1
        assert owner.get("/api/v1/stock?kind=out").json()["meta"]["total"] == 0
        assert owner.get("/api/v1/stock/S4/W1").json()["rows"][0]["units"] == 60
        app.state.shell.parts.clock = lambda: float("inf")  # what was printed before is kept for a moment
        assert "断货" not in {one[0] for one in lines(chen.get("/stock").text)}
