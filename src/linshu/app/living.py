"""The simulated company lives on beside the server: what happens now comes in, is merged, built and shown within seconds.

What other systems can tell live it tells so too, by the same door; the rest lands as rows, and so does everything of a
longer pause.
"""

from __future__ import annotations

import json
import logging
import threading
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from linshu.app.telling import tell_screens
from linshu.engine.access.scope import Scope
from linshu.engine.events.kind import LINES
from linshu.kernel.errors import LinshuError
from linshu.kernel.table import Kind
from linshu.standard.events import EVENT_KINDS
from linshu.twin.config import SOURCE
from linshu.twin.live import Live

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pyarrow as pa

    from linshu.app.local import LocalShop
    from linshu.engine.events.desk import EventDesk
    from linshu.engine.events.kind import EventKind
    from linshu.engine.shell.live import Hub
    from linshu.kernel.table import Table

    Told = Sequence[tuple[str, pa.Table]]

PACE_SECONDS = 4.0
MOST_TOLD = 2_000  # rows of one moment that are told as events
logger = logging.getLogger("linshu.living")


def begin_living(folder: Path, shop: LocalShop, hub: Hub, desk: EventDesk) -> Callable[[], None]:
    """Let the company kept in `folder` live from now on; the function given ends it."""
    stop = threading.Event()
    thread = threading.Thread(target=_live, args=(folder, shop, hub, desk, stop), name="living", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(timeout=30)

    return end


def _live(folder: Path, shop: LocalShop, hub: Hub, desk: EventDesk, stop: threading.Event) -> None:
    live = Live.open(folder)
    while not stop.wait(PACE_SECONDS):
        try:
            live_moment(live, shop, hub, desk, datetime.now(UTC))
        except LinshuError:
            logger.exception("a moment of the simulated company could not be taken in; it is tried again")


def live_moment(live: Live, shop: LocalShop, hub: Hub, desk: EventDesk, now: datetime) -> int:
    """Take in what became known by `now`, bring the published tables up to date, tell the screens; the rows taken in."""
    told = live.rows(now)
    many = sum(int(rows.num_rows) for _, rows in told)
    events, rest = as_events(told) if many <= MOST_TOLD else ([], told)
    if rest:
        shop.bringing.intake.land_rows(SOURCE, list(rest))
        shop.build_models(effort="few")
    if events:  # what follows of them is done by the tail of the events
        desk.send(events, SOURCE, Scope.everything())
    if told:
        live.keep()
    if rest:
        tell_screens(shop, hub, rest)
    return many


def as_events(told: Told) -> tuple[list[dict[str, Any]], Told]:
    """Rows that can be told as events, orders with their lines; and the others."""
    tables = {name: rows.to_pylist() for name, rows in told}
    lines: dict[tuple[str, str], list[dict[str, Any]]] = {}
    taken, events = set[str](), []
    for kind in EVENT_KINDS:
        rows = tables.get(kind.table.name, [])
        if kind.parts is not None:
            parts = tables.get(kind.parts.name, [])
            if {one[kind.subject] for one in parts} <= {one[kind.subject] for one in rows}:  # none without its whole
                taken.add(kind.parts.name)
                for one in parts:
                    lines.setdefault((kind.name, one[kind.subject]), []).append(_plain(kind.parts, one))
        taken.add(kind.table.name)
        events += [_event(kind, one, lines.get((kind.name, one[kind.subject]), [])) for one in rows]
    return events, [(name, rows) for name, rows in told if name not in taken]


def _event(kind: EventKind, row: dict[str, Any], lines: list[dict[str, Any]]) -> dict[str, Any]:
    key = "-".join(str(row[name]) for name in kind.table.key)
    at = row["updated_at"].isoformat()
    data = {**_plain(kind.table, row), **({LINES: lines} if lines else {})}
    return {"id": f"{kind.name}-{key}-{at}"[:100], "type": kind.name, "source": SOURCE, "at": at, "data": data}


def _plain(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON carries it."""
    columns = {column.name: column.kind for column in table.columns}
    found = {name: row[name] for name in columns if row.get(name) is not None}
    return {name: _said(columns[name], value) for name, value in found.items()}


def _said(kind: Kind, value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return json.loads(value) if kind is Kind.JSON else value
