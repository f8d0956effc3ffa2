"""How the pages of watching stock look: the list as the address asks for it, and one SKU's lots and course."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from linshu.domains.supply.watching.decide import NEVER, endings
from linshu.domains.supply.watching.flow import Wanted, Watched, wanted
from linshu.domains.supply.watching.inputs import AHEAD, DAY
from linshu.domains.supply.watching.words import AT_RISK, QTY, TITLES
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.listing import link, page_in
from linshu.engine.shell.sheet import Sheet, SheetColumn
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from linshu.domains.supply.watching.words import Line
    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.view import Writer

PAGE_ROWS = 50
BACK = 28
STALE_DAYS = 2  # days since the last booking that need no word


@dataclass(frozen=True, slots=True)
class Asked:
    """The list as the address asks for it."""

    wanted: Wanted = field(default_factory=Wanted)
    page: int = 1

    def address(self, **changes: str | None) -> str:
        """The page's address with some parts changed."""
        one = self.wanted
        parts = {
            "kind": one.kind, "warehouse": one.warehouse, "category": one.category, "q": one.words,
            "sort": one.sort if one.sort != "kind" else "",
        }  # fmt: skip
        return link(parts, changes)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the kind narrows the list."""
        return bool(self.wanted.warehouse or self.wanted.category or self.wanted.words)


def read(given: Mapping[str, str]) -> Asked:
    """What the address asks for."""
    return Asked(wanted(given), page_in(given))


def choices(found: Watched) -> tuple[list[tuple[str, str]], list[str]]:
    """The warehouses with their names, and the categories, that are in stock within the scope."""
    frame = found.known.frame
    pairs = frame[["warehouse_id", "warehouse_name"]].drop_duplicates().itertuples(index=False)
    homes = sorted((str(key), str(name or key)) for key, name in pairs)
    return homes, sorted({one for one in frame["category"] if isinstance(one, str)})


def sheet(lines: list[Line], found: Watched, say: Callable[[Text], str]) -> Sheet:
    """The list as a file."""
    heads: tuple[tuple[Text, Unit | None], ...] = (
        (Text("类别", "Kind"), None), (Text("商品编号", "SKU id"), None), (Text("商品", "SKU"), None), (Text("品类", "Category"), None),
        (Text("仓库编号", "Warehouse id"), None), (Text("仓库", "Warehouse"), None), (Text("库存件数", "Stock"), Unit.QTY),
        (Text("件数", "Units"), Unit.QTY), (Text("件数是什么", "What units"), None), (Text("风险金额", "Value at risk"), Unit.FEN),
        (Text("金额是什么", "What value"), None), (Text("卖断的可能", "Chance to run out"), Unit.RATIO),
        (Text("每天约卖（估计）", "Sells a day (estimate)"), Unit.QTY), (Text("在途件数", "Under way"), Unit.QTY), (Text("原因", "Why"), None),
    )  # fmt: skip
    rows = [
        (
            say(TITLES[one.kind]), one.sku_id, one.sku, one.category, one.warehouse_id, one.warehouse, one.units, round(one.qty, 1),
            say(QTY[one.kind]), one.fen, say(AT_RISK[one.kind]), one.chance, None if one.daily is None else round(one.daily, 2), one.coming,
            say(one.why),
        )
        for one in lines
    ]  # fmt: skip
    day = found.known.known_on
    note = Text(
        f"库存到 {day}；断货、将断货、临期、积压是估计",
        f"stock as of {day}; out, soon out, near expiry and overstock are estimates",
    )
    return Sheet(
        say(Text("库存预警", "Stock alerts")),
        tuple(SheetColumn(say(title), unit) for title, unit in heads),
        rows,
        (say(note),),
    )


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot of a SKU in a warehouse."""

    batch: str
    received_on: date
    expires_on: date | None
    left_days: int | None
    qty: int
    fen: int
    idle_days: int
    near: bool
    expired: bool
    lost: float | None  # expected to stay unsold by its last day
    advice: Text | None


