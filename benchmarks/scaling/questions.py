"""Twenty questions as the pages, the alerts and the analysts of such a company ask them, over its latest weeks and its whole past."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its metrics, cuts, and how many of the latest company days it looks at (0 = all of them)."""

    name: str
    metrics: str
    by: str = ""
    days: int = 0
    more: dict[str, Any] = field(default_factory=dict)

    def options(self, last: date) -> dict[str, Any]:
        """What `shop.query` takes beside metrics and cuts, for a company whose last full day is `last`."""
        span = {"start": last - timedelta(days=self.days - 1), "end": last} if self.days else {}
        return {**span, **self.more}


CITY = {"where": {"city": "武汉"}}

QUESTIONS = (
    Question("today", "gmv,orders,active_members", days=1),
    Question("week against the week before", "gmv,orders,aov", days=7, more={"compare": "previous"}),
    Question("30 days by day", "gmv,units", days=30, more={"grain": "day"}),
    Question("a year by week", "gmv,orders", days=364, more={"grain": "week"}),
    Question("everything by month", "gmv,paid_amount,discount_rate", more={"grain": "month"}),
    Question("30 days by channel", "gmv,units,discount_rate", "channel", days=30),
    Question("90 days by city", "gmv,orders", "city", days=90),
    Question("everything by city and month", "gmv,units", "city", more={"grain": "month"}),
    Question("one city by day", "gmv,units", days=90, more={"grain": "day", **CITY}),
    Question("30 days by department", "gmv,units,goods_margin_rate", "department", days=30),
    Question("top 50 SKUs of 30 days", "gmv,units,unit_price", "sku", days=30, more={"order": "-gmv", "limit": 50}),
    Question("top 50 SKUs of all time", "gmv,units", "sku", more={"order": "-gmv", "limit": 50}),
    Question("top 50 leaders of 30 days", "gmv,orders", "leader", days=30, more={"order": "-gmv", "limit": 50}),
    Question("leader tiers, as ordered", "gmv", "leader_tier", days=90),
    Question("members by week", "active_members,orders_per_member", days=182, more={"grain": "week"}),
    Question("first orders by month", "first_order_members,first_order_share", more={"grain": "month"}),
    Question("refund rate by day", "refund_amount,refund_rate", days=90, more={"grain": "day"}),
    Question("margin by city", "goods_revenue,goods_margin,goods_margin_rate", "city", days=90),
    Question("on-time rate by warehouse", "on_time_rate,shortage_rate", "warehouse", days=30),
    Question("after-sale by department", "cases,case_rate", "department", days=90),
)
