"""Which rows of a fact count: its own condition, the asked filters and the viewer's scope, and the tables they need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes, slots
from linshu.engine.metrics.catalog import MOMENT, Road
from linshu.engine.metrics.expression import Expression, conjuncts, render
from linshu.engine.metrics.filters import is_unknown
from linshu.engine.metrics.nodes import column

if TYPE_CHECKING:
    from linshu.engine.metrics.binding import Binder
    from linshu.engine.metrics.catalog import Catalog, Join
    from linshu.engine.metrics.declare import AsOf, Clock, Dimension, Fact, Membership
    from linshu.engine.metrics.query import Query

FACT = nodes.FACT
MEMBERS = "m"  # the alias of a table of memberships
Test = Callable[[exp.Expr], exp.Expr]

_COMPARE: dict[str, type[exp.Binary]] = {"<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


@dataclass(slots=True)
class Rows:
    """The rows of one fact that a question is about, counted by one of its clocks."""

    fact: Fact
    clock: Clock
    query: Query
    catalog: Catalog
    binder: Binder
    tables: set[str]
    joins: list[exp.Join] = field(default_factory=list)
    _aliases: dict[tuple[str, Join], str] = field(default_factory=dict)

    def keys(self) -> list[exp.Expr]:
        """The columns the question is cut by, their tables joined."""
        return [self._at(self._road(name, self.query.as_of)) for name in self.query.by]

    def _road(self, dimension: str, as_of: AsOf) -> Road:
        road = self.catalog.way(self.fact, dimension, as_of)
        assert road is not None, "the plan has refused what the fact does not reach"
        return road.on(self.clock.day)

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
            on = exp.And(this=on, expression=_valid(alias, self._moment(join.at)))
        self.joins.append(nodes.left_join(nodes.table(join.table, alias), on))
        return alias

    def _moment(self, at: str) -> exp.Expr:
        """When a version is looked up: at the fact's own instant, or at the moment asked for."""
        if at != MOMENT:
            return column(at, FACT)
        return self.binder.bind(slots.Moment())

    def restrictions(self) -> list[exp.Expr]:
        """The conditions of the fact, of the question and of the viewer's scope; the scope always as ordered."""
        where = [self.plain(part) for part in conjuncts(self.fact.where)]
        where += [self.filtered(place, self.query.as_of) for place in range(len(self.query.where))]
        for attribute, allowed in self.query.scope.restrictions():
            where.append(self._allowed(attribute, len(allowed)))
        return where

    def _allowed(self, attribute: str, count: int) -> exp.Expr:
        """Any level of the attribute is allowed (a city, one of its districts ...); levels of one table are read at once."""
        levels: dict[tuple[Join, ...], list[str]] = {}
        for name in self.catalog.scoped[attribute]:
            road = self._road(name, "ordered")
            levels.setdefault(road.joins, []).append(road.column)
        found = [self._where_any(joins, columns, attribute, count) for joins, columns in levels.items()]
        return found[0] if len(found) == 1 else nodes.either(found)

    def _where_any(self, joins: tuple[Join, ...], columns: list[str], attribute: str, count: int) -> exp.Expr:
        def test(key: exp.Expr) -> exp.Expr:
            assert isinstance(key, exp.Column)
            keys = [column(name, key.table) for name in columns]
            within = [self._among(one, attribute, count) for one in keys]
            return within[0] if len(within) == 1 else nodes.either(within)

        return self._where_key(Road(joins, columns[0]), test)

    def _among(self, key: exp.Expr, attribute: str, count: int) -> exp.Expr:
        """The key is one of so many that the viewer's scope allows."""
        allowed = [slots.Allowed(attribute, place) for place in range(count)]
        return self.binder.within(key, allowed, slots.AllAllowed(attribute))

    def allowed_at(self, dimension: str, attribute: str, count: int, as_of: AsOf) -> exp.Expr:
        """One level of a scope's attribute is among the allowed values."""
        return self._where_key(self._road(dimension, as_of), lambda key: self._among(key, attribute, count))

    def filtered(self, number: int, as_of: AsOf) -> exp.Expr:
        """A filter of the question, under the relations that are asked for."""
        one = self.query.where[number]
        if one.dimension in self.catalog.memberships:
            return self._belongs(self.catalog.memberships[one.dimension], number, as_of)
        dimension = self.catalog.dimension(one.dimension)
        road = self._road(one.dimension, as_of)
        if one.operator not in ("in", "not in"):
            value = self.binder.bind(slots.Filtered(number, 0, dimension))
            return self._where_key(road, lambda key: _COMPARE[one.operator](this=key, expression=value))
        known = self._known(number, dimension)
        found = []
        if known and dimension.label:
            shown = self._shown(dimension.table, dimension.key, dimension.label, known)
            found.append(self._where_key(road, lambda key: exp.In(this=key, query=exp.Subquery(this=shown))))
        elif known:
            found.append(self._where_key(road, lambda key: self.binder.within(key, known)))
        if len(known) < len(one.values):
            there = self._where_key(road, lambda key: exp.Not(this=exp.Is(this=key, expression=exp.Null())))
            found.append(nodes.denied(there))
        positive = found[0] if len(found) == 1 else nodes.either(found)
        return nodes.denied(positive) if one.operator == "not in" else positive

    def _known(self, number: int, dimension: Dimension | None) -> list[slots.Filtered]:
        """The values of a filter but for the unknown."""
        values = enumerate(self.query.where[number].values)
        return [slots.Filtered(number, place, dimension) for place, value in values if not is_unknown(value)]

    def _belongs(self, asked: Membership, number: int, as_of: AsOf) -> exp.Expr:
        """Whether what a row is about is in any of the sets; unknown among the values: or in none at all.

        A semi-join, so that a row counts once in however many of the sets it is.
        """
        road, one = self._road(asked.of, as_of), self.query.where[number]
        known = self._known(number, None)
        found = []
        if known:
            columns = (asked.value, *([asked.label] if asked.label else []))
            listed = nodes.either([self.binder.within(column(name, MEMBERS), known) for name in columns])
            found.append(self._within_sets(asked, road, as_of, listed))
        if len(known) < len(one.values):
            found.append(nodes.denied(self._within_sets(asked, road, as_of, None)))
        positive = found[0] if len(found) == 1 else nodes.either(found)
        return nodes.denied(positive) if one.operator == "not in" else positive

    def _within_sets(self, asked: Membership, road: Road, as_of: AsOf, listed: exp.Expr | None) -> exp.Expr:
        self.tables.add(asked.table)
        conditions = [] if listed is None else [listed]
        at_row = asked.history and as_of == "ordered"
        if asked.history and as_of == "now":
            conditions.append(exp.Is(this=column("valid_to", MEMBERS), expression=exp.Null()))
        elif asked.history:
            moment = column(self.fact.happened, FACT) if at_row else self._moment(MOMENT)
            conditions.append(_valid(MEMBERS, moment))
        source = nodes.table(asked.table, MEMBERS)

        def test(key: exp.Expr) -> exp.Expr:
            if not at_row:
                keys = nodes.select([column(asked.key, MEMBERS)], source, where=nodes.both(conditions))
                return exp.In(this=key, query=exp.Subquery(this=keys))
            own = exp.EQ(this=column(asked.key, MEMBERS), expression=key)
            one = nodes.select([exp.Literal.number(1)], source, where=nodes.both([own, *conditions]))
            return exp.Exists(this=one)

        return test(self._at(road)) if at_row else self._where_key(road, test)

    def _shown(self, table: str, key: str, label: str, values: list[slots.Filtered]) -> exp.Query:
        """The keys a reader means: the values themselves, and the keys shown under these names."""
        self.tables.add(table)
        names = nodes.select([column(key)], nodes.table(table), where=self.binder.within(column(label), values))
        direct: exp.Query = names
        for value in values:
            direct = exp.Union(
                this=direct, expression=exp.Select(expressions=[self.binder.bind(value)]), distinct=False
            )
        return direct

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

    def plain(self, part: Expression) -> exp.Expr:
        """A declared condition as SQL."""
        node = render(part, lambda name: column(name, FACT))
        return exp.Paren(this=node) if isinstance(node, exp.Or) else node

    def all(self, parts: tuple[Expression, ...]) -> exp.Expr:
        """Several declared conditions together."""
        condition = nodes.both(self.plain(part) for part in parts)
        assert condition is not None
        return exp.Paren(this=condition) if isinstance(condition, exp.And) else condition


def _valid(alias: str, moment: exp.Expr) -> exp.Expr:
    """The version in force at a moment; an open end is still in force."""
    begun = exp.LTE(this=column("valid_from", alias), expression=moment)
    until = column("valid_to", alias)
    ended = exp.Or(
        this=exp.Is(this=until, expression=exp.Null()), expression=exp.LT(this=moment.copy(), expression=until.copy())
    )
    return exp.And(this=begun, expression=exp.Paren(this=ended))
