"""The forecast as files: the list as it stands, and the fortnight day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.domains.supply.forecast.accuracy import FIGURES, GUESSES
from linshu.domains.supply.forecast.flow import TITLE
from linshu.domains.supply.forecast.view import BY, GOODS
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.sheet import Sheet, SheetColumn
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from linshu.domains.supply.forecast.accuracy import Judged
    from linshu.domains.supply.forecast.days import Good, Told
    from linshu.domains.supply.forecast.view import Asked, Line

    Say = Callable[[Text], str]

SKU = ((Text("商品编号", "SKU id"), None), (Text("商品", "SKU"), None))
HOME = ((Text("仓库编号", "Warehouse id"), None), (Text("仓库", "Warehouse"), None))
KNOWN = (Text("14 天已下单", "Ordered already, 14 days"), Unit.QTY)
SUMS = (
    (Text("次日预计（估计）", "Next day (estimate)"), Unit.QTY), (Text("7 天预计（估计）", "Next 7 days (estimate)"), Unit.QTY),
    (Text("14 天预计（估计）", "Next 14 days (estimate)"), Unit.QTY),
)  # fmt: skip
SIDES = (
    (Text("次日低位 P10", "Next day, low side (P10)"), Unit.QTY), (Text("次日高位 P90", "Next day, high side (P90)"), Unit.QTY),
)  # fmt: skip
DAYS = (
    (Text("日期", "Day"), None), (Text("已下单", "Ordered already"), Unit.QTY), (Text("还会来（预测）", "Still to come (forecast)"), Unit.QTY),
    (Text("还会来低位 P10", "Still to come, P10"), Unit.QTY), (Text("还会来中位 P50", "Still to come, P50"), Unit.QTY),
    (Text("还会来高位 P90", "Still to come, P90"), Unit.QTY), (Text("合计预计", "Expected in all"), Unit.QTY),
)  # fmt: skip
Heads = tuple[tuple[Text, Unit | None], ...]


def listed(lines: Sequence[Line], asked: Asked, made_on: date, say: Say) -> Sheet:
    """The list with its filters and order."""
    if asked.by == GOODS:
        heads: Heads = (*SKU, *HOME, *SUMS[:1], *SIDES, *SUMS[1:], KNOWN)
        rows = [
            (one.sku_id, one.sku, one.warehouse_id, one.warehouse, round(one.tomorrow, 3), one.low, one.high, round(one.week, 3), round(one.fortnight, 3), one.known)
            for one in lines
        ]  # fmt: skip
        return _sheet(heads, rows, made_on, say)
    title = BY[asked.by]
    heads = ((Text(f"{title.zh}编号", f"{title.en} id"), None), (title, None), *SUMS)
    grouped = [
        (one.sku_id, one.sku, round(one.tomorrow, 3), round(one.week, 3), round(one.fortnight, 3)) for one in lines
    ]
    if asked.by == "community":
        return _sheet(heads, grouped, made_on, say)
    with_known = [(*row, one.known) for row, one in zip(grouped, lines, strict=True)]
    return _sheet((*heads, KNOWN), with_known, made_on, say)


def daily(goods: Sequence[Good], made_on: date, say: Say) -> Sheet:
    """A row for each day of each SKU and warehouse, and after them its weeks added up."""
    week = Text("合计", "Sum")
    rows = []
    for one in goods:
        head = (one.sku_id, one.sku, one.warehouse_id, one.warehouse)
        rows += [(*head, day.first.isoformat(), *_figures(day)) for day in one.days]
        rows += [(*head, f"{say(week)} {each.first} – {each.last}", *_figures(each)) for each in one.weeks]
    return _sheet((*SKU, *HOME, *DAYS), rows, made_on, say)


def judged(classes: Sequence[Judged], made_on: date, say: Say) -> Sheet:
    """How good forecasts were, class by class."""
    heads: Heads = (
        (Text("级别", "Class"), None), (Text("商品数", "Goods"), Unit.COUNT), (Text("预测误差率", "Error of the forecast"), Unit.RATIO),
        *((words, Unit.RATIO) for words in GUESSES.values()), (Text("预测 ÷ 实际", "Forecast over sales"), Unit.RATIO),
        (Text("高位覆盖率", "Coverage of the high side"), Unit.RATIO), (Text("评了多少次", "Judged forecasts"), Unit.COUNT),
    )  # fmt: skip
    rows = [
        (one.cell or say(one.title), one.goods or None, *(one.figures[name] for name in FIGURES)) for one in classes
    ]
    return _sheet(heads, rows, made_on, say)


def _figures(one: Told) -> tuple[float | int | None, ...]:
    return (one.known, round(one.mean, 3), one.low, one.middle, one.high, round(one.whole, 3))


def _sheet(heads: Heads, rows: Sequence[tuple[object, ...]], made_on: date, say: Say) -> Sheet:
    note = Text(
        f"作出于 {made_on} 日终。已下单是事实，其余是估计。",
        f"Made at the end of {made_on}. What is ordered already is a fact, all else an estimate.",
    )
    return Sheet(say(TITLE), tuple(SheetColumn(say(title), unit) for title, unit in heads), rows, (say(note),))
