"""How today stands, for commands and programs: the same lines as on the page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

from linshu.app.answer import Answer
from linshu.domains.supply.surge import view
from linshu.domains.supply.surge.flow import Nowcast, nowcast
from linshu.domains.supply.surge.inputs import begin, load
from linshu.engine.access.scope import Scope
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linshu.app import identities
    from linshu.domains.supply.surge.view import Line

UNITS = {
    "columns": [
        *({"name": name, "unit": "qty"} for name in ("sold", "expected", "low", "high", "usual", "left", "short")),
        *({"name": name, "unit": "ratio"} for name in ("surges", "runs_out")),
    ]
}


class Surges(Protocol):
    """What sells far beyond the usual today, and what will not last."""

    def list(self, asked: Mapping[str, str], limit: int = 100, offset: int = 0) -> Answer:
        """One row per SKU and warehouse, the likeliest surge first; asked: kind, warehouse, q, sort."""
        ...

    def show(self, sku: str, warehouse: str) -> Answer:
        """Where one SKU of one warehouse would be missed; meta["line"] is its row of the list."""
        ...


class LocalSurges:
    """Those of the data this process owns, as one person sees them."""

    def __init__(
        self, shop: identities.Home, scope: Scope | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._shop, self._scope, self._now = shop, scope or Scope.everything(), now

    def list(self, asked: Mapping[str, str], limit: int = 100, offset: int = 0) -> Answer:
        """See `Surges.list`."""
        wanted, now = view.read(asked), self._nowcast()
        if now is None:
            return Answer.of([], total=0, until=None)
        found = view.lines(now, wanted)
        return Answer.of(
            [told(one) for one in found[offset : offset + limit]], total=len(found), kinds=view.counts(now),
            day=now.known.day.isoformat(), until=now.known.at.isoformat() if now.known.at else None, **UNITS,
        )  # fmt: skip

    def show(self, sku: str, warehouse: str) -> Answer:
        """See `Surges.show`."""
        now = self._nowcast()
        line = view.find(now, sku, warehouse) if now else None
        if now is None or line is None:
            raise Missing(
                Text(f"今天仓 {warehouse} 没有商品 {sku} 的销售和预测", f"warehouse {warehouse} has neither sales nor a forecast of SKU {sku} today"),
                mend=Text("用 linshu surge list 看有哪些。", "See linshu surge list."),
            )  # fmt: skip
        places, many = view.places(self._shop.figures, self._scope, now, line)
        rows = [
            {"community_name": one.name, "district_name": one.district, "share": round(one.share, 4), "sold": one.sold, "short": one.short}
            for one in places
        ]  # fmt: skip
        return Answer.of(rows, line=told(line), total=many)

    def _nowcast(self) -> Nowcast | None:
        figures = self._shop.figures
        if figures.data_as_of is None:
            return None
        self._shop.ready()
        rhythm = self._shop.project.settings.company_day
        day = rhythm.day_of(self._now())
        known = load(figures, self._scope, day, begin(figures, self._scope, day, rhythm))
        return nowcast(known) if known.at is not None else None


class RemoteSurges:
    """The same, asked of a running server."""

    def __init__(self, ask: Callable[..., Answer]) -> None:
        self._ask = ask

    def list(self, asked: Mapping[str, str], limit: int = 100, offset: int = 0) -> Answer:
        """See `Surges.list`."""
        given = {name: value for name, value in asked.items() if value} | {"limit": str(limit), "offset": str(offset)}
        return self._ask("GET", f"/surge?{urlencode(given)}")

    def show(self, sku: str, warehouse: str) -> Answer:
        """See `Surges.show`."""
        return self._ask("GET", f"/surge/{quote(sku, safe='')}/{quote(warehouse, safe='')}")


def told(one: Line) -> dict[str, Any]:
    """A line as a plain row."""
    return {
        "sku": one.sku_id, "sku_name": one.sku, "warehouse": one.warehouse_id, "warehouse_name": one.warehouse, "surges": one.surges,
        "sold": one.sold, "expected": one.expected, "low": one.low, "high": one.high, "usual": one.usual, "left": one.left,
        "runs_out": one.out, "runs_out_at": one.out_at, "short": one.short, "sold_out": one.sold_out, "by_quota": one.by_quota,
        "without_forecast": one.guessed, "why": one.why.zh, "why_en": one.why.en,
    }  # fmt: skip
