"""Identity over HTTP: what is joined, what could be, and every change."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.api.access import JOINS, WHOLE, shop_of
from linshu.app.api.reading import answered

router = APIRouter(prefix="/api/v1/identity", tags=["identity"], dependencies=[JOINS, WHOLE])


class Sure(BaseModel):
    """From which sure-ness on accounts are joined."""

    sure: float = Field(default=0.95, ge=0, le=1)
    persons: list[str] = Field(default=[], description="Only what becomes one of these persons; none named means all")


class Together(BaseModel):
    """Accounts, `source:id` each, that are one person."""

    accounts: list[str]
    because: str = Field(min_length=1)


class Apart(BaseModel):
    """An account that is a person of its own."""

    account: str
    because: str = Field(min_length=1)


class Batch(BaseModel):
    """The batch whose links are taken back."""

    landing_id: str


@router.get("/links")
def links(request: Request) -> Response:
    """Every account that something joined to a person, with the evidence."""
    return answered(request, shop_of(request).identity.links())


@router.get("/plan")
def plan(
    request: Request,
    sure: Annotated[float, Query(ge=0, le=1)] = 0.95,
    persons: Annotated[tuple[str, ...], Query()] = (),
) -> Response:
    """What would be joined, why and to what effect, and what waits for a person."""
    return answered(request, shop_of(request).identity.plan(sure, persons))


@router.post("/join")
def join(request: Request, wanted: Sure) -> Response:
    """Join what the plan joins; the batch in the meta undoes it."""
    return answered(request, shop_of(request).identity.join(wanted.sure, wanted.persons))


@router.post("/link")
def link(request: Request, wanted: Together) -> Response:
    """Say by hand that accounts are one person."""
    return answered(request, shop_of(request).identity.link(wanted.accounts, wanted.because))


@router.post("/split")
def split(request: Request, wanted: Apart) -> Response:
    """Say by hand that an account is a person of its own."""
    return answered(request, shop_of(request).identity.split(wanted.account, wanted.because))


@router.post("/undo")
def undo(request: Request, wanted: Batch) -> Response:
    """Take the links of one batch back."""
    return answered(request, shop_of(request).identity.undo(wanted.landing_id))
