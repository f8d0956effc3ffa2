"""Modules on the command line: which are on, what each needs, switched on and off."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from linshu.app import call, modules
from linshu.app.domains import DOMAINS
from linshu.app.local import LocalShop
from linshu.app.person import acting
from linshu.app.remote import RemoteShop
from linshu.app.states import open_state
from linshu.engine.shell.context import ledger_of
from linshu.engine.shell.modules import Modules

if TYPE_CHECKING:
    from linshu.app.call import Call

app = typer.Typer()
module = typer.Typer(
    help="模块：启用哪些、还缺什么数据、带来了什么 · Modules: which are on, what each needs and earned."
)
app.add_typer(module, name="module")
Name = Annotated[str, typer.Argument(help="模块名 · name: growth supply finance fulfilment")]


@module.command("list")
def module_list(ctx: typer.Context) -> None:
    """列出模块：启用了吗、缺哪些表、下一步 · List modules, what each lacks and what to do next."""
    this = call.of(ctx)
    acting(this.project, this.person, "data.see")
    with this.shop() as shop, open_state(this.project) as state:
        owner = getattr(shop, "owner", shop)
        if isinstance(owner, RemoteShop):
            this.show(owner.modules())
            return
        assert isinstance(owner, LocalShop)
        kept = Modules(state, DOMAINS)
        ledger = ledger_of(state, kept.on, lambda: datetime.now(UTC))
        today = this.project.settings.company_day.day_of(datetime.now(UTC))
        answer = modules.listed(kept, ledger, owner, today)
    this.show(answer)


@module.command("on")
def module_on(ctx: typer.Context, name: Name) -> None:
    """启用一个模块 · Switch a module on."""
    _switch(call.of(ctx), name, on=True)


@module.command("off")
def module_off(ctx: typer.Context, name: Name) -> None:
    """关闭一个模块：页面、命令、建议和预警收起，数据表照常 · Switch a module off; its tables stay."""
    _switch(call.of(ctx), name, on=False)


def _switch(this: Call, name: str, *, on: bool) -> None:
    actor = acting(this.project, this.person, "modules.switch")
    with open_state(this.project) as state:
        kept = Modules(state, DOMAINS)
        changed = kept.switch(actor, name, on=on)
        this.show(modules.switched(kept, name, changed=changed))
