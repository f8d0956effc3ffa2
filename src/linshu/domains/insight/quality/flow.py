"""The board of freshness and quality: what the books say, judged source by source and table by table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.domains.insight.quality import decide
from linshu.domains.insight.quality.decide import Arrivals, State, Verdict
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import date, datetime

    from linshu.engine.intake.pulse import Pulse

HISTORY_DAYS = 60


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source and how it stands."""

    source: str
    verdict: Verdict
    newest: dict[str, Any]  # landing_id, received_at, file_name
    rhythm: decide.Rhythm | None
    rows_in: int  # of the newest batches
    bad_share: float
    waiting: int


@dataclass(frozen=True, slots=True)
class TableLine:
    """One table of the standard and how it stands."""

    table: str
    sources: tuple[str, ...]
    rows: int
    newest_day: date | None
    updated_at: datetime | None
    landing_id: str
    by_day: tuple[tuple[date, int], ...]
    gaps: tuple[date, ...]
    waiting: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check that rows break, or a table that could not be built."""

    model: str
    rule: str
    rows: int
    blocking: bool
    since: datetime | None
    reason: Text


@dataclass(frozen=True, slots=True)
class Board:
    """Everything at one look."""

    sources: tuple[SourceLine, ...]
    tables: tuple[TableLine, ...]
    checks: tuple[CheckLine, ...]
    models: int
    waiting: int
    backlog: tuple[tuple[date, int], ...]
    bad_by_day: tuple[tuple[date, int, int], ...]  # day, rows in, of them bad
    log: tuple[dict[str, Any], ...]

    def count(self, state: State) -> int:
        """How many sources are in a state."""
        return sum(1 for one in self.sources if one.verdict.state == state)


def board(pulse: Pulse, today: date) -> Board:
    """The board as of a company day."""
    sources = _sources(pulse, today)
    late = {one.source for one in sources if one.verdict.state == "late"}
    return Board(
        sources,
        _tables(pulse, today, late),
        _checks(pulse),
        len(pulse.models),
        sum(row["rows"] for row in pulse.open if row["table_name"] is None),
        tuple(
            decide.backlog({row["day"]: (row["opened"], row["closed"]) for row in pulse.backlog}, today, HISTORY_DAYS)
        ),
        _bad_by_day(pulse, today),
        tuple(pulse.log),
    )


def _sources(pulse: Pulse, today: date) -> tuple[SourceLine, ...]:
    days: dict[str, list[date]] = defaultdict(list)
    for row in pulse.arrivals:
        days[row["source"]].append(row["day"])
    # One row of a file may be wrong in several tables; it waits once.
    waiting = defaultdict(int, {row["source"]: row["rows"] for row in pulse.open if row["table_name"] is None})
    made = []
    for row in pulse.recent:
        name = row["source"]
        came = Arrivals(name, tuple(days[name]), int(row["rows_in"]), int(row["bad"]), waiting[name])
        newest = {key: row[key] for key in ("landing_id", "received_at", "file_name")}
        verdict = decide.judge(came, today)
        made.append(
            SourceLine(name, verdict, newest, decide.rhythm(came.days), came.rows_in, came.bad_share, came.waiting)
        )
    weight = {"bad": 0, "late": 1, "good": 2}
    return tuple(sorted(made, key=lambda one: (weight[one.verdict.state], one.source)))


def _tables(pulse: Pulse, today: date, late: Container[str]) -> tuple[TableLine, ...]:
    by_day: dict[str, dict[date, int]] = defaultdict(dict)
    for row in pulse.days:
        if row["day"] is not None and row["day"] <= today:
            by_day[row["table_name"]][row["day"]] = row["rows"]
    standing: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in pulse.tables:
        standing[row["table_name"]].append(row)
    waiting: dict[str, int] = defaultdict(int)
    for row in pulse.open:
        if row["table_name"] is not None:
            waiting[row["table_name"]] += row["rows"]
    made = [_table(name, rows, by_day[name], waiting[name], late=late, today=today) for name, rows in standing.items()]
    weight = {"bad": 0, "late": 1, "good": 2}
    return tuple(sorted(made, key=lambda one: (weight[one.verdict.state], -one.rows, one.table)))


def _table(
    name: str,
    rows: list[dict[str, Any]],
    by_day: dict[date, int],
    waiting: int,
    *,
    late: Container[str],
    today: date,
) -> TableLine:
    sources = tuple(sorted(row["source"] for row in rows))
    missing = decide.gaps(by_day, today)
    count = sum(row["rows"] for row in rows)
    days = [row["newest_day"] for row in rows if row["newest_day"] and row["newest_day"] <= today]
    moments = [row["updated_at"] for row in rows if row["updated_at"]]
    return TableLine(
        name,
        sources,
        count,
        max(days, default=None),
        max(moments, default=None),
        max(row["landing_id"] or "" for row in rows),
        tuple(sorted(by_day.items())),
        missing,
        waiting,
        decide.judge_table(count, waiting, len(missing), [one for one in sources if one in late]),
    )


def _checks(pulse: Pulse) -> tuple[CheckLine, ...]:
    """What is broken now, blocking ones first, each with the moment since when it is."""
    since: dict[tuple[str, str], datetime] = {}
    for row in reversed(pulse.log):
        key = (row["model"], row["rule"])
        if row["failing_rows"]:
            since.setdefault(key, row["changed_at"])
        else:
            since.pop(key, None)
    made = [
        CheckLine(row["name"], "", 1, True, since.get((row["name"], "")), Text(row["error"] or "", row["error_en"] or ""))
        for row in pulse.models if row["state"] in ("failed", "waits")
    ]  # fmt: skip
    made += [
        CheckLine(row["model"], row["rule"], row["failing_rows"], row["is_blocking"], since.get((row["model"], row["rule"])), Text("", ""))
        for row in pulse.broken
    ]  # fmt: skip
    return tuple(made)


def _bad_by_day(pulse: Pulse, today: date) -> tuple[tuple[date, int, int], ...]:
    """Rows that came in by day of arrival, and how many of them had problems."""
    found: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for row in pulse.arrivals:
        if (today - row["day"]).days < HISTORY_DAYS:
            found[row["day"]][0] += int(row["rows_in"])
            found[row["day"]][1] += int(row["bad"])
    return tuple((day, rows, bad) for day, (rows, bad) in sorted(found.items()))
