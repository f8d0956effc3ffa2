"""Modules over HTTP: listed with what they need and earned, switched on and off."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app import modules
from linshu.app.api.access import SEES, WHOLE, shop_of
from linshu.app.api.reading import answered
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of
from linshu.engine.shell.gate import needs

router = APIRouter(prefix="/api/v1/modules", tags=["modules"], dependencies=[SEES, WHOLE])
SWITCHES = Depends(needs("modules.switch"))


class Switch(BaseModel):
    """On or off."""

    on: bool = Field(description="Off hides its pages, commands, proposals and alerts; its tables stay")


@router.get("")
def listed(request: Request) -> Response:
    """Every module: whether it is on, which tables it lacks, what to do next, what it earned."""
    shell = shell_of(request)
    return answered(request, modules.listed(shell.modules, shell.ledger, shop_of(request), shell.today))


@router.put("/{name}", dependencies=[SWITCHES])
def switch(request: Request, name: str, wish: Switch) -> Response:
    """Switch a module on or off."""
    kept = shell_of(request).modules
    changed = kept.switch(actor_of(request), name, on=wish.on)
    return answered(request, modules.switched(kept, name, changed=changed))
