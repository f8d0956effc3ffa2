"""Surges on the command line: what sells far beyond the usual today, and where it would be missed."""

from __future__ import annotations

from typing import Annotated

import typer

from linshu.app import call

app = typer.Typer()
surge = typer.Typer(
    help="爆单预警：今天哪些会爆单、会卖断 · Surge alerts: what sells far beyond the usual today and will not last."
)
app.add_typer(surge, name="surge")


@surge.command("list")
def surge_list(
    ctx: typer.Context,
    kind: Annotated[str, typer.Option(help="surge 会爆单，out 会卖断，默认全部 · by default all")] = "",
    warehouse: Annotated[str, typer.Option(help="只看一个仓（编号） · of one warehouse, by id")] = "",
    words: Annotated[str, typer.Option("--find", help="商品的名称或拼音 · name of the goods, pinyin too")] = "",
    sort: Annotated[
        str, typer.Option(help="surges out short sold expected sku warehouse；前面加 - 倒序 · - for descending")
    ] = "-surges",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
) -> None:
    """今天每个商品的爆单和卖断的可能，最可能的在前 · Today's goods, the likeliest surge first."""
    this = call.of(ctx)
    asked = {"kind": kind, "warehouse": warehouse, "q": words, "sort": sort}
    with this.shop() as shop:
        this.show(shop.surge.list(asked, limit))


@surge.command("show")
def surge_show(
    ctx: typer.Context,
    sku: Annotated[str, typer.Argument(help="商品编号 · SKU id")],
    warehouse: Annotated[str, typer.Argument(help="仓库编号 · warehouse id")],
) -> None:
    """一个商品在哪些社群会缺 · Where one SKU of one warehouse would be missed."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.surge.show(sku, warehouse))
