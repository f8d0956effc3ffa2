"""What people planned: one kind of job with an input of its own, done at its rhythm; each moment once.

The moment is part of the job's key, as for declared schedules: a clock that jumps back finds it written already. While
a job of the plan is under way no other is written, so that slow work does not pile up.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from linshu.engine.audit import write as audit
from linshu.engine.jobs.queue import OPEN, Asked, Kept, enqueue, kept
from linshu.engine.jobs.rhythm import Rhythm
from linshu.engine.state.tables import job, job_plan, job_plan_item
from linshu.kernel.errors import Conflict, Invalid, Missing, nearest
from linshu.kernel.personal import masked
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from linshu.engine.audit import Actor
    from linshu.engine.jobs.declare import Job
    from linshu.engine.jobs.queue import Queue

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Plan:
    """One thing somebody planned."""

    plan_id: str
    kind: str
    name: str
    rhythm: Rhythm
    given: Mapping[str, Any]
    active: bool
    since: datetime
    made_by: str
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a plan has dealt with: a file, say; its `mark` changes when it must be dealt with anew."""

    name: str
    mark: str
    well: bool
    at: datetime
    words: Text


class Plans:
    """The plans of one project."""

    def __init__(self, queue: Queue, jobs: Mapping[str, Job], zone: str) -> None:
        self._queue, self._zone = queue, zone
        self._jobs = {name: one for name, one in jobs.items() if one.planned is not None}

    def add(self, kind: str, name: str, rhythm: str, given: Mapping[str, Any], actor: Actor) -> Plan:
        """Plan a kind of job under a name; Invalid or Conflict when its input or name cannot be."""
        now = self._queue.clock()
        row = {
            "plan_id": uuid4().hex, "kind": kind, "active": True, "since": now, "made_by": actor.account,
            **self._checked(kind, name, rhythm, given),
        }  # fmt: skip
        with self._queue.state.writing() as connection:
            try:
                connection.execute(insert(job_plan), [row])
            except IntegrityError as error:
                raise _taken(name) from error
            audit(connection, actor, "plan.add", f"plan:{row['plan_id']}", at=now, kind=kind, name=row["name"])
        return self.find(str(row["plan_id"]))

    def change(self, plan: Plan, name: str, rhythm: str, given: Mapping[str, Any], actor: Actor) -> Plan:
        """Say anew what a plan does and when; its moments count from now on."""
        now = self._queue.clock()
        values = {**self._checked(plan.kind, name, rhythm, given), "since": now}
        with self._queue.state.writing() as connection:
            try:
                connection.execute(update(job_plan).where(job_plan.c.plan_id == plan.plan_id).values(values))
            except IntegrityError as error:
                raise _taken(name) from error
            audit(connection, actor, "plan.change", f"plan:{plan.plan_id}", at=now, name=values["name"])
        return self.find(plan.plan_id)

    def set_active(self, plan: Plan, active: bool, actor: Actor) -> None:
        """Switch a plan on or off; what passed while it was off is not caught up."""
        now = self._queue.clock()
        with self._queue.state.writing() as connection:
            values = {"active": active, **({"since": now} if active and not plan.active else {})}
            connection.execute(update(job_plan).where(job_plan.c.plan_id == plan.plan_id).values(values))
            audit(connection, actor, "plan.on" if active else "plan.off", f"plan:{plan.plan_id}", at=now)

    def remove(self, plan: Plan, actor: Actor) -> None:
        """Forget a plan; the jobs it brought about stay."""
        with self._queue.state.writing() as connection:
            connection.execute(delete(job_plan).where(job_plan.c.plan_id == plan.plan_id))
            audit(connection, actor, "plan.remove", f"plan:{plan.plan_id}", at=self._queue.clock(), name=plan.name)

    def run(self, plan: Plan, actor: Actor) -> str:
        """Do it now, whatever was done before; the id of the job."""
        now = self._queue.clock()
        with self._queue.state.writing() as connection:
            asked = Asked(plan.kind, f"{plan.plan_id} by hand {uuid4().hex}", _input(plan))
            job_id, _ = enqueue(connection, asked, by=actor.account, at=now)
            audit(connection, actor, "plan.run", f"plan:{plan.plan_id}", at=now, job=job_id)
        self._queue.changed(job_id)
        return job_id

    def all(self) -> list[tuple[Plan, Kept | None]]:
        """Every plan by its name, with its newest job."""
        with self._queue.state.reading() as connection:
            plans = [self._plan(dict(row)) for row in connection.execute(_named()).mappings()]
            return [(plan, _newest(connection, plan)) for plan in plans]

    def find(self, wanted: str) -> Plan:
        """A plan by its id or name."""
        by = or_(job_plan.c.plan_id == wanted, job_plan.c.name == wanted)
        with self._queue.state.reading() as connection:
            row = connection.execute(select(job_plan).where(by)).mappings().first()
            names = connection.execute(select(job_plan.c.name)).scalars().all() if row is None else ()
        if row is None:
            raise Missing(Text(f"没有计划 {wanted}", f"there is no plan {wanted}"), mend=nearest(wanted, names))
        return self._plan(dict(row))

    def tick(self) -> list[str]:
        """Write what is due; the ids of the new jobs."""
        now, fresh = self._queue.clock(), []
        with self._queue.state.reading() as connection:
            rows = connection.execute(_named().where(job_plan.c.active, job_plan.c.kind.in_(self._jobs))).mappings()
            due = [(plan, at) for plan in map(self._plan, map(dict, rows)) if (at := self._due(plan, now))]
            due = [(plan, at) for plan, at in due if not _under_way(connection, plan)]
        for plan, at in due:
            asked = Asked(plan.kind, f"{plan.plan_id} at {at.isoformat()}", _input(plan), scheduled_at=at)
            job_id, is_new = self._queue.enqueue(asked, by="schedule")
            fresh += [job_id] if is_new else []
        return fresh

    def _due(self, plan: Plan, now: datetime) -> datetime | None:
        at = plan.rhythm.last(self._zone, plan.since, now)
        return at if at is not None and now - at <= self._jobs[plan.kind].late else None

    def _checked(self, kind: str, name: str, rhythm: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """The columns a person may say."""
        if kind not in self._jobs:
            raise Missing(Text(f"不能计划 {kind}", f"{kind} cannot be planned"), mend=nearest(kind, self._jobs))
        plain = " ".join(name.split())
        if not plain or len(plain) > LONGEST_NAME:
            raise Invalid(
                Text("计划要有名字", "a plan has a name"),
                mend=Text(f"最多 {LONGEST_NAME} 个字。", f"At most {LONGEST_NAME} letters."),
            )
        planned = self._jobs[kind].planned
        assert planned is not None
        said = json.dumps(planned.accepts(given), ensure_ascii=False)
        if masked(said) != said:  # masked as all that is kept, it would name another folder
            raise Invalid(
                Text("文件夹和文件名样式里不能有手机号或证件号", "a folder or pattern must hold no number of a person"),
                mend=Text("请改名后再计划。", "Rename it, then plan it."),
            )
        return {"name": plain, "rhythm": str(Rhythm.parse(rhythm)), "input": said}

    def _plan(self, row: Mapping[str, Any]) -> Plan:
        rhythm = Rhythm.parse(row["rhythm"])
        following = rhythm.next(self._zone, row["since"], self._queue.clock()) if row["active"] else None
        return Plan(
            row["plan_id"], row["kind"], row["name"], rhythm, json.loads(row["input"]), row["active"], row["since"],
            row["made_by"], following,
        )  # fmt: skip


def items(connection: Connection, plan_id: str) -> dict[str, Item]:
    """What a plan has dealt with, by name."""
    found = connection.execute(select(job_plan_item).where(job_plan_item.c.plan_id == plan_id))
    return {row.name: Item(row.name, row.mark, row.well, row.at, Text(row.words_zh, row.words_en)) for row in found}


def note(connection: Connection, plan_id: str, item: Item) -> None:
    """Remember that a plan dealt with a thing; what was noted of it before is forgotten, and of a plan that is gone nothing."""
    if connection.execute(select(job_plan.c.plan_id).where(job_plan.c.plan_id == plan_id)).first() is None:
        return
    same = and_(job_plan_item.c.plan_id == plan_id, job_plan_item.c.name == item.name)
    connection.execute(delete(job_plan_item).where(same))
    row = {
        "plan_id": plan_id, "name": item.name, "mark": item.mark, "well": item.well, "at": item.at,
        "words_zh": item.words.zh[:1000], "words_en": item.words.en[:1000],
    }  # fmt: skip
    connection.execute(insert(job_plan_item), [row])


def _input(plan: Plan) -> dict[str, Any]:
    return {**plan.given, "plan": plan.plan_id, "name": plan.name, "by": plan.made_by}


def _named() -> Any:
    return select(job_plan).order_by(job_plan.c.name)


def _jobs_of(plan: Plan) -> Any:
    return and_(job.c.kind == plan.kind, job.c.key.startswith(f"{plan.plan_id} "))


def _under_way(connection: Connection, plan: Plan) -> bool:
    found = select(job.c.job_id).where(_jobs_of(plan), job.c.state.in_(OPEN)).limit(1)
    return connection.execute(found).first() is not None


def _newest(connection: Connection, plan: Plan) -> Kept | None:
    found = select(job).where(_jobs_of(plan)).order_by(job.c.created_at.desc()).limit(1)
    row = connection.execute(found).mappings().first()
    return None if row is None else kept(dict(row))


def _taken(name: str) -> Conflict:
    return Conflict(
        Text(f"已经有一个计划叫“{name}”", f"a plan is called “{name}” already"),
        mend=Text("换一个名字。", "Choose another name."),
    )
