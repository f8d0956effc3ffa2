"""The fortnight day by day: what is ordered already, what is forecast to come beside it, how sure that is; weeks added up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from linshu.domains.supply.forecast.view import AHEAD, DAY, NEXT_DAY, WEEK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop


@dataclass(frozen=True, slots=True)
class Told:
    """One day, or the sum of a week, whose sides are empty: they do not add up."""

    first: date
    last: date
    known: int
    mean: float  # still to come
    low: int | None  # P10, P50 and P90 of what is still to come
    middle: int | None
    high: int | None

    @property
    def whole(self) -> float:
        """What is expected in all; never below what is known."""
        return self.known + self.mean


@dataclass(frozen=True, slots=True)
class Good:
    """One SKU at one warehouse, day by day."""

    sku_id: str
    sku: str
    warehouse_id: str
    warehouse: str
    days: tuple[Told, ...]

    @property
    def weeks(self) -> tuple[Told, ...]:
        """Days 1 to 7 and 8 to 14, and all of them."""
        return (*(summed(self.days[at : at + WEEK]) for at in range(0, len(self.days), WEEK)), summed(self.days))


def summed(days: Iterable[Told]) -> Told:
    """Days added up."""
    listed = tuple(days)
    return Told(
        listed[0].first, listed[-1].last, sum(one.known for one in listed), sum(one.mean for one in listed), None, None, None
    )  # fmt: skip


def fortnight(shop: Shop, scope: Scope, made_on: date, where: Mapping[str, object]) -> list[Good]:
    """Every SKU and warehouse that `where` leaves, day by day."""
    rows = shop.query(
        NEXT_DAY, ("sku", "warehouse"), start=made_on + DAY, end=made_on + AHEAD * DAY, grain="day", where=where, scope=scope
    ).rows()  # fmt: skip
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["sku"], row["warehouse"]), []).append(row)
    return [
        Good(sku, of[0]["sku_name"] or sku, warehouse, of[0]["warehouse_name"] or warehouse, tuple(sorted(map(_told, of), key=lambda one: one.first)))
        for (sku, warehouse), of in found.items()
    ]  # fmt: skip


def _told(row: Mapping[str, Any]) -> Told:
    day = date.fromisoformat(str(row["day"]))
    return Told(
        day, day, row["forecast_known_units"] or 0, row["forecast_units"] or 0.0,
        row["forecast_low_units"], row["forecast_middle_units"], row["forecast_high_units"],
    )  # fmt: skip
