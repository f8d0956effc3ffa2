"""One fact aggregated alone to the asked grain: its days, filters and row scope inside, its dimensions joined only where needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes
from linshu.engine.metrics.expression import Expression, columns, conjuncts, render
from linshu.engine.metrics.filters import Filter, is_unknown, typed
from linshu.engine.metrics.nodes import column, named
from linshu.kernel.period import Grain

if TYPE_CHECKING:
    from linshu.engine.metrics.binding import Binder, Bound
    from linshu.engine.metrics.catalog import Catalog, Join, Road
    from linshu.engine.metrics.declare import AsOf, Measure
    from linshu.engine.metrics.plan import Scan
    from linshu.engine.metrics.query import Query

FACT = "f"
TIME = "t"  # the bucket column between the stages


Test = Callable[[exp.Expr], exp.Expr]
Day = Callable[[], exp.Expr]

_COMPARE: dict[str, type[exp.Binary]] = {"<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


def key_name(place: int) -> str:
    """The name of the n-th dimension between the stages."""
    return f"k{place}"


@dataclass(slots=True)
class Scanner:
    """Writes the SELECT of one scan."""

    scan: Scan
    query: Query
    catalog: Catalog
    binder: Binder
    tables: set[str]
    joins: list[exp.Join] = field(default_factory=list)
    _aliases: dict[tuple[str, Join], str] = field(default_factory=dict)

    def select(self) -> exp.Select:
        """One row per bucket and key: `t`, `k0`, `k1`, ... and the measures under their own names."""
        self.tables.add(self.scan.fact.table)
        keys = [self._at(self._road(name, self.query.as_of)) for name in self.query.by]
        common, own = self._split()
        conditions = [*self._restrictions(), *(self._plain(part) for part in common)]
        if self.scan.window > 1 and self.query.grain:
            return self._moving(keys, [*conditions, *(self._plain(part) for part in own[0])])
        if all(own) and (self.query.by or self.query.grain):
            conditions.append(nodes.either([self._all(parts) for parts in own]))
        outputs = [named(node, name) for node, name in zip(self._bucket(), (TIME,), strict=False)]
        outputs += [named(node, key_name(place)) for place, node in enumerate(keys)]
        groups = len(outputs)
        measured = zip(self.scan.parts, own, strict=True)
        outputs += [named(self._measured(part.measure, parts), part.name) for part, parts in measured]
        where = nodes.both([*self._days(), *conditions])
        return nodes.select(
            outputs, nodes.table(self.scan.fact.table, FACT), joins=self.joins, where=where, groups=groups
        )

    # -- roads to dimensions

    def _road(self, dimension: str, as_of: AsOf) -> Road:
        road = self.catalog.road(self.scan.fact.name, dimension, as_of)
        assert road is not None, "the plan has refused what the fact does not reach"
        return road

    def _at(self, road: Road) -> exp.Expr:
        """The column at the end of a road, its tables joined."""
        alias = FACT
        for join in road.joins:
            alias = self._joined(alias, join)
        return column(road.column, alias)

    def _joined(self, left: str, join: Join) -> str:
        known = self._aliases.get((left, join))
        if known:
            return known
        alias = self._aliases[left, join] = f"j{len(self._aliases) + 1}"
        self.tables.add(join.table)
        on: exp.Expr = exp.EQ(this=column(join.key, alias), expression=column(join.column, left))
        if join.at:
            on = exp.And(this=on, expression=_valid(alias, column(join.at, FACT)))
        self.joins.append(nodes.left_join(nodes.table(join.table, alias), on))
        return alias

    # -- which rows

    def _restrictions(self) -> list[exp.Expr]:
        where = [self._plain(part) for part in conjuncts(self.scan.fact.where)]
        where += [self._filter(one) for one in self.query.where]
        for attribute, allowed in self.query.scope.restrictions():
            roads = [self._road(name, "ordered") for name in self.catalog.scoped[attribute]]
            where.append(nodes.either([self._within(road, allowed) for road in roads]))
        return where

    def _filter(self, one: Filter) -> exp.Expr:
        dimension = self.catalog.dimension(one.dimension)
        road = self._road(one.dimension, self.query.as_of)
        if one.operator not in ("in", "not in"):
            value = self.binder.bind(typed(dimension, one.values[0]))
            return self._where_key(road, lambda key: _COMPARE[one.operator](this=key, expression=value))
        known = tuple(typed(dimension, value) for value in one.values if not is_unknown(value))
        found = []
        if known and dimension.label:
            shown = self._shown(dimension.table, dimension.key, dimension.label, known)
            found.append(self._where_key(road, lambda key: exp.In(this=key, query=exp.Subquery(this=shown))))
        elif known:
            found.append(self._within(road, known))
        if len(known) < len(one.values):
            there = self._where_key(road, lambda key: exp.Not(this=exp.Is(this=key, expression=exp.Null())))
            found.append(nodes.denied(there))
        positive = found[0] if len(found) == 1 else nodes.either(found)
        return nodes.denied(positive) if one.operator == "not in" else positive

    def _shown(self, table: str, key: str, label: str, values: tuple[Bound, ...]) -> exp.Query:
        """The keys a reader means: the values themselves, and the keys shown under these names."""
        self.tables.add(table)
        names = nodes.select([column(key)], nodes.table(table), where=self.binder.within(column(label), values))
        direct: exp.Query = names
        for value in values:
            direct = exp.Union(
                this=direct, expression=exp.Select(expressions=[self.binder.bind(value)]), distinct=False
            )
        return direct

    def _within(self, road: Road, values: tuple[Bound, ...]) -> exp.Expr:
        return self._where_key(road, lambda key: self.binder.within(key, values))

    def _where_key(self, road: Road, test: Test) -> exp.Expr:
        """A condition on the key at the end of a road: a semi-join, so that no row is doubled and no column carried."""
        if road.versioned:
            return test(self._at(road))
        condition = test(column(road.column, "" if road.joins else FACT))
        for place in range(len(road.joins) - 1, -1, -1):
            join = road.joins[place]
            self.tables.add(join.table)
            inner = nodes.select([column(join.key)], nodes.table(join.table), where=condition)
            condition = exp.In(this=column(join.column, "" if place else FACT), query=exp.Subquery(this=inner))
        return condition

    def _plain(self, part: Expression) -> exp.Expr:
        node = render(part, lambda name: column(name, FACT))
        return exp.Paren(this=node) if isinstance(node, exp.Or) else node

    def _all(self, parts: tuple[Expression, ...]) -> exp.Expr:
        condition = nodes.both(self._plain(part) for part in parts)
        assert condition is not None
        return exp.Paren(this=condition) if isinstance(condition, exp.And) else condition

    # -- which days

    def _day(self) -> exp.Expr:
        return column(self.scan.clock.day, FACT)

    def _days(self) -> list[exp.Expr]:
        scan, day = self.scan, self._day()
        if scan.window and scan.start and scan.end:
            return self._window_days()
        if scan.start and scan.end:
            bounds = {"low": self.binder.bind(scan.start), "high": self.binder.bind(scan.end)}
            found: list[exp.Expr] = [exp.Between(this=day, **bounds)]
        elif scan.start:
            found = [exp.GTE(this=day, expression=self.binder.bind(scan.start))]
        elif scan.end:
            found = [exp.LTE(this=day, expression=self.binder.bind(scan.end))]
        else:
            found = [exp.Not(this=exp.Is(this=day, expression=exp.Null()))]
        return found + self._counterparts(self._day)

    def _counterparts(self, day: Day) -> list[exp.Expr]:
        """Day by day, 29 February and other days without a counterpart are held against nothing."""
        back = self.scan.shift
        if not back or not back.months or self.query.grain not in (Grain.DAY, Grain.HOUR):
            return []
        there_and_back = nodes.moved(nodes.moved(day(), back), back, back=True)
        return [exp.EQ(this=there_and_back, expression=day())]

    def _window_days(self) -> list[exp.Expr]:
        """The days of a window that needs no repetition: the last one of each bucket, or those before the very end."""
        scan = self.scan
        start, end = _ends(scan)
        if not self.query.grain:
            if scan.window == 1:
                return [exp.EQ(this=self._day(), expression=self.binder.bind(end))]
            first = self.binder.bind(end - timedelta(scan.window - 1))
            return [exp.Between(this=self._day(), low=first, high=self.binder.bind(end))]
        between = exp.Between(this=self._day(), low=self.binder.bind(start), high=self.binder.bind(end))
        return [between, *self._closing(self._day), *self._counterparts(self._day)]

    def _closing(self, day: Day) -> list[exp.Expr]:
        """Holds for the last day of each bucket, and for the last day of the period."""
        grain, scan = self.query.grain, self.scan
        if grain is None or grain is Grain.DAY:
            return []
        by_days = scan.shift if scan.shift and not scan.shift.months else None
        here = nodes.truncated(grain, nodes.moved(day(), by_days))
        tomorrow = nodes.truncated(grain, nodes.day_after(nodes.moved(day(), by_days), 1))
        at_end = exp.EQ(this=day(), expression=self.binder.bind(_ends(scan)[1]))
        return [nodes.either([exp.NEQ(this=here, expression=tomorrow), at_end])]

    def _bucket(self) -> list[exp.Expr]:
        grain, scan = self.query.grain, self.scan
        if grain is None:
            return []
        if grain is Grain.HOUR:
            moment = nodes.moved(column(scan.clock.at, FACT), scan.shift, instant=True)
            return [nodes.truncated(grain, moment)]
        return [nodes.truncated(grain, nodes.moved(self._day(), scan.shift))]

    # -- what is measured

    def _split(self) -> tuple[list[Expression], list[tuple[Expression, ...]]]:
        """The conditions all measures share, for WHERE, and those each keeps for its own FILTER."""
        wanted = [conjuncts(part.measure.where) for part in self.scan.parts]
        common = [part for part in wanted[0] if all(part in other for other in wanted[1:])]
        return common, [tuple(part for part in parts if part not in common) for parts in wanted]

    def _measured(self, measure: Measure, own: tuple[Expression, ...]) -> exp.Expr:
        return _aggregated(measure, self._value(measure), self._all(own) if own else None)

    def _value(self, measure: Measure) -> exp.Expr:
        return render(measure.value, lambda name: column(name, FACT)) if measure.value else exp.Star()

    def _moving(self, keys: list[exp.Expr], conditions: list[exp.Expr]) -> exp.Select:
        """A window longer than a day, bucket by bucket: each day counts in every window that it lies in."""
        scan, grain = self.scan, self.query.grain
        assert grain is not None, "without a grain nothing moves"
        start, end = _ends(scan)
        part = scan.parts[0]
        first, last = self.binder.bind(start - timedelta(scan.window - 1)), self.binder.bind(end)
        outputs = [named(node, key_name(place)) for place, node in enumerate(keys)]
        outputs.append(named(self._day(), "d"))
        groups = len(outputs)
        distinct = part.measure.aggregate == "distinct"
        outputs.append(
            named(self._value(part.measure) if distinct else _aggregated(part.measure, self._value(part.measure)), "v")
        )
        where = nodes.both([exp.Between(this=self._day(), low=first, high=last), *conditions])
        daily = nodes.select(
            outputs,
            nodes.table(scan.fact.table, FACT),
            joins=self.joins,
            where=where,
            groups=0 if distinct else groups,
            distinct=distinct,
        )
        offsets = exp.Values(
            expressions=[exp.Tuple(expressions=[exp.Literal.number(n)]) for n in range(scan.window)],
            alias=exp.TableAlias(this=exp.to_identifier("o"), columns=[exp.to_identifier("n")]),
        )
        ends = nodes.select(
            [*(column(key_name(place), "w") for place in range(len(keys))), column("v", "w"),
             named(nodes.day_after(column("d", "w"), column("n", "o")), "e")],
            nodes.subquery(daily, "w"),
            joins=[exp.Join(this=offsets, kind="CROSS")],
        )  # fmt: skip
        within = exp.Between(this=column("e", "x"), low=self.binder.bind(start), high=last.copy())
        closing = [within, *self._closing(_end), *self._counterparts(_end)]
        final: list[exp.Expr] = [named(nodes.truncated(grain, nodes.moved(_end(), scan.shift)), TIME)]
        final += [column(key_name(place), "x") for place in range(len(keys))]
        summed = exp.Count(this=exp.Distinct(expressions=[column("v", "x")])) if distinct else _sum(column("v", "x"))
        final.append(named(nodes.cast(summed, exp.DType.BIGINT), part.name))
        return nodes.select(final, nodes.subquery(ends, "x"), where=nodes.both(closing), groups=len(keys) + 1)


def _ends(scan: Scan) -> tuple[date, date]:
    """The first and last day of a scan over a window; the plan has asked for both."""
    assert scan.start is not None
    assert scan.end is not None
    return scan.start, scan.end


def _end() -> exp.Expr:
    """The last day of a window, in the expanded rows."""
    return column("e", "x")


def _valid(alias: str, moment: exp.Expr) -> exp.Expr:
    """The version in force at a moment; an open end is still in force."""
    begun = exp.LTE(this=column("valid_from", alias), expression=moment)
    until = column("valid_to", alias)
    ended = exp.Or(
        this=exp.Is(this=until, expression=exp.Null()), expression=exp.LT(this=moment.copy(), expression=until.copy())
    )
    return exp.And(this=begun, expression=exp.Paren(this=ended))


def _sum(node: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=exp.Sum(this=node), expressions=[exp.Literal.number(0)])


def _aggregated(measure: Measure, value: exp.Expr, only: exp.Expr | None = None) -> exp.Expr:
    """The aggregate in 64 bits; a sum that does not fit is an error, never a wrong number."""
    node: exp.Expr
    if measure.aggregate == "distinct":
        node = exp.Count(this=exp.Distinct(expressions=[value]))
    else:
        node = _AGGREGATES[measure.aggregate](this=value)
    if only is not None:
        node = exp.Filter(this=node, expression=exp.Where(this=only))
    if measure.aggregate == "sum":
        node = exp.Coalesce(this=node, expressions=[exp.Literal.number(0)])
    return nodes.cast(node, exp.DType.BIGINT)


_AGGREGATES: dict[str, type[exp.Func]] = {"sum": exp.Sum, "count": exp.Count, "min": exp.Min, "max": exp.Max}


def reads(measure: Measure) -> tuple[str, ...]:
    """The columns of its fact that a measure needs."""
    return tuple(dict.fromkeys((*columns(measure.value), *columns(measure.where))))
