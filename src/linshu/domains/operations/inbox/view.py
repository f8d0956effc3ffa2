"""How proposals look: the filters in the address, rows of the list, lines, and the score of a kind in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from linshu.engine.decisions import Wanted
from linshu.engine.decisions.book import SORTS
from linshu.engine.decisions.kind import FRACTIONS
from linshu.engine.decisions.outcome import HOW_TITLES, HOW_WORDS
from linshu.engine.decisions.rules import OPEN, STATE_TITLES, STATES
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.listing import choice_in, link, order_in, page_in, words_in
from linshu.kernel.errors import Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.engine.decisions import Column, Kind, Policy, Proposal
    from linshu.engine.decisions.measuring import Score
    from linshu.engine.decisions.policies import Kept
    from linshu.engine.shell.view import Writer
    from linshu.kernel.company_day import CompanyDay

PAGE_ROWS = 50
MOST_EXPORTED = 100_000
# What the list shows: the word in the address, its title, the states it means.
TABS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "": (Text("待定", "To decide"), ("draft",)),
    "later": (STATE_TITLES["snoozed"], ("snoozed",)),
    "done": (Text("已执行", "Carried out"), ("approved", "applied", "measured", "scored")),
    "no": (Text("未采纳", "Not taken"), ("rejected", "expired", "undone")),
    "all": (Text("全部", "All"), tuple(one for one in STATES if one != "held")),
}
SORT_TITLES = {
    "value": Text("预计收益", "Expected gain"),
    "cost": Text("要花的钱", "Cost"),
    "day": Text("日期", "Day"),
    "expires": Text("截止", "Until"),
    "title": Text("建议", "Proposal"),
    "changed": Text("最近变动", "Last change"),
}
TONES = {"draft": "warn", "snoozed": "none", "rejected": "none", "expired": "none", "undone": "bad", "held": "none"}
UNITS = {"fen": Unit.FEN, "count": Unit.COUNT, "number": Unit.QTY, "share": Unit.RATIO}


@dataclass(frozen=True, slots=True)
class Asked:
    """The list as the address asks for it."""

    tab: str = ""
    kind: str = ""
    words: str = ""
    first: date | None = None
    last: date | None = None
    sort: str = "-value"
    page: int = 1

    def wanted(self, *, every: bool = False) -> Wanted:
        """The same, as the ledger takes it."""
        return Wanted(
            (self.kind,) if self.kind else (), TABS[self.tab][1], self.first, self.last, self.words,
            self.sort.lstrip("-"), not self.sort.startswith("-"),
            MOST_EXPORTED if every else PAGE_ROWS, 0 if every else (self.page - 1) * PAGE_ROWS,
        )  # fmt: skip

    def address(self, **changes: str | None) -> str:
        """The page's address with some parts changed; a change begins at page 1."""
        parts: dict[str, str | None] = {
            "tab": self.tab, "kind": self.kind, "q": self.words, "from": str(self.first or ""),
            "to": str(self.last or ""), "sort": self.sort if self.sort != "-value" else "",
        }  # fmt: skip
        return link(parts, changes)

    @property
    def filtered(self) -> bool:
        """Whether anything but the tab narrows the list."""
        return bool(self.kind or self.words or self.first or self.last)


