"""The page of modules: switched on and off, what each needs, what it has earned."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linshu.domains.insight.modules import flow
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.pages import render

router = APIRouter(prefix="/modules", include_in_schema=False, dependencies=[Depends(needs("data.see"))])
FOLDER = "domains/insight/modules"


@router.get("")
def modules(request: Request) -> Response:
    """Every module as it stands."""
    sees_all(request)
    shell, viewer = shell_of(request), viewer_of(request)
    found = flow.lines(shell.modules, shell.ledger, shell.shop.pulse(), shell.today)
    return render(
        request,
        f"{FOLDER}/modules.html",
        lines=found,
        may=viewer.may("modules.switch"),
        money=lambda value: viewer.writer.short(round(value), Unit.FEN),
        switched=request.query_params.get("switched", ""),
    )


@router.post("/{name}", dependencies=[Depends(needs("modules.switch"))])
def switch(request: Request, name: str, act: Annotated[str, Form()] = "") -> Response:
    """Switches one on or off; its tables stay as they are."""
    shell = shell_of(request)
    shell.modules.switch(actor_of(request), name, on=act == "on")
    return RedirectResponse(f"/modules?switched={name}", status_code=303)
