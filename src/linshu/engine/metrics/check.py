"""What must hold of the declarations before any figure is computed; each problem is one sentence."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from linshu.engine.access.scope import ATTRIBUTES
from linshu.engine.metrics.check_measure import closed, condition, measure_problems
from linshu.engine.metrics.declare import Dimension, Fact, Measure, Metric, Rollup
from linshu.engine.metrics.expression import Col, columns
from linshu.kernel.period import Grain
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def problems(
    dimensions: tuple[Dimension, ...],
    facts: tuple[Fact, ...],
    metrics: tuple[Metric, ...],
    rollups: tuple[Rollup, ...] = (),
) -> tuple[str, ...]:
    """Everything wrong with the declarations taken together; empty when all is well."""
    by_name = {one.name: one for one in dimensions}
    return (
        *_names((*dimensions, *metrics), "name"),
        *_names(facts, "fact"),
        *_titles(metrics),
        *(line for one in dimensions for line in _dimension(one, by_name)),
        *(line for one in facts for line in _fact(one, by_name)),
        *_metrics(metrics, {one.name: one for one in facts}),
        *_names(rollups, "rollup"),
        *(line for one in rollups for line in _rollup(one, {fact.name: fact for fact in facts})),
        *(line for one in rollups if one.counts for line in _counting(one, {each.name: each for each in metrics})),
    )


def _names(declared: Iterable[Dimension | Fact | Metric | Rollup], what: str) -> Iterator[str]:
    counts = Counter(one.name for one in declared)
    for name, count in counts.items():
        if count > 1:
            yield f"{what} {name} is declared {count} times"
        if name in tuple(Grain) or not name.isidentifier() or name != name.lower():
            yield f"{what} {name} is a time grain or no plain lower-case word"


def _titles(metrics: tuple[Metric, ...]) -> Iterator[str]:
    for language in ("zh", "en"):
        counts = Counter(getattr(metric.title, language) for metric in metrics)
        for title, count in counts.items():
            if count > 1:
                yield f"{count} metrics are called {title}"


def _complete(name: str, *texts: Text) -> Iterator[str]:
    if any(not text.zh or not text.en for text in texts):
        yield f"{name} lacks a Chinese or an English text"


def _dimension(one: Dimension, known: Mapping[str, Dimension]) -> Iterator[str]:
    yield from _complete(one.name, one.title)
    if bool(one.table) != bool(one.key):
        yield f"dimension {one.name} must name its table and that table's key together"
    if one.label and not one.table:
        yield f"dimension {one.name} has a label but no table to read it from"
    for via in (*one.of, *([one.now] if one.now else [])):
        target = known.get(via.dimension)
        if target is None or not target.table:
            yield f"dimension {one.name} is reached through {via.dimension}, which is no dimension with a table"
        elif via.dimension == one.name:
            yield f"dimension {one.name} is reached through itself"
    yield from _place(one, known)


def _place(one: Dimension, known: Mapping[str, Dimension]) -> Iterator[str]:
    if one.versions and not one.of:
        yield f"dimension {one.name} has versions but is not reached through another dimension"
    if one.past and not one.now:
        yield f"dimension {one.name} has a past but no present it is the history of"
    if one.parent and one.parent not in known:
        yield f"dimension {one.name} has the unknown parent {one.parent}"
    if one.scope and one.scope not in ATTRIBUTES:
        yield f"dimension {one.name} names the unknown scope {one.scope}"
    if _circles(one.name, {name: [via.dimension for via in it.of] for name, it in known.items()}):
        yield f"dimension {one.name} is reached in a circle"
    if _circles(one.name, {name: [it.parent] if it.parent else [] for name, it in known.items()}):
        yield f"dimension {one.name} is its own parent"


def _circles(start: str, onward: Mapping[str, list[str]]) -> bool:
    seen, ahead = set[str](), list(onward.get(start, ()))
    while ahead:
        name = ahead.pop()
        if name == start:
            return True
        if name not in seen:
            seen.add(name)
            ahead += onward.get(name, ())
    return False


def _fact(one: Fact, known: Mapping[str, Dimension]) -> Iterator[str]:
    yield from _complete(one.name, one.title)
    if not one.grain or not one.clocks:
        yield f"fact {one.name} needs a grain and at least one clock"
    if len({clock.name for clock in one.clocks}) < len(one.clocks):
        yield f"fact {one.name} has two clocks of one name"
    for name in (*one.keys, *one.lasting):
        if name not in known:
            yield f"fact {one.name} names the unknown dimension {name}"
    yield from condition(f"fact {one.name}", one.where)


def _metrics(metrics: tuple[Metric, ...], facts: Mapping[str, Fact]) -> Iterator[str]:
    formulas = {one.name: [] if isinstance(one.formula, Measure) else list(columns(one.formula)) for one in metrics}
    for one in metrics:
        yield from _complete(f"metric {one.name}", one.title, one.definition)
        if not one.owner:
            yield f"metric {one.name} has no owner"
        yield from _history(one)
        if isinstance(one.formula, Measure):
            yield from measure_problems(one.name, one.formula, facts)
            continue
        yield from closed(f"metric {one.name}", one.formula)
        if not formulas[one.name]:
            yield f"metric {one.name} reads no metric"
        for name in formulas[one.name]:
            if name not in formulas:
                yield f"metric {one.name} reads the unknown metric {name}"
        if _circles(one.name, formulas):
            yield f"metric {one.name} is made of itself"


def _history(one: Metric) -> Iterator[str]:
    """A history that is told is told whole: every version after the first, in order."""
    if one.history and [change.version for change in one.history] != list(range(2, one.version + 1)):
        yield f"metric {one.name} is version {one.version}, and its history does not tell each version after the first"
    days = [change.day for change in one.history]
    if days != sorted(days):
        yield f"metric {one.name} has a history that goes back in time"
    for change in one.history:
        yield from _complete(f"metric {one.name}, version {change.version}", change.what)


def _rollup(one: Rollup, facts: Mapping[str, Fact]) -> Iterator[str]:
    fact = facts.get(one.fact)
    if fact is None:
        yield f"rollup {one.name} adds up the unknown fact {one.fact}"
        return
    if one.clock and one.clock not in {clock.name for clock in fact.clocks}:
        yield f"rollup {one.name} names the unknown clock {one.clock} of fact {fact.name}"
    if len(set(one.keys)) < len(one.keys):
        yield f"rollup {one.name} names a key twice"
    for key in one.keys:
        if key not in fact.keys:
            yield f"rollup {one.name} has the key {key}, which does not lie on fact {fact.name} itself"


def _counting(one: Rollup, metrics: Mapping[str, Metric]) -> Iterator[str]:
    measure = metrics[one.counts].formula if one.counts in metrics else None
    if not isinstance(measure, Measure) or not (measure.per or isinstance(measure.value, Col)):
        yield f"rollup {one.name} counts {one.counts}, which is no count of different values of a column, nor stands"
        return
    bare = replace(measure, value=None, where=None, clock="", window=0, per=(), back=0)
    plain, most = Measure(one.fact, "last" if measure.per else "distinct"), 0 if measure.per else 1
    if bare != plain or one.clock != measure.clock or len(one.keys) > most:
        yield f"rollup {one.name} must be of the fact and clock of {one.counts}, with no more than {most} keys"
