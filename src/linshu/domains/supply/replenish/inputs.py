"""What ordering reads: forecasts, stock by its days, what is on the way, prices, terms; and puts together as cases."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from linshu.domains.supply.losses.decide import by_share
from linshu.domains.supply.replenish.calendar import Calendar, Timing, calendar_of, timing
from linshu.domains.supply.replenish.case import HORIZON, KEEPS, Case
from linshu.domains.supply.replenish.coming import Ordered, Promise, left_on_shelf, still_coming, still_leaving
from linshu.domains.supply.replenish.course import course
from linshu.domains.supply.replenish.scenarios import USUAL_WIDTH
from linshu.domains.supply.replenish.sites import Below, sites
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from linshu.domains.supply.replenish.sites import Pairs
    from linshu.engine.decisions import Proposal
    from linshu.engine.shell.asking import Shop

Key = tuple[str, str]
DAY = timedelta(days=1)
USUAL_DAYS, PRICE_DAYS, LEAD_DAYS, OPEN_DAYS = 14, 28, 90, 45
TRANSFER = "transfer"  # the kind of proposals that moves goods between warehouses
MARKDOWN = "markdown"  # the kind that sells what would spoil
QUOTA = "quota"  # the kind that says how much of a pre-sale may be sold
FRESH_DAYS = 3  # a forecast older than this is none
MOST_LEADS = 32  # deliveries remembered of a supplier
ANY_DAY = Calendar()

FORECAST = """
SELECT sku_id, warehouse_id, wanted_units + known_qty AS wanted_units, known_qty, width FROM fct_forecast_day
WHERE community_id = '*' AND made_on = $1 AND day >= $2 ORDER BY sku_id, warehouse_id, day
"""
CONFIRMED = """
SELECT sku_id, warehouse_id, CAST(sum(qty) AS BIGINT) AS qty FROM fct_due_days WHERE day = $1 GROUP BY ALL
"""
NEWEST = "SELECT max(made_on) AS made_on FROM fct_forecast_day WHERE community_id = '*' AND made_on < $1"
LOTS = """
SELECT sku_id, warehouse_id, CAST(expires_on - $1 AS BIGINT) AS days, CAST(sum(on_hand_qty) AS BIGINT) AS qty
FROM fct_stock_lots WHERE on_hand_qty > 0 GROUP BY ALL
"""
OPEN = """
SELECT order_id, sku_id, warehouse_id, from_warehouse_id, ordered_date, due_date, agreed_qty, coming_qty, leaving_qty
FROM fct_coming_lines WHERE ordered_date >= $1
"""
LEADS = """
SELECT p.supplier_id, p.warehouse_id, coalesce(s.supply_mode = 'stocked', TRUE) AS stocked, p.purchase_order_id,
    CAST(any_value(p.received_date - p.ordered_date) AS BIGINT) AS days, max(p.ordered_date) AS ordered_date
FROM fct_purchase_lines AS p LEFT JOIN dim_sku AS s ON s.sku_id = p.sku_id
WHERE p.received_date IS NOT NULL AND p.ordered_date >= $1 GROUP BY ALL ORDER BY ordered_date DESC, p.purchase_order_id
"""
COSTS = """
SELECT sku_id, arg_max(unit_price_fen, ordered_at) AS cost, arg_max(supplier_id, ordered_at) AS supplier_id
FROM fct_purchase_lines WHERE unit_price_fen > 0 AND status <> 'cancelled' GROUP BY sku_id
"""
GOODS = """
SELECT s.sku_id, s.name, s.category, s.category_1, s.supply_mode, s.pack_qty, s.shelf_life_days, s.supplier_id, s.volume_cm3, s.retired_on
FROM dim_sku AS s
"""
KEPT = """
WITH came AS (
    SELECT stock_batch_id, min(moved_date) AS day FROM fct_stock_movements
    WHERE kind = 'receipt' AND qty > 0 AND moved_date > $1 GROUP BY stock_batch_id
)
SELECT l.sku_id, CAST(greatest(median(l.expires_on - c.day), 0) AS BIGINT) + 1 AS days
FROM dim_stock_lot AS l JOIN came AS c ON c.stock_batch_id = l.stock_batch_id
WHERE l.expires_on IS NOT NULL GROUP BY l.sku_id
"""
HELD = """
SELECT sku_id, warehouse_id, CAST(greatest(sum(out_qty), 0) AS DOUBLE) / count(*) AS daily FROM fct_stock_days
WHERE stock_date >= $1 AND stock_date < $2 AND counts_for_turnover AND (on_hand_qty > 0 OR out_qty > 0) GROUP BY sku_id, warehouse_id
"""
WAREHOUSES = "SELECT warehouse_id, name, coalesce(parent_id, warehouse_id) AS above_id, capacity_cm3, province_id, city_id, district_id FROM dim_warehouse"
SUPPLIERS = """
SELECT supplier_id, name, lead_days, minimum_order_fen, order_weekdays, delivery_weekdays, closed_days, order_cut_off
FROM dim_supplier
"""


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who is ordered from, the least an order may be worth, fen, and its days."""

    name: str
    minimum: int
    calendar: Calendar = ANY_DAY


