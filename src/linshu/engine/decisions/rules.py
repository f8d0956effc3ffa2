"""What may happen to a proposal, when, and by whom: the rules of the ledger, pure.

draft ── approve ──> approved ── apply ──> applied ── measure ──> measured ── score ──> scored
  │ └── snooze ──> snoozed ── wake ──┐        │
  │ <───────────────────────────────┘        └── undo ──> undone
  ├── edit ──> draft, a version on
  ├── reject ──> rejected ── reopen ──> draft
  └── expire ──> expired
held: drawn into the comparison group when it was made; nobody acts on it
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from linshu.engine.decisions.proposal import State
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from linshu.engine.decisions.policy import Policy
    from linshu.engine.decisions.proposal import Proposal

Act = Literal["edit", "approve", "reject", "snooze", "wake", "reopen", "apply", "undo", "measure", "score", "expire"]
STATES: tuple[State, ...] = get_args(State)
OPEN: frozenset[State] = frozenset({"draft", "snoozed"})  # somebody still has to decide
AGREED: frozenset[State] = frozenset({"approved", "applied", "measured", "scored"})  # agreed to, and not undone

STATE_TITLES: dict[State, Text] = {
    "draft": Text("待定", "To decide"),
    "snoozed": Text("稍后", "Later"),
    "approved": Text("已批准", "Approved"),
    "rejected": Text("已拒绝", "Rejected"),
    "applied": Text("已执行", "Carried out"),
    "undone": Text("已撤销", "Undone"),
    "measured": Text("已衡量", "Measured"),
    "scored": Text("已计分", "Scored"),
    "expired": Text("已过期", "Expired"),
    "held": Text("对照组", "Comparison"),
}
ACT_TITLES: dict[Act, Text] = {
    "edit": Text("修改", "edit"),
    "approve": Text("批准", "approve"),
    "reject": Text("拒绝", "reject"),
    "snooze": Text("稍后再看", "look at it later"),
    "wake": Text("重新待定", "bring back"),
    "reopen": Text("重新考虑", "reconsider"),
    "apply": Text("执行", "carry out"),
    "undo": Text("撤销", "undo"),
    "measure": Text("衡量", "measure"),
    "score": Text("计分", "score"),
    "expire": Text("过期", "expire"),
}

TURNS: dict[tuple[State, Act], State] = {
    ("draft", "edit"): "draft",
    ("draft", "approve"): "approved",
    ("draft", "reject"): "rejected",
    ("draft", "snooze"): "snoozed",
    ("draft", "expire"): "expired",
    ("snoozed", "edit"): "draft",
    ("snoozed", "approve"): "approved",
    ("snoozed", "reject"): "rejected",
    ("snoozed", "snooze"): "snoozed",
    ("snoozed", "wake"): "draft",
    ("snoozed", "expire"): "expired",
    ("rejected", "reopen"): "draft",
    ("approved", "apply"): "applied",
    ("applied", "undo"): "undone",
    ("applied", "measure"): "measured",
    ("measured", "score"): "scored",
}
NEEDS_REASON: frozenset[Act] = frozenset({"reject", "edit", "undo", "reopen"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do, and when."""

    act: Act
    user_id: str
    at: datetime
    why: str = ""
    until: datetime | None = None  # for a snooze


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a proposal: its next state, and whether only a first of two people agreed."""

    state: State
    first_by: str = ""  # who agreed first, where a second must


def judge(proposal: Proposal, wish: Wish, policy: Policy) -> Turn | Text:
    """What a wish turns a proposal into, or in one sentence why it may not be."""
    after = TURNS.get((proposal.state, wish.act))
    if after is None:
        return Text(
            f"{STATE_TITLES[proposal.state].zh}的建议不能{ACT_TITLES[wish.act].zh}",
            f"one cannot {ACT_TITLES[wish.act].en} a proposal in the state: {STATE_TITLES[proposal.state].en.lower()}",
        )
    if wish.act in NEEDS_REASON and not wish.why.strip():
        return Text("请写明原因", "a reason is needed")
    if wish.act in {"edit", "approve", "snooze", "reopen"} and proposal.expires_at <= wish.at:
        return Text("建议已经过期，按它执行已经太晚", "it has expired: it is too late to act on it")
    if wish.act == "snooze" and (wish.until is None or wish.until <= wish.at or wish.until > proposal.expires_at):
        return Text("稍后的时间要在现在与过期之间", "it can be put off until a moment between now and its expiry")
    if wish.act == "undo" and (proposal.undo_until is None or proposal.undo_until < wish.at):
        return Text("可以撤销的时间已过", "the time in which it could be undone is over")
    if wish.act == "approve" and policy.two_people(proposal.cost):
        return _second_look(proposal, wish, after)
    return Turn(after)


def _second_look(proposal: Proposal, wish: Wish, after: State) -> Turn | Text:
    """Two people must agree, neither of whom wrote the lines as they stand."""
    if wish.user_id == proposal.edited_by:
        return Text(
            "金额较大，改过它的人不能自己批准",
            "the amount is large: whoever changed it cannot approve it",
        )
    if not proposal.first_by:
        return Turn(proposal.state, first_by=wish.user_id)
    if proposal.first_by == wish.user_id:
        return Text("金额较大，要由另一个人再批准", "the amount is large: another person must approve it too")
    return Turn(after, first_by=proposal.first_by)
