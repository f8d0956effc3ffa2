"""Reading the ledger: the inbox and its counts, one proposal with all that happened to it; always within a row scope."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from linshu.engine.access.place import Place, within
from linshu.engine.decisions.proposal import Proposal
from linshu.engine.decisions.rules import OPEN
from linshu.engine.state.tables import proposal, proposal_step, proposal_version, snapshot
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select

    from linshu.engine.access.scope import Scope
    from linshu.engine.state import State

SORTS = {
    "value": proposal.c.value,
    "cost": proposal.c.cost,
    "day": proposal.c.day,
    "title": proposal.c.title_zh,
    "expires": proposal.c.expires_at,
    "changed": proposal.c.changed_at,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which proposals, in which order; empty = all that may be seen. `states` empty = those somebody must decide."""

    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    words: str = ""
    sort: str = "value"
    ascending: bool = False
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One turn in the history of a proposal."""

    act: str
    before: str
    after: str
    version: int
    account: str
    why: str
    at: datetime
    audit_seq: int


@dataclass(frozen=True, slots=True)
class Version:
    """The lines as they stood from some moment on."""

    version: int
    lines: tuple[dict[str, Any], ...]
    value: int
    cost: int
    account: str
    why: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Book:
    """The ledger as one viewer may read it: the kinds of their role, the rows of their scope."""

    state: State
    kinds: frozenset[str]
    scope: Scope

    def page(self, wanted: Wanted) -> tuple[tuple[Proposal, ...], int]:
        """One page of the list, and how many there are in all."""
        asked = self._asked(wanted)
        sort = SORTS[wanted.sort]
        ordered = asked.order_by(sort.asc() if wanted.ascending else sort.desc(), proposal.c.proposal_id)
        with self.state.reading() as connection:
            rows = connection.execute(ordered.limit(wanted.limit).offset(wanted.offset)).all()
            total = connection.execute(select(func.count()).select_from(asked.subquery())).scalar_one()
        return tuple(as_proposal(row) for row in rows), total

    def ids(self, wanted: Wanted) -> tuple[str, ...]:
        """All ids a filter means, for acting on every page of a list at once."""
        asked = self._asked(wanted).with_only_columns(proposal.c.proposal_id).order_by(proposal.c.proposal_id)
        with self.state.reading() as connection:
            return tuple(connection.execute(asked).scalars())

    def counts(self) -> Mapping[str, Mapping[str, tuple[int, int]]]:
        """By kind and state: how many, and the sum of what they promise."""
        asked = (
            select(proposal.c.kind, proposal.c.state, func.count(), func.sum(proposal.c.value))
            .where(self.seen(), proposal.c.state != "held")
            .group_by(proposal.c.kind, proposal.c.state)
        )
        found: dict[str, dict[str, tuple[int, int]]] = {}
        with self.state.reading() as connection:
            for kind, state, count, value in connection.execute(asked):
                found.setdefault(kind, {})[state] = (count, int(value or 0))
        return found

    def find(self, proposal_id: str) -> Proposal:
        """One proposal; Missing also for one that exists but is not this viewer's to see."""
        with self.state.reading() as connection:
            row = connection.execute(select(proposal).where(proposal.c.proposal_id == proposal_id, self.seen())).first()
        if row is None:
            raise Missing(
                Text(f"没有建议 {proposal_id}", f"there is no proposal {proposal_id}"),
                mend=Text("请从今日待办里打开。", "Open it from the inbox."),
            )
        return as_proposal(row)

    def history(self, proposal_id: str) -> tuple[Step, ...]:
        """Everything that happened to it, oldest first."""
        self.find(proposal_id)
        step = proposal_step.c
        asked = select(step.act, step.before, step.after, step.version, step.account, step.why, step.at, step.audit_seq)
        with self.state.reading() as connection:
            rows = connection.execute(asked.where(step.proposal_id == proposal_id).order_by(step.step_id))
            return tuple(Step(*row) for row in rows)

    def versions(self, proposal_id: str) -> tuple[Version, ...]:
        """Its lines as they were, oldest first."""
        self.find(proposal_id)
        asked = select(proposal_version).where(proposal_version.c.proposal_id == proposal_id)
        with self.state.reading() as connection:
            rows = connection.execute(asked.order_by(proposal_version.c.version)).all()
        return tuple(
            Version(row.version, lines_of(row.lines), row.value, row.cost, row.account, row.why, row.made_at)
            for row in rows
        )

    def inputs(self, proposal_id: str) -> Mapping[str, Any]:
        """The numbers its rule read, exactly as they were."""
        found = self.find(proposal_id)
        with self.state.reading() as connection:
            body = connection.execute(select(snapshot.c.body).where(snapshot.c.inputs_hash == found.inputs_hash))
            read: Mapping[str, Any] = json.loads(body.scalar_one())
        return read

    def seen(self) -> ColumnElement[bool]:
        """What limits every statement to what this viewer may see."""
        return and_(proposal.c.kind.in_(self.kinds), within(proposal, self.scope))

    def _asked(self, wanted: Wanted) -> Select[Any]:
        rows = proposal.c
        asked = select(proposal).where(self.seen(), rows.state.in_(wanted.states or OPEN))
        if wanted.kinds:
            asked = asked.where(rows.kind.in_(wanted.kinds))
        if wanted.first:
            asked = asked.where(rows.day >= wanted.first.isoformat())
        if wanted.last:
            asked = asked.where(rows.day <= wanted.last.isoformat())
        for word in wanted.words.split():
            titles = (rows.title_zh, rows.title_en, rows.subject)
            asked = asked.where(or_(*(one.icontains(word, autoescape=True) for one in titles)))
        return asked


def as_proposal(row: Row[Any]) -> Proposal:
    """A row of the table as what the rules work with."""
    return Proposal(
        proposal_id=row.proposal_id, kind=row.kind, subject=row.subject, title=Text(row.title_zh, row.title_en),
        day=date.fromisoformat(row.day), state=row.state, version=row.version, lines=lines_of(row.lines),
        reasons=tuple(Text(*pair) for pair in json.loads(row.reasons)), value=row.value, cost=row.cost,
        policy_version=row.policy_version, inputs_hash=row.inputs_hash, created_at=row.created_at,
        changed_at=row.changed_at, expires_at=row.expires_at, edited_by=row.edited_by, first_by=row.first_by,
        snoozed_until=row.snoozed_until, applied_at=row.applied_at, undo_until=row.undo_until, place=Place.of(row), gain=row.gain,
    )  # fmt: skip


def lines_of(text: str) -> tuple[dict[str, Any], ...]:
    """The lines as they are kept."""
    return tuple(json.loads(text))


def locked(connection: Connection, ids: Iterable[str], seen: ColumnElement[bool]) -> tuple[Proposal, ...]:
    """These proposals, so that nobody else turns them meanwhile; those out of sight are left out."""
    asked = select(proposal).where(proposal.c.proposal_id.in_(tuple(ids)), seen).with_for_update()
    return tuple(as_proposal(row) for row in connection.execute(asked.order_by(proposal.c.proposal_id)))
