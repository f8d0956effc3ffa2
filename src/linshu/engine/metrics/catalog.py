"""The dictionary of all dimensions, facts and metrics: checked once at the start, and the map of what reaches what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from linshu.engine.metrics.check import problems
from linshu.engine.metrics.declare import (
    Alignment,
    AsOf,
    Dimension,
    Fact,
    Measure,
    Membership,
    Metric,
    Rollup,
    Targets,
    Versions,
    Via,
)
from linshu.engine.metrics.expression import columns, divides
from linshu.engine.metrics.rollup import Carried, Rolled, rolled
from linshu.kernel.errors import Invalid, Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOMENT = "<moment of the question>"  # stands in a hop for the moment as of which relations are asked
CLOCK_DAY = "<day of the clock>"  # stands in a road for the day column of whichever clock a measure is counted by

Declared = TypeVar("Declared", Dimension, Fact, Metric)


@dataclass(frozen=True, slots=True)
class Join:
    """One hop of a road: the left side's `column` equals `key` of `table`, which is unique there.

    A versioned hop also asks that `valid_from` <= the fact's instant `at`, or the asked moment, < `valid_to`.
    """

    column: str
    table: str
    key: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Road:
    """How a fact reaches a dimension: the hops from the fact, and the column at their end that holds the key."""

    joins: tuple[Join, ...]
    column: str

    @property
    def versioned(self) -> bool:
        """Whether any hop looks up the value of that time."""
        return any(join.at for join in self.joins)

    def on(self, day: str) -> Road:
        """The road of a measure counted by the clock with that day column."""
        joins = (replace(join, column=day) if join.column == CLOCK_DAY else join for join in self.joins)
        return Road(tuple(joins), day if self.column == CLOCK_DAY else self.column)


_EDITIONS = count(1)


class Catalog:
    """All declarations, valid as a whole; raises `Invalid` with every problem found otherwise."""

    def __init__(  # noqa: PLR0913 - everything that is declared
        self,
        dimensions: Iterable[Dimension],
        facts: Iterable[Fact],
        metrics: Iterable[Metric],
        rollups: Iterable[Rollup] = (),
        *,
        alignments: Iterable[Alignment] = (),
        targets: Targets | None = None,
        memberships: Iterable[Membership] = (),
    ) -> None:
        dimensions, facts, metrics, rollups = tuple(dimensions), tuple(facts), tuple(metrics), tuple(rollups)
        found = problems(dimensions, facts, metrics, rollups)
        if found:
            raise Invalid(
                Text("指标声明有误：" + "；".join(found), "Wrong metric declarations: " + "; ".join(found)),
                where=Text("domains/*/metrics.py 与 facts.py", "domains/*/metrics.py and facts.py"),
            )
        self.dimensions: Mapping[str, Dimension] = {one.name: one for one in dimensions}
        self.facts: Mapping[str, Fact] = {one.name: one for one in facts}
        self.metrics: Mapping[str, Metric] = {one.name: one for one in metrics}
        self.alignments: Mapping[str, Alignment] = {one.name: one for one in alignments}
        self.targets = targets
        self.memberships: Mapping[str, Membership] = {one.name: one for one in memberships}
        self._roads: dict[tuple[str, str, AsOf], Road | None] = {}
        self.rollups = rollups
        self._carried: dict[str, Carried] = {}
        self._leaves: dict[str, tuple[str, ...]] = {}
        self.edition = next(_EDITIONS)  # no two catalogues of a process have the same; what is printed is kept under it

    def with_metric(self, metric: Metric) -> Catalog:
        """This catalogue and one metric more; raises `Invalid` as a new catalogue does."""
        return Catalog(
            self.dimensions.values(),
            self.facts.values(),
            [*self.metrics.values(), metric],
            self.rollups,
            alignments=self.alignments.values(),
            targets=self.targets,
            memberships=self.memberships.values(),
        )

    def dimension(self, name: str) -> Dimension:
        """The dimension of that name; `Missing` names the nearest ones."""
        return _find(self.dimensions, name, Text("没有维度 {name}", "There is no dimension {name}"))

    def metric(self, name: str) -> Metric:
        """The metric of that name; `Missing` names the nearest ones."""
        return _find(self.metrics, name, Text("没有指标 {name}", "There is no metric {name}"))

    def leaves(self, metric: str) -> tuple[str, ...]:
        """The measured metrics a figure is made of: itself, or those its formula reads, without repeats."""
        known = self._leaves.get(metric)
        if known is None:
            formula = self.metric(metric).formula
            if isinstance(formula, Measure):
                known = (metric,)
            else:
                known = tuple(dict.fromkeys(leaf for name in columns(formula) for leaf in self.leaves(name)))
            self._leaves[metric] = known
        return known

    def measure(self, leaf: str) -> Measure:
        """The aggregate behind a measured metric."""
        formula = self.metric(leaf).formula
        assert isinstance(formula, Measure)
        return formula

    def whole(self, metric: str) -> bool:
        """Whether a figure is a whole number: nothing in its formula, or in those it reads, divides."""
        formula = self.metric(metric).formula
        if isinstance(formula, Measure):
            return True
        return not divides(formula) and all(self.whole(name) for name in columns(formula))

    def counts_nothing(self, metric: str) -> bool:
        """Whether a group without rows counts as zero: sums and counts of what happened, never states, rates, extremes."""
        leaves = [self.measure(leaf) for leaf in self.leaves(metric)]
        return self.whole(metric) and all(one.aggregate in ("sum", "count", "distinct") for one in leaves)

    def facts_of(self, metric: str) -> tuple[Fact, ...]:
        """The facts a figure is counted on."""
        names = dict.fromkeys(self.measure(leaf).fact for leaf in self.leaves(metric))
        return tuple(self.facts[name] for name in names)

    def road(self, fact: str, dimension: str, as_of: AsOf = "ordered") -> Road | None:
        """How a fact reaches a dimension, or None when it does not."""
        return self.way(self.facts[fact], dimension, as_of)

    def way(self, fact: Fact, dimension: str, as_of: AsOf) -> Road | None:
        """The same for anything with keys, declared or not; its name must be its own."""
        key = (fact.name, dimension, as_of)
        if key not in self._roads:
            self._roads[key] = self._find_road(fact, self.dimensions[dimension], as_of)
        return self._roads[key]

    def _find_road(self, fact: Fact, dimension: Dimension, as_of: AsOf) -> Road | None:
        if as_of == "now" and dimension.now and dimension.name not in fact.lasting:
            road = self.way(fact, dimension.now.dimension, as_of)
            return None if road is None else self._onward(road, dimension.now.dimension, dimension.now.column)
        if as_of == "then" and dimension.now and dimension.name not in fact.lasting:
            return self._past(self.way(fact, dimension.now.dimension, as_of), dimension.past)
        if dimension.of_clock:
            return Road((), CLOCK_DAY)
        if dimension.name in fact.keys:
            return Road((), fact.keys[dimension.name])
        found = [self._through(fact, dimension, via, as_of) for via in dimension.of]
        return min((road for road in found if road), key=lambda road: len(road.joins), default=None)

    def _through(self, fact: Fact, dimension: Dimension, via: Via, as_of: AsOf) -> Road | None:
        road = self.way(fact, via.dimension, as_of)
        if road is None:
            return None
        if not dimension.versions or as_of == "now":
            return self._onward(road, via.dimension, via.column)
        if as_of == "then":
            return self._past(road, dimension.versions)
        if not fact.happened:
            return None
        hop = Join(road.column, dimension.versions.table, dimension.versions.key, fact.happened)
        return Road((*road.joins, hop), dimension.versions.column)

    @staticmethod
    def _past(road: Road | None, versions: Versions | None) -> Road | None:
        """On to the value that held at the asked moment; no road where no history is kept."""
        if road is None or versions is None:
            return None
        return Road((*road.joins, Join(road.column, versions.table, versions.key, MOMENT)), versions.column)

    def _onward(self, road: Road, anchor: str, column: str) -> Road:
        table = self.dimensions[anchor]
        if road.joins and road.joins[-1].table == table.table and road.column == table.key and not road.joins[-1].at:
            return Road(road.joins, column)
        return Road((*road.joins, Join(road.column, table.table, table.key)), column)

    def reached(self, metric: str, as_of: AsOf = "ordered") -> tuple[str, ...]:
        """The dimensions by which a figure can be cut and filtered: those that every fact of it reaches."""
        facts = self.facts_of(metric)
        return tuple(name for name in self.dimensions if all(self.road(fact.name, name, as_of) for fact in facts))

    def cut_by(self, dimension: str, as_of: AsOf = "ordered") -> tuple[str, ...]:
        """The metrics that a dimension can cut."""
        return tuple(
            name for name in self.metrics if all(self.road(fact.name, dimension, as_of) for fact in self.facts_of(name))
        )

    def children(self, dimension: str) -> tuple[str, ...]:
        """The next finer levels of a dimension."""
        return tuple(one.name for one in self.dimensions.values() if one.parent == self.dimension(dimension).name)

    def hierarchy(self, dimension: str) -> tuple[str, ...]:
        """All levels of a dimension's hierarchy: the coarser ones, itself, and those below it, level by level."""
        levels = [dimension]
        while parent := self.dimension(levels[0]).parent:
            levels.insert(0, parent)
        below = self.children(dimension)
        while below:
            levels += below
            below = tuple(child for name in below for child in self.children(name))
        return tuple(levels)

    @cached_property
    def _built_in(self) -> tuple[Metric, ...]:
        """The metrics that rollups are made for: a company's own may change at any time, and use what is there."""
        return tuple(one for one in self.metrics.values() if not one.place)

    def carried(self, fact: str) -> Carried:
        """How the figures of a fact are kept in rollups."""
        if fact not in self._carried:
            self._carried[fact] = Carried(self.facts[fact], self._built_in)
        return self._carried[fact]

    @cached_property
    def rolled(self) -> tuple[Rolled, ...]:
        """The declared rollups with their tables."""
        return tuple(rolled(one, self.carried(one.fact), self._built_in) for one in self.rollups)

    @cached_property
    def counted(self) -> Mapping[str, Rolled]:
        """The rollups of when values were seen and how things stood, each by its metric."""
        return {one.counts: one for one in self.rolled if one.counts and not one.by}

    @cached_property
    def counted_by(self) -> Mapping[tuple[str, str], Rolled]:
        """The rollups of when the values of each key were seen, by the metric and the dimension of the keys."""
        return {(one.counts, one.by): one for one in self.rolled if one.counts and one.by}

    @cached_property
    def scoped(self) -> Mapping[str, tuple[str, ...]]:
        """For each attribute of a viewer's scope, the dimensions that it restricts."""
        found: dict[str, list[str]] = {}
        for dimension in self.dimensions.values():
            if dimension.scope:
                found.setdefault(dimension.scope, []).append(dimension.name)
        return {name: tuple(names) for name, names in found.items()}


def _find(known: Mapping[str, Declared], name: str, what: Text) -> Declared:
    found = known.get(name)
    if found is None:
        titles = {one: each.title for one, each in known.items()}
        raise Missing(what.fill(name=name), mend=nearest(name, known, titles))
    return found
