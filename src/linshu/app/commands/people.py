"""People who may log in."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from linshu.app import call
from linshu.app.answer import Answer
from linshu.app.states import open_state
from linshu.engine.access.roles import ROLES
from linshu.engine.access.users import Users
from linshu.engine.audit import Actor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.app.call import Call
    from linshu.engine.access.users import User

app = typer.Typer()
user = typer.Typer(help="谁可以登录 · Who may log in.")
app.add_typer(user, name="user")
OWNER = Actor("local", "local", "cli")  # whoever may read the project's files
ROLE_HELP = "角色 · role: " + " ".join(role.name for role in ROLES)
Account = Annotated[str, typer.Argument(help="账号 · the account")]


@contextmanager
def _register(this: Call) -> Iterator[Users]:
    with open_state(this.project) as state:
        yield Users(state)


def _row(one: User) -> dict[str, object]:
    return {"account": one.account, "name": one.name, "role": one.role, "active": one.active}


@user.command("list")
def user_list(ctx: typer.Context) -> None:
    """列出全部账号 · List all accounts."""
    this = call.of(ctx)
    with _register(this) as users:
        this.show(Answer.of(_row(one) for one in users.all()))


@user.command("add")
def user_add(
    ctx: typer.Context,
    account: Account,
    role: Annotated[str, typer.Option(help=ROLE_HELP)] = "operator",
    name: Annotated[str, typer.Option(help="姓名 · name")] = "",
    password: Annotated[
        str, typer.Option(help="密码，空则生成一个 · made up when empty", envvar="LINSHU_PASSWORD")
    ] = "",
) -> None:
    """新增账号 · Add a person; a password is made up unless given."""
    this = call.of(ctx)
    chosen = password or secrets.token_urlsafe(12)
    with _register(this) as users:
        row = _row(users.add(account, name, role, chosen, by=OWNER))
    this.show(Answer.of([row if password else {**row, "password": chosen}]))


@user.command("password")
def user_password(
    ctx: typer.Context,
    account: Account,
    password: Annotated[
        str, typer.Option(help="密码，空则生成一个 · made up when empty", envvar="LINSHU_PASSWORD")
    ] = "",
) -> None:
    """重设密码，并让其重新登录 · Set a new password and log the person out everywhere."""
    this = call.of(ctx)
    chosen = password or secrets.token_urlsafe(12)
    with _register(this) as users:
        users.set_password(account, chosen, by=OWNER)
        row = _row(users.find(account))
    this.show(Answer.of([row if password else {**row, "password": chosen}]))


@user.command("role")
def user_role(ctx: typer.Context, account: Account, role: Annotated[str, typer.Argument(help=ROLE_HELP)]) -> None:
    """更换角色 · Give another role."""
    this = call.of(ctx)
    with _register(this) as users:
        users.set_role(account, role, by=OWNER)
        this.show(Answer.of([_row(users.find(account))]))


@user.command("off")
def user_off(ctx: typer.Context, account: Account) -> None:
    """停用账号 · Keep a person out from this moment."""
    _set_active(ctx, account, active=False)


@user.command("on")
def user_on(ctx: typer.Context, account: Account) -> None:
    """启用账号 · Let a person in again."""
    _set_active(ctx, account, active=True)


def _set_active(ctx: typer.Context, account: str, *, active: bool) -> None:
    this = call.of(ctx)
    with _register(this) as users:
        users.set_active(account, active, by=OWNER)
        this.show(Answer.of([_row(users.find(account))]))
