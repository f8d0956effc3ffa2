"""What the pages of privacy show: which part is asked for, and requests in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.domains.operations.privacy.decide import KIND_TITLES, PERSONS, PURPOSES, STATE_TITLES
from linshu.domains.operations.privacy.inputs import Wanted
from linshu.engine.shell.listing import link, page_in, words_in
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.domains.operations.privacy.decide import Request

PAGE_ROWS = 30
TABS = {
    "": Text("申请", "Requests"),
    "consent": Text("同意", "Consent"),
    "retention": Text("保留期", "Retention"),
    "reveals": Text("查看记录", "Reveals"),
}
STATES: dict[str, tuple[Text, tuple[str, ...]]] = {
    "": (Text("全部", "All"), ()),
    "open": (Text("待处理", "Open"), ("waiting", "agreed")),
    "done": (Text("已完成", "Done"), ("done", "expired")),
    "other": (Text("未通过", "Not granted"), ("refused", "withdrawn")),
}
TONES = {"waiting": "is-warn", "agreed": "is-info", "done": "is-good", "refused": "", "withdrawn": "", "expired": ""}
LISTS = {
    "member": Text("全部会员的手机、地址", "Phones and addresses of all members"),
    "leader": Text("全部团长的姓名、手机", "Names and phones of all leaders"),
    "orders": Text("订单的收货人", "Receivers of orders"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what makes no sense is not asked."""

    tab: str = ""
    kind: str = ""
    state: str = ""
    words: str = ""
    page: int = 1
    purpose: str = ""
    given: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        """From the address."""
        tab, kind, state = (given.get(name, "") for name in ("tab", "kind", "state"))
        return cls(
            tab if tab in TABS else "",
            kind if kind in KIND_TITLES else "",
            state if state in STATES else "",
            words_in(given),
            page_in(given),
            purpose if (purpose := given.get("purpose", "")) in PURPOSES else "",
            said if (said := given.get("given", "")) in {"yes", "no"} else "",
        )

    def wanted(self, *, every: bool = False) -> Wanted:
        """The same as the books take it."""
        size = 10_000 if every else PAGE_ROWS
        return Wanted(self.kind, STATES[self.state][1], self.words, size, 0 if every else self.first)

    @property
    def first(self) -> int:
        """How many rows stand before this page."""
        return (self.page - 1) * PAGE_ROWS

    def address(self, **changed: Any) -> str:
        """The address with something changed; another filter begins at its first page."""
        parts = {
            "tab": self.tab,
            "kind": self.kind,
            "state": self.state,
            "purpose": self.purpose,
            "given": self.given,
            "q": self.words,
            **changed,
        }
        return link(parts, {})

    @property
    def is_narrow(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.kind or self.state or self.words or self.purpose or self.given)


def subject(request: Request) -> Text:
    """Whom or what a request is about: somebody's id, or the list."""
    kind, _, key = request.subject.partition(":")
    if kind != "list":
        return named(kind, key)
    days = request.what.get("days") or ()
    between = f" {days[0]} – {days[1]}" if days else ""
    return Text(LISTS[key].zh + between, LISTS[key].en + between)


def named(kind: str, key: str) -> Text:
    """Somebody as the pages call them."""
    title = PERSONS[kind]
    return Text(f"{title.zh} {key}", f"{title.en} {key}")


def heads() -> tuple[Text, ...]:
    """The heads of the list of requests, for a file."""
    return (
        Text("申请编号", "Request"), Text("种类", "Kind"), Text("对象", "About"), Text("理由", "Why"), Text("状态", "State"),
        Text("申请人", "Asked by"), Text("申请时间", "Asked at"), Text("第二人", "Second person"),
        Text("决定时间", "Decided at"), Text("答复", "Answer"),
    )  # fmt: skip


def cells(one: Request, say: Any, local: Any) -> tuple[str, ...]:
    """A request as a row of a file."""
    decided = f"{local(one.decided_at):%Y-%m-%d %H:%M}" if one.decided_at else ""
    return (
        one.request_id, say(KIND_TITLES[one.kind]), say(subject(one)), one.why, say(STATE_TITLES[one.state]),
        one.asked_by, f"{local(one.asked_at):%Y-%m-%d %H:%M}", one.decided_by, decided, one.said,
    )  # fmt: skip
