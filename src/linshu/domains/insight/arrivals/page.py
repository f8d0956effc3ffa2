"""The pages of arrivals: where one stands, the list of batches, one batch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from linshu.domains.insight.arrivals import view
from linshu.engine.intake.batches import KINDS, STATES, Wanted
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import exports, note
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import anyone
from linshu.engine.shell.menu import menu
from linshu.engine.shell.pages import part, render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import Forbidden
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.shell.context import Shell
    from linshu.engine.shell.desk import Desk

router = APIRouter(prefix="/data", include_in_schema=False)
FOLDER = "domains/insight/arrivals"
MINE = anyone("whoever brought the batch may take it back; the page itself asks")


def desk_of(request: Request) -> Desk:
    """The desk, for viewers who may see all rows: what a batch holds is not cut by a scope."""
    if viewer_of(request).scope.restrictions():
        raise Forbidden(
            Text("您只能看自己范围内的数据，看不到整个批次", "you see the rows of your scope only, not whole batches"),
            mend=Text("请找能看全部数据的同事。", "Ask a colleague who sees all data."),
        )
    return shell_of(request).shop.desk


@router.get("")
def home(request: Request) -> Response:
    """Where one stands with the company's data, and what to do next."""
    shell, viewer, desk = shell_of(request), viewer_of(request), desk_of(request)
    files, counted = desk.batches(Wanted(kind="file", limit=5))
    # Files first: what other systems send by the minute would push them out.
    recent = files if counted else desk.batches(Wanted(limit=5))[0]
    counts = [desk.batches(Wanted(state=state, limit=0))[1] for state in ("", "open", "waiting")]
    names = names_of(shell)
    there = {item.path for group in menu(shell.active, viewer.user) for item in group.items}
    return render(
        request,
        f"{FOLDER}/home.html",
        next=view.next_step(*counts),
        cards=[one for one in view.cards(counts[0], counts[1]) if one.href in there],
        rows=[view.batch_row(row, names, shell.settings.day, viewer.writer) for row in recent.to_pylist()],
        with_sources="/data/quality" in there and counts[0] > 0,
        counts_unit=Unit.COUNT,
    )


