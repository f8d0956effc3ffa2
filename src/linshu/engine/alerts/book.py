"""The books of the alerts: rules in force, what rings, who looks at it; reading always within a row scope."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, or_, select, update

from linshu.engine import audit
from linshu.engine.access.place import Place, within
from linshu.engine.access.users import EVERYTHING, Users
from linshu.engine.alerts.life import Alert
from linshu.engine.alerts.owner import owner
from linshu.engine.alerts.rule import Rule
from linshu.engine.state.tables import alert as table
from linshu.engine.state.tables import alert_rule, alert_silence
from linshu.kernel.errors import Conflict, Forbidden, Invalid, Missing, nearest
from linshu.kernel.personal import all_masked
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from linshu.engine.access.scope import Scope
    from linshu.engine.access.users import User
    from linshu.engine.audit import Actor
    from linshu.engine.state import State

OPEN = ("ringing", "seen")  # what a person sees as open
SORTS = {"rang": table.c.rang_at, "rule": table.c.rule, "group": table.c.group_zh, "ended": table.c.ended_at}


@dataclass(frozen=True, slots=True)
class Kept:
    """An alert with its name, its group and whoever looks at it."""

    alert_id: str
    rule: str
    group_id: str
    group: Text
    alert: Alert
    seen_by: str
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class Silence:
    """What nobody is told of until then."""

    silence_id: str
    rule: str
    group_id: str  # "" = every group
    group: Text  # how that group is called
    until: datetime
    why: str
    account: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts, in which order; `states` empty = those that are open."""

    states: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    words: str = ""
    sort: str = "rang"
    ascending: bool = False
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class AlertBook:
    """Rules and alerts of one company."""

    state: State
    ready: Mapping[str, Rule]  # as the domains declare them
    now: Callable[[], datetime]
    off: frozenset[str] = frozenset()  # rules of modules that are switched off

    def rules(self) -> Mapping[str, Rule]:
        """Every rule in force or switched off: the declared ones, as changed here, then the company's own."""
        with self.state.reading() as connection:
            kept = connection.execute(select(alert_rule.c.name, alert_rule.c.body).order_by(alert_rule.c.name)).all()
        own = {name: Rule.read(json.loads(body)) for name, body in kept if name not in self.off}
        return {**{name: rule for name, rule in self.ready.items() if name not in self.off}, **own}

    def rule(self, name: str) -> Rule:
        """The rule of that name; Missing names the nearest."""
        known = self.rules()
        if name not in known:
            raise Missing(Text(f"没有规则 {name}", f"there is no rule {name}"), mend=nearest(name, known))
        return known[name]

    def owners(self) -> Callable[[Kept], User | None]:
        """Whose each alert is now: the person nearest to it, further up for every time it was passed on."""
        people, rules = Users(self.state).all(), self.rules()

        def of(one: Kept) -> User | None:
            role = rules[one.rule].owner if one.rule in rules else ""
            return owner(people, role, one.place, one.alert.level)

        return of

    def keep(self, actor: Actor, rule: Rule, *, fresh: bool = False) -> None:
        """Keeps a rule, new or changed; one that is switched off ends what it raised."""
        before = self.rules().get(rule.name)
        if fresh and before is not None:
            raise Conflict(Text(f"已经有规则 {rule.name}", f"there is a rule {rule.name} already"))
        if not rule.name.isidentifier() or len(rule.name) > 64:
            raise Invalid(
                Text(f"规则名 {rule.name!r} 不可用", f"{rule.name!r} cannot be a rule's name"),
                mend=Text("用小写字母、数字和下划线。", "Use letters, digits and underscores."),
            )
        told = rule.told()
        changed = {name: value for name, value in told.items() if before is None or before.told()[name] != value}
        row = {"name": rule.name, "body": json.dumps(all_masked(told), ensure_ascii=False), "account": actor.account}
        with self.state.writing() as connection:
            connection.execute(delete(alert_rule).where(alert_rule.c.name == rule.name))
            connection.execute(insert(alert_rule), [row | {"changed_at": self.now()}])
            if not rule.active:
                self._end(connection, rule.name)
            audit.write(connection, actor, "rule.change", f"rule:{rule.name}", at=self.now(), **changed)

    def drop(self, actor: Actor, name: str) -> None:
        """Takes an own rule away, or a ready one back to how it was declared; its open alerts end."""
        self.rule(name)
        with self.state.writing() as connection:
            connection.execute(delete(alert_rule).where(alert_rule.c.name == name))
            if name not in self.ready or not self.ready[name].active:
                self._end(connection, name)
            audit.write(connection, actor, "rule.drop", f"rule:{name}", at=self.now())

    def _end(self, connection: Connection, rule: str) -> None:
        """What a rule raised is over once nobody watches it."""
        ended = {"state": "over", "open_key": None, "ended_at": self.now()}
        connection.execute(update(table).where(table.c.rule == rule, table.c.open_key.is_not(None)).values(ended))

    def page(self, wanted: Wanted, scope: Scope) -> tuple[tuple[Kept, ...], int]:
        """One page of alerts, and how many there are in all."""
        asked = select(table).where(within(table, scope), table.c.state.in_(wanted.states or OPEN))
        if wanted.rules:
            asked = asked.where(table.c.rule.in_(wanted.rules))
        for word in wanted.words.split():
            asked = asked.where(or_(*(one.icontains(word, autoescape=True) for one in (table.c.group_zh, table.c.group_en, table.c.rule))))  # fmt: skip
        sort = SORTS[wanted.sort]
        order = (sort.asc() if wanted.ascending else sort.desc()).nulls_last()  # as databases differ about where
        ordered = asked.order_by(order, table.c.alert_id)
        with self.state.reading() as connection:
            rows = connection.execute(ordered.limit(wanted.limit).offset(wanted.offset)).all()
            total = connection.execute(select(func.count()).select_from(asked.subquery())).scalar_one()
        return tuple(kept(row) for row in rows), total

    def counts(self, scope: Scope) -> Mapping[str, int]:
        """How many there are in each state."""
        asked = select(table.c.state, func.count().label("many")).where(within(table, scope)).group_by(table.c.state)
        with self.state.reading() as connection:
            return {row.state: row.many for row in connection.execute(asked)}

    def find(self, alert_id: str, scope: Scope) -> Kept:
        """One alert, within the scope."""
        with self.state.reading() as connection:
            row = connection.execute(select(table).where(table.c.alert_id == alert_id, within(table, scope))).first()
        if row is None:
            raise Missing(Text(f"没有预警 {alert_id}", f"there is no alert {alert_id}"))
        return kept(row)

    def see(self, actor: Actor, alert_id: str, scope: Scope, note: str = "") -> Kept:
        """Somebody looks at it: it is passed on no further."""
        found = self.find(alert_id, scope)
        if not found.alert.open:
            raise Conflict(Text("它已经恢复了", "it is over already"))
        with self.state.writing() as connection:
            values = {"state": "seen", "seen_at": self.now(), "seen_by": actor.account, "note": note.strip()[:500]}
            connection.execute(
                update(table).where(table.c.alert_id == alert_id, table.c.state.in_(OPEN)).values(values)
            )
            audit.write(connection, actor, "alert.see", f"alert:{alert_id}", at=self.now())
        return self.find(alert_id, scope)

    def silence(
        self, actor: Actor, rule: str, group_id: str, until: datetime, why: str, scope: Scope = EVERYTHING
    ) -> None:
        """Nobody is told of it until then; with a reason. Within a scope only of a group that lies in it."""
        self.rule(rule)
        self._reaches(scope, rule, group_id)
        if not why.strip():
            raise Invalid(Text("请写明为什么静音", "say why it is silenced"))
        if until <= self.now():
            raise Invalid(Text("静音的时间要在以后", "the silence must end later than now"))
        row = {
            "silence_id": secrets.token_hex(8), "rule": rule, "group_id": group_id, "until": until,
            "why": why.strip()[:500], "account": actor.account, "made_at": self.now(),
        }  # fmt: skip
        with self.state.writing() as connection:
            connection.execute(insert(alert_silence), [row])
            audit.write(
                connection, actor, "alert.silence", f"rule:{rule}", at=self.now(), group=group_id, why=why.strip()
            )

    def quiet(self, rule: str) -> Callable[[str], bool]:
        """Whether nobody is told of a group of this rule now."""
        groups = {one.group_id for one in self.silences() if one.rule == rule}
        return lambda group_id: "" in groups or group_id in groups

    def unsilence(self, actor: Actor, silence_id: str, scope: Scope = EVERYTHING) -> None:
        """Ends a silence before its time."""
        found = next((one for one in self.silences(scope) if one.silence_id == silence_id), None)
        if found is None:
            raise Missing(Text(f"没有静音 {silence_id}", f"there is no silence {silence_id}"))
        self._reaches(scope, found.rule, found.group_id)
        with self.state.writing() as connection:
            connection.execute(delete(alert_silence).where(alert_silence.c.silence_id == silence_id))
            audit.write(connection, actor, "alert.unsilence", f"silence:{silence_id}", at=self.now())

    def silences(self, scope: Scope = EVERYTHING) -> tuple[Silence, ...]:
        """Those that still hold: of whole rules, and of groups within the scope."""
        rows = alert_silence.c
        with self.state.reading() as connection:
            asked = select(alert_silence).where(rows.until > self.now()).order_by(rows.until)
            found = connection.execute(asked).all()
            names = _names(connection, {row.rule for row in found if row.group_id}, scope)
        everything = not scope.restrictions()
        return tuple(
            Silence(
                row.silence_id,
                row.rule,
                row.group_id,
                name or Text(row.group_id, row.group_id),
                row.until,
                row.why,
                row.account,
            )
            for row in found
            for name in (names.get((row.rule, row.group_id)),)
            if name is not None or everything or not row.group_id
        )

    def _reaches(self, scope: Scope, rule: str, group_id: str) -> None:
        """Whoever sees a part of the data silences within that part."""
        if not scope.restrictions():
            return
        if not group_id:
            raise Forbidden(
                Text("整条规则只有看全部数据的人能静音", "only who sees all data may silence a whole rule"),
                mend=Text("可以静音自己范围内的一个对象。", "One group of your own part can be silenced."),
            )
        with self.state.reading() as connection:
            if (rule, group_id) not in _names(connection, {rule}, scope):
                raise Missing(Text(f"没有对象 {group_id}", f"there is no group {group_id}"))


