"""The words of watching stock: its kinds, what each says, why, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.domains.supply.watching.decide import Policy

NOTHING = Text("", "")
TITLE = Text("库存预警", "Stock alerts")
TITLES = {
    "out": Text("断货", "Out of stock"),
    "soon": Text("将断货", "Soon out"),
    "near": Text("临期", "Near expiry"),
    "over": Text("积压", "Overstock"),
    "idle": Text("滞销", "Unsalable"),
    "wrong": Text("库存异常", "Impossible stock"),
}
TONES = {"out": "bad", "soon": "warn", "near": "warn", "over": "none", "idle": "none", "wrong": "bad"}
AT_RISK = {
    "out": Text("预计少卖，按标价", "expected lost sales, at list price"),
    "soon": Text("预计少卖，按标价", "expected lost sales, at list price"),
    "near": Text("预计卖不完，按成本", "expected to stay unsold, at cost"),
    "over": Text("多出的部分，按成本", "the surplus, at cost"),
    "idle": Text("按成本", "at cost"),
    "wrong": Text("按成本", "at cost"),
}
ESTIMATED = frozenset({"out", "soon", "near", "over"})  # from a forecast; the others are booked
QTY = {
    "out": Text("预计少卖件数", "Expected short"),
    "soon": Text("预计少卖件数", "Expected short"),
    "near": Text("预计卖不完件数", "Expected unsold"),
    "over": Text("多出件数", "Surplus"),
    "idle": Text("滞销件数", "Units idle"),
    "wrong": Text("异常件数", "Units in question"),
}
WRONGS = {
    "below": Text("账面为负：出库多于入库", "below zero: more left than came"),
    "more": Text("剩的比到的多", "more left than ever came"),
    "expired": Text("过了到期日还在账上", "past its last good day and still booked"),
}
TODO = {
    "out": Text("催在途或补货，先在上架里关掉。", "Press for what is under way or order; close its listing meanwhile."),
    "soon": Text("今天下单或从别的仓调。", "Order today, or move some from another warehouse."),
    "near": Text("打折或推送，卖不完的先报损。", "Mark down or push; book what will not sell as loss."),
    "over": Text("停采这一品，调给缺货的仓。", "Stop buying it; move it where it is short."),
    "idle": Text("下架、退供或清仓。", "Delist, return to the supplier, or clear."),
    "wrong": Text("今天盘点，改正账面。", "Count today and mend the books."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that needs somebody: numbers that do not belong to its kind are None."""

    kind: str
    sku_id: str
    sku: str
    warehouse_id: str
    warehouse: str
    category: str
    units: int  # in stock
    qty: float  # short, too many, unsold, idle or wrong
    fen: int  # at risk
    chance: float | None  # of running out
    days: int | None  # until the next receipt, of cover, until the first expires, without a sale
    daily: float | None  # expected sales
    coming: int  # ordered and not received
    guessed: bool  # there is no forecast
    why: Text = NOTHING


def reason(line: Line, policy: Policy, evening: date, *, ordered: bool, wrong: tuple[str, ...]) -> Text:
    """Why it stands in the list, in one plain sentence; days are counted from `evening`."""
    if line.kind == "wrong":
        return Text("；".join(WRONGS[one].zh for one in wrong), "; ".join(WRONGS[one].en for one in wrong))
    if line.kind == "idle":
        return Text(
            f"{line.days} 天没有销售出库，{line.qty:,.0f} 件还在",
            f"no sale for {line.days} days, {line.qty:,.0f} still there",
        )
    if line.kind == "over":
        assert line.daily is not None
        return Text(
            f"每天约卖 {line.daily:.1f} 件，现有 {line.units:,} 件够卖 {line.days} 天，超过 {policy.cover_days} 天的部分有 {line.qty:,.0f} 件",
            f"sells about {line.daily:.1f} a day; {line.units:,} in stock last {line.days} days, {line.qty:,.0f} of them beyond {policy.cover_days} days",
        )
    if line.kind == "near":
        return _near(line, evening)
    return _short(line, evening, ordered=ordered)


def _day(day: date) -> Text:
    return Text(f"{day.month}月{day.day}日", f"{day.day} {day:%b}")


def _near(line: Line, evening: date) -> Text:
    day = _day(evening + timedelta(days=line.days or 0))
    when = Text(f"最早的 {day.zh}到期", f"the first expires on {day.en}")
    if line.guessed:
        return Text(
            f"{when.zh}；没有预测，{line.qty:,.0f} 件临期的全算在内",
            f"{when.en}; no forecast, so all {line.qty:,.0f} that near their date are counted",
        )
    assert line.daily is not None
    return Text(
        f"{when.zh}，每天约卖 {line.daily:.1f} 件，先到期先卖，估计有 {line.qty:,.0f} 件卖不完",
        f"{when.en}; about {line.daily:.1f} sell a day, first to expire first, about {line.qty:,.0f} will not sell",
    )


def _short(line: Line, evening: date, *, ordered: bool) -> Text:
    days = line.days or 0
    day = _day(evening + timedelta(days=days))
    when = Text(f" {day.zh}", f"on {day.en}")
    comes = (
        Text(f"在途 {line.coming:,} 件预计{when.zh} 到", f"{line.coming:,} under way, expected {when.en}")
        if ordered
        else Text(
            f"没有在途，现在下单约 {max(days, 1)} 天到", f"nothing under way; an order takes about {max(days, 1)} days"
        )
    )
    if line.kind == "out":
        told = (
            Text("没有预测，按近 28 天出库估", "no forecast; counted by the sales of 28 days")
            if line.guessed
            else Text(f"每天约卖 {line.daily:.1f} 件", f"about {line.daily:.1f} sell a day")
        )
        return Text(f"已经没有可卖的；{told.zh}；{comes.zh}", f"nothing left to sell; {told.en}; {comes.en}")
    assert line.chance is not None
    assert line.daily is not None
    return Text(
        f"剩 {line.units:,} 件，每天约卖 {line.daily:.1f} 件；{comes.zh}；之前卖断的可能 {line.chance:.0%}",
        f"{line.units:,} left, about {line.daily:.1f} sell a day; {comes.en}; {line.chance:.0%} likely to run out before",
    )
