"""A little company whose every figure can be counted by hand: two cities, three groups, three weeks, one clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.domains.dictionary import CATALOG
from tests.domains.models.company import Company, at, line, order, refund

from linshu.engine.metrics import Cache, Query, run
from linshu.engine.metrics.drill import drill

if TYPE_CHECKING:
    import pyarrow as pa

    from linshu.engine.metrics import Result

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # half past two in the afternoon
FIRST = TODAY - timedelta(days=20)
GROUPS = (("C1", "翠湖一群", "L1", "武汉"), ("C2", "锦绣二群", "L2", "武汉"), ("C3", "碧桂三群", "L3", "长沙"))
GOODS = (("S1", "五花肉 500g", 2990), ("S2", "土鸡蛋 30枚", 1990))


@dataclass
class TownShop:
    """The town's figures as pages ask for them."""

    company: Company
    cache: Cache = field(default_factory=Cache)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    catalog: Any = CATALOG
    data_as_of: datetime | None = NOW

    @property
    def data_version(self) -> int:
        return self.company.warehouse.data_version

    def query(self, metrics: Any, by: Any = (), *, rollups: bool = True, **question: Any) -> Result:
        self.asked.append(tuple(metrics))
        return run(self.company.warehouse, Query.of(metrics, by, **question), CATALOG, self.cache, rollups=rollups)

    def drill(
        self, metrics: Any, by: Any, group: dict[str, str], *, rollups: bool = True, **question: Any
    ) -> tuple[Query, Result]:
        finer = drill(Query.of(metrics, by, **question), group, CATALOG)
        return finer, run(self.company.warehouse, finer, CATALOG, self.cache, rollups=rollups)

    def read(self, sql: str, params: Any = ()) -> pa.Table:
        return self.company.warehouse.query(sql, params)


def sold(day: date, group: int) -> int:
    """How many orders a group has on a day: C1 three, C2 two, C3 one; a quarter more at the weekend is one more for C1."""
    return 3 - group + (1 if group == 0 and day.weekday() >= 5 else 0)


def orders_of(day: date) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """A day's orders, each with its line, at 8, 9, 10 ... o'clock."""
    made = []
    for group, (community, _, leader, _) in enumerate(GROUPS):
        for number in range(sold(day, group)):
            sku, _, price = GOODS[number % 2]
            key = f"{day:%m%d}-{community}-{number}"
            placed = f"{day} {8 + number + group:02d}:15"
            member = f"M{group}{number}"
            made.append((
                order(key, placed, member_id=member, community_id=community, leader_id=leader, goods_fen=price,
                      paid_fen=price, placed_date=day, paid_date=day),
                line(key, sku_id=sku, goods_fen=price, paid_fen=price, unit_price_fen=price),
            ))  # fmt: skip
    return made


def town() -> Company:
    """The company with its places, people, goods, orders, two refunds and a target."""
    company = Company()
    company.land(town_rows())
    return published(company)


def town_rows() -> dict[str, list[dict[str, Any]]]:
    """What the company is made of, by table of the standard."""
    days = [FIRST + timedelta(days=step) for step in range(21)]
    pairs = [pair for day in days for pair in orders_of(day)]
    regions = [
        {"region_id": "42", "parent_id": None, "level": "province", "name": "湖北"},
        {"region_id": "4201", "parent_id": "42", "level": "city", "name": "武汉"},
        {"region_id": "420106", "parent_id": "4201", "level": "district", "name": "武昌区"},
        {"region_id": "43", "parent_id": None, "level": "province", "name": "湖南"},
        {"region_id": "4301", "parent_id": "43", "level": "city", "name": "长沙"},
        {"region_id": "430102", "parent_id": "4301", "level": "district", "name": "芙蓉区"},
    ]
    homes = {"武汉": "420106", "长沙": "430102"}
    return {
        "region": regions,
        "estate": [
            {"estate_id": f"E{place}", "name": name, "region_id": homes[city], "households": 500}
            for place, (_, name, _, city) in enumerate(GROUPS, 1)
        ],
        "community": [
            {"community_id": key, "name": name, "estate_id": f"E{place}", "status": "active"}
            for place, (key, name, _, _) in enumerate(GROUPS, 1)
        ],
        "community_estate": [
            {"community_id": key, "estate_id": f"E{place}", "is_home": True} for place, (key, *_) in enumerate(GROUPS, 1)
        ],
        "leader": [
            {"leader_id": key, "name": name, "status": "active"} for key, name in (("L1", "王芳"), ("L2", "陈军"), ("L3", "李娜"))
        ],
        "sku": [{"sku_id": key, "name": name, "supply_mode": "stocked", "base_unit": "piece"} for key, name, _ in GOODS],
        "orders": [one for one, _ in pairs],
        "order_line": [one for _, one in pairs],
        "refund": [refund("R1", "1120-C1-0", 2990, refunded_at=at("2026-11-21 09:00"), refunded_date=date(2026, 11, 21))],
        "target": [
            {"metric": "gmv", "dimension": "*", "dimension_value": "*", "period_grain": "month",
             "period_start": date(2026, 11, 1), "target_value": 600_000},
        ],
    }  # fmt: skip


def published(company: Company) -> Company:
    """The company with its tables built, and its landings as the registry of a project keeps them."""
    company.warehouse.execute("ALTER TABLE meta.landing ADD COLUMN IF NOT EXISTS merged_at TIMESTAMPTZ")
    company.build()
    return company


def gmv(start: date, end: date, *, city: str = "") -> int:
    """GMV counted by hand."""
    days = [start + timedelta(days=step) for step in range((end - start).days + 1)]
    cities = {community: where for community, _, _, where in GROUPS}
    return sum(
        row["goods_fen"] for day in days for row, _ in orders_of(day) if not city or cities[row["community_id"]] == city
    )
