"""What a page of losses is asked for: how the list is cut, what it is narrowed to, found, sorted; read from the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.engine.shell.listing import choice_in, order_in, page_in, words_in
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE_ROWS = 50
USUAL_SORT = "-lost"
SORTS = ("name", "lost", "before", "units", "rate", "missing")
CUTS: dict[str, Text] = {
    "sku": Text("商品", "SKU"),
    "warehouse": Text("仓库", "Warehouse"),
    "stock_lot": Text("批次", "Stock batch"),
    "supplier": Text("供应商", "Supplier"),
    "loss_cause": Text("原因", "Cause"),
}
NARROWED = ("warehouse", "supplier", "sku", "loss_cause")  # what the figures can be narrowed to


@dataclass(frozen=True, slots=True)
class Asked:
    """The losses as the address asks for them."""

    by: str = "sku"
    words: str = ""
    sort: str = USUAL_SORT
    page: int = 1
    narrowed: tuple[tuple[str, str], ...] = ()

    @property
    def where(self) -> dict[str, str]:
        """What the figures are narrowed to, as the metric layer takes it."""
        return dict(self.narrowed)

    @property
    def beside(self) -> tuple[tuple[str, str], ...]:
        """What the address keeps beside the days."""
        parts = {"by": self.by if self.by != "sku" else "", "q": self.words}
        sort = {"sort": self.sort if self.sort != USUAL_SORT else ""}
        return tuple((name, value) for name, value in (parts | sort | self.where).items() if value)


def read(given: Mapping[str, str]) -> Asked:
    """What the address asks for; Misused for a cut or an order nobody knows."""
    return Asked(
        choice_in(given, "by", CUTS, "sku"),
        words_in(given),
        order_in(given, SORTS, USUAL_SORT),
        page_in(given),
        tuple((name, given[name]) for name in NARROWED if given.get(name)),
    )
