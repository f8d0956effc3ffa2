"""Stock alerts over HTTP: what needs somebody, and the lots of one SKU in one warehouse."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.api.access import READS, shop_of
from linshu.app.api.reading import answered
from linshu.app.stock import LocalStockAlerts
from linshu.engine.shell.context import shell_of, viewer_of

router = APIRouter(prefix="/api/v1/stock", tags=["stock"], dependencies=[READS])


class Asked(BaseModel):
    """Which lines; by default all, the most pressing first."""

    kind: Literal["", "out", "soon", "near", "over", "idle", "wrong"] = ""
    warehouse: str = Field(default="", max_length=200, description="Id of a warehouse")
    category: str = Field(default="", max_length=200, description="Name of a category")
    q: str = Field(default="", max_length=80, description="Name or id of the goods, pinyin too")
    sort: str = Field(
        default="kind",
        max_length=20,
        description="kind (the most pressing first), fen, qty, sku, warehouse, units or chance; - for descending",
    )
    limit: int = Field(default=100, ge=1, le=100_000)
    offset: int = Field(default=0, ge=0, le=10**9)


def _alerts(request: Request) -> LocalStockAlerts:
    return LocalStockAlerts(shop_of(request), viewer_of(request).scope, shell_of(request).now)


@router.get("")
def alerts(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """What is out, soon out, near expiry, too much, unsalable or impossible, within the scope of whoever asks."""
    given = {name: str(getattr(asked, name)) for name in ("kind", "warehouse", "category", "q", "sort")}
    return answered(request, _alerts(request).list(given, asked.limit, asked.offset))


@router.get("/{sku}/{warehouse}")
def lots(request: Request, sku: str, warehouse: str) -> Response:
    """The lots of one SKU in one warehouse, what is expected to stay unsold, and why it is listed."""
    return answered(request, _alerts(request).show(sku, warehouse))
