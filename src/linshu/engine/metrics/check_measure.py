"""What must hold of one measure, and of the formulas and conditions in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.metrics.expression import OPERATIONS, Col, Expression, Op, columns, divides

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linshu.engine.metrics.declare import Fact, Measure

COMPARISONS = ("=", "<>", "<", "<=", ">", ">=", "and", "or", "not", "in", "known")


def measure_problems(name: str, measure: Measure, facts: Mapping[str, Fact]) -> Iterator[str]:
    """Everything wrong with one measure."""
    fact = facts.get(measure.fact)
    if fact is None:
        yield f"metric {name} is counted on the unknown fact {measure.fact}"
    elif measure.clock and measure.clock not in {clock.name for clock in fact.clocks}:
        yield f"metric {name} names the unknown clock {measure.clock} of fact {fact.name}"
    else:
        yield from _last(name, measure, fact)
        yield from _percentile(name, measure, fact)
        yield from _journey(name, measure, facts)
    yield from _value(name, measure)
    yield from _often(name, measure)
    yield from condition(f"metric {name}", measure.where)


def _value(name: str, measure: Measure) -> Iterator[str]:
    if (measure.aggregate == "count") != (measure.value is None) and measure.aggregate != "last":
        yield f"metric {name}: a count takes no value, every other aggregate needs one"
    if measure.aggregate == "distinct" and not isinstance(measure.value, Col):
        yield f"metric {name}: distinct values are counted over one column"
    if divides(measure.value):
        yield f"metric {name} divides row by row; divide the sums instead"
    yield from closed(f"metric {name}", measure.value)


def _often(name: str, measure: Measure) -> Iterator[str]:
    if measure.window < 0 or (measure.window > 1 and measure.aggregate in ("min", "max")):
        yield f"metric {name}: a window of days needs a sum or a count"
    if (measure.at_least or measure.each) and (measure.aggregate != "distinct" or measure.at_least < 1):
        yield f"metric {name}: only distinct values can be asked to occur often, at least once"


def _percentile(name: str, measure: Measure, fact: Fact) -> Iterator[str]:
    if (measure.aggregate == "percentile") != (0 < measure.rank < 100):
        yield f"metric {name}: a percentile needs a rank from 1 to 99, nothing else has one"
    grain = ", ".join(fact.grain)
    for column in columns(measure.value) if measure.rank else ():
        if column not in fact.ranked:
            yield (
                f"metric {name}: fact {fact.name} does not let {column} be ranked, because it is not one case's value "
                f"per {grain}; it allows {', '.join(fact.ranked) or 'none'}"
            )


def _journey(name: str, measure: Measure, facts: Mapping[str, Fact]) -> Iterator[str]:
    then = measure.then
    if (measure.aggregate in ("entered", "converted")) != (then is not None):
        yield f"metric {name}: entered and converted say what comes then, nothing else does"
    if then is None:
        return
    if not isinstance(measure.value, Col) or measure.window or then.within_days < 1:
        yield f"metric {name}: a conversion follows one column's entities for at least a day, without a window"
    later = facts.get(then.fact)
    if later is None or (then.seen_by and then.seen_by not in facts):
        yield f"metric {name}: what comes then is counted on an unknown fact"
    elif then.clock and then.clock not in {clock.name for clock in later.clocks}:
        yield f"metric {name} names the unknown clock {then.clock} of fact {later.name}"
    yield from condition(f"metric {name}", then.where)


def _last(name: str, measure: Measure, fact: Fact) -> Iterator[str]:
    if (measure.aggregate == "last") != bool(measure.per) or measure.back < 0 or (measure.back and not measure.per):
        yield f"metric {name}: the last known row is asked for per key, and looks back a number of days"
    days = {clock.day for clock in fact.clocks if clock.name == (measure.clock or fact.clocks[0].name)}
    missing = [column for column in fact.grain if column not in (*measure.per, *days)]
    if measure.per and missing:
        yield f"metric {name}: fact {fact.name} has several rows a day per {', '.join(measure.per)}; add {missing[0]}"
    if measure.per and measure.window:
        yield f"metric {name}: the last known row needs no window; say how many days it may look back"


def condition(name: str, where: Expression | None) -> Iterator[str]:
    """What is wrong with a condition on rows."""
    if where is not None and not (isinstance(where, Col) or (isinstance(where, Op) and where.name in COMPARISONS)):
        yield f"{name}: its filter is no condition"
    if divides(where):
        yield f"{name}: its filter divides"
    yield from closed(name, where)


def closed(name: str, expression: Expression | None) -> Iterator[str]:
    """What is wrong with a formula: operations outside the closed list."""
    if isinstance(expression, Op):
        if expression.name not in OPERATIONS:
            yield f"{name} uses the unknown operation {expression.name}"
        for arg in expression.args:
            yield from closed(name, arg)
