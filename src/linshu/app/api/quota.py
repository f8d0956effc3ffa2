"""Quotas of pre-sale listings over HTTP; the proposals themselves are at /api/v1/proposals?kind=quota."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app import quota
from linshu.app.api.reading import answered
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs

if TYPE_CHECKING:
    from linshu.domains.supply.quota.view import Board

router = APIRouter(prefix="/api/v1/quota", tags=["quota"], dependencies=[Depends(needs("proposals.decide"))])


class Asked(BaseModel):
    """Which listings; by default all that are open, the change worth most first."""

    kind: Literal["", "raise", "lower", "out", "left"] = ""
    warehouse: str = Field(default="", max_length=200, description="Id of a warehouse")
    q: str = Field(default="", max_length=80, description="Name or id of the goods, pinyin too")
    sort: str = Field(
        default="-worth", max_length=20, description="worth, out, asked, sold, sku, where or ends; - for descending"
    )
    limit: int = Field(default=100, ge=1, le=100_000)
    offset: int = Field(default=0, ge=0, le=10**9)


def _board(request: Request) -> Board:
    shell, viewer = shell_of(request), viewer_of(request)
    return quota.board(shell.shop, shell.ledger, viewer.scope, shell.today, shell.clock)


@router.get("")
def quotas(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Every open listing of pre-sold goods: sold, its quota and the one to have, what is still expected, what can be brought."""
    given = {name: str(getattr(asked, name)) for name in ("kind", "warehouse", "q", "sort")}
    return answered(request, quota.listed(_board(request), given, asked.limit, asked.offset))


@router.get("/why")
def why(request: Request, q: Annotated[str, Query(min_length=1, max_length=80)]) -> Response:
    """What the rule says about the listings of the goods found by words, also why nothing changes."""
    return answered(request, quota.explained(_board(request), q))
