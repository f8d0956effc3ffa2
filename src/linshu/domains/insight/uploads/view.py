"""How a file on its way looks: counts in words, cells as people read them, what one can see after the import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from linshu.engine.metrics.declare import Unit
from linshu.kernel.table import Column, Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.engine.metrics import Catalog
    from linshu.engine.shell.desk import Outcome, Sheet, Wrong
    from linshu.engine.shell.view import Writer
    from linshu.kernel.company_day import CompanyDay

HOWS: dict[str, Text] = {
    "layout": Text("认出了格式", "Recognised"),
    "saved": Text("用学过的映射", "By a mapping of yours"),
    "template": Text("按标准模板", "By the standard's template"),
    "named": Text("按您选的映射", "By the mapping you chose"),
    "guessed": Text("按列猜的", "Guessed by its columns"),
}
FIRST_METRICS = ("gmv", "orders", "paid_amount", "avg_order_value", "active_members", "refund_rate")
MOST_METRICS = 12
STEPS = (
    Text("认格式", "Recognise"),
    Text("对列", "Columns"),
    Text("预览和修", "Preview and mend"),
    Text("导入", "Import"),
)


@dataclass(frozen=True, slots=True)
class Use:
    """A template for one use: the tables that are filled in together."""

    name: str
    title: Text
    tables: tuple[str, ...]


USES = (
    Use("orders", Text("订单和明细", "Orders and their lines"), ("orders", "order_line", "refund")),
    Use("goods", Text("商品", "Goods"), ("sku", "category")),
    Use(
        "leaders",
        Text("团长、社群和所在街道", "Leaders, groups and their streets"),
        ("leader", "community", "estate", "region", "pickup_point"),
    ),
    Use("members", Text("会员", "Members"), ("member",)),
    Use("stock", Text("库存", "Stock"), ("warehouse", "stock_count", "stock_movement")),
)


@dataclass(frozen=True, slots=True)
class Sight:
    """One figure that can be looked at now."""

    name: str
    title: Text
    href: str


def size_words(size: int) -> str:
    """12.3 kB, 4.5 MB, 500 MB."""
    if size < 1_000_000:
        return f"{max(size / 1_000, 0.1):,.1f} kB".replace(".0 ", " ")
    return f"{size / 1_000_000:,.1f} MB".replace(".0 ", " ")


def cell(value: Any, column: Column, writer: Writer, day: CompanyDay) -> str:
    """A value of the standard as people read it."""
    if value is None:
        return ""
    if column.kind is Kind.FEN:
        return writer.full(value, Unit.FEN)
    if column.choices:
        return next((writer.say(one.title) for one in column.choices if one.value == value), str(value))
    if column.kind is Kind.BOOL:
        return writer.say(Text("是", "yes") if value else Text("否", "no"))
    if isinstance(value, datetime):
        return f"{day.local(value):%Y-%m-%d %H:%M}"
    if column.kind is Kind.PPM:
        return f"{value / 10_000:g}%"
    return str(value)


def near(wrong: Wrong, text: str) -> Text:
    """What may stand in a text's place: the nearest choice by the name people know it by; nothing when none is near."""
    found = wrong.likely.get(text, "")
    return dict(wrong.choices).get(found, Text(found, found))


def import_words(sheets: Sequence[Sheet], writer: Writer) -> Text:
    """What the button of the import will do, in figures."""
    trials = [one.trial for one in sheets if one.trial and not one.left_out]
    good, bad = sum(one.good for one in trials), sum(one.bad for one in trials)
    more = not all(one.whole for one in trials)
    shown, left = writer.full(good, Unit.COUNT), writer.full(bad, Unit.COUNT)
    if more:
        return Text("导入整个文件", "Import the whole file")
    if bad:
        return Text(f"导入 {shown} 行，{left} 行先放隔离区", f"Import {shown} rows, put {left} aside")
    return Text(f"导入 {shown} 行", f"Import {shown} rows")


def sights(outcome: Outcome, catalog: Catalog, explore: bool) -> tuple[Sight, ...]:
    """The figures that became answerable; where none did, those people look at first."""
    first = [name for name in FIRST_METRICS if name in outcome.answerable]
    names = (first + [name for name in outcome.answerable if name not in first])[:MOST_METRICS]
    names = names or [name for name in FIRST_METRICS if outcome.days and name in catalog.metrics]
    days = f"&from={outcome.days[0]}&to={outcome.days[1]}" if outcome.days else ""
    made = []
    for name in names:
        href = f"/explore?m={name}{days}" if explore else f"/dictionary/{name}"
        made.append(Sight(name, catalog.metric(name).title, href))
    return tuple(made)


def overview_href(outcome: Outcome) -> str:
    """The overview over the days that came."""
    return f"/overview?from={outcome.days[0]}&to={outcome.days[1]}" if outcome.days else "/overview"


def totals(batches: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """What became of the rows, over all batches of a file."""
    names = ("rows_in", "good", "bad", "waiting", "unchanged", "not_data")
    return {name: sum(int(one[name]) for one in batches) for name in names}
