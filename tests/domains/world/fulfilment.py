"""Deliveries, hand-overs, cases and ratings, as plain reading gives them."""

from __future__ import annotations

from tests.domains.trade import Row
from tests.domains.world.money import Money


class Fulfilment(Money):
    def _cases(self) -> list[Row]:
        found = []
        for row in self.std("after_sale_case"):
            about = self._about(row["order_id"])
            if about is not None:
                took = (row["closed_at"] - row["opened_at"]).total_seconds() if row["closed_at"] else 0
                found.append(
                    {
                        **about,
                        "opened": row["opened_date"],
                        "closed": row["closed_date"],
                        "granted": row["granted_fen"] or 0,
                        "recourse": row["recourse_fen"] or 0,
                        "took": int(took),
                        "sku": self._sku(row["order_id"], row["line_no"]),
                        "liability": row.get("liability"),
                    }
                )
        return found

    def _sku(self, order: str, number: int | None) -> str | None:
        return next((row["sku_id"] for row in self._lines_of()[order] if row["line_no"] == number), None)

    def _ratings(self) -> list[Row]:
        found = ((row, self._about(row["order_id"])) for row in self.std("rating"))
        return [{**about, "day": row["rated_date"], "score": row["score"]} for row, about in found if about is not None]

    def _deliveries(self) -> list[Row]:
        found = []
        for parcel in self.std("parcel"):
            about = self._about(parcel["order_id"])
            if about is None:
                continue
            packed = [row["qty"] for row in self.std("parcel_line") if row["parcel_id"] == parcel["parcel_id"]]
            events = [row for row in self.std("delivery_event") if row["parcel_id"] == parcel["parcel_id"]]
            signed = [row for row in events if row["stage"] in ("point_signed", "delivered")]
            due = parcel["pieces"] if parcel["pieces"] is not None else sum(packed)
            counted = [row["qty"] for row in signed if row["qty"] is not None]
            came = min(sum(counted) if counted else due, due) if signed else 0
            in_time = bool(signed) and min(row["occurred_at"] for row in signed) <= parcel["promised_at"]
            late = (
                (min(row["occurred_at"] for row in signed) - parcel["promised_at"]).total_seconds() if signed else None
            )
            collected = [row["occurred_at"] for row in events if row["stage"] == "collected"]
            waited = None
            if signed and collected and max(collected) >= min(row["occurred_at"] for row in signed):
                waited = int((max(collected) - min(row["occurred_at"] for row in signed)).total_seconds())
            found.append(
                {
                    **about, "waited": waited, "late": None if late is None else max(int(late), 0), "pickup_point": parcel["pickup_point_id"] or about.get("pickup_point"),
                    "day": parcel["delivery_date"], "due": due, "came": came, "in_time": came if in_time else 0,
                    "missing": due - came if signed else 0,
                    "left": sum(row["qty"] or 0 for row in events if row["exception"] == "uncollected"),
                }
            )  # fmt: skip
        return found

    def _handovers(self) -> list[Row]:
        return [
            {
                "day": row["handed_date"], "sku": row["sku_id"], "warehouse": row["from_id"], "pickup_point": row["to_id"],
                "expected": row["expected_qty"], "damaged": row["damaged_qty"] or 0,
                "short": row["short_qty"] if row["short_qty"] is not None else max(row["expected_qty"] - row["counted_qty"], 0),
            }
            for row in self.std("handover")
        ]  # fmt: skip
