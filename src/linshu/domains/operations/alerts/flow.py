"""Watching: every rule in force is held against the newest bucket that is over; what rings is told once, together."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from linshu.domains.operations.alerts.inputs import Group, buckets, groups, last_bucket, names_of, place_of, places
from linshu.engine.alerts.book import AlertBook, Kept, forget, fresh, moved, opened, write
from linshu.engine.alerts.judge import Point, judge
from linshu.engine.alerts.life import Alert, advance, due_up
from linshu.engine.alerts.rule import GRAIN_TITLES, TEST_TITLES, Rule
from linshu.engine.events.counting import GROUPS, counts, past
from linshu.engine.metrics.declare import Unit
from linshu.engine.push.outbox import Message, put
from linshu.engine.shell.view import Writer
from linshu.engine.state.tables import alert as table
from linshu.kernel.errors import LinshuError, Misused, nearest
from linshu.kernel.text import Text
from linshu.standard.events import EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy import Connection

    from linshu.engine.access.place import Place
    from linshu.engine.access.users import User
    from linshu.engine.alerts.judge import Verdict
    from linshu.engine.metrics import Catalog
    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.modules import Modules

    Whose = Callable[[Kept], User | None]


@dataclass(frozen=True, slots=True)
class Watched:
    """What one round did with a rule."""

    rule: str
    groups: int
    rings: int
    over: int
    unknown: int  # groups of which nothing can be said
    error: LinshuError | None = None


def watch(
    book: AlertBook,
    shop: Shop,
    today: date,
    tell: Callable[[float, Text], None] = lambda _done, _what: None,
) -> tuple[Watched, ...]:
    """One round over all active rules; a rule that cannot be asked says why and keeps no other from it."""
    done, rules = [], [one for one in book.rules().values() if one.active and not one.event]
    for number, rule in enumerate(rules):
        tell(number / len(rules), rule.title)
        done.append(_watch(book, shop, rule, today))
    return tuple(done)


def _watch(book: AlertBook, shop: Shop, rule: Rule, today: date) -> Watched:
    at = last_bucket(rule, today)
    try:
        found = groups(shop, rule, at)
        homes = places(shop, rule)
    except LinshuError as error:
        return Watched(rule.name, 0, 0, 0, 0, error)
    return _held(book, shop, rule, at, found, homes)


def watch_events(book: AlertBook, shop: Shop, today: date) -> tuple[Watched, ...]:
    """One round over the active rules on live events, after every micro-batch; a rule that cannot be asked says why."""
    done = []
    for rule in book.rules().values():
        if not rule.active or not rule.event:
            continue
        with book.state.reading() as connection:
            happened = counts(connection, rule.event, rule.by, rule.minutes, book.now())
            still = select(table.c.group_id).where(table.c.rule == rule.name, table.c.open_key.is_not(None))
            rings = set(connection.execute(still).scalars())
        loud = {group for group, many in happened.items() if many > rule.limit}
        if not loud | rings:
            continue
        try:
            names = names_of(shop, rule.by, loud)
            homes = places(shop, rule)
        except LinshuError as error:
            done.append(Watched(rule.name, 0, 0, 0, 0, error))
            continue
        found = tuple(
            Group(group, names.get(group, Text(group, group)), {today: Point(today, float(happened.get(group, 0)))})
            for group in sorted(loud | rings)
        )
        done.append(_held(book, shop, rule, today, found, homes))
    return tuple(done)


def _held(
    book: AlertBook, shop: Shop, rule: Rule, at: date, found: tuple[Group, ...], homes: Mapping[str, Place]
) -> Watched:
    """Every group held against the rule, and what that makes of its alert, in one transaction."""
    events: Counter[str] = Counter()
    rung: list[Kept] = []
    unknown = 0
    with book.state.writing() as connection:
        there = opened(connection, rule.name)
        for group in found:
            verdict = judge(rule, group.points, at)
            unknown += verdict.out is None
            before = there.get(group.group_id)
            after, event = advance(rule, before.alert if before else None, verdict, at, book.now())
            events[event] += 1
            entry = _entry(rule, group, before, after, place_of(rule, group.group_id, homes))
            _put(connection, before, entry)
            if event == "rings" and entry is not None:
                rung.append(entry)
        _tell(connection, book, rule, rung, at, unit_of(shop.catalog, rule))
    return Watched(rule.name, len(found), events["rings"], events["over"], unknown)


def _entry(rule: Rule, group: Group, before: Kept | None, after: Alert | None, place: Any) -> Kept | None:
    if after is None:
        return None
    return moved(before, after) if before else fresh(rule.name, group.group_id, group.title, place, after)


def _put(connection: Connection, before: Kept | None, after: Kept | None) -> None:
    if after is not None and after != before:
        write(connection, after)
    elif after is None and before is not None:
        forget(connection, before.alert_id)


def _tell(connection: Connection, book: AlertBook, rule: Rule, rung: list[Kept], at: date, unit: Unit) -> None:
    """One message for all groups of a rule that began to ring now, the silenced ones left out."""
    quiet = book.quiet(rule.name)
    told = [one for one in rung if not quiet(one.group_id)]
    if not told or not rule.channel:
        return
    body = _body(rule, told, f"/alerts?rule={rule.name}", unit, book.owners())
    key = f"alert:{rule.name}:{at}:{min(one.alert_id for one in told)}"
    put(connection, Message("push", rule.channel, rule.title.zh, body, key), at=book.now())


def _body(rule: Rule, told: list[Kept], link: str, unit: Unit, whose: Whose) -> dict[str, Any]:
    """The message: the rule, and each group with its figure; whoever receives it is shown what lies in their scope."""
    things = [
        {
            "zh": _figure(one, unit, Writer("zh"), whose),
            "en": _figure(one, unit, Writer("en"), whose),
            "place": asdict(one.place),
        }
        for one in told
    ]
    text = {"zh": "{count} 个在响", "en": "{count} ring"}
    title = {"zh": rule.title.zh, "en": rule.title.en}
    return {"title": title, "text": text, "things": things, "link": link, "urgent": rule.severity == "urgent"}


def _figure(one: Kept, unit: Unit, writer: Writer, whose: Whose) -> str:
    found = whose(one)
    name = writer.say(Text(f"（负责：{found.name}）", f" (owner: {found.name})")) if found else ""
    held = next((each for each in (one.alert.expected, one.alert.high, one.alert.low) if each is not None), None)
    against = writer.say(Text(f"，对照 {writer.short(held, unit)}", f", held against {writer.short(held, unit)}"))
    return f"{writer.say(one.group)} {writer.short(one.alert.value, unit)}{against if held is not None else ''}{name}"


def pass_on(book: AlertBook, catalog: Catalog) -> int:
    """Tells the next one up of every alert that nobody has looked at for too long; how many."""
    rules, whose, count = book.rules(), book.owners(), 0
    with book.state.writing() as connection:
        asked = select(table.c.rule).where(table.c.state == "ringing").distinct()
        for name in connection.execute(asked).scalars().all():
            rule = rules.get(name)
            if rule is None or not rule.active:
                continue
            quiet = book.quiet(name)
            for one in opened(connection, name).values():
                if due_up(rule, one.alert, book.now()) and not quiet(one.group_id):
                    count += 1
                    connection.execute(
                        update(table).where(table.c.alert_id == one.alert_id).values(level=one.alert.level + 1)
                    )
                    up = replace(one, alert=replace(one.alert, level=one.alert.level + 1))
                    _tell_next(connection, rule, up, book.now(), unit_of(catalog, rule), whose)
    return count


def _tell_next(connection: Connection, rule: Rule, one: Kept, now: datetime, unit: Unit, whose: Whose) -> None:
    if not rule.channel:
        return
    body = _body(rule, [one], f"/alerts?rule={rule.name}", unit, whose)
    message = Message("push", rule.channel, rule.title.zh, body, f"alert:{one.alert_id}:up:{one.alert.level}")
    put(connection, message, at=now)


def unit_of(catalog: Catalog, rule: Rule) -> Unit:
    """The unit of the figure a rule watches."""
    metric = catalog.metrics.get(rule.metric)
    return metric.unit if metric else Unit.COUNT


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule would have done in one bucket of the past."""

    bucket: date
    rang: tuple[Text, ...]  # the groups that would have begun to ring
    out: int
    unknown: int


