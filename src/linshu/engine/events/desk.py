"""The desk of live events: sending, how many came, and the dead letters: read, mended, sent again, let be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select

from linshu.engine import audit
from linshu.engine.events import keeping
from linshu.engine.events.content import changed, masked
from linshu.engine.events.landing import waiting
from linshu.engine.events.problem import Problem
from linshu.engine.state.tables import event, event_dead, event_minute
from linshu.kernel.errors import Conflict, Invalid, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from linshu.engine.access.scope import Scope
    from linshu.engine.audit import Actor
    from linshu.engine.events.door import Door
    from linshu.engine.events.keeping import Told
    from linshu.engine.events.kind import EventKind
    from linshu.engine.state import State

STATES: Mapping[str, Text] = {
    "open": Text("待处理", "Open"),
    "mended": Text("已修正", "Mended"),
    "dismissed": Text("不再处理", "Dismissed"),
    "overtaken": Text("来源已更正", "Mended at its source"),
}
SORTS = {
    "came": event_dead.c.came_at,
    "kind": event_dead.c.kind,
    "code": event_dead.c.code,
    "id": event_dead.c.event_id,
}
MINUTES = 60
KEPT = timedelta(days=90)  # how long an id is known, and a letter that needs nobody any more is listed


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dead letters, in which order."""

    state: str = "open"  # "" = all
    kind: str = ""
    code: str = ""
    words: str = ""
    sort: str = "came"
    ascending: bool = False
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter: an event that could not be taken in, and why."""

    dead_id: str
    source: str
    event_id: str
    kind: str
    code: str
    problems: tuple[Problem, ...]
    sent_by: str
    came_at: datetime
    state: str
    settled_at: datetime | None
    settled_by: str
    why: str
    body: str  # sealed; "" once it needs nobody any more


@dataclass(frozen=True, slots=True)
class Minute:
    """How many events of a kind came in a minute, and what became of them; kind "" = unknown ones."""

    at: datetime
    kind: str
    accepted: int
    duplicate: int
    dead: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """The last hour: by minute and kind; and what was acknowledged and is not in the figures yet."""

    minutes: tuple[Minute, ...]
    waiting_rows: int
    waiting_since: datetime | None
    last_lag: float | None  # seconds from acknowledged to in the figures, the last time
    open_letters: int

    def total(self, what: str) -> int:
        """How many of the last hour were accepted, duplicate or dead."""
        return sum(getattr(one, what) for one in self.minutes)


@dataclass
class EventDesk:
    """Live events of one project, as pages, commands and programs ask for them."""

    state: State
    door: Door
    reveal: Callable[[str], str]
    now: Callable[[], datetime]
    last_lag: float | None = None

    @property
    def kinds(self) -> Mapping[str, EventKind]:
        """What may be told."""
        return self.door.judge.kinds

    def send(self, events: Sequence[Any], account: str, scope: Scope) -> list[Told]:
        """What became of each event, once none of them can be lost any more."""
        return self.door.send(events, keeping.Sender(account, scope))

    def pulse(self, minutes: int = MINUTES) -> Pulse:
        """How many came lately, and how far behind the figures are."""
        since = self.now().replace(second=0, microsecond=0) - timedelta(minutes=minutes - 1)
        asked = select(event_minute).where(event_minute.c.minute >= since).order_by(event_minute.c.minute)
        still = select(func.count()).select_from(event_dead).where(event_dead.c.state == "open")
        with self.state.reading() as connection:
            found = tuple(
                Minute(row.minute, row.kind, row.accepted, row.duplicate, row.dead) for row in connection.execute(asked)
            )
            rows, oldest = waiting(connection)
            letters = connection.execute(still).scalar_one()
        return Pulse(found, rows, oldest, self.last_lag, letters)

    def letters(self, wanted: Wanted, account: str, scope: Scope) -> tuple[tuple[Letter, ...], int]:
        """A page of dead letters, and how many there are; who is bound to a scope sees what they sent themselves."""
        rows = event_dead.c
        parts = self._seen(account, scope)
        parts += [rows[name] == value for name in ("state", "kind", "code") if (value := getattr(wanted, name))]
        for word in wanted.words.split():
            found = (rows.event_id, rows.source, rows.sent_by, rows.problems)
            parts.append(or_(*(one.icontains(word, autoescape=True) for one in found)))
        sort = SORTS.get(wanted.sort, rows.came_at)
        asked = select(event_dead).where(*parts)
        page = asked.order_by(sort.asc() if wanted.ascending else sort.desc(), rows.dead_id)
        with self.state.reading() as connection:
            listed = connection.execute(page.limit(wanted.limit).offset(wanted.offset)).all()
            total = connection.execute(select(func.count()).select_from(asked.subquery())).scalar_one()
        return tuple(map(_letter, listed)), total

    def counts(self, account: str, scope: Scope) -> Mapping[str, int]:
        """How many dead letters there are in each state."""
        asked = select(event_dead.c.state, func.count().label("many")).where(*self._seen(account, scope))
        with self.state.reading() as connection:
            return {row.state: row.many for row in connection.execute(asked.group_by(event_dead.c.state))}

    def letter(self, dead_id: str, account: str, scope: Scope) -> Letter:
        """One dead letter; Missing when there is none, or it is another's."""
        with self.state.reading() as connection:
            asked = select(event_dead).where(event_dead.c.dead_id == dead_id, *self._seen(account, scope))
            row = connection.execute(asked).first()
        if row is None:
            raise Missing(Text(f"没有死信 {dead_id}", f"there is no dead letter {dead_id}"))
        return _letter(row)

    def content(self, letter: Letter) -> str:
        """What was told, as far as anybody may read it: what is personal is masked."""
        return masked(self.reveal(letter.body), self.kinds) if letter.body else ""

    def mend(self, actor: Actor, dead_id: str, changes: Mapping[str, str], scope: Scope) -> Told:
        """Send it again, with some of its values changed (`data.status` > the new value; "" takes one out).

        What is still wrong with it stays a dead letter, with what was changed and what is wrong now.
        """
        letter = self._open(dead_id, actor.account, scope)
        told = changed(self.reveal(letter.body), changes, self.kinds)
        done = self.door.send([told], keeping.Sender(actor.account, scope, mends=dead_id))[0]
        with self.state.writing() as connection:
            self._note(connection, actor, "event.mend", dead_id, changed=sorted(changes), became=done.status)
        return done

    def dismiss(self, actor: Actor, ids: Sequence[str], why: str, scope: Scope) -> int:
        """Nobody will mend these, for a reason; what they held is destroyed. How many."""
        if not why.strip():
            raise Invalid(Text("请写明为什么不再处理", "say why nobody will mend it"))
        letters = [self._open(each, actor.account, scope) for each in ids]
        with self.state.writing() as connection:
            for one in letters:
                keeping.settle(connection, one.dead_id, "dismissed", actor.account, self.now(), why.strip()[:500])
                self._note(connection, actor, "event.dismiss", one.dead_id, why=why.strip()[:500])
        return len(letters)

    def _open(self, dead_id: str, account: str, scope: Scope) -> Letter:
        letter = self.letter(dead_id, account, scope)
        if letter.state != "open":
            raise Conflict(Text("它已经处理过了", "it was settled already"))
        return letter

    def _seen(self, account: str, scope: Scope) -> list[ColumnElement[bool]]:
        return [event_dead.c.sent_by == account] if scope.restrictions() else []

    def _note(self, connection: Connection, actor: Actor, act: str, dead_id: str, **details: Any) -> None:
        audit.write(connection, actor, act, f"event:{dead_id}", at=self.now(), **details)


def sweep(connection: Connection, before: datetime) -> int:
    """Forget ids, counts and settled letters of before then; a dead letter that is open stays. How many ids."""
    connection.execute(delete(event_minute).where(event_minute.c.minute < before))
    connection.execute(delete(event_dead).where(event_dead.c.settled_at < before))
    return int(connection.execute(delete(event).where(event.c.taken_at < before)).rowcount)


def _letter(row: Row[Any]) -> Letter:
    problems = tuple(Problem.read(one) for one in json.loads(row.problems))
    return Letter(
        row.dead_id, row.source, row.event_id, row.kind, row.code, problems, row.sent_by, row.came_at, row.state,
        row.settled_at, row.settled_by, row.why, row.body,
    )  # fmt: skip
