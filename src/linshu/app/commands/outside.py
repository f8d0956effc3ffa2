"""What leaders and suppliers see, on the command line: `linshu leader today --as wang`."""

from __future__ import annotations

import typer

from linshu.app import call

app = typer.Typer()
leader = typer.Typer(
    help="团长：手机页上的数字，用 --as 说明是谁 · Leaders: the figures of their phone.", no_args_is_help=True
)
supplier = typer.Typer(
    help="供应商：门户里的数字，用 --as 说明是谁 · Suppliers: the figures of their portal.", no_args_is_help=True
)
app.add_typer(leader, name="leader")
app.add_typer(supplier, name="supplier")


def _show(ctx: typer.Context, what: str) -> None:
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.outside(what))


@leader.command("today")
def leader_today(ctx: typer.Context) -> None:
    """昨天和今天卖了多少、到货多少 · What was sold yesterday and today, and what arrives."""
    _show(ctx, "leader/today")


@leader.command("commission")
def leader_commission(ctx: typer.Context) -> None:
    """本月每天的佣金 · Commission of this month by day."""
    _show(ctx, "leader/commission")


@supplier.command("month")
def supplier_month(ctx: typer.Context) -> None:
    """本月销售、退款和库存 · Sales, returns and stock of this month so far."""
    _show(ctx, "supplier/month")


@supplier.command("stock")
def supplier_stock(ctx: typer.Context) -> None:
    """每样商品每个仓的库存 · Stock by good and warehouse."""
    _show(ctx, "supplier/stock")
