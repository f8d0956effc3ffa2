"""The inbox on the command line: what is proposed, decided, edited, and what it brought."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from linshu.app import call
from linshu.app.deciding import Decisions
from linshu.engine.decisions import Wanted
from linshu.engine.decisions.book import SORTS
from linshu.engine.decisions.proposal import State
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.decisions.rules import Act

app = typer.Typer()
todo = typer.Typer(help="今日待办：建议、决定、结果 · Proposals, decisions, outcomes.")
policy = typer.Typer(help="每类建议的策略 · The policy of each kind of proposals.")
todo.add_typer(policy, name="policy")
app.add_typer(todo, name="todo")

Ids = Annotated[list[str], typer.Argument(help="建议编号 · ids of proposals")]
One = Annotated[str, typer.Argument(help="建议编号 · id of a proposal")]
Kind = Annotated[str, typer.Argument(help="建议种类 · kind of proposals")]
Why = Annotated[str, typer.Option(help="原因 · the reason")]


def _decisions(ctx: typer.Context) -> Decisions:
    this = call.of(ctx)
    return Decisions(this.project, this.person)


@todo.command("list")
def todo_list(  # noqa: PLR0913, PLR0917 - the parts of a filter, each an option
    ctx: typer.Context,
    state: Annotated[str, typer.Option(help="状态，逗号分开 · states: " + " ".join(get_args(State)))] = "",
    kind: Annotated[str, typer.Option(help="建议种类 · kind")] = "",
    words: Annotated[str, typer.Option("--find", help="搜索 · words to find")] = "",
    start: Annotated[str, typer.Option("--from", help="从哪天 · first day")] = "",
    end: Annotated[str, typer.Option("--to", help="到哪天 · last day")] = "",
    order: Annotated[str, typer.Option(help="排序，前面加 - 表示从大到小 · " + " ".join(SORTS))] = "-value",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="最多几条 · at most")] = 50,
) -> None:
    """列出建议，默认是等人决定的 · List proposals; by default those that wait for a decision."""
    states = tuple(filter(None, state.split(",")))
    for one in states:
        if one not in get_args(State):
            raise Misused(Text(f"没有状态 {one}", f"there is no state {one}"), mend=nearest(one, get_args(State)))
    if order.lstrip("-") not in SORTS:
        raise Misused(Text(f"不能按 {order} 排序", f"cannot sort by {order}"), mend=nearest(order, SORTS))
    wanted = Wanted(
        (kind,) if kind else (),
        states,
        _day(start),
        _day(end),
        words,
        order.lstrip("-"),
        not order.startswith("-"),
        limit,
    )
    call.of(ctx).show(_decisions(ctx).list(wanted))


@todo.command("show")
def todo_show(ctx: typer.Context, proposal: One) -> None:
    """一条建议的内容、理由、当时的数字和经过 · One proposal with everything behind it."""
    call.of(ctx).show(_decisions(ctx).show(proposal))


@todo.command("approve")
def approve(ctx: typer.Context, proposals: Ids) -> None:
    """批准并执行 · Approve, and carry out."""
    _act(ctx, "approve", proposals)


@todo.command("reject")
def reject(ctx: typer.Context, proposals: Ids, why: Why) -> None:
    """拒绝，要写原因 · Reject, with a reason."""
    _act(ctx, "reject", proposals, why=why)


@todo.command("snooze")
def snooze(
    ctx: typer.Context,
    proposals: Ids,
    hours: Annotated[int, typer.Option(min=1, help="几小时后回来 · back in so many hours")] = 24,
) -> None:
    """稍后再看 · Put off."""
    _act(ctx, "snooze", proposals, until=datetime.now(UTC) + timedelta(hours=hours))


@todo.command("reopen")
def reopen(ctx: typer.Context, proposals: Ids, why: Why) -> None:
    """重新考虑被拒绝的 · Reconsider what was rejected."""
    _act(ctx, "reopen", proposals, why=why)


@todo.command("undo")
def undo(ctx: typer.Context, proposals: Ids, why: Why) -> None:
    """撤销已执行的 · Take back what was carried out, while there is time."""
    _act(ctx, "undo", proposals, why=why)


@todo.command("edit")
def edit(
    ctx: typer.Context,
    proposal: One,
    why: Why,
    values: Annotated[list[str], typer.Option("--set", help="列=值，金额用分 · column=value, money in fen")],
    line: Annotated[int, typer.Option(min=1, help="第几行 · which line")] = 1,
) -> None:
    """修改一行 · Change a line."""
    decisions = _decisions(ctx)
    lines: list[dict[str, Any]] = [{} for _ in decisions.show(proposal).rows]
    if line > len(lines):
        raise Misused(Text(f"只有 {len(lines)} 行", f"there are {len(lines)} lines"))
    lines[line - 1] = dict(_pair(one) for one in values)
    call.of(ctx).show(decisions.edit(proposal, lines, why))


@todo.command("score")
def todo_score(ctx: typer.Context) -> None:
    """每类建议答应了多少、带来了多少 · What each kind promised and brought."""
    call.of(ctx).show(_decisions(ctx).scores())


@policy.command("show")
def policy_show(ctx: typer.Context, kind: Kind) -> None:
    """一类建议的策略和历史 · The policy of a kind, version by version."""
    call.of(ctx).show(_decisions(ctx).policy(kind))


@policy.command("set")
def policy_set(
    ctx: typer.Context,
    kind: Kind,
    values: Annotated[list[str], typer.Argument(help="名称=值，金额用分 · name=value, money in fen")],
    why: Why,
) -> None:
    """存为新的一版 · Set the next version."""
    call.of(ctx).show(_decisions(ctx).set_policy(kind, dict(_pair(one) for one in values), why))


@policy.command("back")
def policy_back(
    ctx: typer.Context,
    kind: Kind,
    version: Annotated[int, typer.Argument(min=0, help="第几版，0 是系统自带的数 · which version; 0 = as delivered")],
    why: Why,
) -> None:
    """退回到以前的一版 · Go back to an earlier version."""
    call.of(ctx).show(_decisions(ctx).back_to(kind, version, why))


def _act(ctx: typer.Context, act: Act, proposals: list[str], **more: Any) -> None:
    this = call.of(ctx)
    answer = _decisions(ctx).decide(act, proposals, **more)
    this.show(answer)
    if answer.meta["refused"]:
        raise typer.Exit(1)


def _pair(text: str) -> tuple[str, Any]:
    name, found, value = text.partition("=")
    if not found:
        raise Misused(Text(f"应写成 名称=值：{text}", f"write name=value: {text}"))
    try:
        return name.strip(), int(value)
    except ValueError:
        return name.strip(), value


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if word else None
    except ValueError as error:
        raise Misused(Text(f"{word} 不是日期", f"{word} is no date")) from error
