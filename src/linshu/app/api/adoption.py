"""First tasks and the use of the product over HTTP."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from linshu.app import adopting
from linshu.app.api.access import SEES_JOBS, WHOLE
from linshu.app.api.reading import answered
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import anyone, needs

router = APIRouter(prefix="/api/v1", tags=["adoption"])
OWN = Depends(anyone("one's own first tasks, judged by one's own acts"))


@router.get("/adoption", dependencies=[SEES_JOBS, WHOLE])
def adoption(request: Request, of: Literal["roles", "pages", "suggestions"] = "roles") -> Response:
    """Who opens and acts, by role; which pages are opened; which suggestions nobody reads."""
    shell = shell_of(request)
    shell.visits.flush()
    return answered(request, adopting.used(shell.state, of, shell.today, shell.now()))


@router.get("/adoption/people", dependencies=[SEES_JOBS, Depends(needs("users.manage")), WHOLE])
def people(request: Request) -> Response:
    """The same person by person, for who manages people."""
    shell = shell_of(request)
    shell.visits.flush()
    return answered(request, adopting.used(shell.state, "people", shell.today, shell.now()))


@router.get("/first-steps", dependencies=[OWN])
def first_steps(request: Request) -> Response:
    """One's own first tasks, and which of them were really done."""
    shell = shell_of(request)
    shell.visits.flush()
    return answered(request, adopting.first_steps(shell.state, viewer_of(request).user))
