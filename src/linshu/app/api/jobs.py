"""Jobs over HTTP: what runs, what ran, what will run."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.answer import Answer
from linshu.app.api.access import RUNS_JOBS, SEES_JOBS
from linshu.app.api.reading import answered
from linshu.engine.jobs.books import Filter
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of

if TYPE_CHECKING:
    from linshu.engine.jobs.desk import JobDesk
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


class Switch(BaseModel):
    """Whether a schedule is on."""

    active: bool


@router.get("", dependencies=[SEES_JOBS])
def jobs(request: Request, kind: str = "", state: State = "", limit: int = 50, offset: int = 0) -> Response:
    """Jobs, newest first, by kind and state."""
    desk = _desk(request)
    found, total = desk.listed(Filter(kind, (state,) if state else ()), limit=min(limit, 1000), offset=offset)
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
                "kind": one.kind, "title": one.title.zh, "title_en": one.title.en, "cron": one.cron,
                "active": one.active, "next_at": one.next_at, "last_state": last.state if last else "",
            }
            for one, last in _desk(request).schedules()
        ),
    )  # fmt: skip


@router.patch("/schedules/{kind}", dependencies=[RUNS_JOBS])
def switch(request: Request, kind: str, wanted: Switch) -> Response:
    """Switch a schedule on or off."""
    _desk(request).clock.set_active(kind, wanted.active, actor_of(request))
    return schedules(request)


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


def _desk(request: Request) -> JobDesk:
    return shell_of(request).jobs
