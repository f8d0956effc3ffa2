"""A morning's work of the ledger: what was put off comes back, today's proposals come in, yesterday's are measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.engine.decisions.measuring import Outcome, measure
from linshu.kernel.errors import LinshuError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from linshu.engine.decisions.ledger import Ledger, Saved
    from linshu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Morning:
    """What one run did; a kind whose rule could not be run says why and keeps no other from running."""

    woken: int
    expired: int
    saved: Mapping[str, Saved]
    failed: Mapping[str, LinshuError]
    measured: tuple[Outcome, ...]


def run(
    ledger: Ledger,
    shop: Any,
    today: date,
    at: datetime | None = None,
    tell: Callable[[float, Text], None] = lambda _done, _what: None,
) -> Morning:
    """Runs every kind's rule for the day; safe to run as often as one likes. `at` is what the wall clock says of that day.

    `tell` is told before each kind how far it is; what it raises ends the run there, and the kinds before are done.
    """
    woken, expired = ledger.tidy()
    ledger.apply()  # what a crash left between approval and execution
    saved: dict[str, Saved] = {}
    failed: dict[str, LinshuError] = {}
    kinds = [one for one in ledger.kinds.values() if one.propose is not None]
    for number, kind in enumerate(kinds):
        tell(number / len(kinds), kind.title)
        assert kind.propose is not None
        try:
            given = (shop, today, ledger.policies.current(kind.name), ledger.carried(kind, today))
            drafts = kind.propose(*given, at=at) if kind.by_clock else kind.propose(*given)
            saved[kind.name] = ledger.save(drafts)
            if kind.by_day:
                expired += ledger.close_before(kind.name, today)
        except LinshuError as error:
            failed[kind.name] = error
    return Morning(woken, expired, saved, failed, measure(ledger, shop, today))
