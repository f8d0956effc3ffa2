"""The books of batches over HTTP: what came in, from whom, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from linshu.app.api.access import SEES, WHOLE, Offset, shop_of
from linshu.app.api.long import LINES, Named, told
from linshu.app.api.reading import answered
from linshu.engine.shell.acting import note
from linshu.engine.shell.context import viewer_of
from linshu.engine.shell.gate import anyone
from linshu.kernel.errors import Forbidden
from linshu.kernel.text import Text

router = APIRouter(prefix="/api/v1/batches", tags=["bring"], dependencies=[SEES, WHOLE])
MINE = Depends(anyone("whoever brought the batch may take it back; the call itself asks"))


@router.get("")
def batches(  # noqa: PLR0913, PLR0917 - the parts of a filter, each by its name
    request: Request, words: str = "", kind: str = "", state: str = "", start: str = "", end: str = "",
    order: str = "-received", limit: Annotated[int | None, Query(ge=1, le=10_000)] = None, offset: Offset = 0,
) -> Response:  # fmt: skip
    """Batches by words, kind (file, mended, rows), state (open, waiting, clean) and days of arrival."""
    asked: dict[str, Any] = {
        "words": words, "kind": kind, "state": state, "start": start, "end": end, "order": order, "limit": limit,
        "offset": offset,
    }  # fmt: skip
    return answered(request, shop_of(request).batches(**asked))


@router.get("/{landing_id}")
def batch(request: Request, landing_id: str) -> Response:
    """One batch: a row for each table, and in the meta its books, notes, problems and lines left aside."""
    return answered(request, shop_of(request).batch(landing_id))


class Undo(BaseModel):
    """Why a batch is taken back; without `apply` it is only looked at."""

    why: str = ""
    apply: bool = False


@router.post("/{landing_id}/undo", dependencies=[MINE])
def undo(request: Request, landing_id: str, wanted: Undo) -> Response:
    """Take a batch back, as if it had never come: rows gone, back, came and waiting of each table.

    Who accepts lines (application/x-ndjson) is told how far it is, and by which name it is called off.
    """
    viewer, shop = viewer_of(request), shop_of(request)
    user = viewer.user
    if not user.may("data.undo") and shop.figures.desk.batch(landing_id)["brought_by"] != user.account:
        raise Forbidden(
            Text("只有导入的人和有“撤销批次”权限的人能撤销", "only who brought it, or may undo batches, can undo it"),
            mend=Text("请找他们来撤销。", "Ask one of them."),
        )
    if wanted.apply:
        note(request, "batch.undo", f"batch:{landing_id}")
    if wanted.apply and LINES in request.headers.get("accept", ""):
        return told(
            lambda watch: shop.undo_batch(landing_id, wanted.why, by=user.account, watch=watch),
            viewer.language,
            Named(shop, user.account),
        )
    return answered(request, shop.undo_batch(landing_id, wanted.why, apply=wanted.apply, by=user.account))


@router.delete("/{landing_id}/undo/{name}", dependencies=[MINE])
def call_off(request: Request, landing_id: str, name: str) -> Response:  # noqa: ARG001 - the name says which
    """Call off an undo of one's own that runs: the batch stays, and its own answer says so once that is done."""
    shop_of(request).under_way.call_off(name, viewer_of(request).user.account)
    return Response(status_code=204)
