"""Which figures the overview needs; every one is asked of the metric layer, once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from linshu.engine.metrics.comparison import shift
from linshu.engine.metrics.goals import adds_up
from linshu.engine.metrics.help import beside
from linshu.kernel.errors import LinshuError
from linshu.kernel.period import Grain, Period
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from linshu.engine.access.scope import Scope
    from linshu.engine.metrics import Metric
    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.filters import PageFilter
    from linshu.engine.shell.view import Number
    from linshu.kernel.company_day import CompanyDay

LEVELS = ("city", "district", "street")
CARDS = (
    "gmv",
    "orders",
    "active_leaders",
    "active_members",
    "aov",
    "refund_rate",
    "sell_through_rate",
    "on_time_rate",
)
PRESENCE = files(__package__).joinpath("inputs.sql").read_text(encoding="utf-8")

# Without rows of these a zero would be a claim nobody can make.
NEEDS: dict[str, tuple[str, Text]] = {
    "active_leaders": ("leaders", Text("订单里没有团长", "Orders name no leader")),
    "active_members": ("members", Text("订单里没有会员", "Orders name no member")),
    "refund_rate": ("refunds", Text("没有退款数据", "No refunds imported")),
    "sell_through_rate": ("listings", Text("没有上架数据", "No listings imported")),
    "on_time_rate": ("deliveries", Text("没有配送数据", "No deliveries imported")),
}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Top:
    """One ranking: of what, by which figures in brief and in full, and which facts it needs."""

    dimension: str
    title: Text
    word: Text
    brief: tuple[str, ...]
    full: tuple[str, ...]
    needs: tuple[str, ...]
    lacking: Text
    icon: str
    limit: int = 8


TOPS = (
    Top(
        "community", Text("社群排行", "Top groups"), Text("社群", "Group"), ("gmv", "orders"),
        ("gmv", "orders", "active_members", "aov", "refund_rate"), ("communities",),
        Text("订单里没有社群：导入写明社群的订单后，这里排出卖得最好的社群。",
             "The orders name no group: import orders with community_id to see which groups sell most."),
        "building-community",
    ),
    Top(
        "leader", Text("团长排行", "Top leaders"), Text("团长", "Leader"), ("gmv", "active_members"),
        ("gmv", "orders", "active_members", "aov", "refund_rate"), ("leaders",),
        Text("订单里没有团长：导入团长表和写明团长的订单后，这里排出业绩最好的团长。",
             "The orders name no leader: import the leader table and orders with leader_id to rank leaders."),
        "user-heart",
    ),
    Top(
        "sku", Text("商品排行", "Top products"), Text("商品", "Product"), ("gmv", "units"),
        ("gmv", "units", "orders_containing", "unit_price", "refund_rate"), ("orders",),
        Text("还没有订单行。", "There are no order lines yet."),
        "basket",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Strip:
    """A row of figures of another field, shown when its facts hold rows."""

    title: Text
    metrics: tuple[str, ...]
    needs: tuple[str, ...]
    lacking: Text
    icon: str
    module: str  # which domain it is of: with it switched off nobody asks for it


FULFILMENT = Strip(
    Text("履约", "Fulfilment"),
    ("pieces_due", "pieces_signed", "on_time_rate", "shortage_rate", "cases"),
    ("deliveries",),
    Text("没有配送数据：导入包裹与配送节点后，这里显示应送、签收、准时率和缺货。",
         "No deliveries: import parcel and delivery_event to see what is due, signed, on time and short."),
    "truck-delivery",
    "fulfilment",
)  # fmt: skip
STOCK = Strip(
    Text("库存", "Stock"),
    ("stock_value", "out_of_stock_rate", "turnover_days", "loss_rate"),
    ("stock",),
    Text("没有库存数据：导入库存变动后，这里显示库存金额、缺货、周转和损耗。",
         "No stock movements: import stock_movement to see stock value, stock-outs, turnover and loss."),
    "packages",
    "supply",
)  # fmt: skip


# Every figure the page shows.
SHOWN = tuple(
    dict.fromkeys((*CARDS, *(name for top in TOPS for name in top.full), *FULFILMENT.metrics, *STOCK.metrics))
)


@dataclass(frozen=True, slots=True)
class Presence:
    """What the project's data can answer: its last day, the published facts that hold rows, metrics with a target."""

    last_day: date | None = None
    filled: frozenset[str] = frozenset()
    aimed: frozenset[str] = frozenset()

    def has(self, *facts: str) -> bool:
        """Whether all of these hold rows."""
        return self.filled.issuperset(facts)


