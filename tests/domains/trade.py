"""A small company that trades for six weeks, as rows of the standard with every dirt that figures must survive."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
Rows = dict[str, list[Row]]

FIRST, DAYS = date(2026, 2, 20), 110
CUT_OFF = 23  # the company's day ends at 23:00 in China


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """That time of day in China, as an instant."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def company_day(at: datetime) -> date:
    """What comes at or after the cut-off belongs to the next day."""
    return (at + timedelta(hours=8 + 24 - CUT_OFF)).date()


def clock(name: str, at: datetime | None) -> Row:
    """`x_at` with its `x_date`."""
    return {f"{name}_at": at, f"{name}_date": company_day(at) if at else None}


# What carrying parcels cost, as trips and bills tell it, no table of the standard; every third day is costed by parcel.
PARCEL_COSTS: list[Row] = [
    {"parcel_id": f"K{number}-{place}", "cost_kind": ("vehicle", "rider", "packaging")[number % 3], "amount_fen": 130 + number * 7 + place,
     "delivery_date": FIRST + timedelta(number * 3), "warehouse_id": "W1", "pickup_point_id": "P1", "community_id": community,
     "is_estimate": number % 2 == 0}
    for number in range(DAYS // 3) for place, community in enumerate(("C1", "C3"))
]  # fmt: skip


def _fixed() -> Rows:
    early = datetime(2025, 1, 1, tzinfo=UTC)
    change = moment(FIRST + timedelta(25), 12)
    return {
        "region": [
            {"region_id": "R1", "name": "武汉", "level": "city"},
            {"region_id": "R2", "name": "长沙", "level": "city"},
            {"region_id": "D1", "name": "洪山", "level": "district", "parent_id": "R1"},
            {"region_id": "D2", "name": "岳麓", "level": "district", "parent_id": "R2"},
        ],
        "estate": [
            {"estate_id": "E1", "name": "东湖", "region_id": "D1", "households": 400},
            {"estate_id": "E2", "name": "橘洲", "region_id": "D2"},
        ],
        "community": [
            {"community_id": "C1", "name": "一群", "estate_id": "E1", "status": "active"},
            {"community_id": "C2", "name": "二群", "estate_id": "E1", "status": "active"},
            {"community_id": "C3", "name": "三群", "estate_id": "E2", "status": "active"},
        ],
        "warehouse": [{"warehouse_id": "W1", "name": "中心仓", "level": "central", "region_id": "D1"}],
        "pickup_point": [{"pickup_point_id": f"P{n}", "name": f"点{n}", "estate_id": f"E{n}"} for n in (1, 2)],
        "leader": [
            {"leader_id": "L1", "name": "王芳", "status": "active", "member_id": "M1"},
            {"leader_id": "L2", "name": "李敏", "status": "active"},
            {"leader_id": "L3", "name": "赵琴", "status": "dormant", "member_id": "MX"},
        ],
        "leader_assignment": [
            {"community_id": "C1", "leader_id": "L1", "role": "owner", "valid_from": early, "valid_to": change},
            {"community_id": "C1", "leader_id": "L2", "role": "owner", "valid_from": change},
            {"community_id": "C2", "leader_id": "L2", "role": "owner", "valid_from": early},
            {"community_id": "C3", "leader_id": "L3", "role": "owner", "valid_from": early},
        ],
        "channel": [{"channel_id": "wx", "name": "小程序", "kind": "mini_program"}],
        "supplier": [{"supplier_id": "V1", "name": "果园", "status": "active"}, {"supplier_id": "V2", "name": "牧场", "status": "active"}],
        "category": [{"category_id": "K1", "name": "水果", "level": 1}],
        "sku": [
            {"sku_id": "S1", "name": "草莓", "base_unit": "piece", "category_id": "K1", "supplier_id": "V1",
             "supply_mode": "stocked", "tax_rate_ppm": 90_000, "shelf_life_days": 40, "list_price_fen": 1290},
            {"sku_id": "S2", "name": "白菜", "base_unit": "piece", "supply_mode": "buy_to_order", "tax_rate_ppm": 0},
            {"sku_id": "S3", "name": "牛奶", "base_unit": "piece", "supply_mode": "prepared", "tax_rate_ppm": 130_000},
            {"sku_id": "S4", "name": "粽叶", "base_unit": "piece", "supply_mode": "stocked",
             "tax_rate_ppm": 0},
        ],
        "stock_batch": [
            {"stock_batch_id": "SB1", "sku_id": "S1", "produced_on": FIRST + timedelta(80), "expires_on": FIRST + timedelta(112)},
            {"stock_batch_id": "SB2", "sku_id": "S2", "expires_on": FIRST + timedelta(60), "unit_cost_fen": 300},
        ],
        # MX is M2's account on another platform; M8 tests.
        "identity": [{"account_source": "test", "source_member_id": "MX", "member_id": "M2"}],
    }  # fmt: skip


LED_BY = {"C1": "L1", "C2": "L2", "C3": "L3", None: None}
MEMBERS = (*(f"M{n}" for n in range(1, 9)), "MX")


def trade(seed: int, orders: int = 140) -> Rows:
    """All rows of one random company."""
    rng = random.Random(seed)
    rows: Rows = _fixed()
    made = Maker(rng, rows)
    made.members()
    made.batches()
    for number in range(orders):
        made.order(f"O{number:03}")
    made.rush()
    made.groups()
    made.visits()
    made.stock()
    made.costs()
    made.newcomers()
    made.blame()
    made.marketing()
    made.collections()
    made.forecasts()
    made.purchases()
    return rows


class Maker:
    """Appends random rows, table by table."""

    def __init__(self, rng: random.Random, rows: Rows) -> None:
        self.rng, self.rows = rng, rows

    def add(self, table: str, **row: Any) -> Row:
        self.rows.setdefault(table, []).append(row)
        return row

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def some_day(self) -> date:
        return FIRST + timedelta(self.rng.randrange(DAYS))

    def instant(self, day: date) -> datetime:
        return moment(day, self.rng.choice((8, 12, 20, 22, 23)), self.rng.randrange(60))

    def members(self) -> None:
        for name in MEMBERS:
            registered = self.instant(self.some_day())
            self.add(
                "member",
                member_id=name,
                channel_id=self.rng.choice(("wx", "tb", None)),
                estate_id=self.rng.choice(("E1", "E2", None)),
                is_test=name == "M8",
                **clock("registered", registered),
            )
        for name in ("M3", "M4", "M5"):
            kind, inviter = self.rng.choice((("member", "M1"), ("leader", "L2"), ("member", name)))
            at = self.instant(self.some_day())
            self.add(
                "referral",
                invitee_member_id=name,
                inviter_kind=kind,
                inviter_id=inviter,
                community_id=self.rng.choice(("C1", None)),
                **clock("referred", at),
            )

    def batches(self) -> None:
        for number in range(8):
            day = FIRST + timedelta(number * 9)
            opened, cut = moment(day, 9), moment(day + timedelta(self.rng.randrange(3)), 22)
            self.add(
                "sale_batch",
                batch_id=f"B{number}",
                cut_off_at=cut,
                delivery_date=company_day(cut) + timedelta(1),
                status="open",
                **clock("opened", opened),
            )
            for place, sku in enumerate(self.rng.sample(("S1", "S2", "S3"), 2)):
                kind, scope = self.rng.choice(
                    (("all", "*"), ("community", "C1"), ("region", "R1"), ("warehouse", "W1"))
                )
                listed = opened + timedelta(hours=self.rng.randrange(4))
                sold_out = listed + timedelta(hours=self.rng.randint(1, 9)) if self.chance(0.4) else None
                self.add(
                    "listing",
                    listing_id=f"B{number}-{place}",
                    batch_id=f"B{number}",
                    sku_id=sku,
                    scope_kind=kind,
                    scope_id=scope,
                    price_fen=self.rng.choice((0, 990, 1290)),
                    reference_price_fen=(None, 199, 1290, 1990)[(number + place) % 4],
                    quota_qty=self.rng.choice((None, 0, 20, 40)),
                    sold_out_at=sold_out,
                    **clock("listed", listed),
                )

    def newcomers(self) -> None:
        """Members bring others soon after they joined; some too late to count, some who buy too late, some never."""
        joined = {row["member_id"]: row["registered_at"] for row in self.rows["member"] if row["member_id"] != "M8"}
        earliest = sorted(joined, key=lambda name: joined[name])
        spans = ((0, 2, 3), (0, 29, 29), (0, 31, 1), (1, 5, 40), (1, 6, None), (2, 0, 0), (7, 1, 1))
        for number, (place, days, bought) in enumerate(spans):
            inviter, name = earliest[place], f"N{number}"
            at = joined[inviter] + timedelta(days)
            self.add(
                "referral",
                invitee_member_id=name,
                inviter_kind="member",
                inviter_id=inviter,
                community_id="C1",
                **clock("referred", at),
            )
            if bought is not None:
                self.bought(f"N{number}", name, at + timedelta(bought))

    def blame(self) -> None:
        """Some after-sale cases are the leader's or the point's fault, some ratings are about these."""
        for number, case in enumerate(self.rows["after_sale_case"]):
            case["liability"] = ("leader", "supplier", "point", None)[number % 4]
        for number, rating in enumerate(self.rows["rating"]):
            rating["about"] = ("point", "goods", "service")[number % 3]

    def bought(self, order: str, member: str, at: datetime) -> None:
        self.add(
            "orders", order_id=order, channel_id="wx", member_id=member, community_id="C1", leader_id="L1",
            pickup_point_id="P1", warehouse_id="W1", batch_id=None, mode="pickup", status="paid", goods_fen=990,
            shipping_fen=0, paid_fen=990, is_test=False, deleted=False, **clock("placed", at), **clock("paid", at),
        )  # fmt: skip

    # -- sale

    def rush(self) -> None:
        """A week in which one leader sells enough to be effective."""
        for number in range(30):
            self.order(f"R{number:02}", date(2026, 3, 25) + timedelta(number % 7))

    def order(self, name: str, day: date | None = None) -> None:
        rng = self.rng
        placed = self.instant(day or self.some_day())
        paid = placed + timedelta(minutes=rng.choice((1, 90))) if self.chance(0.85) else None
        community = rng.choice(("C1", "C1", "C2", "C3", None))
        lines = [self.line(name, number + 1, placed) for number in range(rng.randint(1, 3))]
        shipping = rng.choice((0, 0, 500))
        head = self.add(
            "orders",
            order_id=name,
            channel_id=rng.choice(("wx", "tb", None)),
            member_id=rng.choice((*MEMBERS, None)),
            community_id=community,
            leader_id=LED_BY[community],
            pickup_point_id=rng.choice(("P1", "P2", None)),
            warehouse_id=rng.choice(("W1", None)),
            batch_id=rng.choice((None, *(f"B{n}" for n in range(8)))),
            mode=rng.choice(("pickup", "home")),
            status=rng.choice(("paid", "closed", "cancelled")) if paid else rng.choice(("placed", "cancelled")),
            goods_fen=sum(line["goods_fen"] for line in lines),
            shipping_fen=shipping,
            paid_fen=sum(line["paid_fen"] for line in lines) + shipping,
            is_test=self.chance(0.05),
            deleted=self.chance(0.04),
            **clock("placed", placed),
            **clock("paid", paid),
        )
        if paid:
            self.add(
                "payment", payment_id=f"P-{name}", order_id=name, amount_fen=head["paid_fen"], **clock("paid", paid)
            )
            self.after(name, lines, paid)

    def line(self, order: str, number: int, placed: datetime) -> Row:
        rng = self.rng
        qty, price = rng.randint(1, 4), rng.choice((0, 199, 1290))
        goods = qty * price
        parts = {
            f"discount_{funder}_fen": goods * rng.choice((0, 0, 3)) // 100
            for funder in ("platform", "merchant", "supplier", "leader")
        }
        listings = [one["listing_id"] for one in self.rows["listing"]]
        return self.add(
            "order_line",
            order_id=order,
            line_no=number,
            sku_id=rng.choice(("S1", "S2", "S3", "S9")),
            listing_id=rng.choice((None, *listings)),
            qty=qty,
            unit_price_fen=price,
            goods_fen=goods,
            paid_fen=goods - sum(parts.values()),
            cost_fen=rng.choice((None, goods * 7 // 10)),
            campaign_id=rng.choice((None, None, "A1")),
            is_gift=self.chance(0.1),
            **parts,
        )

    def after(self, name: str, lines: list[Row], paid: datetime) -> None:
        rng = self.rng
        while self.chance(0.3):
            line = rng.choice((None, *lines))
            at = self.instant(paid.date() + timedelta(rng.randrange(1, 20)))
            most = line["paid_fen"] if line else sum(one["paid_fen"] for one in lines)
            self.add(
                "refund",
                refund_id=f"F{len(self.rows.get('refund', ()))}",
                order_id=name,
                line_no=line["line_no"] if line else None,
                qty=rng.choice((None, 1)) if line else None,
                amount_fen=rng.randint(0, max(most // 3, 1)),
                kind=rng.choice(("shortage", "cancel", "refund_only", "return", None)),
                **clock("refunded", at),
            )
        if self.chance(0.2):
            opened = self.instant(paid.date() + timedelta(2))
            closed = opened + timedelta(hours=rng.randint(1, 90)) if self.chance(0.7) else None
            self.add(
                "after_sale_case",
                case_id=f"K-{name}",
                order_id=name,
                line_no=rng.choice((None, 1)),
                kind=rng.choice(("shortage", "return")),
                granted_fen=rng.choice((None, 300)),
                recourse_fen=rng.choice((None, 120)),
                **clock("opened", opened),
                **clock("closed", closed),
            )
        if self.chance(0.3):
            at = self.instant(paid.date() + timedelta(3))
            self.add(
                "rating",
                rating_id=f"S-{name}",
                order_id=name,
                about="goods",
                score=rng.randint(1, 5),
                **clock("rated", at),
            )
        if self.chance(0.6):
            self.parcel(name, paid)
        if self.chance(0.2):
            at = self.instant(paid.date() + timedelta(1))
            self.add(
                "handover",
                handover_id=f"H-{name}",
                line_no=1,
                from_kind="grid",
                from_id="W1",
                to_kind="point",
                to_id=rng.choice(("P1", "P2")),
                sku_id="S1",
                expected_qty=(expected := rng.randint(1, 9)),
                counted_qty=expected - rng.randint(0, 1),
                short_qty=rng.choice((None, 1)),
                damaged_qty=rng.choice((None, 1)),
                **clock("handed", at),
            )

    def parcel(self, order: str, paid: datetime) -> None:
        rng = self.rng
        due = company_day(paid) + timedelta(1)
        promised = moment(due, 18)
        pieces = rng.choice((None, 2, 5))
        self.add(
            "parcel", parcel_id=f"X-{order}", kind="order", order_id=rng.choice((order, None)), delivery_date=due,
            pickup_point_id=rng.choice(("P1", None)), promised_at=promised, pieces=pieces,
        )  # fmt: skip
        self.add("parcel_line", parcel_id=f"X-{order}", line_no=1, sku_id="S1", qty=(packed := rng.randint(1, 3)))
        if self.chance(0.85):
            signed = promised + timedelta(hours=rng.choice((-3, -1, 1, 20)))
            self.event(order, "point_signed", signed, rng.choice((None, packed, max(packed - 1, 0))))
            if self.chance(0.2):
                self.event(order, "notified", signed, 1, exception="uncollected")

    def event(self, order: str, stage: str, at: datetime, qty: int | None, exception: str | None = None) -> None:
        self.add(
            "delivery_event", delivery_event_id=f"{stage}-{order}", parcel_id=f"X-{order}", stage=stage, qty=qty,
            exception=exception, **clock("occurred", at),
        )  # fmt: skip

    # -- groups, visits, stock, costs

    def groups(self) -> None:
        for offset in range(DAYS):
            for community in ("C1", "C2"):
                for hour in (9, 20):
                    if self.chance(0.3):
                        self.chat(community, FIRST + timedelta(offset), hour)

    def chat(self, community: str, day: date, hour: int) -> None:
        speakers = self.rng.choice((("*",), ("M1", "M2"), ("*", "M1")))
        for member in speakers:
            self.add(
                "chat_activity",
                community_id=community,
                activity_date=day,
                activity_hour=hour,
                member_id=member,
                messages=self.rng.randrange(6),
                interactions=self.rng.randrange(4),
                participants=self.rng.randrange(5) if member == "*" else None,
                joins=self.rng.choice((None, 1)),
                leaves=self.rng.choice((None, 1)),
            )

    def visits(self) -> None:
        for number in range(60):
            at = self.instant(self.some_day())
            self.add(
                "visit",
                visit_id=f"V{number}",
                visitor_id=self.rng.choice((None, "dev1", "dev2", "dev3")),
                member_id=self.rng.choice((None, *MEMBERS)),
                community_id=self.rng.choice(("C1", "C3", None)),
                channel_id=self.rng.choice(("wx", None)),
                inviter_kind="leader",
                inviter_id=self.rng.choice(("L1", "L2")),
                is_new_visitor=self.rng.choice((None, None, True, False)),
                **clock("visited", at),
            )

    def stock(self) -> None:
        for number in range(70):
            kind = self.rng.choice(("receipt", "receipt", "sale", "sale", "loss", "return"))
            qty = self.rng.randint(1, 9) * (1 if kind in ("receipt", "return") else -1)
            if kind == "loss" and self.chance(0.2):
                qty = -qty  # recovered
            sku = self.rng.choice(("S1", "S2", "S3"))
            self.add(
                "stock_movement",
                stock_movement_id=f"Y{number}",
                sku_id=sku,
                stock_batch_id={"S1": "SB1", "S2": "SB2"}.get(sku) if number % 3 else None,
                warehouse_id="W1",
                kind=kind,
                qty=qty,
                cost_fen=qty * 300,
                cause="recovered" if kind == "loss" and qty > 0 else "warehouse" if kind == "loss" else None,
                **clock("moved", self.instant(self.some_day())),
            )
        self.add(
            "stock_movement", stock_movement_id="Y99", sku_id="S4", stock_batch_id=None, warehouse_id="W1", kind="receipt", qty=7, cost_fen=2100,
            **clock("moved", moment(FIRST + timedelta(60), 12)),
        )  # fmt: skip

    def forecasts(self) -> None:
        """Of two evenings and the next nine days each, so that some days are forecast twice; a group's own beside them."""
        for evening in (20, 25):
            for ahead, sku in ((ahead, sku) for ahead in range(1, 10) for sku in ("S1", "S2")):
                low, middle, high = sorted(self.rng.randint(0, 12) for _ in range(3))
                for community in ("*", "C1"):
                    self.add(
                        "demand_forecast",
                        made_on=FIRST + timedelta(evening),
                        day=FIRST + timedelta(evening + ahead),
                        sku_id=sku,
                        warehouse_id="W1",
                        for_community=community,
                        known_qty=self.rng.choice((None, 0, 2)),
                        mean_thousandths=self.rng.randint(0, 9000),
                        p10_qty=low,
                        p50_qty=middle,
                        p90_qty=high,
                        model_version="test",
                        inputs_hash="0",
                    )

    def purchases(self) -> None:
        """Orders to suppliers: early, late, short, turned away, never come, called off; lots, of which some are lost."""
        rng = self.rng
        for number in range(40):
            ordered = self.instant(self.some_day())
            status = rng.choice(("received", "received", "received", "received", "confirmed", "draft", "cancelled"))
            expected = ordered + timedelta(hours=30)
            if number % 4 == 0:
                expected = moment(company_day(expected), 0)  # a day alone was agreed
            late = timedelta(minutes=rng.choice((-600, -10, 0, 59, 61, 300, 2000)))
            received = max(expected + late, ordered) if status == "received" else None
            self.add(
                "purchase_order", purchase_order_id=f"PO{number:02}", supplier_id=rng.choice(("V1", "V2")), warehouse_id="W1",
                batch_id=rng.choice((None, "B1")), status=status, **clock("ordered", ordered), **clock("expected", expected),
                **clock("received", received),
            )  # fmt: skip
            for line in range(1, rng.randint(2, 3)):
                wanted = rng.randint(1, 30)
                came = max(wanted + rng.choice((0, 0, 0, 2, -1)), 0) if received else None
                turned = rng.choice((None, 0, 0, 1)) if came else None
                self.add(
                    "purchase_order_line", purchase_order_id=f"PO{number:02}", line_no=line, sku_id=rng.choice(("S1", "S2", "S3")),
                    ordered_qty=wanted, received_qty=came, rejected_qty=turned, unit_price_fen=rng.choice((199, 1290)),
                )  # fmt: skip
        self.rows["stock_batch"][0] |= {"supplier_id": "V2", "supplier_lot": "LOT-1"}  # not who usually supplies it
        for number in range(8):
            qty = rng.choice((-3, -1, 2))
            self.add(
                "stock_movement", stock_movement_id=f"YC{number}", sku_id=rng.choice(("S1", "S2", "S3")), stock_batch_id=None, warehouse_id="W1",
                kind="count", qty=qty, cost_fen=qty * 300, **clock("moved", self.instant(self.some_day())),
            )  # fmt: skip

    def costs(self) -> None:
        for number in range(25):
            kind, scope = self.rng.choice((("channel", "wx"), ("community", "C1"), ("warehouse", "W1"), ("all", "*")))
            self.add(
                "cost_entry",
                cost_entry_id=f"Z{number}",
                pool=self.rng.choice(("warehouse", "last_mile", "packaging", "commission", "rent", "payment_fee")),
                amount_fen=self.rng.randint(-200, 2000),
                cost_date=self.some_day(),
                scope_kind=kind,
                scope_id=scope,
            )
        for number in range(10):
            self.add(
                "marketing_cost",
                campaign_id=self.rng.choice(("A1", "*")),
                channel_id=self.rng.choice(("wx", "*")),
                community_id="*",
                cost_date=FIRST + timedelta(number * 5),
                kind="advert",
                amount_fen=self.rng.randint(1, 900),
            )

    def marketing(self) -> None:
        """Coupons of which some are used, early, late or not at all; touches of members, a group and a leader."""
        for number in range(40):
            granted = self.instant(self.some_day())
            self.add(
                "coupon_grant", coupon_grant_id=f"CG{number}", coupon_id=f"CQ{number % 2}",
                member_id=self.rng.choice(MEMBERS), campaign_id=self.rng.choice((None, "A1")), **clock("granted", granted),
            )  # fmt: skip
            for kind in self.rng.choice(((), ("used",), ("expired",), ("used", "given_back"), ("used", "used"))):
                at = granted + timedelta(self.rng.choice((0, 3, 29, 30, 45)), number)
                self.add(
                    "coupon_event", coupon_grant_id=f"CG{number}", kind=kind,
                    amount_fen=self.rng.choice((500, 800)) if kind == "used" else None, **clock("occurred", at),
                )  # fmt: skip
        units = (*(("member", name) for name in MEMBERS), ("community", "C1"), ("leader", "L1"))
        for number in range(60):
            kind, unit = self.rng.choice(units)
            self.add(
                "touch", touch_id=f"TC{number}", unit_kind=kind, unit_id=unit, medium=self.rng.choice(("sms", "group")),
                campaign_id=self.rng.choice((None, "A1")), **clock("touched", self.instant(self.some_day())),
            )  # fmt: skip

    def collections(self) -> None:
        """Most of what was signed is collected, in one go or in two, now and then before it was signed."""
        signed = [row for row in self.rows["delivery_event"] if row["stage"] == "point_signed"]
        for number, row in enumerate(signed):
            for turn in range(number % 3):
                at = row["occurred_at"] + timedelta(hours=(number % 7) * 5 + turn - 2)
                self.add(
                    "delivery_event", delivery_event_id=f"collected-{number}-{turn}", parcel_id=row["parcel_id"],
                    stage="collected", qty=1, exception=None, **clock("occurred", at),
                )  # fmt: skip
