"""How work orders look: the filters in the address, rows and cards, time left, and how the work goes in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.listing import choice_in, link, order_in, page_in, words_in
from linshu.engine.work import Wanted
from linshu.engine.work.book import SORTS
from linshu.engine.work.clock import WORKDAY
from linshu.engine.work.rules import OPEN, RUNNING, SEVERITIES, SEVERITY_TITLES, STATE_TITLES, STATES
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linshu.engine.shell.view import Writer
    from linshu.engine.work import Order
    from linshu.engine.work.book import Stats
    from linshu.engine.work.order import State
    from linshu.kernel.company_day import CompanyDay

PAGE_ROWS = 50
MOST_CARDS = 30  # of one column of the board
MOST_EXPORTED = 100_000
HOUR = timedelta(hours=1)
# What the list shows: the word in the address, its title, the states it means.
TABS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "": (Text("未完成", "Open"), OPEN),
    "late": (Text("已超时", "Late"), RUNNING),
    "done": (STATE_TITLES["done"], ("done",)),
    "closed": (Text("已验收或关闭", "Verified or closed"), ("verified", "closed")),
    "all": (Text("全部", "All"), STATES),
}
BOARD: tuple[State, ...] = ("new", "assigned", "doing", "blocked", "done")
SORT_TITLES = {
    "due": Text("截止", "Due"),
    "severity": Text("级别", "Severity"),
    "created": Text("建单时间", "Opened"),
    "changed": Text("最近变动", "Last change"),
    "title": Text("工单", "Work order"),
    "owner": Text("负责人", "Owner"),
}
TONES = {"urgent": "bad", "warn": "warn", "info": "none"}
STATE_TONES = {"new": "warn", "blocked": "bad", "done": "none", "verified": "good", "closed": "good"}
ORIGINS = {
    "hand": Text("人工", "By hand"),
    "alert": Text("预警", "Alert"),
    "proposal": Text("建议", "Proposal"),
}
NOBODY = "-"  # in the address: the orders that nobody has


@dataclass(frozen=True, slots=True)
class Asked:
    """The list as the address asks for it."""

    tab: str = ""
    owner: str = ""
    severity: str = ""
    words: str = ""
    sort: str = "due"
    page: int = 1
    board: bool = False

    def wanted(self, now: datetime, *, every: bool = False) -> Wanted:
        """The same, as the book takes it."""
        return Wanted(
            TABS[self.tab][1], () if not self.owner else ("",) if self.owner == NOBODY else (self.owner,),
            (self.severity,) if self.severity else (), now if self.tab == "late" else None, self.words,
            self.sort.lstrip("-"), not self.sort.startswith("-"),
            MOST_EXPORTED if every else PAGE_ROWS, 0 if every else (self.page - 1) * PAGE_ROWS,
        )  # fmt: skip

    def address(self, **changes: str | None) -> str:
        """The page's address with some parts changed; a change begins at page 1."""
        parts: dict[str, str | None] = {
            "tab": self.tab, "owner": self.owner, "severity": self.severity, "q": self.words,
            "sort": self.sort if self.sort != "due" else "", "view": "board" if self.board else "",
        }  # fmt: skip
        return link(parts, changes)

    @property
    def filtered(self) -> bool:
        """Whether anything but the tab narrows the list."""
        return bool(self.owner or self.severity or self.words)


def read(params: Mapping[str, str]) -> Asked:
    """The filters in an address; Misused for one that does not exist."""
    tab, severity = choice_in(params, "tab", TABS), choice_in(params, "severity", SEVERITIES)
    return Asked(
        tab, params.get("owner", "")[:64], severity, words_in(params), order_in(params, SORTS, "due"), page_in(params),
        params.get("view") == "board",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One work order of the list or the board."""

    order: Order
    state: Text
    state_tone: str
    severity: Text
    tone: str
    origin: Text
    owner: str  # a name
    due: str
    late: bool


def row(one: Order, names: Mapping[str, str], day: CompanyDay, writer: Writer, now: datetime) -> Row:
    """A work order as the list shows it."""
    runs = one.state in RUNNING
    late = runs and one.due_at < now
    return Row(
        one, STATE_TITLES[one.state], STATE_TONES.get(one.state, "none"), SEVERITY_TITLES[one.severity],
        TONES[one.severity], ORIGINS[one.origin], names.get(one.owner, one.owner),
        due_words(one, day, writer, now), late,
    )  # fmt: skip


def due_words(one: Order, day: CompanyDay, writer: Writer, now: datetime) -> str:
    """Until when, or what became of it: 超时 3 小时, 今天 18:00 前, 11月25日 18:00 前, 暂停计时."""
    if one.state == "blocked":
        return writer.say(Text("暂停计时", "clock stopped"))
    if one.state not in RUNNING:
        return writer.moment(day.local(one.done_at or one.changed_at))
    local = day.local(one.due_at)
    if one.due_at < now:
        by = span(now - one.due_at, timedelta(days=1))
        return writer.say(Text(f"超时 {by.zh}", f"late by {by.en}"))
    if local.date() == day.local(now).date():
        return writer.say(Text(f"今天 {local:%H:%M} 前", f"today by {local:%H:%M}"))
    return writer.say(Text(f"{writer.moment(local)} 前", f"by {writer.moment(local)}"))


def span(length: timedelta, whole_day: timedelta) -> Text:
    """A length of time in words: 2 天, 5 小时, 12 分钟."""
    for size, zh, en in ((whole_day, "天", "d"), (HOUR, "小时", "h")):
        if length >= 2 * size or (size is HOUR and length >= size):
            count = f"{length / size:.1f}".removesuffix(".0")
            return Text(f"{count} {zh}", f"{count} {en}")
    minutes = max(int(length.total_seconds() // 60), 1)
    return Text(f"{minutes} 分钟", f"{minutes} min")


@dataclass(frozen=True, slots=True)
class Told:
    """How the work goes, in words."""

    open: int
    late: int
    done: int
    middle: str
    in_time: str
    loads: tuple[tuple[str, str, int, int], ...]  # account, name, open, late


def told(stats: Stats, names: Mapping[str, str], writer: Writer) -> Told:
    """The figures as the page says them; business time, nine hours a day."""
    nobody = writer.say(Text("无人负责", "Nobody"))
    return Told(
        sum(stats.states.get(state, 0) for state in OPEN), stats.late, stats.done,
        writer.say(span(stats.middle, WORKDAY)) if stats.middle is not None else "—",
        writer.short(stats.in_time / stats.done if stats.done else None, Unit.RATIO),
        tuple((one.owner or NOBODY, names.get(one.owner, one.owner) or nobody, one.open, one.late) for one in stats.loads),
    )  # fmt: skip


def size_words(size: int) -> str:
    """The size of a file: 12 KB, 3.4 MB."""
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(round(size / 1024), 1)} KB"
