"""What may happen to a work order, when, and by whom: pure.

new ── assign ──> assigned ── start ──> doing ── finish ──> done ── verify ──> verified ── close ──> closed
 └─────────────── start (take it) ───────┘ │ ↑               │ (not urgent) ────── close ────────────────↑
                                   block ──┴─┴── unblock     └── reopen ──> assigned
assigned, doing, blocked ── hand over ──> assigned          open ── withdraw ──> closed
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, get_args

from linshu.engine.work.clock import WORKDAY, after, between
from linshu.engine.work.order import Severity, State
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from linshu.engine.work.order import Order

Act = Literal["assign", "hand_over", "start", "block", "unblock", "finish", "verify", "close", "reopen", "withdraw"]
ACTS: tuple[Act, ...] = get_args(Act)
STATES: tuple[State, ...] = get_args(State)
OPEN: tuple[State, ...] = ("new", "assigned", "doing", "blocked")
RUNNING: tuple[State, ...] = ("new", "assigned", "doing")  # those whose time runs; being blocked stops it
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

STATE_TITLES: dict[State, Text] = {
    "new": Text("待指派", "New"),
    "assigned": Text("待处理", "Assigned"),
    "doing": Text("处理中", "In progress"),
    "blocked": Text("受阻", "Blocked"),
    "done": Text("待验收", "Done"),
    "verified": Text("已验收", "Verified"),
    "closed": Text("已关闭", "Closed"),
}
ACT_TITLES: dict[str, Text] = {
    "open": Text("建单", "open"),
    "assign": Text("指派", "assign"),
    "hand_over": Text("转交", "hand over"),
    "start": Text("开始处理", "start"),
    "block": Text("标记受阻", "mark as blocked"),
    "unblock": Text("恢复处理", "go on with"),
    "finish": Text("完成", "finish"),
    "verify": Text("验收", "verify"),
    "close": Text("关闭", "close"),
    "reopen": Text("重新打开", "reopen"),
    "withdraw": Text("撤回", "withdraw"),
    "comment": Text("备注", "comment"),
    "file": Text("上传文件", "attach"),
    "late": Text("超时提醒", "reminder: late"),
}
SEVERITY_TITLES: dict[Severity, Text] = {
    "info": Text("留意", "Notice"),
    "warn": Text("要处理", "Act on it"),
    "urgent": Text("紧急", "Urgent"),
}
# Business time within which it is to be done.
ALLOWED: dict[Severity, timedelta] = {"urgent": timedelta(hours=4), "warn": WORKDAY, "info": 3 * WORKDAY}
SECOND_REMINDER = WORKDAY  # so long after the first, when it is still not done

TURNS: dict[tuple[State, Act], State] = {
    ("new", "assign"): "assigned",
    ("new", "start"): "doing",
    ("assigned", "start"): "doing",
    ("doing", "block"): "blocked",
    ("assigned", "block"): "blocked",
    ("blocked", "unblock"): "doing",
    ("assigned", "hand_over"): "assigned",
    ("doing", "hand_over"): "assigned",
    ("blocked", "hand_over"): "assigned",
    ("assigned", "finish"): "done",
    ("doing", "finish"): "done",
    ("done", "verify"): "verified",
    ("done", "close"): "closed",
    ("verified", "close"): "closed",
    ("done", "reopen"): "assigned",
    ("verified", "reopen"): "assigned",
    ("closed", "reopen"): "assigned",
    ("new", "withdraw"): "closed",
    ("assigned", "withdraw"): "closed",
    ("doing", "withdraw"): "closed",
    ("blocked", "withdraw"): "closed",
}
NEEDS_REASON: frozenset[Act] = frozenset({"hand_over", "block", "reopen", "withdraw"})
BY_OWNER: frozenset[Act] = frozenset({"start", "block", "unblock", "finish"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do, and when."""

    act: Act
    account: str
    at: datetime
    why: str = ""
    to: str = ""  # the account it is given to
    result: str = ""  # what came of it
    link: str = ""  # where that can be seen
    for_all: bool = False  # the machine, or whoever sits at it: acts in the place of any owner


def judge(order: Order, wish: Wish) -> State | Text:
    """The state a wish leads to, or in one sentence why it may not be."""
    to = TURNS.get((order.state, wish.act))
    if to is None:
        return Text(
            f"{STATE_TITLES[order.state].zh}的工单不能{ACT_TITLES[wish.act].zh}",
            f"one cannot {ACT_TITLES[wish.act].en} a work order in the state: {STATE_TITLES[order.state].en.lower()}",
        )
    if wish.act in NEEDS_REASON and not wish.why.strip():
        return Text("请写明原因", "a reason is needed")
    if wish.act in {"assign", "hand_over"} and not wish.to:
        return Text("请选择负责人", "choose who is to do it")
    if wish.act == "hand_over" and wish.to == order.owner:
        return Text("它已经由这个人负责", "it is that person's already")
    if wish.act in BY_OWNER and order.owner and order.owner != wish.account and not wish.for_all:
        return Text(f"它由 {order.owner} 负责，请先转交", f"it is {order.owner}'s: hand it over first")
    return _ended(order, wish, to)


def _ended(order: Order, wish: Wish, to: State) -> State | Text:
    """What is done has a result; what is urgent is looked at by another person before it is closed."""
    if wish.act == "finish" and not wish.result.strip():
        return Text("请写明处理结果", "say what came of it")
    if wish.act == "verify" and wish.account == order.done_by:
        return Text("处理的人不能自己验收", "whoever did it cannot verify it")
    if order.state == "done" and wish.act == "close" and order.severity == "urgent":
        return Text("紧急工单要先验收", "an urgent one is verified first")
    if wish.act == "reopen" and not order.owner:
        return "new"
    return to


def may(order: Order, act: Act, account: str) -> bool:
    """Whether a person would be let do this, given a reason and all else that is asked for."""
    return not isinstance(judge(order, Wish(act, account, order.changed_at, "—", "—", "—")), Text)


def due(opened: datetime, severity: Severity, zone: ZoneInfo) -> datetime:
    """Until when it is to be done."""
    return after(opened, ALLOWED[severity], zone)


def due_after(order: Order, wish: Wish, zone: ZoneInfo) -> datetime:
    """Until when it is to be done after this act: reopened, its time begins anew; what it stood blocked is given back."""
    if wish.act == "reopen":
        return due(wish.at, order.severity, zone)
    if order.state == "blocked" and order.blocked_at is not None and order.blocked_at < order.due_at:
        return after(order.due_at, between(order.blocked_at, wish.at, zone), zone)
    return order.due_at


def late_level(due_at: datetime, now: datetime, zone: ZoneInfo) -> int:
    """How often its being late should have been passed on by now: 0, 1, or 2 a working day later."""
    if now <= due_at:
        return 0
    return 2 if now > after(due_at, SECOND_REMINDER, zone) else 1
