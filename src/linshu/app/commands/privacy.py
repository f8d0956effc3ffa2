"""Personal data on the command line: revealed for a reason, erased or taken out once two persons agree."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linshu.app import call
from linshu.app.answer import Answer
from linshu.app.local import LocalShop
from linshu.app.person import account, acting, of_machine
from linshu.app.privacy import LocalPrivacy, desk_of
from linshu.app.remote import RemoteShop
from linshu.app.states import open_state
from linshu.engine.access.scope import Scope
from linshu.kernel.errors import Conflict, Forbidden, Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.app.call import Call
    from linshu.app.privacy import Privacy

app = typer.Typer()
privacy = typer.Typer(help="个人信息：删除与导出，两人经手 · Personal data: erasures and exports, by two persons.")
app.add_typer(privacy, name="privacy")

Why = Annotated[str, typer.Option(help="理由，会留档 · why; it is kept")]
Request = Annotated[str, typer.Argument(metavar="REQUEST", help="申请编号 · the request")]
Whom = Annotated[
    str,
    typer.Argument(
        metavar="WHOM",
        help="会员编号，或 leader:L1、supplier:S1、courier:R1、staff:T1 · a member's id, or one of these",
    ),
]
Member = Annotated[str, typer.Argument(metavar="MEMBER", help="会员编号 · the member's id")]
KINDS = {"erase": "personal.manage", "export": "personal.export"}


@contextmanager
def _privacy(this: Call, asks: str) -> Iterator[Privacy]:
    """Personal data through the running server, else by this process; held to the rights of the account named."""
    project = this.project
    actor = acting(project, this.person, asks)
    scope = account(project, this.person).scope if this.person else Scope()
    with _opened(this) as shop:
        if isinstance(shop, RemoteShop):
            yield shop.privacy
        else:
            if scope.restrictions() and asks != "personal.reveal":
                raise Forbidden(Text("您只能看一部分数据，不能这样做", "you see a part of the data, so not this"))
            with open_state(project) as state:
                yield LocalPrivacy(desk_of(shop, state), actor, scope, shop.figures)


def _opened(this: Call) -> RemoteShop | LocalShop:
    """The project's shop, unbound: what is asked of it here judges rights by itself, as the server does."""
    person = this.person or of_machine()
    remote = RemoteShop.reach(this.project, person)
    return remote if remote is not None else LocalShop.open(this.project, person=person)


@app.command("reveal")
def reveal(
    ctx: typer.Context,
    whom: Annotated[str, typer.Argument(metavar="WHOM", help="谁：member:M1、leader:L1、orders:O1 · whom")],
    why: Why,
    fields: Annotated[str, typer.Option(help="只看哪些列，逗号分开 · only these columns")] = "",
) -> None:
    """查看一个人的手机、姓名、地址原文，记入审计 · Show one person's phone, name, address; it is written down."""
    this = call.of(ctx)
    with _privacy(this, "personal.reveal") as desk:
        this.show(desk.reveal(whom, why, tuple(filter(None, fields.split(",")))))


@privacy.command("find")
def find(ctx: typer.Context) -> None:
    """按手机号查是谁，号码另行询问 · Find people by phone; the number is asked for, so that no history keeps it."""
    this = call.of(ctx)
    phone = typer.prompt("手机号 · phone", hide_input=True, err=True)
    with _privacy(this, "personal.reveal") as desk:
        this.show(desk.find(phone))


@privacy.command("preview")
def preview(ctx: typer.Context, whom: Whom) -> None:
    """删除一个人会去掉什么、依法留下什么 · What erasing somebody takes away, and what stays."""
    this = call.of(ctx)
    with _privacy(this, "personal.manage") as desk:
        this.show(desk.preview(whom))


@privacy.command("erase")
def erase(ctx: typer.Context, whom: Whom, why: Why) -> None:
    """申请删除一个人的信息，另一人确认后执行 · Ask that somebody be erased; another person confirms it."""
    this = call.of(ctx)
    with _privacy(this, "personal.manage") as desk:
        this.show(desk.ask("erase", whom, why))


@privacy.command("export")
def export(
    ctx: typer.Context,
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="member:编号、list:member、list:leader、list:orders · what")
    ],
    why: Why,
    start: Annotated[str, typer.Option("--from", help="订单从哪天 · orders from this day")] = "",
    end: Annotated[str, typer.Option("--to", help="到哪天 · to this day")] = "",
) -> None:
    """申请导出个人信息，另一人批准后可下载 · Ask for a file with personal data; another person agrees to it."""
    this = call.of(ctx)
    days = (_day(start), _day(end)) if start and end else None
    with _privacy(this, "personal.export") as desk:
        this.show(desk.ask("export", subject, why, days))


