"""The pages' figures: every one through the metric layer, within the viewer's scope."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from linshu.domains.supply.forecast.horizon import HORIZONS
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.listing import choice_in, link, order_in, page_in, words_in
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.view import Writer

PAGE_ROWS = 50
DAY = timedelta(days=1)
WEEK, AHEAD, BACK = 7, len(HORIZONS), 28
SORTS = ("week", "tomorrow", "high", "fortnight", "known", "sku", "warehouse")
NEXT_DAY = (
    "forecast_known_units",
    "forecast_units",
    "forecast_expected_units",
    "forecast_low_units",
    "forecast_middle_units",
    "forecast_high_units",
)
SUMS = ("forecast_known_units", "forecast_units", "forecast_expected_units")
GOODS = "sku"  # what the list shows by itself: each SKU at each warehouse
BY = {
    GOODS: Text("商品", "Goods"),
    "category": Text("品类", "Category"),
    "department": Text("一级品类", "Department"),
    "supplier": Text("供应商", "Supplier"),
    "warehouse": Text("仓库", "Warehouse"),
    "city": Text("城市", "City"),
    "community": Text("社群", "Community"),
}
ORIGIN = """
SELECT model_version, inputs_hash, like_skus
FROM fct_forecast_day
WHERE made_on = $1 AND sku_id = $2 AND warehouse_id = $3 AND community_id = '*'
LIMIT 1
"""
NAMES = "SELECT sku_id, name FROM dim_sku WHERE list_contains($1, sku_id)"
LIKENED = "SELECT DISTINCT sku_id, warehouse_id FROM fct_forecast_day WHERE made_on = $1 AND like_skus IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Asked:
    """The list as the address asks for it."""

    words: str = ""
    warehouse: str = ""
    sort: str = "-week"
    page: int = 1
    by: str = GOODS
    daily: bool = False  # every day of the fortnight instead of its weeks

    def address(self, **changes: str | None) -> str:
        """The page's address with some parts changed."""
        parts = {
            "q": self.words, "warehouse": self.warehouse, "by": self.by if self.by != GOODS else "",
            "show": "days" if self.daily else "", "sort": self.sort if self.sort != "-week" else "",
        }  # fmt: skip
        return link(parts, changes)

    def within(self, warehouse: str) -> Asked:
        """The same of one warehouse."""
        return replace(self, warehouse=warehouse)