def presence(shop: Shop) -> Presence:
    """Looks at the published tables; a project where nothing was built yet has nothing."""
    try:
        row = shop.read(PRESENCE).to_pylist()[0]
    except LinshuError:
        return Presence()
    last, aimed = row.pop("last_day"), row.pop("aimed")
    return Presence(last, frozenset(name for name, there in row.items() if there), frozenset(aimed or ()))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a period: its value, the value it is held against, its days, and why it may be absent."""

    metric: Metric
    value: Number | None = None
    now: Number | None = None  # of the days that are over: what the comparison speaks of
    before: Number | None = None
    days: tuple[Number | None, ...] = ()
    target: Number | None = None  # what falls due within the period
    problem: Text | None = None
    lacking: Text | None = None  # which data the company would need for it
    help: Text | None = None  # what it means, by which day, from where


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks the shop for one viewer and one place."""

    shop: Shop
    scope: Scope
    where: tuple[tuple[str, str], ...] = ()

    def rows(self, metrics: tuple[str, ...], **question: Any) -> list[Row]:
        """The rows of one question; a page says in words of its own how far figures moved."""
        if compare := question.get("compare"):
            question.setdefault("show", tuple(one for name in metrics for one in (name, f"{name}_{compare}")))
        return self.shop.query(metrics, where=dict(self.where), scope=self.scope, **question).rows()

    def each(self, metrics: tuple[str, ...], **question: Any) -> tuple[list[Row], dict[str, Text]]:
        """The rows for as many of the metrics as can answer, and why the others cannot.

        A metric whose fact the filters do not reach must not take the rest of the page with it.
        """
        try:
            return self.rows(metrics, **question), {}
        except LinshuError:
            pass
        problems: dict[str, Text] = {}
        for name in metrics:
            try:
                self.rows((name,), **question)
            except LinshuError as error:
                problems[name] = error.what
        able = tuple(name for name in metrics if name not in problems)
        return (self.rows(able, **question) if able else []), problems

    def known(self, names: tuple[str, ...]) -> tuple[Metric, ...]:
        """Those of the names that the dictionary holds."""
        metrics = self.shop.catalog.metrics
        return tuple(metrics[name] for name in names if name in metrics)


def asker(shop: Shop, filters: PageFilter, scope: Scope) -> Asker:
    """Asks within the page's filters and the viewer's scope."""
    return Asker(shop, scope, filters.where)


def figures(
    ask: Asker,
    names: tuple[str, ...],
    filters: PageFilter,
    *,
    days: bool = True,
    targets: Collection[str] = (),
    there: Presence | None = None,
) -> tuple[Figure, ...]:
    """The figures of the period, held against the compared one over the days that are over.

    Beside those in `targets` stands what falls due within the period, as far as the viewer may know it.
    """
    metrics = ask.known(names)
    lacking = _lacking(names, there) if there else {}
    wanted = tuple(metric.name for metric in metrics if metric.name not in lacking)
    if not wanted:
        return ()
    period, complete = filters.period, filters.complete
    running = period != complete
    # One question does for both when no day is running.
    compare = None if running else filters.compare
    values, problems = ask.each(wanted, start=period.start, end=period.end, compare=compare)
    able = tuple(name for name in wanted if name not in problems)
    held, series, due = values, list[Row](), list[Row]()
    aimed = tuple(name for name in able if name in targets)
    if aimed:
        alone = tuple(f"{name}_target" for name in aimed)
        due = ask.rows(aimed, start=period.start, end=period.end, compare="target", show=alone)
    if able and running:
        held = ask.rows(able, start=complete.start, end=complete.end, compare=filters.compare) if complete else []
    if able and days:
        span = spark_days(filters)
        series = ask.rows(able, start=span.start, end=span.end, grain="day", fill=True)
    value, now, target = (values or [{}])[0], (held or [{}])[0], (due or [{}])[0]
    catalog = ask.shop.catalog
    return tuple(
        Figure(
            metric,
            value.get(metric.name),
            now.get(metric.name),
            now.get(f"{metric.name}_{filters.compare}"),
            tuple(row.get(metric.name) for row in series),
            target.get(f"{metric.name}_target"),
            problems.get(metric.name),
            lacking.get(metric.name),
            beside(metric, catalog),
        )
        for metric in metrics
    )


def _lacking(names: tuple[str, ...], there: Presence) -> dict[str, Text]:
    """Which of the figures the project has no data for, and what is missing."""
    needs = {name: NEEDS[name] for name in names if name in NEEDS}
    return {name: words for name, (fact, words) in needs.items() if not there.has(fact)}


