"""The pages of first tasks and of who uses what."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from linshu.domains.operations.adoption import flow, inputs
from linshu.engine.access.roles import ROLES
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import anyone, needs, sees_all
from linshu.engine.shell.pages import render

router = APIRouter(include_in_schema=False)
FOLDER = "domains/operations/adoption"
OWN = Depends(anyone("one's own first tasks, judged by one's own acts"))
SEES = Depends(needs("jobs.see"))


@router.get("/first-steps", dependencies=[OWN])
def first_steps(request: Request) -> Response:
    """What to try first in this role, and what of it is done."""
    shell, viewer = shell_of(request), viewer_of(request)
    closed = inputs.is_closed(shell.state, viewer.user.user_id)
    return render(request, f"{FOLDER}/first_steps.html", steps=flow.steps(shell, viewer), closed=closed)


@router.get("/first-steps/panel", dependencies=[OWN])
def panel(request: Request) -> Response:
    """The same in short, for the first page; nothing once it was put away or all is done."""
    shell, viewer = shell_of(request), viewer_of(request)
    found = flow.offered(shell, viewer)
    return render(request, f"{FOLDER}/panel.html", steps=found) if found else HTMLResponse("")


@router.post("/first-steps", dependencies=[OWN])
def put_away(request: Request, act: Annotated[str, Form()] = "") -> Response:
    """Puts the list on the first page away, or shows it again."""
    shell = shell_of(request)
    flow.close(shell.state, viewer_of(request).user.user_id, shell.now(), closed=act == "close")
    if request.headers.get("hx-request"):
        return HTMLResponse("")
    return RedirectResponse("/first-steps", status_code=303)


@router.get("/adoption", dependencies=[SEES])
def adoption(request: Request) -> Response:
    """Who opens, who acts, which suggestions nobody reads."""
    sees_all(request)
    shell, viewer = shell_of(request), viewer_of(request)
    shell.visits.flush()
    begins = shell.now() - timedelta(days=flow.LOOKED_BACK)
    found = flow.use(shell.state, shell.active, shell.today, begins, by_person=viewer.may("users.manage"))
    return render(
        request,
        f"{FOLDER}/adoption.html",
        found=found,
        days=flow.LOOKED_BACK,
        by_person=viewer.may("users.manage"),
        titles={one.name: one.title for one in ROLES},
        share=lambda part, whole: viewer.writer.short(part / whole, Unit.RATIO) if whole else "—",
    )
