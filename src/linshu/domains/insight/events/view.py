"""How live events look: bars by the minute, counts by type, and dead letters in words a person uses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from linshu.engine.events.desk import MINUTES, SORTS, STATES, Wanted
from linshu.engine.events.problem import CODES
from linshu.engine.events.reading import SOURCE
from linshu.engine.intake.batches import HERE
from linshu.engine.shell.listing import choice_in, link, order_in, page_in, words_in
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linshu.engine.events import EventKind
    from linshu.engine.events.desk import Letter, Pulse
    from linshu.engine.shell.view import Writer
    from linshu.kernel.company_day import CompanyDay

PAGE_ROWS, MOST_EXPORTED = 50, 10_000
UNKNOWN = Text("认不出的", "Unknown")
A_COMMAND = Text("本机命令", "a command here")
BY_COMMAND = Text("{name}（本机命令）", "{name} (a command)")
WHOLE = Text("整个事件", "The event as a whole")
PLACES = {
    "id": Text("编号", "Id"),
    "type": Text("种类", "Type"),
    "at": Text("时刻", "Moment"),
    "source": Text("来源", "Source"),
}
SLOW = 5.0  # seconds from told to shown, from which on the figures are late
TABS: Mapping[str, Text] = {**STATES, "all": Text("全部", "All")}


@dataclass(frozen=True, slots=True)
class Asked:
    """The list of dead letters as the address asks for it."""

    state: str = "open"
    kind: str = ""
    code: str = ""
    words: str = ""
    sort: str = "-came"
    page: int = 1

    def wanted(self, *, every: bool = False) -> Wanted:
        """The same as the desk takes it."""
        return Wanted(
            "" if self.state == "all" else self.state, self.kind, self.code, self.words, self.sort.lstrip("-"),
            not self.sort.startswith("-"), MOST_EXPORTED if every else PAGE_ROWS,
            0 if every else (self.page - 1) * PAGE_ROWS,
        )  # fmt: skip

    def address(self, **changes: str | None) -> str:
        """The address with some parts changed; a change begins at the first page."""
        parts: dict[str, str | None] = {
            "state": "" if self.state == "open" else self.state, "kind": self.kind, "code": self.code, "q": self.words,
            "sort": "" if self.sort == "-came" else self.sort,
        }  # fmt: skip
        if changes.get("state") == "open":
            changes["state"] = None
        return link(parts, changes)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the state is asked for."""
        return bool(self.kind or self.code or self.words)


def read(params: Mapping[str, str]) -> Asked:
    """The filters in an address; Misused names what there is."""
    state, code = choice_in(params, "state", TABS, "open"), choice_in(params, "code", CODES)
    sort = order_in(params, SORTS, "-came")
    return Asked(state, params.get("kind", "")[:40], code, words_in(params), sort, page_in(params))


@dataclass(frozen=True, slots=True)
class Bar:
    """One minute: how many came, how many of them were bad, and how high its bar stands."""

    at: datetime
    total: int
    dead: int
    height: int  # percent of the highest
    dead_height: int


def bars(pulse: Pulse, now: datetime) -> tuple[Bar, ...]:
    """The last hour, minute by minute, those without events among them."""
    total: dict[datetime, int] = defaultdict(int)
    dead: dict[datetime, int] = defaultdict(int)
    for one in pulse.minutes:
        total[one.at] += one.accepted + one.duplicate + one.dead
        dead[one.at] += one.dead
    most = max(total.values(), default=0) or 1
    first = now.replace(second=0, microsecond=0) - timedelta(minutes=MINUTES - 1)
    moments = [first + timedelta(minutes=number) for number in range(MINUTES)]
    return tuple(
        Bar(at, total[at], dead[at], -(-100 * total[at] // most), -(-100 * dead[at] // most)) for at in moments
    )


@dataclass(frozen=True, slots=True)
class OfKind:
    """What came of one type in the last hour."""

    title: Text
    accepted: int
    duplicate: int
    dead: int


def by_kind(pulse: Pulse, kinds: Mapping[str, EventKind]) -> tuple[OfKind, ...]:
    """By type, the busiest first."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in pulse.minutes:
        for at, many in enumerate((one.accepted, one.duplicate, one.dead)):
            counts[one.kind][at] += many
    named = [OfKind(titled(name, kinds), *many) for name, many in counts.items()]
    return tuple(sorted(named, key=lambda one: -(one.accepted + one.duplicate + one.dead)))


def titled(kind: str, kinds: Mapping[str, EventKind]) -> Text:
    """What a type is called."""
    return kinds[kind].title if kind in kinds else UNKNOWN


@dataclass(frozen=True, slots=True)
class Wrong:
    """One problem: the place in words, the path to change, and what is wrong there."""

    place: Text
    path: str
    words: Text


@dataclass(frozen=True, slots=True)
class Row:
    """A dead letter of the list."""

    letter: Letter
    title: Text
    code: Text
    state: Text
    when: str
    source: str  # "" where the sender named none
    by: str
    settled_by: str
    wrong: tuple[Wrong, ...]


def row(
    letter: Letter, kinds: Mapping[str, EventKind], day: CompanyDay, names: Mapping[str, str], writer: Writer
) -> Row:
    """A dead letter as the list shows it; `names` are the people's by account."""
    wrong = tuple(Wrong(place(one.path, kinds.get(letter.kind)), one.path, one.words) for one in letter.problems)
    when = writer.moment(day.local(letter.came_at))
    by, settled = (person(account, names, writer) for account in (letter.sent_by, letter.settled_by))
    source = "" if letter.source == SOURCE else letter.source
    state = STATES[letter.state]
    return Row(letter, titled(letter.kind, kinds), CODES[letter.code], state, when, source, by, settled, wrong)


def person(account: str, names: Mapping[str, str], writer: Writer) -> str:
    """Who it was: a person by name, or a command on the server's machine."""
    if account.startswith(HERE):
        return writer.say(BY_COMMAND.fill(name=account.removeprefix(HERE)))
    return writer.say(A_COMMAND) if account == "local" else names.get(account, account)


def place(path: str, kind: EventKind | None) -> Text:
    """Where in an event, in words: `data.lines.0.qty` is the quantity of its first line."""
    steps = path.split(".")
    if not path or path == "data":
        return WHOLE
    if steps[0] in PLACES:
        return PLACES[steps[0]]
    lined = steps[1:2] == ["lines"] and len(steps) > 2
    table = (kind.parts if lined else kind.table) if kind else None
    title = next((one.title for one in table.columns if one.name == steps[-1]), None) if table else None
    title = title or Text(steps[-1], steps[-1])
    if not lined:
        return title
    number = int(steps[2]) + 1
    return Text(
        f"第 {number} 行{'' if steps[-1] == steps[2] else '的' + title.zh}",
        f"line {number}{'' if steps[-1] == steps[2] else ', ' + title.en}",
    )


def mendable(path: str) -> bool:
    """Whether one value stands there that a person could type anew."""
    steps = path.split(".")
    return path in PLACES or (steps[0] == "data" and (len(steps) == 2 or len(steps) == 4) and steps[-1] != "lines")