def spark_days(filters: PageFilter) -> Period:
    """The days of the small lines: the whole days of the period, at least a fortnight so that a weekly shape shows."""
    end = filters.complete.end if filters.complete else filters.days.period("yesterday").end
    start = filters.complete.start if filters.complete else end
    fortnight = Period(end, end).shift(-13, Grain.DAY).start
    return Period(min(start, fortnight), end)


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric over time beside the compared period, bucket by bucket."""

    metric: Metric
    grain: Grain
    buckets: tuple[str, ...]
    values: tuple[Number | None, ...]
    before: tuple[Number | None, ...]
    held_against: Period


def trend(ask: Asker, name: str, filters: PageFilter, day: CompanyDay, now: datetime) -> Trend:
    """The metric's line over the period; its last bucket is the running one when the period holds today."""
    metric = ask.shop.catalog.metric(name)
    period, grain, before = filters.period, filters.grain, f"{name}_{filters.compare}"
    by_hour = grain is Grain.HOUR
    rows = ask.rows(
        (name,), start=period.start, end=period.end, grain=grain.value, compare=filters.compare, fill=not by_hour
    )
    if by_hour:
        nothing = 0 if adds_up(metric, ask.shop.catalog) else None
        rows = _every_hour(rows, period.start, day, now, {name: nothing, before: nothing})
    back = shift(filters.compare, period.start, period.end, grain).back(period.start, period.end)
    return Trend(
        metric,
        grain,
        tuple(str(row[grain.value]) for row in rows),
        tuple(row[name] for row in rows),
        tuple(row[before] for row in rows),
        Period(*back),
    )


def _every_hour(rows: list[Row], of: date, day: CompanyDay, now: datetime, nothing: Row) -> list[Row]:
    """A row for each hour of the day, whether or not something happened; of hours to come the comparison alone."""
    known, (name, _) = {row["hour"]: row for row in rows}, nothing
    made: list[Row] = []
    for mark in day.hours(of):
        hour = day.hour_name(mark)
        made.append({**nothing, **known.get(hour, {}), "hour": hour} | ({name: None} if mark > now else {}))
    return made


@dataclass(frozen=True, slots=True)
class Hours:
    """A day's figures hour by hour, keyed by the hour's name on the company's clock."""

    day: date
    gmv: dict[str, Number | None]
    orders: dict[str, Number | None]


def hours(ask: Asker, day: date) -> Hours:
    """What was sold in each hour of a company day."""
    rows = ask.rows(("gmv", "orders"), start=day, end=day, grain="hour")
    return Hours(day, {row["hour"]: row["gmv"] for row in rows}, {row["hour"]: row["orders"] for row in rows})


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row of a ranking: who, the figures, and the first figure's value in the compared period."""

    key: str
    name: str
    values: tuple[Number | None, ...]
    before: Number | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best of a dimension by its first metric, with the number there are and their total."""

    dimension: str
    metrics: tuple[Metric, ...]
    rows: tuple[Ranked, ...]
    compared: bool = False

    def part(self, first: int, count: int) -> Ranking:
        """Some of its rows."""
        return replace(self, rows=self.rows[first : first + count])


def ranking(
    ask: Asker, dimension: str, names: tuple[str, ...], filters: PageFilter, *, order: str, limit: int | None
) -> Ranking:
    """The dimension's rows in the asked order; rows without a key (sold by nobody known) are left out."""
    catalog = ask.shop.catalog
    metrics = tuple(one for one in ask.known(names) if dimension in catalog.reached(one.name))
    wanted = tuple(metric.name for metric in metrics)
    period, compared = filters.period, not filters.running
    before = f"{wanted[0]}_{filters.compare}" if wanted else ""
    rows = ask.rows(
        wanted,
        by=(dimension,),
        start=period.start,
        end=period.end,
        order=order,
        limit=None if limit is None else limit + 1,
        compare=filters.compare if compared else None,
        show=(*wanted, before) if compared else (),
    )
    named = [row for row in rows if row[dimension] is not None and str(row[dimension]) not in {"", "(未知)"}]
    return Ranking(
        dimension,
        metrics,
        tuple(
            Ranked(
                str(row[dimension]),
                str(row.get(f"{dimension}_name") or row[dimension]),
                tuple(row[name] for name in wanted),
                row.get(before),
            )
            for row in named[:limit]
        ),
        compared,
    )
