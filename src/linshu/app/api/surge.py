"""Surges over HTTP: what sells far beyond the usual today, and where it would be missed."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.api.access import READS, shop_of
from linshu.app.api.reading import answered
from linshu.app.surge import LocalSurges
from linshu.engine.shell.context import shell_of, viewer_of

router = APIRouter(prefix="/api/v1/surge", tags=["surge"], dependencies=[READS])


class Asked(BaseModel):
    """Which lines; by default all, the likeliest surge first."""

    kind: Literal["", "surge", "out"] = ""
    warehouse: str = Field(default="", max_length=200, description="Id of a warehouse")
    q: str = Field(default="", max_length=80, description="Name or id of the goods, pinyin too")
    sort: str = Field(
        default="-surges",
        max_length=20,
        description="surges, out, short, sold, expected, sku or warehouse; - for descending",
    )
    limit: int = Field(default=100, ge=1, le=100_000)
    offset: int = Field(default=0, ge=0, le=10**9)


def _surges(request: Request) -> LocalSurges:
    return LocalSurges(shop_of(request), viewer_of(request).scope, shell_of(request).now)


@router.get("")
def surges(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Every SKU at every warehouse today: the chance of a surge, the chance to run out, what would be short."""
    given = {name: str(getattr(asked, name)) for name in ("kind", "warehouse", "q", "sort")}
    return answered(request, _surges(request).list(given, asked.limit, asked.offset))


@router.get("/{sku}/{warehouse}")
def places(request: Request, sku: str, warehouse: str) -> Response:
    """The communities one SKU of one warehouse sells to, and what each would miss."""
    return answered(request, _surges(request).show(sku, warehouse))
