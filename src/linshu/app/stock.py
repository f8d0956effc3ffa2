"""What of the stock needs somebody, for commands and programs: the same lines as on the page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

from linshu.app import identities
from linshu.app.answer import Answer
from linshu.domains.supply.watching import flow, view
from linshu.domains.supply.watching.words import TITLES
from linshu.engine.access.scope import Scope
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from linshu.domains.supply.watching.words import Line

COLUMNS = (
    ("stock", "qty"),
    ("units", "qty"),
    ("at_risk_fen", "fen"),
    ("chance", "ratio"),
    ("sells_a_day", "qty"),
    ("under_way", "qty"),
)
NOTE = {
    "zh": "out、soon、near、over 的件数和金额是估计；没有预测的用近 28 天出库或全部临期库存代替。",
    "en": "units and value of out, soon, near and over are estimates; where nobody forecasts, the sales of 28 days or all stock near its date stand in.",
}


class StockAlerts(Protocol):
    """What of the stock needs somebody."""

    def list(self, asked: Mapping[str, str], limit: int = 100, offset: int = 0) -> Answer:
        """One row per kind, SKU and warehouse; asked: kind, warehouse, category, q, sort."""
        ...

    def show(self, sku: str, warehouse: str) -> Answer:
        """The lots of one SKU in one warehouse; meta["alerts"] says why it stands in the list."""
        ...


class LocalStockAlerts:
    """Those of the data this process owns, as one person sees them."""

    def __init__(
        self, shop: identities.Home, scope: Scope | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._shop, self._scope, self._now = shop, scope or Scope.everything(), now

    def list(self, asked: Mapping[str, str], limit: int = 100, offset: int = 0) -> Answer:
        """See `StockAlerts.list`."""
        wanted, found = flow.wanted(asked), self._watched()
        if found is None:
            return Answer.of([], total=0)
        places, known = found.chosen(wanted), found.known
        counts = {kind: {"count": many, "at_risk_fen": fen} for kind, (many, fen) in found.counts(wanted).items()}
        return Answer.of(
            told(found.lines(places[offset : offset + limit])), total=len(places), kinds=counts, known_on=known.known_on.isoformat(),
            forecast_made_on=known.made_on.isoformat() if known.made_on else None, note=NOTE, **_units(COLUMNS),
        )  # fmt: skip

    def show(self, sku: str, warehouse: str) -> Answer:
        """See `StockAlerts.show`."""
        found = self._watched((sku, warehouse))
        if found is None or not len(found.known.frame):
            raise Missing(
                Text(
                    f"仓 {warehouse} 没有商品 {sku} 的库存记录",
                    f"warehouse {warehouse} has no stock records of SKU {sku}",
                ),
                mend=Text("用 linshu stock list 看有哪些。", "See linshu stock list."),
            )
        rows = [
            {
                "stock_batch": one.batch, "received_on": one.received_on.isoformat(),
                "expires_on": one.expires_on.isoformat() if one.expires_on else None, "days_left": one.left_days, "units": one.qty,
                "cost_fen": one.fen, "idle_days": one.idle_days, "near": one.near, "expired": one.expired,
                "expected_unsold": None if one.lost is None else round(one.lost, 1), "advice": one.advice.zh if one.advice else "",
                "advice_en": one.advice.en if one.advice else "",
            }
            for one in view.lots(found, flow.POLICY.near_days)
        ]  # fmt: skip
        alerts = told(found.lines(range(len(found.found.position))))
        units = _units((("units", "qty"), ("cost_fen", "fen"), ("expected_unsold", "qty")))
        return Answer.of(rows, alerts=alerts, known_on=found.known.known_on.isoformat(), note=NOTE, **units)

    def _watched(self, only: tuple[str, str] | None = None) -> flow.Watched | None:
        figures = self._shop.figures
        if figures.data_as_of is None:
            return None
        self._shop.ready()
        today = self._shop.project.settings.company_day.day_of(self._now())
        return flow.watched(figures, self._scope, today, only)


class RemoteStockAlerts:
    """The same, asked of a running server."""

    def __init__(self, ask: Callable[..., Answer]) -> None:
        self._ask = ask

    def list(self, asked: Mapping[str, str], limit: int = 100, offset: int = 0) -> Answer:
        """See `StockAlerts.list`."""
        given = {name: value for name, value in asked.items() if value} | {"limit": str(limit), "offset": str(offset)}
        return self._ask("GET", f"/stock?{urlencode(given)}")

    def show(self, sku: str, warehouse: str) -> Answer:
        """See `StockAlerts.show`."""
        return self._ask("GET", f"/stock/{quote(sku, safe='')}/{quote(warehouse, safe='')}")


def told(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The lines as plain rows."""
    return [
        {
            "kind": one.kind, "kind_name": TITLES[one.kind].zh, "sku": one.sku_id, "sku_name": one.sku, "warehouse": one.warehouse_id,
            "warehouse_name": one.warehouse, "category": one.category, "stock": one.units, "units": round(one.qty, 1),
            "at_risk_fen": one.fen, "chance": one.chance, "days": one.days, "sells_a_day": one.daily, "under_way": one.coming,
            "without_forecast": one.guessed, "why": one.why.zh, "why_en": one.why.en,
        }
        for one in lines
    ]  # fmt: skip


def _units(columns: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {"columns": [{"name": name, "unit": unit} for name, unit in columns]}
