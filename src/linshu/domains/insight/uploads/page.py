"""The pages of an upload: send, look, correct, mend, import, and what can be seen now."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from linshu.domains.insight.uploads import said, view
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.desk import GUESS, Asked
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import part, render
from linshu.engine.shell.sheet import KINDS
from linshu.kernel.errors import Forbidden, LinshuError, Missing, Misused, nearest
from linshu.kernel.text import Text
from linshu.standard import TABLES, table
from linshu.standard.template import write_template

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from linshu.engine.shell.desk import Course, Desk, Sheet

router = APIRouter(prefix="/data/upload", include_in_schema=False, dependencies=[Depends(needs("data.import"))])
FOLDER = "domains/insight/uploads"
TITLES = {one.name: one.title for one in TABLES}


def desk_of(request: Request) -> Desk:
    """The desk, for viewers who may see all rows."""
    if viewer_of(request).scope.restrictions():
        raise Forbidden(
            Text("您只能看自己范围内的数据，不能导入", "you see the rows of your scope only, and bring none in"),
            mend=Text("请找能看全部数据的同事。", "Ask a colleague who sees all data."),
        )
    return shell_of(request).shop.desk


def course_of(request: Request, upload_id: str) -> Course:
    """An upload of the viewer's own."""
    return desk_of(request).course(upload_id, viewer_of(request).user.account)


@router.get("")
def upload(request: Request) -> Response:
    """Where a file is dropped, and the files that wait."""
    desk = desk_of(request)
    return render(
        request,
        f"{FOLDER}/page.html",
        courses=desk.courses(viewer_of(request).user.account),
        most=desk.most_bytes,
        uses=view.USES,
        titles=TITLES,
        size_words=view.size_words,
    )


@router.post("")
async def receive(request: Request, name: str = "upload") -> Response:
    """Takes the body of the request as a file, sealed as it comes; answers with where to go on."""
    said = request.headers.get("content-length", "")
    account = viewer_of(request).user.account
    receiving = desk_of(request).receive(name, account, int(said) if said.isdecimal() else 0)
    try:
        async for chunk in request.stream():
            receiving.write(chunk)
    except BaseException:
        receiving.abandon()
        raise
    kept = await run_in_threadpool(receiving.finish)
    return JSONResponse({"href": f"/data/upload/{kept.upload_id}", "name": kept.name})


@router.get("/template/{use}.xlsx")
def template(use: str) -> Response:
    """An Excel file to fill in for one use: a sheet for each table, with examples and drop-downs."""
    found = next((one for one in view.USES if one.name == use), None)
    if found is None:
        raise Missing(
            Text(f"没有模板 {use}", f"there is no template {use}"), mend=nearest(use, [one.name for one in view.USES])
        )
    memory = io.BytesIO()
    write_template(tuple(table(name) for name in found.tables), memory, filled=True)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.title.zh)}.xlsx"}
    return Response(memory.getvalue(), media_type=KINDS["xlsx"], headers=headers)


@router.get("/{upload_id}")
def course(request: Request, upload_id: str) -> Response:
    """One file, at the step it is at."""
    return _page(request, course_of(request, upload_id))


@router.get("/{upload_id}/look")
def look(request: Request, upload_id: str) -> Response:
    """How the file would be read: the part of the page that takes a moment."""
    return HTMLResponse(_look(request, course_of(request, upload_id)), headers={"Cache-Control": "no-store"})


@router.get("/{upload_id}/progress")
def progress(request: Request, upload_id: str) -> Response:
    """How far the import is; the whole page once it is over."""
    seen = course_of(request, upload_id)
    if seen.job.phase != "running":
        return Response(status_code=204, headers={"HX-Redirect": f"/data/upload/{upload_id}"})
    html = part(request, "parts/work.html", job=seen.job)
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


@router.post("/{upload_id}/ask")
async def ask(request: Request, upload_id: str) -> Response:
    """Something else is said of a sheet: how to read it, what its columns are, how to mend it."""
    seen, form = course_of(request, upload_id), await request.form()
    if seen.job.phase == "running":
        raise Misused(Text("正在导入，不能再改", "the import runs; nothing can be changed"))
    return await run_in_threadpool(_ask, request, seen, form)


def _ask(request: Request, seen: Course, form: FormData) -> Response:
    try:
        at = int(str(form.get("sheet", "0")))
        sheets = seen.sheets()
        if not 0 <= at < len(sheets):
            raise Misused(Text("没有这个工作表", "there is no such sheet"))
        asked = _said(str(form.get("what", "")), Answered(seen, seen.asked(at), sheets[at], at, form))
        seen.ask(at, asked)
    except LinshuError as error:
        return HTMLResponse(_look(request, seen, error), headers={"Cache-Control": "no-store"})
    return HTMLResponse(_look(request, seen), headers={"Cache-Control": "no-store"})


def _said(what: str, form: Answered) -> Asked:
    """What is asked of a sheet after what a form says."""
    if what not in SAID:
        raise Misused(Text(f"不能这样改：{what}", f"nothing can be changed like that: {what}"))
    return SAID[what](form)


@dataclass(frozen=True, slots=True)
class Answered:
    """A form about a sheet."""

    course: Course
    asked: Asked
    sheet: Sheet
    at: int
    form: FormData

    def text(self, name: str) -> str:
        """One field."""
        return str(self.form.get(name, ""))

    def texts(self, name: str) -> list[str]:
        """All fields of one name."""
        return [str(each) for each in self.form.getlist(name)]


