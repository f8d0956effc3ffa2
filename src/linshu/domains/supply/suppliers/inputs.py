"""The score card of suppliers: every figure through the metric layer, within the viewer's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.engine.shell.listing import order_in, page_in, words_in
from linshu.kernel.period import WEEKDAYS
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from linshu.engine.access.scope import Scope
    from linshu.engine.metrics.comparison import Shifted
    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.filters import PageFilter
    from linshu.kernel.period import Grain, Period

    Row = dict[str, Any]

PAGE_ROWS = 50
FEW = 10  # fewer lines due say little
USUAL_SORT = "-purchase_amount"
UNKNOWN = "(未知)"
NOTHING = Text("", "")
TERMS = """
SELECT lead_days, order_cut_off, order_weekdays, delivery_weekdays, closed_days, minimum_order_fen
FROM dim_supplier WHERE supplier_id = $1
"""
SCORE = (
    "purchase_amount", "purchase_lines_due", "purchase_kept_rate", "purchase_on_time_rate", "purchase_in_full_rate",
    "purchase_fill_rate", "purchase_reject_rate", "purchase_lead_days", "purchase_lead_p90_days", "supplier_cases",
    "supplier_case_rate", "supplier_recourse", "loss_amount", "loss_rate",
)  # fmt: skip
CARD = (
    "purchase_amount", "purchase_kept_rate", "purchase_on_time_rate", "purchase_in_full_rate", "purchase_fill_rate",
    "purchase_reject_rate", "purchase_lead_days", "purchase_lead_p90_days", "supplier_case_rate", "supplier_recourse", "loss_amount",
)  # fmt: skip
GOODS = (
    "purchase_lines_due", "purchase_units_due", "purchase_units_filled", "purchase_fill_rate", "purchase_on_time_rate",
    "purchase_reject_rate", "supplier_cases", "loss_amount",
)  # fmt: skip
TREND = ("purchase_on_time_rate", "purchase_in_full_rate")
SORTS = ("name", *SCORE)
GOODS_SORTS = ("name", *GOODS)
USUAL_GOODS_SORT = "purchase_fill_rate"


@dataclass(frozen=True, slots=True)
class Asked:
    """The list as the address asks for it."""

    words: str = ""
    sort: str = USUAL_SORT
    page: int = 1
    usual: str = USUAL_SORT

    @property
    def beside(self) -> tuple[tuple[str, str], ...]:
        """What the address keeps beside the days."""
        parts = {"q": self.words, "sort": self.sort if self.sort != self.usual else ""}
        return tuple((name, value) for name, value in parts.items() if value)


def read(given: Mapping[str, str], sorts: Sequence[str] = SORTS, usual: str = USUAL_SORT) -> Asked:
    """What the address asks for; Misused for an order nobody knows."""
    return Asked(words_in(given), order_in(given, sorts, usual), page_in(given), usual)


def last_day(shop: Shop) -> date | None:
    """The last day anything was ordered or came; None where no purchase order is known."""
    found: date | None = shop.read("SELECT max(greatest(ordered_date, received_date)) AS day FROM fct_purchase_lines")[
        "day"
    ][0].as_py()
    return found


def period_of(filters: PageFilter) -> Period:
    """The days judged: those that are over, since what is due today may still come."""
    return filters.complete or filters.period


def suppliers(shop: Shop, scope: Scope, period: Period) -> list[Row]:
    """The score of every supplier that was ordered from, or was to deliver."""
    rows = shop.query(SCORE, "supplier", start=period.start, end=period.end, scope=scope).rows()
    return [
        {**row, "name": row.get("supplier_name") or row["supplier"]}
        for row in rows
        if row["supplier"] != UNKNOWN and (row["purchase_amount"] or row["purchase_lines_due"])
    ]


def whole(
    shop: Shop,
    scope: Scope,
    period: Period,
    compare: Shifted | None,
    supplier: str = "",
    metrics: tuple[str, ...] = CARD,
) -> tuple[Row, Row]:
    """The score of one supplier, or of all, and that of the period before."""
    where = {"supplier": supplier} if supplier else {}
    row = shop.query(metrics, start=period.start, end=period.end, where=where, scope=scope, compare=compare).rows()[0]
    return row, {name: row.get(f"{name}_{compare}") for name in metrics}


def goods(shop: Shop, scope: Scope, period: Period, supplier: str) -> list[Row]:
    """How one supplier keeps their word on every SKU that was due."""
    rows = shop.query(
        GOODS, "sku", start=period.start, end=period.end, where={"supplier": supplier}, scope=scope
    ).rows()
    return [{**row, "name": row.get("sku_name") or row["sku"]} for row in rows if row["purchase_lines_due"]]


def trend(shop: Shop, scope: Scope, period: Period, grain: Grain, supplier: str) -> list[Row]:
    """On time and in full, bucket by bucket."""
    where = {"supplier": supplier} if supplier else {}
    return shop.query(
        TREND, start=period.start, end=period.end, grain=grain, where=where, scope=scope, fill=True
    ).rows()


def name_of(shop: Shop, supplier: str) -> str:
    """What a supplier is called; "" for one nobody knows."""
    found = shop.read("SELECT coalesce(name, supplier_id) AS name FROM dim_supplier WHERE supplier_id = ?", (supplier,))
    return str(found["name"][0].as_py()) if found.num_rows else ""


def terms_of(shop: Shop, supplier: str) -> list[tuple[Text, Text]]:
    """What was agreed about ordering and delivering, as far as the supplier's row says."""
    (row,) = shop.read(TERMS, (supplier,)).to_pylist()
    least = row["minimum_order_fen"]
    found = (
        (Text("订货日", "Takes orders on"), _weekdays(row["order_weekdays"])),
        (Text("到货日", "Delivers on"), _weekdays(row["delivery_weekdays"])),
        (Text("歇业日", "Closed on"), _same((row["closed_days"] or "").replace("~", " – ").replace(",", ", "))),
        (Text("订货截止", "Order cut-off"), _same(row["order_cut_off"] or "")),
        (Text("约定供货周期", "Agreed lead time"), Text(f"{row['lead_days']} 天", f"{row['lead_days']} days") if row["lead_days"] is not None else NOTHING),
        (Text("起订金额", "Minimum order"), Text(f"{least / 100:,.0f} 元", f"{least / 100:,.0f} yuan") if least else NOTHING),
    )  # fmt: skip
    return [pair for pair in found if pair[1] != NOTHING]


def _weekdays(text: str | None) -> Text:
    days = [WEEKDAYS[int(one) - 1] for one in (text or "").split(",") if one]
    return Text("、".join(one.zh for one in days), ", ".join(one.en for one in days))


def _same(text: str) -> Text:
    return Text(text, text)


def listed(rows: Sequence[Row], asked: Asked, key: str) -> list[Row]:
    """The rows found by words, in order; what is not known comes last."""
    words = asked.words.casefold()
    kept = [one for one in rows if not words or words in f"{one['name']} {one[key]}".casefold()]
    name, down = asked.sort.lstrip("-"), asked.sort.startswith("-")
    known = [one for one in kept if one[name] is not None]
    ordered = sorted(known, key=lambda one: (one[name], one[key]), reverse=down)
    return [*ordered, *(one for one in kept if one[name] is None)]