def back_test(shop: Shop, rule: Rule, today: date, back: int, now: datetime) -> tuple[Tried, ...]:
    """How often it would have rung over the last `back` buckets, each judged with the figures up to it; oldest first."""
    if rule.event:
        raise Misused(Text("事件的规则这样不能回看", "a rule on events is not tried like this"))
    last = last_bucket(rule, today)
    found = groups(shop, rule, last, more=back)
    alerts: dict[str, Alert | None] = {}
    tried = []
    for at in buckets(rule, last, back):
        verdicts = {group.group_id: judge(rule, _until(group, at), at) for group in found}
        rang = tuple(group.title for group in found if _step(rule, alerts, group.group_id, verdicts, at, now))
        out = sum(1 for one in verdicts.values() if one.out)
        tried.append(Tried(at, rang, out, sum(1 for one in verdicts.values() if one.out is None)))
    return tuple(tried)


def back_test_events(
    book: AlertBook, shop: Shop, rule: Rule, today: date, days: int, day_of: Callable[[datetime], date]
) -> tuple[Tried, ...]:
    """How often a rule on events would have rung on each of the last days, as far as events are remembered."""
    now = book.now()
    with book.state.reading() as connection:
        happened = past(connection, rule.event, rule.by, rule.minutes, now - timedelta(days=days), now)
    rang: dict[date, list[str]] = {}
    ringing: set[str] = set()
    for at, group, many in happened:
        if many > rule.limit and group not in ringing:
            ringing.add(group)
            rang.setdefault(day_of(at), []).append(group)
        elif many <= rule.limit * (1 - rule.ease):
            ringing.discard(group)
    names = names_of(shop, rule.by, {group for rung in rang.values() for group in rung})
    looked = [today - timedelta(days=number) for number in reversed(range(days))]
    return tuple(
        Tried(day, tuple(names.get(one, Text(one, one)) for one in rang.get(day, ())), len(rang.get(day, ())), 0)
        for day in looked
    )


