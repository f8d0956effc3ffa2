"""The board of freshness and quality as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from linshu.domains.insight.arrivals.view import source_title
from linshu.domains.insight.quality import view
from linshu.domains.insight.quality.flow import Board, board
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of
from linshu.engine.shell.gate import sees_all
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.domains.insight.quality.flow import TableLine

router = APIRouter(prefix="/data/quality", include_in_schema=False)
FOLDER = "domains/insight/quality"
TITLE = Text("新鲜与质量", "Freshness & quality")


def _board(request: Request) -> Board:
    """The board of this version of the data; kept for a moment, as many look at it."""
    shell = shell_of(request)
    key = ("quality board", shell.today)
    return shell.parts.get(key, shell.shop.data_version, lambda: board(shell.shop.pulse(), shell.today))


@router.get("")
def quality(request: Request, table: str = "") -> Response:
    """Sources, tables, checks and their history; one table's days where it is asked for."""
    viewer, shell = sees_all(request), shell_of(request)
    found = _board(request)
    chosen = _chosen(found, table)
    return render(
        request,
        f"{FOLDER}/page.html",
        board=found,
        states=view.STATES,
        tones=view.TONES,
        titled=view.table_title,
        source_title=source_title,
        spark=view.spark,
        local=shell.settings.day.local,
        chosen=chosen,
        days_chart=view.days_chart(chosen, viewer.writer) if chosen else None,
        backlog_chart=view.backlog_chart(found, viewer.writer),
        bad_chart=view.bad_chart(found, viewer.writer),
        counts=Unit.COUNT,
        ratio=Unit.RATIO,
        models=tuple(dict.fromkeys(one.model for one in found.checks)),
    )


def _chosen(found: Board, table: str) -> TableLine | None:
    """The table whose days are drawn: the one asked for, or the busiest that has days."""
    if not table:
        return max((one for one in found.tables if len(one.by_day) > 1), key=lambda one: one.rows, default=None)
    known = {one.table: one for one in found.tables if one.by_day}
    if table not in known:
        raise Missing(
            Text(f"没有按天的表 {table}", f"there is no table by day called {table}"), mend=nearest(table, known)
        )
    return known[table]


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The tables of the board as a file."""
    viewer = sees_all(request)
    say = viewer.say
    heads = (
        Text("表", "Table"), Text("名称", "Name"), Text("状态", "State"), Text("原因", "Why"), Text("来源", "Sources"), Text("行数", "Rows"),
        Text("最新一天", "Newest day"), Text("最新批次", "Newest batch"), Text("缺的天", "Empty days"), Text("待修行", "Rows to mend"),
    )  # fmt: skip
    rows = [
        (
            one.table, say(view.table_title(one.table)), say(view.STATES[one.verdict.state]), "；".join(say(each) for each in one.verdict.reasons),
            ", ".join(one.sources), one.rows, str(one.newest_day or ""), one.landing_id, ", ".join(map(str, one.gaps)), one.waiting,
        )
        for one in _board(request).tables
    ]  # fmt: skip
    units = {"行数": Unit.COUNT, "待修行": Unit.COUNT}
    columns = tuple(SheetColumn(say(head), units.get(head.zh)) for head in heads)
    return download(Sheet(say(TITLE), columns, rows), form, "quality", viewer.writer)
