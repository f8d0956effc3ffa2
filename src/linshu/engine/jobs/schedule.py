"""The clock of jobs: which scheduled moments are due, each written into the queue once under its own moment.

The moment itself is the key. So a clock that jumps back finds its moments written already, one that jumps forward and
back again has not done anything twice, and of moments that passed while nobody ran only the last is caught up.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import select, update

from linshu.engine.audit import write as audit
from linshu.engine.jobs.queue import Asked, Queue
from linshu.engine.jobs.spoken import spoken
from linshu.engine.state.once import insert_once
from linshu.engine.state.tables import job_schedule
from linshu.kernel.errors import Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.audit import Actor
    from linshu.engine.jobs.declare import Job

TICK_SECONDS = 10.0
Resting = Callable[[], Mapping[str, Text]]  # the kinds of work whose part of the business is switched off, and which
NEAR = timedelta(hours=2)
logger = logging.getLogger("linshu.jobs")


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a kind of job runs by itself."""

    kind: str
    title: Text
    cron: str
    active: bool
    next_at: datetime | None
    changed_by: str
    resting: Text | None = None  # the part of the business it belongs to, while that is switched off

    @property
    def said(self) -> Text:
        """When it runs, in plain words."""
        return spoken(self.cron)


def next_moment(cron: str, zone: str, after: datetime) -> datetime:
    """The first moment of the schedule at or after an instant."""
    found = cast("datetime", _trigger(cron, zone).get_next_fire_time(None, after.astimezone(ZoneInfo(zone))))
    return found.astimezone(UTC)


def last_moment(cron: str, zone: str, since: datetime, now: datetime) -> datetime | None:
    """The last moment of the schedule from `since` to `now`, both included; None when there is none."""
    for start in (max(since, now - NEAR), since):  # most schedules have a moment nearby, and their steps are small
        last = None
        at = next_moment(cron, zone, start)
        while at <= now:
            last, at = at, next_moment(cron, zone, at + timedelta(seconds=1))
        if last is not None:
            return last
    return None


@cache
def _trigger(cron: str, zone: str) -> CronTrigger:
    return CronTrigger.from_crontab(cron, timezone=ZoneInfo(zone))


class Clock:
    """Writes what is due into the queue, whenever it is asked to tick."""

    def __init__(
        self, queue: Queue, jobs: Iterable[Job], zone: str, *, also: Callable[[], list[str]] = list,
        resting: Resting = dict,
    ) -> None:  # fmt: skip
        self._queue, self._zone, self._also, self._resting = queue, zone, also, resting
        self._jobs = {one.name: one for one in jobs if one.schedule}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def tick(self) -> list[str]:
        """Write the due moments that are not written yet; the ids of the new jobs."""
        now, fresh = self._queue.clock(), []
        self._meet(now)
        with self._queue.state.reading() as connection:
            since = {row.kind: row.since for row in connection.execute(select(job_schedule)) if row.active}
        resting = self._resting()
        for kind, one in self._jobs.items():
            if kind not in since or kind in resting:
                continue
            at = last_moment(one.schedule, self._zone, max(since[kind], now - one.late), now)
            if at is not None:
                asked = Asked(kind, f"at {at.isoformat()}", scheduled_at=at)
                job_id, is_new = self._queue.enqueue(asked, by="schedule")
                fresh += [job_id] if is_new else []
        return [*fresh, *self._also()]

    def all(self) -> list[Schedule]:
        """Every schedule, with its next moment; those never met count from now on."""
        now = self._queue.clock()
        self._meet(now)
        with self._queue.state.reading() as connection:
            known = {row.kind: row for row in connection.execute(select(job_schedule))}
        resting = self._resting()
        return [
            Schedule(
                kind, one.title, one.schedule, known[kind].active,
                next_moment(one.schedule, self._zone, now) if known[kind].active and kind not in resting else None,
                known[kind].changed_by, resting.get(kind),
            )
            for kind, one in self._jobs.items()
        ]  # fmt: skip

    def set_active(self, kind: str, active: bool, actor: Actor) -> None:
        """Switch a schedule off or on; what passed while it was off is not caught up."""
        if kind not in self._jobs:
            raise Missing(Text(f"没有计划 {kind}", f"there is no schedule {kind}"), mend=nearest(kind, self._jobs))
        now = self._queue.clock()
        self._meet(now)
        with self._queue.state.writing() as connection:
            values = {"active": active, "changed_by": actor.account, **({"since": now} if active else {})}
            connection.execute(update(job_schedule).where(job_schedule.c.kind == kind).values(values))
            audit(connection, actor, "schedule.on" if active else "schedule.off", f"schedule:{kind}", at=now)

    def start(self) -> None:
        """Tick by itself from now on."""
        self._thread = threading.Thread(target=self._run, name="jobs-clock", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Tick no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _meet(self, now: datetime) -> None:
        """Remember since when a schedule is known, so that a new one does not catch up what was before it."""
        with self._queue.state.reading() as connection:
            known = set(connection.execute(select(job_schedule.c.kind)).scalars())
        new = [kind for kind in self._jobs if kind not in known]
        if new:
            with self._queue.state.writing() as connection:
                for kind in new:
                    row = {"kind": kind, "active": True, "since": now, "changed_by": ""}
                    insert_once(connection, job_schedule, row)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.tick()
            except Exception:  # a database that is away for a moment must not end this thread
                logger.exception("the clock of jobs missed a tick; the next one makes up for it")
            self._stop.wait(TICK_SECONDS)
