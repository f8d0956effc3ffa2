"""Asking: figures by the dictionary, SQL, exports."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linshu.app import call
from linshu.app.answer import Answer
from linshu.app.sql_door import MOST_ROWS
from linshu.engine.metrics.drill import group_of
from linshu.engine.shell.door import MOST_SECONDS, SECONDS
from linshu.kernel.period_words import between, parse
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.app.call import Call
    from linshu.app.settings import Settings
    from linshu.app.shop import Shop

app = typer.Typer()
_FROM = "起始：公司日，或 2026-10、2026-W40、last-7-days、本月 · first company day, or a month, week or word"
_TO = "截止，含，写法同 --from；不给则到那一段末或今天 · last day, likewise; left out: the end of that span, or today"


# the parts of a question as options
Names = Annotated[
    str,
    typer.Argument(help="指标名，逗号分隔；list 列出全部，check 检查自有指标 · metrics, or: list, dimensions, check"),
]
By = Annotated[str, typer.Option(help="按什么分组，逗号分隔 · dimensions to cut by")]
From = Annotated[str | None, typer.Option("--from", help=_FROM)]
To = Annotated[str | None, typer.Option("--to", help=_TO)]
GrainName = Annotated[str | None, typer.Option(help="hour day week month quarter year fiscal_quarter fiscal_year")]
Where = Annotated[list[str] | None, typer.Option(help="筛选，如 city=武汉，可重复 · filter, repeatable")]
CompareWith = Annotated[
    str | None,
    typer.Option(
        help="对比：previous last_week last_month last_year last_year_aligned（节日对齐） target（目标）· comparison"
    ),
]
Order = Annotated[str, typer.Option(help="排序列，前加 - 为降序 · order, - for descending")]
Limit = Annotated[int | None, typer.Option(help="最多多少行 · at most so many rows")]
AsOf = Annotated[
    str,
    typer.Option(
        help="ordered 下单时归属 / now 现在归属 / 2026-10-01 那天结束时的归属 · relations as ordered, now, or of that day"
    ),
]
Totals = Annotated[bool, typer.Option("--totals", help="另算总计 · also the totals")]
Cumulative = Annotated[bool, typer.Option("--cumulative", help="从首日累计到每一段末 · running from the first day")]
Moving = Annotated[int | None, typer.Option(help="每段末往前 N 天 · the N days ending with each bucket")]
Share = Annotated[str | None, typer.Option(help="占比：total 或某个维度 · share of total or of a dimension")]
Top = Annotated[int | None, typer.Option(help="最后一个维度的前 N 名，其余合为一组 · the best N and the rest")]
Pivot = Annotated[str | None, typer.Option(help="把某个维度或时间转为列 · turn a dimension or the grain into columns")]
Drill = Annotated[
    list[str] | None,
    typer.Option(help="下钻一组：city=武汉 或 month=2026-10，可重复 · look one level finer into a group, repeatable"),
]
Explain = Annotated[
    bool, typer.Option("--explain", help="说明读了哪张汇总表、SQL 与用时 · which rollup, the SQL, the time")
]
Find = Annotated[
    str,
    typer.Option(
        help="list 里按名称、拼音找；dimensions 里只看某个指标能拆的 · with list: words of a name; with dimensions: a metric"
    ),
]
Save = Annotated[Path | None, typer.Option(help="写到文件：.xlsx .csv .parquet · write to a file")]


@app.command()
def metric(  # noqa: PLR0913, PLR0917 the parts of a question, each an option
    ctx: typer.Context,
    names: Names,
    by: By = "",
    start: From = None,
    end: To = None,
    grain: GrainName = None,
    where: Where = None,
    compare: CompareWith = None,
    order: Order = "",
    limit: Limit = None,
    as_of: AsOf = "ordered",
    totals: Totals = False,
    cumulative: Cumulative = False,
    moving: Moving = None,
    share: Share = None,
    top: Top = None,
    pivot: Pivot = None,
    drill: Drill = None,
    explain: Explain = False,
    save: Save = None,
    find: Find = "",
) -> None:
    """查指标 · Compute figures by the metric dictionary: linshu metric gmv,orders --by channel --grain week."""
    this = call.of(ctx)
    with this.shop() as shop:
        if _of_dictionary(this, shop, names, find):
            return
        first, last = days(this.project.settings, start, end)
        options = {
            "start": first, "end": last, "grain": grain, "where": where or None, "compare": compare, "order": order,
            "limit": limit, "as_of": as_of, "totals": totals, "cumulative": cumulative, "moving": moving, "share": share,
            "top": top, "pivot": pivot, "explain": explain,
        }  # fmt: skip
        answer = shop.drill(names, by, group_of(drill), **options) if drill else shop.query(names, by, **options)
        this.show(shop.export(answer, save) if save else answer)
        if explain and not this.as_json:
            _say_how(this, answer.meta["explain"])


def _of_dictionary(this: Call, shop: Shop, names: str, find: str) -> bool:
    """Whether the dictionary itself was asked for, which is then shown."""
    if names == "check":
        check(this, shop)
    elif names in {"list", "dimensions"}:
        this.show(shop.metrics(find) if names == "list" else shop.dimensions(find))
    return names in {"check", "list", "dimensions"}


def _say_how(this: Call, how: dict[str, Any]) -> None:
    """Under the figures: where each part of them was read, the statement, the time."""
    this.show(
        Answer.of(
            {
                "fact": one["fact"],
                "clock": one["clock"],
                "rollup": one["rollup"] or "-",
                "through": one["through"] or "-",
                "days_from_fact": len(one["dirty_days"]),
                "reason": one["reason"][this.language] or "-",
            }
            for one in how["scans"]
        )
    )
    typer.echo(how["sql"])
    typer.echo(f"{how['params']}")
    typer.echo(f"{how['compile_ms']} ms + {how['run_ms']} ms")


def check(this: call.Call, shop: Shop) -> None:
    """Say what is wrong with the company's own metrics, one line each; exit 1 when anything is."""
    answer = shop.own_metrics()
    if not len(answer):
        this.say(Text("metrics/ 里还没有自有指标", "there are no own metrics in metrics/ yet"))
        return
    bad = [row for row in answer.rows if row["state"] == "bad"]
    if this.as_json:
        this.show(answer)
    else:
        good = [{"metric": row["metric"], "where": row["where"]} for row in answer.rows if row["state"] == "ok"]
        this.show_rows(good)
        for row in bad:
            zh, en = (f"{row['where' + of]}: {row['what' + of]} {row['mend' + of]}".rstrip() for of in ("", "_en"))
            this.say(Text(zh.replace(": ", "：", 1), en))
    if bad:
        raise typer.Exit(1)


def days(settings: Settings, start: str | None, end: str | None) -> tuple[date | None, date | None]:
    """The first and last company day of `--from` and `--to`, words read as of today; None where nothing was said."""
    today = settings.company_day.day_of(datetime.now(UTC))
    fiscal_start = settings.company.fiscal_start
    if start is None:
        return None, parse(end, today=today, fiscal_start=fiscal_start).end if end else None
    period = between(start, end, today=today, fiscal_start=fiscal_start)
    return period.start, period.end


@app.command()
def sql(
    ctx: typer.Context,
    statement: Annotated[str, typer.Argument(help="一条 SELECT；tables 列出可查的表 · one SELECT, or: tables")],
    seconds: Annotated[
        float, typer.Option(help="最多算多少秒 · how long it may take", min=1, max=MOST_SECONDS)
    ] = SECONDS,
    rows: Annotated[int, typer.Option(help="最多多少行 · at most so many rows", min=1, max=MOST_ROWS)] = MOST_ROWS,
) -> None:
    """对发布的表只读地运行 SQL · Run one SELECT over the published tables; everything else is refused."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.tables() if statement.strip() == "tables" else shop.sql(statement, seconds=seconds, rows=rows))


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
