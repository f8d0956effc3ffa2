"""The little town that sells ahead: pork is bought to order, eggs are prepared; what each listing may sell stands in its quota."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.domains.supply.replenish.made_up import MADE_ON, TODAY, at, buying_rows

HOMES = {"C1": "W1", "C2": "W1", "C3": "W2"}
DAY = timedelta(days=1)
# listing, batch, goods, price, quota, for new members only
LISTINGS = (
    ("L1", "B42", "S1", 2990, 5, False),
    ("L2", "B42", "S2", 1990, 40, False),
    ("L3", "B43", "S1", 2990, None, False),
    ("L4", "B42", "S1", 99, 400, True),
)


def selling_rows() -> dict[str, list[dict[str, Any]]]:
    """Pork and eggs on sale in two cities until midnight; the kitchen that makes the eggs takes orders until ten."""
    rows = buying_rows()
    for one, mode in zip(rows["sku"], ("buy_to_order", "prepared"), strict=True):
        one["supply_mode"] = mode
    rows["supplier"].append({**rows["supplier"][0], "supplier_id": "P2", "name": "中央厨房", "order_cut_off": "10:00"})
    for one in rows["purchase_order_line"]:
        one |= {"ordered_qty": 40, "confirmed_qty": 40, "received_qty": 40}
        if one["sku_id"] == "S2":
            one["purchase_order_id"] = f"{one['purchase_order_id']}-2"
    for one in rows["purchase_order"]:
        one |= {"ordered_date": one["ordered_at"].date(), "received_date": one["received_at"].date()}
    rows["purchase_order"] += [
        {**one, "purchase_order_id": f"{one['purchase_order_id']}-2", "supplier_id": "P2"}
        for one in rows["purchase_order"]
    ]
    communities = {one["order_id"]: one["community_id"] for one in rows["orders"]}
    for one in rows["orders"]:
        one["warehouse_id"] = HOMES[one["community_id"]]
        if one["community_id"] != "C3" and one["paid_date"] < TODAY:  # people usually buy in the evening
            one["placed_at"], one["paid_at"] = (one[name] + timedelta(hours=10) for name in ("placed_at", "paid_at"))
    for one in rows["order_line"]:
        if one["order_id"].startswith(f"{TODAY:%m%d}-"):
            one["listing_id"] = {("W1", "S1"): "L1", ("W1", "S2"): "L2", ("W2", "S1"): "L3"}.get(
                (HOMES[communities[one["order_id"]]], one["sku_id"])
            )
    rows["pickup_assignment"] = [  # where the third group collects nobody wrote down: its orders tell
        {"community_id": group, "pickup_point_id": "P1", "warehouse_id": HOMES[group], "valid_from": at(MADE_ON, 0)}
        for group in ("C1", "C2")
    ]
    begins = datetime(TODAY.year, TODAY.month, TODAY.day, 16, tzinfo=UTC) - DAY
    rows["sale_batch"] = [
        {
            "batch_id": f"B{region}", "name": f"{city} 11月23日团", "scope_kind": "region", "scope_id": region, "status": "open",
            "opened_at": begins, "opened_date": TODAY, "cut_off_at": begins + DAY, "delivery_date": TODAY + DAY,
        }
        for region, city in (("42", "武汉"), ("43", "长沙"))
    ]  # fmt: skip
    rows["listing"] = [
        {
            "listing_id": key, "batch_id": batch, "sku_id": sku, "scope_kind": "region", "scope_id": batch[1:], "price_fen": price,
            "quota_qty": quota, "is_new_member_only": new, "listed_at": begins, "listed_date": TODAY,
        }
        for key, batch, sku, price, quota, new in LISTINGS
    ]  # fmt: skip
    rows["stock_movement"] = [
        {
            "stock_movement_id": "M1", "sku_id": "S2", "warehouse_id": "W1", "kind": "receipt", "qty": 6, "cost_fen": 600,
            "moved_at": at(MADE_ON, 2), "moved_date": MADE_ON,
        }
    ]  # fmt: skip
    return rows
