"""How often something happened lately, by where: what alert rules on events are held against."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select

from linshu.engine.state.tables import event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection

GROUPS = ("community", "leader", "supplier", "warehouse", "channel")  # by what events can be counted
AHEAD = timedelta(minutes=5)  # a sender's clock may be so much ahead


def counts(connection: Connection, what: str, by: str, minutes: int, now: datetime) -> dict[str, int]:
    """How many things happened within the window that ends now, by group; `by` "" = the whole company under "".

    `what` is a kind of event, or kind:state. Told twice under two ids is one: things are counted, not messages.
    """
    group = event.c[by] if by else None
    things = func.count(event.c.subject.distinct())
    asked: Select[Any] = select(things) if group is None else select(group, things).where(group != "").group_by(group)
    rows = connection.execute(_within(asked, what, now - timedelta(minutes=minutes), now)).all()
    return {"": rows[0][0]} if group is None else {row[0]: row[1] for row in rows}


def past(
    connection: Connection, what: str, by: str, minutes: int, since: datetime, now: datetime
) -> list[tuple[datetime, str, int]]:
    """The same for the past: see `sliding`."""
    columns = (event.c.at, event.c.subject, *([event.c[by]] if by else []))
    asked = _within(select(*columns), what, since, now).order_by(event.c.at)
    return sliding(((row[0], row[1], row[2] if by else "") for row in connection.execute(asked)), minutes)


def sliding(happened: Iterable[tuple[datetime, str, str]], minutes: int) -> list[tuple[datetime, str, int]]:
    """After each thing that happened (when, which, group), in order: its group, and how many things its window holds."""
    window = timedelta(minutes=minutes)
    held: Mapping[str, deque[tuple[datetime, str]]] = defaultdict(deque)
    found = []
    for at, thing, group in happened:
        mine = held[group]
        mine.append((at, thing))
        while mine[0][0] <= at - window:
            mine.popleft()
        found.append((at, group, len({one for _, one in mine})))
    return found


def _within(asked: Select[Any], what: str, since: datetime, now: datetime) -> Select[Any]:
    kind, _, state = what.partition(":")
    found = asked.where(event.c.kind == kind, event.c.at > since, event.c.at <= now + AHEAD)
    return found.where(event.c.what == state) if state else found
