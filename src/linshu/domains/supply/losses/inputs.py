"""The losses, their trend and what may have moved them: every figure through the metric layer, within the viewer's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from linshu.domains.supply.losses.decide import Part
from linshu.engine.metrics.shapes import REST
from linshu.kernel.period import Grain
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from linshu.engine.access.scope import Scope
    from linshu.engine.metrics.comparison import Shifted
    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.filters import PageFilter
    from linshu.kernel.period import Period

    Say = Callable[[Text], str]
    Row = dict[str, Any]

WHOLE = ("loss_amount", "loss_rate", "loss_units", "count_missing_amount", "goods_out_cost")
LISTED = ("loss_amount", "loss_units", "goods_out_cost", "loss_rate", "count_missing_amount")
DRIVING = ("loss_amount", "goods_out_cost")
MOST_CAUSES = 6
UNKNOWN = "(未知)"
NAMELESS = {
    "sku": Text("没写商品", "No SKU named"),
    "warehouse": Text("没写仓库", "No warehouse named"),
    "stock_lot": Text("没记批次", "No batch kept"),
    "supplier": Text("没写供应商", "No supplier known"),
    "loss_cause": Text("没写原因", "No cause given"),
}
OTHERS = Text("其他", "Others")


@dataclass(frozen=True, slots=True)
class Line:
    """One group of the list; a batch is told together with its SKU."""

    key: str
    name: str
    of: str  # the SKU of a batch
    lost: int
    before: int
    units: int
    rate: float | None  # None where nothing went out, or more came back
    missing: int


@dataclass(frozen=True, slots=True)
class Span:
    """The days looked at, and what they are held against; nothing while the only day is not over."""

    period: Period
    compare: Shifted | Literal[""] = ""


def span_of(filters: PageFilter) -> Span:
    """The days a page asks for; of those that run still, the days that are over are held against others."""
    return Span(filters.complete, filters.compare) if filters.complete else Span(filters.period)


def last_day(shop: Shop) -> date | None:
    """The last day stock moved; None where none is booked."""
    found: date | None = shop.read("SELECT max(moved_date) AS day FROM fct_stock_movements")["day"][0].as_py()
    return found


def whole(shop: Shop, scope: Scope, span: Span, where: Mapping[str, str]) -> tuple[Row, Row]:
    """The figures of all that is meant, and those of the period they are held against."""
    row = _rows(shop, WHOLE, (), span, where, scope)[0]
    return row, {name: row.get(f"{name}_{span.compare}") for name in WHOLE}


def lines(shop: Shop, scope: Scope, by: str, span: Span, where: Mapping[str, str], say: Say) -> list[Line]:
    """The groups that lost something, at whatever cost, or that counts found missing, now or before."""
    cut = ("stock_lot", "sku") if by == "stock_lot" else (by,)
    named, before = namer(shop, by, say), f"loss_amount_{span.compare}"
    found = [
        Line(
            row[by], named(row), str(row.get("sku_name") or row["sku"]) if by == "stock_lot" else "",
            row["loss_amount"] or 0, row.get(before) or 0, row["loss_units"] or 0,
            row["loss_rate"] if (row["goods_out_cost"] or 0) > 0 else None, row["count_missing_amount"] or 0,
        )
        for row in _rows(shop, LISTED, cut, span, where, scope)
    ]  # fmt: skip
    return [one for one in found if one.lost or one.before or one.missing or one.units]


def parts(
    shop: Shop, scope: Scope, by: str, span: Span, where: Mapping[str, str], say: Say
) -> tuple[list[Part], dict[str, str]]:
    """Of every group what it lost and what went out of it, in both periods; and what each is called."""
    rows, named, then = _rows(shop, DRIVING, (by,), span, where, scope), namer(shop, by, say), span.compare
    found = [
        Part(
            str(row[by]), row["loss_amount"] or 0, row["goods_out_cost"] or 0, row[f"loss_amount_{then}"] or 0,
            row[f"goods_out_cost_{then}"] or 0,
        )
        for row in rows
    ]  # fmt: skip
    return found, {str(row[by]): named(row) for row in rows}


def _rows(
    shop: Shop, metrics: tuple[str, ...], by: tuple[str, ...], span: Span, where: Mapping[str, str], scope: Scope
) -> list[Row]:
    return shop.query(
        metrics,
        by,
        start=span.period.start,
        end=span.period.end,
        where=where,
        scope=scope,
        compare=span.compare or None,
    ).rows()


def trend(
    shop: Shop, scope: Scope, period: Period, grain: Grain, where: Mapping[str, str], say: Say
) -> tuple[list[str], dict[str, dict[str, int]]]:
    """The losses by cause in each bucket of time, the largest causes first and all others as one."""
    first, last = period.start, period.end
    filled = grain is not Grain.HOUR  # hours without losses are left out
    buckets = shop.query(
        "loss_amount", start=first, end=last, grain=grain, where=where, scope=scope, fill=filled
    ).rows()
    rows = shop.query(
        "loss_amount", "loss_cause", start=first, end=last, grain=grain, where=where, scope=scope, top=MOST_CAUSES
    ).rows()
    named, found = namer(shop, "loss_cause", say), dict[str, dict[str, int]]()
    for row in rows:
        if row["loss_amount"]:
            found.setdefault(named(row), {})[str(row[str(grain)])] = row["loss_amount"]
    ordered = sorted(found, key=lambda name: (name == say(OTHERS), -sum(found[name].values())))
    return [str(row[str(grain)]) for row in buckets], {name: found[name] for name in ordered}


def namer(shop: Shop, by: str, say: Say) -> Callable[[Mapping[str, Any]], str]:
    """What a group is called on a page: its name, the word of a choice, or that it has none."""
    choices = {one.value: one.title for one in shop.catalog.dimension(by).choices}

    def name(row: Mapping[str, Any]) -> str:
        key = row[by]
        if key is None or key == UNKNOWN:
            return say(NAMELESS[by])
        if key == REST.zh:
            return say(OTHERS)
        return say(choices[key]) if key in choices else str(row.get(f"{by}_name") or key)

    return name


def chips(shop: Shop, narrowed: Iterable[tuple[str, str]], say: Say) -> list[tuple[str, str, str]]:
    """What the figures are narrowed to: the dimension, its value, and both in words."""
    found = []
    for name, value in narrowed:
        dimension = shop.catalog.dimension(name)
        words = next((say(one.title) for one in dimension.choices if one.value == value), "")
        if dimension.table:
            rows = shop.read(
                f"SELECT {dimension.label} AS name FROM {dimension.table} WHERE {dimension.key} = ?", (value,)
            )
            words = next((str(one) for one in rows["name"].to_pylist() if one), "")
        found.append((name, value, f"{say(dimension.title)}：{words or value}"))
    return found
