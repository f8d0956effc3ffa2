"""The form of a source that comes in by itself: where from, which files, how they are read, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from linshu.engine.jobs.rhythm import LEAST, MOST
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.kernel.errors import LinshuError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.jobs.desk import JobDesk

IMPORTS = Depends(needs("data.import"))
router = APIRouter(prefix="/plans", include_in_schema=False, dependencies=[IMPORTS])
FOLDER = "domains/operations/jobs"
COLLECT = "collect"
PARTS = ("connector", "folder", "pattern", "mapping")
NEW = {
    "name": "",
    "connector": "",
    "folder": "",
    "pattern": "*",
    "mapping": "",
    "often": "minutes",
    "minutes": "30",
    "daily": "06:30",
}


@router.get("/new")
def new(request: Request) -> Response:
    """The form of a new source."""
    return _form(request, NEW)


@router.post("/new", dependencies=[IMPORTS])
async def add(request: Request) -> Response:
    """Keep a new source; the form again, with what is wrong, when it cannot be."""
    return await run_in_threadpool(_keep, request, "", dict(await request.form()))


@router.get("/{plan_id}")
def plan(request: Request, plan_id: str) -> Response:
    """The form of a source."""
    found = shell_of(request).jobs.plans.find(plan_id)
    daily = found.rhythm.daily is not None
    said = {**NEW, **found.given, "name": found.name, "often": "daily" if daily else "minutes"}
    said["daily" if daily else "minutes"] = str(found.rhythm)
    return _form(request, said, plan_id=found.plan_id)


@router.post("/{plan_id}", dependencies=[IMPORTS])
async def change(request: Request, plan_id: str) -> Response:
    """Keep a source as the form says."""
    return await run_in_threadpool(_keep, request, plan_id, dict(await request.form()))


@router.post("/{plan_id}/run", dependencies=[IMPORTS])
def run(request: Request, plan_id: str) -> Response:
    """Collect now, and look at it."""
    plans = shell_of(request).jobs.plans
    return RedirectResponse(f"/jobs/{plans.run(plans.find(plan_id), actor_of(request))}", status_code=303)


@router.post("/{plan_id}/switch", dependencies=[IMPORTS])
def switch(request: Request, plan_id: str) -> Response:
    """Switch a source off or on."""
    plans = shell_of(request).jobs.plans
    found = plans.find(plan_id)
    plans.set_active(found, not found.active, actor_of(request))
    return _back()


@router.post("/{plan_id}/remove", dependencies=[IMPORTS])
def remove(request: Request, plan_id: str) -> Response:
    """Collect it no more."""
    plans = shell_of(request).jobs.plans
    plans.remove(plans.find(plan_id), actor_of(request))
    return _back()


def _keep(request: Request, plan_id: str, form: Mapping[str, Any]) -> Response:
    plans, actor = shell_of(request).jobs.plans, actor_of(request)
    said = {name: str(value).strip() for name, value in form.items()}
    given = {name: said.get(name, "") for name in PARTS}
    rhythm = said.get("daily" if said.get("often") == "daily" else "minutes", "")
    try:
        if plan_id:
            plans.change(plans.find(plan_id), said.get("name", ""), rhythm, given, actor)
        else:
            plans.add(COLLECT, said.get("name", ""), rhythm, given, actor)
    except LinshuError as error:
        return _form(request, {**NEW, **said}, plan_id=plan_id, error=error)
    return _back()


def _form(
    request: Request, said: Mapping[str, Any], *, plan_id: str = "", error: LinshuError | None = None
) -> Response:
    return render(
        request, f"{FOLDER}/plan.html", one=said, plan_id=plan_id, error=error, offers=_offers(shell_of(request).jobs),
        least=LEAST, most=MOST, status=error.status if error else 200,
    )  # fmt: skip


def _offers(desk: JobDesk) -> Mapping[str, Any]:
    collect = desk.jobs.get(COLLECT)
    return collect.planned.offers() if collect is not None and collect.planned is not None else {}


def _back() -> Response:
    return RedirectResponse("/jobs#sources", status_code=303)
