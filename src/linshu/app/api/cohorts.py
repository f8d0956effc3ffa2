"""Asking over HTTP how long people stay."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.api.access import READS, shop_of
from linshu.app.api.reading import answered
from linshu.engine.shell.context import viewer_of

router = APIRouter(prefix="/api/v1", tags=["ask"])


class Retention(BaseModel):
    """Who began together and who came back: the same words as `linshu cohorts` and `shop.cohorts`."""

    cohort: str = Field(default="buyers", description="buyers, registered, leaders or visitors")
    grain: str = Field(default="month", description="week or month: who begins in the same one belongs together")
    periods: int = Field(default=6, description="How many periods after the first")
    by: str | None = Field(default=None, description="One dimension of the first event", examples=["channel"])
    start: str | None = Field(default=None, description="First company day of the first events, inclusive")
    end: str | None = Field(default=None, description="Last company day of the first events, inclusive")
    where: dict[str, Any] | list[str] | None = Field(default=None, examples=[["city=武汉"]])
    counted: str = Field(default="elapsed", description="elapsed: days after each one's own first; or calendar")
    as_of: str = "ordered"
    pivot: bool = Field(default=False, description="One row per cohort, one column per period")


@router.post("/metrics/cohorts", dependencies=[READS])
def cohorts(request: Request, asked: Retention) -> Response:
    """A retention matrix within the viewer's scope; what is not over for a whole cohort is empty."""
    viewer = viewer_of(request)
    return answered(request, shop_of(request).cohorts(**asked.model_dump(), scope=viewer.scope))