@router.get("/batches")
def batches(request: Request) -> Response:
    """Every batch: who, when, what, and what became of its rows; filtered, sorted, page by page."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.wanted(request.query_params)
    rows, total = desk_of(request).batches(asked)
    names = names_of(shell)
    return render(
        request,
        f"{FOLDER}/batches.html",
        rows=[view.batch_row(row, names, shell.settings.day, viewer.writer) for row in rows.to_pylist()],
        total=total,
        asked=asked,
        address=view.address,
        counted=view.COUNTED,
        kinds=KINDS,
        states=STATES,
        filtered=bool(view.filter_words(asked, viewer.writer)),
        page_number=asked.offset // view.PAGE_ROWS + 1,
        pages=-(-total // view.PAGE_ROWS),
        counts_unit=Unit.COUNT,
    )


@router.get("/batches/export", dependencies=[Depends(exports)])
def export_batches(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same filters and order, every row."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.wanted(request.query_params)
    rows, _ = desk_of(request).batches(replace(asked, limit=view.MOST_EXPORTED, offset=0))
    names, say = names_of(shell), viewer.say
    listed = [view.batch_row(row, names, shell.settings.day, viewer.writer) for row in rows.to_pylist()]
    heads = (
        Text("批次", "Batch"), Text("时间", "When"), Text("谁", "Who"), Text("文件或表", "File or tables"),
        Text("来源", "Source"), Text("种类", "Kind"), Text("映射", "Mapping"), Text("状态", "State"),
    )  # fmt: skip
    sheet = Sheet(
        say(Text("导入批次", "Batches")),
        (*(SheetColumn(say(one)) for one in heads), *(SheetColumn(say(one), Unit.COUNT) for _, _, one in view.COUNTED)),
        [
            (one.landing_id, one.at_full, one.by, one.name, one.source, say(one.kind), one.mapping, say(one.state), *one.counts)
            for one in listed
        ],
        notes=view.filter_words(asked, viewer.writer),
    )  # fmt: skip
    return download(sheet, form, f"batches-{shell.today}", viewer.writer)


@router.get("/batches/{landing_id}")
def batch(request: Request, landing_id: str) -> Response:
    """One batch: counts by table, what was found out about its file, its problems, its lines that are no data."""
    shell, viewer = shell_of(request), viewer_of(request)
    found = desk_of(request).batch(landing_id)
    names = names_of(shell)
    return render(
        request,
        f"{FOLDER}/batch.html",
        batch=view.batch_row(found, names, shell.settings.day, viewer.writer),
        found=found,
        counted=view.COUNTED,
        may_undo=found["form"] not in {"word", "erasure"}
        and found["status"] == "merged"
        and (viewer.may("data.undo") or found["brought_by"] == viewer.user.account),
        tables=[(view.TITLES.get(name, Text(name, name)), name, count) for name, count in found["by_table"].items()],
        counts_unit=Unit.COUNT,
    )


@router.get("/batches/{landing_id}/undo")
def ask_undo(request: Request, landing_id: str) -> Response:
    """Before a batch is taken back: what goes, what changes back, how long it takes."""
    found = _undoable(request, landing_id)
    job, row = desk_of(request).undoing(landing_id).job, _row(request, found)
    if job.phase == "running":
        return render(request, f"{FOLDER}/undoing.html", batch=row, job=job)
    if job.phase == "done" and job.outcome:
        metrics = shell_of(request).shop.catalog.metrics
        return render(
            request,
            f"{FOLDER}/undone.html",
            batch=row,
            found=found,
            outcome=job.outcome,
            metrics=metrics,
            counts_unit=Unit.COUNT,
        )
    if found["status"] == "withdrawn":
        return RedirectResponse(f"/data/batches/{landing_id}", status_code=303)
    return render(
        request,
        f"{FOLDER}/undo.html",
        batch=row,
        found=found,
        job=job,
        seconds=max(1, round(desk_of(request).seconds(landing_id))),
    )


@router.get("/batches/{landing_id}/effect")
def effect(request: Request, landing_id: str) -> Response:
    """What taking a batch back would do: the part of the page that takes a moment."""
    _undoable(request, landing_id)
    desk = desk_of(request)
    effects, touched = desk.effect(landing_id), desk.touched(landing_id)
    html = part(
        request, f"{FOLDER}/parts/effect.html", effects=effects, titles=view.TITLES, touched=touched,
        metrics=shell_of(request).shop.catalog.metrics,
        writer=viewer_of(request).writer, counts_unit=Unit.COUNT,
    )  # fmt: skip
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


@router.post("/batches/{landing_id}/undo", dependencies=[Depends(MINE)])
def undo(request: Request, landing_id: str, why: Annotated[str, Form()] = "") -> Response:
    """Begins to take the batch back, as if it had never come; it runs on when the page is left, and once only."""
    _undoable(request, landing_id)
    note(request, "batch.undo", f"batch:{landing_id}")
    viewer = viewer_of(request)
    desk_of(request).undoing(landing_id).start(viewer.user.account, why.strip(), viewer.language)
    return RedirectResponse(f"/data/batches/{landing_id}/undo", status_code=303)


@router.get("/batches/{landing_id}/undo/progress")
def undo_progress(request: Request, landing_id: str) -> Response:
    """How far it is; the whole page once it is over."""
    _undoable(request, landing_id)
    job = desk_of(request).undoing(landing_id).job
    if job.phase != "running":
        return Response(status_code=204, headers={"HX-Redirect": f"/data/batches/{landing_id}/undo"})
    return HTMLResponse(part(request, "parts/work.html", job=job), headers={"Cache-Control": "no-store"})


@router.post("/batches/{landing_id}/undo/cancel", dependencies=[Depends(MINE)])
def cancel_undo(request: Request, landing_id: str) -> Response:
    """Calls it off: the batch stays."""
    _undoable(request, landing_id)
    desk_of(request).undoing(landing_id).cancel()
    return RedirectResponse(f"/data/batches/{landing_id}/undo", status_code=303)


def _undoable(request: Request, landing_id: str) -> dict[str, Any]:
    """The batch, when this viewer may take it back: whoever brought it, and those who answer for the data."""
    found, user = desk_of(request).batch(landing_id), viewer_of(request).user
    if not user.may("data.undo") and found["brought_by"] != user.account:
        raise Forbidden(
            Text(
                "只有导入的人和有“撤销批次”权限的人能撤销这个批次",
                "only who brought it and who is allowed to undo batches may undo it",
            ),
            mend=Text("请找他们来撤销。", "Ask one of them."),
        )
    return found


def _row(request: Request, found: dict[str, Any]) -> view.BatchRow:
    shell = shell_of(request)
    return view.batch_row(found, names_of(shell), shell.settings.day, viewer_of(request).writer)


def names_of(shell: Shell) -> dict[str, str]:
    """People's names by account."""
    return {one.account: one.name for one in shell.users.all()}
