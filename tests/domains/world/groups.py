"""How warm the groups are, and what each leader gave, week by week."""

from __future__ import annotations

from collections import defaultdict

from tests.domains.trade import Row
from tests.domains.world.growth import Growth
from tests.domains.world.reading import DAY

HOUSEHOLDS = {"C1": 400, "C2": 400, "C3": 300}


class Groups(Growth):
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
