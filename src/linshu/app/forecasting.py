"""What is expected to be asked for, for commands and programs: the same lines and days as on the page."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

from linshu.app.answer import Answer
from linshu.app.listing import column
from linshu.domains.supply.forecast import view
from linshu.domains.supply.forecast.accuracy import FIGURES, by_class
from linshu.domains.supply.forecast.communities import over_communities
from linshu.domains.supply.forecast.days import Good, fortnight
from linshu.engine.access.scope import Scope
from linshu.kernel.errors import Missing, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from linshu.app import identities
    from linshu.domains.supply.forecast.view import Line

QUANTITIES = ("tomorrow", "low", "high", "week", "fortnight", "known", "still", "middle", "expected")
UNITS = {"columns": [{"name": name, "unit": "qty"} for name in QUANTITIES]}


class Forecasts(Protocol):
    """What is expected of every SKU, warehouse, category, city or group in the next fortnight."""

    def list(self, asked: Mapping[str, str], limit: int = 100, offset: int = 0) -> Answer:
        """One row per line of the page; asked: by, warehouse, q, sort. By community a warehouse is needed."""
        ...

    def show(self, sku: str, warehouse: str) -> Answer:
        """The fortnight of one SKU at one warehouse, a row for each day; meta["weeks"] are its sums."""
        ...

    def communities(self, sku: str, warehouse: str) -> Answer:
        """The same over the groups the warehouse supplies."""
        ...

    def accuracy(self) -> Answer:
        """How good forecasts of the last eight weeks were: a row for each class of goods, all goods last."""
        ...


class LocalForecasts:
    """Those of the data this process owns, as one person sees them."""

    def __init__(self, shop: identities.Home, scope: Scope | None = None) -> None:
        self._shop, self._scope = shop, scope or Scope.everything()

    def list(self, asked: Mapping[str, str], limit: int = 100, offset: int = 0) -> Answer:
        """See `Forecasts.list`."""
        wanted, made_on = view.read(asked), self._made_on()
        if made_on is None:
            return Answer.of([], total=0, made_on=None)
        if wanted.by == "community":
            if not wanted.warehouse:
                raise Misused(
                    Text("按社群看要先选一个仓", "by community a warehouse has to be named"),
                    mend=Text("加上仓库编号。", "Give the warehouse's id."),
                )
            divided = self._divided(made_on, wanted.warehouse)
            found = view.arranged(divided.lines() if divided else [], wanted)
        else:
            found = view.lines(self._shop.figures, self._scope, made_on, wanted)
        return Answer.of(
            [told(one, wanted.by) for one in found[offset : offset + limit]],
            total=len(found), made_on=made_on.isoformat(), added=sums(view.added(found)), **UNITS,
        )  # fmt: skip

    def show(self, sku: str, warehouse: str) -> Answer:
        """See `Forecasts.show`."""
        made_on, good = self._good(sku, warehouse)
        figures = self._shop.figures
        weeks = [
            {"from": one.first.isoformat(), "to": one.last.isoformat(), "known": one.known, "still": round(one.mean, 3), "expected": round(one.whole, 3)}
            for one in good.weeks
        ]  # fmt: skip
        rows = [
            {
                "day": one.first, "known": one.known, "still": round(one.mean, 3), "low": one.low, "middle": one.middle, "high": one.high,
                "expected": round(one.whole, 3),
            }
            for one in good.days
        ]  # fmt: skip
        origin = view.origin(figures, made_on, sku, warehouse)
        return Answer.of(
            rows, sku_name=good.sku, warehouse_name=good.warehouse, weeks=weeks, made_on=made_on.isoformat(), **origin, **UNITS
        )  # fmt: skip

    def communities(self, sku: str, warehouse: str) -> Answer:
        """See `Forecasts.communities`."""
        made_on, _ = self._good(sku, warehouse)
        divided = self._divided(made_on, warehouse)
        asked = view.Asked(by="community", warehouse=warehouse)
        lines = view.arranged(divided.lines(sku) if divided else [], asked)
        return Answer.of(
            [told(one, "community") for one in lines],
            made_on=made_on.isoformat(),
            added=sums(view.added(lines)),
            **UNITS,
        )

    def accuracy(self) -> Answer:
        """See `Forecasts.accuracy`."""
        made_on = self._made_on()
        found = by_class(self._shop.figures, self._scope, made_on) if made_on else []
        units = [column(self._shop.figures.catalog.metrics[name]) for name in FIGURES]
        rows = [
            {"class": one.cell, "goods": one.goods, **{name: one.figures[name] for name in FIGURES}} for one in found
        ]
        return Answer.of(rows, made_on=made_on.isoformat() if made_on else None, columns=units)

    def _divided(self, made_on: date, warehouse: str) -> Any:
        return over_communities(self._shop.figures, self._scope, made_on, warehouse, lambda text: text.zh)

    def _made_on(self) -> date | None:
        if self._shop.figures.data_as_of is None:
            return None
        self._shop.ready()
        return view.newest(self._shop.figures)

    def _good(self, sku: str, warehouse: str) -> tuple[date, Good]:
        made_on = self._made_on()
        found = (
            fortnight(self._shop.figures, self._scope, made_on, {"sku": sku, "warehouse": warehouse}) if made_on else []
        )
        if made_on is None or not found:
            raise Missing(
                Text(f"没有商品 {sku} 在仓 {warehouse} 的预测", f"there is no forecast of SKU {sku} at warehouse {warehouse}"),
                mend=Text("用 linshu forecast list 看有哪些。", "See linshu forecast list."),
            )  # fmt: skip
        return made_on, found[0]


class RemoteForecasts:
    """The same, asked of a running server."""

    def __init__(self, ask: Callable[..., Answer]) -> None:
        self._ask = ask

    def list(self, asked: Mapping[str, str], limit: int = 100, offset: int = 0) -> Answer:
        """See `Forecasts.list`."""
        given = {name: value for name, value in asked.items() if value} | {"limit": str(limit), "offset": str(offset)}
        return self._ask("GET", f"/forecast?{urlencode(given)}")

    def show(self, sku: str, warehouse: str) -> Answer:
        """See `Forecasts.show`."""
        return self._ask("GET", f"/forecast/{quote(sku, safe='')}/{quote(warehouse, safe='')}")

    def communities(self, sku: str, warehouse: str) -> Answer:
        """See `Forecasts.communities`."""
        return self._ask("GET", f"/forecast/{quote(sku, safe='')}/{quote(warehouse, safe='')}/communities")

    def accuracy(self) -> Answer:
        """See `Forecasts.accuracy`."""
        return self._ask("GET", "/forecast/accuracy")


def told(one: Line, by: str) -> dict[str, Any]:
    """A line as a plain row."""
    if by == view.GOODS:
        return {
            "sku": one.sku_id, "sku_name": one.sku, "warehouse": one.warehouse_id, "warehouse_name": one.warehouse,
            "tomorrow": round(one.tomorrow, 3), "low": one.low, "high": one.high, "week": round(one.week, 3),
            "fortnight": round(one.fortnight, 3), "known": one.known,
        }  # fmt: skip
    return {by: one.sku_id, f"{by}_name": one.sku, **sums(one)}


def sums(one: Line) -> dict[str, Any]:
    """What adds up of a line."""
    return {
        name: round(value, 3)
        for name, value in asdict(one).items()
        if name in {"tomorrow", "week", "fortnight", "known"}
    }
