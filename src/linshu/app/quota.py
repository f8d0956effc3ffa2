"""The quotas of pre-sale listings, for commands and programs: the same lines as on the page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from linshu.app.answer import Answer
from linshu.app.domains import DOMAINS
from linshu.app.states import open_state
from linshu.domains.supply.quota import view
from linshu.domains.supply.quota.flow import KIND, NAME
from linshu.engine.access.scope import Scope
from linshu.engine.shell.context import ledger_of
from linshu.engine.shell.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from linshu.app import identities
    from linshu.domains.supply.quota.view import Board, Line
    from linshu.engine.decisions import Ledger
    from linshu.engine.shell.asking import Shop

UNITS = {
    "columns": [
        *(
            {"name": name, "unit": "qty"}
            for name in ("sold", "quota_now", "quota_proposed", "still_expected", "at_most")
        ),
        *({"name": name, "unit": "ratio"} for name in ("sells_out", "sells_out_then")),
        {"name": "worth", "unit": "fen"},
    ]
}


class Quotas(Protocol):
    """How much of each pre-sale listing may be sold until its cut-off."""

    def list(self, asked: Mapping[str, str], limit: int = 100, offset: int = 0) -> Answer:
        """One row per open listing, the change worth most first; asked: kind, warehouse, q, sort."""
        ...

    def why(self, words: str) -> Answer:
        """What the rule says about the listings of some goods, also why nothing changes."""
        ...


class LocalQuotas:
    """Those of the data this process owns, as one person sees them."""

    def __init__(
        self, shop: identities.Home, scope: Scope | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._shop, self._scope, self._now = shop, scope or Scope.everything(), now

    def list(self, asked: Mapping[str, str], limit: int = 100, offset: int = 0) -> Answer:
        """See `Quotas.list`."""
        return listed(self._board(), asked, limit, offset)

    def why(self, words: str) -> Answer:
        """See `Quotas.why`."""
        return explained(self._board(), words)

    def _board(self) -> Board:
        self._shop.ready()
        project, now = self._shop.project, self._now()
        days = project.settings.company_day
        today = days.day_of(now)
        with open_state(project) as state:
            ledger = ledger_of(state, Modules(state, DOMAINS).on, lambda: now)
            return board(self._shop.figures, ledger, self._scope, today, days.clock_of(today, now))


def board(shop: Shop, ledger: Ledger, scope: Scope, today: date, at: datetime | None) -> Board:
    """The open listings within a scope, as the rule sees them at a moment."""
    if shop.data_as_of is None:
        return view.Board(None, ())
    whole = view.board(shop, today, ledger.policies.current(NAME), ledger.carried(KIND, today), at)
    return view.within(whole, shop, scope, today)


def listed(whole: Board, asked: Mapping[str, str], limit: int = 100, offset: int = 0) -> Answer:
    """One row per listing that was asked for."""
    found = view.chosen(whole, view.asked_of(asked))
    return Answer.of(
        [told(one) for one in found[offset : offset + limit]], total=len(found), kinds=view.counts(whole),
        forecast_of=whole.made_on.isoformat() if whole.made_on else None, **UNITS,
    )  # fmt: skip


def explained(whole: Board, words: str) -> Answer:
    """The listings of the goods found by words, with all that is to be said of each."""
    found = view.chosen(whole, view.Asked(words=words))
    rows = [
        told(one) | {"why": "；".join(each.zh for each in one.why), "why_en": "; ".join(each.en for each in one.why)}
        for one in found
    ]
    return Answer.of(rows, forecast_of=whole.made_on.isoformat() if whole.made_on else None, **UNITS)


class RemoteQuotas:
    """The same, asked of a running server."""

    def __init__(self, ask: Callable[..., Answer]) -> None:
        self._ask = ask

    def list(self, asked: Mapping[str, str], limit: int = 100, offset: int = 0) -> Answer:
        """See `Quotas.list`."""
        given = {name: value for name, value in asked.items() if value} | {"limit": str(limit), "offset": str(offset)}
        return self._ask("GET", f"/quota?{urlencode(given)}")

    def why(self, words: str) -> Answer:
        """See `Quotas.why`."""
        return self._ask("GET", f"/quota/why?{urlencode({'q': words})}")


def told(one: Line) -> dict[str, Any]:
    """A line as a plain row."""
    return {
        "listing": one.listing_id, "sku": one.sku_id, "sku_name": one.sku, "where": one.where, "batch": one.batch,
        "warehouse": " ".join(one.warehouse_ids), "warehouse_name": one.warehouse, "cut_off": one.ends, "sold": one.sold,
        "quota_now": one.quota, "quota_proposed": one.proposed, "move": one.move, "still_expected": one.asked, "at_most": one.safe,
        "sells_out": one.out, "sells_out_then": one.out_with, "worth": one.worth, "why": one.why[0].zh, "why_en": one.why[0].en,
    }  # fmt: skip
