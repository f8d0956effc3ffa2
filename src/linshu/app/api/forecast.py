"""The demand forecast over HTTP: the list, one SKU's fortnight, and its groups."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.api.access import READS, shop_of
from linshu.app.api.reading import answered
from linshu.app.forecasting import LocalForecasts
from linshu.engine.shell.context import viewer_of

router = APIRouter(prefix="/api/v1/forecast", tags=["forecast"], dependencies=[READS])


class Asked(BaseModel):
    """Which lines; by default each SKU at each warehouse, most expected first."""

    by: Literal["sku", "category", "department", "supplier", "warehouse", "city", "community"] = "sku"
    warehouse: str = Field(default="", max_length=200, description="Id of a warehouse; needed by community")
    q: str = Field(default="", max_length=80, description="Words of the name")
    sort: str = Field(
        default="-week",
        max_length=20,
        description="week, tomorrow, high, fortnight, known, sku or warehouse; - for descending",
    )
    limit: int = Field(default=100, ge=1, le=1_000_000)
    offset: int = Field(default=0, ge=0, le=10**9)


def _forecasts(request: Request) -> LocalForecasts:
    return LocalForecasts(shop_of(request), viewer_of(request).scope)


@router.get("")
def forecasts(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """What is expected of every SKU at every warehouse, or added up; what is ordered already is known, the rest a forecast."""
    given = {name: str(getattr(asked, name)) for name in ("by", "warehouse", "q", "sort")}
    return answered(request, _forecasts(request).list(given, asked.limit, asked.offset))


@router.get("/accuracy")
def accuracy(request: Request) -> Response:
    """How good forecasts of the last eight weeks were, by class of goods, against plain guesses."""
    return answered(request, _forecasts(request).accuracy())


@router.get("/{sku}/{warehouse}")
def days(request: Request, sku: str, warehouse: str) -> Response:
    """The fortnight of one SKU at one warehouse, day by day, with its weeks in `meta`."""
    return answered(request, _forecasts(request).show(sku, warehouse))


@router.get("/{sku}/{warehouse}/communities")
def communities(request: Request, sku: str, warehouse: str) -> Response:
    """What of it each group is expected to order still; the groups add up to the warehouse."""
    return answered(request, _forecasts(request).communities(sku, warehouse))
