"""A tiny company by hand: three towns, groups that change leaders, leaders that change tiers, orders, refunds, chat, stock."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from linshu.engine.metrics.catalog import Catalog
from linshu.engine.metrics.declare import (
    Alignment,
    Clock,
    Dimension,
    Fact,
    Later,
    Membership,
    Metric,
    Rollup,
    Targets,
    Unit,
    Versions,
    Via,
    converted,
    distinct,
    entered,
    frequent,
    largest,
    last,
    percentile,
    ratio,
    rows,
    smallest,
    total,
)
from linshu.engine.metrics.expression import Col
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.table import Choice, Kind
from linshu.kernel.text import Text

Row = dict[str, Any]
Tables = dict[str, list[Row]]

START, DAYS = date(2026, 9, 14), 75
TYPES = {
    "fct_targets": {
        "metric": "s", "parts": "s", "value_1": "s", "value_2": "s", "value_3": "s", "period_start": "d",
        "period_end": "d", "period_days": "i", "fineness": "i", "target_value": "i",
    },
    "dim_member_segment": {"member_id": "s", "segment_id": "s", "name": "s", "valid_from": "t", "valid_to": "t"},
    "dim_member_tag": {"member_id": "s", "tag": "s"},
    "dim_days": {"day": "d", "held": "d"},
    "dim_region": {"region_id": "s", "name": "s", "level": "s"},
    "dim_community": {"community_id": "s", "name": "s", "city_id": "s", "district_id": "s", "leader_id": "s"},
    "dim_leader": {"leader_id": "s", "name": "s", "tier": "s"},
    "dim_leader_version": {"leader_id": "s", "tier": "s", "valid_from": "t", "valid_to": "t"},
    "dim_community_leader": {"community_id": "s", "leader_id": "s", "valid_from": "t", "valid_to": "t"},
    "dim_channel": {"channel_id": "s", "name": "s"},
    "dim_sku": {"sku_id": "s", "name": "s", "category": "s", "supplier_id": "s"},
    "fct_lines": {
        "order_id": "s", "line_no": "i", "placed_at": "t", "placed_date": "d", "paid_at": "t", "paid_date": "d",
        "is_paid": "b", "is_gift": "b", "is_test": "b", "is_self_order": "b", "channel_id": "s", "community_id": "s",
        "leader_id": "s", "member_id": "s", "sku_id": "s", "mode": "s", "qty": "i", "price_fen": "i", "goods_fen": "i",
    },
    "fct_orders": {
        "order_id": "s", "placed_at": "t", "placed_date": "d", "paid_at": "t", "paid_date": "d", "is_paid": "b",
        "is_test": "b", "is_self_order": "b", "channel_id": "s", "community_id": "s", "leader_id": "s", "member_id": "s",
        "mode": "s", "paid_fen": "i",
    },
    "fct_refunds": {
        "refund_id": "s", "order_id": "s", "refunded_at": "t", "refunded_date": "d", "paid_at": "t", "paid_date": "d",
        "is_test": "b", "channel_id": "s", "community_id": "s", "leader_id": "s", "sku_id": "s", "kind": "s",
        "amount_fen": "i",
    },
    "fct_chat": {"community_id": "s", "activity_date": "d", "messages": "i"},
    "fct_stock": {"stock_date": "d", "sku_id": "s", "warehouse_id": "s", "qty": "i", "value_fen": "i", "is_out": "b"},
}  # fmt: skip
ARROW = {"s": pa.string(), "i": pa.int64(), "b": pa.bool_(), "d": pa.date32(), "t": pa.timestamp("us", "UTC")}


def noon(day: date, hour: int = 4) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 17, tzinfo=UTC)


def fixed() -> Tables:
    """The dimensions, written out."""
    middle, moved = datetime(2026, 10, 15, tzinfo=UTC), datetime(2026, 10, 10, tzinfo=UTC)
    return {
        "dim_days": days(),
        "dim_member_segment": segments(),
        "dim_member_tag": [
            {"member_id": f"M{n}", "tag": tag} for n, tag in ((0, "辣"), (1, "辣"), (1, "甜"), (1, "辣"), (5, "甜"))
        ],
        "fct_targets": targets(),
        "dim_region": [
            {"region_id": "R1", "name": "武汉", "level": "city"},
            {"region_id": "R2", "name": "长沙", "level": "city"},
            {"region_id": "D1", "name": "洪山区", "level": "district"},
            {"region_id": "D2", "name": "武昌区", "level": "district"},
            {"region_id": "D3", "name": "岳麓区", "level": "district"},
        ],
        "dim_community": [
            {"community_id": "C1", "name": "一群", "city_id": "R1", "district_id": "D1", "leader_id": "L2"},  # was L1's
            {"community_id": "C2", "name": "二群", "city_id": "R1", "district_id": "D2", "leader_id": "L2"},
            {"community_id": "C3", "name": "三群", "city_id": "R2", "district_id": "D3", "leader_id": "L3"},
            {"community_id": "C4", "name": "无主群", "city_id": None, "district_id": None, "leader_id": None},
        ],
        "dim_leader": [
            {"leader_id": "L1", "name": "王芳", "tier": "gold"},
            {"leader_id": "L2", "name": "李敏", "tier": "silver"},
            {"leader_id": "L3", "name": "王芳", "tier": None},
        ],
        "dim_leader_version": [
            {"leader_id": "L1", "tier": "silver", "valid_from": datetime(2020, 1, 1, tzinfo=UTC), "valid_to": middle},
            {"leader_id": "L1", "tier": "gold", "valid_from": middle, "valid_to": None},
            {"leader_id": "L2", "tier": "silver", "valid_from": datetime(2020, 1, 1, tzinfo=UTC), "valid_to": None},
        ],
        "dim_community_leader": [
            {
                "community_id": "C1",
                "leader_id": "L1",
                "valid_from": datetime(2020, 1, 1, tzinfo=UTC),
                "valid_to": moved,
            },
            {"community_id": "C1", "leader_id": "L2", "valid_from": moved, "valid_to": None},
            {
                "community_id": "C2",
                "leader_id": "L2",
                "valid_from": datetime(2026, 10, 1, tzinfo=UTC),
                "valid_to": None,
            },
            {
                "community_id": "C3",
                "leader_id": "L1",
                "valid_from": datetime(2020, 1, 1, tzinfo=UTC),
                "valid_to": middle,
            },
            {
                "community_id": "C3",
                "leader_id": "L3",
                "valid_from": datetime(2026, 11, 1, tzinfo=UTC),
                "valid_to": None,
            },
        ],
        "dim_channel": [{"channel_id": "wx", "name": "微信小程序"}, {"channel_id": "tb", "name": "淘宝"}],
        "dim_sku": [
            {"sku_id": "S1", "name": "草莓", "category": "水果", "supplier_id": "P1"},
            {"sku_id": "S2", "name": "白菜", "category": "蔬菜", "supplier_id": "P2"},
            {"sku_id": "S3", "name": "牛奶", "category": None, "supplier_id": None},
        ],
    }


def target(metric: str, parts: str, values: str, start: date, length: int, value: int) -> Row:
    """A target as it is published."""
    fineness = {1: 1, 7: 2, 28: 3, 30: 3, 31: 3}.get(length, 4)
    named = (*values.split("|"), None, None)[:3]
    split = {f"value_{at + 1}": one for at, one in enumerate(named)}
    end = start + timedelta(length - 1)
    period = {"period_start": start, "period_end": end, "period_days": length, "fineness": fineness}
    return {"metric": metric, "parts": parts, **split, **period, "target_value": value}


def targets() -> list[Row]:
    """For the whole and for parts, by key and by name, of all kinds of figures and periods, some over others."""
    parts = [
        ("*", "*"), ("channel", "wx"), ("channel", "淘宝"), ("city", "武汉"), ("city", "R2"), ("district", "D1"),
        ("community", "一群"), ("community", "C3"), ("leader", "王芳"), ("leader", "L2"), ("sku", "S1"),
        ("supplier", "P1"), ("mode", "pickup"), ("tier", "gold"), ("channel|city", "wx|武汉"), ("city|mode", "R1|home"),
        ("channel|city|mode", "wx|R1|home"), ("community|leader", "C1|L2"),
    ]  # fmt: skip
    spans = [
        (date(2026, 10, 1), 92),
        (date(2026, 10, 1), 31),
        (date(2026, 11, 1), 30),
        (date(2026, 9, 28), 7),
        (date(2026, 10, 8), 1),
    ]
    rng, found = random.Random(11), list[Row]()
    for metric in (
        "gmv",
        "orders",
        "net",
        "buyers",
        "refund_rate",
        "aov",
        "best_line",
        "week_paid",
        "messages",
        "stock",
    ):
        for dimensions, values in parts:
            found += [
                target(metric, dimensions, values, start, length, rng.randrange(1, 90_000))
                for start, length in spans
                if rng.random() < 0.6
            ]
    return found


def segments() -> list[Row]:
    """Who belonged where: several at once, again after a while, and one spell told twice by overlapping rows."""
    spells = [
        ("M0", "G1", 0, None), ("M0", "G2", 20, 40), ("M1", "G1", 10, 30), ("M1", "G1", 20, 50), ("M2", "G2", 0, 25),
        ("M2", "G2", 45, None), ("M3", "G2", 0, None), ("M3", "G1", 0, None), ("M4", "G3", 5, 6), ("M99", "G1", 0, None),
    ]  # fmt: skip
    begun = datetime(2026, 9, 14, tzinfo=UTC)
    return [
        {
            "member_id": member,
            "segment_id": segment,
            "name": {"G1": "高价值", "G2": "沉睡"}.get(segment, segment),
            "valid_from": begun + timedelta(since),
            "valid_to": None if until is None else begun + timedelta(until),
        }
        for member, segment, since, until in spells
    ]


def days() -> list[Row]:
    """Every day is held against one some four weeks before, in a wild but one-to-one order within each fortnight."""
    found: list[Row] = []
    for block in range(-6, 12):
        here = [START + timedelta(14 * block + n) for n in range(14)]
        there = random.Random(block).sample(here, 14)
        found += [{"day": day, "held": other - timedelta(28)} for day, other in zip(here, there, strict=True)]
    return found


LEADER_OF = {"C1": ("L1", "L2"), "C2": ("L2", "L2"), "C3": ("L3", "L3"), "C4": (None, None), None: (None, None)}


def make(seed: int, orders: int = 160) -> Tables:
    """A random company with every dirt that figures must survive: unknown keys, unpaid, tests, gifts, self-orders."""
    rng = random.Random(seed)
    tables: Tables = {**fixed(), "fct_lines": [], "fct_orders": [], "fct_refunds": [], "fct_chat": [], "fct_stock": []}
    for number in range(orders):
        _order(tables, rng, f"O{number}")
    for offset in range(DAYS):
        day = START + timedelta(offset)
        for community in ("C1", "C2", "C3", None):
            if rng.random() < 0.4:
                chat = {"community_id": community, "activity_date": day, "messages": rng.randint(0, 9)}
                tables["fct_chat"].append(chat)
        for sku, warehouse in (("S1", "W1"), ("S1", "W2"), ("S2", "W1"), (None, "W2")):
            if rng.random() < 0.3:  # counted now and then, not day by day
                qty = rng.randint(0, 20)
                row = {"stock_date": day, "sku_id": sku, "warehouse_id": warehouse, "qty": qty, "value_fen": qty * 130}
                tables["fct_stock"].append({**row, "is_out": qty < 8})
    return tables


def _order(tables: Tables, rng: random.Random, name: str) -> None:
    placed = noon(START + timedelta(rng.randrange(DAYS)), rng.randrange(24))
    paid = placed + timedelta(minutes=rng.choice((1, 90, 2000))) if rng.random() < 0.85 else None
    community = rng.choice(("C1", "C1", "C2", "C3", "C4", None))
    before, after = LEADER_OF[community]
    leader = before if placed < datetime(2026, 10, 10, tzinfo=UTC) else after
    head: Row = {
        "order_id": name,
        "placed_at": placed,
        "placed_date": placed.date(),
        "paid_at": paid,
        "paid_date": paid.date() if paid else None,
        "is_paid": paid is not None,
        "is_test": rng.random() < 0.05,
        "is_self_order": rng.random() < 0.1,
        "channel_id": rng.choice(("wx", "wx", "tb", None)),
        "community_id": community,
        "leader_id": leader,
        "member_id": f"M{rng.randrange(12)}" if rng.random() < 0.95 else None,
        "mode": rng.choice(("pickup", "home")),
    }
    lines = [
        {
            **head,
            "line_no": line + 1,
            "is_gift": rng.random() < 0.1,
            "sku_id": rng.choice(("S1", "S2", "S3", None)),
            "qty": (qty := rng.randint(1, 4)),
            "price_fen": (price := rng.choice((0, 199, 1290))),
            "goods_fen": qty * price,
        }
        for line in range(rng.randint(1, 3))
    ]
    tables["fct_lines"] += lines
    tables["fct_orders"].append({**head, "paid_fen": sum(line["goods_fen"] for line in lines)})
    while paid and rng.random() < 0.25:
        line = rng.choice(lines)
        at = paid + timedelta(days=rng.randrange(12))
        keep = ("order_id", "paid_at", "paid_date", "is_test", "channel_id", "community_id", "leader_id", "sku_id")
        tables["fct_refunds"].append(
            {
                **{key: line[key] for key in keep},
                "refund_id": f"F{len(tables['fct_refunds'])}",
                "refunded_at": at,
                "refunded_date": at.date(),
                "kind": rng.choice(("shortage", "return", None)),
                "amount_fen": rng.randint(1, 900),
            }
        )


def arrow(table: str, found: list[Row]) -> pa.Table:
    schema = pa.schema([(name, ARROW[kind]) for name, kind in TYPES[table].items()])
    return pa.Table.from_pylist(found, schema=schema)


def store(warehouse: DuckWarehouse, tables: Tables) -> DuckWarehouse:
    """Put the company into a warehouse, in place of what was there."""
    with warehouse.transaction() as session:
        for name, found in tables.items():
            session.register("given", arrow(name, found))
            session.build(f"mart.{name}", "SELECT * FROM given")
            session.unregister("given")
    return warehouse


def _text(zh: str) -> Text:
    return Text(zh, f"{zh} in English")


DIMENSIONS = (
    Dimension("channel", _text("渠道"), "dim_channel", "channel_id", "name", scope="channels"),
    Dimension("community", _text("社群"), "dim_community", "community_id", "name", scope="communities"),
    Dimension(
        "district",
        _text("区"),
        "dim_region",
        "region_id",
        "name",
        of=(Via("community", "district_id"),),
        parent="city",
        scope="regions",
    ),
    Dimension(
        "city", _text("城市"), "dim_region", "region_id", "name", of=(Via("community", "city_id"),), scope="regions"
    ),
    Dimension(
        "leader",
        _text("团长"),
        "dim_leader",
        "leader_id",
        "name",
        now=Via("community", "leader_id"),
        past=Versions("dim_community_leader", "community_id", "leader_id"),
        scope="leaders",
    ),
    Dimension(
        "tier", _text("等级"), of=(Via("leader", "tier"),), versions=Versions("dim_leader_version", "leader_id", "tier")
    ),
    Dimension("member", _text("会员")),
    Dimension("sku", _text("商品"), "dim_sku", "sku_id", "name"),
    Dimension("warehouse", _text("仓库")),
    Dimension("category", _text("品类"), of=(Via("sku", "category"),)),
    Dimension("supplier", _text("供应商"), of=(Via("sku", "supplier_id"),), scope="suppliers"),
    Dimension(
        "mode", _text("方式"), choices=(Choice("pickup", Text("自提", "Pick-up")), Choice("home", Text("到家", "Home")))
    ),
    Dimension("kind", _text("退款类型")),
    Dimension("self_order", _text("自购"), kind=Kind.BOOL),
    Dimension("paid_date", _text("支付日"), kind=Kind.DATE),
)

PAID = Clock("paid", _text("支付"), "paid_date", "paid_at")
PLACED = Clock("placed", _text("下单"), "placed_date", "placed_at")
SALE = {
    "member": "member_id",
    "channel": "channel_id",
    "community": "community_id",
    "leader": "leader_id",
    "mode": "mode",
    "self_order": "is_self_order",
    "paid_date": "paid_date",
}
FACTS = (
    Fact(
        "lines",
        "fct_lines",
        _text("订单行"),
        ("order_id", "line_no"),
        (PAID, PLACED),
        {**SALE, "sku": "sku_id"},
        ~Col("is_test"),
        "placed_at",
    ),
    Fact(
        "orders",
        "fct_orders",
        _text("订单"),
        ("order_id",),
        (PAID, PLACED),
        SALE,
        ~Col("is_test"),
        "placed_at",
        ranked=("paid_fen",),
    ),
    Fact(
        "refunds",
        "fct_refunds",
        _text("退款"),
        ("refund_id",),
        (Clock("refunded", _text("退款"), "refunded_date", "refunded_at"), PAID),
        {
            "channel": "channel_id",
            "community": "community_id",
            "leader": "leader_id",
            "sku": "sku_id",
            "kind": "kind",
            "paid_date": "paid_date",
        },
        ~Col("is_test"),
        "paid_at",
        ranked=("amount_fen",),
    ),
    Fact(
        "chat",
        "fct_chat",
        _text("聊天"),
        ("community_id", "activity_date"),
        (Clock("activity", _text("发言"), "activity_date"),),
        {"community": "community_id"},
    ),
    Fact(
        "stock",
        "fct_stock",
        _text("库存日"),
        ("stock_date", "sku_id", "warehouse_id"),
        (Clock("stock", _text("库存"), "stock_date"),),
        {"sku": "sku_id", "warehouse": "warehouse_id"},
    ),
)


def _metric(name: str, unit: Unit, formula: Any) -> Metric:
    return Metric(name, _text(f"指标{name}"), _text("定义"), unit, formula, "经营")


PER = ("sku_id", "warehouse_id")
BACK = Later("orders", "member_id", 9, Col("is_paid") & Col("mode").isin("home"))
GAVE_BACK = Later("refunds", "order_id", 5, Col("amount_fen") > 100, match="order_id", seen_by="orders")
SPOKE = Later("orders", "community_id", 3, Col("is_paid"), seen_by="chat")
PAYS = Col("is_paid") & ~Col("is_gift")
METRICS = (
    _metric("gmv", Unit.FEN, total("lines", Col("goods_fen"), PAYS)),
    _metric("priced", Unit.FEN, total("lines", Col("price_fen") * Col("qty"), Col("is_paid"))),
    _metric("units", Unit.QTY, total("lines", Col("qty"), Col("is_paid"))),
    _metric("lines_placed", Unit.COUNT, rows("lines", clock="placed")),
    _metric("gifts", Unit.COUNT, rows("lines", Col("is_gift"))),
    _metric("skus", Unit.COUNT, distinct("lines", "sku_id", PAYS)),
    _metric("best_line", Unit.FEN, largest("lines", Col("goods_fen"), PAYS)),
    _metric("orders", Unit.COUNT, rows("orders", Col("is_paid"))),
    _metric("paid_amount", Unit.FEN, total("orders", Col("paid_fen"), Col("is_paid"))),
    _metric("buyers", Unit.COUNT, distinct("orders", "member_id", Col("is_paid"))),
    _metric("cheapest", Unit.FEN, smallest("orders", Col("paid_fen"), Col("is_paid") & Col("mode").isin("pickup"))),
    _metric("active", Unit.COUNT, distinct("orders", "leader_id", Col("is_paid") & ~Col("is_self_order"), window=7)),
    _metric("week_paid", Unit.FEN, total("orders", Col("paid_fen"), Col("is_paid"), window=7)),
    _metric("week_orders", Unit.COUNT, rows("orders", Col("is_paid"), window=7)),
    _metric("loyal", Unit.COUNT, frequent("orders", "member_id", 3, Col("is_paid"))),
    _metric("keen", Unit.COUNT, frequent("orders", "leader_id", 4, Col("is_paid"), window=7)),
    _metric("curious", Unit.COUNT, frequent("lines", "member_id", 2, PAYS, each="sku_id", window=14)),
    _metric("varied", Unit.COUNT, frequent("lines", "member_id", 2, PAYS, each="sku_id")),
    _metric("refunded", Unit.FEN, total("refunds", Col("amount_fen"))),
    _metric("refunded_paid", Unit.FEN, total("refunds", Col("amount_fen"), clock="paid")),
    _metric("refunds", Unit.COUNT, rows("refunds", Col("kind").known() | (Col("amount_fen") > 500))),
    _metric("net", Unit.FEN, Col("gmv") - Col("refunded_paid")),
    _metric("aov", Unit.FEN, ratio("paid_amount", "orders")),
    _metric("refund_rate", Unit.RATIO, ratio("refunded", "gmv")),
    _metric("net_aov", Unit.FEN, Col("net") / Col("orders")),
    _metric("median_paid", Unit.FEN, percentile("orders", Col("paid_fen"), 50, Col("is_paid"))),
    _metric("high_paid", Unit.FEN, percentile("orders", Col("paid_fen"), 90, Col("is_paid"), clock="placed")),
    _metric("week_median", Unit.FEN, percentile("orders", Col("paid_fen"), 50, Col("is_paid"), window=7)),
    _metric("high_refund", Unit.FEN, percentile("refunds", Col("amount_fen") * 2, 75)),
    _metric("shoppers", Unit.COUNT, entered("orders", "member_id", BACK, Col("mode").isin("pickup"), clock="placed")),
    _metric(
        "came_back", Unit.COUNT, converted("orders", "member_id", BACK, Col("mode").isin("pickup"), clock="placed")
    ),
    _metric("back_rate", Unit.RATIO, ratio("came_back", "shoppers")),
    _metric("buying", Unit.COUNT, entered("lines", "member_id", GAVE_BACK, PAYS)),
    _metric("regretting", Unit.COUNT, converted("lines", "member_id", GAVE_BACK, PAYS)),
    _metric("chatty", Unit.COUNT, entered("chat", "community_id", SPOKE, Col("messages") > 2)),
    _metric("selling", Unit.COUNT, converted("chat", "community_id", SPOKE, Col("messages") > 2)),
    _metric("messages", Unit.COUNT, total("chat", Col("messages"))),
    _metric("stock", Unit.QTY, total("stock", Col("qty"), window=1)),
    _metric("stock_held", Unit.QTY, last("stock", Col("qty"), per=PER)),
    _metric("stock_known", Unit.FEN, last("stock", Col("value_fen"), Col("sku_id").known(), per=PER, back=5)),
    _metric("stock_out", Unit.COUNT, last("stock", None, Col("is_out"), per=PER, back=5)),
    _metric("stock_days", Unit.FEN, total("stock", Col("value_fen"))),
)
MEMBERSHIPS = (
    Membership(
        "segment",
        Text("人群", "Segment"),
        "member",
        "dim_member_segment",
        "member_id",
        "segment_id",
        "name",
        history=True,
    ),
    Membership("tag", Text("标签", "Tag"), "member", "dim_member_tag", "member_id", "tag"),
)
TARGETS = Targets("fct_targets")
ALIGNED = Alignment("last_year_aligned", Text("对齐", "Aligned"), "dim_days", "day", "held")
CATALOG = Catalog(DIMENSIONS, FACTS, METRICS, alignments=(ALIGNED,), targets=TARGETS, memberships=MEMBERSHIPS)

ROLLUPS = (
    Rollup("lines_by_group", "lines", ("channel", "community", "leader", "mode"), months=True),
    Rollup("lines_by_sku", "lines", ("channel", "sku"), months=True),
    Rollup("lines_placed_by_sku", "lines", ("sku", "mode"), clock="placed"),
    Rollup("orders_by_group", "orders", ("channel", "community", "leader", "self_order"), months=True),
    Rollup("refunds_by_group", "refunds", ("channel", "community", "leader", "kind")),
    Rollup("refunds_paid_by_sku", "refunds", ("sku", "paid_date"), clock="paid"),
    Rollup("chat_by_community", "chat", ("community",)),
    Rollup("buyers_seen", "orders", counts="buyers"),
    Rollup("buyers_seen_by_leader", "orders", ("leader",), counts="buyers"),
    Rollup("active_seen", "orders", counts="active"),
    Rollup("active_seen_by_community", "orders", ("community",), counts="active"),
    Rollup("stock_stands", "stock", counts="stock_held"),
    Rollup("stock_known_stands", "stock", counts="stock_known"),
    Rollup("stock_out_stands", "stock", counts="stock_out"),
    Rollup("skus_seen", "lines", counts="skus"),
)
ROLLED = Catalog(DIMENSIONS, FACTS, METRICS, ROLLUPS, alignments=(ALIGNED,), targets=TARGETS, memberships=MEMBERSHIPS)
