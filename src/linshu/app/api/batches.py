"""The books of batches over HTTP: what came in, from whom, and what became of it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel

from linshu.app.api.access import admin, shop_of
from linshu.app.api.reading import answered

router = APIRouter(prefix="/api/v1/batches", tags=["bring"])


@router.get("")
def batches(  # noqa: PLR0913, PLR0917 - the parts of a filter, each by its name
    request: Request, words: str = "", kind: str = "", state: str = "", start: str = "", end: str = "",
    order: str = "-received", limit: int | None = None, offset: int = 0,
) -> Response:  # fmt: skip
    """Batches by words, kind (file, mended, rows), state (open, waiting, clean) and days of arrival."""
    admin(request)
    asked: dict[str, Any] = {
        "words": words, "kind": kind, "state": state, "start": start, "end": end, "order": order, "limit": limit,
        "offset": offset,
    }  # fmt: skip
    return answered(request, shop_of(request).batches(**asked))


@router.get("/{landing_id}")
def batch(request: Request, landing_id: str) -> Response:
    """One batch: a row for each table, and in the meta its books, notes, problems and lines left aside."""
    admin(request)
    return answered(request, shop_of(request).batch(landing_id))


class Undo(BaseModel):
    """Why a batch is taken back; without `apply` it is only looked at."""

    why: str = ""
    apply: bool = False


@router.post("/{landing_id}/undo")
def undo(request: Request, landing_id: str, wanted: Undo) -> Response:
    """Take a batch back, as if it had never come: rows gone, back, came and waiting of each table."""
    by = admin(request).user.account
    return answered(request, shop_of(request).undo_batch(landing_id, wanted.why, apply=wanted.apply, by=by))
