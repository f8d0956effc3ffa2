"""Stock alerts on the command line: what needs somebody, and the lots of one SKU."""

from __future__ import annotations

from typing import Annotated

import typer

from linshu.app import call

app = typer.Typer()
stock = typer.Typer(
    help="库存预警：断货、将断货、临期、积压、滞销、异常 · Stock alerts: out, soon out, near expiry, overstock, unsalable, impossible."
)
app.add_typer(stock, name="stock")


@stock.command("list")
def stock_list(  # noqa: PLR0913, PLR0917 - one option for each filter
    ctx: typer.Context,
    kind: Annotated[str, typer.Option(help="out soon near over idle wrong，默认全部 · by default all")] = "",
    warehouse: Annotated[str, typer.Option(help="只看一个仓（编号） · of one warehouse, by id")] = "",
    category: Annotated[str, typer.Option(help="只看一个品类（名称） · of one category, by name")] = "",
    words: Annotated[str, typer.Option("--find", help="商品的名称或拼音 · name of the goods, pinyin too")] = "",
    sort: Annotated[
        str, typer.Option(help="kind fen qty sku warehouse units chance；前面加 - 倒序 · - for descending")
    ] = "kind",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
) -> None:
    """列出要处理的库存，最急的在前 · List the stock that needs somebody, the most pressing first."""
    this = call.of(ctx)
    asked = {"kind": kind, "warehouse": warehouse, "category": category, "q": words, "sort": sort}
    with this.shop() as shop:
        this.show(shop.stock.list(asked, limit))


@stock.command("show")
def stock_show(
    ctx: typer.Context,
    sku: Annotated[str, typer.Argument(help="商品编号 · SKU id")],
    warehouse: Annotated[str, typer.Argument(help="仓库编号 · warehouse id")],
) -> None:
    """一个商品在一个仓的批次、到期和估计卖不完的件数 · The lots of one SKU in one warehouse and what will not sell."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.stock.show(sku, warehouse))
