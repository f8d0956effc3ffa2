"""What pages, commands and programs ask of the jobs of one project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from linshu.engine.audit import write as audit
from linshu.engine.jobs import books
from linshu.engine.jobs.day import steps, write_chain
from linshu.engine.jobs.plans import Plans
from linshu.engine.jobs.queue import Asked, Kept, Line, Queue, enqueue
from linshu.engine.jobs.schedule import Clock, Resting, Schedule
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Conflict, Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from linshu.engine.audit import Actor
    from linshu.engine.jobs.declare import Job
    from linshu.engine.state import State


@dataclass(frozen=True, slots=True)
class JobDesk:
    """The kinds of work there are, the queue, and the clock."""

    queue: Queue
    clock: Clock
    jobs: Mapping[str, Job]
    day: CompanyDay
    plans: Plans
    resting: Resting = dict

    @classmethod
    def of(
        cls, state: State, jobs: Iterable[Job], day: CompanyDay, *, changed: Callable[[str], None] = lambda _: None,
        resting: Resting = dict,
    ) -> Self:  # fmt: skip
        """The desk over a state database; work that is `resting` is not begun by clock, chain or hand."""
        known = {one.name: one for one in jobs}
        queue = Queue(state, changed=changed)
        plans = Plans(queue, known, day.zone)
        clock = Clock(queue, known.values(), day.zone, also=plans.tick, resting=resting)
        return cls(queue, clock, known, day, plans, resting)

    @property
    def yesterday(self) -> date:
        """The last company day that is over: the one a daily chain works on unless told otherwise."""
        return self.day.day_of(self.queue.clock()) - timedelta(days=1)

    def title(self, kind: str) -> Text:
        """What a kind is called; kinds that no longer exist by their name."""
        return self.jobs[kind].title if kind in self.jobs else Text(kind, kind)

    def run(self, kind: str, actor: Actor, *, day: date | None = None, given: Mapping[str, Any] | None = None) -> str:
        """Run a kind of work now, whatever was run before; the id of the job."""
        if kind not in self.jobs:
            raise Missing(Text(f"没有任务 {kind}", f"there is no job {kind}"), mend=nearest(kind, self.jobs))
        self._awake(kind)
        asked = Asked(kind, f"by hand {uuid4().hex}", given, day=day or self.yesterday)
        now = self.queue.clock()
        with self.queue.state.writing() as connection:
            job_id, _ = enqueue(connection, asked, by=actor.account, at=now)
            audit(connection, actor, "job.run", f"job:{job_id}", at=now, kind=kind)
        self.queue.changed(job_id)
        return job_id

    def run_day(self, day: date | None, actor: Actor, *, only: str = "") -> list[str]:
        """Write the daily chain of a company day, or one step of it; what was done for that day is not done again."""
        if only:
            self._awake(only)
        resting, now = self.resting(), self.queue.clock()
        chain = steps((one for one in self.jobs.values() if one.name not in resting), only)
        with self.queue.state.writing() as connection:
            ids = write_chain(connection, chain, day or self.yesterday, by=actor.account, at=now)
        for job_id in ids:
            self.queue.changed(job_id)
        return ids

    def _awake(self, kind: str) -> None:
        if off := self.resting().get(kind):
            raise Conflict(
                Text(
                    f"“{off.zh}”模块没有启用，不做“{self.title(kind).zh}”",
                    f"{self.title(kind).en} belongs to {off.en}, which is switched off",
                ),
                mend=Text("管理员可以在“模块”页启用。", "An administrator can switch it on under Modules."),
            )

    def listed(self, wanted: books.Filter, *, limit: int = 50, offset: int = 0) -> tuple[list[Kept], int]:
        """A page of jobs, newest first, and how many there are."""
        with self.queue.state.reading() as connection:
            return books.listed(connection, wanted, limit=limit, offset=offset)

    def counts(self) -> dict[str, int]:
        """How many jobs stand in each state."""
        with self.queue.state.reading() as connection:
            return books.counts(connection)

    def schedules(self) -> list[tuple[Schedule, Kept | None]]:
        """Every schedule, with the newest job of its kind."""
        found = self.clock.all()
        with self.queue.state.reading() as connection:
            newest = books.newest_of(connection, [one.kind for one in found])
        return [(one, newest.get(one.kind)) for one in found]

    def show(self, job_id: str) -> tuple[Kept, list[Line]]:
        """One job with its log."""
        kept = self.queue.find(job_id)
        return kept, self.queue.lines(kept.job_id)
