"""ABC x XYZ: every SKU that sold in the last twelve whole weeks, by what it brings and how steadily it sells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from linshu.domains.supply.losses.decide import CLASSES, STEADINESS, by_share, steadiness, variation
from linshu.engine.shell.listing import choice_in, order_in, page_in, words_in
from linshu.kernel.period import Period
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop

WEEKS = 12
CELLS = tuple(f"{letter}{steady}" for letter in CLASSES for steady in STEADINESS)
SORTS = ("name", "gmv", "varies", "lost", "loss_rate", "turnover")
USUAL_SORT = "-gmv"
LETTERS: dict[str, Text] = {
    "A": Text("卖得最多：前 80% 的成交额", "Sell most: the first 80 % of sales"),
    "B": Text("中间：80% 到 95%", "In between: 80 to 95 %"),
    "C": Text("卖得少：最后 5%", "Sell little: the last 5 %"),
}
STEADY: dict[str, Text] = {
    "X": Text("每周都差不多", "Much the same every week"),
    "Y": Text("有起伏", "Up and down"),
    "Z": Text("忽多忽少，或刚上架", "Erratic, or new"),
}
ADVICE: dict[str, Text] = {
    "AX": Text("常备，按预测补，别断", "Always in stock, ordered by forecast"),
    "AY": Text("常备，多留一点", "Always in stock, with some more in hand"),
    "AZ": Text("盯紧，少量多次进", "Watch closely, buy little and often"),
    "BX": Text("按预测补", "Order by forecast"),
    "BY": Text("按预测补，看保质期", "Order by forecast, mind shelf life"),
    "BZ": Text("少备，靠预售", "Keep little, sell ahead"),
    "CX": Text("少备，一次进够几周", "Keep little, buy for weeks at once"),
    "CY": Text("考虑以销定采", "Consider buying to order"),
    "CZ": Text("以销定采，或下架", "Buy to order, or drop"),
}


@dataclass(frozen=True, slots=True)
class Good:
    """One SKU: its class, what it brought, how much it varies, what it lost, how long it lies."""

    sku: str
    name: str
    letter: str
    steady: str
    gmv: int
    share: float
    varies: float | None
    lost: int | None  # None where no stock of it moved, or where it is known in units alone
    loss_rate: float | None
    turnover: float | None
    uncosted: bool = False  # something was lost, and its movements carry no cost

    @property
    def cell(self) -> str:
        """Both letters."""
        return self.letter + self.steady


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the matrix: how many SKUs, and which part of sales they are."""

    cell: str
    count: int
    share: float
    lost: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The list of SKUs as the address asks for it."""

    cell: str = ""
    words: str = ""
    sort: str = USUAL_SORT
    page: int = 1


def read(given: Mapping[str, str]) -> Asked:
    """What the address asks for."""
    cell = choice_in({"cell": given.get("cell", "").upper()}, "cell", CELLS)
    return Asked(cell, words_in(given), order_in(given, SORTS, USUAL_SORT), page_in(given))


def window(running: date) -> Period:
    """The last twelve whole weeks, Monday to Sunday, before the day that runs."""
    last_sunday = running - timedelta(days=running.isoweekday())
    return Period(last_sunday - timedelta(days=7 * WEEKS - 1), last_sunday)


def goods(shop: Shop, scope: Scope, period: Period) -> list[Good]:
    """Every SKU that sold in these weeks, with its class."""
    start, end = period.start, period.end
    sales = shop.query("gmv", "sku", start=start, end=end, share="total", scope=scope).rows()
    shares = {row["sku"]: row["gmv_share"] or 0.0 for row in sales}
    weekly = shop.query("units", "sku", grain="week", start=start, end=end, scope=scope).rows()
    units: dict[str, dict[str, int]] = {}
    for row in weekly:
        units.setdefault(row["sku"], {})[str(row["week"])] = int(row["units"] or 0)
    weeks = [str(start + timedelta(days=7 * week)) for week in range(WEEKS)]
    figures = ("loss_amount", "loss_units", "loss_rate", "goods_out_cost", "turnover_days")
    held = {row["sku"]: row for row in shop.query(figures, "sku", start=start, end=end, scope=scope).rows()}
    letters = by_share(shares)
    found = []
    for row in sales:
        sku = row["sku"]
        sold = [units.get(sku, {}).get(week, 0) for week in weeks]
        stock = held.get(sku, {})
        went_out = (stock.get("goods_out_cost") or 0) > 0
        uncosted = bool(stock.get("loss_units")) and not went_out and not stock.get("loss_amount")
        found.append(
            Good(
                sku, row["sku_name"] or sku, letters[sku], steadiness(sold), row["gmv"] or 0, shares[sku], variation(sold),
                None if uncosted or not stock else stock.get("loss_amount") or 0, stock.get("loss_rate") if went_out else None,
                stock.get("turnover_days") if went_out else None, uncosted,
            )
        )  # fmt: skip
    return found


def matrix(found: Sequence[Good]) -> dict[str, Cell]:
    """The nine fields; shares of a total add up to the total."""
    return {cell: _cell(cell, [one for one in found if one.cell == cell]) for cell in CELLS}


def _cell(cell: str, found: Sequence[Good]) -> Cell:
    known = [one.lost for one in found if one.lost is not None]
    return Cell(cell, len(found), sum(one.share for one in found), None if found and not known else sum(known))


def costless(found: Sequence[Good]) -> bool:
    """Whether something was lost, but at no cost that anybody wrote down."""
    return any(one.uncosted for one in found) and not any(one.lost for one in found)


def listed(found: Sequence[Good], asked: Asked) -> list[Good]:
    """The SKUs asked for, in order; what is not known comes last."""
    words = asked.words.casefold()
    kept = [
        one
        for one in found
        if (not asked.cell or one.cell == asked.cell) and (not words or words in f"{one.name} {one.sku}".casefold())
    ]
    name, down = asked.sort.lstrip("-"), asked.sort.startswith("-")
    known_ones = [one for one in kept if getattr(one, name) is not None]
    ordered = sorted(known_ones, key=lambda one: (getattr(one, name), one.sku), reverse=down)
    return [*ordered, *(one for one in kept if getattr(one, name) is None)]
