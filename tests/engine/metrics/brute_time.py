"""When a row counts: the buckets of plain questions, of windows, of comparisons and of running figures."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any

from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.query import Query
from linshu.kernel.period import Grain


def add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_ends(day: date) -> bool:
    return (day + timedelta(1)).day == 1


def before(query: Query) -> tuple[date, date, tuple[str, int]]:
    """The compared period and how its days are moved forward."""
    assert query.start
    assert query.end
    whole = query.start.day == 1 and month_ends(query.end)
    months = {"last_year": 12, "last_month": 1}.get(query.compare or "", 0)
    if query.compare == "previous" and whole and query.grain is not Grain.WEEK:
        months = (query.end.year - query.start.year) * 12 + query.end.month - query.start.month + 1
    if months and query.grain is not Grain.WEEK:
        end = add_months(query.end, -months)
        while whole and not month_ends(end):
            end += timedelta(1)
        return add_months(query.start, -months), end, ("months", months)
    length = (query.end - query.start).days + 1
    weeks = -(-length // 7) * 7 if query.grain is Grain.WEEK else length
    days = {"last_week": 7, "last_month": 28, "last_year": 364}.get(query.compare or "", weeks)
    return query.start - timedelta(days), query.end - timedelta(days), ("days", days)


def forward(day: date, move: tuple[str, int] | None) -> date:
    if move is None:
        return day
    return day + timedelta(move[1]) if move[0] == "days" else add_months(day, move[1])


def bucket(query: Query, day: date) -> str:
    grain = query.grain
    assert grain
    if grain is Grain.WEEK:
        return str(day - timedelta(day.weekday()))
    if grain in (Grain.FISCAL_QUARTER, Grain.FISCAL_YEAR):
        into = (day.month - query.fiscal_start) % 12  # whole months since its year began
        ends = day.year + (day.month + 11 - into > 12)
        return f"FY{ends}-Q{into // 3 + 1}" if grain is Grain.FISCAL_QUARTER else f"FY{ends}"
    return {
        Grain.DAY: f"{day}",
        Grain.MONTH: f"{day:%Y-%m}",
        Grain.QUARTER: f"{day.year}-Q{(day.month + 2) // 3}",
        Grain.YEAR: f"{day.year}",
    }[grain]


def buckets(
    day: date, moment: datetime | None, measure: Measure, query: Query, start: Any, end: Any, move: Any
) -> list[tuple[str, ...]]:
    """The buckets a row counts in: none, one, or for moving windows several."""
    days = measure.window or query.moving
    if days:
        return moving(day, days, query, start, end, move)
    if (start and day < start) or (end and day > end):
        return []
    if not query.grain:
        return [()]
    if query.cumulative:
        own = bucket(query, forward(day, move))
        return [(name,) for name in every(query) if name >= own]
    if query.grain in (Grain.DAY, Grain.HOUR) and not counterpart(day, move):
        return []
    if query.grain is Grain.HOUR:
        assert moment
        there = moment + (forward(day, move) - day) if move is None or move[0] == "days" else None
        if there is None:
            there = datetime.combine(add_months(moment.date(), move[1]), moment.timetz())
        return [(f"{there + timedelta(hours=8):%Y-%m-%dT%H:00}+08:00",)]
    return [(bucket(query, forward(day, move)),)]


def every(query: Query) -> list[str]:
    """The names of all buckets of the asked period; they sort as time does."""
    assert query.start
    assert query.end
    assert query.grain
    days = (query.end - query.start).days
    return sorted({bucket(query, query.start + timedelta(offset)) for offset in range(days + 1)})


def counterpart(day: date, move: Any) -> bool:
    return move is None or move[0] == "days" or add_months(forward(day, move), -move[1]) == day


def moving(day: date, days: int, query: Query, start: date, end: date, move: Any) -> list[tuple[str, ...]]:
    if not query.grain:
        return [()] if end - timedelta(days - 1) <= day <= end else []
    found = []
    for offset in range(days):
        last = day + timedelta(offset)
        here = forward(last, move) if move and move[0] == "days" else last
        closes = query.grain is Grain.DAY or last == end or bucket(query, here) != bucket(query, here + timedelta(1))
        if start <= last <= end and closes and (query.grain is not Grain.DAY or counterpart(last, move)):
            found.append((bucket(query, forward(last, move)),))
    return found


def spans(query: Query, start: date, end: date, move: Any) -> list[tuple[tuple[str, ...], date, date]]:
    """The buckets of a period, each with its first and last day."""
    found: dict[tuple[str, ...], list[date]] = {}
    for offset in range((end - start).days + 1):
        today = start + timedelta(offset)
        if not query.grain:
            found.setdefault((), []).append(today)
        elif query.grain is not Grain.DAY or counterpart(today, move):
            found.setdefault((bucket(query, forward(today, move)),), []).append(today)
    return [(name, days[0], days[-1]) for name, days in found.items()]
