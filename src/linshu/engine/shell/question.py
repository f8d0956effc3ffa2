"""A question in an address: figures, cuts, filters, days and shape, read from it and written back alike on every page.

    /explore?m=gmv,orders&by=street&where=city=武汉&period=last-month&compare=previous&order=-gmv

Several questions of one page stand beside each other as `m`, `2.m`, `3.m`. Names and values are those of
`linshu metric` and `shop.query`; whether they make sense together is for the metric layer to say.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote_plus

from linshu.engine.metrics.filters import Filter, read_filters
from linshu.engine.metrics.query import read_day
from linshu.engine.metrics.shapes import REST
from linshu.engine.shell.filters import DEFAULT_PERIOD, PAST_PRESETS, PRESETS, Days
from linshu.kernel.errors import Misused
from linshu.kernel.period import Grain, Period, around, named
from linshu.kernel.period_words import parse
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.shell.filters import PageFilter

MOST_QUESTIONS = 4
PAGE_ROWS = 50
EVER = "all"  # the period without ends
EXPLORE = "/explore"  # where any question is asked and drawn
LINEAGE = "/lineage"  # where a figure came from: tables, batches, rows

_NAMES = {"metrics": "m", "start": "from", "end": "to", "hidden": "hide"}  # where a part's name is not the parameter's
_LISTS = frozenset({"metrics", "by", "order", "hidden"})
_NUMBERS = frozenset({"limit", "top", "moving", "page", "rows"})
_FLAGS = frozenset({"cumulative", "totals"})


@dataclass(frozen=True)
class Question:
    """What one asks, and how one looks at the answer; every part as it stands in the address, "" or 0 = not asked.

    `period` is a word: a preset of the pages, `all`, or what `--from` takes (2026-10, last-12-weeks); "" = the days from
    `start` to `end`. The parts from `chart` on belong to the page alone and never change a figure.
    """

    metrics: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    period: str = DEFAULT_PERIOD
    start: date | None = None
    end: date | None = None
    grain: str = ""
    compare: str = ""
    order: tuple[str, ...] = ()
    limit: int = 0
    top: int = 0
    share: str = ""
    cumulative: bool = False
    moving: int = 0
    pivot: str = ""
    as_of: str = "ordered"
    chart: str = ""
    hidden: tuple[str, ...] = ()
    page: int = 1
    rows: int = PAGE_ROWS
    totals: bool = True
    title: str = ""

    def change(self, **parts: Any) -> Question:
        """The same question with some parts changed; whatever changes an answer begins at its first page again."""
        if "page" not in parts and set(parts) != {"hidden"}:
            parts["page"] = 1
        if parts.get("period"):
            parts |= {"start": None, "end": None}
        if not parts.keys() <= self.__dict__.keys():
            raise TypeError(f"a question has no {parts.keys() - self.__dict__.keys()}")
        made = object.__new__(Question)
        made.__dict__.update(self.__dict__ | parts)  # `replace` takes far longer, and a page changes some hundred
        return made

    def span(self, days: Days) -> Period | None:
        """The company days asked for; None for all there are. Misused when the word stands for none."""
        if not self.period:
            start, end = self.start or self.end, self.end or self.start
            return Period(start, end) if start and end else None
        return None if self.period == EVER else period_of(self.period, days)

    def options(self, days: Days) -> dict[str, Any]:
        """The same as keyword arguments of `shop.query`."""
        span = self.span(days)
        return {
            "metrics": self.metrics, "by": self.by, "start": span.start if span else None,
            "end": span.end if span else None, "grain": self.grain or None, "where": self.where,
            "compare": self.compare or None, "order": self.order, "limit": self.limit or None, "as_of": self.as_of,
            "cumulative": self.cumulative, "moving": self.moving or None, "share": self.share or None,
            "top": self.top or None, "pivot": self.pivot or None,
        }  # fmt: skip

    def parameters(self, prefix: str = "") -> list[tuple[str, str]]:
        """The parts that say something, as pairs of an address."""
        found = [(f"{prefix}where", one.written) for one in self.where]
        for (part, name), value, usual in zip(PARTS.items(), _values(self), _DEFAULTS.values(), strict=True):
            if part == "period" or (value != usual and not (self.period and part in ("start", "end"))):
                written = ",".join(value) if part in _LISTS else str(int(value)) if part in _FLAGS else str(value)
                found.append((prefix + name, written))
        return [pair for pair in found if pair[1]]

    def address(self, path: str = "") -> str:
        """Path and query of this question alone."""
        return addressed(path, (self,))

    def within(self, group: Mapping[str, Any], days: Days) -> Question:
        """The same question about one row of its answer: its keys as filters, its piece of time as the days.

        Running figures still begin with the first day, moving ones look back as far. Misused for what is not one group.
        """
        keys = {name: str(value) for name, value in group.items() if value is not None}
        if REST.zh in keys.values():
            raise Misused(
                Text(f"{REST.zh} 是其余各组的合计，不是一组", "The group of all others is many groups, not one"),
                mend=Text("请加大前几名的数目再选", "Keep more of the best groups, then choose one"),
            )
        named_time = keys.pop(self.grain, "")
        known = {one.dimension for one in self.where if one.operator == "in" and len(one.values) == 1}
        where = tuple(one for one in self.where if not (one.dimension in keys and one.dimension in known))
        found = self.change(where=(*where, *(Filter(name, "in", (value,)) for name, value in keys.items())))
        if not named_time:
            return found
        return found.change(**self._days_of(named_time, days))

    def _days_of(self, bucket: str, days: Days) -> dict[str, Any]:
        """The days behind one bucket of the answer."""
        span = named(bucket, fiscal_start=days.fiscal_start) if self.grain != Grain.HOUR else None
        if span is None:
            raise Misused(
                Text(f"{bucket} 不能单独成为一段时间", f"{bucket} is no run of company days"),
                mend=Text("请用 day 或更粗的粒度", "Use day or a coarser grain"),
            )
        if self.grain == Grain.WEEK:
            span = around(Grain.WEEK, span.start)
        asked = self.span(days)
        start, end = span.start, span.end
        if asked:
            start, end = max(start, asked.start), min(end, asked.end)
        if self.cumulative and asked:
            start = asked.start
        if self.moving:
            start = end - timedelta(self.moving - 1)
        return {"period": "", "start": start, "end": end}


PARTS: dict[str, str] = {one.name: _NAMES.get(one.name, one.name) for one in fields(Question) if one.name != "where"}
_values = attrgetter(*PARTS)
_DEFAULTS: dict[str, Any] = dict(zip(PARTS, _values(Question()), strict=True))


def period_of(word: str, days: Days) -> Period:
    """The days a word stands for: a preset of the pages first, then whatever the command line takes."""
    if word in (PAST_PRESETS if days.past else PRESETS):
        return days.period(word)
    today = days.last if days.past and days.last else days.today
    return parse(word, today=today, fiscal_start=days.fiscal_start)


def read_question(params: Iterable[tuple[str, str]], prefix: str = "") -> Question:
    """The question in the parameters of an address that begin with `prefix`; Misused for what cannot be read."""
    given: dict[str, list[str]] = {}
    for name, value in params:
        if name.startswith(prefix) and value:
            given.setdefault(name.removeprefix(prefix), []).append(value)
    found: dict[str, Any] = {"where": read_filters(given.get("where"))}
    for part, name in PARTS.items():
        if name in given:
            found[part] = _read(part, name, given[name])
    if "start" in found or "end" in found:
        found["period"] = ""
    return Question(**found)


def read_questions(params: Iterable[tuple[str, str]]) -> tuple[Question, ...]:
    """All questions of an address, in order: those that name a figure, and at least one."""
    pairs = tuple(params)
    found = tuple(read_question(pairs, _prefix(place)) for place in range(MOST_QUESTIONS))
    return tuple(one for one in found if one.metrics) or found[:1]


def addressed(path: str, questions: Iterable[Question]) -> str:
    """Path and query of several questions of one page."""
    return joined(path, (written(one, place) for place, one in enumerate(questions)))


@lru_cache(1_024)
def written(question: Question, place: int) -> str:
    """One question as it stands in the address of a page, which may hold several."""
    pairs = question.parameters(_prefix(place))
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


def joined(path: str, parts: Iterable[str]) -> str:
    """Path and query of a page from its questions as they stand in the address, in order."""
    query = "&".join(part for part in parts if part)
    return f"{path}?{query}" if query else path


@lru_cache(4_096)
def _quoted(text: str) -> str:
    """As it stands in an address; a page writes some fifty that differ in one word."""
    return quote_plus(text, safe=",/:")


def tidy(query: str) -> str:
    """The query part of an address as its questions alone say it, in the one form in which addresses are kept."""
    found = read_questions(parse_qsl(query, keep_blank_values=True))
    return addressed("", (one for one in found if one.metrics)).removeprefix("?")


def lineage_address(question: Question, days: Days, *, metric: str = "", group: Mapping[str, Any] | None = None) -> str:
    """Where one figure came from: of the whole answer, or of one row of it, given by its keys."""
    asked = question.within(group, days) if group else question
    plain = {"compare": "", "order": (), "limit": 0, "top": 0, "share": "", "pivot": "", "grain": "", "moving": 0}
    looks = {"chart": "", "hidden": (), "rows": PAGE_ROWS, "totals": True, "title": ""}
    metrics = (metric,) if metric else asked.metrics
    return asked.change(metrics=metrics, by=(), cumulative=False, **plain, **looks).address(LINEAGE)


def of_page(filters: PageFilter, metrics: Iterable[str], by: Iterable[str] = ()) -> Question:
    """The question a page with filters of its own asks, so that its figures can lead to their rows or be explored."""
    where = tuple(Filter(name, "in", (value,)) for name, value in filters.where)
    period = filters.period
    days = {"period": filters.word} if filters.word else {"period": "", "start": period.start, "end": period.end}
    return Question(tuple(metrics), tuple(by), where, compare=filters.compare, **days)


def _prefix(place: int) -> str:
    return f"{place + 1}." if place else ""


def _read(part: str, name: str, values: list[str]) -> Any:
    """One part of the question from what the address says of it; lists may be repeated or comma separated."""
    if part in _LISTS:
        return tuple(dict.fromkeys(one.strip() for value in values for one in value.split(",") if one.strip()))
    value = values[-1].strip()
    if part in ("start", "end"):
        return read_day(value)
    if part in _FLAGS:
        return value.lower() not in ("0", "false", "no", "off", "")
    if part not in _NUMBERS:
        return value
    if not value.isdecimal() or len(value) > 7:
        raise Misused(
            Text(f"地址里的 {name}={value} 不是整数", f"{name}={value} in the address is no whole number"),
            mend=Text(f"例如 {name}=10", f"For example {name}=10"),
        )
    return max(int(value), 1) if part in ("page", "rows") else int(value)
