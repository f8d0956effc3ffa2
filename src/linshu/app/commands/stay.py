"""Asking how long people stay: retention by cohorts."""

from __future__ import annotations

from typing import Annotated

import typer

from linshu.app import call
from linshu.app.commands.ask import days

app = typer.Typer()
_FROM = "首次事件起始日，写法同 linshu metric · first day of the first events"


@app.command()
def cohorts(  # noqa: PLR0913, PLR0917 the parts of a question, each an option
    ctx: typer.Context,
    cohort: Annotated[
        str,
        typer.Argument(help="口径：buyers 首单会员、registered 注册会员、leaders 首单团长、visitors 首访访客 · whose"),
    ] = "buyers",
    grain: Annotated[str, typer.Option(help="按 week 或 month 分批 · cohorts by week or month")] = "month",
    periods: Annotated[int, typer.Option(help="看几期 · how many periods")] = 6,
    by: Annotated[str, typer.Option(help="按首次事件的一个维度分组 · one dimension of the first event")] = "",
    start: Annotated[str | None, typer.Option("--from", help=_FROM)] = None,
    end: Annotated[str | None, typer.Option("--to", help="首次事件截止日，含 · last day, inclusive")] = None,
    where: Annotated[list[str] | None, typer.Option(help="筛选，如 city=武汉，可重复 · filter, repeatable")] = None,
    counted: Annotated[
        str, typer.Option(help="elapsed 各自首日起满 7/30 天为一期 / calendar 自然周月 · how periods are counted")
    ] = "elapsed",
    as_of: Annotated[str, typer.Option(help="ordered 当时归属 / now 现在归属 · as ordered or as now")] = "ordered",
    long: Annotated[bool, typer.Option("--long", help="一期一行，含人数 · one row per period, with counts")] = False,
) -> None:
    """看留存 · Retention: who began together and how many came back: linshu cohorts buyers --grain week --by channel."""
    this = call.of(ctx)
    with this.shop() as shop:
        first, last = days(this.project.settings, start, end)
        answer = shop.cohorts(
            cohort, grain=grain, periods=periods, by=by, start=first, end=last, where=where or None, counted=counted,
            as_of=as_of, pivot=not long,
        )  # fmt: skip
        this.show(answer)
