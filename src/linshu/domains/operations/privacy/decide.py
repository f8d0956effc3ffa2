"""Who may do what with personal data, and when: pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RequestKind = Literal["erase", "export"]
State = Literal["waiting", "agreed", "done", "refused", "withdrawn", "expired"]
KIND_TITLES: dict[RequestKind, Text] = {"erase": Text("删除", "Erasure"), "export": Text("导出", "Export")}
STATE_TITLES: dict[State, Text] = {
    "waiting": Text("等第二人", "Waits for a second person"), "agreed": Text("执行中", "Under way"),
    "done": Text("已完成", "Done"), "refused": Text("已拒绝", "Refused"), "withdrawn": Text("已撤回", "Withdrawn"),
    "expired": Text("已过期", "Expired"),
}  # fmt: skip
# Who can be erased, as the tables of the standard call them.
PERSONS = {
    "member": Text("会员", "Member"), "leader": Text("团长", "Leader"), "supplier": Text("供应商联系人", "Supplier's contact"),
    "courier": Text("配送员", "Courier"), "staff": Text("员工", "Staff"),
}  # fmt: skip
ERASED_NAME = "已删除"  # what an account is called whose person was erased
PURPOSES = {
    "marketing": Text("营销信息", "Marketing"), "profiling": Text("画像与推荐", "Profiling"),
    "sharing": Text("对外提供", "Sharing"),
}  # fmt: skip
PLACES = {
    "mini_program": Text("小程序", "Mini program"), "chat": Text("微信群或客服", "Chat"), "store": Text("门店", "Store"),
    "phone": Text("电话", "Phone"), "paper": Text("书面", "Paper"), "other": Text("其他", "Other"),
}  # fmt: skip
# Not accounts of persons: a command of the machine may ask, and never be the second one.
MACHINES = ("local", "system")
MACHINE = "os:"
SHORTEST_WHY = 4
ANSWER_WITHIN = timedelta(days=30)  # what the company owes whoever asked; GB/T 35273 says thirty days
WINDOW = timedelta(hours=1)
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Request:
    """A wish that two persons must agree on, and what became of it."""

    request_id: str
    kind: RequestKind
    subject: str
    why: str
    asked_by: str
    asked_at: datetime
    state: State = "waiting"
    what: Mapping[str, Any] = field(default_factory=dict)
    decided_by: str = ""
    decided_at: datetime | None = None
    said: str = ""
    done_at: datetime | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    opener: str = field(default="", repr=False)
    size: int = 0
    expires_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in {"waiting", "agreed"}

    @property
    def answer_by(self) -> datetime:
        """Until when whoever it is about must have been answered."""
        return self.asked_at + ANSWER_WITHIN


def refusal_of_why(why: str) -> Text | None:
    """What is wrong with a reason; None when it says something."""
    if len("".join(why.split())) < SHORTEST_WHY:
        return Text("请写明理由，至少四个字", "say why, in four signs at least")
    return None


def refusal_of_second(request: Request, account: str) -> Text | None:
    """Why this account cannot be the second person; None when it can."""
    if request.state != "waiting":
        return Text(
            f"这个申请{STATE_TITLES[request.state].zh}，不能再决定",
            f"this request is decided already: {STATE_TITLES[request.state].en.lower()}",
        )
    if account in MACHINES or account.startswith(MACHINE):
        return Text("要由一个有账号的人来确认", "a person with an account of their own must confirm it")
    if account == request.asked_by:
        return Text("不能确认自己的申请，请另一个人来", "nobody confirms their own request; ask another person")
    return None


def wait_before(seen: Iterable[datetime], now: datetime, most: int) -> timedelta:
    """How long to wait before one more may be shown: zero while fewer than `most` were within the last hour."""
    lately = sorted(one for one in seen if now - one < WINDOW)
    if len(lately) < most:
        return timedelta()
    return lately[len(lately) - most] + WINDOW - now


@dataclass(frozen=True, slots=True)
class Due:
    """What of a span is past its time, and what will be within a month."""

    name: str
    before: date | None  # rows older than this day are past their time; None = kept without limit
    now: int = 0
    soon: int = 0


def cut_off(today: date, days: int) -> date | None:
    """The day before which what is kept so many days is past its time; None for no limit."""
    return today - timedelta(days=days) if days > 0 else None


def may_fetch(request: Request, account: str, now: datetime) -> Text | None:
    """Why a file cannot be fetched by this account now; None when it can."""
    if request.kind != "export" or request.state not in {"done", "expired"}:
        return Text("这个申请没有文件", "this request has no file")
    if request.state == "expired" or not request.opener or request.expires_at is None or now >= request.expires_at:
        return Text("文件已过期并删除，请重新申请", "the file has expired and is gone; ask again")
    if account != request.asked_by:
        return Text("只有申请人可以下载", "only whoever asked may fetch it")
    return None
