"""Live events for the command line and programs, told as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

from linshu.app.answer import Answer
from linshu.engine.events.desk import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from linshu.engine.access.scope import Scope
    from linshu.engine.audit import Actor
    from linshu.engine.events import EventKind
    from linshu.engine.events.desk import EventDesk, Letter, Pulse
    from linshu.engine.events.keeping import Told
    from linshu.kernel.text import Language


def sent_told(told: Iterable[Told], language: Language, seconds: float | None = None) -> Answer:
    """A row per event that was not accepted, and what became of all of them."""
    told = list(told)
    rows = [
        {
            "id": one.event_id, "status": one.status, "dead_id": one.dead_id, "code": one.code,
            "problems": [{"where": each.path, "what": each.words.say(language)} for each in one.problems],
        }
        for one in told
        if one.status != "accepted"
    ]  # fmt: skip
    counts = {name: sum(1 for one in told if one.status == name) for name in ("accepted", "duplicate", "dead")}
    took = {} if seconds is None else {"ms": round(seconds * 1000, 1)}
    return Answer.of(rows, **counts, **took)


def pulse_told(pulse: Pulse, now: datetime) -> Answer:
    """A row per minute and kind."""
    rows = [
        {
            "minute": one.at, "type": one.kind, "accepted": one.accepted, "duplicate": one.duplicate, "dead": one.dead
        }
        for one in pulse.minutes
    ]  # fmt: skip
    since = pulse.waiting_since
    return Answer.of(
        rows,
        waiting_rows=pulse.waiting_rows,
        waiting_seconds=round((now - since).total_seconds(), 1) if since else 0,
        last_lag_seconds=pulse.last_lag,
        open_dead=pulse.open_letters,
    )


def letters_told(letters: Iterable[Letter], total: int) -> Answer:
    """A row per dead letter."""
    return Answer.of([_letter(one) for one in letters], total=total)


def letter_told(letter: Letter, content: str) -> Answer:
    """One dead letter, with what may be read of it."""
    return Answer.of([{**_letter(letter), "content": content}])


def _letter(one: Letter) -> dict[str, Any]:
    return {
        "dead_id": one.dead_id, "came_at": one.came_at, "id": one.event_id, "type": one.kind, "source": one.source,
        "code": one.code, "state": one.state, "sent_by": one.sent_by,
        "problems": [each.told() for each in one.problems],
        "settled_at": one.settled_at, "settled_by": one.settled_by, "why": one.why,
    }  # fmt: skip


def kinds_told(kinds: Mapping[str, EventKind]) -> Answer:
    """A row per column that the data of an event may hold; `in` is "lines" for those of its lines."""
    rows = []
    for kind in kinds.values():
        for table, where in ((kind.table, "data"), *(((kind.parts, "data.lines"),) if kind.parts else ())):
            rows += [
                {
                    "type": kind.name, "title": kind.title.zh, "title_en": kind.title.en, "in": where, "column": column.name,
                    "kind": column.kind.value, "required": column.required or column.name in table.key,
                    "choices": [choice.value for choice in column.choices], "meaning": column.meaning.zh,
                    "meaning_en": column.meaning.en,
                }
                for column in table.columns
            ]  # fmt: skip
    return Answer.of(rows)


class Events(Protocol):
    """Live events, whether a server of this project runs or not."""

    def send(self, events: list[Any]) -> Answer:
        """Tell events; a row for each that was not accepted."""

    def pulse(self, minutes: int) -> Answer:
        """How many came, by minute and kind."""

    def types(self) -> Answer:
        """What may be told."""

    def dead(self, asked: Mapping[str, Any]) -> Answer:
        """Dead letters by state, kind, code and words."""

    def letter(self, dead_id: str) -> Answer:
        """One of them."""

    def mend(self, dead_id: str, changes: Mapping[str, str]) -> Answer:
        """Send it again with other values."""

    def dismiss(self, ids: list[str], why: str) -> Answer:
        """Nobody will mend these."""


class LocalEvents:
    """The same, by the process that owns the data, in the name and scope of whoever acts."""

    def __init__(self, desk: EventDesk, actor: Actor, scope: Scope, language: Language) -> None:
        self._desk, self._actor, self._scope, self._language = desk, actor, scope, language

    def send(self, events: list[Any]) -> Answer:
        """See `Events.send`."""
        return sent_told(self._desk.send(events, self._actor.account, self._scope), self._language)

    def pulse(self, minutes: int) -> Answer:
        """See `Events.pulse`."""
        return pulse_told(self._desk.pulse(minutes), self._desk.now())

    def types(self) -> Answer:
        """See `Events.types`."""
        return kinds_told(self._desk.kinds)

    def dead(self, asked: Mapping[str, Any]) -> Answer:
        """See `Events.dead`."""
        wanted = Wanted(**{name: value for name, value in asked.items() if name != "q"}, words=asked.get("q", ""))
        return letters_told(*self._desk.letters(wanted, self._actor.account, self._scope))

    def letter(self, dead_id: str) -> Answer:
        """See `Events.letter`."""
        found = self._desk.letter(dead_id, self._actor.account, self._scope)
        return letter_told(found, self._desk.content(found))

    def mend(self, dead_id: str, changes: Mapping[str, str]) -> Answer:
        """See `Events.mend`."""
        return sent_told([self._desk.mend(self._actor, dead_id, changes, self._scope)], self._language)

    def dismiss(self, ids: list[str], why: str) -> Answer:
        """See `Events.dismiss`."""
        many = self._desk.dismiss(self._actor, ids, why, self._scope)
        return letters_told([self._desk.letter(one, self._actor.account, self._scope) for one in ids], many)


class RemoteEvents:
    """The same, asked of the running server."""

    def __init__(self, ask: Callable[..., Answer]) -> None:
        self._ask = ask

    def send(self, events: list[Any]) -> Answer:
        """See `Events.send`."""
        return self._ask("POST", "/events", {"events": events})

    def pulse(self, minutes: int) -> Answer:
        """See `Events.pulse`."""
        return self._ask("GET", f"/events?minutes={minutes}")

    def types(self) -> Answer:
        """See `Events.types`."""
        return self._ask("GET", "/events/types")

    def dead(self, asked: Mapping[str, Any]) -> Answer:
        """See `Events.dead`."""
        return self._ask("GET", f"/events/dead?{urlencode(asked)}")

    def letter(self, dead_id: str) -> Answer:
        """See `Events.letter`."""
        return self._ask("GET", f"/events/dead/{quote(dead_id, safe='')}")

    def mend(self, dead_id: str, changes: Mapping[str, str]) -> Answer:
        """See `Events.mend`."""
        return self._ask("POST", f"/events/dead/{quote(dead_id, safe='')}/mend", {"changes": dict(changes)})

    def dismiss(self, ids: list[str], why: str) -> Answer:
        """See `Events.dismiss`."""
        return self._ask("POST", "/events/dead/dismiss", {"ids": ids, "why": why})
