"""Whether data is good, late or bad, and why: judged by each source's own past; pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Literal

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

State = Literal["good", "late", "bad"]
BAD_SHARE = 0.05  # of the rows of the newest batches
LEAST_ARRIVALS = 3  # days of arrival before a source has a rhythm
WHOLE = 0.8  # of the days have rows: then a day without is a gap
NOTHING = Text("", "")
MEND = Text("去隔离区修好它们", "Mend them in the quarantine")
FETCH = Text("找提供数据的人要最新的文件，再导入", "Ask whoever provides it for the newest file, and import it")
OWN = "linshu"  # decisions of this product come when somebody decides


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a source comes: days between arrivals, usually and at most nine times of ten."""

    usual: int
    longest: int
    due: date  # the last day on which it is not late yet


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came from one source: the company days on which it came, and the newest batches as a whole."""

    source: str
    days: tuple[date, ...]
    rows_in: int
    bad: int
    waiting: int = 0  # rows to be mended

    @property
    def bad_share(self) -> float:
        """The share of bad rows in the newest batches."""
        return self.bad / self.rows_in if self.rows_in else 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state with its reasons, and what to do about it; "" where nothing needs to be done."""

    state: State
    reasons: tuple[Text, ...]
    todo: Text = NOTHING


def rhythm(days: Sequence[date]) -> Rhythm | None:
    """How often a source comes by its own past; None while it came too seldom to say."""
    distinct = sorted(set(days))
    if len(distinct) < LEAST_ARRIVALS:
        return None
    gaps = sorted((later - earlier).days for earlier, later in pairwise(distinct))
    usual = math.ceil(median(gaps))
    longest = gaps[math.ceil(0.9 * len(gaps)) - 1]
    return Rhythm(usual, longest, distinct[-1] + timedelta(max(usual, longest)))


def judge(source: Arrivals, today: date) -> Verdict:
    """The state of one source: bad rows weigh more than lateness."""
    if source.source == OWN:
        return Verdict("good", (Text("系统里人工决定的记录", "Decisions made in this product"),))
    state, reason, todo = _timely(source, today)
    reasons = [reason]
    if source.bad_share > BAD_SHARE:
        state, share = "bad", f"{100 * source.bad_share:.1f}%"
        reasons.insert(
            0, Text(f"最近几批有 {share} 的行有问题", f"{share} of the rows of the newest batches have problems")
        )
    if source.waiting:
        reasons.append(_waits(source.waiting))
        todo = todo if todo.zh else MEND
    return Verdict(state, tuple(reasons), todo)


def _timely(source: Arrivals, today: date) -> tuple[State, Text, Text]:
    found = rhythm(source.days)
    if found is None:
        return "good", Text("来的次数还少，看不出节奏", "Came too seldom to know its rhythm"), NOTHING
    if today <= found.due:
        words = Text(f"通常每 {found.usual} 天来一次，按时", f"Comes every {found.usual} days, on time")
        return "good", words, NOTHING
    late = (today - max(source.days)).days
    words = Text(
        f"通常每 {found.usual} 天来一次，已经 {late} 天没来",
        f"Usually comes every {found.usual} days; none for {late} days",
    )
    return "late", words, FETCH


def _waits(rows: int) -> Text:
    return Text(f"{rows} 行等着修", f"{rows} rows wait to be mended")


def judge_table(rows: int, waiting: int, missing: int, late: Sequence[str]) -> Verdict:
    """The state of one table: what waits against what stands, empty days in between, sources that are late."""
    state: State = "good"
    reasons = []
    if late:
        state = "late"
        reasons.append(Text(f"来源 {'、'.join(late)} 晚了", f"Late: {', '.join(late)}"))
    if missing:
        state = "late"
        reasons.append(Text(f"中间缺 {missing} 天", f"{missing} days in between are empty"))
    if waiting:
        reasons.insert(0, _waits(waiting))
    if waiting > BAD_SHARE * (rows + waiting):
        state = "bad"
    return Verdict(state, tuple(reasons), MEND if waiting else FETCH if late or missing else NOTHING)


def gaps(by_day: Mapping[date, int], last: date) -> tuple[date, ...]:
    """The days without rows of a table that has rows on most days, up to `last`."""
    there = sorted(day for day, rows in by_day.items() if rows and day <= last)
    if len(there) < LEAST_ARRIVALS:
        return ()
    span = [there[0] + timedelta(step) for step in range((there[-1] - there[0]).days + 1)]
    return tuple(day for day in span if not by_day.get(day)) if len(there) >= WHOLE * len(span) else ()


def backlog(changes: Mapping[date, tuple[int, int]], last: date, days: int) -> list[tuple[date, int]]:
    """How many rows waited to be mended at the end of each of the last days."""
    standing = sum(opened - closed for day, (opened, closed) in changes.items() if day <= last - timedelta(days))
    made = []
    for step in range(days - 1, -1, -1):
        day = last - timedelta(step)
        opened, closed = changes.get(day, (0, 0))
        standing += opened - closed
        made.append((day, standing))
    return made
