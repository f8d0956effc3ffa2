"""Watching: every rule in force is held against the newest bucket that is over; what rings is told once, together."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from linshu.domains.operations.alerts.inputs import buckets, groups, last_bucket, place_of, places
from linshu.engine.alerts.book import AlertBook, Kept, forget, fresh, moved, opened, write
from linshu.engine.alerts.judge import judge
from linshu.engine.alerts.life import Alert, advance, due_up
from linshu.engine.alerts.rule import Rule
from linshu.engine.metrics.declare import Unit
from linshu.engine.push.outbox import Message, put
from linshu.engine.shell.view import Writer
from linshu.engine.state.tables import alert as table
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy import Connection

    from linshu.domains.operations.alerts.inputs import Group
    from linshu.engine.alerts.judge import Verdict
    from linshu.engine.metrics import Catalog
    from linshu.engine.shell.asking import Shop


@dataclass(frozen=True, slots=True)
class Watched:
    """What one round did with a rule."""

    rule: str
    groups: int
    rings: int
    over: int
    unknown: int  # groups of which nothing can be said
    error: LinshuError | None = None


def watch(book: AlertBook, shop: Shop, today: date) -> tuple[Watched, ...]:
    """One round over all active rules; a rule that cannot be asked says why and keeps no other from it."""
    return tuple(_watch(book, shop, rule, today) for rule in book.rules().values() if rule.active)


def _watch(book: AlertBook, shop: Shop, rule: Rule, today: date) -> Watched:
    at = last_bucket(rule, today)
    try:
        found = groups(shop, rule, at)
        homes = places(shop, rule)
    except LinshuError as error:
        return Watched(rule.name, 0, 0, 0, 0, error)
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
    body = _body(rule, told, f"/alerts?rule={rule.name}", unit)
    key = f"alert:{rule.name}:{at}:{min(one.alert_id for one in told)}"
    put(connection, Message("push", rule.channel, rule.title.zh, body, key), at=book.now())


def _body(rule: Rule, told: list[Kept], link: str, unit: Unit) -> dict[str, Any]:
    """The message: the rule, and each group with its figure; whoever receives it is shown what lies in their scope."""
    things = [
        {"zh": _figure(one, unit, Writer("zh")), "en": _figure(one, unit, Writer("en")), "place": asdict(one.place)}
        for one in told
    ]
    text = {"zh": "{count} 个在响", "en": "{count} ring"}
    title = {"zh": rule.title.zh, "en": rule.title.en}
    return {"title": title, "text": text, "things": things, "link": link, "urgent": rule.severity == "urgent"}


def _figure(one: Kept, unit: Unit, writer: Writer) -> str:
    held = next((each for each in (one.alert.expected, one.alert.high, one.alert.low) if each is not None), None)
    against = writer.say(Text(f"，对照 {writer.short(held, unit)}", f", held against {writer.short(held, unit)}"))
    return f"{writer.say(one.group)} {writer.short(one.alert.value, unit)}{against if held is not None else ''}"


def pass_on(book: AlertBook, catalog: Catalog) -> int:
    """Tells the next one up of every alert that nobody has looked at for too long; how many."""
    rules, count = book.rules(), 0
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
                    _tell_next(connection, rule, one, book.now(), unit_of(catalog, rule))
    return count


def _tell_next(connection: Connection, rule: Rule, one: Kept, now: datetime, unit: Unit) -> None:
    if not rule.channel:
        return
    body = _body(rule, [one], f"/alerts?rule={rule.name}", unit)
    message = Message("push", rule.channel, rule.title.zh, body, f"alert:{one.alert_id}:up:{one.alert.level + 1}")
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


def _until(group: Group, at: date) -> Mapping[date, Any]:
    return {day: point for day, point in group.points.items() if day <= at}


def _step(
    rule: Rule, alerts: dict[str, Alert | None], group: str, verdicts: Mapping[str, Verdict], at: date, now: datetime
) -> bool:
    after, event = advance(rule, alerts.get(group), verdicts[group], at, now)
    alerts[group] = after if after is not None and after.open else None
    return event == "rings"


def ready(features: Iterable[Any]) -> Mapping[str, Rule]:
    """The rules that features declare, by name."""
    return {rule.name: rule for feature in features for rule in feature.alerts}
