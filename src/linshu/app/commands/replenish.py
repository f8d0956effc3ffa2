"""Ordering on the command line: today's purchase orders, and why a good is or is not among them."""

from __future__ import annotations

from typing import Annotated

import typer

from linshu.app import call
from linshu.app.deciding import Decisions
from linshu.domains.supply.replenish.flow import NAME
from linshu.engine.decisions import Wanted

app = typer.Typer()
replenish = typer.Typer(help="补货：今天订什么、为什么 · What to order today, and why.")
app.add_typer(replenish, name="replenish")


@replenish.command("list")
def orders(ctx: typer.Context, words: Annotated[str, typer.Option("--find", help="搜索 · words to find")] = "") -> None:
    """等人批准的采购单；批准用 linshu todo approve · Purchase orders to decide; approve with linshu todo approve."""
    this = call.of(ctx)
    this.show(Decisions(this.project, this.person).list(Wanted((NAME,), words=words, limit=1000)))


@replenish.command("why")
def why(ctx: typer.Context, words: Annotated[str, typer.Argument(help="商品名或编号 · a SKU's name or id")]) -> None:
    """这个商品今天订多少、为什么；没订也说明原因 · What the rule says about a good today, also why nothing."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.order_reasons(words))