def lots(found: Watched, near_days: int) -> list[Lot]:
    """The lots of the one position that was looked at, the first to expire first."""
    known = found.known
    ending, rows = endings(known.positions, known.lots), []
    for at, row in enumerate(known.lot_rows.to_dict("records")):
        last = int(known.lots.last_day[at])
        judged = last <= near_days or known.lots.near[at]
        lost = float(ending.lost[at]) if judged and not np.isnan(ending.lost[at]) else None
        keeps = last >= NEVER
        rows.append(
            Lot(
                row["stock_batch_id"], _date(row["received_on"]), None if keeps else _date(row["expires_on"]), None if keeps else last,
                int(row["on_hand_qty"]), int(row["on_hand_fen"]), int(row["idle_days"]), bool(known.lots.near[at]), bool(known.lots.expired[at]), lost,
                advice(lost, last, float(ending.lift[at])) if lost is not None and lost >= 1 else None,
            )
        )  # fmt: skip
    return sorted(rows, key=lambda one: (one.left_days is None, one.left_days, one.received_on))


def advice(lost: float, days: int, lift: float) -> Text:
    """What it would take to sell a lot by its last day."""
    if days <= 0 or np.isnan(lift):
        return Text("来不及卖，今天打折清掉或报损", "too late to sell: clear it today or book the loss")
    if lift > MOST_LIFT:
        return Text(
            f"要卖到平常的 {lift:.1f} 倍才卖得完，推送难做到：打折清货，或退供、转内购",
            f"it would take {lift:.1f} times the usual sales, more than a push brings: mark down, return, or sell to staff",
        )
    return Text(
        f"{days} 天内要多卖约 {lost:.0f} 件，相当于平常的 {lift:.1f} 倍：先推送，不够再打折",
        f"about {lost:.0f} more must sell in {days} days, {lift:.1f} times the usual: push first, then mark down",
    )


MOST_LIFT = 3.0  # what nobody should hope a push to bring


def course(shop: Shop, scope: Scope, found: Watched, key: tuple[str, str], writer: Writer) -> dict[str, Any]:
    """Stock of four weeks, and what is expected of it when nothing more is ordered."""
    known = found.known
    start = known.known_on - (BACK - 1) * DAY
    where = {"sku": key[0], "warehouse": key[1]}
    stood = shop.query("stock_units", start=start, end=known.known_on, grain="day", where=where, scope=scope).rows()
    held = {str(row["day"]): row["stock_units"] for row in stood}
    days = [start + step * DAY for step in range(BACK)]
    past = [held.get(str(day)) for day in days]
    ahead = _expected(found, days[-1])
    later = [days[-1] + (step + 1) * DAY for step in range(len(ahead))]
    series: list[dict[str, Any]] = [
        {"name": writer.say(Text("库存", "Stock")), "values": past + [None] * len(ahead), "role": "main"}
    ]
    if ahead:
        name = Text("不再下单的预计（估计）", "Expected without new orders (estimate)")
        series.append(
            {"name": writer.say(name), "values": [*[None] * (BACK - 1), past[-1], *ahead], "role": "compare", "hue": 1}
        )
    every = [*days, *later]
    chart = {
        "kind": "line", "first": writer.say(Text("日期", "Day")), "labels": [writer.tick(day) for day in every],
        "titles": [writer.day(day) for day in every], "series": series, "axis": writer.axis(Unit.QTY), "unit": "",
    }  # fmt: skip
    if ahead:
        chart["mark"] = {
            "at": writer.tick(days[-1]),
            "label": writer.say(Text("预计从这里开始", "expected from here")),
        }
    return chart


def _expected(found: Watched, last: date) -> list[float]:
    """The mean of what is left each evening after the last booked one, receipts that are ordered taken in."""
    known, stock = found.known, float(found.known.positions.usable[0])
    mean, row, left = known.positions.mean[0], found.known.frame.iloc[0], []
    for step in range(AHEAD):
        if np.isnan(mean[step]):
            break
        if known.positions.receipt_in[0] == step + 1:
            stock += float(row["coming_qty"])
        stock = max(0.0, stock - float(mean[step]))
        if known.evening + (step + 1) * DAY > last:
            left.append(round(stock, 1))
    return left


def _date(value: Any) -> date:
    found: date = value.date() if hasattr(value, "date") else value
    return found
