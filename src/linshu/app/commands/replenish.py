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


@replenish.command("what-if")
def what_if(  # noqa: PLR0913, PLR0917 - one option for each slider
    ctx: typer.Context,
    goodwill: Annotated[str, typer.Option(help="缺一件多亏售价的比例，如 0.15 · price of a missing piece, share")] = "",
    service: Annotated[
        str, typer.Option(help="订货时缺一件按几倍算 · a missing piece counts so many times in orders")
    ] = "",
    floor: Annotated[
        str, typer.Option(help="A 类长保商品有货的把握，如 0.99 · chance that A goods that keep are never missing")
    ] = "",
    waste: Annotated[str, typer.Option(help="报废按进价的几倍 · waste, times the cost")] = "",
    holding: Annotated[str, typer.Option(help="压货一天占进价多少 · holding a day, share of the cost")] = "",
    review: Annotated[str, typer.Option(help="隔几天订一次 · days between orders")] = "",
    budget: Annotated[str, typer.Option(help="一天的订货预算，元 · budget of a day, yuan")] = "",
    lead: Annotated[str, typer.Option(help="到货再慢几天 · days deliveries take longer")] = "",
    life: Annotated[str, typer.Option(help="保质期再少几天 · days of life less")] = "",
    fresh: Annotated[
        str, typer.Option(help="先拿最新的顾客占比，如 0.3 · share of shoppers who take the freshest")
    ] = "",
    warehouse: Annotated[str, typer.Option(help="只看一个仓（编号） · one warehouse, by id")] = "",
) -> None:
    """把最近四周按另一种订法重过一遍（模拟） · The last four weeks lived again under another policy: a simulation."""
    given = {
        "goodwill": goodwill, "service": service, "floor": floor, "waste": waste, "holding": holding, "review": review, "budget": budget, "lead": lead, "life": life, "fresh": fresh, "warehouse": warehouse,
    }  # fmt: skip
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.what_if(**{name: value for name, value in given.items() if value}))