def _read_otherwise(form: Answered) -> Asked:
    table = form.text("table") if form.text("mapping") == GUESS or not form.text("mapping") else ""
    return Asked(mapping=form.text("mapping"), table=table, told=form.asked.told)


def _by_cells(form: Answered) -> Asked:
    lines = form.sheet.trial.lines if form.sheet.trial else ()
    return said.by_cells(form.asked, lines, {name: str(value) for name, value in form.form.items()})


def _without(form: Answered) -> Asked:
    rule = int(form.text("rule")) if form.text("rule").isdecimal() else None
    return said.without(form.asked, rule, form.text("cell"))


SAID: dict[str, Callable[[Answered], Asked]] = {
    "mapping": _read_otherwise,
    "columns": lambda form: said.read_as(
        form.asked, form.sheet.headings, form.texts("meaning"), form.course.meanings(form.at)
    ),
    "told": lambda form: said.told_by(form.asked, form.texts("word"), form.texts("value"), form.text("free")),
    "values": lambda form: said.by_values(form.asked, form.text("column"), form.texts("was"), form.texts("now")),
    "rule": lambda form: said.by_rule(
        form.asked, form.text("column"), form.text("how"), form.text("words"), form.text("factor")
    ),
    "cells": _by_cells,
    "drop": _without,
    "leave": lambda form: replace(form.asked, left_out=True),
    "take": lambda form: replace(form.asked, left_out=False),
}


@router.post("/{upload_id}/import")
async def begin(request: Request, upload_id: str) -> Response:
    """Begins the import; it runs on when the page is left."""
    seen, form = course_of(request, upload_id), await request.form()
    await run_in_threadpool(_begin, request, seen, form)
    return RedirectResponse(f"/data/upload/{upload_id}", status_code=303)


def _begin(request: Request, seen: Course, form: FormData) -> None:
    sheets = seen.sheets()
    if not any(one.trial and not one.left_out for one in sheets):
        raise Misused(
            Text("没有可以导入的工作表", "no sheet can be imported"),
            mend=Text("请先把列对好，或选一种读法。", "Say what its columns are first."),
        )
    for at, one in enumerate(sheets):
        if one.refused and not one.left_out:
            seen.ask(at, Asked(left_out=True))
        elif form.get("learn") and one.trial and one.lasts and (one.how == "guessed" or one.changed):
            seen.learn(at, str(form.get("name", "")).strip())
    seen.start(viewer_of(request).language)


@router.post("/{upload_id}/cancel")
def cancel(request: Request, upload_id: str) -> Response:
    """Calls the import off; the page tells once nothing of it is left."""
    course_of(request, upload_id).cancel()
    return RedirectResponse(f"/data/upload/{upload_id}", status_code=303)


@router.post("/{upload_id}/drop")
def drop(request: Request, upload_id: str) -> Response:
    """Throws the file away; nothing of it was kept."""
    desk_of(request).drop(upload_id, viewer_of(request).user.account)
    return RedirectResponse("/data/upload", status_code=303)


def _page(request: Request, seen: Course) -> Response:
    job = seen.job
    if job.phase == "done" and job.outcome:
        shop = shell_of(request).shop
        return render(
            request,
            f"{FOLDER}/done.html",
            course=seen,
            outcome=job.outcome,
            totals=view.totals(job.outcome.batches),
            titles=TITLES,
            sights=view.sights(job.outcome, shop.catalog, explore=_has(request, "explore")),
            overview=view.overview_href(job.outcome),
            counts_unit=Unit.COUNT,
        )
    if job.phase == "running":
        return render(request, f"{FOLDER}/running.html", course=seen, job=job, upload_id=seen.upload_id)
    return render(request, f"{FOLDER}/course.html", course=seen, job=job, size_words=view.size_words, steps=view.STEPS)


def _look(request: Request, seen: Course, error: LinshuError | None = None) -> str:
    shell, viewer = shell_of(request), viewer_of(request)
    try:
        sheets = seen.sheets()
    except LinshuError as refused:
        sheets, error = (), refused
    day, writer = shell.settings.day, viewer.writer

    def shown(value: Any, column: Any) -> str:
        return view.cell(value, column, writer, day)

    return part(
        request,
        f"{FOLDER}/parts/look.html",
        course=seen,
        sheets=sheets,
        error=error,
        asked=[seen.asked(at) for at in range(len(sheets))],
        meanings=[seen.meanings(at) for at in range(len(sheets))],
        mappings=seen.mappings(),
        hows=view.HOWS,
        mends=said.HOWS,
        rule_words=said.rule_words,
        near=view.near,
        tables=TABLES,
        guess=GUESS,
        cell=shown,
        button=view.import_words(sheets, writer),
        ready=any(one.trial and one.trial.rows and not one.left_out for one in sheets),
        unsure=[each for one in sheets if not one.left_out for each in one.unsure],
        doubts=any(one.doubts and not one.left_out for one in sheets),
        guessed=any((one.how == "guessed" or one.changed) and one.trial and one.lasts for one in sheets),
        writer=writer,
        csrf=viewer.csrf,
        counts_unit=Unit.COUNT,
    )


def _has(request: Request, feature: str) -> bool:
    return any(one.name == feature for domain in shell_of(request).domains for one in domain.features)
