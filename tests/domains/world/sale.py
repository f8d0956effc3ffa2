"""Orders, their lines and what these earned, as plain reading gives them."""

from __future__ import annotations

from collections import defaultdict

from tests.domains.trade import Row
from tests.domains.world.reading import Reading, rounded


class Sale(Reading):
    def _orders(self) -> list[Row]:
        testers = {row["member_id"] for row in self.std("member") if row.get("is_test")}
        own = defaultdict(set)
        for leader in self.std("leader"):
            account = leader.get("member_id")
            if account:
                own[leader["leader_id"]] |= {account, self.person(account)}
        found = []
        for row in self.std("orders"):
            if row.get("is_test") or row["member_id"] in testers:
                continue
            person = self.person(row["member_id"])
            found.append(
                {
                    "order_id": row["order_id"], "placed_at": row["placed_at"], "placed": row["placed_date"], "paid": row["paid_date"],
                    "paid_at": row["paid_at"], "is_paid": row["paid_at"] is not None, "status": row["status"],
                    "channel": row["channel_id"], "community": row["community_id"], "leader": row["leader_id"],
                    "member": person, "warehouse": row["warehouse_id"], "pickup_point": row["pickup_point_id"],
                    "batch": row["batch_id"], "mode": row["mode"], "paid_fen": row["paid_fen"],
                    "shipping": row["shipping_fen"], "self": person in own[row["leader_id"]] and person is not None,
                    "first": False,
                }
            )  # fmt: skip
        earliest: dict[str, Row] = {}
        for order in sorted(
            (one for one in found if one["is_paid"]), key=lambda one: (one["paid_at"], one["order_id"])
        ):
            if order["member"]:
                earliest.setdefault(order["member"], order)
        for order in earliest.values():
            order["first"] = True
        return found

    def _refunds_of(self) -> dict[str, list[Row]]:
        found = defaultdict(list)
        for row in self.std("refund"):
            found[row["order_id"]].append(row)
        return found

    def _lines_of(self) -> dict[str, list[Row]]:
        found = defaultdict(list)
        for row in self.std("order_line"):
            found[row["order_id"]].append(row)
        return found

    def _lines(self) -> list[Row]:
        lines_of, refunds_of, found = self._lines_of(), self._refunds_of(), []
        for order in self._orders():
            lines = lines_of[order["order_id"]]
            money, pieces = _given_back(lines, refunds_of[order["order_id"]])
            for line in lines:
                number = line["line_no"]
                found.append(
                    {
                        **order, "sku": line["sku_id"], "listing": line["listing_id"], "qty": line["qty"], "line_no": number,
                        "unit_price": line["unit_price_fen"], "goods": line["goods_fen"], "paid_fen": line["paid_fen"], "cost": line["cost_fen"],
                        "campaign": line["campaign_id"], "gift": bool(line["is_gift"]),
                        "platform": line["discount_platform_fen"], "merchant": line["discount_merchant_fen"],
                        "supplier_pays": line["discount_supplier_fen"], "leader_pays": line["discount_leader_fen"],
                        "back": money[number], "back_qty": min(pieces[number], line["qty"]),
                    }
                )  # fmt: skip
        return found

    def _margins(self) -> list[Row]:
        rates = {row["sku_id"]: row["tax_rate_ppm"] for row in self.std("sku")}
        found = []
        for line in self._lines():
            if not line["is_paid"]:
                continue
            share = 1_000_000.0 / 1
            rate = 1_000_000 + rates.get(line["sku"], 0)
            gross = line["paid_fen"] + line["platform"] + line["supplier_pays"] + line["leader_pays"] - line["back"]
            kept = None if line["cost"] is None else line["cost"] * (line["qty"] - line["back_qty"]) / line["qty"]
            found.append(
                {
                    **line,
                    "revenue": rounded(gross * share / rate),
                    "net_cost": None if kept is None else rounded(kept * share / rate),
                }
            )
        return found


def _given_back(lines: list[Row], refunds: list[Row]) -> tuple[dict[int, int], dict[int, int]]:
    """Money and pieces given back per line; a refund of the whole order is split by largest remainder."""
    numbers = {line["line_no"] for line in lines}
    money, pieces = dict.fromkeys(numbers, 0), dict.fromkeys(numbers, 0)
    whole = [row for row in refunds if row["line_no"] not in numbers]
    for row in refunds:
        if row["line_no"] in numbers:
            money[row["line_no"]] += row["amount_fen"]
            pieces[row["line_no"]] += row["qty"] or 0
    if not whole or not lines:
        return money, pieces
    weights = {line["line_no"]: line["paid_fen"] for line in lines}
    if not sum(weights.values()):
        weights = {line["line_no"]: line["goods_fen"] for line in lines}
    if not sum(weights.values()):
        weights = dict.fromkeys(weights, 1)
    amount, all_weight = sum(row["amount_fen"] for row in whole), sum(weights.values())
    parts = {number: amount * weight // all_weight for number, weight in weights.items()}
    left = sorted(weights, key=lambda number: (-(amount * weights[number] % all_weight), number))
    for number in left[: amount - sum(parts.values())]:
        parts[number] += 1
    for line in lines:
        money[line["line_no"]] += parts[line["line_no"]]
        if any(row["kind"] in ("cancel", "return") for row in whole):
            pieces[line["line_no"]] += line["qty"]
    return money, pieces
