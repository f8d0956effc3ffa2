"""Files sent over HTTP: kept sealed, to be looked at and imported by their id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from linshu.app.answer import Answer
from linshu.app.api.access import IMPORTS, WHOLE, shop_of
from linshu.app.api.reading import answered
from linshu.engine.shell.context import viewer_of

if TYPE_CHECKING:
    from linshu.app.uploads import Upload

router = APIRouter(prefix="/api/v1/uploads", tags=["bring"], dependencies=[IMPORTS, WHOLE])
BYTES = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("", openapi_extra=BYTES)
async def upload(request: Request, name: str = "upload") -> Response:
    """Send a file as the body of the request, as it is; its id is good for a few hours, for whoever sent it."""
    viewer = viewer_of(request)
    said = request.headers.get("content-length", "")
    receiving = shop_of(request).uploads.begin(name, viewer.user.account, int(said) if said.isdecimal() else 0)
    try:
        async for chunk in request.stream():
            receiving.write(chunk)
    except BaseException:
        receiving.abandon()
        raise
    return answered(request, _told(await run_in_threadpool(receiving.finish)))


@router.get("")
def uploads(request: Request) -> Response:
    """One's own files that wait to be imported."""
    return answered(request, _told(*shop_of(request).uploads.of(viewer_of(request).user.account)))


@router.delete("/{upload_id}")
def remove(request: Request, upload_id: str) -> Response:
    """Throw a file away."""
    shop_of(request).uploads.remove(upload_id, viewer_of(request).user.account)
    return Response(status_code=204)


def _told(*uploads: Upload) -> Answer:
    return Answer.of({"upload": one.upload_id, "name": one.name, "size": one.file.size} for one in uploads)
