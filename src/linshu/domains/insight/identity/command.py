"""The commands of identity."""

from __future__ import annotations

from typing import Annotated

import typer

from linshu.engine.shell.calling import call_of

app = typer.Typer(help="身份合并：同一个人的多个账号 · One person over several platforms", no_args_is_help=True)
_SURE = "把握不低于多少才合并，0 到 1 · join from that sure-ness on"
_PERSON = "只看、只并成这个人，可重复 · only what becomes this person, repeatable"
_BECAUSE = "理由，会留档 · why; it is kept"


@app.command("plan")
def plan(
    ctx: typer.Context,
    sure: Annotated[float, typer.Option(help=_SURE, min=0.0, max=1.0)] = 0.95,
    person: Annotated[list[str] | None, typer.Option(help=_PERSON)] = None,
) -> None:
    """会合并哪些账号、凭什么、影响多大；哪些要人工确认 · What would be joined, why, to what effect; what to confirm."""
    call = call_of(ctx)
    with call.shop() as shop:
        call.show(shop.identity.plan(sure, person or ()))


@app.command("join")
def join(
    ctx: typer.Context,
    sure: Annotated[float, typer.Option(help=_SURE, min=0.0, max=1.0)] = 0.95,
    person: Annotated[list[str] | None, typer.Option(help=_PERSON)] = None,
) -> None:
    """按计划合并；可用批次号撤销 · Join what the plan joins; its batch undoes it."""
    call = call_of(ctx)
    with call.shop() as shop:
        call.show(shop.identity.join(sure, person or ()))


@app.command("links")
def links(ctx: typer.Context) -> None:
    """已合并的账号和依据 · What is joined, and the evidence."""
    call = call_of(ctx)
    with call.shop() as shop:
        call.show(shop.identity.links())


@app.command("link")
def link(
    ctx: typer.Context,
    accounts: Annotated[list[str], typer.Argument(help="账号，写作 来源:编号 · accounts as source:id")],
    because: Annotated[str, typer.Option(help=_BECAUSE)],
) -> None:
    """人工确认几个账号是同一人 · Say by hand that accounts are one person."""
    call = call_of(ctx)
    with call.shop() as shop:
        call.show(shop.identity.link(accounts, because))


@app.command("split")
def split(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="账号，写作 来源:编号 · the account as source:id")],
    because: Annotated[str, typer.Option(help=_BECAUSE)],
) -> None:
    """人工确认某账号是另一个人，以后不再自动合并 · Say by hand that an account is a person of its own, for good."""
    call = call_of(ctx)
    with call.shop() as shop:
        call.show(shop.identity.split(account, because))


@app.command("undo")
def undo(ctx: typer.Context, batch: Annotated[str, typer.Argument(help="批次号 · the batch")]) -> None:
    """撤销一个批次的合并 · Take the links of one batch back."""
    call = call_of(ctx)
    with call.shop() as shop:
        call.show(shop.identity.undo(batch))