def read(params: Mapping[str, str]) -> Asked:
    """The filters in an address; Misused for one that does not exist."""
    tab, sort = choice_in(params, "tab", TABS), order_in(params, SORTS, "-value")
    first, last = _day(params.get("from", "")), _day(params.get("to", ""))
    return Asked(tab, params.get("kind", ""), words_in(params), first, last, sort, page_in(params))


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if word else None
    except ValueError as error:
        raise Misused(
            Text(f"{word} 不是日期", f"{word} is no date"), mend=Text("请写成 2026-10-01。", "Write it as 2026-10-01.")
        ) from error


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal of the list."""

    proposal: Proposal
    kind: Text
    tone: str
    state: Text
    value: str
    cost: str
    until: str
    late: bool  # less than three hours are left


def row(one: Proposal, kinds: Mapping[str, Kind], day: CompanyDay, writer: Writer, now: datetime) -> Row:
    """A proposal as the list shows it."""
    left = one.expires_at - now
    waits = one.state in OPEN
    return Row(
        one, kinds[one.kind].title, TONES.get(one.state, "good"),
        Text("等第二人批准", "Second approval") if one.first_by and one.state == "draft" else STATE_TITLES[one.state],
        writer.short(one.value, Unit.FEN), writer.short(one.cost, Unit.FEN) if one.cost else "—",
        remaining(left, writer) if waits else writer.moment(day.local(one.changed_at)),
        waits and left < timedelta(hours=3),
    )  # fmt: skip


def remaining(left: timedelta, writer: Writer) -> str:
    """How much time is left: 还剩 2 天, 5 小时, 12 分钟."""
    minutes = int(left.total_seconds() // 60)
    if minutes <= 0:
        return writer.say(Text("已过期", "over"))
    for size, words in ((1440, Text("天", "d")), (60, Text("小时", "h")), (1, Text("分钟", "min"))):
        if minutes >= 2 * size or size == 1:
            return writer.say(Text(f"还剩 {minutes // size} {words.zh}", f"{minutes // size} {words.en} left"))
    return ""


def cell(column: Column, value: Any, writer: Writer) -> str:
    """One thing of a line as it is read."""
    if value is None or value == "":
        return "—"
    unit = UNITS.get(column.shape)
    if column.shape == "number" and float(value) % 1:  # what is expected is known to no hundredth of a piece
        return writer.short(value, Unit.QTY)
    if column.shape == "share":  # nor a chance to a hundredth of a percent
        return writer.short(value, Unit.RATIO)
    return writer.full(value, unit) if unit else str(value)


def entered(column: Column, text: str) -> Any:
    """What a person typed into a cell, as the line keeps it: yuan become fen."""
    if column.shape in {"text", "day"}:
        return text.strip()
    if column.shape == "fen":
        return fen(text)
    try:
        number = float(text.replace(",", "").strip() or "0")
    except ValueError as error:
        raise _no_number(text) from error
    return number if column.shape in FRACTIONS else round(number)


def versions(history: Sequence[Kept], declared: Policy) -> list[tuple[Kept, list[tuple[str, Any, Any]]]]:
    """Every version, the newest first, with what it changed: names, before, after."""
    flat = [{**told, **told["own"]} for told in (one.told() for one in (*(kept.policy for kept in history), declared))]
    return [
        (kept, [(name, before[name], value) for name, value in after.items() if name not in {"own", "version"} and value != before.get(name)])
        for kept, after, before in zip(history, flat, flat[1:], strict=False)
    ]  # fmt: skip


def number(text: str) -> int:
    """The number of a version; Misused for what is none."""
    if not text.isdecimal():
        raise _no_number(text)
    return int(text)


def typed(column: Column, value: Any) -> str:
    """A value as it stands in the field of a form."""
    return yuan(value) if column.shape == "fen" else "" if value is None else str(value)


def yuan(value: int) -> str:
    """Fen as a person types them: 12.5."""
    return f"{Decimal(value) / 100:f}"


def fen(text: str) -> int:
    """Yuan as a person types them, to the cent."""
    try:
        exact = Decimal(text.replace(",", "").replace("，", "").strip() or "0") * 100
    except InvalidOperation as error:
        raise _no_number(text) from error
    if exact != exact.to_integral_value():
        raise Misused(Text(f"金额最多两位小数：{text}", f"an amount has at most two decimals: {text}"))
    return int(exact)


def _no_number(text: str) -> Misused:
    return Misused(Text(f"“{text}”不是数字", f"{text!r} is no number"), mend=Text("例如 12.5", "For example 12.5"))


@dataclass(frozen=True, slots=True)
class Told:
    """The score of a kind in words."""

    share: str
    edited: str
    promised: str
    gain: str
    interval: str
    how: Text
    words: Text
    days: int
    cases: int
    untold: int


def told(score: Score, kind: Kind, writer: Writer) -> Told:
    """What the kind promised and what it brought, as the page says it."""
    interval = ""
    if score.low is not None and score.high is not None:
        interval = f"{writer.short(round(score.low), Unit.FEN)} … {writer.short(round(score.high), Unit.FEN)}"
    return Told(
        writer.short(score.share, Unit.RATIO), writer.short(score.edited / score.accepted if score.accepted else None, Unit.RATIO),
        writer.short(score.promised, Unit.FEN) if score.days else "—",
        writer.short(round(score.gain), Unit.FEN) if score.days else "—",
        interval, HOW_TITLES[kind.how], HOW_WORDS[kind.how], score.days, score.cases, score.untold,
    )  # fmt: skip
