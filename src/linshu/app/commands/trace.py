"""Tracing a figure back: where it comes from, and the rows behind it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linshu.app import call
from linshu.app.answer import Answer
from linshu.app.commands.ask import days
from linshu.engine.metrics import dialects
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

app = typer.Typer()
_NAMES = "指标名，逗号分隔 · metrics"
_BY = "按什么分组，逗号分隔 · dimensions"
_FROM, _TO = "起始公司日 · first company day", "截止公司日，含 · last company day"
_WHERE = "筛选，可重复 · filter, repeatable"


@app.command()
def lineage(  # noqa: PLR0913, PLR0917 the parts of a question, each an option
    ctx: typer.Context,
    names: Annotated[str, typer.Argument(help=_NAMES)],
    by: Annotated[str, typer.Option(help=_BY)] = "",
    start: Annotated[str | None, typer.Option("--from", help=_FROM)] = None,
    end: Annotated[str | None, typer.Option("--to", help=_TO)] = None,
    grain: Annotated[str | None, typer.Option(help="hour day week month quarter year")] = None,
    where: Annotated[list[str] | None, typer.Option(help=_WHERE)] = None,
    sql: Annotated[
        str, typer.Option(help="只输出 SQL：duckdb spark clickhouse postgres · print the SQL alone, in that dialect")
    ] = "",
) -> None:
    """查一个数从哪里来：表、模型、文件、SQL · Where a figure comes from: tables, models, files, SQL."""
    this = call.of(ctx)
    with this.shop() as shop:
        first, last = days(this.project.settings, start, end)
        answer = shop.lineage(names, by, start=first, end=last, grain=grain, where=where or None)
    if sql:
        sys.stdout.write(statement(answer.meta["sql"], sql) + "\n")
        return
    if this.as_json:
        this.show(answer)
        return
    what = "what" if this.language == "zh" else "what_en"
    this.show_rows({name: row[name] for name in ("table", "level", what, "reads")} for row in answer.rows)
    this.show_rows(answer.meta["batches"])


def statement(written: Mapping[str, str], dialect: str) -> str:
    """The SQL in that dialect; Misused names the dialects there are."""
    return written[dialects.checked(dialect)]


@app.command()
def rows(  # noqa: PLR0913, PLR0917 the parts of a question, each an option
    ctx: typer.Context,
    names: Annotated[str, typer.Argument(help=_NAMES)],
    by: Annotated[str, typer.Option(help=_BY)] = "",
    start: Annotated[str | None, typer.Option("--from", help=_FROM)] = None,
    end: Annotated[str | None, typer.Option("--to", help=_TO)] = None,
    where: Annotated[list[str] | None, typer.Option(help=_WHERE)] = None,
    of: Annotated[str, typer.Option(help="公式里的哪一个指标 · which part of a formula")] = "",
    limit: Annotated[int, typer.Option(help="每页多少行 · rows of a page")] = 100,
    offset: Annotated[int, typer.Option(help="跳过多少行 · rows to skip")] = 0,
    save: Annotated[Path | None, typer.Option(help="写到文件：.xlsx .csv .parquet · write to a file")] = None,
) -> None:
    """看一个数背后的明细行，连同来源文件与行号 · The rows behind a figure, with the file and row each came from."""
    this = call.of(ctx)
    with this.shop() as shop:
        first, last = days(this.project.settings, start, end)
        answer = shop.rows(
            names, by, start=first, end=last, where=where or None, of=of, limit=limit, offset=offset
        )  # fmt: skip
        if save:
            this.show(shop.export(answer, save))
        else:
            this.show(answer if this.as_json else _brief(answer))
    told = answer.meta
    shown = f"{offset + 1}–{offset + len(answer)}" if len(answer) else "0"
    this.say(
        Text(
            f"{told['table']} 共 {told['total']} 行，这里是 {shown}",
            f"{told['table']}: {told['total']} rows, {shown} shown",
        )
    )


def _brief(answer: Answer) -> Answer:
    """What a terminal has room for: the row's own day and key, what it adds, and where it came from."""
    shown = [name for name in answer.meta["shown"] if name in answer.column_names]
    return Answer(answer.table.select(shown), answer.meta)
