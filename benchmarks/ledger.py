"""The ledger of decisions: 100,000 proposals saved, listed and approved at once, against the bare rows written to SQLite.

The bare side writes the same proposals by one prepared statement and turns their state by another: no frozen inputs, no
versions, no history, no audit, no outbox. What the ledger costs beyond it is what it keeps. Told is processor time, that of
the machine's system included: others who use it at the time change it little.
"""

from __future__ import annotations

import gc
import sqlite3
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.report import Options, Report, Row, main
from linshu.engine.audit import Actor
from linshu.engine.decisions import Column, Draft, Effect, Kind, Ledger, Place, Wanted
from linshu.engine.decisions.leaving import to_outbox
from linshu.engine.state import State
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linshu.engine.decisions import Proposal

NAME = "ledger"
MANY, QUICK = 100_000, 2_000
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
BUYER = Actor("u1", "buyer", "web")


def _leaves(proposal: Proposal) -> tuple[Effect, ...]:
    return (Effect("file", "orders", proposal.subject, {"rows": list(proposal.lines)}),)


KIND = Kind(
    "order", Text("补货", "Orders"), (Column("sku", Text("商品", "SKU")), Column("qty", Text("数量", "Quantity"), "count", True)),
    frozenset({"buyer"}), _leaves,
)  # fmt: skip


def drafts(count: int) -> Iterator[Draft]:
    """So many orders, each with the numbers it was reckoned from."""
    for number in range(count):
        sku, warehouse = f"S{number % 5000:05}", f"W{number // 5000:03}"
        inputs = {"stock": number % 77, "demand": [number % 13, number % 17, number % 19], "lead": 2}
        yield Draft(
            "order", f"sku:{sku}@{warehouse}", Text(f"补 {sku}", f"Order {sku}"), date(2026, 11, 22),
            ({"sku": sku, "qty": number % 90},), (Text("三天后会断货", "out of stock in three days"),),
            value=100 * (number % 997), cost=10 * (number % 997), place=Place(warehouse=warehouse), inputs=inputs,
        )  # fmt: skip


def spent(work: Callable[[], object]) -> float:
    """The processor time of one run."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(options: Options) -> Report:
    """Every step once: each changes what the next one finds."""
    count = QUICK if options.quick else MANY
    with tempfile.TemporaryDirectory(prefix="linshu-ledger-") as folder:
        state = State.open(Path(folder) / "state.sqlite")
        ledger = Ledger(state, {"order": KIND}, to_outbox(lambda: NOW), lambda: NOW)
        book = ledger.book("buyer")
        saved = spent(lambda: ledger.save(drafts(count)))
        listed = spent(lambda: book.page(Wanted(limit=50)))
        found = spent(lambda: book.page(Wanted(words="S00042", sort="cost")))
        chosen = book.ids(Wanted())
        approved = spent(lambda: ledger.decide(BUYER, book, "approve", chosen))
        assert len(chosen) == count
        assert book.counts() == {"order": {"applied": (count, sum(one.value for one in drafts(count)))}}
        state.close()
        bare_saved, bare_turned = _bare(Path(folder) / "bare.sqlite", count)
    rows = (
        Row("saved", saved, bare_saved, "s"),
        Row("first page", listed, None, "s"),
        Row("found by a word", found, None, "s"),
        Row("approved and carried out", approved, bare_turned, "s"),
    )
    return Report(rows, {"proposals": count})


def _bare(file: Path, count: int) -> tuple[float, float]:
    plain = [(one.key, one.subject, one.title.zh, one.value, one.cost) for one in drafts(count)]
    with sqlite3.connect(file) as connection:
        connection.execute(
            "CREATE TABLE proposal (id TEXT PRIMARY KEY, subject, title, value, cost, state DEFAULT 'draft')"
        )

        def save() -> None:
            connection.executemany(
                "INSERT INTO proposal (id, subject, title, value, cost) VALUES (?, ?, ?, ?, ?)", plain
            )
            connection.commit()

        def turn() -> None:
            connection.executemany("UPDATE proposal SET state = 'applied' WHERE id = ?", [(one[0],) for one in plain])
            connection.commit()

        return spent(save), spent(turn)


if __name__ == "__main__":
    main(NAME, measure)
