"""People who may log in."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from linshu.app import call
from linshu.app.answer import Answer
from linshu.app.beacon import Beacon
from linshu.app.pushing import push_desk
from linshu.app.regions import TABLE, chains
from linshu.app.states import keys_of, open_state
from linshu.engine.access.codes import Codes
from linshu.engine.access.links import HOURS, Links
from linshu.engine.access.login import Logins
from linshu.engine.access.own_roles import Roles, own_role
from linshu.engine.access.roles import ROLES, Role
from linshu.engine.access.scope import ATTRIBUTES, Scope, nowhere
from linshu.engine.access.scopes import told
from linshu.engine.access.second_factor import SecondFactors
from linshu.engine.access.tokens import MOST_DAYS, Tokens
from linshu.engine.access.users import Users
from linshu.engine.audit import Actor
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.app.call import Call
    from linshu.engine.access.scope import Above
    from linshu.engine.access.users import User

app = typer.Typer()
user = typer.Typer(help="谁可以登录 · Who may log in.")
app.add_typer(user, name="user")
role = typer.Typer(help="角色与权限 · Roles and what they allow.")
app.add_typer(role, name="role")
OWNER = Actor("local", "local", "cli")  # whoever may read the project's files
ROLE_HELP = "角色 · role: " + " ".join(one.name for one in ROLES)
Account = Annotated[str, typer.Argument(help="账号 · the account")]


@contextmanager
def _register(this: Call) -> Iterator[Users]:
    with open_state(this.project) as state:
        yield Users(state)


def _row(one: User) -> dict[str, object]:
    scope = "; ".join(f"{name}={','.join(ids)}" for name, ids in one.scope.restrictions())
    return {"account": one.account, "name": one.name, "role": one.role, "active": one.active, "scope": scope}


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


@user.command("scope")
def user_scope(
    ctx: typer.Context,
    account: Account,
    only: Annotated[
        list[str] | None,
        typer.Option(help="只限，如 communities=G1,G2，可重复；空号表示什么都看不到 · the only rows, repeatable"),
    ] = None,
    everything: Annotated[bool, typer.Option("--everything", help="不限 · no restriction")] = False,
) -> None:
    """限定能看哪些数据：regions communities leaders suppliers warehouses channels · Which rows a person may see."""
    this = call.of(ctx)
    with _register(this) as users:
        if everything or only:
            users.set_scope(account, Scope.everything() if everything else scope_said(only or []), by=OWNER)
        this.show(Answer.of([_row(users.find(account))]))


@user.command("link")
def user_link(
    ctx: typer.Context, account: Account, hours: Annotated[int, typer.Option(help="有效小时数 · hours", min=1)] = HOURS
) -> None:
    """为团长或供应商建立一次性登录链接 · A one-time log-in link for a leader or supplier."""
    this = call.of(ctx)
    with open_state(this.project) as state:
        token = Links(state).make(Users(state).find(account), by=OWNER, hours=hours)
    beacon = Beacon.read(this.project)
    settings = this.project.settings.server
    base = beacon.url if beacon else f"http://{settings.host}:{settings.port}"
    this.show(Answer.of([{"account": account, "link": f"{base}/enter/{token}", "hours": hours}]))


@user.command("code")
def user_code(ctx: typer.Context, account: Account) -> None:
    """为团长或供应商建立登录验证码，10 分钟内可用一次 · A log-in code for a leader or supplier, good once."""
    this = call.of(ctx)
    with open_state(this.project) as state:
        code = Codes(state, keys_of(this.project).factors).make(Users(state).find(account), by=OWNER)
    this.show(Answer.of([{"account": account, "code": code}]))


@user.command("channel")
def user_channel(
    ctx: typer.Context,
    account: Account,
    to: Annotated[str, typer.Option(help="推送通道的名称，不给就是不发 · the channel's name; left out: none")] = "",
) -> None:
    """登录验证码从哪个推送通道发给此人 · By which push channel log-in codes reach a person."""
    this = call.of(ctx)
    with open_state(this.project) as state:
        desk = push_desk(this.project, state)
        found = desk.channels.find(to).channel_id if to and desk is not None else ""
        person = Users(state).find(account)
        Codes(state).reach(person, found, by=OWNER)
        this.show(Answer.of([{"account": account, "channel": to if found else ""}]))


@user.command("log-ins")
def user_log_ins(
    ctx: typer.Context, account: Account, end: Annotated[bool, typer.Option("--end", help="全部退出 · end all")] = False
) -> None:
    """此人在哪里登录着 · Where a person is logged in."""
    this = call.of(ctx)
    with open_state(this.project) as state:
        person, logins = Users(state).find(account), Logins(state)
        if end:
            logins.revoke(person, by=OWNER)
        found = logins.of(person.user_id)
    this.show(Answer.of({"seen_at": one.seen_at, "address": one.address, "agent": one.agent} for one in found))


@user.command("tokens")
def user_tokens(
    ctx: typer.Context, account: Account, end: Annotated[str, typer.Option(help="作废这个令牌 · revoke this one")] = ""
) -> None:
    """此人的访问令牌 · A person's access tokens."""
    this = call.of(ctx)
    with open_state(this.project) as state:
        person, tokens = Users(state).find(account), Tokens(state)
        if end:
            tokens.revoke(person, end, by=OWNER)
        found = tokens.of(person)
    this.show(
        Answer.of(
            {
                "token": one.token_id, "name": one.name, "prefix": one.prefix, "permissions": " ".join(sorted(one.permissions)),
                "scope": told(one.scope),
                "expires_at": one.expires_at, "used_at": one.used_at, "revoked_at": one.revoked_at,
            }
            for one in found
        )
    )  # fmt: skip


