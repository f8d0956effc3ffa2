"""Asking: figures by the dictionary, SQL, exports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linshu.app import call

app = typer.Typer()


@app.command()
def metric(  # noqa: PLR0913, PLR0917 the parts of a question, each an option
    ctx: typer.Context,
    names: Annotated[str, typer.Argument(help="指标名，逗号分隔；list 列出全部 · metrics, or: list, dimensions")],
    by: Annotated[str, typer.Option(help="按什么分组，逗号分隔 · dimensions to cut by")] = "",
    start: Annotated[str | None, typer.Option("--from", help="起始公司日，含 · first company day")] = None,
    end: Annotated[str | None, typer.Option("--to", help="截止公司日，含 · last company day")] = None,
    grain: Annotated[str | None, typer.Option(help="hour day week month quarter year")] = None,
    where: Annotated[list[str] | None, typer.Option(help="筛选，如 city=武汉，可重复 · filter, repeatable")] = None,
    compare: Annotated[str | None, typer.Option(help="对比：previous、last_week、last_year · comparison")] = None,
    order: Annotated[str, typer.Option(help="排序列，前加 - 为降序 · order, - for descending")] = "",
    limit: Annotated[int | None, typer.Option(help="最多多少行 · at most so many rows")] = None,
    as_of: Annotated[str, typer.Option(help="ordered 下单时归属 / now 现在归属 · as ordered or as now")] = "ordered",
    totals: Annotated[bool, typer.Option("--totals", help="另算总计 · also the totals")] = False,
    save: Annotated[Path | None, typer.Option(help="写到文件：.xlsx .csv .parquet · write to a file")] = None,
) -> None:
    """查指标 · Compute figures by the metric dictionary: linshu metric gmv,orders --by channel --grain week."""
    this = call.of(ctx)
    with this.shop() as shop:
        if names in {"list", "dimensions"}:
            this.show(shop.metrics() if names == "list" else shop.dimensions())
            return
        answer = shop.query(
            names, by, start=start, end=end, grain=grain, where=where or None, compare=compare, order=order, limit=limit,
            as_of=as_of, totals=totals,
        )  # fmt: skip
        this.show(shop.export(answer, save) if save else answer)


@app.command()
def sql(
    ctx: typer.Context,
    statement: Annotated[str, typer.Argument(help="一条 SELECT；tables 列出可查的表 · one SELECT, or: tables")],
) -> None:
    """对发布的表只读地运行 SQL · Run one SELECT over the published tables; everything else is refused."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.tables() if statement.strip() == "tables" else shop.sql(statement))


@app.command()
def export(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(help="表名或一条 SELECT · a table or one SELECT")],
    to: Annotated[Path, typer.Option(help="写到哪个文件 · the file to write")],
    form: Annotated[str, typer.Option("--format", help="parquet、csv 或 xlsx；默认看文件名")] = "",
) -> None:
    """导出一张表或一次查询 · Write a table or a query to CSV, Excel or Parquet."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.export(what, to, form))
