"""The page of identity: what could be joined and to what effect, what waits for a person, what is joined, and undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from linshu.domains.insight.identity import view
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.listing import page_in
from linshu.engine.shell.pages import part, render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import Invalid, LinshuError, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.shell.told import Told

router = APIRouter(prefix="/data/identity", include_in_schema=False, dependencies=[Depends(needs("identity.join"))])
FOLDER = "domains/insight/identity"
TITLE = Text("身份合并", "Identity")
PAGE_ROWS = 50
MOST_SHOWN = 200
SURE = (0.99, 0.95, 0.85)  # equal phone, what is usual, equal receiver too


@router.get("")
def identity(request: Request) -> Response:
    """What is joined, searched and undone; what could be joined follows as soon as it is known."""
    return _page(request)


def _page(request: Request, *, notice: Text | None = None, undo: str = "") -> Response:
    sees_all(request)
    asked = request.query_params
    sure, at = _sure(asked.get("sure")), page_in(asked)
    links = shell_of(request).shop.identity.links().rows
    found = view.found(links, asked.get("q", ""))
    return render(
        request,
        f"{FOLDER}/page.html",
        links=found[(at - 1) * PAGE_ROWS : at * PAGE_ROWS],
        total=len(found),
        persons=len({row["person"] for row in links}),
        accounts=len(links),
        batches=view.batches(links),
        asked=asked.get("q", ""),
        sure=sure,
        choices=SURE,
        page_number=at,
        pages=-(-len(found) // PAGE_ROWS),
        notice=notice,
        undo=undo,
        ratio=Unit.RATIO,
    )


def _sure(written: str | None) -> float:
    try:
        sure = float(written or 0.95)
    except ValueError:
        sure = -1.0
    if not 0 <= sure <= 1:
        raise Misused(
            Text(f"把握 {written} 不是 0 到 1 的数", f"{written} is no number from 0 to 1"),
            mend=Text("例如 sure=0.95", "For example sure=0.95"),
        )
    return sure


@router.get("/plan")
def plan(request: Request) -> Response:
    """What would be joined and to what effect: of all, or of the persons chosen; nothing is changed."""
    sees_all(request)
    asked = request.query_params
    sure, persons = _sure(asked.get("sure")), asked.getlist("person")
    who = shell_of(request).shop.identity
    try:
        told = who.plan(sure)
        chosen = who.plan(sure, persons) if persons else told
    except LinshuError as error:
        return HTMLResponse(part(request, f"{FOLDER}/parts/failed.html", error=error))
    writer = viewer_of(request).writer
    proposals = view.proposals(told.rows, writer)
    html = part(
        request,
        f"{FOLDER}/parts/plan.html",
        proposals=proposals[:MOST_SHOWN],
        more=max(0, len(proposals) - MOST_SHOWN),
        doubts=view.doubts(told.rows, writer)[:MOST_SHOWN],
        effect=chosen.meta["effect"],
        chosen=frozenset(persons),
        sure=sure,
        writer=writer,
        ratio=Unit.RATIO,
        count=Unit.COUNT,
        csrf=viewer_of(request).csrf,
    )
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


@router.post("/{deed}")
async def do(request: Request, deed: str) -> Response:
    """Join all or some, say by hand that accounts are one person or not, undo a batch."""
    sees_all(request)
    pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True)
    return await run_in_threadpool(_done, request, deed, pairs)


def _done(request: Request, deed: str, pairs: list[tuple[str, str]]) -> Response:
    given = dict(pairs)
    who = shell_of(request).shop.identity
    if deed == "join":
        persons = [value for name, value in pairs if name == "person"]
        if not persons and not given.get("all"):
            raise Invalid(
                Text("没有选中要合并的人", "no person is chosen"),
                mend=Text("先勾选，或用“全部合并”。", "Choose some, or join all."),
            )
        return _told(request, who.join(_sure(given.get("sure")), persons))
    if deed == "undo":
        who.undo(given.get("batch", ""))
        return _page(request, notice=Text("已撤销，这些账号回到合并之前", "Undone: these accounts stand as before"))
    because = given.get("because", "").strip()
    if not because:
        raise Invalid(
            Text("要写一个理由", "a reason is wanted"),
            mend=Text("例如：电话确认是同一人。", "For example: confirmed by phone."),
        )
    if deed == "link":
        return _told(request, who.link([value for name, value in pairs if name == "account"], because))
    if deed == "split":
        return _told(request, who.split(given.get("account", ""), because))
    raise Misused(Text(f"不能 {deed}", f"cannot {deed}"))


def _told(request: Request, told: Told) -> Response:
    count = told.meta["accounts"]
    said = (
        Text(f"{count} 个账号已改", f"{count} accounts changed") if count else Text("没有要改的", "Nothing to change")
    )
    return _page(request, notice=said, undo=str(told.meta["batch"]))


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx", q: str = "") -> Response:
    """The links that were searched for, as a file."""
    viewer = sees_all(request)
    say = viewer.say
    heads = (
        Text("账号", "Account"), Text("人", "Person"), Text("依据", "Evidence"), Text("把握", "How sure"), Text("说明", "Note"),
        Text("合并时间", "Joined at"), Text("批次", "Batch"),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (one["account"], one["person"], one["evidence" if viewer.language == "zh" else "evidence_en"], one["sure"], one["note"] or "", one["linked_at"] or "", one["batch"] or "")
        for one in view.found(shell_of(request).shop.identity.links().rows, q)
    ]  # fmt: skip
    columns = tuple(SheetColumn(say(head), Unit.RATIO if head.zh == "把握" else None) for head in heads)
    return download(Sheet(say(TITLE), columns, rows), form, "identity", viewer.writer)
