"""Jobs over HTTP: what runs, what ran, what will run."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.answer import Answer
from linshu.app.api.access import IMPORTS, RUNS_JOBS, SEES_JOBS, Limit, Offset
from linshu.app.api.reading import answered
from linshu.engine.jobs.books import Filter
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of

if TYPE_CHECKING:
    from linshu.engine.jobs.desk import JobDesk
    from linshu.engine.jobs.plans import Plan
    from linshu.engine.jobs.queue import Kept

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"])
State = Literal["", "queued", "running", "done", "failed", "cancelled", "dead"]


class Wanted(BaseModel):
    """A job to run now."""

    kind: str = Field(examples=["build"])
    day: date | None = Field(default=None, description="The company day it works on; the last that is over")
    input: dict[str, Any] = {}


class DayWanted(BaseModel):
    """The daily chain of a company day."""

    day: date | None = Field(default=None, description="The last that is over, unless given")
    only: str = Field(default="", description="Only this step")


class PlanWanted(BaseModel):
    """Something to be done again and again: by default data that is collected."""

    name: str = Field(max_length=80, examples=["每天的订单"])
    rhythm: str = Field(description="Minutes, or a time of day", examples=["30", "06:30"])
    kind: str = "collect"
    input: dict[str, str] = Field(
        default={}, description="For collect: a connector, or a folder with a pattern of file names and a mapping",
        examples=[{"folder": "", "pattern": "*.xlsx", "mapping": ""}],
    )  # fmt: skip


class PlanChanges(BaseModel):
    """What becomes of a plan; what is not given stays."""

    name: str | None = Field(default=None, max_length=80)
    rhythm: str | None = None
    input: dict[str, str] | None = None
    active: bool | None = None


class Switch(BaseModel):
    """Whether a schedule is on."""

    active: bool


@router.get("", dependencies=[SEES_JOBS])
def jobs(request: Request, kind: str = "", state: State = "", limit: Limit = 50, offset: Offset = 0) -> Response:
    """Jobs, newest first, by kind and state."""
    desk = _desk(request)
    found, total = desk.listed(Filter(kind, (state,) if state else ()), limit=limit, offset=offset)
    return answered(request, Answer.of([told(one) for one in found], total=total))


@router.post("", dependencies=[RUNS_JOBS])
def run(request: Request, wanted: Wanted) -> Response:
    """Run a job now, whatever was run before; its row."""
    desk = _desk(request)
    job_id = desk.run(wanted.kind, actor_of(request), day=wanted.day, given=wanted.input)
    return answered(request, Answer.of([told(desk.queue.find(job_id))]))


@router.post("/day", dependencies=[RUNS_JOBS])
def run_day(request: Request, wanted: DayWanted) -> Response:
    """Write the daily chain of a company day; its steps, those done before included."""
    desk = _desk(request)
    ids = desk.run_day(wanted.day, actor_of(request), only=wanted.only)
    return answered(request, Answer.of(told(desk.queue.find(one)) for one in ids))


@router.get("/schedules", dependencies=[SEES_JOBS])
def schedules(request: Request) -> Response:
    """What runs by the clock, and when next."""
    return answered(
        request,
        Answer.of(
            {
                "kind": one.kind, "title": one.title.zh, "title_en": one.title.en, "when": one.said.zh,
                "when_en": one.said.en, "cron": one.cron, "active": one.active,
                "module_off": one.resting.zh if one.resting else "", "module_off_en": one.resting.en if one.resting else "",
                "next_at": one.next_at, "last_state": last.state if last else "",
            }
            for one, last in _desk(request).schedules()
        ),
    )  # fmt: skip


@router.patch("/schedules/{kind}", dependencies=[RUNS_JOBS])
def switch(request: Request, kind: str, wanted: Switch) -> Response:
    """Switch a schedule on or off."""
    _desk(request).clock.set_active(kind, wanted.active, actor_of(request))
    return schedules(request)


@router.get("/plans", dependencies=[SEES_JOBS])
def plans(request: Request) -> Response:
    """What people planned: sources that are collected by themselves, with their newest job."""
    return answered(request, Answer.of(planned(one, last) for one, last in _desk(request).plans.all()))


@router.post("/plans", dependencies=[IMPORTS])
def add_plan(request: Request, wanted: PlanWanted) -> Response:
    """Plan something to be done again and again."""
    made = _desk(request).plans.add(wanted.kind, wanted.name, wanted.rhythm, wanted.input, actor_of(request))
    return answered(request, Answer.of([planned(made)]))


@router.patch("/plans/{plan}", dependencies=[IMPORTS])
def change_plan(request: Request, plan: str, changes: PlanChanges) -> Response:
    """Change a plan, by its id or name; or switch it on or off."""
    kept, actor = _desk(request).plans, actor_of(request)
    one = kept.find(plan)
    if changes.name is not None or changes.rhythm is not None or changes.input is not None:
        given = one.given if changes.input is None else changes.input
        one = kept.change(one, changes.name or one.name, changes.rhythm or str(one.rhythm), given, actor)
    if changes.active is not None:
        kept.set_active(one, changes.active, actor)
    return answered(request, Answer.of([planned(kept.find(one.plan_id))]))


@router.post("/plans/{plan}/run", dependencies=[IMPORTS])
def run_plan(request: Request, plan: str) -> Response:
    """Do what is planned now; the row of its job."""
    desk = _desk(request)
    return answered(
        request, Answer.of([told(desk.queue.find(desk.plans.run(desk.plans.find(plan), actor_of(request))))])
    )


@router.delete("/plans/{plan}", dependencies=[IMPORTS])
def remove_plan(request: Request, plan: str) -> Response:
    """Forget a plan; the jobs it brought about stay."""
    kept = _desk(request).plans
    kept.remove(kept.find(plan), actor_of(request))
    return plans(request)


@router.get("/{job_id}", dependencies=[SEES_JOBS])
def job(request: Request, job_id: str) -> Response:
    """One job; its log is in the meta."""
    kept, lines = _desk(request).show(job_id)
    log = [{"at": one.at, "level": one.level, "words": one.words.zh, "words_en": one.words.en} for one in lines]
    return answered(request, Answer.of([told(kept)], log=log))


@router.post("/{job_id}/cancel", dependencies=[RUNS_JOBS])
def cancel(request: Request, job_id: str) -> Response:
    """End a job that waits; ask a running one to end at its next checkpoint."""
    desk = _desk(request)
    desk.queue.cancel(desk.queue.find(job_id).job_id, actor_of(request))
    return job(request, job_id)


@router.post("/{job_id}/retry", dependencies=[RUNS_JOBS])
def retry(request: Request, job_id: str) -> Response:
    """Run a failed or cancelled job anew."""
    desk = _desk(request)
    desk.queue.retry(desk.queue.find(job_id).job_id, actor_of(request))
    return job(request, job_id)


def told(one: Kept) -> dict[str, Any]:
    """A job as a row."""
    return {
        "job": one.job_id, "kind": one.kind, "key": one.key, "state": one.state, "day": one.day,
        "scheduled_at": one.scheduled_at, "after": one.after, "progress": one.progress, "words": one.words.zh,
        "words_en": one.words.en, "attempts": one.attempts, "run_after": one.run_after, "asked_by": one.asked_by,
        "cancel_asked": one.cancel_asked, "created_at": one.created_at, "started_at": one.started_at,
        "ended_at": one.ended_at, "input": one.input, "result": one.result, "error": one.error.zh,
        "error_en": one.error.en,
    }  # fmt: skip


def planned(one: Plan, last: Kept | None = None) -> dict[str, Any]:
    """A plan as a row."""
    return {
        "plan": one.plan_id, "name": one.name, "kind": one.kind, "rhythm": str(one.rhythm), "input": dict(one.given),
        "active": one.active, "next_at": one.next_at, "made_by": one.made_by, "last_job": last.job_id if last else "",
        "last_state": last.state if last else "", "last_result": last.result if last else None,
    }  # fmt: skip


def _desk(request: Request) -> JobDesk:
    return shell_of(request).jobs
