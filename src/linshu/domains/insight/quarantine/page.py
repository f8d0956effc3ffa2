"""The pages of the quarantine: what was put aside and why, mended by rule, and taken along as a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from linshu.domains.insight.quarantine import decide, view
from linshu.engine.intake.shelf import ORDERS, Wanted
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import sees_all
from linshu.engine.shell.pages import part, render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import LinshuError, Misused, nearest
from linshu.kernel.table import Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.shell.aside import Aside
    from linshu.engine.shell.context import Shell, Viewer
    from linshu.kernel.table import Column

router = APIRouter(prefix="/data/quarantine", include_in_schema=False)
FOLDER = "domains/insight/quarantine"
TITLE = Text("隔离区", "Quarantine")
PAGE_ROWS = 50
MOST_GROUPS = 12  # before “show all”
MOST_SHOWN = 60  # cells of a preview
MOST_WORDS = 40  # texts a rule of values lists
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
        """When a batch came, by the company's clock: 11-23 14:30."""
        moment = datetime.strptime(landing_id, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
        return f"{self.shell.settings.day.local(moment):%m-%d %H:%M}"

    def said(self, row: Mapping[str, Any]) -> str:
        """A text kept in both languages, in the viewer's."""
        return str(row["zh"] if self.viewer.language == "zh" else row["en"])


def look(request: Request) -> Look:
    """Reads the address; Forbidden within a row scope: what was put aside belongs to no place yet."""
    viewer, shell, asked = sees_all(request), shell_of(request), request.query_params
    status = asked.get("status") or "open"
    if status not in view.STATES:
        raise Misused(Text(f"没有状态 {status}", f"there is no state {status}"), mend=nearest(status, view.STATES))
    sort, page = asked.get("sort") or "newest", asked.get("page") or "1"
    if sort not in ORDERS:
        raise Misused(Text(f"不能按 {sort} 排序", f"cannot sort by {sort}"), mend=nearest(sort, ORDERS))
    shape = asked.get("shape")
    wanted = Wanted(
        status, asked.get("batch", ""), asked.get("table", ""), asked.get("column", ""), asked.get("code", ""),
        None if shape is None else "" if shape == "-" else shape, asked.get("q", "").strip(),
    )  # fmt: skip
    return Look(shell, viewer, shell.shop.aside, wanted, sort, max(1, int(page)) if page.isdecimal() else 1)


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


@router.get("/export")
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


@router.get("/workbook.xlsx")
def workbook(request: Request) -> Response:
    """Every row that needs a person, in an Excel file in which it can be mended."""
    sees_all(request)
    body = shell_of(request).shop.aside.workbook()
    headers = {"Content-Disposition": 'attachment; filename="quarantine.xlsx"', "Cache-Control": "no-store"}
    return Response(body, media_type=EXCEL, headers=headers)


@router.post("/workbook")
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


@dataclass(frozen=True, slots=True)
class RuleForm:
    """A rule as it is being written on the page."""

    table: str
    column: str  # of the standard
    how: decide.How
    pairs: tuple[tuple[str, str], ...] = ()
    value: str = ""  # of `set` and `times`
    when: str = ""
    save: str = ""

    def rule(self) -> dict[str, Any] | None:
        """The rule in the words of a rule's file; None while nothing is written."""
        made: dict[str, Any] = {"column": self.column}
        if self.how in ("set", "times"):
            if not self.value:
                return None
            made[self.how] = self.value
        else:
            pairs = {word: to for word, to in self.pairs if word and (to or self.how == "replace")}
            if not pairs:
                return None
            made[self.how] = pairs
        return {**made, "when": self.when} if self.when else made


def read_form(pairs: list[tuple[str, str]]) -> RuleForm:
    """The form from an address or a body; words and what becomes of them stand in the same order."""
    given = dict(pairs)
    how = given.get("how", "units")
    if how not in decide.HOWS:
        raise Misused(Text(f"没有修法 {how}", f"there is no way {how}"), mend=nearest(how, decide.HOWS))
    words = [value.strip() for name, value in pairs if name == "word"]
    becomes = [value.strip() for name, value in pairs if name == "to"]
    return RuleForm(
        given.get("table", ""), given.get("column", ""), next(one for one in decide.HOWS if one == how),
        tuple(zip(words, becomes, strict=False)), given.get("value", "").strip(), given.get("when", "").strip(),
        given.get("save", "").strip(),
    )  # fmt: skip


@router.get("/rule")
def rule(request: Request) -> Response:
    """A rule for one column: what people wrote, what could mend it, and what it would do."""
    viewer, aside = sees_all(request), shell_of(request).shop.aside
    asked = request.query_params
    form = read_form(asked.multi_items())
    column = _column(form)
    writings = aside.writings(form.table, form.column)
    found = decide.suggest(column.kind, column.choices, writings, aside.units(form.table, form.column))
    how = form.how if "how" in asked else found[0].how if found else "set" if _empty(writings) else "replace"
    pairs = form.pairs or next((one.pairs for one in found if one.how == how), ())
    return render(
        request,
        f"{FOLDER}/rule.html",
        form=replace(form, how=how, pairs=pairs[:MOST_WORDS] if how == "values" else pairs),
        column=column,
        table_title=view.table_title(form.table),
        ways=WAYS,
        writings=writings[:12],
        more=max(0, len(writings) - 12),
        rows=sum(rows for _, _, rows in writings),
        choices=_choices(column, viewer),
        saved=tuple(aside.saved()),
        suggested={one.how: one.rows for one in found},
        units=tuple(aside.units(form.table, form.column)),
        kind_words=view.kind_words(column.kind),
    )


WAYS: dict[str, Text] = {
    "units": Text("换算单位", "Convert units"),
    "values": Text("整格替换", "Whole cells"),
    "replace": Text("替换文字", "Parts of cells"),
    "times": Text("乘以", "Multiply"),
    "set": Text("都填成", "Set all"),
}


def _empty(writings: list[tuple[str, str, int]]) -> bool:
    return any(code == "missing" for _, code, _ in writings)


def _choices(column: Column, viewer: Viewer) -> list[tuple[str, str]]:
    """What may stand in the column: value and title; empty where anything may."""
    if column.kind is Kind.BOOL:
        return [(value, zh if viewer.language == "zh" else en) for value, zh, en in decide.YES_NO]
    return [(one.value, viewer.say(one.title)) for one in column.choices]


def _column(form: RuleForm) -> Column:
    found = view.column_of(form.table, form.column)
    if found is None:
        names = [one.name for one in getattr(view.BY_NAME.get(form.table), "columns", ())]
        raise Misused(
            Text(f"标准里没有列 {form.table}.{form.column}", f"the standard has no column {form.table}.{form.column}"),
            mend=nearest(form.column, names),
        )
    return found


@router.get("/rule/preview")
def preview(request: Request) -> Response:
    """What the rule would do: before and after of every cell, nothing changed."""
    sees_all(request)
    return HTMLResponse(_preview(request, read_form(request.query_params.multi_items())))


def _preview(request: Request, form: RuleForm) -> str:
    asked = form.rule()
    if asked is None:
        return part(request, f"{FOLDER}/parts/preview.html", told=None, rows=(), error=None)
    try:
        told = shell_of(request).shop.aside.repair(asked)
    except LinshuError as error:
        return part(request, f"{FOLDER}/parts/preview.html", told=None, rows=(), error=error)
    changes = view.changes(told.rows)
    return part(
        request,
        f"{FOLDER}/parts/preview.html",
        told=told.meta,
        rows=changes[:MOST_SHOWN],
        looked=len(told.rows),
        error=None,
    )


@router.post("/rule")
async def apply_rule(request: Request) -> Response:
    """Mend by the rule: the mended rows come in as batches of their own, which can be undone."""
    sees_all(request)
    form = read_form(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    return await run_in_threadpool(_applied, request, form)


def _applied(request: Request, form: RuleForm) -> Response:
    asked = form.rule()
    if asked is None:
        raise Misused(
            Text("规则是空的", "the rule is empty"), mend=Text("请先写一条修法。", "Write a way to mend first.")
        )
    told = shell_of(request).shop.aside.repair(asked, apply=True, save=form.save, by=viewer_of(request).user.account)
    return render(request, f"{FOLDER}/done.html", told=told.meta, onward=f"/data/quarantine{view.address(Wanted())}")


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


@router.post("/row")
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


@router.post("/dismiss")
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


@router.post("/restore")
async def restore(request: Request) -> Response:
    """Take a dismissal back."""
    viewer = sees_all(request)
    given = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    aside = shell_of(request).shop.aside
    await run_in_threadpool(aside.restore, given.get("batch", ""), by=viewer.user.account)
    said = Text("已恢复，这些行又在待处理里", "Taken back: these rows are to be mended again")
    return await run_in_threadpool(_page, request, notice=said)