def read(given: Mapping[str, str]) -> Asked:
    """What the address asks for; Misused for an order nobody knows."""
    sort, by = order_in(given, SORTS, "-week"), choice_in(given, "by", BY, GOODS)
    return Asked(
        words_in(given), given.get("warehouse", ""), sort, page_in(given), by, given.get("show") == "days",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One SKU at one warehouse, or a group of them: what is expected of the next day, the week, the fortnight."""

    sku_id: str  # of a group, its own id
    sku: str
    warehouse_id: str
    warehouse: str
    tomorrow: float  # ordered already and forecast
    low: int | None  # P10 and P90 of the next day with what is ordered; None of a group: they do not add up
    high: int | None
    week: float
    fortnight: float
    known: int  # ordered already, of the fortnight


def newest(shop: Shop) -> date | None:
    """The evening the newest forecast was made on."""
    found: date | None = shop.read("SELECT max(made_on) AS day FROM fct_forecast_day WHERE is_latest")["day"][0].as_py()
    return found


def lines(shop: Shop, scope: Scope, made_on: date, asked: Asked, *, sku: str = "") -> list[Line]:
    """The list as asked for, without paging; of one SKU alone when given."""
    where = {name: value for name, value in (("warehouse", asked.warehouse), ("sku", sku)) if value}
    by = ("sku", "warehouse") if asked.by == GOODS else (asked.by,)
    first, ahead = made_on + DAY, {}
    for days in (WEEK, AHEAD):
        rows = shop.query(SUMS, by, start=first, end=made_on + days * DAY, where=where, scope=scope).rows()
        ahead[days] = {tuple(row[name] for name in by): row for row in rows}
    next_day = shop.query(NEXT_DAY, by, start=first, end=first, where=where, scope=scope).rows()
    at_once = {tuple(row[name] for name in by): row for row in next_day}
    found = [_line(asked.by, row, at_once.get(key), ahead[WEEK].get(key)) for key, row in ahead[AHEAD].items()]
    return arranged(found, asked)


def arranged(found: list[Line], asked: Asked) -> list[Line]:
    """Those the words name, in the order asked for."""
    words = asked.words.casefold()
    if words:
        found = [one for one in found if words in one.sku.casefold() or words in one.sku_id.casefold()]
    name = asked.sort.lstrip("-")
    return sorted(
        found, key=lambda one: (getattr(one, name) or 0 if name not in {"sku", "warehouse"} else getattr(one, name), one.sku_id),
        reverse=asked.sort[0] == "-",
    )  # fmt: skip


def added(found: list[Line]) -> Line:
    """All lines added up: the same whatever they are shown by."""
    sums = {name: sum(getattr(one, name) for one in found) for name in ("tomorrow", "week", "fortnight", "known")}
    return Line("", "", "", "", low=None, high=None, **sums)


def origin(shop: Shop, made_on: date, sku: str, warehouse: str) -> dict[str, Any]:
    """By which method and from which inputs one SKU's forecast was made, and of a new one which goods it was likened to."""
    found = shop.read(ORIGIN, (made_on, sku, warehouse)).to_pylist()
    if not found:
        return {"likes": []}
    likes = (found[0].pop("like_skus") or "").split()
    names = dict(zip(*shop.read(NAMES, (likes,)).to_pydict().values(), strict=True)) if likes else {}
    return {**found[0], "likes": [(one, names.get(one) or one) for one in likes]}


def likened(shop: Shop, made_on: date) -> set[tuple[str, str]]:
    """The SKUs and warehouses that were told from others like them."""
    found = shop.read(LIKENED, (made_on,))
    return set(zip(found["sku_id"].to_pylist(), found["warehouse_id"].to_pylist(), strict=True))


def _line(by: str, row: Mapping[str, Any], at_once: Mapping[str, Any] | None, week: Mapping[str, Any] | None) -> Line:
    day = at_once or {}
    known, single = day.get("forecast_known_units") or 0, by == GOODS
    name = row.get(f"{by}_name") or row[by] or ""
    return Line(
        row[by] or "", name, row["warehouse"] if single else "", (row["warehouse_name"] or row["warehouse"]) if single else "",
        day.get("forecast_expected_units") or 0.0,
        known + (day.get("forecast_low_units") or 0) if single else None,
        known + (day.get("forecast_high_units") or 0) if single else None,
        (week or {}).get("forecast_expected_units") or 0.0, row["forecast_expected_units"] or 0.0, row["forecast_known_units"] or 0,
    )  # fmt: skip


def total(shop: Shop, scope: Scope, made_on: date, warehouse: str) -> float:
    """What the next week comes to, of one warehouse when given; a search for words narrows the list, not this."""
    where = {"warehouse": warehouse} if warehouse else {}
    rows = shop.query(
        "forecast_expected_units", start=made_on + DAY, end=made_on + WEEK * DAY, where=where, scope=scope
    ).rows()
    return float(rows[0]["forecast_expected_units"] or 0)


def course(shop: Shop, scope: Scope, made_on: date, sku: str, warehouse: str, writer: Writer) -> dict[str, Any]:
    """One SKU at one warehouse: four weeks sold, a fortnight ahead with its low and high side."""
    below = shop.read("SELECT warehouse_id FROM dim_warehouse WHERE warehouse_id = $1 OR parent_id = $1", (warehouse,))[
        "warehouse_id"
    ].to_pylist()
    start, end = made_on - (BACK - 1) * DAY, made_on + AHEAD * DAY
    sold_in = shop.query(
        "units",
        start=start,
        end=made_on,
        grain="day",
        where={"sku": sku, "warehouse": below or [warehouse]},
        scope=scope,
    ).rows()
    told_in = shop.query(
        NEXT_DAY, start=made_on + DAY, end=end, grain="day",
        where={"sku": sku, "warehouse": warehouse}, scope=scope,
    ).rows()  # fmt: skip
    sold = {str(row["day"]): row["units"] for row in sold_in}
    told = {str(row["day"]): row for row in told_in}
    days = [start + step * DAY for step in range((end - start).days + 1)]

    def ahead(name: str) -> list[float | None]:
        known = "forecast_known_units"
        return [
            told[str(day)][name] + (0 if name == "forecast_expected_units" else told[str(day)][known]) if str(day) in told else None
            for day in days
        ]  # fmt: skip

    words = {
        "sold": Text("销量", "Sold"), "mean": Text("预计", "Expected"),
        "low": Text("低位 P10", "Low side (P10)"), "high": Text("高位 P90", "High side (P90)"),
    }  # fmt: skip
    series = [
        {"name": writer.say(words["sold"]), "values": [sold.get(str(day), 0) if day <= made_on else None for day in days], "role": "main"},
        {"name": writer.say(words["mean"]), "values": ahead("forecast_expected_units"), "role": "main"},
        {"name": writer.say(words["low"]), "values": ahead("forecast_low_units"), "role": "compare", "hue": 1},
        {"name": writer.say(words["high"]), "values": ahead("forecast_high_units"), "role": "compare", "hue": 1},
    ]  # fmt: skip
    return {
        "kind": "line", "first": writer.say(Text("日期", "Day")), "labels": [writer.tick(day) for day in days],
        "titles": [writer.day(day) for day in days], "series": series, "axis": writer.axis(Unit.QTY), "unit": "",
        "mark": {"at": writer.tick(made_on), "label": writer.say(Text("预测从这里开始", "forecast begins"))},
    }  # fmt: skip