def _until(group: Group, at: date) -> Mapping[date, Any]:
    return {day: point for day, point in group.points.items() if day <= at}


def _step(
    rule: Rule, alerts: dict[str, Alert | None], group: str, verdicts: Mapping[str, Verdict], at: date, now: datetime
) -> bool:
    after, event = advance(rule, alerts.get(group), verdicts[group], at, now)
    alerts[group] = after if after is not None and after.open else None
    return event == "rings"


def books(modules: Modules) -> AlertBook:
    """The books of the alerts, without the rules of modules that are switched off."""
    features = [feature for domain in modules.domains for feature in domain.features]
    off = modules.off
    hidden = [one for domain in modules.domains if domain.name in off for one in domain.features]
    return AlertBook(modules.state, ready(features), modules.now, frozenset(ready(hidden)))


def ready(features: Iterable[Any]) -> Mapping[str, Rule]:
    """The rules that features declare, by name."""
    return {rule.name: rule for feature in features for rule in feature.alerts}


def begun(shop: Shop, said: Mapping[str, str], today: date) -> Rule:
    """A rule of the company's own from what was said of it; Misused names what there is. It begins switched off."""
    title = said.get("title") or said["name"]
    if event := said.get("event", ""):
        checked_event(event)
        _one_of(said.get("by", ""), GROUPS, Text("维度", "dimension"))
        first = Rule(said["name"], Text(title, title), "", "above", 0.0, by=said.get("by", ""), event=event)
        return first.changed({name: said[name] for name in ("limit", "minutes") if said.get(name)})
    catalog = shop.catalog
    if said.get("metric", "") not in catalog.metrics:
        metric = said.get("metric", "")
        raise Misused(Text(f"没有指标 {metric}", f"there is no metric {metric}"), mend=nearest(metric, catalog.metrics))
    _one_of(said.get("by", ""), catalog.dimensions, Text("维度", "dimension"))
    _one_of(said.get("test", ""), TEST_TITLES, Text("比较", "test"))
    _one_of(said.get("grain", ""), GRAIN_TITLES, Text("频率", "grain"))
    first = Rule(said["name"], Text(title, title), said["metric"], "above", 0.0, by=said.get("by", ""))
    rule = first.changed({name: said[name] for name in ("test", "grain", "limit") if said.get(name)})
    shop.query(rule.metric, (rule.by,) if rule.by else (), start=today, end=today, grain=rule.grain)
    return rule


def checked_event(event: str) -> None:
    """Misused, naming what there is, for a kind of event or a state of it that nobody tells."""
    kind, _, state = event.partition(":")
    if kind not in EVENTS:
        raise Misused(Text(f"没有“{kind}”这种事件", f"there is no event {kind}"), mend=nearest(kind, EVENTS))
    states = [one.value for one in EVENTS[kind].states]
    if state and state not in states:
        raise Misused(Text(f"“{kind}”没有 {state}", f"{kind} knows no {state}"), mend=nearest(state, states))


def _one_of(said: str, known: Iterable[str], what: Text) -> None:
    names = list(known)
    if said and said not in names:
        raise Misused(Text(f"没有{what.zh} {said}", f"there is no {what.en} {said}"), mend=nearest(said, names))
