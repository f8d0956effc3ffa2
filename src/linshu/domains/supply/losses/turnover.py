"""How fast stock turns in each warehouse, and what sells of what is offered in each place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from linshu.engine.shell.listing import choice_in, order_in, page_in, words_in
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.domains.supply.losses.inputs import Span
    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop
    from linshu.kernel.period import Period

LEVELS: dict[str, Text] = {
    "community": Text("社群", "Group"),
    "street": Text("街道", "Street"),
    "district": Text("区县", "District"),
    "city": Text("城市", "City"),
}
SORTS = ("name", "offered", "selling", "sells", "sells_before", "quota")
USUAL_SORT = "sells"
HELD = ("turnover_days", "stock_value", "out_of_stock_rate", "loss_rate")


@dataclass(frozen=True, slots=True)
class Place:
    """One place: what was offered there, what of it sold, and how much of its quotas."""

    key: str
    name: str
    offered: int
    selling: int
    sells: float | None
    sells_before: float | None  # in the period compared
    quota: float | None  # None where no listing was for just this place


@dataclass(frozen=True, slots=True)
class Asked:
    """The list of places as the address asks for it."""

    level: str = "community"
    words: str = ""
    sort: str = USUAL_SORT
    page: int = 1

    @property
    def beside(self) -> tuple[tuple[str, str], ...]:
        """What the address keeps beside the days."""
        parts = {
            "level": self.level if self.level != "community" else "", "q": self.words,
            "sort": self.sort if self.sort != USUAL_SORT else "",
        }  # fmt: skip
        return tuple((name, value) for name, value in parts.items() if value)


def read(given: Mapping[str, str]) -> Asked:
    """What the address asks for."""
    return Asked(
        choice_in(given, "level", LEVELS, "community"),
        words_in(given),
        order_in(given, SORTS, USUAL_SORT),
        page_in(given),
    )


def warehouses(shop: Shop, scope: Scope, span: Span) -> list[dict[str, Any]]:
    """Every warehouse that keeps stock, the slowest first: its turnover, stock and losses; of several also all together."""
    ask = partial(
        shop.query, HELD, start=span.period.start, end=span.period.end, compare=span.compare or None, scope=scope
    )
    rows = ask(by="warehouse", order="-turnover_days").rows()
    return [*rows, *ask().rows()] if len(rows) > 1 else rows


def places(shop: Shop, scope: Scope, span: Span, level: str) -> list[Place]:
    """Every place of a level: sell-through of groups, and quota sold of listings made for just that place."""
    first, last, rate = span.period.start, span.period.end, "community_sell_through_rate"
    figures = ("offered_skus", "selling_skus", rate)
    rows = shop.query(figures, level, start=first, end=last, scope=scope, compare=span.compare or None).rows()
    quotas = quota_sold(shop, scope, span.period, "community" if level == "community" else "region")
    return [
        Place(
            row[level], str(row.get(f"{level}_name") or row[level]), row["offered_skus"] or 0, row["selling_skus"] or 0,
            row[rate], row.get(f"{rate}_{span.compare}"), quotas.get(row[level]),
        )
        for row in rows
        if row["offered_skus"]
    ]  # fmt: skip


def quota_sold(shop: Shop, scope: Scope, period: Period, by: str) -> dict[str, float | None]:
    """How much of the quotas sold, by the place the listing was for."""
    rows = shop.query("quota_sold_rate", by, start=period.start, end=period.end, scope=scope).rows()
    return {row[by]: row["quota_sold_rate"] for row in rows}


def listed(found: Sequence[Place], asked: Asked) -> list[Place]:
    """The places asked for, in order; what is not known comes last."""
    words = asked.words.casefold()
    kept = [one for one in found if not words or words in one.name.casefold()]
    name, down = asked.sort.lstrip("-"), asked.sort.startswith("-")
    known_ones = [one for one in kept if getattr(one, name) is not None]
    ordered = sorted(known_ones, key=lambda one: (getattr(one, name), one.key), reverse=down)
    return [*ordered, *(one for one in kept if getattr(one, name) is None)]
