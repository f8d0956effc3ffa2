"""How the pages of surges look: the list as the address asks for it, one good's day hour by hour, and where it would be missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from linshu.domains.supply.surge.decide import gone
from linshu.domains.supply.surge.flow import LIKELY, TITLE, UNLIMITED, hours_known, why
from linshu.domains.supply.surge.inputs import DAY, USUAL_DAYS
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.listing import choice_in, link, order_in, page_in, words_in
from linshu.engine.shell.search import Findable, index
from linshu.engine.shell.sheet import Sheet, SheetColumn
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linshu.domains.supply.surge.flow import Nowcast
    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.view import Writer

PAGE_ROWS, MOST_PLACES = 50, 20
SORTS = ("surges", "out", "short", "sold", "expected", "sku", "warehouse")
KINDS = {"surge": Text("会爆单", "Surging"), "out": Text("会卖断", "Running out")}


@dataclass(frozen=True, slots=True)
class Asked:
    """The list as the address asks for it."""

    words: str = ""
    warehouse: str = ""
    kind: str = ""
    sort: str = "-surges"
    page: int = 1

    def address(self, **changes: str | None) -> str:
        """The page's address with some parts changed."""
        sort = self.sort if self.sort != "-surges" else ""
        parts = {"q": self.words, "warehouse": self.warehouse, "kind": self.kind, "sort": sort}
        return link(parts, changes)


def read(given: Mapping[str, str]) -> Asked:
    """What the address asks for; Misused for an order or a kind nobody knows."""
    kind, sort = choice_in(given, "kind", KINDS), order_in(given, SORTS, "-surges")
    return Asked(words_in(given), given.get("warehouse", ""), kind, sort, page_in(given))


@dataclass(frozen=True, slots=True)
class Line:
    """One good at one warehouse, today."""

    row: int
    sku_id: str
    sku: str
    warehouse_id: str
    warehouse: str
    sold: int
    expected: float
    low: int
    high: int
    usual: float
    surges: float
    out: float
    left: int | None  # None where nothing limits it
    out_at: str  # the clock's hour; "" when it lasts
    by_quota: bool
    sold_out: bool
    short: float
    guessed: bool
    presold: bool
    why: Text


def lines(now: Nowcast, asked: Asked) -> list[Line]:
    """The list as asked for, without paging."""
    frame = now.known.frame
    chosen = np.ones(len(frame), bool)
    if asked.warehouse:
        chosen &= (frame["warehouse"] == asked.warehouse).to_numpy(bool)
    if asked.kind:
        chosen &= (now.surges if asked.kind == "surge" else now.out) >= LIKELY
    if asked.words:
        pairs = frame[["sku", "goods"]].drop_duplicates("sku").itertuples(index=False)
        things = [Findable(key, Text(name, name)) for key, name in pairs]
        named = {one.key for one in index(things).find(asked.words, limit=len(things))}
        chosen &= frame["sku"].isin(named).to_numpy(bool)
    found = [line_of(now, int(one)) for one in np.flatnonzero(chosen)]
    name = asked.sort.lstrip("-")
    # equal chances are told apart by what is at stake
    return sorted(
        found, key=lambda one: (getattr(one, name), one.out, one.expected, one.sku_id), reverse=asked.sort[0] == "-"
    )


def line_of(now: Nowcast, row: int) -> Line:
    """One row of the nowcast as a line."""
    one = now.known.frame.iloc[row]
    left, out_at = float(now.left[row]), float(now.out_at[row])
    return Line(
        row, one["sku"], one["goods"], one["warehouse"], one["home"], int(now.belief.sold[row]), round(float(now.expected[row]), 1),
        int(now.low[row]), int(now.high[row]), round(float(one["usual"]), 1), round(float(now.surges[row]), 4),
        round(float(now.out[row]), 4), None if left >= UNLIMITED else int(left),
        "" if np.isnan(out_at) or now.sold_out[row] else now.clock(out_at), bool(now.by_quota[row]), bool(now.sold_out[row]),
        round(float(now.short[row]), 1), bool(one["guessed"]), not one["kept"], why(now, row),
    )  # fmt: skip


def find(now: Nowcast, sku: str, warehouse: str) -> Line | None:
    """The line of one good at one warehouse."""
    frame = now.known.frame
    rows = np.flatnonzero(((frame["sku"] == sku) & (frame["warehouse"] == warehouse)).to_numpy(bool))
    return line_of(now, int(rows[0])) if len(rows) else None


def counts(now: Nowcast) -> dict[str, int]:
    """How many lines surge, and run out, more likely than not."""
    return {"surge": int((now.surges >= LIKELY).sum()), "out": int((now.out >= LIKELY).sum())}


def warehouses(now: Nowcast) -> list[tuple[str, str]]:
    """The warehouses of the list with their names."""
    pairs = now.known.frame[["warehouse", "home"]].drop_duplicates().itertuples(index=False)
    return sorted((str(key), str(name)) for key, name in pairs)