@privacy.command("list")
def requests(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(help="搜索 · words to find")] = "",
    kind: Annotated[str, typer.Option(help="erase export")] = "",
    state: Annotated[str, typer.Option(help="waiting agreed done refused withdrawn expired")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="最多几条 · at most so many")] = 50,
) -> None:
    """列出删除与导出的申请 · List erasures and exports asked for."""
    this = call.of(ctx)
    with _privacy(this, "personal.manage") as desk:
        this.show(desk.requests(kind, state, words, limit))


@privacy.command("confirm")
def confirm(ctx: typer.Context, kind: Annotated[str, typer.Argument(help="erase export")], request: Request) -> None:
    """第二个人确认，随即执行；用 --as 写明账号 · The second person confirms, and it is done; name the account by --as."""
    _decide(ctx, kind, request, agree=True, why="")


@privacy.command("refuse")
def refuse(
    ctx: typer.Context, kind: Annotated[str, typer.Argument(help="erase export")], request: Request, why: Why
) -> None:
    """第二个人拒绝 · The second person refuses."""
    _decide(ctx, kind, request, agree=False, why=why)


@privacy.command("withdraw")
def withdraw(ctx: typer.Context, kind: Annotated[str, typer.Argument(help="erase export")], request: Request) -> None:
    """申请人撤回 · Whoever asked takes it back."""
    this = call.of(ctx)
    with _privacy(this, _asks(kind)) as desk:
        this.show(desk.withdraw(kind, request))


@privacy.command("fetch")
def fetch(
    ctx: typer.Context,
    request: Request,
    to: Annotated[Path, typer.Argument(metavar="FILE", help="存到哪里 · where to")],
) -> None:
    """下载批准的文件，过期删除，下载留档 · Fetch the file of a request; it expires, and fetching is written down."""
    this = call.of(ctx)
    if to.exists():
        raise Conflict(Text(f"{to} 已存在", f"{to} exists already"), mend=Text("请换一个文件名。", "Choose another."))
    with _privacy(this, "personal.export") as desk:
        _, content = desk.fetch(request)
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    this.show(Answer.of([{"file": str(to), "bytes": len(content)}]))


@privacy.command("consents")
def consents(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(help="会员编号或凭据 · a member or proof")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="最多几条 · at most so many")] = 50,
) -> None:
    """会员同意或撤回了什么 · What members agreed to or took back."""
    this = call.of(ctx)
    with _privacy(this, "personal.manage") as desk:
        this.show(desk.consents(words, limit))


@privacy.command("consent")
def consent(
    ctx: typer.Context,
    member: Member,
    purpose: Annotated[str, typer.Argument(help="marketing profiling sharing")],
    proof: Annotated[str, typer.Option(help="凭据，如条款版本、录音编号 · what proves it")],
    given: Annotated[bool, typer.Option("--yes/--no", help="同意还是撤回 · consent or withdrawal")],
    place: Annotated[str, typer.Option(help="mini_program chat store phone paper other")] = "other",
) -> None:
    """登记一次同意或撤回 · Keep a consent or a withdrawal."""
    this = call.of(ctx)
    with _privacy(this, "personal.manage") as desk:
        this.show(desk.consent(member, purpose, given=given, place=place, proof=proof))


@privacy.command("retention")
def retention(
    ctx: typer.Context,
    apply: Annotated[
        bool, typer.Option("--apply", help="现在就删到期的 · let go of what is past its time now")
    ] = False,
) -> None:
    """各类个人信息保留多久、为什么、现在到期多少 · How long what is kept, why, and how much is past its time."""
    this = call.of(ctx)
    with _privacy(this, "personal.manage") as desk:
        this.show(desk.retention(apply=apply))


def _decide(ctx: typer.Context, kind: str, request: str, *, agree: bool, why: str) -> None:
    this = call.of(ctx)
    with _privacy(this, _asks(kind)) as desk:
        this.show(desk.decide(kind, request, agree=agree, said=why))


def _asks(kind: str) -> str:
    if kind not in KINDS:
        raise Misused(Text(f"没有这种申请：{kind}", f"there is no such request: {kind}"), mend=nearest(kind, KINDS))
    return KINDS[kind]


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Misused(
            Text(f"日期写成 2026-11-01，不是 {written}", f"write a day as 2026-11-01, not {written}")
        ) from error
