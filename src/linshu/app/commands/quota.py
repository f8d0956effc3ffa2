"""Quotas on the command line: how much of each pre-sale listing may be sold, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from linshu.app import call

app = typer.Typer()
quota = typer.Typer(
    help="预售配额：每个上架还能卖多少、为什么 · How much of each pre-sale listing may be sold, and why."
)
app.add_typer(quota, name="quota")


@quota.command("list")
def quota_list(
    ctx: typer.Context,
    kind: Annotated[
        str, typer.Option(help="raise 该调高，lower 该调低，out 会卖完，left 没有推算，默认全部 · by default all")
    ] = "",
    warehouse: Annotated[str, typer.Option(help="只看一个仓（编号） · of one warehouse, by id")] = "",
    words: Annotated[str, typer.Option("--find", help="商品的名称或拼音 · name of the goods, pinyin too")] = "",
    sort: Annotated[
        str, typer.Option(help="worth out asked sold sku where ends；前面加 - 倒序 · - for descending")
    ] = "-worth",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
) -> None:
    """没截单的预售，最值得改配额的在前；批准用 linshu todo approve · Open pre-sales; approve with linshu todo approve."""
    this = call.of(ctx)
    asked = {"kind": kind, "warehouse": warehouse, "q": words, "sort": sort}
    with this.shop() as shop:
        this.show(shop.quotas.list(asked, limit))


@quota.command("why")
def quota_why(
    ctx: typer.Context, words: Annotated[str, typer.Argument(help="商品名或编号 · a SKU's name or id")]
) -> None:
    """这个商品的预售配额该是多少、为什么；不用改也说明原因 · The quota its listings should have and why, also why none changes."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.quotas.why(words))