@dataclass(frozen=True, slots=True)
class Read:
    """Everything ordering of one day goes by."""

    day: date
    made_on: date | None  # the evening of the forecast; None without one that is fresh enough
    cases: tuple[Case, ...]
    suppliers: Mapping[str, Supplier]
    regions: Mapping[str, tuple[str, ...]]  # of each warehouse
    left_out: Mapping[str, Text] = field(default_factory=dict)  # goods that cannot be ordered at all, and why not
    capacity: Mapping[str, int] = field(default_factory=dict)  # cubic centimetres of each warehouse that says so


def read(
    shop: Shop, day: date, earlier: Iterable[Proposal] = (), only: Collection[Key] | None = None, *, apart: bool = False,
    at: datetime | None = None,
) -> Read:  # fmt: skip
    """The cases of the morning of `day`, of some goods alone where `only` names them.

    `earlier` are orders that were approved and may not be in the data yet. `apart`: warehouses below others that hold stock
    are cases of their own; else what lies there counts above. `at`: what the wall clock says where it is no morning any more.
    """
    made_on = _newest(shop, day)
    warehouses = {row["warehouse_id"]: row for row in shop.read(WAREHOUSES).to_pylist()}
    suppliers = {row["supplier_id"]: row for row in shop.read(SUPPLIERS).to_pylist()}
    regions = {name: _regions(row) for name, row in warehouses.items()}
    known = {name: _supplier(row) for name, row in suppliers.items()}
    if made_on is None:
        return Read(day, None, (), known, regions)
    goods = {row["sku_id"]: row for row in shop.read(GOODS).to_pylist()}
    costs = {row["sku_id"]: row for row in shop.read(COSTS).to_pylist()}
    means, sure, widths = _forecasts(shop, made_on, day)
    shelf, coming = _stock(shop, day, earlier, {} if apart else above(shop))
    kept = {row["sku_id"]: row["days"] for row in shop.read(KEPT, (day - LEAD_DAYS * DAY,)).to_pylist()}
    prices, gmv = _sales(shop, day)
    ranks = by_share(_shares(gmv))
    leads, usual = _leads(shop, day, suppliers), _usual(shop, day, above(shop))
    confirmed, gone = _confirmed(shop, day), course(shop, day, PRICE_DAYS * DAY).gone
    cases, left_out = [], dict[str, Text]()
    for key in means if only is None else [key for key in means if key in only]:
        sku, warehouse = key
        one, cost = goods.get(sku), costs.get(sku)
        supplier = str((cost or {}).get("supplier_id") or (one or {}).get("supplier_id") or "")
        price, never = prices.get(sku), cannot(one, cost, supplier, day)
        if never or one is None or cost is None or price is None:
            left_out[sku] = never or UNSOLD
            continue
        presale = one["supply_mode"] == "buy_to_order"
        took = (0,) if presale else leads.get((supplier, warehouse, one["supply_mode"] in (None, "stocked")), (2,))
        when = _when(known.get(supplier), day, took, at, presale=presale)
        cases.append(
            Case(
                sku, one["name"] or sku, warehouse, (warehouses.get(warehouse) or {}).get("name") or warehouse, supplier,
                known[supplier].name if supplier in known else supplier, "presale" if presale else "stocked",
                shelf.get(key, ()), coming.get(key, ()), tuple(means[key]), widths[key],
                when.lead, kept.get(sku) or one["shelf_life_days"] or KEEPS, one["pack_qty"] or 1, price, float(cost["cost"]),
                confirmed.get(key, 0) if presale else 0, gone if presale else 0.0, usual.get(key, 0.0), ranks.get(sku, "C"), volume_cm3=one["volume_cm3"] or 0,
                sure=tuple(sure[key]) if any(sure[key]) else (), wait=when.wait, review=when.review,
                kinds=tuple(filter(None, (one["category"], one["category_1"]))),
            )
        )  # fmt: skip
    if apart:
        cases = _apart(cases, _below(shop, day, warehouses, shelf, coming))
    return Read(
        day, made_on, tuple(cases), known, regions, left_out,
        {name: row["capacity_cm3"] for name, row in warehouses.items() if row["capacity_cm3"]},
    )  # fmt: skip


