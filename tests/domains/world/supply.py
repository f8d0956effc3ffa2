"""What was listed and offered, what moved, and the stock day by day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from tests.domains.trade import Row
from tests.domains.world.groups import Groups
from tests.domains.world.reading import DAY


class Supply(Groups):
    def _listings(self) -> list[Row]:
        sold = defaultdict(int)
        for line in self._lines():
            if line["is_paid"] and not line["gift"] and line["listing"]:
                sold[line["listing"]] += line["qty"]
        batches = {row["batch_id"]: row for row in self.std("sale_batch")}
        found = []
        for row in self.std("listing"):
            cut, out = batches[row["batch_id"]]["cut_off_at"], row["sold_out_at"]
            until = min(cut, out) if out else cut
            found.append(
                {
                    "listing": row["listing_id"], "sku": row["sku_id"], "batch": row["batch_id"], "day": row["listed_date"],
                    row["scope_kind"]: row["scope_id"], "quota": row["quota_qty"], "sold": sold[row["listing_id"]],
                    "sellable": row["price_fen"] > 0 and row["quota_qty"] != 0, "out": out is not None,
                    "took": int((out - row["listed_at"]).total_seconds()) if out else 0,
                    "closed": max(int((cut - out).total_seconds()), 0) if out else 0,
                    "last_day": max((until - timedelta(seconds=1) + timedelta(hours=8)).date(), row["listed_date"]),
                }
            )  # fmt: skip
        return found

    def _listing_days(self) -> list[Row]:
        return [
            {**row, "on": row["day"] + DAY * offset}
            for row in self._listings()
            for offset in range((row["last_day"] - row["day"]).days + 1)
        ]

    def _offers(self) -> list[Row]:
        def covers(row: Row, community: str) -> bool:
            if "all" in row or row.get("community") == community:
                return True
            return row.get("region") == "R1" and community in ("C1", "C2")

        return [
            {
                "sku": row["sku"],
                "batch": row["batch"],
                "on": row["on"],
                "sellable": row["sellable"],
                "community": community,
            }
            for row in self._listing_days()
            for community in ("C1", "C2", "C3")
            if covers(row, community)
        ]

    def _reference_prices(self) -> list[Row]:
        """Every struck-out price beside what was paid for the goods before the promotion, where they are offered."""
        paid = [
            row for row in sorted(self._lines(), key=lambda row: (row["placed_at"], row["order_id"], row["line_no"]))
            if row["is_paid"] and not row["gift"] and row["unit_price"] > 0
        ]  # fmt: skip
        listed = {row["sku_id"]: row.get("list_price_fen") for row in self.std("sku")}
        struck = {row["listing_id"]: row for row in self.std("listing")}
        until = {
            row["batch_id"]: (row["cut_off_at"] + timedelta(hours=8, seconds=-1)).date()
            for row in self.std("sale_batch")
        }
        known = min(row["placed"] for row in self._lines() if row["is_paid"])
        found, last, began = [], {}, {}
        for row in sorted(self._listings(), key=lambda row: (row["day"], row["listing"])):
            own = struck[row["listing"]]
            shown = own["reference_price_fen"] if own["reference_price_fen"] is not None else listed[row["sku"]]
            if shown is None or shown <= own["price_fen"]:
                continue
            promotion = own["scope_kind"], own["scope_id"], row["sku"]
            if promotion not in last or row["day"] > last[promotion] + DAY:
                began[promotion] = row["day"]
            last[promotion] = max(until[row["batch"]], row["day"], last.get(promotion, row["day"]))
            before = [
                one
                for one in paid
                if one["sku"] == row["sku"] and one["placed"] < began[promotion] and _offered(own, one["community"])
            ]
            week = [one["unit_price"] for one in before if one["placed"] >= began[promotion] - DAY * 7]
            if week:
                false = shown > min(week)
            else:
                false = shown > before[-1]["unit_price"] if before else known <= began[promotion] - DAY * 7
            found.append({**row, "false": false})
        return found

    def _movements(self) -> list[Row]:
        usual = {row["sku_id"]: row.get("supplier_id") for row in self.std("sku")}
        lots = {row["stock_batch_id"]: row.get("supplier_id") for row in self.std("stock_batch")}
        return [
            {
                "supplier": lots.get(row.get("stock_batch_id")) or usual.get(row["sku_id"]), "stock_lot": row.get("stock_batch_id"),
                "loss_cause": row.get("cause"), "lost_qty": -row["qty"] if row["kind"] == "loss" else 0,
                "missing": -row["cost_fen"] if row["kind"] == "count" else 0,
                "day": row["moved_date"], "sku": row["sku_id"], "warehouse": row["warehouse_id"], "qty": row["qty"], "value": row["cost_fen"],
                "out": -row["cost_fen"] if row["kind"] in ("sale", "return") else 0,
                "lost": -row["cost_fen"] if row["kind"] == "loss" else 0,
            }
            for row in self.std("stock_movement")
        ]  # fmt: skip

    def _stock_days(self) -> list[Row]:
        moves, found = self._movements(), []
        last = max(row["day"] for row in moves)
        held = {row["sku_id"]: row["supply_mode"] not in ("buy_to_order", "dropship") for row in self.std("sku")}
        for sku in sorted({row["sku"] for row in moves}):
            own = [row for row in moves if row["sku"] == sku]
            day = min(row["day"] for row in own)
            while day <= last:
                qty = sum(row["qty"] for row in own if row["day"] <= day)
                value = sum(row["value"] for row in own if row["day"] <= day) if qty else 0
                out = sum(row["out"] for row in own if row["day"] == day)
                found.append(
                    {
                        "sku": sku,
                        "warehouse": "W1",
                        "day": day,
                        "qty": qty,
                        "value": value,
                        "out": out,
                        "held": held[sku],
                    }
                )
                day += DAY
        return found

    def _stock_ages(self) -> list[Row]:
        """Of each stock day what of its lots nears its date, is past it, or neither came in nor was sold for a fortnight."""
        batches = {row["stock_batch_id"]: row for row in self.std("stock_batch")}
        kept = {row["sku_id"]: row.get("shelf_life_days") for row in self.std("sku")}
        found = []
        for stood in self._stock_days():
            sku, today = stood["sku"], stood["day"]
            own = [row for row in self.std("stock_movement") if row["sku_id"] == sku and row["moved_date"] <= today]
            sold = [row["moved_date"] for row in own if row["kind"] == "sale"]
            added = dict.fromkeys(("near_qty", "near", "over", "idle"), 0)
            for (came, lot), qty in _held(own).items():
                made, ends = (batches.get(lot, {}).get(name) for name in ("produced_on", "expires_on"))
                life = (ends - made).days if made and ends else kept[sku]
                ends = ends or (came + DAY * kept[sku] if kept[sku] else None)
                left = (ends - today).days if ends else None
                near = left is not None and 0 <= left <= (10 if life >= 30 else 0) if life else False
                added["near_qty"] += max(qty, 0) * near
                added["near"] += max(qty, 0) * 300 * near
                added["over"] += max(qty, 0) * 300 * (left is not None and left < 0)
                added["idle"] += max(qty, 0) * 300 * ((today - max([came, *sold])).days >= 14)
            found.append({"sku": sku, "warehouse": "W1", "day": today, **added})
        return found

    def _purchase_lines(self) -> list[Row]:
        heads, found = {row["purchase_order_id"]: row for row in self.std("purchase_order")}, []
        for line in self.std("purchase_order_line"):
            head = heads[line["purchase_order_id"]]
            if head["status"] in ("draft", "cancelled"):
                continue
            came, agreed = head["received_at"], head["expected_at"]
            accepted = (line["received_qty"] or 0) - (line["rejected_qty"] or 0)
            if came is None:
                in_time = False
            elif (agreed.hour, agreed.minute) == (16, 0):  # midnight in China: a day alone was agreed
                in_time = head["received_date"] <= head["expected_date"]
            else:
                in_time = came <= agreed + timedelta(hours=1)
            found.append(
                {
                    "ordered": head["ordered_date"], "expected": head["expected_date"], "received": head["received_date"],
                    "supplier": head["supplier_id"], "warehouse": head["warehouse_id"], "batch": head["batch_id"],
                    "sku": line["sku_id"], "qty": line["ordered_qty"], "amount": line["ordered_qty"] * line["unit_price_fen"],
                    "in_time": in_time, "full": accepted >= line["ordered_qty"], "filled": min(accepted, line["ordered_qty"]),
                    "came": line["received_qty"], "rejected": line["rejected_qty"] or 0,
                    "lead": int((came - head["ordered_at"]).total_seconds()) if came else None,
                }
            )  # fmt: skip
        return found

    def _forecasts(self) -> list[Row]:
        told = [row for row in self.std("demand_forecast") if row["for_community"] == "*"]
        return [
            {
                "sku": row["sku_id"], "warehouse": row["warehouse_id"], "day": row["day"], "made_on": row["made_on"],
                "mean": row["mean_thousandths"], "known": row["known_qty"] or 0, "low": row["p10_qty"], "middle": row["p50_qty"],
                "high": row["p90_qty"],
                "latest": row["made_on"] == max(
                    one["made_on"] for one in told
                    if all(one[key] == row[key] for key in ("sku_id", "warehouse_id", "day"))
                ),
            }
            for row in told
        ]  # fmt: skip

    def _forecast_errors(self) -> list[Row]:
        """No listing reaches a warehouse here, so every day counts as one that could be bought on."""
        sold: dict[tuple[str, str, date], int] = defaultdict(int)
        handed_out = {row["batch_id"]: row.get("delivery_date") for row in self.std("sale_batch")}
        lines = [line for line in self._lines() if line["is_paid"] and not line["gift"] and line["paid"] is not None]
        waits: dict[int, int] = defaultdict(int)
        for line in lines:
            out = handed_out.get(line["batch"])
            if out and out >= line["paid"]:
                waits[(out - line["paid"]).days] += line["qty"]
        usual = min((wait for wait, qty in waits.items() if 20 * qty >= sum(waits.values())), default=0)
        for line in lines:
            out = handed_out.get(line["batch"])
            due = max(line["paid"], out - usual * DAY) if out else line["paid"]
            sold[line["sku"], line["warehouse"], due] += line["qty"]
        last, found = max(line["paid"] for line in lines), []
        for row in self._forecasts():
            if not DAY <= row["day"] - row["made_on"] <= 7 * DAY or row["day"] > last:
                continue
            own = row["sku"], row["warehouse"]
            came, told = sold[(*own, row["day"])], row["mean"] + 1000 * row["known"]
            usual = 1000 * sum(sold[(*own, row["made_on"] - DAY * back)] for back in range(14)) // 14
            weeks = [sold[(*own, row["day"] - 7 * DAY * back)] for back in range(1, 5)]
            found.append(
                {
                    **row, "told": told, "came": came, "off": abs(told - 1000 * came), "usually_off": abs(usual - 1000 * came),
                    "weekday_off": abs(1000 * sum(weeks) // 4 - 1000 * came), "last_week_off": abs(1000 * (weeks[0] - came)),
                    "within": came <= row["high"] + row["known"],
                }
            )  # fmt: skip
        return found


def _offered(listing: Row, community: str | None) -> bool:
    kind, scope = listing["scope_kind"], listing["scope_id"]
    if kind == "all":
        return True
    return (
        community == scope if kind == "community" else kind == "region" and scope == "R1" and community in ("C1", "C2")
    )


def _held(moves: list[Row]) -> dict[tuple[date, str], int]:
    """Piece by piece: what a lot holds, less what left without naming one, the oldest first."""
    held: dict[tuple[date, str], int] = {}
    for lot in sorted({row["stock_batch_id"] for row in moves if row["stock_batch_id"]}):
        of_lot = [row for row in moves if row["stock_batch_id"] == lot]
        came = [row["moved_date"] for row in of_lot if row["qty"] > 0] or [row["moved_date"] for row in of_lot]
        held[min(came), lot] = sum(row["qty"] for row in of_lot)
    loose: dict[date, int] = defaultdict(int)
    for row in moves:
        loose[row["moved_date"]] += 0 if row["stock_batch_id"] else row["qty"]
    held |= {(day, ""): qty for day, qty in loose.items() if qty > 0}
    for _ in range(-sum(qty for qty in loose.values() if qty < 0)):
        oldest = next((lot for lot in sorted(held) if held[lot] > 0), (max(day for day in loose if loose[day] < 0), ""))
        held[oldest] = held.get(oldest, 0) - 1
    return held
