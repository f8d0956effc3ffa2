"""Reading the queue: which jobs there are, how many of each state, what is left of old ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from linshu.engine.jobs.queue import OPEN, Kept, kept
from linshu.engine.state.tables import job

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Select


@dataclass(frozen=True, slots=True)
class Filter:
    """Which jobs; empty = all."""

    kind: str = ""
    states: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


def listed(connection: Connection, wanted: Filter, *, limit: int = 50, offset: int = 0) -> tuple[list[Kept], int]:
    """A page of jobs, newest first, and how many there are."""
    total = connection.execute(_where(select(func.count()).select_from(job), wanted)).scalar_one()
    newest = _where(select(job), wanted).order_by(job.c.created_at.desc(), job.c.job_id).limit(limit).offset(offset)
    return [kept(dict(row)) for row in connection.execute(newest).mappings()], int(total)


def counts(connection: Connection) -> dict[str, int]:
    """How many jobs stand in each state."""
    found = connection.execute(select(job.c.state, func.count()).group_by(job.c.state))
    return {str(row[0]): int(row[1]) for row in found}


def newest_of(connection: Connection, kinds: Iterable[str]) -> dict[str, Kept]:
    """The newest job of each kind."""
    last = select(job.c.kind, func.max(job.c.created_at).label("at")).group_by(job.c.kind).subquery()
    rows = connection.execute(
        select(job)
        .join(last, (job.c.kind == last.c.kind) & (job.c.created_at == last.c.at))
        .where(job.c.kind.in_(list(kinds)))
    )
    return {row["kind"]: kept(dict(row)) for row in rows.mappings()}


def sweep(connection: Connection, before: datetime) -> int:
    """Forget jobs, with their logs, that were over before that moment; how many."""
    old = delete(job).where(job.c.state.not_in(OPEN), job.c.ended_at < before).returning(job.c.job_id)
    return len(connection.execute(old).all())


def _where(query: Select[Any], wanted: Filter) -> Select[Any]:
    if wanted.kind:
        query = query.where(job.c.kind == wanted.kind)
    if wanted.states:
        query = query.where(job.c.state.in_(wanted.states))
    if wanted.ids:
        query = query.where(job.c.job_id.in_(wanted.ids))
    return query
