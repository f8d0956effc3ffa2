"""Goods that were made up: everything a rule reads, from one seed; and a little town that buys for two warehouses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from tests.domains.insight.overview.town import town_rows

from linshu.domains.supply.replenish.case import KEEPS, Case

MADE_ON = date(2026, 11, 22)
TODAY = MADE_ON + timedelta(days=1)


def case(seed: int = 0, **given: object) -> Case:
    """One good at one warehouse."""
    chance = np.random.default_rng(seed)
    price = float(chance.uniform(200, 2000))
    drawn = {
        "sku_id": f"S{seed}", "sku": f"好物{seed}", "warehouse_id": "W1", "warehouse": "武汉仓", "supplier_id": "P1",
        "supplier": "合作社", "mode": "stocked",
        "shelf": tuple((int(day), int(pieces)) for day, pieces in zip(range(3), chance.integers(0, 6, 3), strict=True)),
        "coming": ((1, int(chance.integers(0, 8))),), "mean": tuple(float(one) for one in chance.uniform(0.5, 12, 14)),
        "width": 0.12, "lead": (1, 1, 2), "life": int(chance.choice([2, 3, 5, KEEPS])), "pack": int(chance.choice([1, 4, 12])),
        "price": price, "cost": price * float(chance.uniform(0.5, 0.95)), "usual": float(chance.uniform(0, 9)),
    }  # fmt: skip
    return Case(**(drawn | given))


def told(sku: str, warehouse: str, ahead: int, mean: int) -> dict[str, Any]:
    return {
        "made_on": MADE_ON, "day": MADE_ON + timedelta(days=ahead), "sku_id": sku, "warehouse_id": warehouse,
        "for_community": "*", "known_qty": 0, "mean_thousandths": mean, "wanted_thousandths": mean + 500,
        "width_thousandths": 100, "p10_qty": mean // 2000, "p50_qty": mean // 1000, "p90_qty": mean // 500,
        "model_version": "test", "inputs_hash": "0",
    }  # fmt: skip


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def buying_rows() -> dict[str, list[dict[str, Any]]]:
    """The town with a supplier, two warehouses, a forecast for each good, and a delivery that took a day."""
    rows = town_rows()
    goods = [row["sku_id"] for row in rows["sku"]]
    for row in rows["sku"]:
        row |= {"pack_qty": 4, "shelf_life_days": 5, "supplier_id": "P1", "supply_mode": "stocked"}
    rows["supplier"] = [
        {
            "supplier_id": "P1", "name": "江夏合作社", "lead_days": 1, "minimum_order_fen": 1000, "status": "active",
            "order_cut_off": "23:00",
        }
    ]  # fmt: skip
    homes = (("W1", "武汉仓", "420106"), ("W2", "长沙仓", "430102"))
    rows["warehouse"] = [
        {"warehouse_id": key, "name": name, "level": "central", "region_id": region} for key, name, region in homes
    ]
    rows["demand_forecast"] = [
        told(sku, home, ahead, 12_000) for home, *_ in homes for sku in goods for ahead in range(1, 15)
    ]
    bought = TODAY - timedelta(days=20)
    rows["purchase_order"] = [
        {
            "purchase_order_id": f"PO-{home}", "supplier_id": "P1", "warehouse_id": home, "ordered_at": at(bought, 7),
            "expected_at": at(bought + timedelta(days=1), 7), "received_at": at(bought + timedelta(days=1), 8), "status": "received",
        }
        for home, *_ in homes
    ]  # fmt: skip
    rows["purchase_order_line"] = [
        {
            "purchase_order_id": f"PO-{home}", "line_no": number, "sku_id": sku, "ordered_qty": 4, "confirmed_qty": 4,
            "received_qty": 4, "unit_price_fen": 100,
        }
        for home, *_ in homes
        for number, sku in enumerate(goods, 1)
    ]  # fmt: skip
    return rows
