"""Building the models: only what changed, beside the old ones, swapped in one transaction; one failure stops no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.engine.warehouse import ledger, rollups
from linshu.engine.warehouse.builder import Builder, BuildError
from linshu.engine.warehouse.graph import Graph
from linshu.engine.warehouse.landed import Landings
from linshu.engine.warehouse.lineage import ordered
from linshu.engine.warehouse.report import Report, Step
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.warehouse.engine import Session, Warehouse
    from linshu.engine.warehouse.ledger import Entry
    from linshu.engine.warehouse.model import Model
    from linshu.engine.warehouse.rollups import RollupTable

Progress = Callable[[Step], None]
_BUILDING = threading.Lock()  # builds queue up: two at once would change the same tables


class _NothingToDoError(Exception):
    """Ends the transaction of a build that found everything up to date, so that no data version is used up."""


@dataclass(frozen=True, slots=True)
class _Run:
    models: Sequence[Model]
    full: bool
    progress: Progress | None
    failures: dict[str, Text]


def build(
    warehouse: Warehouse,
    models: Sequence[Model],
    *,
    full: bool = False,
    progress: Progress | None = None,
    rolled: Sequence[RollupTable] | None = None,
    effort: rollups.Effort = "all",
) -> Report:
    """Bring the models up to date with the standard tables and say what was done.

    A model whose SQL and inputs did not change is left alone; one with an incremental rule recomputes only the keys
    touched. When a model fails, or a blocking check of it does, its old table stands, those that read it wait, and all
    others are built. `full` rebuilds everything. Readers see all of the new tables at once, or none.

    The days of rollups that changed rows lie on are marked in the same transaction. `rolled` are all rollups there
    should be; they are brought up to date afterwards, with more or less `effort`. Without it they wait.
    """
    began = time.perf_counter()
    run = _Run(ordered(models), full, progress, {})
    with _BUILDING:
        while True:
            try:
                with warehouse.transaction(exclusive=False) as session:
                    entries = _built(session, run)
                    _record(session, entries)
            except _NothingToDoError:
                pass
            except BuildError as failure:
                # An error ends the transaction, so the others are built again without the model that failed.
                run.failures[failure.model] = failure.reason
                continue
            break
        refreshed = () if rolled is None else rollups.refresh(warehouse, rolled, effort=effort, full=full)
    outcomes = tuple(entry.outcome for entry in entries)
    return Report(outcomes, time.perf_counter() - began, warehouse.data_version, refreshed)


def _record(session: Session, entries: list[Entry]) -> None:
    """Into the ledger with it, unless nothing changed."""
    if not any(entry.is_news for entry in entries):
        raise _NothingToDoError
    ledger.write(session, entries)


def _built(session: Session, run: _Run) -> list[Entry]:
    graph = Graph(run.models, rollups.marked_models(session))
    builder = Builder(session, graph, Landings(session), ledger.read(session), full=run.full)
    entries: list[Entry] = []
    stopped = dict(run.failures)
    for at, model in enumerate(run.models):
        if run.progress:
            run.progress(Step(model.name, at, len(run.models)))
        waits_for = [name for name in model.reads if name in stopped]
        failure = run.failures.get(model.name) or builder.hopeless(model)
        if failure:
            stopped[model.name] = failure
            entries.append(builder.failed(model, failure))
        elif waits_for:
            names = ", ".join(waits_for)
            stopped[model.name] = Text(f"等待 {names}", f"waits for {names}")
            entries.append(builder.waiting(model, stopped[model.name]))
        else:
            entries.append(builder.built(model))
    if run.progress and run.models:
        run.progress(Step(run.models[-1].name, len(run.models), len(run.models)))
    changed = {
        entry.outcome.name: entry.standing.changed_build for entry in entries if builder.has_changed(entry.outcome.name)
    }
    rollups.mark(session, changed, builder.deltas)
    builder.tidy()
    return entries
