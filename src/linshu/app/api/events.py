"""Live events over HTTP: told in batches, acknowledged when durable; the bad ones read, mended, let be."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from linshu.app.api.access import MENDS, SEES, WHOLE
from linshu.app.api.reading import answered
from linshu.app.happening import kinds_told, letter_told, letters_told, pulse_told, sent_told
from linshu.engine.events.desk import SORTS, EventDesk, Wanted
from linshu.engine.events.reading import MOST_BYTES, MOST_EVENTS, read_batch, too_large
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.kernel.errors import Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.events.keeping import Told

router = APIRouter(prefix="/api/v1/events", tags=["events"])
SENDS = Depends(needs("events.send"))
TOLD: dict[str, Any] = {
    "type": "object",
    "required": ["events"],
    "properties": {
        "events": {
            "type": "array",
            "maxItems": MOST_EVENTS,
            "description": "Each with id (once for all), type, data (the columns of the row, an order also its `lines`), and"
            " if wanted at (when it was true, with its zone) and source (a short name)",
            "items": {
                "type": "object",
                "required": ["id", "type", "data"],
                "properties": {
                    "id": {"type": "string"},
                    "type": {"type": "string"},
                    "at": {"type": "string", "format": "date-time"},
                    "source": {"type": "string"},
                    "data": {"type": "object"},
                },
            },
            "examples": [
                [
                    {
                        "id": "visit-1", "type": "visit", "at": "2026-03-01T10:30:00+08:00",
                        "data": {"visit_id": "V1", "visited_at": "2026-03-01T10:30:00+08:00", "community_id": "C1"},
                    }
                ]
            ],
        }
    },
}  # fmt: skip


class Asked(BaseModel):
    """Which dead letters; by default those that are open."""

    state: Literal["", "open", "mended", "dismissed", "overtaken"] = "open"
    kind: str = Field(default="", max_length=40)
    code: Literal["", "bad", "conflict", "outside"] = ""
    q: str = Field(default="", max_length=100)
    sort: str = Field(default="came", pattern="^(" + "|".join(SORTS) + ")$")
    ascending: bool = False
    limit: int = Field(default=50, ge=1, le=10_000)
    offset: int = Field(default=0, ge=0, le=10**9)


class Changes(BaseModel):
    """Other values by where they stand; "" takes one out; nothing at all sends it again as it is."""

    changes: dict[str, str] = Field(default={}, examples=[{"data.status": "paid"}])


class Dismissal(BaseModel):
    """Which letters nobody will mend, and why."""

    ids: list[str] = Field(min_length=1, max_length=1_000)
    why: str = Field(min_length=1, max_length=500)


@router.post("", dependencies=[SENDS], openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": TOLD}}}})  # fmt: skip
async def send(request: Request) -> Response:
    """Tell events: a row for each that was not accepted, with what is wrong; answered once none can be lost any more.

    The same id again changes nothing. 429 with Retry-After when too many wait in line: send the same again.
    """
    body = await _body(request)
    return await run_in_threadpool(_send, request, body)


def _send(request: Request, body: bytes) -> Response:
    began = time.perf_counter()
    viewer = viewer_of(request)
    told: list[Told] = _desk(request).send(read_batch(body), viewer.user.account, viewer.scope)
    return answered(request, sent_told(told, viewer.language, time.perf_counter() - began))


async def _body(request: Request) -> bytes:
    """The bytes of the request, as far as they are not too many."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise too_large()
        parts.append(part)
    return b"".join(parts)


@router.get("", dependencies=[SEES, WHOLE])
def pulse(request: Request, minutes: Annotated[int, Query(ge=1, le=1_440)] = 60) -> Response:
    """How many came, by minute and kind; in the meta what is acknowledged and not in the figures yet."""
    return answered(request, pulse_told(_desk(request).pulse(minutes), shell_of(request).now()))


@router.get("/types", dependencies=[SEES])
def types(request: Request) -> Response:
    """Every type of event and the columns its data may hold."""
    return answered(request, kinds_told(_desk(request).kinds))


@router.get("/dead", dependencies=[SEES])
def dead(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Events that could not be taken in; who is bound to a scope sees what they sent themselves."""
    viewer = viewer_of(request)
    wanted = Wanted(
        asked.state, asked.kind, asked.code, asked.q, asked.sort, asked.ascending, asked.limit, asked.offset
    )
    rows, total = _desk(request).letters(wanted, viewer.user.account, viewer.scope)
    return answered(request, letters_told(rows, total))


@router.get("/dead/{dead_id}", dependencies=[MENDS])
def letter(request: Request, dead_id: str) -> Response:
    """One of them, with its content; what is personal in it is masked."""
    viewer, desk = viewer_of(request), _desk(request)
    found = desk.letter(dead_id, viewer.user.account, viewer.scope)
    return answered(request, letter_told(found, desk.content(found)))


@router.post("/dead/{dead_id}/mend", dependencies=[MENDS])
def mend(request: Request, dead_id: str, wanted: Changes) -> Response:
    """Send it again with other values; what is still wrong with it is said and it stays."""
    viewer = viewer_of(request)
    done = _desk(request).mend(actor_of(request), dead_id, wanted.changes, viewer.scope)
    return answered(request, sent_told([done], viewer.language))


@router.post("/dead/dismiss", dependencies=[MENDS])
def dismiss(request: Request, wanted: Dismissal) -> Response:
    """Nobody will mend these; what they held is destroyed."""
    many = _desk(request).dismiss(actor_of(request), wanted.ids, wanted.why, viewer_of(request).scope)
    rows = [_desk(request).letter(one, viewer_of(request).user.account, viewer_of(request).scope) for one in wanted.ids]
    return answered(request, letters_told(rows, many))


def _desk(request: Request) -> EventDesk:
    desk = shell_of(request).events
    if desk is None:
        raise Unavailable(Text("这里不收实时事件", "no live events are taken here"))
    return desk
