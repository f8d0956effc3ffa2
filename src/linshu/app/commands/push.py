"""Push channels and the outbox on the command line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, cast

import typer

from linshu.app import call
from linshu.app.answer import Answer
from linshu.app.commands.people import scope_said
from linshu.app.person import acting
from linshu.app.pushing import push_desk
from linshu.app.states import open_state
from linshu.engine.push.books import Filter
from linshu.engine.push.channels import KINDS, Channel
from linshu.engine.push.outbox import STATES
from linshu.engine.shell.pushing import MEND, NO_KEY
from linshu.kernel.errors import Misused, Unavailable, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.app.call import Call
    from linshu.engine.audit import Actor
    from linshu.engine.push.desk import PushDesk
    from linshu.kernel.text import Language

app = typer.Typer()
push = typer.Typer(help="推送：通道与待发箱 · Push: channels and the outbox.")
app.add_typer(push, name="push")

Named = Annotated[str, typer.Argument(metavar="NAME", help="通道名 · the channel")]
Message = Annotated[str, typer.Argument(metavar="ID", help="消息编号 · the message's id")]


@contextmanager
def _desk(this: Call) -> Iterator[PushDesk]:
    acting(this.project, this.person, "push.manage")
    with open_state(this.project) as state:
        desk = push_desk(this.project, state)
        if desk is None:
            raise Unavailable(NO_KEY, mend=MEND)
        yield desk


@push.command("list")
def push_list(ctx: typer.Context) -> None:
    """列出推送通道，密钥已遮盖 · List the channels, secrets masked."""
    this = call.of(ctx)
    with _desk(this) as desk:
        this.show(Answer.of(_row(one) for one in desk.channels.all()))


@push.command("add")
def push_add(  # noqa: PLR0913, PLR0917 - the parts of a channel, each an option
    ctx: typer.Context,
    name: Named,
    kind: Annotated[str, typer.Option(help=" ".join(KINDS))],
    config: Annotated[
        list[str], typer.Option("--set", help="配置，如 url=https://…，可重复；邮件用 host、sender、to · configuration")
    ],
    secret: Annotated[str, typer.Option(help="加签密钥或口令 · its secret", envvar="LINSHU_PUSH_SECRET")] = "",
    quiet: Annotated[str, typer.Option(help="免打扰，如 22:00-07:30 · quiet hours")] = "",
    language: Annotated[str, typer.Option(help="zh 或 en · language")] = "zh",
    only: Annotated[
        list[str] | None,
        typer.Option(help="收件人能看的数据，如 regions=420106，可重复 · the rows its readers may see"),
    ] = None,
) -> None:
    """新增推送通道，密钥封存 · Keep a channel; its configuration is sealed."""
    this = call.of(ctx)
    if kind not in KINDS:
        raise Misused(Text(f"没有这种通道：{kind}", f"there is no such kind: {kind}"), mend=nearest(kind, KINDS))
    given = dict(part.partition("=")[::2] for part in config) | ({"secret": secret} if secret else {})
    begin, _, end = quiet.partition("-")
    made = Channel("", name, kind, given, True, begin, end, cast("Language", language), scope_said(only or []))
    with _desk(this) as desk:
        this.show(Answer.of([_row(desk.channels.add(made, _actor(this)))]))


@push.command("remove")
def push_remove(ctx: typer.Context, name: Named) -> None:
    """删除推送通道 · Forget a channel."""
    this = call.of(ctx)
    with _desk(this) as desk:
        desk.channels.remove(name, _actor(this))
        this.show(Answer.of(_row(one) for one in desk.channels.all()))


@push.command("test")
def push_test(ctx: typer.Context, name: Named) -> None:
    """发一条测试消息，看对方怎么说 · Send a test message, and see what the receiver says."""
    this = call.of(ctx)
    with _desk(this) as desk:
        well, words = desk.test(name, _actor(this))
    this.show(Answer.of([{"channel": name, "ok": well, "said": words.say(this.language)}]))
    if not well:
        raise typer.Exit(1)


@push.command("outbox")
def push_outbox(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(help="收件方或主题 · receiver or subject")] = "",
    state: Annotated[str, typer.Option(help=" ".join(STATES))] = "",
    limit: Annotated[int, typer.Option(help="最多几条 · at most so many")] = 30,
) -> None:
    """待发箱：等着的、发出的、失败的 · What waits, what left, what failed."""
    this = call.of(ctx)
    if state and state not in STATES:
        raise Misused(Text(f"没有状态 {state}", f"there is no state {state}"), mend=nearest(state, STATES))
    with _desk(this) as desk:
        found, total = desk.messages(Filter(state, words=words), limit=limit)
    this.show(
        Answer.of(
            [
                {
                    "message": one.message_id, "receiver": one.receiver, "subject": one.subject, "state": one.state,
                    "attempts": one.attempts, "created_at": one.created_at, "sent_at": one.sent_at,
                    "said": one.notes[-1].words.say(this.language) if one.notes else "",
                }
                for one in found
            ],
            total=total,
        )
    )  # fmt: skip


@push.command("retry")
def push_retry(ctx: typer.Context, message: Message) -> None:
    """再发一次失败的消息 · Send a message that failed again; a running server delivers it."""
    _turn(ctx, message, retry=True)


@push.command("cancel")
def push_cancel(ctx: typer.Context, message: Message) -> None:
    """取消还没发出的消息 · Keep a message from leaving."""
    _turn(ctx, message, retry=False)


def _turn(ctx: typer.Context, message: str, *, retry: bool) -> None:
    this = call.of(ctx)
    with _desk(this) as desk:
        (desk.retry if retry else desk.cancel)(message, _actor(this))
        found = desk.message(message)
    this.show(Answer.of([{"message": found.message_id, "state": found.state, "receiver": found.receiver}]))


def _actor(this: Call) -> Actor:
    return acting(this.project, this.person, "push.manage")


def _row(one: Channel) -> dict[str, object]:
    quiet = f"{one.quiet_from}-{one.quiet_to}" if one.quiet_from else ""
    scope = "; ".join(f"{name}={','.join(ids)}" for name, ids in one.scope.restrictions())
    return {
        "name": one.name, "kind": one.kind, "active": one.active, "language": one.language, "quiet": quiet, "scope": scope,
        "config": " ".join(f"{name}={value}" for name, value in one.shown.items()),
    }  # fmt: skip
