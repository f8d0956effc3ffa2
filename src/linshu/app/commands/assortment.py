"""Lists of goods on the command line: the groups that have one, and one group's goods."""

from __future__ import annotations

from typing import Annotated

import typer

from linshu.app import call

app = typer.Typer()
assortment = typer.Typer(
    help="选品建议：每个社群主推、保留、试卖、下架什么 · Assortment: what each group pushes, keeps, tries and drops."
)
app.add_typer(assortment, name="assortment")


@assortment.command("list")
def assortment_list(
    ctx: typer.Context,
    find: Annotated[str, typer.Option(help="社群名称、区县或拼音 · name, district or pinyin")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
) -> None:
    """有选品建议的社群和社群类 · The groups, and clusters of like groups, that have a list."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.assortment.list(find, limit))


@assortment.command("show")
def assortment_show(  # noqa: PLR0913, PLR0917 - one option for each filter
    ctx: typer.Context,
    community: Annotated[str, typer.Argument(help="社群编号，或 list 里的类 · group id, or a cluster of the list")],
    kind: Annotated[str, typer.Option(help="push keep try drop，默认全部 · by default all")] = "",
    category: Annotated[str, typer.Option(help="只看一个品类（名称） · of one category, by name")] = "",
    words: Annotated[str, typer.Option("--find", help="商品的名称或拼音 · name of the goods, pinyin too")] = "",
    sort: Annotated[
        str, typer.Option(help="month pieces raw days matters sku category；前面加 - 倒序 · - for descending")
    ] = "-month",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 1000,
) -> None:
    """一个社群的清单：每个商品的建议、月净赚和理由 · A group's goods: advice, what each earns a month, and why."""
    this = call.of(ctx)
    asked = {"kind": kind, "category": category, "q": words, "sort": sort}
    with this.shop() as shop:
        this.show(shop.assortment.show(community, asked, limit))
