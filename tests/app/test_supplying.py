"""Losses, suppliers, recalls, surges and quotas for programs: the same lists by command and by HTTP, with units, and refusals that help."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from starlette.testclient import TestClient
from tests.domains.models.company import line, order
from tests.journeys.whole import stock

from linshu.app.cli import run
from linshu.app.local import LocalShop
from linshu.app.states import open_state
from linshu.app.web import compose

if TYPE_CHECKING:
    from linshu.app.project import Project

pytestmark = pytest.mark.slow
NOW = datetime.now(UTC)
DAYS = ("--from", "2026-11-16", "--to", "2026-11-22")


def test_the_lists_by_command_and_by_http(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    rows = stock("S1") | {
        "sku": [
            {"sku_id": "S1", "name": "鸡蛋", "base_unit": "piece", "supply_mode": "stocked"},
            {"sku_id": "S2", "name": "豆腐", "base_unit": "piece", "supply_mode": "prepared"},
        ],
        "sale_batch": [
            {
                "batch_id": "B1",
                "status": "open",
                "opened_at": NOW,
                "opened_date": NOW.date(),
                "cut_off_at": NOW + timedelta(days=3),
            }
        ],
        "listing": [
            {
                "listing_id": "L1",
                "batch_id": "B1",
                "sku_id": "S2",
                "scope_kind": "warehouse",
                "scope_id": "W1",
                "price_fen": 300,
                "quota_qty": 20,
            }
        ],
        "warehouse": [{"warehouse_id": "W1", "name": "城东仓", "level": "central"}],
        "orders": [order("O1", warehouse_id="W1") | {"placed_at": NOW, "paid_at": NOW}],
        "order_line": [line("O1", sku_id="S1", qty=30)],
    }
    with LocalShop.open(project) as shop:
        shop.bringing.intake.land_rows("test", [(name, pa.Table.from_pylist(given)) for name, given in rows.items()])
        shop.build()

    def said(*words: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert run([*words, "--project", str(project.folder), "--json"]) == code
        return json.loads(capsys.readouterr().out)

    (lost,) = said("losses", "show", "--by", "warehouse", *DAYS)["rows"]
    assert (lost["name"], lost["lost"], lost["before"]) == ("城东仓", 300 * sum(range(1, 8)), 300 * sum(range(8, 15)))
    why = said("losses", "why", *DAYS)
    change = why["meta"]["change"]
    assert change["total"] == change["volume"] + change["mix"] + change["spoils"] == -300 * 49
    assert said("losses", "classes")["rows"] == said("losses", "turnover")["rows"] == []
    (score,) = said("suppliers", "list", *DAYS)["rows"]
    assert (score["purchase_on_time_rate"], score["purchase_fill_rate"]) == (0.0, 0.95)
    assert said("suppliers", "show", "V1", *DAYS)["rows"][0]["name"] == "鸡蛋"
    said("suppliers", "show", "NOBODY", code=1)
    assert [one["lot"] for one in said("recall", "find", "20261120")["rows"]] == ["SB1"]
    preview = said("recall", "preview", "SB1")
    assert preview["meta"]["bill"]["whole"] == preview["meta"]["bill"]["left"] + preview["meta"]["bill"]["refunds"]
    (made,) = said("recall", "propose", "SB1")["rows"]
    assert (made["subject"], made["state"]) == ("lot:SB1", "draft")
    assert said("todo", "show", made["proposal"])["rows"]
    said("recall", "preview", "NOTHING", code=1)
    (rush,) = said("surge", "list", "--kind", "surge")["rows"]
    assert (rush["sku"], rush["warehouse"], rush["sold"], rush["surges"]) == ("S1", "W1", 30, 1.0)
    assert said("surge", "show", "S1", "W1")["meta"]["line"]["sold"] == 30
    said("surge", "show", "S9", "W1", code=1)
    said("surge", "list", "--kind", "colour", code=2)
    (open_,) = said("quota", "list", "--kind", "left")["rows"]
    assert (open_["listing"], open_["warehouse"], open_["quota_now"], open_["move"]) == ("L1", "W1", 20, "")
    assert "没有销量预测" in said("quota", "why", "豆腐")["rows"][0]["why"]
    said("quota", "list", "--sort", "colour", code=2)
    for wrong in (["--by", "colour"], ["--where", "colour=red"], ["--sort", "colour"]):
        said("losses", "show", *wrong, code=2)

    with LocalShop.open(project) as shop, open_state(project) as state:
        client = TestClient(compose(shop, state, token="t" * 40), base_url="http://127.0.0.1")
        client.headers["Authorization"] = "Bearer " + "t" * 40
        asked = client.get("/api/v1/losses?by=warehouse&from=2026-11-16&to=2026-11-22").json()
        assert asked["rows"] == [lost]
        assert {one["name"]: one.get("unit") for one in asked["meta"]["columns"]}["lost"] == "fen"
        assert client.get("/api/v1/suppliers?from=2026-11-16&to=2026-11-22").json()["rows"] == [score]
        assert client.get("/api/v1/suppliers/NOBODY").status_code == 404
        assert client.get("/api/v1/recall?q=20261120").json()["rows"][0]["lot"] == "SB1"
        assert client.get("/api/v1/recall/SB1").json()["meta"]["bill"] == preview["meta"]["bill"]
        assert client.post("/api/v1/recall/SB1").json()["rows"][0]["subject"] == "lot:SB1"
        assert client.get("/api/v1/surge?kind=surge").json()["rows"][0]["sold"] == 30
        assert client.get("/api/v1/surge/S9/W1").status_code == 404
        assert client.get("/api/v1/quota?warehouse=W1").json()["rows"] == [open_]
        assert client.get("/api/v1/quota/why?q=豆腐").json()["meta"]["forecast_of"] is None
        assert client.get("/api/v1/quota?limit=0").status_code in (400, 422)
        assert client.get("/api/v1/losses?colour=red").status_code in (400, 422)