def sheet(found: list[Line], say: Callable[[Text], str], at: str) -> Sheet:
    """The list as a file."""
    heads: tuple[tuple[Text, Unit | None], ...] = (
        (Text("商品编号", "SKU id"), None), (Text("商品", "SKU"), None), (Text("仓库编号", "Warehouse id"), None), (Text("仓库", "Warehouse"), None),
        (Text("已卖", "Sold so far"), Unit.QTY), (Text("全天预计（估计）", "Whole day (estimate)"), Unit.QTY),
        (Text("低位 P10", "Low side (P10)"), Unit.QTY), (Text("高位 P90", "High side (P90)"), Unit.QTY), (Text("平常一天", "Usual day"), Unit.QTY),
        (Text("爆单的可能", "Chance of a surge"), Unit.RATIO), (Text("还能卖", "Left to sell"), Unit.QTY),
        (Text("卖断的可能", "Chance to run out"), Unit.RATIO), (Text("约几点卖断", "Runs out about"), None),
        (Text("预计缺（估计）", "Expected to be short (estimate)"), Unit.QTY), (Text("原因", "Why"), None),
    )  # fmt: skip
    rows = [
        (
            one.sku_id, one.sku, one.warehouse_id, one.warehouse, one.sold, one.expected, one.low, one.high, one.usual, one.surges,
            one.left, one.out, one.out_at, one.short, say(one.why),
        )
        for one in found
    ]  # fmt: skip
    note = Text(f"按截至 {at} 的销售估计", f"estimated from sales until {at}")
    return Sheet(say(TITLE), tuple(SheetColumn(say(title), unit) for title, unit in heads), rows, (say(note),))


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One community: its part of the usual sales, what it bought today, what it would miss."""

    name: str
    district: str
    share: float
    sold: int
    short: float


def places(shop: Shop, scope: Scope, now: Nowcast, line: Line) -> tuple[list[PlaceLine], int]:
    """Where the good sells, and what each place would miss; the largest first, and how many there are."""
    day, by = now.known.day, ("district", "community")
    where = {"sku": line.sku_id, "warehouse": below(shop, line.warehouse_id)}
    usual = shop.query("units", by, start=day - USUAL_DAYS * DAY, end=day - DAY, where=where, scope=scope).rows()
    today = shop.query("units", by, start=day, end=day, where=where, scope=scope).rows()
    sold = {row["community"]: int(row["units"] or 0) for row in today}
    rows = {row["community"]: row for row in (*today, *usual)}
    weights = {row["community"]: max(float(row["units"] or 0), 0.0) for row in usual}
    whole = sum(weights.values())
    if not whole:  # new goods: where they sell today
        weights, whole = {name: float(many) for name, many in sold.items()}, float(sum(sold.values()))
    found = [
        PlaceLine(
            row.get("community_name") or name or "—", row.get("district_name") or "", weights.get(name, 0) / whole if whole else 0.0,
            sold.get(name, 0), round(line.short * weights.get(name, 0) / whole, 1) if whole else 0.0,
        )
        for name, row in rows.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.share, one.name))[:MOST_PLACES], len(found)


def below(shop: Shop, warehouse: str) -> list[str]:
    """The warehouse and those it supplies."""
    found = shop.read("SELECT warehouse_id FROM dim_warehouse WHERE warehouse_id = $1 OR parent_id = $1", (warehouse,))
    return found["warehouse_id"].to_pylist() or [warehouse]


def course(shop: Shop, scope: Scope, now: Nowcast, line: Line, writer: Writer) -> dict[str, Any]:
    """One good's day hour by hour, added up: what is sold, how it is expected to go on, and the usual day."""
    known, row = now.known, line.row
    hours = known.past.hours
    where = {"sku": line.sku_id, "warehouse": below(shop, line.warehouse_id)}
    sold_in = {
        str(one["hour"]): int(one["units"] or 0)
        for one in shop.query("units", start=known.day, end=known.day, grain="hour", where=where, scope=scope).rows()
    }
    shares = known.past.course[int(known.frame["family"].iloc[row])][None, :]
    at = np.arange(1, len(hours) + 1, dtype=float)
    share = np.array([float(gone(shares, one)[0]) for one in at])
    passed = int(np.ceil(hours_known(now.known)))
    sold: list[float | None] = [
        int(sum(sold_in.get(one, 0) for one in hours[: place + 1])) if place < passed else None
        for place in range(len(hours))
    ]
    begun = float(gone(shares, min(hours_known(now.known), len(hours)))[0])
    ahead = [
        None if place + 1 < passed else _ahead(line.sold, value, begun, float(now.belief.pace[row]))
        for place, value in enumerate(share)
    ]
    labels = [f"{int(one[11:13]) + 1}:00" for one in hours]
    words = {
        "sold": Text("已卖", "Sold"),
        "ahead": Text("预计（估计）", "Expected (estimate)"),
        "usual": Text("平常一天", "Usual day"),
    }
    return {
        "kind": "line", "first": writer.say(Text("到几点", "Until")), "labels": labels, "titles": labels,
        "series": [
            {"name": writer.say(words["sold"]), "values": sold, "role": "main"},
            {"name": writer.say(words["ahead"]), "values": ahead, "role": "compare", "hue": 1},
            {"name": writer.say(words["usual"]), "values": [round(line.usual * float(one), 1) for one in share], "role": "compare"},
        ],
        "axis": writer.axis(Unit.QTY), "unit": "",
    }  # fmt: skip


def _ahead(sold: int, share: float, begun: float, pace: float) -> float:
    return round(sold + pace * max(share - begun, 0.0), 1)
