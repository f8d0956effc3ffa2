"""Members, what they bought again, whom they brought, and what visits led to."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from tests.domains.trade import Row
from tests.domains.world.fulfilment import Fulfilment
from tests.domains.world.reading import DAY


class Growth(Fulfilment):
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
                others = [
                    one["paid"] for one in orders
                    if one["paid"] >= order["paid"] and (one["batch"] or str(one["paid"])) != occasion
                ]  # fmt: skip
                gap = (min(others) - order["paid"]).days if others else None
                found.append({**order, "gap": gap, "again": again, "mature": order["paid"] + DAY * 29 <= until})
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
                    "at": row["visited_at"], "id": row["visit_id"],
                }
            )  # fmt: skip
        return found

    def _referrals(self) -> list[Row]:
        bought = {member for member, orders in self._buyers().items() if orders}
        return [
            {
                "day": row["referred_date"], "at": row["referred_at"], "id": row["invitee_member_id"],
                "who": row["invitee_member_id"], "community": row["community_id"], "inviter": row["inviter_id"],
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

    def _testers(self) -> set[str | None]:
        return {self.person(row["member_id"]) for row in self.std("member") if row.get("is_test")}

    def _coupon_grants(self) -> list[Row]:
        used: dict[str, Row] = {}
        for row in sorted(self.std("coupon_event"), key=lambda row: row["occurred_at"]):
            if row["kind"] == "used":
                used.setdefault(row["coupon_grant_id"], row)
        return [
            {
                "id": row["coupon_grant_id"], "day": row["granted_date"], "at": row["granted_at"],
                "member": self.person(row["member_id"]), "campaign": row["campaign_id"],
                "used": use["occurred_date"] if (use := used.get(row["coupon_grant_id"])) else None,
                "used_at": use["occurred_at"] if use else None, "amount": use["amount_fen"] if use else 0,
            }
            for row in self.std("coupon_grant")
            if self.person(row["member_id"]) not in self._testers()
        ]  # fmt: skip

    def _touches(self) -> list[Row]:
        found = []
        for row in self.std("touch"):
            unit = {row["unit_kind"]: row["unit_id"]}
            member = self.person(unit.get("member"))
            if member is None or member not in self._testers():
                found.append(
                    {
                        "id": row["touch_id"], "day": row["touched_date"], "at": row["touched_at"], "member": member,
                        "community": unit.get("community"), "leader": unit.get("leader"), "campaign": row["campaign_id"],
                    }
                )  # fmt: skip
        return found