@user.command("token")
def user_token(
    ctx: typer.Context,
    account: Account,
    name: Annotated[str, typer.Argument(help="令牌的名称，如 报表工具 · what it is called")],
    allow: Annotated[
        list[str] | None, typer.Option(help="权限，默认 figures.read · permissions; figures.read unless given")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="再收窄：属性=编号,编号 · narrower than the person: ATTRIBUTE=ID,ID")
    ] = None,
    days: Annotated[int, typer.Option(help="有效天数 · days", min=1, max=MOST_DAYS)] = 90,
) -> None:
    """为此人的程序建立访问令牌，只显示这一次 · An access token for a person's programs, told this once."""
    this, limits = call.of(ctx), scope_said(only or [])
    above = _above(this) if limits.regions else nowhere
    with open_state(this.project) as state:
        secret, made = Tokens(state, above=above).make(
            Users(state).find(account),
            name,
            allow or ["figures.read"],
            by=OWNER,
            scope=limits,
            days=days,
        )
    row = {"token": made.token_id, "name": made.name, "expires_at": made.expires_at, "secret": secret}
    this.show(Answer.of([row]))


def _above(this: Call) -> Above:
    """Which regions hold a region, asked of the data once."""
    with this.shop() as shop:
        known = chains(row for batch in shop.table(TABLE) for row in batch.to_pylist())
    return lambda region: known.get(region, frozenset())


@user.command("second-off")
def user_second_off(ctx: typer.Context, account: Account) -> None:
    """撤下第二重验证：手机和恢复码都丢了时 · Take a lost second factor away."""
    this = call.of(ctx)
    with open_state(this.project) as state:
        person = Users(state).find(account)
        SecondFactors(state).off(person, by=OWNER)
        this.show(Answer.of([_row(person)]))


@role.command("list")
def role_list(ctx: typer.Context) -> None:
    """列出角色和各自的权限 · All roles with what each allows."""
    this = call.of(ctx)
    with open_state(this.project) as state:
        this.show(Answer.of(_role_row(one) for one in Roles(state).all()))


@role.command("set")
def role_set(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="代号 · name")],
    permission: Annotated[list[str], typer.Option(help="权限，可重复 · a permission, repeatable")],
    title: Annotated[str, typer.Option(help="名称 · title")] = "",
    base: Annotated[str, typer.Option(help="用哪个内置角色的菜单 · whose menu")] = "operator",
) -> None:
    """新建或修改自己的角色 · Make or change a role of one's own."""
    this = call.of(ctx)
    with open_state(this.project) as state:
        roles = Roles(state)
        made = own_role(name, title or name, base, permission)
        there = made.name in {one.name for one in roles.all()}
        this.show(Answer.of([_role_row((roles.change if there else roles.add)(made, by=OWNER))]))


@role.command("remove")
def role_remove(ctx: typer.Context, name: Annotated[str, typer.Argument(help="代号 · name")]) -> None:
    """删除没有人用的自己的角色 · Take a role away that nobody has."""
    this = call.of(ctx)
    with open_state(this.project) as state:
        Roles(state).remove(name, by=OWNER)
    this.say(Text(f"已删除角色 {name}。", f"The role {name} is gone."))


def _role_row(one: Role) -> dict[str, object]:
    return {
        "role": one.name, "title": one.title.zh, "title_en": one.title.en, "menu": one.menu,
        "permissions": " ".join(sorted(one.grants)),
    }  # fmt: skip


def scope_said(only: list[str]) -> Scope:
    """A scope from `communities=G1,G2`; Misused for what cannot be read."""
    allowed: dict[str, list[str]] = {}
    for said in only:
        name, equals, ids = said.partition("=")
        if not equals or name not in ATTRIBUTES:
            raise Misused(Text(f"看不懂范围 {said}", f"{said} is no scope"), mend=nearest(name, ATTRIBUTES))
        allowed[name] = [*allowed.get(name, []), *(one.strip() for one in ids.split(",") if one.strip())]
    return Scope.only(**allowed)
