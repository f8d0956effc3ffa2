"""Months added up beforehand: a question that looks no closer reads whole months, and the days at its edges one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import slots
from linshu.engine.metrics.nodes import FACT

if TYPE_CHECKING:
    from linshu.engine.metrics.binding import Binder, Value

LEAST = 2  # with fewer whole months their days are as quick, unless one is all that is asked for
COARSER = ("MONTH", "QUARTER", "YEAR")


def looks_no_closer(statement: exp.Select, day: str, binder: Binder) -> bool:
    """Whether the day of a fact's rows is only held against the period's ends, or cut down to months or coarser."""
    days = (one for one in statement.find_all(exp.Column) if (one.table, one.name) == (FACT, day))
    return all(_is_end(one, binder) or _is_cut(one) for one in days)


def _is_end(day: exp.Column, binder: Binder) -> bool:
    above = day.parent
    if isinstance(above, exp.Is):
        return True
    if not isinstance(above, (exp.Between, exp.GTE, exp.LTE)) or above.this is not day:
        return False
    held = [binder.slots[int(one.name) - 1] for one in above.find_all(exp.Parameter)]
    return bool(held) and all(isinstance(one, slots.Day) for one in held)


def _is_cut(day: exp.Column) -> bool:
    above = day.parent
    while isinstance(above, exp.Cast) or (isinstance(above, (exp.DateAdd, exp.DateSub)) and _unit(above) == "MONTH"):
        above = above.parent
    return isinstance(above, exp.TimestampTrunc) and _unit(above) in COARSER


def _unit(node: exp.Expr) -> str:
    return str(node.args["unit"].name).upper()


@dataclass(frozen=True, slots=True)
class Months:
    """How a period falls into whole months: where they begin and end, and what is left over on either side."""

    opens: Value | None  # the first day of the first whole month; None: from the very first
    ends: Value  # the first day after the last one
    before: bool  # days before them are asked for too
    after: bool
    dirty: tuple[date, ...]  # the first days of months of which some day is marked

    @property
    def alone(self) -> bool:
        """Whether the months are all there is to read, and all of them right."""
        return not (self.before or self.after or self.dirty)


End = tuple[slots.Day, date]  # where a day stands in the question, and the day itself


def whole(first: End | None, last: End | None, through: date, dirty: tuple[date, ...]) -> Months | None:
    """The whole months between two days, as far as a rollup reaches; None where there are too few of them."""
    until = last[1] if last and last[1] <= through else through
    ends = slots.month_of(until + timedelta(1))
    opens = slots.month_of(first[1] - timedelta(1), 1) if first else None
    spoilt = {slots.month_of(one) for one in dirty}
    spoilt = {day for day in spoilt if day < ends and not (opens and day < opens)}
    found = Months(
        opens=slots.Month(first[0].plus(-1), 1) if first else None,
        ends=slots.Month(last[0].plus(1)) if last and until == last[1] else ends,
        before=bool(first and opens and opens > first[1]),
        after=ends <= until,
        dirty=tuple(sorted(spoilt)),
    )
    least = 1 if found.alone else LEAST
    return None if opens and slots.months_between(opens, ends) - len(spoilt) < least else found