UNSOLD = Text("近四周没有卖出过，不知道卖多少钱", "not sold within four weeks: nobody knows at what price")


def cannot(good: Mapping[str, Any] | None, cost: Mapping[str, Any] | None, supplier: str, day: date) -> Text | None:
    """Why a good is never ordered, whatever is asked for; None where it can be."""
    if good is None:
        return Text("商品资料里没有它", "the list of goods does not know it")
    if good["retired_on"] and good["retired_on"] <= day:
        return Text("已经下架", "no longer on offer")
    if good["supply_mode"] == "dropship":
        return Text("代发：供应商直接发给顾客，不备货", "sent to customers by the supplier: nothing is stocked")
    if cost is None:
        return Text("没有进价：还没有它的采购记录", "nobody knows what it costs: it was never purchased")
    return None if supplier else Text("没有供应商，不知道向谁订", "it has no supplier to order from")


def _regions(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(filter(None, (row["province_id"], row["city_id"], row["district_id"])))


def _apart(cases: Sequence[Case], below: Below) -> list[Case]:
    return [site for one in cases for site in sites(one, below)]


def _below(
    shop: Shop, day: date, warehouses: Mapping[str, Any], shelf: Mapping[Key, Pairs], coming: Mapping[Key, Pairs]
) -> Below:
    under: dict[str, list[str]] = defaultdict(list)
    for name, row in sorted(warehouses.items()):
        if row["above_id"] != name:
            under[row["above_id"]].append(name)
    names = {name: row["name"] or name for name, row in warehouses.items()}
    if not under:
        return Below(under, names, shelf, coming, {})
    held = {
        (row["sku_id"], row["warehouse_id"]): row["daily"]
        for row in shop.read(HELD, (day - PRICE_DAYS * DAY, day)).to_pylist()
    }
    return Below(under, names, shelf, coming, _usual(shop, day, {}), held)


def _supplier(row: Mapping[str, Any]) -> Supplier:
    days = calendar_of(row["order_weekdays"], row["delivery_weekdays"], row["closed_days"], row["order_cut_off"])
    return Supplier(row["name"] or row["supplier_id"], row["minimum_order_fen"] or 0, days)


def _when(supplier: Supplier | None, day: date, took: tuple[int, ...], at: datetime | None, *, presale: bool) -> Timing:
    """When an order of today comes and the next one does; what is pre-sold comes on the day it was ordered for, or not at all."""
    if supplier is None:
        return Timing(0, took, 0)
    days = supplier.calendar
    if presale:
        return Timing(int(days.misses(day, at)), took, 0)
    if replace(days, until=None) == ANY_DAY and not days.misses(day, at):
        return Timing(0, took, 0)
    found = timing(days, day, took, at)
    return replace(found, lead=tuple(min(one, HORIZON - 1) for one in found.lead))


def _newest(shop: Shop, day: date) -> date | None:
    found: date | None = shop.read(NEWEST, (day,))["made_on"][0].as_py()
    return found if found is not None and (day - found).days <= FRESH_DAYS else None


def _forecasts(
    shop: Shop, made_on: date, day: date
) -> tuple[dict[Key, list[float]], dict[Key, list[int]], dict[Key, float]]:
    """What is asked for from `day` on, what of it is ordered already, and how widely the rest varies."""
    means: dict[Key, list[float]] = defaultdict(list)
    sure: dict[Key, list[int]] = defaultdict(list)
    widths: dict[Key, list[float]] = defaultdict(list)
    table = shop.read(FORECAST, (made_on, day)).to_pydict()
    for sku, warehouse, units, known, width in zip(
        table["sku_id"], table["warehouse_id"], table["wanted_units"], table["known_qty"], table["width"], strict=True
    ):
        means[sku, warehouse].append(float(units))
        sure[sku, warehouse].append(int(known))
        widths[sku, warehouse].append(USUAL_WIDTH if width is None else float(width))
    return means, sure, {key: median(given) for key, given in widths.items()}


def _stock(
    shop: Shop, day: date, earlier: Iterable[Proposal], homes: Mapping[str, str]
) -> tuple[dict[Key, Pairs], dict[Key, Pairs]]:
    """What lies there and is not promised to another warehouse, and what is on its way."""
    coming, leaving = _coming(shop, day, earlier, homes)
    shelf = {key: left_on_shelf(pairs, leaving.get(key, 0)) for key, pairs in _shelf(shop, day, homes).items()}
    return shelf, coming


def _shelf(shop: Shop, day: date, homes: Mapping[str, str]) -> dict[Key, list[tuple[int, int]]]:
    """What lies at each supplying warehouse and at those below it: it serves the same demand."""
    found: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for row in shop.read(LOTS, (day,)).to_pylist():
        days = HORIZON if row["days"] is None else row["days"]
        if days >= 0:
            home = homes.get(row["warehouse_id"], row["warehouse_id"])
            found[row["sku_id"], home].append((min(days, HORIZON), row["qty"]))
    return found


def _coming(
    shop: Shop, day: date, earlier: Iterable[Proposal], homes: Mapping[str, str]
) -> tuple[dict[Key, tuple[tuple[int, int], ...]], dict[Key, int]]:
    """What arrives on which day, and what lies there but is promised to another warehouse.

    What goes from a warehouse to one below it stays where it serves the same demand: on the road it is still to come, and
    while it has not left it lies there.
    """
    rows = shop.read(OPEN, (day - OPEN_DAYS * DAY,)).to_pylist()
    ordered = [
        Ordered(
            row["order_id"], row["sku_id"], homes.get(row["warehouse_id"], row["warehouse_id"]), row["ordered_date"],
            row["agreed_qty"] or 0, row["due_date"], row["coming_qty"],
            homes.get(row["from_warehouse_id"], row["from_warehouse_id"] or ""), row["leaving_qty"],
        )
        for row in rows
    ]  # fmt: skip
    promises = _promises(earlier)
    coming: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for key, arrives, pieces in still_coming(ordered, promises, day):
        coming[key].append(((arrives - day).days, pieces))
    leaving: dict[Key, int] = defaultdict(int)
    for key, pieces in still_leaving(ordered, promises, day):
        leaving[key] += pieces
    return {key: tuple(sorted(pairs)) for key, pairs in coming.items()}, leaving


def _promises(earlier: Iterable[Proposal]) -> list[Promise]:
    """What was approved: one promise for each line of a purchase order or a transfer."""
    return [
        Promise(
            number_of(one), line["sku_id"], line["to"] if one.kind == TRANSFER else one.place.warehouse, one.day,
            int(line["boxes"]) * int(line["pack"]), one.day + int(line.get("lead", 1)) * DAY,
            one.place.warehouse if one.kind == TRANSFER else "",
        )
        for one in earlier
        for line in one.lines
        if line["boxes"]
    ]  # fmt: skip


def number_of(proposal: Proposal) -> str:
    """The number of the purchase order or the transfer a proposal becomes."""
    return f"{'LT' if proposal.kind == TRANSFER else 'LS'}{proposal.day:%y%m%d}{proposal.proposal_id[:8].upper()}"


def transfer_rows(proposal: Proposal) -> list[dict[str, Any]]:
    """The transfer order as rows, under the standard's own column names."""
    number = number_of(proposal)
    return [
        {
            "transfer_order_id": number, "line_no": row, "from_warehouse_id": proposal.place.warehouse,
            "to_warehouse_id": line["to"], "ordered_date": proposal.day.isoformat(), "sku_id": line["sku_id"], "sku": line["sku"],
            "ordered_qty": line["boxes"] * line["pack"],
        }
        for row, line in enumerate((line for line in proposal.lines if line["boxes"]), 1)
    ]  # fmt: skip


def _leads(shop: Shop, day: date, suppliers: Mapping[str, Any]) -> Mapping[tuple[str, str, bool], tuple[int, ...]]:
    found: dict[tuple[str, str, bool], list[int]] = defaultdict(list)
    for row in shop.read(LEADS, (day - LEAD_DAYS * DAY,)).to_pylist():
        seen = found[row["supplier_id"], row["warehouse_id"], row["stocked"]]
        if len(seen) < MOST_LEADS:
            seen.append(min(max(row["days"], 0), HORIZON - 1))
    return _OrAgreed({key: tuple(sorted(days)) for key, days in found.items()}, suppliers)


class _OrAgreed(dict[tuple[str, str, bool], tuple[int, ...]]):
    """What was seen; of who delivered nothing yet, what was agreed."""

    def __init__(self, seen: Mapping[tuple[str, str, bool], tuple[int, ...]], suppliers: Mapping[str, Any]) -> None:
        super().__init__(seen)
        self._suppliers = suppliers

    def get(self, key: tuple[str, str, bool], default: Any = None) -> Any:
        """The days deliveries took."""
        if key in self:
            return self[key]
        agreed = (self._suppliers.get(key[0]) or {}).get("lead_days")
        return default if agreed is None else (int(agreed),)


def _sales(shop: Shop, day: date) -> tuple[dict[str, float], dict[str, int]]:
    """What a piece of each good sold for, and its GMV, over the last four weeks, fen."""
    rows = shop.query(("unit_price", "gmv"), "sku", start=day - PRICE_DAYS * DAY, end=day - DAY).rows()
    known = [row for row in rows if row["sku"] and row["unit_price"]]
    return {row["sku"]: row["unit_price"] for row in known}, {row["sku"]: row["gmv"] for row in known}


def _shares(gmv: Mapping[str, int]) -> dict[str, float]:
    whole = sum(gmv.values())
    return {sku: amount / whole for sku, amount in gmv.items()}


def _usual(shop: Shop, day: date, homes: Mapping[str, str]) -> dict[Key, float]:
    rows = shop.query("units", ("sku", "warehouse"), start=day - USUAL_DAYS * DAY, end=day - DAY).rows()
    return {key: units / USUAL_DAYS for key, units in by_supplying(rows, homes, "units").items()}


def _confirmed(shop: Shop, day: date) -> dict[Key, int]:
    """What customers have ordered so far of what leaves today: today, and before when it is sold ahead."""
    rows = shop.read(CONFIRMED, (day,)).to_pylist()
    return {(row["sku_id"], row["warehouse_id"]): row["qty"] for row in rows}


def above(shop: Shop) -> Mapping[str, str]:
    """The warehouse that supplies each warehouse: the one above it, or itself."""
    return {row["warehouse_id"]: row["above_id"] for row in shop.read(WAREHOUSES).to_pylist()}


def by_supplying(rows: Sequence[Mapping[str, Any]], homes: Mapping[str, str], metric: str) -> dict[Key, int]:
    """A figure by good and the warehouse that supplies where it was sold."""
    found: dict[Key, int] = defaultdict(int)
    for row in rows:
        if row["sku"] and row["warehouse"]:
            found[row["sku"], homes.get(row["warehouse"], row["warehouse"])] += int(row[metric] or 0)
    return found
