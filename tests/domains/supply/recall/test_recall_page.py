"""A recall from finding the lot to what leaves when it is approved: pages, files, rights, and everything called back."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from starlette.testclient import TestClient
from tests.domains.insight.overview.town import NOW, TODAY, TownShop, published, town_rows
from tests.domains.models.company import Company, at
from tests.engine.shell.standin import BROWSER, WORDS, log_in

from linshu.domains.operations import inbox
from linshu.domains.supply import recall
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.engine.state.tables import outbox
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

DOMAINS = (
    Domain("supply", Text("供应链", "Supply"), (recall.FEATURE,)),
    Domain("operations", Text("协同", "Operations"), (inbox.FEATURE,)),
)
BAD_DAY = TODAY - timedelta(days=3)


def movement(name: str, qty: int, back: int, lot: str | None = None) -> dict[str, Any]:
    day = TODAY - timedelta(days=back)
    return {
        "stock_movement_id": name, "sku_id": "S1", "warehouse_id": "W1", "kind": "receipt" if qty > 0 else "sale", "qty": qty,
        "cost_fen": 1_000 * qty, "stock_batch_id": lot, "moved_at": at(f"{day} 04:00"), "moved_date": day,
    }  # fmt: skip


@pytest.fixture(scope="module")
def company() -> Company:
    """Pork came in a bad lot three days ago and has half gone out since; one parcel says which lot it holds."""
    rows = town_rows()
    for one in rows["orders"]:
        one["warehouse_id"] = "W1"
    first = next(one["order_id"] for one in rows["orders"] if one["paid_date"] == TODAY - timedelta(days=1))
    rows |= {
        "warehouse": [{"warehouse_id": "W1", "name": "城东仓", "level": "central"}],
        "supplier": [{"supplier_id": "V1", "name": "肉联厂", "status": "active"}],
        "stock_batch": [
            {"stock_batch_id": "B1", "sku_id": "S1", "supplier_id": "V1", "supplier_lot": "LOT-8", "unit_cost_fen": 1_000},
            {"stock_batch_id": "B2", "sku_id": "S1", "supplier_id": "V1", "supplier_lot": "LOT-9"},
        ],
        "stock_movement": [movement("a", 20, 3, "B1"), movement("b", -4, 2), movement("c", -4, 1), movement("d", 9, 1, "B2")],
        "parcel": [{"parcel_id": "X1", "kind": "order", "order_id": first, "delivery_date": TODAY}],
        "parcel_line": [{"parcel_id": "X1", "line_no": 1, "sku_id": "S1", "qty": 1, "stock_batch_id": "B2"}],
    }  # fmt: skip
    company = Company()
    company.land(rows)
    return published(company)


@pytest.fixture
def app(company: Company, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with closing(State.open(tmp_path / "state.sqlite")) as state:
        yield create_web(TownShop(company), state, DOMAINS, WebSettings(), now=lambda: NOW)


def of(app: FastAPI, account: str, role: str = "buyer", scope: Scope | None = None) -> TestClient:
    app.state.shell.users.add(account, account, role, WORDS)
    if scope:
        app.state.shell.users.set_scope(account, scope)
    client = TestClient(app, base_url="http://shop.test", headers=BROWSER)
    assert log_in(client, account).status_code == 303
    return client


def left(app: FastAPI) -> list[tuple[str, str, dict[str, Any]]]:
    """What stands in the outbox: kind, receiver, body."""
    with app.state.shell.state.reading() as connection:
        rows = connection.execute(select(outbox)).mappings().all()
    return [
        (one["kind"], one["receiver"], one["body"] if isinstance(one["body"], dict) else json.loads(one["body"]))
        for one in rows
    ]


def test_a_lot_is_found_looked_at_and_recalled(app: FastAPI) -> None:
    chen = of(app, "chen")
    assert "LOT-8" in chen.get("/recall?q=肉联").text
    assert "没有这样的批次" in chen.get("/recall?q=没有的").text
    named = chen.get("/recall?sort=name").text
    assert named.index("LOT-8") < named.index("LOT-9")
    assert "LOT-9" in chen.get("/recall?held=1").text
    page = chen.get("/recall/B1").text
    assert "12 件" in page
    assert "先进先出" in page
    listed = list(csv.reader(io.StringIO(chen.get("/recall/B1/export?form=csv").content.decode("utf-8-sig"))))
    days = {row[5] for row in listed if len(row) > 9 and row[5].startswith("2026")}
    assert min(days) >= str(BAD_DAY - timedelta(days=3))
    assert str(TODAY - timedelta(days=1)) in days
    assert chen.get("/recall/NOTHING").status_code == 404

    made = chen.post("/recall/B1", data={"csrf": csrf(page)}, follow_redirects=False)
    assert made.status_code == 303
    assert left(app) == []
    address = made.headers["location"]
    proposal = chen.get(address)
    assert proposal.status_code == 200
    assert "召回 五花肉 500g 批次 LOT-8" in proposal.text
    assert (
        "<code>" not in proposal.text.split('class="panel frozen"')[1].split("</details>")[0]
    )  # each number has a name

    chen.post(address, data={"csrf": csrf(proposal.text), "act": "approve"})
    found = left(app)
    assert {(kind, receiver) for kind, receiver, _ in found} == {
        ("file", "recall"), ("work_order", "dispatch"), ("work_order", "operator"), ("work_order", "buyer"),
    }  # fmt: skip
    assert [(body["content"]["do"], body["content"]["stock_batch_id"]) for body in files(found)] == [
        ("stop_sale", "B1")
    ]
    asked = [body for kind, _, body in found if kind == "work_order"]
    assert len({body["part"] for body in asked}) == 3
    assert all(body["words"].endswith("/recall/B1") and "追回" in body["words"] for body in asked)

    under_way = chen.get("/recall/B1").text
    assert f'href="{address}"' in under_way
    assert "提出召回" not in under_way
    assert chen.post("/recall/B1", data={"csrf": csrf(page)}, follow_redirects=False).headers["location"] == address

    chen.post(address, data={"csrf": csrf(chen.get(address).text), "act": "undo", "why": "查过没问题"})
    assert {body["content"]["do"] for body in files(left(app))} == {"stop_sale", "resume_sale"}
    once_more = chen.post("/recall/B1", data={"csrf": csrf(page)}, follow_redirects=False).headers["location"]
    assert once_more != address  # the same day: it was bad after all
    chen.post(once_more, data={"csrf": csrf(chen.get(once_more).text), "act": "approve"})
    assert [body["content"]["stock_batch_id"] for body in files(left(app))] == ["B1"] * 3


def files(found: list[tuple[str, str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """The bodies of the files among what left."""
    return [body for kind, _, body in found if kind == "file"]


def test_a_parcel_that_names_another_lot_is_not_called(app: FastAPI, company: Company) -> None:
    rows = company.rows("SELECT order_id FROM fct_packed_lots")
    exported = of(app, "chen").get("/recall/B1/export?form=csv").content.decode("utf-8-sig")
    assert rows[0]["order_id"] not in exported
    assert rows[0]["order_id"] in of(app, "gao").get("/recall/B2/export?form=csv").content.decode("utf-8-sig")


def test_only_who_sees_all_and_does_this_work_may_look_or_propose(app: FastAPI) -> None:
    bound = of(app, "zhao", scope=Scope.only(warehouses=["W1"]))
    assert {bound.get(path).status_code for path in ("/recall", "/recall/B1", "/recall/B1/export")} == {403}
    reader = of(app, "he", role="viewer")
    assert reader.get("/recall/B1").status_code == 403
    page = of(app, "chen").get("/recall/B1").text
    assert reader.post("/recall/B1", data={"csrf": csrf(page)}, follow_redirects=False).status_code == 403
    assert left(app) == []


def csrf(page: str) -> str:
    """The token a form sends back; the pages hold it for scripts as well."""
    for mark in ('name="csrf" value="', 'name="csrf-token" content="'):
        if mark in page:
            return page.split(mark)[1].split('"', maxsplit=1)[0]
    return ""
