"""The pages of live events: how many come and how fast they are seen, and the dead letters with what to do about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from linshu.domains.insight.events import view
from linshu.engine.events.problem import CODES
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import actor_of, exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import LinshuError, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.events.desk import EventDesk, Letter

router = APIRouter(prefix="/data/events", include_in_schema=False)
FOLDER = "domains/insight/events"
TITLE = Text("实时事件", "Live events")
MENDS = Depends(needs("data.mend"))
VALUE = "value:"  # before the place in an event, in the form that mends it


def desk_of(request: Request) -> EventDesk:
    """The desk of live events."""
    desk = shell_of(request).events
    if desk is None:
        raise Unavailable(Text("这里不收实时事件", "no live events are taken here"))
    return desk


@router.get("")
def events(request: Request) -> Response:
    """How many come by the minute, how late they are seen, and what could not be taken in."""
    viewer, asked = viewer_of(request), view.read(request.query_params)
    desk, account = desk_of(request), viewer.user.account
    letters, total = desk.letters(asked.wanted(), account, viewer.scope)
    return render(
        request,
        f"{FOLDER}/events.html",
        asked=asked,
        rows=[_row(request, one) for one in letters],
        total=total,
        pages=-(-total // view.PAGE_ROWS),
        counts=desk.counts(account, viewer.scope),
        tabs=view.TABS,
        codes=CODES,
        kinds=desk.kinds,
        may=viewer.may("data.mend"),
        whole=not viewer.scope.restrictions(),
        **_pulse(request),
    )


@router.get("/pulse", dependencies=[Depends(sees_all)])
def pulse(request: Request) -> Response:
    """The counts alone, for the page to show anew when events came."""
    return render(request, f"{FOLDER}/pulse.html", **_pulse(request))


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The dead letters of the filter as a file: what is wrong with each, never what it holds."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.read(request.query_params)
    desk, say = desk_of(request), viewer.say
    letters, _ = desk.letters(asked.wanted(every=True), viewer.user.account, viewer.scope)
    heads = (
        Text("死信", "Dead letter"), Text("来到", "Came"), Text("编号", "Id"), Text("种类", "Type"), Text("来源", "Source"),
        Text("原因", "Cause"), Text("问题", "Problems"), Text("状态", "State"), Text("谁发的", "Sent by"),
        Text("谁处理的", "Settled by"), Text("为什么", "Why"),
    )  # fmt: skip
    rows = [_row(request, one) for one in letters]
    lines = [
        (one.letter.dead_id, one.when, one.letter.event_id, say(one.title), one.letter.source, say(one.code),
         " ".join(f"{say(each.place)}：{say(each.words)}" for each in one.wrong), say(one.state), one.by,
         one.settled_by, one.letter.why)
        for one in rows
    ]  # fmt: skip
    sheet = Sheet(say(Text("死信", "Dead letters")), tuple(SheetColumn(say(one)) for one in heads), lines)
    return download(sheet, form, f"dead-letters-{shell.today}", viewer.writer)


@router.get("/{dead_id}", dependencies=[MENDS])
def letter(request: Request, dead_id: str) -> Response:
    """One dead letter: what is wrong, a place to write what is right, and what it holds, masked."""
    return _letter(request, dead_id)


@router.post("/{dead_id}/mend", dependencies=[MENDS])
async def mend(request: Request, dead_id: str) -> Response:
    """Sends it again with what was written; what is still wrong is shown."""
    form = await request.form()
    changes = {name.removeprefix(VALUE): str(value) for name, value in form.items() if name.startswith(VALUE) and value}
    path, value = str(form.get("path", "")).strip(), str(form.get("new", ""))
    if path:
        changes[path] = value
    try:
        done = desk_of(request).mend(actor_of(request), dead_id, changes, viewer_of(request).scope)
    except LinshuError as error:
        return _letter(request, dead_id, error)
    if done.status == "dead":
        return _letter(request, dead_id, still=True)
    return RedirectResponse("/data/events?state=mended", status_code=303)


@router.post("/dismiss", dependencies=[MENDS])
async def dismiss(request: Request) -> Response:
    """Nobody will mend these; what they held is destroyed."""
    form = await request.form()
    ids = [str(one) for one in form.getlist("id")]
    desk_of(request).dismiss(actor_of(request), ids, str(form.get("why", "")), viewer_of(request).scope)
    return RedirectResponse(f"/data/events{view.read(request.query_params).address()}", status_code=303)


def _letter(request: Request, dead_id: str, error: LinshuError | None = None, *, still: bool = False) -> Response:
    viewer, desk = viewer_of(request), desk_of(request)
    found = desk.letter(dead_id, viewer.user.account, viewer.scope)
    return render(
        request,
        f"{FOLDER}/letter.html",
        row=_row(request, found),
        content=desk.content(found),
        mendable=view.mendable,
        error=error,
        still=still,
        value=VALUE,
    )


def _row(request: Request, letter: Letter) -> view.Row:
    shell = shell_of(request)
    names = {one.account: one.name for one in shell.users.all()}
    return view.row(letter, desk_of(request).kinds, shell.settings.day, names, viewer_of(request).writer)


def _pulse(request: Request) -> dict[str, Any]:
    """What is told of the whole company's events; nothing within a row scope."""
    shell, viewer, desk = shell_of(request), viewer_of(request), desk_of(request)
    if viewer.scope.restrictions():
        return {"pulse": None}
    found, now = desk.pulse(), shell.now()
    since = found.waiting_since
    return {
        "pulse": found, "bars": view.bars(found, now), "by_kind": view.by_kind(found, desk.kinds),
        "local": shell.settings.day.local, "unit": Unit.COUNT, "slow": view.SLOW,
        "waits": (now - since).total_seconds() if since else 0.0,
    }  # fmt: skip
