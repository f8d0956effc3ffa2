"""Lists of goods over HTTP: the groups that have one, and one group's goods to push, keep, try and drop."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.api.access import READS, shop_of
from linshu.app.api.reading import answered
from linshu.app.assortment import LocalAssortment
from linshu.engine.shell.context import shell_of, viewer_of

router = APIRouter(prefix="/api/v1/assortment", tags=["assortment"], dependencies=[READS])


class Asked(BaseModel):
    """Which goods; by default all, those that earn most first."""

    kind: Literal["", "push", "keep", "try", "drop"] = ""
    category: str = Field(default="", max_length=200, description="Name of a category")
    q: str = Field(default="", max_length=80, description="Name or id of the goods, pinyin too")
    sort: str = Field(
        default="-month",
        max_length=20,
        description="month, pieces, raw, days, matters, sku or category; - for descending",
    )
    limit: int = Field(default=1000, ge=1, le=100_000)
    offset: int = Field(default=0, ge=0, le=10**9)


def _lists(request: Request) -> LocalAssortment:
    return LocalAssortment(shop_of(request), viewer_of(request).scope, shell_of(request).now)


@router.get("")
def groups(
    request: Request,
    find: Annotated[str, Query(max_length=80, description="Name, district or pinyin")] = "",
    limit: Annotated[int, Query(ge=1, le=100_000)] = 100,
) -> Response:
    """The groups and clusters of like groups that have a list, within the scope of whoever asks."""
    return answered(request, _lists(request).list(find, limit))


@router.get("/{place}")
def goods(request: Request, place: str, asked: Annotated[Asked, Query()]) -> Response:
    """One group's or cluster's goods with what each earns and why, beside what today's list earns."""
    given = {name: str(getattr(asked, name)) for name in ("kind", "category", "q", "sort")}
    return answered(request, _lists(request).show(place, given, asked.limit, asked.offset))
