"""The pages of the quarantine: what was put aside and why, mended row by row, left aside, and taken along as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from linshu.domains.insight.quarantine import rule_page, view
from linshu.engine.intake.shelf import ORDERS, Wanted
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.listing import choice_in, page_in, words_in
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.shell.aside import Aside
    from linshu.engine.shell.context import Shell, Viewer

router = APIRouter(prefix="/data/quarantine", include_in_schema=False)
router.include_router(rule_page.router)
FOLDER = "domains/insight/quarantine"
MENDS = Depends(needs("data.mend"))
TITLE = Text("隔离区", "Quarantine")
PAGE_ROWS = 50
MOST_GROUPS = 12  # before “show all”
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the quarantine: who looks, at which rows, in which order."""

    shell: Shell
    viewer: Viewer
    aside: Aside
    wanted: Wanted
    sort: str
    page: int

    def address(self, **changes: str | None) -> str:
        """The page's address with some parts changed."""
        return view.address(self.wanted, sort=self.sort, **changes)

    def arrived(self, landing_id: str) -> str:
        """When a batch came, by the company's clock: 11月23日 14:30."""
        moment = datetime.strptime(landing_id, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
        return self.viewer.writer.moment(self.shell.settings.day.local(moment))

    def said(self, row: Mapping[str, Any]) -> str:
        """A text kept in both languages, in the viewer's."""
        return str(row["zh"] if self.viewer.language == "zh" else row["en"])


def look(request: Request) -> Look:
    """Reads the address; Forbidden within a row scope: what was put aside belongs to no place yet."""
    viewer, shell, asked = sees_all(request), shell_of(request), request.query_params
    status, sort = choice_in(asked, "status", view.STATES, "open"), choice_in(asked, "sort", ORDERS, "newest")
    shape = asked.get("shape")
    wanted = Wanted(
        status, asked.get("batch", ""), asked.get("table", ""), asked.get("column", ""), asked.get("code", ""),
        None if shape is None else "" if shape == "-" else shape, words_in(asked),
    )  # fmt: skip
    return Look(shell, viewer, shell.shop.aside, wanted, sort, page_in(asked))


@router.get("")
def quarantine(request: Request, every: bool = False) -> Response:
    """What was put aside: the same problem over many rows first, the rows beneath."""
    return _page(request, every=every)


def _page(request: Request, *, every: bool = False, notice: Text | None = None, undo: str = "") -> Response:
    seen = look(request)
    groups = seen.aside.groups(seen.wanted)
    rows, total = seen.aside.rows(
        seen.wanted, order=seen.sort, limit=PAGE_ROWS, offset=(seen.page - 1) * PAGE_ROWS
    )  # fmt: skip
    response = render(
        request,
        f"{FOLDER}/page.html",
        look=seen,
        counts=seen.aside.counts(),
        states=view.STATES,
        tones=view.TONES,
        groups=[_group(seen, one) for one in (groups if every else groups[:MOST_GROUPS])],
        more_groups=0 if every else max(0, len(groups) - MOST_GROUPS),
        rows=[_row(seen, one) for one in rows],
        total=total,
        pages=-(-total // PAGE_ROWS),
        facets=_facets(seen),
        sorts=SORTS,
        notice=notice,
        undo=undo,
        mendable=seen.wanted.status == "open",
        leavable=seen.wanted.status in ("open", "waiting"),
        people={one.account: one.name for one in seen.shell.users.all()} if seen.wanted.status == "dismissed" else {},
    )
    if request.method == "GET":  # a form names every part; the address keeps only those that say something
        here = seen.address(page=str(seen.page) if seen.page > 1 else None, every="true" if every else None)
        response.headers["HX-Push-Url"] = f"{router.prefix}{here if here != '?' else ''}"
    return response


SORTS = {
    "newest": Text("最新批次在前", "Newest batch first"),
    "oldest": Text("最早批次在前", "Oldest batch first"),
    "column": Text("按表和列", "By table and column"),
    "original": Text("按原文", "By what it says"),
}


def _group(seen: Look, row: Mapping[str, Any]) -> view.Group:
    say, table, column, code = seen.viewer.say, row["table_name"], row["column_name"], row["code"]
    mendable = seen.wanted.status == "open" and code in view.MENDABLE and column
    rule = f"/data/quarantine/rule{view.address(Wanted(table=table, column=column))}" if mendable else ""
    return view.Group(
        row["rows"],
        say(view.sentence(row)),
        say(view.table_title(table)),
        tuple(row["said"] or ()) if not row["shape"] or "#" in row["shape"] else (),
        row["batches"],
        seen.address(table=table, column=column, code=code, shape=row["shape"] or "-", page=None),
        rule,
    )


def _row(seen: Look, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it is printed: its problems as sentences, and where it came from."""
    problems = [{**one, "said": seen.said(one), "title": seen.viewer.say(view.table_title(one["table_name"]))}
                for one in row["problems"]]  # fmt: skip
    status = next((name for name in ("open", "waiting", "dismissed", "settled", "aside")
                   if any(one["status"] == name for one in problems)), "open")  # fmt: skip
    settled = next((one["settled_by"] for one in problems if one["settled_by"]), "")
    return {**row, "problems": problems, "status": status, "settled_by": settled}


def _facets(seen: Look) -> dict[str, list[tuple[str, str, int]]]:
    """What can be chosen: value, title, rows."""
    found, say = seen.aside.facets(seen.wanted.status), seen.viewer.say
    columns: dict[str, tuple[str, int]] = {}
    for row in found["column"]:
        if row["column_name"] and (not seen.wanted.table or row["table_name"] == seen.wanted.table):
            name = say(view.column_title(row["table_name"], row["column_name"]))
            columns[row["column_name"]] = (name, columns.get(row["column_name"], ("", 0))[1] + row["rows"])
    return {
        "batch": [(row["landing_id"], _batch_title(seen, row), row["rows"]) for row in found["batch"]],
        "table": [(row["table_name"], say(view.table_title(row["table_name"])), row["rows"]) for row in found["table"] if row["table_name"]],
        "column": [(name, title, rows) for name, (title, rows) in columns.items()],
        "code": [(row["code"], say(view.code_title(row["code"])), row["rows"]) for row in found["code"]],
    }  # fmt: skip


def _batch_title(seen: Look, row: Mapping[str, Any]) -> str:
    """A batch by its file or source, and when it came: 订单.xlsx · 11-23 14:30."""
    return f"{row['file_name'] or row['source'] or row['landing_id']} · {seen.arrived(row['landing_id'])}"


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """Exactly the rows that are filtered, one line for each problem."""
    seen = look(request)
    rows, _ = seen.aside.rows(seen.wanted, order=seen.sort, limit=None)
    say = seen.viewer.say
    heads = (
        Text("状态", "State"), Text("文件或来源", "File or source"), Text("批次", "Batch"), Text("行标识", "Row"),
        Text("表", "Table"), Text("编号", "Key"), Text("列", "Column"), Text("原文", "Says"), Text("问题", "Problem"),
    )  # fmt: skip
    lines = [
        (
            say(view.STATES.get(one["status"], Text(one["status"], one["status"]))), row["file_name"] or row["source"] or "",
            row["landing_id"], row["mark"], say(view.table_title(one["table_name"])), row["key_text"] or "",
            one["source_column"] or say(view.column_title(one["table_name"], one["column_name"])), one["original"] or "", seen.said(one),
        )
        for row in rows for one in row["problems"]
    ]  # fmt: skip
    sheet = Sheet(say(TITLE), tuple(SheetColumn(say(head)) for head in heads), lines, notes=tuple(_said_filters(seen)))
    return download(sheet, form, f"quarantine-{seen.wanted.status}", seen.viewer.writer)


def _said_filters(seen: Look) -> list[str]:
    said = (seen.viewer.say(view.STATES[seen.wanted.status]), seen.wanted.batch, seen.wanted.table, seen.wanted.column,
            seen.wanted.code, seen.wanted.shape or "", seen.wanted.words)  # fmt: skip
    return [one for one in said if one]


@router.get("/workbook.xlsx", dependencies=[Depends(exports)])
def workbook(request: Request) -> Response:
    """Every row that needs a person, in an Excel file in which it can be mended."""
    sees_all(request)
    body = shell_of(request).shop.aside.workbook()
    headers = {"Content-Disposition": 'attachment; filename="quarantine.xlsx"', "Cache-Control": "no-store"}
    return Response(body, media_type=EXCEL, headers=headers)


@router.post("/workbook", dependencies=[MENDS])
async def mended_workbook(request: Request, name: str = "quarantine.xlsx") -> Response:
    """Take the mended file in as the body of the request: sealed as it comes, its changed rows brought back."""
    viewer, aside = sees_all(request), shell_of(request).shop.aside
    said = request.headers.get("content-length", "")
    receiving = aside.receive(name, viewer.user.account, int(said) if said.isdecimal() else 0)
    try:
        async for chunk in request.stream():
            receiving.write(chunk)
    except BaseException:
        receiving.abandon()
        raise
    told = await run_in_threadpool(aside.replay, receiving, viewer.user.account)
    return render(request, f"{FOLDER}/done.html", told=told.meta, onward="/data/quarantine")


@router.get("/row")
def row(request: Request, mark: str) -> Response:
    """One row in place: the cells with a problem first, the others beneath."""
    sees_all(request)
    return _editor(request, mark)


def _editor(
    request: Request, mark: str, *, error: LinshuError | None = None, tried: Mapping[str, str] | None = None
) -> Response:
    aside, writer = shell_of(request).shop.aside, viewer_of(request).writer
    found = aside.row(mark)
    problems = [one for each in aside.rows(Wanted(mark=mark))[0] for one in each["problems"]]
    shown = {**found["cells"], **(tried or {})}
    return render(
        request,
        f"{FOLDER}/row.html",
        row_mark=mark,
        file=found["file"],
        cells=view.cells(shown, problems, writer),
        whole=view.unplaced(found["cells"], problems, writer),
        error=error,
    )


@router.post("/row", dependencies=[MENDS])
async def mend_row(request: Request) -> Response:
    """Bring the row back with its cells as they stand in the form; what is still wrong is shown in its place."""
    sees_all(request)
    pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True)
    return await run_in_threadpool(_mended, request, pairs)


def _mended(request: Request, pairs: list[tuple[str, str]]) -> Response:
    given = dict(pairs)
    aside, mark = shell_of(request).shop.aside, given.get("mark", "")
    before = aside.row(mark)["cells"]
    cells = {name[5:]: value for name, value in pairs if name.startswith("cell:")}
    changed = {name: value for name, value in cells.items() if value != (before.get(name) or "")}
    try:
        told = aside.mend(mark, changed, by=viewer_of(request).user.account)
    except LinshuError as error:
        return _editor(request, mark, error=error, tried=cells)
    (batch,) = told.meta["batches"]
    again, _ = aside.rows(Wanted(batch=batch["landing_id"]))
    if again:  # mended in part: what is left stands in the new batch
        return _editor(request, again[0]["mark"])
    return render(request, f"{FOLDER}/mended.html", row_mark=mark, batch=batch)


@router.post("/dismiss", dependencies=[MENDS])
async def dismiss(request: Request) -> Response:
    """Leave the chosen rows aside for good, or all that are filtered."""
    sees_all(request)
    pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True)
    return await run_in_threadpool(_dismissed, request, pairs)


def _dismissed(request: Request, pairs: list[tuple[str, str]]) -> Response:
    given, seen = dict(pairs), look(request)
    marks = [value for name, value in pairs if name == "mark"]
    if given.get("every"):
        marks = [one["mark"] for one in seen.aside.rows(seen.wanted, limit=None)[0]]
    told = seen.aside.dismiss(marks, given.get("because", ""), by=seen.viewer.user.account)
    said = Text(f"{len(marks)} 行不再处理", f"{len(marks)} rows are left aside")
    return _page(request, notice=said, undo=str(told.meta["batch"]))


@router.post("/restore", dependencies=[MENDS])
async def restore(request: Request) -> Response:
    """Take a dismissal back."""
    viewer = sees_all(request)
    given = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    aside = shell_of(request).shop.aside
    await run_in_threadpool(aside.restore, given.get("batch", ""), by=viewer.user.account)
    said = Text("已恢复，这些行又在待处理里", "Taken back: these rows are to be mended again")
    return await run_in_threadpool(_page, request, notice=said)
