"""The company as plain reading of its rows gives it: orders, lines, margins, visits, stock day by day; no SQL in sight."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from math import copysign, floor
from typing import Any

from tests.domains.trade import Row, Rows

DAY = timedelta(1)


def rounded(value: float) -> int:
    """Half away from zero."""
    return int(copysign(floor(abs(value) + 0.5), value))


@dataclass(frozen=True)
class World:
    """The company's rows, and what plain reading makes of them; `cut` keeps the rows of one dimension value."""

    rows: Rows
    start: date
    end: date
    cut: tuple[str, Any] | None = None
    known: dict[str, list[Row]] = field(default_factory=dict, compare=False)

    # -- reading

    def std(self, table: str) -> list[Row]:
        return [row for row in self.rows.get(table, ()) if not row.get("deleted")]

    def fact(self, name: str) -> list[Row]:
        """All rows of a fact, whatever the period."""
        if name not in self.known:
            self.known[name] = getattr(self, f"_{name}")()
        found = self.known[name]
        if self.cut:
            key, value = self.cut
            found = [row for row in found if row.get(key) == value]
        return found

    def during(self, name: str, day: str) -> list[Row]:
        """The rows of a fact whose day lies in the period."""
        return [row for row in self.fact(name) if row[day] is not None and self.start <= row[day] <= self.end]

    def last(self, name: str, day: str, days: int) -> list[Row]:
        """The rows of the last so many days of the period."""
        first = self.end - DAY * (days - 1)
        return [row for row in self.fact(name) if row[day] is not None and first <= row[day] <= self.end]

    @cached_property
    def persons(self) -> dict[str, str]:
        return {row["source_member_id"]: row["member_id"] for row in self.std("identity")}

    def person(self, account: str | None) -> str | None:
        return self.persons.get(account, account) if account else None

    # -- sale

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
                    "order_id": row["order_id"], "placed": row["placed_date"], "paid": row["paid_date"],
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
                        **order, "sku": line["sku_id"], "listing": line["listing_id"], "qty": line["qty"],
                        "goods": line["goods_fen"], "paid_fen": line["paid_fen"], "cost": line["cost_fen"],
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

    # -- money

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
        found = []
        for row in self.std("cost_entry"):
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

    # -- fulfilment

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
            found.append(
                {
                    **about, "pickup_point": parcel["pickup_point_id"] or about.get("pickup_point"),
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

    # -- growth

    def _members(self) -> list[Row]:
        """One row per person: the earliest registration of all accounts, a tester if any account is."""
        accounts = defaultdict(list)
        for row in self.std("member"):
            accounts[self.person(row["member_id"])].append(row)
        found = []
        for person, rows in accounts.items():
            if any(row.get("is_test") for row in rows):
                continue
            own = next((row for row in rows if row["member_id"] == person), rows[0])
            found.append(
                {"member": person, "day": min(row["registered_date"] for row in rows), "channel": own["channel_id"]}
            )
        return found

    def _buyers(self) -> dict[str, list[Row]]:
        found = defaultdict(list)
        for order in self._orders():
            if order["is_paid"] and order["member"]:
                found[order["member"]].append(order)
        return found

    def _until(self) -> date:
        return max(row["paid_date"] for row in self.std("orders") if row["paid_date"])

    def _repurchases(self) -> list[Row]:
        until, found = self._until(), []
        for orders in self._buyers().values():
            for order in orders:
                occasion = order["batch"] or str(order["paid"])
                window = [one for one in orders if order["paid"] <= one["paid"] <= order["paid"] + DAY * 29]
                again = any((one["batch"] or str(one["paid"])) != occasion for one in window)
                found.append({**order, "again": again, "mature": order["paid"] + DAY * 29 <= until})
        return found

    def _cohorts(self) -> list[Row]:
        until, found = self._until(), []
        for orders in self._buyers().values():
            first = min(orders, key=lambda one: (one["paid_at"], one["order_id"]))
            begun = min(one["paid"] for one in orders)
            after = {(one["paid"] - begun).days for one in orders}
            spans = {"week_1": range(7, 14), "month_1": range(30, 60), "month_2": range(60, 90)}
            found.append(
                {
                    **first,
                    "day": begun,
                    **{f"came_{name}": bool(after & set(span)) for name, span in spans.items()},
                    **{f"mature_{name}": begun + DAY * span[-1] <= until for name, span in spans.items()},
                }
            )
        return found

    def _visits(self) -> list[Row]:
        back = defaultdict(int)
        for row in self.std("refund"):
            back[row["order_id"]] += row["amount_fen"]
        first = {
            one["member"]: one["paid_at"]
            for one in self._orders()
            if one["first"] and one["paid_fen"] > back[one["order_id"]]
        }
        visits = sorted(self.std("visit"), key=lambda row: (row["visited_at"], row["visit_id"]))
        seen: set[str] = set()
        until, found = max(row["visited_at"] for row in visits), []
        for row in visits:
            member = self.person(row["member_id"])
            who = member or row["visitor_id"] or row["visit_id"]
            new = who not in seen and row["is_new_visitor"] is not False
            seen.add(who)
            week = row["visited_at"] + DAY * 7
            bought = member in first and row["visited_at"] <= first[member] < week
            found.append(
                {
                    "day": row["visited_date"], "who": who, "new": new, "bought": new and bought, "mature": week <= until,
                    "community": row["community_id"], "channel": row["channel_id"], "inviter": row["inviter_id"],
                    "member": member, "leader": None, "sku": None, "campaign": None,
                }
            )  # fmt: skip
        return found

    def _referrals(self) -> list[Row]:
        bought = {member for member, orders in self._buyers().items() if orders}
        return [
            {
                "day": row["referred_date"], "community": row["community_id"], "inviter": row["inviter_id"],
                "leader": row["inviter_id"] if row["inviter_kind"] == "leader" else None,
                "bought": row["invitee_member_id"] in bought,
                "self": row["inviter_kind"] == "member" and row["inviter_id"] == row["invitee_member_id"],
            }
            for row in self.std("referral")
        ]  # fmt: skip

    def _inviters(self) -> list[Row]:
        until, found = self._until(), []
        first = {one["member"]: one["paid"] for one in self._orders() if one["first"]}
        for row in self._members():
            guests: dict[str, list[date]] = defaultdict(list)
            for one in self.std("referral"):
                host, guest = self.person(one["inviter_id"]), self.person(one["invitee_member_id"])
                in_time = row["day"] <= one["referred_date"] <= row["day"] + DAY * 29
                if one["inviter_kind"] == "member" and host == row["member"] != guest and in_time:
                    guests[guest].append(one["referred_date"])
            won = [
                guest for guest, days in guests.items()
                if guest in first and any(day <= first[guest] <= day + DAY * 29 for day in days)
            ]  # fmt: skip
            mature = row["day"] + DAY * 58 <= until
            found.append({**row, "invited": len(guests), "won": len(won), "mature": mature})
        return found

    def _leader_weeks(self) -> list[Row]:
        sales, back = defaultdict(list), defaultdict(int)
        for row in self.std("refund"):
            back[row["order_id"]] += row["amount_fen"]
        for one in self._orders():
            if one["is_paid"] and one["leader"] and not one["self"]:
                sales[one["leader"]].append(one)
        complaints = [
            (about.get("leader"), row["opened_date"]) for row in self.std("after_sale_case")
            if row["liability"] in ("leader", "point") and (about := self._about(row["order_id"]))
        ] + [
            (about.get("leader"), row["rated_date"]) for row in self.std("rating")
            if row["about"] in ("point", "service") and row["score"] < 4 and (about := self._about(row["order_id"]))
        ]  # fmt: skip
        last, found = max(row["day"] for row in self._community_days()), []
        for leader, orders in sales.items():
            sunday = min(one["paid"] for one in orders)
            sunday += DAY * (6 - sunday.weekday())
            while sunday <= last:
                span = [one for one in orders if sunday - DAY * 28 < one["paid"] <= sunday]
                before = {one["member"] for one in orders if sunday - DAY * 56 < one["paid"] <= sunday - DAY * 28}
                said = sum(who == leader and sunday - DAY * 28 < day <= sunday for who, day in complaints)
                if span:
                    worth = _contribution(span, before - {None}, said, back)
                    found.append({"leader": leader, "day": sunday, "worth": worth})
                sunday += DAY * 7
        return found

    def _chat(self) -> list[Row]:
        hours = defaultdict(list)
        for row in self.std("chat_activity"):
            hours[row["community_id"], row["activity_date"], row["activity_hour"]].append(row)
        found = []
        for (community, day, hour), rows in hours.items():
            whole = [row for row in rows if row["member_id"] == "*"]
            said = whole or rows
            speakers = whole[0]["participants"] if whole else len(rows)
            found.append(
                {
                    "community": community, "day": day, "hour": hour, "speakers": speakers,
                    "messages": sum(row["messages"] for row in said), "interactions": sum(row["interactions"] for row in said),
                    "joins": sum(row["joins"] or 0 for row in said), "leaves": sum(row["leaves"] or 0 for row in said),
                }
            )  # fmt: skip
        return found

    def _community_days(self) -> list[Row]:
        chat, households = self._chat(), HOUSEHOLDS
        bought = [
            (one["community"], one["paid"], one["member"])
            for one in self._orders()
            if one["is_paid"] and one["member"] and one["community"]
        ]
        days = defaultdict(list)
        for row in chat:
            days[row["community"]].append(row["day"])
        for community, day, _ in bought:
            days[community].append(day)
        last, found = max(max(each) for each in days.values()), []
        for community, active in days.items():
            day = min(active)
            while day <= last:
                week = [row for row in chat if row["community"] == community and day - DAY * 6 <= row["day"] <= day]
                peaks = defaultdict(int)
                for row in week:
                    peaks[row["day"]] = max(peaks[row["day"]], row["speakers"])
                buyers = len(
                    {who for where, when, who in bought if where == community and day - DAY * 6 <= when <= day}
                )
                counts = (
                    (0.25, 1.0, sum(row["messages"] for row in week)),
                    (0.20, 0.5, sum(row["interactions"] for row in week)),
                    (0.25, 0.15, sum(peaks.values())),
                    (0.30, 0.15, buyers),
                )
                homes = households[community] + 100
                warmth = sum(w * ((n + 100 * t) / homes) / ((n + 100 * t) / homes + t) for w, t, n in counts)
                found.append({"community": community, "day": day, "warmth": warmth})
                day += DAY
        return found

    # -- supply

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

    def _movements(self) -> list[Row]:
        return [
            {
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


PASSED_ON = ("channel", "community", "leader", "member", "pickup_point", "warehouse", "batch", "paid")


HOUSEHOLDS = {"C1": 400, "C2": 400, "C3": 300}


def _contribution(span: list[Row], before: set[str], complaints: int, back: dict[str, int]) -> float:
    """What a leader gave in 28 days, 0 to 1, from the orders of others in them."""
    homes = 500 + max(sum(HOUSEHOLDS[one] for one in {one["community"] for one in span} - {None}), 300)
    won = (sum(one["first"] for one in span) + 500 * 0.002) / homes
    sold = (max(sum(one["paid_fen"] - back[one["order_id"]] for one in span), 0) + 500 * 150) / homes
    days = len({one["paid"] for one in span})
    kept = len(before & {one["member"] for one in span})
    bad = (complaints + 2) / (len(span) + 100)
    return (
        0.20 * won / (won + 0.002)
        + 0.30 * sold / (sold + 150)
        + 0.15 * days / 28
        + 0.20 * (kept + 6) / (len(before) + 10)
        + 0.15 * 0.02 / (bad + 0.02)
    )


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
