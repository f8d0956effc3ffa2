"""The demand forecast on the command line: the list, one SKU's fortnight, and its groups."""

from __future__ import annotations

from typing import Annotated

import typer

from linshu.app import call

app = typer.Typer()
forecast = typer.Typer(
    help="销量预测：未来 14 天各商品各仓要多少 · Demand forecast: what the next fortnight will ask for."
)
app.add_typer(forecast, name="forecast")


@forecast.command("list")
def forecast_list(
    ctx: typer.Context,
    by: Annotated[
        str, typer.Option(help="sku category department supplier warehouse city community，合计不变 · sums agree")
    ] = "sku",
    warehouse: Annotated[str, typer.Option(help="只看一个仓（编号） · of one warehouse, by id")] = "",
    words: Annotated[str, typer.Option("--find", help="名称里有的字 · words of the name")] = "",
    sort: Annotated[
        str, typer.Option(help="week tomorrow high fortnight known sku warehouse；前面加 - 倒序 · - for descending")
    ] = "-week",
    limit: Annotated[int, typer.Option(min=1, max=1_000_000)] = 100,
) -> None:
    """每个商品每个仓的预计，或按品类、仓、城市、社群合计 · What is expected, by goods or added up."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.forecast.list({"by": by, "warehouse": warehouse, "q": words, "sort": sort}, limit))


@forecast.command("show")
def forecast_show(
    ctx: typer.Context,
    sku: Annotated[str, typer.Argument(help="商品编号 · SKU id")],
    warehouse: Annotated[str, typer.Argument(help="仓库编号 · warehouse id")],
    communities: Annotated[bool, typer.Option("--communities", help="分到社群 · over the groups")] = False,
) -> None:
    """一个商品在一个仓的 14 天：已下单、还会来、低中高 · One SKU's fortnight, day by day."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show((shop.forecast.communities if communities else shop.forecast.show)(sku, warehouse))


@forecast.command("accuracy")
def forecast_accuracy(ctx: typer.Context) -> None:
    """近 8 周的预测准不准，按商品级别，和几种猜法比 · How good forecasts were, by class of goods, against plain guesses."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.forecast.accuracy())
