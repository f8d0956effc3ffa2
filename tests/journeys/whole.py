"""The little town as a real project: every page there is, real files behind it, and an administrator who sees it all."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from tests.domains.insight.overview.town import NOW, town_rows
from tests.journeys.serving import served

from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access.users import Users
from linshu.engine.shell.live import Hub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

NAME = "翠湖优选"
ADMIN, WORDS = "boss", "four unrelated words"
CHINESE = re.compile(r"[\u3400-\u9fff]")
OWN_METRIC = """\
- name: paid_per_buyer
  title: {zh: 人均实付, en: Paid per buyer}
  definition: {zh: 实付额除以下单人数。, en: Paid amount by buyers.}
  unit: fen
  owner: insight
  formula: paid_amount / active_members
"""
# One order without a moment, one with an impossible amount: both are put aside.
FAULTY = """\
order_id,channel_id,member_id,community_id,status,placed_at,paid_at,goods_fen,paid_fen
F1,C1,M1,C1,paid,2026-11-20 09:00:00+08:00,2026-11-20 09:01:00+08:00,3000,2900
F2,C1,M1,C1,paid,,2026-11-20 09:01:00+08:00,3000,2900
F3,C1,M1,C1,paid,2026-11-20 09:00:00+08:00,2026-11-20 09:01:00+08:00,viele,2900
"""


@dataclass(frozen=True)
class Whole:
    """Where the project's pages are, the project, and what its data says in its own words."""

    url: str
    app: FastAPI
    shop: LocalShop
    names: frozenset[str]


@contextmanager
def whole_project(folder: Path) -> Iterator[Whole]:
    """The project, built and served on a free port until the end."""
    made = Project.init(folder / "shop", name=NAME)
    made.make_key()
    (made.metrics / "own.yaml").write_text(OWN_METRIC, "utf-8")
    faulty = folder / "orders.csv"
    faulty.write_text(FAULTY, "utf-8")
    with LocalShop.open(Project.open(made.folder)) as shop, open_state(shop.project) as state:
        rows = town_rows()
        for one in rows["community"]:
            one["status"] = "active"
        rows |= forecasts([one["sku_id"] for one in rows["sku"]]) | stock(rows["sku"][0]["sku_id"])
        shop.bringing.intake.land_rows("town", [(name, pa.Table.from_pylist(given)) for name, given in rows.items()])
        shop.import_file(faulty)
        Users(state).add(ADMIN, "掌柜", "admin", WORDS)
        app = compose(shop, state, hub=Hub(pace=0.1))
        app.state.shell = replace(app.state.shell, now=lambda: NOW)
        with served(app) as url:
            yield Whole(url, app, shop, names_of(shop))


def forecasts(skus: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Two evenings' forecasts at one warehouse: one of days that are over, one of days to come."""
    told = [
        {"made_on": evening, "day": evening + timedelta(days=ahead), "sku_id": sku, "warehouse_id": "W1", "for_community": "*",
         "known_qty": 0, "mean_thousandths": 4200 + 300 * ahead, "p10_qty": 2, "p50_qty": 4, "p90_qty": 8,
         "model_version": "trees-1", "inputs_hash": "0123456789abcdef"}
        for evening in (NOW.date() - timedelta(days=12), NOW.date() - timedelta(days=1))
        for ahead in range(1, 15)
        for sku in skus
    ]  # fmt: skip
    return {"warehouse": [{"warehouse_id": "W1", "name": "城东仓", "level": "central"}], "demand_forecast": told}


def stock(sku: str) -> dict[str, list[dict[str, Any]]]:
    """Ten days of what came, went out and spoiled of one SKU, and one purchase order that came late."""
    moved = [
        {"stock_movement_id": f"{kind}-{back}", "sku_id": sku, "warehouse_id": "W1", "kind": kind, "qty": qty, "cost_fen": 300 * qty,
         "cause": "expired" if kind == "loss" else None, "stock_batch_id": "SB1" if kind == "loss" else None,
         "moved_at": NOW - timedelta(days=back), "moved_date": (NOW - timedelta(days=back)).date()}
        for back in range(1, 15)
        for kind, qty in (("receipt", 40), ("sale", -30), ("loss", -back))
    ]  # fmt: skip
    came = NOW - timedelta(days=2)
    order = {
        "purchase_order_id": "PO1", "supplier_id": "V1", "warehouse_id": "W1", "status": "received", "ordered_at": NOW - timedelta(days=4),
        "ordered_date": (NOW - timedelta(days=4)).date(), "expected_at": came - timedelta(hours=4), "expected_date": came.date(),
        "received_at": came, "received_date": came.date(),
    }  # fmt: skip
    line = {
        "purchase_order_id": "PO1",
        "line_no": 1,
        "sku_id": sku,
        "ordered_qty": 40,
        "received_qty": 38,
        "unit_price_fen": 300,
    }
    return {
        "supplier": [{"supplier_id": "V1", "name": "城东果园", "status": "active"}],
        "stock_batch": [{"stock_batch_id": "SB1", "sku_id": sku, "supplier_id": "V1", "supplier_lot": "20261120"}],
        "stock_movement": moved, "purchase_order": [order], "purchase_order_line": [line],
    }  # fmt: skip


def names_of(shop: LocalShop) -> frozenset[str]:
    """Every text in the data, and what its files and mappings are called: names that no page translates."""
    found = {NAME, "掌柜", ADMIN, *FAULTY.replace("\n", ",").split(",")}
    for table in (*(f"std.{name}" for name in shop.warehouse.tables("std")), "meta.landing"):
        texts = [name for name, kind in shop.warehouse.columns(table).items() if str(kind) == "VARCHAR"]
        for column in texts:
            values = shop.warehouse.query(f'SELECT DISTINCT "{column}" AS one FROM {table}')["one"]
            found |= {value.removesuffix(".yaml") for value in values.to_pylist() if value}
    return frozenset(found)
