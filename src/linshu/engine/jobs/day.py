"""The daily chain: every job that has a stage, one after the other, once per company day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.jobs.declare import STAGES
from linshu.engine.jobs.queue import Asked, enqueue
from linshu.kernel.errors import Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sqlalchemy import Connection

    from linshu.engine.jobs.declare import Job


def steps(jobs: Iterable[Job], only: str = "") -> tuple[Job, ...]:
    """The jobs of the chain in their order; `only` one of them when asked."""
    chain = sorted((one for one in jobs if one.stage), key=lambda one: STAGES.index(one.stage))
    if not only:
        return tuple(chain)
    found = tuple(one for one in chain if one.name == only)
    if not found:
        raise Missing(
            Text(f"每日任务里没有 {only}", f"the daily chain has no {only}"),
            mend=nearest(only, [one.name for one in chain]),
        )
    return found


def key_of(day: date) -> str:
    """Under which key a step runs once for a company day."""
    return f"day {day.isoformat()}"


def write_chain(connection: Connection, chain: Iterable[Job], day: date, *, by: str, at: datetime) -> list[str]:
    """Write the steps of a day, each waiting for the one before; those that are there already stay as they are."""
    ids: list[str] = []
    for one in chain:
        asked = Asked(one.name, key_of(day), day=day, after=ids[-1] if ids else None)
        ids.append(enqueue(connection, asked, by=by, at=at)[0])
    return ids
