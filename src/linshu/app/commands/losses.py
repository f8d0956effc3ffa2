"""Losses, suppliers and recalls on the command line: `linshu losses show --by warehouse`, `linshu recall preview LOT`."""

from __future__ import annotations

from typing import Annotated

import typer

from linshu.app import call
from linshu.app.commands.ask import days
from linshu.app.deciding import Decisions
from linshu.domains.supply.losses.asked import NARROWED
from linshu.domains.supply.recall.flow import read_draft
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

app = typer.Typer()
losses = typer.Typer(help="损耗与周转 · Losses & turnover.", no_args_is_help=True)
suppliers = typer.Typer(help="供应商：准时、足量、质量 · Suppliers: on time, in full, quality.", no_args_is_help=True)
app.add_typer(losses, name="losses")
recall = typer.Typer(help="召回问题批次 · Recall a bad stock batch.", no_args_is_help=True)
app.add_typer(suppliers, name="suppliers")
app.add_typer(recall, name="recall")

By = Annotated[str, typer.Option(help="按什么拆 · sku, warehouse, stock_lot, supplier, loss_cause")]
First = Annotated[str | None, typer.Option("--from", help="起始日，写法同 linshu metric · first day")]
Last = Annotated[str | None, typer.Option("--to", help="截止日，含 · last day, inclusive")]
Where = Annotated[
    list[str] | None,
    typer.Option(help="筛选，如 warehouse=W1，可重复 · warehouse, supplier, sku or loss_cause, repeatable"),
]
Compare = Annotated[str, typer.Option(help="对比 · previous, last_week, last_month, last_year")]
Words = Annotated[str, typer.Option("--find", help="搜索 · words to find")]
Sort = Annotated[str, typer.Option(help="排序列，前面加 - 表示从大到小 · a column, - for most first")]


@losses.command("show")
def show(  # noqa: PLR0913, PLR0917 - the parts of a question, each an option
    ctx: typer.Context, by: By = "sku", start: First = None, end: Last = None, where: Where = None, compare: Compare = "previous",
    words: Words = "", sort: Sort = "-lost",
) -> None:  # fmt: skip
    """损耗在哪：按商品、仓库、批次、供应商、原因 · What was lost, by SKU, warehouse, batch, supplier or cause."""
    _ask(ctx, "losses", start, end, where, by=by, compare=compare, q=words, sort=sort)


@losses.command("why")
def why(
    ctx: typer.Context,
    by: By = "sku",
    start: First = None,
    end: Last = None,
    where: Where = None,
    compare: Compare = "previous",
) -> None:
    """损耗为什么变了：出货、结构、损耗率各多少 · What moved the losses, in parts that add up."""
    _ask(ctx, "losses/why", start, end, where, by=by, compare=compare)


@losses.command("classes")
def classes(
    ctx: typer.Context,
    cell: Annotated[str, typer.Option(help="只看一级 · one field, AX to CZ")] = "",
    words: Words = "",
    sort: Sort = "-gmv",
) -> None:
    """商品分级：卖得多少 × 稳不稳 · Classes of goods, ABC by sales and XYZ by steadiness."""
    _ask(ctx, "losses/classes", None, None, None, cell=cell, q=words, sort=sort)


@losses.command("turnover")
def turnover(
    ctx: typer.Context,
    level: Annotated[str, typer.Option(help="community, street, district, city")] = "community",
    start: First = None,
    end: Last = None,
    words: Words = "",
    sort: Sort = "sells",
) -> None:
    """周转天数、动销率、售罄率 · Turnover days, sell-through and quota sold, place by place."""
    _ask(ctx, "losses/turnover", start, end, None, level=level, q=words, sort=sort)


@suppliers.command("list")
def list_suppliers(
    ctx: typer.Context, start: First = None, end: Last = None, words: Words = "", sort: Sort = "-purchase_amount"
) -> None:
    """供应商打分：准时、足量、拒收、售后、损耗 · How suppliers keep their word."""
    _ask(ctx, "suppliers", start, end, None, q=words, sort=sort)


@suppliers.command("show")
def show_supplier(
    ctx: typer.Context,
    supplier: Annotated[str, typer.Argument(help="供应商编号 · id of the supplier")],
    start: First = None,
    end: Last = None,
    words: Words = "",
    sort: Sort = "purchase_fill_rate",
) -> None:
    """一家供应商的商品，最不稳的在前 · The goods of one supplier, the worst first."""
    _ask(ctx, f"suppliers/{supplier}", start, end, None, q=words, sort=sort)


Lot = Annotated[str, typer.Argument(help="库存批次编号 · id of the stock batch")]


@recall.command("find")
def find(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(help="商品、供应商或批号 · SKU, supplier or lot number")] = "",
    held: Annotated[bool, typer.Option("--held", help="只看还在仓的 · only those of which some is left")] = False,
    sort: Sort = "-produced_on",
    limit: Annotated[int, typer.Option(min=1, help="最多几个 · how many at most")] = 200,
) -> None:
    """找批次 · Find a stock batch."""
    _ask(ctx, "recall", None, None, None, q=words, held="1" if held else "", sort=sort, limit=str(limit))


@recall.command("preview")
def preview(ctx: typer.Context, lot: Lot) -> None:
    """召回的影响：谁可能买到、应退多少、还剩多少 · Who may have got it, what to refund, what is left."""
    this = call.of(ctx)
    with this.shop() as shop:
        answer = shop.supply(f"recall/{lot}")
    found = answer.meta["bill"]
    refunds, whole = (f"{found[name] / 100:,.2f}" for name in ("refunds", "whole"))
    this.say(
        Text(
            f"还在仓 {found['units_left']} 件；涉及 {found['orders']} 单，应退 {refunds} 元，向供应商追回 {whole} 元",
            f"{found['units_left']} left; {found['orders']} orders, {refunds} yuan to refund, {whole} yuan to recover",
        )
    )
    this.show(answer)


@recall.command("propose")
def propose(ctx: typer.Context, lot: Lot) -> None:
    """提出召回，等人批准 · Propose the recall; it waits for approval."""
    this = call.of(ctx)
    with this.shop() as shop:
        made = shop.supply(f"recall/{lot}").meta["draft"]
    this.show(Decisions(this.project, this.person).put(read_draft(made)))


def _ask(
    ctx: typer.Context, what: str, start: str | None, end: str | None, where: list[str] | None, **asked: str
) -> None:
    this = call.of(ctx)
    with this.shop() as shop:
        first, last = days(this.project.settings, start, end)
        given = {
            "from": str(first or ""),
            "to": str(last or ""),
            **dict(_narrowed(one) for one in where or ()),
            **asked,
        }
        this.show(shop.supply(what, **{name: value for name, value in given.items() if value}))


def _narrowed(text: str) -> tuple[str, str]:
    """`warehouse=W1` in its parts; what losses cannot be narrowed to is refused."""
    name, found, value = (part.strip() for part in text.partition("="))
    if not found or not value:
        raise Misused(
            Text(f"应写成 名称=值：{text}", f"write name=value: {text}"),
            mend=Text("如 warehouse=W1", "Such as warehouse=W1"),
        )
    if name not in NARROWED:
        raise Misused(
            Text(f"损耗不能按 {name} 筛", f"losses cannot be narrowed to a {name}"), mend=nearest(name, NARROWED)
        )
    return name, value
