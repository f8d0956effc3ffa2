"""Refunds, payments and costs, and what an order hands down to what is about it."""

from __future__ import annotations

from functools import cached_property

from tests.domains.trade import PARCEL_COSTS, Row
from tests.domains.world.sale import Sale

PASSED_ON = ("channel", "community", "leader", "member", "pickup_point", "warehouse", "batch", "paid")


class Money(Sale):
    def _about(self, order_id: str | None) -> Row | None:
        """What an order hands down to what is about it; None for a test order."""
        order = next((row for row in self.std("orders") if row["order_id"] == order_id), None)
        if order is None:
            return {}
        kept = next((one for one in self._known_orders if one["order_id"] == order_id), None)
        return None if kept is None else {key: kept[key] for key in PASSED_ON}

    @cached_property
    def _known_orders(self) -> list[Row]:
        return self._orders()

    def _refunds(self) -> list[Row]:
        lines_of, found = self._lines_of(), []
        for row in self.std("refund"):
            about = self._about(row["order_id"])
            if about is None:
                continue
            lines = lines_of[row["order_id"]]
            line = next((one for one in lines if one["line_no"] == row["line_no"]), None)
            if row["line_no"] is None and len(lines) == 1:
                line = lines[0]
            sku = line["sku_id"] if line else None
            found.append(
                {
                    **about,
                    "campaign": line["campaign_id"] if line else None,
                    "order_id": row["order_id"],
                    "sku": sku,
                    "refunded": row["refunded_date"],
                    "amount": row["amount_fen"],
                    "kind": row["kind"],
                }
            )
        return found

    def _payments(self) -> list[Row]:
        found = ((row, self._about(row["order_id"])) for row in self.std("payment"))
        return [
            {**about, "paid": row["paid_date"], "amount": row["amount_fen"]}
            for row, about in found
            if about is not None
        ]

    def _costs(self) -> list[Row]:
        """As booked and as parcels tell; what parcels tell of a day, pool and part of the company is not counted as booked too."""
        found, told = [], set()
        for row in PARCEL_COSTS:
            pool, day = "packaging" if row["cost_kind"] == "packaging" else "last_mile", row["delivery_date"]
            parts = {kind: row[f"{kind}_id"] for kind in ("community", "warehouse", "pickup_point")}
            told |= {(day, pool, *part) for part in [("all", "*"), *parts.items()]}
            found.append({**parts, "day": day, "pool": pool, "amount": row["amount_fen"], "campaign": None})
        for row in self.std("cost_entry"):
            if (row["cost_date"], row["pool"], row["scope_kind"], row["scope_id"]) in told:
                continue
            scope = {row["scope_kind"]: row["scope_id"]}
            found.append(
                {**scope, "day": row["cost_date"], "pool": row["pool"], "amount": row["amount_fen"], "campaign": None}
            )
        for row in self.std("marketing_cost"):
            named = {
                key: None if row[f"{key}_id"] == "*" else row[f"{key}_id"]
                for key in ("channel", "community", "campaign")
            }
            found.append({**named, "day": row["cost_date"], "pool": "marketing", "amount": row["amount_fen"]})
        return found
