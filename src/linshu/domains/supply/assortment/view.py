"""How the page of lists looks: the list as the address asks for it, and as a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linshu.domains.supply.assortment.decide import KINDS
from linshu.domains.supply.assortment.flow import TITLE, Wanted, wanted
from linshu.domains.supply.assortment.words import TITLES
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.listing import link, page_in, words_in
from linshu.engine.shell.sheet import Sheet, SheetColumn
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from linshu.domains.supply.assortment.words import Line

PAGE_ROWS = 50
FOUND = 12  # groups offered for what was typed
STALE_DAYS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """The list as the address asks for it."""

    place: str = ""
    find: str = ""
    wanted: Wanted = field(default_factory=Wanted)
    page: int = 1

    def address(self, **changes: str | None) -> str:
        """The page's address with some parts changed."""
        one = self.wanted
        parts = {
            "place": self.place, "kind": one.kind, "category": one.category, "q": one.words,
            "sort": one.sort if one.sort != "-month" else "",
        }  # fmt: skip
        return link(parts, changes)


def read(given: Mapping[str, str]) -> Asked:
    """What the address asks for."""
    return Asked(given.get("place", ""), words_in(given, "find"), wanted(given), page_in(given))


def counts(lines: Iterable[Line]) -> dict[str, tuple[int, float]]:
    """How many goods of each kind, and what they earn a month."""
    found = dict.fromkeys(KINDS, (0, 0.0))
    for one in lines:
        many, fen = found[one.kind]
        found[one.kind] = (many + 1, fen + one.month)
    return {str(kind): pair for kind, pair in found.items()}


def sheet(lines: Iterable[Line], name: str, listed_on: date, say: Callable[[Text], str]) -> Sheet:
    """The list as a file."""
    heads: tuple[tuple[Text, Unit | None], ...] = (
        (Text("建议", "Advice"), None), (Text("现在在架", "Listed now"), None), (Text("商品编号", "SKU id"), None), (Text("商品", "SKU"), None),
        (Text("品类", "Category"), None), (Text("预计月净赚（估计）", "Earns a month (estimate)"), Unit.FEN),
        (Text("每月约卖（估计）", "Pieces a month (estimate)"), Unit.QTY), (Text("低位", "Low side"), Unit.QTY), (Text("高位", "High side"), Unit.QTY),
        (Text("按记录折算每月", "As counted, a month"), Unit.QTY), (Text("在架天数", "Days on offer"), Unit.QTY),
        (Text("每件净赚", "Earns a piece"), Unit.FEN), (Text("换个做法少赚", "Less otherwise"), Unit.FEN), (Text("为什么", "Why"), None),
    )  # fmt: skip
    yes, no = say(Text("是", "yes")), say(Text("否", "no"))
    rows = [
        (
            say(TITLES[one.kind]), no if one.new else yes, one.sku_id, one.sku, one.category, round(one.month), round(one.pieces, 2),
            round(one.low, 2), round(one.high, 2), None if one.raw is None else round(one.raw, 2), round(one.days, 1), round(one.margin),
            round(one.matters), say(one.why),
        )
        for one in lines
    ]  # fmt: skip
    note = Text(f"{name}；在架清单取自 {listed_on}", f"{name}; lists as of {listed_on}")
    return Sheet(say(TITLE), tuple(SheetColumn(say(title), unit) for title, unit in heads), rows, (say(note),))
