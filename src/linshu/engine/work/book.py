"""Reading work orders: lists, boards, one with all that happened to it, and how the work goes; within what one may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from linshu.engine.access.place import within
from linshu.engine.state.tables import work_order, work_order_file, work_order_step
from linshu.engine.work.clock import between
from linshu.engine.work.order import Order
from linshu.engine.work.rules import OPEN, RUNNING
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import Column, Row, Select

    from linshu.engine.access.scope import Scope
    from linshu.engine.state import State

rows = work_order.c
WEIGHT = case((rows.severity == "urgent", 3), (rows.severity == "warn", 2), else_=1)
SORTS: Mapping[str, Any] = {
    "due": rows.due_at,
    "severity": WEIGHT,
    "created": rows.created_at,
    "changed": rows.changed_at,
    "title": rows.title_zh,
    "owner": rows.owner,
}
ORDER: tuple[Column[Any], ...] = (
    rows.order_id, rows.title_zh, rows.title_en, rows.what, rows.severity, rows.origin, rows.origin_id, rows.team,
    rows.state, rows.owner, rows.created_by, rows.created_at, rows.changed_at, rows.due_at, rows.blocked_at,
    rows.done_at, rows.done_by, rows.result, rows.result_link, rows.level,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which work orders, in which order; `states` empty = those that are not done; `late_at` = late at that moment."""

    states: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()  # "" = nobody's
    severities: tuple[str, ...] = ()
    late_at: datetime | None = None
    words: str = ""
    sort: str = "due"
    ascending: bool = True
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a work order."""

    act: str
    before: str
    after: str
    account: str
    to: str
    words: str
    at: datetime
    audit_seq: int


@dataclass(frozen=True, slots=True)
class File:
    """A file that belongs to a work order."""

    file_id: str
    name: str
    size: int
    sha256: str
    account: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Load:
    """What lies with one person: open ones, and how many of them are late."""

    owner: str
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Stats:
    """How the work goes: what is open now, and what was done since a moment."""

    states: Mapping[str, int]
    late: int
    done: int
    in_time: int
    middle: timedelta | None  # business time from opening to done, half take longer
    loads: tuple[Load, ...]


@dataclass(frozen=True, slots=True)
class WorkBook:
    """The work orders one viewer may see: those of their scope, and whatever they opened or have to do themselves."""

    state: State
    scope: Scope
    account: str = ""

    def page(self, wanted: Wanted) -> tuple[tuple[Order, ...], int]:
        """One page of the list, and how many there are in all."""
        asked = self._asked(wanted)
        sort = SORTS[wanted.sort]
        ordered = asked.order_by(sort.asc() if wanted.ascending else sort.desc(), rows.order_id)
        with self.state.reading() as connection:
            found = connection.execute(ordered.limit(wanted.limit).offset(wanted.offset)).all()
            total = connection.execute(select(func.count()).select_from(asked.subquery())).scalar_one()
        return tuple(as_order(row) for row in found), total

    def ids(self, wanted: Wanted) -> tuple[str, ...]:
        """All ids a filter means."""
        asked = self._asked(wanted).with_only_columns(rows.order_id).order_by(rows.order_id)
        with self.state.reading() as connection:
            return tuple(connection.execute(asked).scalars())

    def find(self, order_id: str) -> Order:
        """One work order; Missing also for one that is not this viewer's to see."""
        with self.state.reading() as connection:
            row = connection.execute(select(*ORDER).where(rows.order_id == order_id, self.seen())).first()
        if row is None:
            raise Missing(
                Text(f"没有工单 {order_id}", f"there is no work order {order_id}"),
                mend=Text("请从工单列表里打开。", "Open it from the list of work orders."),
            )
        return as_order(row)

    def of(self, origin: str, origin_ids: tuple[str, ...]) -> Mapping[str, Order]:
        """The newest work order of each alert or proposal that has one."""
        asked = select(*ORDER).where(rows.origin == origin, rows.origin_id.in_(origin_ids), self.seen())
        with self.state.reading() as connection:
            found = [as_order(row) for row in connection.execute(asked.order_by(rows.created_at))]
        return {one.origin_id: one for one in found}

    def all_of(self, origin: str, origin_id: str) -> tuple[Order, ...]:
        """Every work order of one alert or proposal, the oldest first."""
        asked = select(*ORDER).where(rows.origin == origin, rows.origin_id == origin_id, self.seen())
        with self.state.reading() as connection:
            found = connection.execute(asked.order_by(rows.created_at, rows.order_id)).all()
        return tuple(as_order(row) for row in found)

    def history(self, order_id: str) -> tuple[Step, ...]:
        """Everything that happened to it, oldest first."""
        self.find(order_id)
        step = work_order_step.c
        asked = select(step.act, step.before, step.after, step.account, step.to, step.words, step.at, step.audit_seq)
        with self.state.reading() as connection:
            found = connection.execute(asked.where(step.order_id == order_id).order_by(step.step_id)).all()
        return tuple(Step(*row) for row in found)

    def files(self, order_id: str) -> tuple[File, ...]:
        """Its files, oldest first."""
        self.find(order_id)
        file = work_order_file.c
        asked = select(file.file_id, file.name, file.size, file.sha256, file.account, file.at)
        with self.state.reading() as connection:
            found = connection.execute(asked.where(file.order_id == order_id).order_by(file.at, file.file_id)).all()
        return tuple(File(*row) for row in found)

    def body(self, order_id: str, file_id: str) -> tuple[str, bytes]:
        """The name and content of one file."""
        self.find(order_id)
        file = work_order_file.c
        asked = select(file.name, file.body).where(file.order_id == order_id, file.file_id == file_id)
        with self.state.reading() as connection:
            row = connection.execute(asked).first()
        if row is None:
            raise Missing(Text("没有这个文件", "there is no such file"))
        return row.name, bytes(row.body)

    def counts(self) -> Mapping[str, int]:
        """How many there are in each state."""
        asked = select(rows.state, func.count()).where(self.seen()).group_by(rows.state)
        with self.state.reading() as connection:
            return {state: int(count) for state, count in connection.execute(asked)}

    def stats(self, since: datetime, now: datetime, zone: ZoneInfo) -> Stats:
        """What is open now, and how what was done since then went."""
        ended = select(rows.created_at, rows.done_at, rows.due_at).where(self.seen(), rows.done_at >= since)
        is_late = case((self._late(now), 1), else_=0)
        loads = (
            select(rows.owner, func.count(), func.sum(is_late))
            .where(self.seen(), rows.state.in_(OPEN))
            .group_by(rows.owner)
            .order_by(func.count().desc(), rows.owner)
        )
        with self.state.reading() as connection:
            done = connection.execute(ended).all()
            found = tuple(Load(owner, count, int(late or 0)) for owner, count, late in connection.execute(loads))
        took = [between(row.created_at, row.done_at, zone).total_seconds() for row in done]
        in_time = sum(1 for row in done if row.done_at <= row.due_at)
        middle = timedelta(seconds=median(took)) if took else None
        return Stats(self.counts(), sum(one.late for one in found), len(done), in_time, middle, found)

    def seen(self) -> ColumnElement[bool]:
        """What limits every statement to what this viewer may see."""
        inside = within(work_order, self.scope)
        if not self.account:
            return inside
        return or_(inside, rows.owner == self.account, rows.created_by == self.account)

    def _late(self, at: datetime) -> ColumnElement[bool]:
        return and_(rows.state.in_(RUNNING), rows.due_at < at)

    def _asked(self, wanted: Wanted) -> Select[Any]:
        asked = select(*ORDER).where(self.seen(), rows.state.in_(wanted.states or OPEN))
        if wanted.owners:
            asked = asked.where(rows.owner.in_(wanted.owners))
        if wanted.severities:
            asked = asked.where(rows.severity.in_(wanted.severities))
        if wanted.late_at is not None:
            asked = asked.where(self._late(wanted.late_at))
        for word in wanted.words.split():
            texts = (rows.title_zh, rows.title_en, rows.what, rows.owner)
            hits = (one.icontains(word, autoescape=True) for one in texts)
            asked = asked.where(or_(rows.order_id == word, *hits))
        return asked


def as_order(row: Row[Any]) -> Order:
    """A row of the table."""
    values = tuple(row)
    return Order(values[0], Text(values[1], values[2]), *values[3:])
