"""Keeping: a micro-batch of events becomes durable in one transaction, each counted once, the bad ones sealed aside."""

from __future__ import annotations

import io
import json
import secrets
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
from sqlalchemy import insert, select, update

from linshu.engine.events.placing import ROAD, outside
from linshu.engine.events.problem import BAD, CLASH, CONFLICT, OUTSIDE, Problem
from linshu.engine.state.once import insert_all_once
from linshu.engine.state.tables import event, event_dead, event_minute, event_part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from linshu.engine.access.scope import Scope
    from linshu.engine.events.judge import Batch, Judged
    from linshu.engine.events.kind import EventKind
    from linshu.engine.events.placing import Reach
    from linshu.engine.intake.ports import Sealer

Status = Literal["accepted", "duplicate", "dead"]
SEALED_AS = ("event_dead", "body")  # the place a sealed event is bound to
COLUMNS = {
    "community": "community_id", "leader": "leader_id", "supplier": "supplier_id", "warehouse": "warehouse_id",
    "channel": "channel_id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, and the rows they may write; `mends` names the dead letter that this sends anew."""

    account: str
    scope: Scope
    mends: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one event."""

    event_id: str
    status: Status
    dead_id: str = ""
    code: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Keeping:
    """What of a micro-batch is to be written, as it becomes clear event by event."""

    kinds: Mapping[str, EventKind]
    reach: Reach
    now: datetime
    known: dict[tuple[str, str], str]
    dead: dict[tuple[str, str, str], str]  # open dead letters by source, id and digest
    stored: dict[tuple[str, str], Mapping[str, str]]  # places by table and subject, those of this batch among them
    taken: list[dict[str, Any]] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)
    settled: list[tuple[str, str]] = field(default_factory=list)  # dead letters that were mended, and by whom
    good: set[int] = field(default_factory=set)
    counts: Counter[tuple[str, Status]] = field(default_factory=Counter)

    def place(self, at: int, one: Judged, digest: str, sender: Sender) -> Told:
        """What becomes of the next event."""
        told = one.event
        key = (told.source, told.event_id)
        before = self.known.get(key)
        if before == digest:
            status: Told = Told(told.event_id, "duplicate")
            if sender.mends:
                self.settled.append((sender.mends, sender.account))
        elif one.problems:
            status = self._aside(one, digest, sender, BAD, one.problems)
        elif before is not None:
            words = CLASH.fill(event_id=told.event_id)
            status = self._aside(one, digest, sender, CONFLICT, [Problem("id", words)])
        elif wrong := self._outside(one, sender):
            status = self._aside(one, digest, sender, OUTSIDE, [wrong])
        else:
            status = self._take(at, one, digest, sender)
        self.counts[told.kind if told.kind in self.kinds else "", status.status] += 1
        return status

    def _take(self, at: int, one: Judged, digest: str, sender: Sender) -> Told:
        told, kind = one.event, self.kinds[one.event.kind]
        self.known[told.source, told.event_id] = digest
        place = self.stored[kind.table.name, one.subject] = self._whole(one.place)
        self.good.add(at)
        if sender.mends:
            self.settled.append((sender.mends, sender.account))
        what = told.data.get(kind.state) if kind.state else ""
        where = {name: place.get(column) or "" for name, column in COLUMNS.items()}
        row = {
            "source": told.source, "event_id": told.event_id, "digest": digest, "kind": told.kind, "what": str(what or ""),
            "subject": one.subject[:200], "at": one.at, "taken_at": self.now,
        }  # fmt: skip
        self.taken.append({**row, **where})
        return Told(told.event_id, "accepted")

    def _aside(self, one: Judged, digest: str, sender: Sender, code: str, problems: Sequence[Problem]) -> Told:
        told = one.event
        key = (told.source, told.event_id, digest)
        dead_id = sender.mends or self.dead.get(key, "")
        if not dead_id or sender.mends:
            dead_id = dead_id or secrets.token_hex(8)
            self.dead[key] = dead_id
            row = {
                "dead_id": dead_id, "source": told.source, "event_id": told.event_id, "digest": digest, "kind": told.kind,
                "code": code, "problems": problems, "body": told.text, "sent_by": sender.account, "came_at": self.now,
                "again": bool(sender.mends),
            }  # fmt: skip
            self.letters.append(row)
        return Told(told.event_id, "dead", dead_id, code, tuple(problems))

    def _outside(self, one: Judged, sender: Sender) -> Problem | None:
        if not sender.scope.restrictions():
            return None
        table = self.kinds[one.event.kind].table.name
        before = self.stored.get((table, one.subject))
        whole = None if before is None else self._whole(before)
        return outside(sender.scope, self._whole(one.place), whole, self.reach)

    def _whole(self, place: Mapping[str, str]) -> Mapping[str, str]:
        """The place of a row, with what the order it speaks of says of it."""
        return {**self.stored.get((ROAD, place.get("order_id", "")), {}), **place}


def known_ids(connection: Connection, ids: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Which of these events were taken in, each with its digest."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, event_id in ids:
        by_source[source].append(event_id)
    found = {}
    for source, some in by_source.items():
        asked = select(event.c.event_id, event.c.digest).where(event.c.source == source, event.c.event_id.in_(some))
        found.update({(source, row.event_id): row.digest for row in connection.execute(asked)})
    return found


def stored_places(
    connection: Connection, batch: Batch, kinds: Mapping[str, EventKind], reach: Reach, bound: Collection[int]
) -> dict[tuple[str, str], Mapping[str, str]]:
    """Where rows belong that events of the batch speak of, and those that events of `bound` senders would replace."""
    own: dict[str, set[str]] = defaultdict(set)
    for at, one in enumerate(batch.judged):
        if at in bound and one.subject:
            own[kinds[one.event.kind].table.name].add(one.subject)
    found = {
        (table, key): place
        for table, keys in own.items()
        for key, place in _places(connection, table, keys, kinds, reach).items()
    }
    speaks = [one.place for one in batch.judged if one.subject and kinds[one.event.kind].table.name != ROAD]
    orders = {place["order_id"] for place in (*speaks, *found.values()) if place.get("order_id")}
    return found | {(ROAD, key): place for key, place in _places(connection, ROAD, orders, kinds, reach).items()}


def _places(
    connection: Connection, table: str, keys: Collection[str], kinds: Mapping[str, EventKind], reach: Reach
) -> dict[str, Mapping[str, str]]:
    """What is known of rows of one table, those that were told and are not landed yet among them."""
    if not keys:
        return {}
    landed = reach.places_of(table, keys)
    names = [name for name, kind in kinds.items() if kind.table.name == table]
    left = [key for key in keys if key not in landed]
    asked = select(event).where(event.c.kind.in_(names), event.c.subject.in_(left)).order_by(event.c.taken_at)
    told = connection.execute(asked).mappings() if left else ()
    return {
        **{row["subject"]: {column: row[name] for name, column in COLUMNS.items() if row[name]} for row in told},
        **landed,
    }


def open_letters(connection: Connection, ids: Iterable[tuple[str, str]]) -> dict[tuple[str, str, str], str]:
    """The open dead letters of these events."""
    names = {event_id for _, event_id in ids}
    rows = event_dead.c
    asked = select(rows.source, rows.event_id, rows.digest, rows.dead_id).where(
        rows.event_id.in_(names), rows.state == "open"
    )
    return {(row.source, row.event_id, row.digest): row.dead_id for row in connection.execute(asked)}


def write(connection: Connection, batch: Batch, keeping: Keeping, sealer: Sealer) -> None:
    """Put the micro-batch down; whoever commits it has acknowledged it."""
    now = keeping.now
    if keeping.taken:
        connection.execute(insert(event), keeping.taken)
        parts = [
            {"table_name": name, "row_count": rows.num_rows, "body": packed(rows), "taken_at": now, "mark": ""}
            for name, rows in batch.of(keeping.good).items()
        ]
        connection.execute(insert(event_part), parts)
        _overtake(connection, keeping)
    _put_aside(connection, keeping, sealer)
    for dead_id, account in keeping.settled:
        settle(connection, dead_id, "mended", account, now)
    _count(connection, keeping)


def settle(connection: Connection, dead_id: str, state: str, account: str, at: datetime, why: str = "") -> None:
    """A dead letter needs nobody any more; what it held is gone."""
    values = {"state": state, "settled_at": at, "settled_by": account, "why": why, "body": ""}
    asked = update(event_dead).where(event_dead.c.dead_id == dead_id, event_dead.c.state == "open")
    connection.execute(asked.values(values))


def _overtake(connection: Connection, keeping: Keeping) -> None:
    """An id that was bad and came again, mended at its source, needs nobody any more."""
    taken = {(row["source"], row["event_id"]) for row in keeping.taken}
    mended = {dead_id for dead_id, _ in keeping.settled}
    for (source, event_id, _), dead_id in keeping.dead.items():
        if (source, event_id) in taken and dead_id not in mended:
            settle(connection, dead_id, "overtaken", "", keeping.now)


def _put_aside(connection: Connection, keeping: Keeping, sealer: Sealer) -> None:
    if not keeping.letters:
        return
    owners = pa.array([f"event_dead:{row['dead_id']}" for row in keeping.letters])
    bodies = pa.array([row["body"] for row in keeping.letters])
    sealed = sealer.seal_column(*SEALED_AS, owners, bodies)[0].to_pylist()
    fresh = []
    for row, body in zip(keeping.letters, sealed, strict=True):
        again = row.pop("again")
        row |= {"problems": _told(row["problems"]), "body": body}
        if again:
            same = update(event_dead).where(event_dead.c.dead_id == row["dead_id"])
            kept = {name: value for name, value in row.items() if name not in ("dead_id", "sent_by", "came_at")}
            connection.execute(same.values(kept))
        else:
            fresh.append(row | {"state": "open", "settled_by": "", "why": ""})
    if fresh:
        connection.execute(insert(event_dead), fresh)


def _told(problems: Iterable[Problem]) -> str:
    return json.dumps([one.told() for one in problems], ensure_ascii=False)


def _count(connection: Connection, keeping: Keeping) -> None:
    minute = keeping.now.replace(second=0, microsecond=0)
    by_kind: dict[str, dict[str, int]] = defaultdict(lambda: {"accepted": 0, "duplicate": 0, "dead": 0})
    for (kind, status), many in keeping.counts.items():
        by_kind[kind][status] += many
    rows = [{"minute": minute, "kind": kind, "accepted": 0, "duplicate": 0, "dead": 0} for kind in by_kind]
    if rows:
        insert_all_once(connection, event_minute, rows)
    for kind, counts in by_kind.items():
        more = {name: event_minute.c[name] + many for name, many in counts.items()}
        same = update(event_minute).where(event_minute.c.minute == minute, event_minute.c.kind == kind)
        connection.execute(same.values(more))


def packed(rows: pa.Table) -> bytes:
    """Rows as an Arrow stream."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(rows)
    return sink.getvalue()


def unpacked(body: bytes) -> pa.Table:
    """The rows back."""
    return pa.ipc.open_stream(body).read_all()