def _names(connection: Connection, rules: Collection[str], scope: Scope) -> dict[tuple[str, str], Text]:
    """The groups of these rules within a scope that ever had an alert, and how each is called."""
    if not rules:
        return {}
    asked = select(table.c.rule, table.c.group_id, table.c.group_zh, table.c.group_en)
    found = connection.execute(asked.where(table.c.rule.in_(rules), within(table, scope)).distinct())
    return {(row.rule, row.group_id): Text(row.group_zh, row.group_en) for row in found}


def opened(connection: Connection, rule: str) -> dict[str, Kept]:
    """The open alerts of a rule by group, so that nobody else moves them meanwhile."""
    asked = select(table).where(table.c.rule == rule, table.c.open_key.is_not(None)).with_for_update()
    return {row.group_id: kept(row) for row in connection.execute(asked)}


def write(connection: Connection, one: Kept) -> None:
    """Puts an alert down as it stands."""
    alert = one.alert
    row = {
        "alert_id": one.alert_id, "rule": one.rule, "group_id": one.group_id, "group_zh": one.group.zh[:120],
        "group_en": one.group.en[:120], "open_key": f"{one.rule}|{one.group_id}" if alert.open else None,
        "state": alert.state, "bucket": alert.bucket.isoformat(), "first": alert.first.isoformat(), "in_row": alert.count,
        "value": alert.value, "expected": alert.expected, "low": alert.low, "high": alert.high, "since": alert.since,
        "rang_at": alert.rang_at, "seen_at": alert.seen_at, "seen_by": one.seen_by, "ended_at": alert.ended_at,
        "level": alert.level, "note": one.note, **one.place.row(),
    }  # fmt: skip
    connection.execute(delete(table).where(table.c.alert_id == one.alert_id))
    connection.execute(insert(table), [row])


def forget(connection: Connection, alert_id: str) -> None:
    """An alert that never rang leaves nothing."""
    connection.execute(delete(table).where(table.c.alert_id == alert_id))


def fresh(rule: str, group_id: str, group: Text, place: Place, alert: Alert) -> Kept:
    """A new alert."""
    return Kept(secrets.token_hex(8), rule, group_id, group, alert, "", "", place)


def moved(one: Kept, alert: Alert) -> Kept:
    """The same alert, as it stands now."""
    return replace(one, alert=alert)


def kept(row: Row[Any]) -> Kept:
    """A row of the table."""
    alert = Alert(
        row.state, date.fromisoformat(row.bucket), date.fromisoformat(row.first), row.in_row, row.since, row.value,
        row.expected, row.low, row.high, row.rang_at, row.seen_at, row.ended_at, row.level,
    )  # fmt: skip
    return Kept(
        row.alert_id,
        row.rule,
        row.group_id,
        Text(row.group_zh, row.group_en),
        alert,
        row.seen_by,
        row.note,
        Place.of(row),
    )
