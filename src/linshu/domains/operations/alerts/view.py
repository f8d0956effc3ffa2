"""How alerts and rules look: figures with their unit, the filters in the address, what a rule says in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linshu.engine.alerts.book import OPEN, SORTS, Wanted
from linshu.engine.alerts.life import STATE_TITLES
from linshu.engine.alerts.rule import GRAIN_TITLES, SEVERITY_TITLES, Rule
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.listing import choice_in, link, order_in, page_in, words_in
from linshu.kernel.text import Text
from linshu.standard.events import EVENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.alerts.book import Kept
    from linshu.engine.metrics import Catalog
    from linshu.engine.shell.view import Writer
    from linshu.kernel.company_day import CompanyDay

PAGE_ROWS = 50
MOST_EXPORTED = 100_000
TABS: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "": (Text("响着", "Ringing"), OPEN),
    "watch": (STATE_TITLES["waiting"], ("waiting",)),
    "over": (STATE_TITLES["over"], ("over",)),
}
# What a rule on events may count: a kind, or one of its states.
HAPPENINGS: Mapping[str, Text] = {
    **{name: kind.title for name, kind in EVENTS.items()},
    **{
        f"{name}:{one.value}": Text(f"{kind.title.zh} · {one.title.zh}", f"{kind.title.en} · {one.title.en}")
        for name, kind in EVENTS.items()
        for one in kind.states
    },
}
TONES = {"urgent": "bad", "warn": "warn", "info": "none"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The list as the address asks for it."""

    tab: str = ""
    rule: str = ""
    words: str = ""
    sort: str = "-rang"
    page: int = 1

    def wanted(self, *, every: bool = False) -> Wanted:
        """The same, as the book takes it."""
        return Wanted(
            TABS[self.tab][1], (self.rule,) if self.rule else (), self.words, self.sort.lstrip("-"),
            not self.sort.startswith("-"), MOST_EXPORTED if every else PAGE_ROWS,
            0 if every else (self.page - 1) * PAGE_ROWS,
        )  # fmt: skip

    def address(self, **changes: str | None) -> str:
        """The page's address with some parts changed."""
        parts = {"tab": self.tab, "rule": self.rule, "q": self.words, "sort": self.sort if self.sort != "-rang" else ""}
        return link(parts, changes)


def read(params: Mapping[str, str]) -> Asked:
    """The filters in an address."""
    tab, sort = choice_in(params, "tab", TABS), order_in(params, SORTS, "-rang")
    return Asked(tab, params.get("rule", ""), words_in(params), sort, page_in(params))


@dataclass(frozen=True, slots=True)
class Row:
    """One alert of the list."""

    kept: Kept
    title: Text
    metric: Text
    value: str
    expected: str
    when: str
    tone: str
    severity: Text
    state: Text
    explore: str  # the question behind it


def row(one: Kept, rule: Rule | None, catalog: Catalog, day: CompanyDay, writer: Writer) -> Row:
    """An alert as the list shows it; a rule that is gone stands under its name."""
    metric = catalog.metrics.get(rule.metric) if rule else None
    told = HAPPENINGS.get(rule.event) if rule and rule.event else None
    unit = metric.unit if metric else Unit.COUNT
    alert = one.alert
    held = alert.expected if alert.expected is not None else alert.high if alert.high is not None else alert.low
    moment = alert.ended_at or alert.rang_at or alert.since
    return Row(
        one, rule.title if rule else Text(one.rule, one.rule), told or (metric.title if metric else Text(one.rule, one.rule)),
        writer.short(alert.value, unit), writer.short(held, unit), writer.moment(day.local(moment)),
        TONES[rule.severity] if rule else "none", SEVERITY_TITLES[rule.severity] if rule else Text("", ""),
        STATE_TITLES[alert.state], explore(one, rule) if rule and not rule.event else "",
    )  # fmt: skip


def explore(one: Kept, rule: Rule) -> str:
    """The question whose figure rang, over the weeks before it."""
    by = f"&where={rule.by}%3D{one.group_id}" if rule.by and one.group_id else ""
    more = "".join(f"&{urlencode({'where': each})}" for each in rule.where)
    return f"/explore?m={rule.metric}&grain={rule.grain}&period=30d{by}{more}"


def sentence(rule: Rule, catalog: Catalog, writer: Writer) -> str:
    """What a rule says: 每天 · 成交额 GMV 比上周同一天降了 30% 以上."""
    if rule.event:
        return _of_events(rule, catalog, writer)
    metric = catalog.metrics.get(rule.metric)
    title, unit = (metric.title, metric.unit) if metric else (Text(rule.metric, rule.metric), Unit.COUNT)
    share = f"{rule.limit * 100:.0f}%"
    like = Text("上周同一天", "the same day last week") if rule.grain == "day" else Text("上一期", "the one before")
    said = {
        "above": Text(f"高于 {writer.short(rule.limit, unit)}", f"above {writer.short(rule.limit, unit)}"),
        "below": Text(f"低于 {writer.short(rule.limit, unit)}", f"below {writer.short(rule.limit, unit)}"),
        "fell": Text(f"比{like.zh}降 {share} 以上", f"down by more than {share} on {like.en}"),
        "rose": Text(f"比{like.zh}升 {share} 以上", f"up by more than {share} on {like.en}"),
        "band": Text(f"偏离平常 {rule.limit:g} 倍波动以上", f"off its usual by more than {rule.limit:g} swings"),
    }[rule.test]
    by = catalog.dimensions[rule.by].title if rule.by in catalog.dimensions else None
    cut = Text(f"每个{by.zh}的", f"each {by.en if by.en.isupper() else by.en.lower()}: ") if by else Text("", "")
    row = Text(f"，连续 {rule.times} 次", f", {rule.times} in a row") if rule.times > 1 else Text("", "")
    return writer.say(
        Text(
            f"{GRAIN_TITLES[rule.grain].zh}：{cut.zh}{title.zh}{said.zh}{row.zh}",
            f"{GRAIN_TITLES[rule.grain].en}: {cut.en}{title.en} {said.en}{row.en}",
        )
    )


def _of_events(rule: Rule, catalog: Catalog, writer: Writer) -> str:
    """What a rule on events says: 实时：10 分钟内，每个社群的订单 · 已取消超过 20 件."""
    told = HAPPENINGS.get(rule.event, Text(rule.event, rule.event))
    by = catalog.dimensions[rule.by].title if rule.by in catalog.dimensions else None
    cut = Text(f"每个{by.zh}的", f" of each {by.en.lower()}") if by else Text("", "")
    many = writer.short(rule.limit, Unit.COUNT)
    return writer.say(
        Text(
            f"实时：{rule.minutes} 分钟内，{cut.zh}“{told.zh}”超过 {many} 件",
            f"Live: more than {many} “{told.en}”{cut.en} within {rule.minutes} minutes",
        )
    )
