"""Work orders on the command line: found, opened, given to somebody, worked on, closed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, get_args

import typer

from linshu.app import call
from linshu.app.ordering import WorkOrders
from linshu.engine.work import Draft, Wanted
from linshu.engine.work.book import SORTS
from linshu.engine.work.order import Severity, State
from linshu.engine.work.rules import RUNNING, Act
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

app = typer.Typer()
work = typer.Typer(help="工单：要做的事、谁做、做到哪 · Work orders: what, by whom, how far.")
app.add_typer(work, name="work")

Ids = Annotated[list[str], typer.Argument(help="工单编号 · ids of work orders")]
One = Annotated[str, typer.Argument(help="工单编号 · id of a work order")]
Why = Annotated[str, typer.Option(help="原因 · the reason")]
To = Annotated[str, typer.Option(help="交给谁：账号 · to whom: an account")]


def _orders(ctx: typer.Context) -> WorkOrders:
    this = call.of(ctx)
    return WorkOrders(this.project, this.person)


@work.command("list")
def work_list(  # noqa: PLR0913, PLR0917 - the parts of a filter, each an option
    ctx: typer.Context,
    state: Annotated[str, typer.Option(help="状态，逗号分开 · states: " + " ".join(get_args(State)))] = "",
    owner: Annotated[str, typer.Option(help="负责人账号 · account of the owner")] = "",
    severity: Annotated[str, typer.Option(help="级别 · " + " ".join(get_args(Severity)))] = "",
    late: Annotated[bool, typer.Option("--late", help="只看超时的 · only those that are late")] = False,
    words: Annotated[str, typer.Option("--find", help="搜索 · words to find")] = "",
    order: Annotated[str, typer.Option(help="排序，前面加 - 表示从大到小 · " + " ".join(SORTS))] = "due",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="最多几张 · at most")] = 50,
) -> None:
    """列出工单，默认是未完成的 · List work orders; by default those that are not done."""
    states = tuple(filter(None, state.split(","))) or (RUNNING if late else ())
    for given, known in ((one, get_args(State)) for one in states):
        _known(given, known)
    if severity:
        _known(severity, get_args(Severity))
    _known(order.lstrip("-"), tuple(SORTS))
    wanted = Wanted(
        states,
        (owner,) if owner else (),
        (severity,) if severity else (),
        datetime.now(UTC) if late else None,
        words,
        order.lstrip("-"),
        not order.startswith("-"),
        limit,
    )
    call.of(ctx).show(_orders(ctx).list(wanted))


def _known(word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        raise Misused(Text(f"没有 {word}", f"there is no {word}"), mend=nearest(word, known))


@work.command("show")
def work_show(ctx: typer.Context, order: One) -> None:
    """一张工单的内容、经过和文件 · One work order with all that happened to it."""
    call.of(ctx).show(_orders(ctx).show(order))


@work.command("new")
def work_new(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="要做什么 · what is to be done")],
    what: Annotated[str, typer.Option(help="说明 · more about it")] = "",
    severity: Annotated[str, typer.Option(help="级别 · " + " ".join(get_args(Severity)))] = "warn",
    to: To = "",
    key: Annotated[str, typer.Option(help="同一个键只建一张 · the same key opens one")] = "",
) -> None:
    """建一张工单 · Open a work order."""
    for known in get_args(Severity):
        if known == severity:
            draft = Draft(Text(title, title), what, known, key=f"own:{key}"[:120] if key else "", owner=to)
            call.of(ctx).show(_orders(ctx).new(draft))
            return
    _known(severity, get_args(Severity))


@work.command("from-alert")
def from_alert(
    ctx: typer.Context, alert: Annotated[str, typer.Argument(help="预警编号 · id of an alert")], to: To = ""
) -> None:
    """为一个预警建工单，只建一张 · Open a work order for an alert, once."""
    call.of(ctx).show(_orders(ctx).from_alert(alert, to))


@work.command("assign")
def assign(ctx: typer.Context, orders: Ids, to: To) -> None:
    """指派 · Give to somebody."""
    _act(ctx, "assign", orders, to=to)


@work.command("hand-over")
def hand_over(ctx: typer.Context, orders: Ids, to: To, why: Why) -> None:
    """转交，要写原因 · Hand over, with a reason."""
    _act(ctx, "hand_over", orders, to=to, why=why)


@work.command("start")
def start(ctx: typer.Context, orders: Ids) -> None:
    """开始处理 · Start."""
    _act(ctx, "start", orders)


@work.command("block")
def block(ctx: typer.Context, orders: Ids, why: Why) -> None:
    """标记受阻，计时暂停 · Mark as blocked; its clock stops."""
    _act(ctx, "block", orders, why=why)


@work.command("unblock")
def unblock(ctx: typer.Context, orders: Ids) -> None:
    """恢复处理 · Go on."""
    _act(ctx, "unblock", orders)


@work.command("done")
def finish(
    ctx: typer.Context,
    orders: Ids,
    result: Annotated[str, typer.Option(help="处理结果 · what came of it")],
    link: Annotated[str, typer.Option(help="结果链接 · where it can be seen")] = "",
) -> None:
    """完成，写明结果 · Finish, with what came of it."""
    _act(ctx, "finish", orders, result=result, link=link)


@work.command("verify")
def verify(ctx: typer.Context, orders: Ids) -> None:
    """验收，不能是处理的人 · Verify; not by whoever did it."""
    _act(ctx, "verify", orders)


@work.command("close")
def close(ctx: typer.Context, orders: Ids) -> None:
    """关闭 · Close."""
    _act(ctx, "close", orders)


@work.command("reopen")
def reopen(ctx: typer.Context, orders: Ids, why: Why) -> None:
    """重新打开 · Reopen."""
    _act(ctx, "reopen", orders, why=why)


@work.command("withdraw")
def withdraw(ctx: typer.Context, orders: Ids, why: Why) -> None:
    """撤回，不用做了 · Withdraw: it need not be done."""
    _act(ctx, "withdraw", orders, why=why)


@work.command("comment")
def comment(ctx: typer.Context, order: One, words: Annotated[str, typer.Argument(help="备注 · the words")]) -> None:
    """写一条备注 · Say something about it."""
    call.of(ctx).show(_orders(ctx).comment(order, words))


@work.command("attach")
def attach(ctx: typer.Context, order: One, file: Annotated[Path, typer.Argument(help="文件 · the file")]) -> None:
    """附一个小文件 · Add a small file."""
    call.of(ctx).show(_orders(ctx).attach(order, file))


@work.command("fetch")
def fetch(
    ctx: typer.Context,
    order: One,
    file: Annotated[str, typer.Argument(metavar="FILE", help="文件编号，见 linshu work show · the file's id")],
    to: Annotated[Path | None, typer.Option(help="存到哪里，默认用原名 · where to; its own name by default")] = None,
) -> None:
    """取回一个文件 · Save a file of it."""
    call.of(ctx).show(_orders(ctx).fetch(order, file, to))


@work.command("stats")
def work_stats(ctx: typer.Context) -> None:
    """谁手上有多少、做得怎样 · Who has how many, and how the work goes."""
    call.of(ctx).show(_orders(ctx).stats())


def _act(ctx: typer.Context, act: Act, orders: list[str], **said: str) -> None:
    this = call.of(ctx)
    answer = _orders(ctx).act(act, orders, **said)
    this.show(answer)
    if answer.meta["refused"]:
        raise typer.Exit(1)
