"""Work orders over HTTP: the same list, acts and figures as on the pages, within what whoever asks may see."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from linshu.app import ordering
from linshu.app.api.reading import answered
from linshu.app.api.uploads import BYTES
from linshu.domains.operations.work import inputs
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of, viewer_of, work_book_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.sheet import attachment
from linshu.engine.work import Wanted
from linshu.engine.work.book import SORTS
from linshu.engine.work.files import MOST_BYTES
from linshu.engine.work.order import Origin, Severity, State
from linshu.engine.work.rules import RUNNING, Act, Wish
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

router = APIRouter(prefix="/api/v1/work", tags=["work"], dependencies=[Depends(needs("orders.work"))])


class Asked(BaseModel):
    """Which work orders, in which order; by default those that are not done."""

    state: list[State] = []
    owner: list[str] = []
    severity: list[Severity] = []
    late: bool = Field(default=False, description="Only those whose time is over")
    q: str = Field(default="", max_length=100)
    order: str = Field(default="due", description="due, severity, created, changed, title, owner; a leading - descends")
    limit: int = Field(default=50, ge=1, le=10_000)
    offset: int = Field(default=0, ge=0, le=10**9)


class New(BaseModel):
    """A work order to open; one from an alert or a proposal says itself what is not said here."""

    origin: Origin = Field(default="hand", description="alert and proposal open one for each, with its id")
    origin_id: str = Field(default="", max_length=64)
    title: str = Field(default="", max_length=200, description="Needed when it is from no alert or proposal")
    what: str = Field(default="", max_length=4000)
    severity: Severity | None = None
    owner: str = Field(default="", max_length=64, description="An account; empty = nobody yet")
    key: str = Field(default="", max_length=100, description="The same key opens one; empty = another each time")


class Acting(BaseModel):
    """One act on many work orders."""

    act: Act
    ids: list[str] = Field(min_length=1, max_length=10_000)
    why: str = Field(default="", max_length=500, description="Needed to hand over, block, reopen and withdraw")
    to: str = Field(default="", max_length=64, description="An account: to assign and hand over")
    result: str = Field(default="", max_length=1000, description="What came of it: needed to finish")
    link: str = Field(default="", max_length=300, description="Where the result can be seen")


class Said(BaseModel):
    """A comment."""

    words: str = Field(min_length=1, max_length=4000)


@router.get("")
def orders(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Work orders; `total` in the meta counts all that are meant."""
    sort = asked.order.lstrip("-")
    if sort not in SORTS:
        raise Misused(Text(f"不能按 {asked.order} 排序", f"cannot sort by {asked.order}"), mend=nearest(sort, SORTS))
    wanted = Wanted(
        tuple(asked.state) or (RUNNING if asked.late else ()), tuple(asked.owner), tuple(asked.severity),
        shell_of(request).now() if asked.late else None, asked.q, sort, not asked.order.startswith("-"), asked.limit,
        asked.offset,
    )  # fmt: skip
    rows, total = work_book_of(request).page(wanted)
    return answered(request, ordering.told(rows, total=total))


@router.post("")
def new(request: Request, wanted: New) -> Response:
    """Open a work order; under the same key it is opened once, and `new` in the meta says whether it was now."""
    base = inputs.origin(request, wanted.origin, wanted.origin_id).draft
    said = {
        "title": Text(wanted.title, wanted.title), "what": wanted.what, "severity": wanted.severity or "",
        "owner": wanted.owner, "key": f"own:{wanted.key}" if wanted.key and wanted.origin == "hand" else "",
    }  # fmt: skip
    given: dict[str, Any] = {name: value for name, value in said.items() if value not in ("", Text("", ""))}
    order_id, is_new = shell_of(request).work.open(actor_of(request), replace(base, **given))
    return answered(request, ordering.shown(work_book_of(request), order_id, new=is_new))


@router.post("/act")
def act(request: Request, wanted: Acting) -> Response:
    """Assign, hand over, start, block, finish, verify, close …; each is judged alone, and says what became of it."""
    shell, viewer = shell_of(request), viewer_of(request)
    wish = Wish(
        wanted.act, viewer.user.account, shell.now(), wanted.why, wanted.to, wanted.result, wanted.link, viewer.is_local
    )
    return answered(request, ordering.done(shell.work.act(actor_of(request), work_book_of(request), wanted.ids, wish)))


@router.get("/stats")
def stats(request: Request) -> Response:
    """What is open and late by person, and how what was done in the last 90 days went."""
    return answered(request, ordering.went(work_book_of(request), shell_of(request).work))


@router.get("/{order_id}")
def order(request: Request, order_id: str) -> Response:
    """One work order: what, its history and files in the meta."""
    return answered(request, ordering.shown(work_book_of(request), order_id))


@router.post("/{order_id}/files", openapi_extra=BYTES)
async def attach(request: Request, order_id: str, name: str) -> Response:
    """Add a small file as the body of the request: pictures, documents, tables and text of at most 5 MB."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            break

    def keep() -> Response:
        book = work_book_of(request)
        shell_of(request).work.attach(actor_of(request), book, order_id, name, bytes(body))
        return answered(request, ordering.shown(book, order_id))

    return await run_in_threadpool(keep)


@router.get("/{order_id}/files/{file_id}")
def file(request: Request, order_id: str, file_id: str) -> Response:
    """The content of a file, to be saved under its name."""
    name, body = shell_of(request).work.fetch(actor_of(request), work_book_of(request), order_id, file_id)
    return Response(body, media_type="application/octet-stream", headers=attachment(name))


@router.post("/{order_id}/comments")
def comment(request: Request, order_id: str, said: Said) -> Response:
    """Say something about it."""
    book = work_book_of(request)
    shell_of(request).work.comment(actor_of(request), book, order_id, said.words)
    return answered(request, ordering.shown(book, order_id))
