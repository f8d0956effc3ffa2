"""The page of the door for SQL: a statement in, its rows out, page by page or as a file."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.door import MOST_SECONDS, SECONDS
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import LinshuError, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

    from linshu.engine.shell.door import Looked

router = APIRouter(prefix="/data/sql", include_in_schema=False, dependencies=[Depends(needs("sql.ask"))])
PAGE = "domains/insight/sql/page.html"
ROWS = 100  # on a page
MOST_EXPORTED = 200_000
TIMES = (10, 30, 60, 300)
EXAMPLE = """\
SELECT paid_date, count(*) AS orders, sum(paid_fen) / 100 AS paid_yuan
FROM fct_orders
WHERE is_paid
GROUP BY paid_date
ORDER BY paid_date DESC"""
Statement = Annotated[str, Form()]
Seconds = Annotated[float, Form()]


@router.get("")
def begin(request: Request) -> Response:
    """An empty desk with an example on it."""
    return _page(request, EXAMPLE)


@router.post("")
def run(request: Request, sql: Statement = "", seconds: Seconds = SECONDS, at: Annotated[int, Form()] = 1) -> Response:
    """The rows of the statement, a page of them; what is wrong with it, and where."""
    page = max(1, at)
    try:
        found = _ask(request, sql, seconds, rows=ROWS, offset=(page - 1) * ROWS)
    except LinshuError as error:
        return _page(request, sql, seconds, error=error)
    return _page(request, sql, seconds, found=found, at=page)


@router.post("/export", dependencies=[Depends(exports)])
def export(
    request: Request, sql: Statement = "", seconds: Seconds = SECONDS, form: Annotated[str, Form()] = "csv"
) -> Response:
    """Every row as a file."""
    viewer, shell = viewer_of(request), shell_of(request)
    try:
        found = _ask(request, sql, seconds, rows=MOST_EXPORTED)
    except LinshuError as error:
        return _page(request, sql, seconds, error=error)
    table = found.table
    day = shell.today.isoformat()
    notes = (sql, f"{shell.settings.company} {day}")
    columns = tuple(SheetColumn(name) for name in table.column_names)
    sheet = Sheet(
        viewer.say(Text("查询结果", "Result")), columns, [tuple(map(_kept, row)) for row in _rows(table)], notes
    )
    return download(sheet, form, f"sql-{day}", viewer.writer)


def _ask(request: Request, sql: str, seconds: float, *, rows: int, offset: int = 0) -> Looked:
    viewer = sees_all(request)
    if not sql.strip():
        raise Misused(Text("还没有写语句", "no statement is written yet"))
    if not 0 < seconds <= MOST_SECONDS:
        raise Misused(Text(f"时限最多 {MOST_SECONDS:g} 秒", f"at most {MOST_SECONDS:g} seconds"))
    return shell_of(request).shop.door.ask(sql, by=viewer.user.account, seconds=seconds, rows=rows, offset=offset)


def _page(
    request: Request,
    sql: str,
    seconds: float = SECONDS,
    *,
    found: Looked | None = None,
    error: LinshuError | None = None,
    at: int = 1,
) -> Response:
    shell, viewer = shell_of(request), sees_all(request)
    return render(
        request,
        PAGE,
        status=error.status if error else 200,
        sql=sql.replace("\r\n", "\n"),
        seconds=seconds,
        times=TIMES,
        tables=shell.shop.door.readable(),
        history=shell.shop.door.history(viewer.user.account),
        found=found,
        rows=[[_shown(value) for value in row] for row in _rows(found.table)] if found else [],
        numeric=_numeric(found.table) if found else [],
        error=error,
        at=at,
        first=(at - 1) * ROWS + 1,
        local=shell.settings.day.local,
    )


def _rows(table: pa.Table) -> list[tuple[Any, ...]]:
    columns = [column.to_pylist() for column in table.columns]
    return list(zip(*columns, strict=True)) if columns else []


def _numeric(table: pa.Table) -> list[bool]:
    return [str(field.type).startswith(("int", "uint", "double", "float", "decimal")) for field in table.schema]


def _shown(value: Any) -> str:
    """A value as the database means it, in full; nothing is shortened here."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _kept(value: Any) -> Any:
    """A value as a spreadsheet takes it: figures stay figures, all else is text."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else _shown(value)
