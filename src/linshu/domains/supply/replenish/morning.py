"""What a buyer decides beside the orders, on the same page: goods to move, to sell off, quotas; and what each kind earned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.domains.supply.replenish.flow import NAME
from linshu.domains.supply.replenish.inputs import MARKDOWN, QUOTA, TRANSFER
from linshu.domains.supply.replenish.view import TABS, mentions
from linshu.engine.decisions import Wanted
from linshu.engine.decisions.measuring import score

if TYPE_CHECKING:
    from datetime import date

    from linshu.domains.supply.replenish.view import Asked
    from linshu.engine.access.scope import Scope
    from linshu.engine.decisions import Book, Kind, Ledger, Proposal
    from linshu.engine.decisions.measuring import Score

SHOWN = 50  # of each kind; the inbox has all of them


@dataclass(frozen=True, slots=True)
class Beside:
    """The proposals of another kind that stand beside the orders."""

    kind: Kind
    rows: tuple[Proposal, ...]
    total: int


def beside(ledger: Ledger, book: Book, asked: Asked) -> list[Beside]:
    """Transfers, quotas and markdowns of the same state, warehouse and words as the list of orders; none where there are none."""
    found = []
    for name in (TRANSFER, QUOTA, MARKDOWN):
        if name not in book.kinds:
            continue
        rows, _ = book.page(Wanted((name,), TABS[asked.tab][1], limit=1_000))
        kept = tuple(
            one
            for one in rows
            if _at(one, asked.warehouse) and (not asked.words or mentions(one, asked.words.casefold()))
        )
        if kept:
            found.append(Beside(ledger.kinds[name], kept[:SHOWN], len(kept)))
    return found


def _at(one: Proposal, warehouse: str) -> bool:
    return warehouse in ("", one.place.warehouse, *(line.get("to") for line in one.lines))


def earned(ledger: Ledger, book: Book, today: date, scope: Scope) -> list[tuple[Kind, Score]]:
    """What each kind promised and brought, within the rows its reader may see."""
    names = [one for one in (NAME, TRANSFER, QUOTA, MARKDOWN) if one in book.kinds]
    return [(ledger.kinds[one], score(ledger, one, today, scope)) for one in names]
