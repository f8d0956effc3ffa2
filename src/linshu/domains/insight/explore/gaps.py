"""Buckets of time in which nothing happened: shown as zero where that is what it means, as a gap where nobody knows. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from linshu.domains.insight.explore.naming import GRAINS
from linshu.kernel.period import FISCAL, Grain, Period, name

if TYPE_CHECKING:
    from datetime import datetime

    from linshu.domains.insight.explore.inputs import Answer, Row
    from linshu.engine.metrics import Catalog
    from linshu.engine.shell.filters import Days
    from linshu.kernel.company_day import CompanyDay

MOST_DAYS_BY_HOUR = 31


def with_gaps(answer: Answer, days: Days, day: CompanyDay, now: datetime, catalog: Catalog) -> Answer:
    """The answer with every bucket of its period up to now; cut by hours alone it gets a row for each of them."""
    buckets = every_bucket(answer, days, day, now)
    if not buckets:
        return answer
    known = replace(answer, buckets=buckets)
    question, keys = answer.question, [one.name for one in answer.result.columns if one.role in ("time", "dimension")]
    if question.grain != Grain.HOUR or keys != [Grain.HOUR] or answer.limited or not answer.rows:
        return known
    there = {row[Grain.HOUR] for row in answer.rows}
    added = [_empty(bucket, answer, catalog) for bucket in buckets if bucket not in there]
    rows = sorted([*answer.rows, *added], key=lambda row: str(row[Grain.HOUR]))
    ordered = question.order[:1]
    if ordered == (f"-{Grain.HOUR}",):
        rows.reverse()
    elif ordered and ordered != (Grain.HOUR.value,):  # by a figure: what is not there stands last
        rows = [*answer.rows, *added]
    return replace(known, rows=tuple(rows))


def every_bucket(answer: Answer, days: Days, day: CompanyDay, now: datetime) -> tuple[str, ...]:
    """The names of all buckets of the asked period that have begun; none where the period has no ends."""
    question, start, end = answer.question, answer.result.start, answer.result.end
    if not question.grain or question.grain not in GRAINS or not (start and end):
        return ()
    grain, last = Grain(question.grain), min(date.fromisoformat(end), max(days.today, days.running))
    if date.fromisoformat(start) > last:
        return ()
    span = Period(date.fromisoformat(start), last)
    if grain is not Grain.HOUR:
        opening = days.fiscal_start if grain in FISCAL else 1
        pieces = span.cut(grain, fiscal_start=opening)
        names = tuple(name(grain, piece.start, fiscal_start=opening) for piece in pieces)
    elif span.days <= MOST_DAYS_BY_HOUR:
        hours = (hour for one in span for hour in day.hours(one) if hour <= now)
        names = tuple(dict.fromkeys(day.hour_name(hour) for hour in hours))
    else:
        return ()
    there = {str(row[grain]) for row in answer.rows if row.get(grain) is not None}
    return names if there <= set(names) else ()  # hours told on another clock are left as they are


def _empty(bucket: str, answer: Answer, catalog: Catalog) -> Row:
    """The row of a bucket in which nothing happened."""
    row: dict[str, Any] = {}
    for one in answer.result.columns:
        zero = one.role in ("metric", "compare")
        row[one.name] = 0 if zero and catalog.counts_nothing(one.metric) else None
    return {**row, Grain.HOUR: bucket}
