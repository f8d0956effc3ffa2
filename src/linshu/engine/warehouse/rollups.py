"""Facts added up beforehand, kept exact: which days of each rollup table stand, and which must be read from the fact.

A rollup is valid through a company day, the last but one that its fact knows: the newest day is still open. A build
marks every earlier day that a changed row of the fact lies on, in the transaction that changes the row; days so marked
are counted again later, in a transaction of their own. Between the two they are read from the fact itself.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from linshu.engine.warehouse.increment import delta
from linshu.engine.warehouse.report import NOTHING, Refreshed
from linshu.kernel.errors import LinshuError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from linshu.engine.warehouse.engine import Session, Warehouse
    from linshu.kernel.text import Text

Effort = Literal["all", "few"]

WAITING_DAYS = 7  # so many marked days may wait while builds follow one another every few seconds
DAYS_AT_ONCE = 31  # and so many are counted again by one of those builds
ALL_DAYS = -1
LAST_SEEN, VALUES_SEEN = "last_seen", "values_seen"  # columns of a table that counts values
STANDS_UNTIL, STANDS = "stands_until", "stands"  # columns of a table that says how things stand

REGISTER = (
    """CREATE TABLE IF NOT EXISTS meta.rollup (
    name VARCHAR, model VARCHAR, day_column VARCHAR, signature VARCHAR, rolled_through DATE, seen_build BIGINT,
    row_count BIGINT, refreshed_at TIMESTAMPTZ, seconds DOUBLE, error VARCHAR, error_en VARCHAR)""",
    "CREATE TABLE IF NOT EXISTS meta.rollup_dirty (name VARCHAR, day DATE)",
)


@dataclass(frozen=True)
class RollupTable:
    """One table `roll.<name>`: rows of a model grouped by a company day and more columns, with what they add up to.

    With `values`, a column, it is not the rows that are counted but the different values of each day, under the day before
    it on which each was last seen: a value belongs to the first day of a period on which it is seen. So with keys too, of
    which each has values of its own; a day on which a key has rows without a value stays, with none.

    With `per`, more columns, `values` is what a row says of how things stand with these: each day's rows are added up under
    the day after it on which the next row of each is there. A row tells how things stand before that day alone.
    """

    name: str
    model: str
    day: str
    keys: tuple[str, ...]
    sums: tuple[tuple[str, str], ...]  # column, and the aggregate that fills it
    where: str = "TRUE"
    months: tuple[tuple[str, str], ...] = ()  # column, and the aggregate that puts days together; none: no months
    values: str = ""
    per: tuple[str, ...] = ()

    @classmethod
    def of_values(
        cls, name: str, model: str, day: str, values: str, where: str, by: tuple[str, ...] = ()
    ) -> RollupTable:
        """How many different values of each day, and of each key, were last seen on which day before."""
        known = "v" if by else "*"
        added = ((VALUES_SEEN, f"CAST(count({known}) AS BIGINT)"),)
        return cls(name, model, day, (*by, LAST_SEEN), added, where, values=values)

    @classmethod
    def of_standing(cls, name: str, model: str, day: str, values: str, where: str, per: tuple[str, ...]) -> RollupTable:
        """What the rows of each day come to that hold until which day after."""
        added = ((STANDS, "CAST(sum(v) AS BIGINT)"),)
        return cls(name, model, day, (STANDS_UNTIL,), added, where, values=values, per=per)

    @property
    def table(self) -> str:
        """Its full name."""
        return f"roll.{self.name}"

    @property
    def by_month(self) -> str:
        """The table of its days added up to months, each under its first day; one that is not over lacks days."""
        return _by_month(self.name)

    def select(self, days: str) -> str:
        """The rows of the days for which a condition holds."""
        groups = ", ".join((self.day, *self.keys))
        sums = "".join(f", {aggregate} AS {name}" for name, aggregate in self.sums)
        rows = f"mart.{self.model} AS f WHERE {self.where} AND {self.day} IS NOT NULL AND {days}"
        if self.per:
            until = f"lead({self.day}) OVER (PARTITION BY {', '.join(self.per)} ORDER BY {self.day})"
            rows = f"(SELECT {self.day}, {until} AS {STANDS_UNTIL}, {self.values} AS v FROM {rows})"
        elif self.values:
            rows = f"({self._seen(rows)})"
        return f"SELECT {groups}{sums} FROM {rows} GROUP BY {groups} ORDER BY {self.day}"

    def _seen(self, rows: str) -> str:
        keys = "".join(f"{name}, " for name in self.keys[:-1])
        known = "" if keys else f" AND {self.values} IS NOT NULL"
        each = f"SELECT DISTINCT {keys}{self.values} AS v, {self.day} FROM {rows}{known}"
        seen = f"lag({self.day}) OVER (PARTITION BY {keys}v ORDER BY {self.day})"
        return f"SELECT {self.day}, {keys}v, {seen} AS {LAST_SEEN} FROM ({each})"

    def select_months(self, days: str) -> str:
        """The months of its own days for which a condition holds."""
        keys = "".join(f", {name}" for name in self.keys)
        sums = "".join(f", {aggregate} AS {name}" for name, aggregate in self.months)
        return (
            f"SELECT CAST(date_trunc('month', {self.day}) AS DATE) AS {self.day}{keys}{sums} FROM {self.table}"
            f" WHERE {days} GROUP BY ALL ORDER BY {self.day}"
        )

    @cached_property
    def signature(self) -> str:
        """Changes when the table would hold other columns or other figures."""
        more = [one for one in (self.months, self.values, self.per) if one]
        told = repr((self.model, self.day, self.keys, self.sums, self.where, *more))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Standing:
    """What may be read from a rollup table: all days up to `through`, but for the `dirty` ones."""

    name: str
    signature: str
    through: date
    dirty: tuple[date, ...]
    rows: int


def _by_month(name: str) -> str:
    return f"roll.{name}_months"


def are_kept(warehouse: Warehouse) -> bool:
    """Whether a store has the register of rollups; one made by hand may lack it."""
    return {"model", "rollup", "rollup_dirty"} <= set(warehouse.tables("meta"))


def standings(session: Session) -> dict[str, Standing]:
    """The rollups that may be read: those that account for the rows of their model as they are."""
    rows = session.query(
        "SELECT r.name, r.signature, r.rolled_through, r.row_count, d.days FROM meta.rollup AS r"
        " JOIN meta.model AS m ON m.name = r.model AND m.changed_build = r.seen_build"
        " LEFT JOIN (SELECT name, list(day ORDER BY day) AS days FROM meta.rollup_dirty GROUP BY name) AS d"
        " ON d.name = r.name WHERE r.rolled_through IS NOT NULL"
    ).to_pylist()
    return {
        row["name"]: Standing(
            row["name"], row["signature"], row["rolled_through"], tuple(row["days"] or ()), row["row_count"]
        )
        for row in rows
    }


def report(warehouse: Warehouse, tables: Sequence[RollupTable]) -> list[dict[str, Any]]:
    """How each rollup stands, with its rows and those of its model."""
    with warehouse.snapshot() as session:
        rows = session.query(
            "SELECT r.*, m.row_count AS fact_rows FROM meta.rollup AS r JOIN meta.model AS m ON m.name = r.model"
        ).to_pylist()
        known, standing = {row["name"]: row for row in rows}, standings(session)
    return [_reported(table, known.get(table.name, {}), standing.get(table.name)) for table in tables]


def _reported(table: RollupTable, row: Mapping[str, Any], standing: Standing | None) -> dict[str, Any]:
    stands = standing is not None and standing.signature == table.signature
    return {
        "rollup": table.name,
        "fact": table.model,
        "keys": ", ".join(table.keys),
        "through": str(standing.through) if standing and stands else "",
        "dirty_days": len(standing.dirty) if standing and stands else 0,
        "rows": row.get("row_count") or 0,
        "fact_rows": row.get("fact_rows") or 0,
        "seconds": row.get("seconds") or 0.0,
        "reason": row.get("error") or "",
        "reason_en": row.get("error_en") or "",
    }


# -- marking, within the transaction of a build


def marked_models(session: Session) -> frozenset[str]:
    """The models whose changed rows mark days of a rollup."""
    return frozenset(session.query("SELECT DISTINCT model AS name FROM meta.rollup")["name"].to_pylist())


def mark(session: Session, changed: Mapping[str, int], deltas: set[str]) -> None:
    """Mark the days of every row that changed: `changed` is each changed model with the number of this build.

    A model whose changed rows are not known one by one makes all days of its rollups unknown.
    """
    for row in session.query("SELECT name, model, day_column FROM meta.rollup").to_pylist():
        name, model, day = row["name"], row["model"], row["day_column"]
        if model not in changed:
            continue
        session.execute(
            "UPDATE meta.rollup SET seen_build = $1 WHERE name = $2 AND error IS NULL", [changed[model], name]
        )
        if model in deltas:
            session.execute(
                f"INSERT INTO meta.rollup_dirty SELECT DISTINCT $1, c.{day} FROM {delta(model)} AS c"
                f" JOIN meta.rollup AS r ON r.name = $1 AND c.{day} <= r.rolled_through"
                f" WHERE c.{day} NOT IN (SELECT day FROM meta.rollup_dirty WHERE name = $1)",
                [name],
            )
        else:
            session.execute("UPDATE meta.rollup SET rolled_through = NULL WHERE name = $1", [name])
            session.execute("DELETE FROM meta.rollup_dirty WHERE name = $1", [name])


# -- refreshing, each rollup in a transaction of its own


@dataclass(frozen=True, slots=True)
class _Known:
    """What the warehouse says about a rollup before a refresh; `standing` is None when all of it must be made anew."""

    signature: str
    seen_build: int
    failed: bool
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class _Work:
    """What there is to do for one rollup: days to count again (None: the whole table), days that go on waiting."""

    table: RollupTable
    build: int
    through: date
    days: tuple[date, ...] | None = None
    waiting: tuple[date, ...] = ()


def refresh(
    warehouse: Warehouse, tables: Sequence[RollupTable], *, effort: Effort = "all", full: bool = False
) -> tuple[Refreshed, ...]:
    """Bring the rollups up to date with their models and say what was done; the models must not change meanwhile.

    `effort` "few" leaves some marked days waiting and counts only so many again; `full` makes every table anew. What
    cannot be added up (a sum that does not fit 64 bits) is left out, and its days are read from the fact.
    """
    with warehouse.snapshot() as session:
        known, built = _known(session), _built(session)
        here = [table for table in tables if table.model in built]
        found = (_work(session, table, built[table.model], known.get(table.name), effort, full=full) for table in here)
        work = [each for each in found if each]
    for name in sorted(known.keys() - {table.name for table in tables}):
        _forget(warehouse, name)
    return tuple(_refreshed(warehouse, each) for each in work)


def _known(session: Session) -> dict[str, _Known]:
    standing = standings(session)
    rows = session.query("SELECT name, signature, seen_build, error FROM meta.rollup").to_pylist()
    return {
        row["name"]: _Known(row["signature"], row["seen_build"], bool(row["error"]), standing.get(row["name"]))
        for row in rows
    }


def _built(session: Session) -> dict[str, int]:
    """The models that stand as tables, each with the build that last changed its rows."""
    found = session.query("SELECT name, changed_build FROM meta.model WHERE signature <> '' AND NOT is_view")
    return dict(zip(found["name"].to_pylist(), found["changed_build"].to_pylist(), strict=True))


def _work(
    session: Session, table: RollupTable, build: int, known: _Known | None, effort: Effort, *, full: bool
) -> _Work | None:
    same = known is not None and known.signature == table.signature
    if known and same and known.failed and not full and (effort == "few" or known.seen_build == build):
        return None
    if known is None or known.standing is None or not same or full:
        newest = session.query(f"SELECT max({table.day}) AS day FROM mart.{table.model}")["day"][0].as_py()
        return None if newest is None else _Work(table, build, newest - timedelta(1))
    through, dirty = known.standing.through, known.standing.dirty
    later = session.query(
        f"SELECT DISTINCT {table.day} AS day FROM mart.{table.model} WHERE {table.day} > $1 ORDER BY day", [through]
    )["day"].to_pylist()
    days = (*dirty, *later[:-1])
    if not days or (effort == "few" and len(days) <= WAITING_DAYS):
        return None
    through = later[-1] - timedelta(1) if later else through
    if table.values:
        # One day more or other moves what others say of their values.
        return _Work(table, build, through) if effort == "all" else None
    now = days if effort == "all" else tuple(sorted(days)[-DAYS_AT_ONCE:])
    return _Work(table, build, through, now, tuple(day for day in days if day not in now))


def _refreshed(warehouse: Warehouse, work: _Work) -> Refreshed:
    began = time.perf_counter()
    table, days = work.table, len(work.days) if work.days is not None else ALL_DAYS
    try:
        with warehouse.transaction(exclusive=False) as session:
            rows = _counted(session, work)
            _remember(session, work, rows, time.perf_counter() - began)
    except LinshuError as error:
        with warehouse.transaction(exclusive=False) as session:
            _drop(session, table.name)
            _remember(session, work, 0, time.perf_counter() - began, error.what)
        return Refreshed(table.name, days, 0, time.perf_counter() - began, error.what)
    return Refreshed(table.name, days, rows, time.perf_counter() - began)


def _counted(session: Session, work: _Work) -> int:
    """Put the rows of the days into the table; the number of rows it holds then."""
    table = work.table
    if work.days is None:
        _drop(session, table.name)
        rows = session.build(table.table, table.select(f"{table.day} <= {_literal(work.through)}"))
        if table.months:
            session.build(table.by_month, table.select_months("TRUE"))
        return rows
    days = f"{table.day} IN ({', '.join(map(_literal, work.days))})"
    session.execute(f"DELETE FROM {table.table} WHERE {days}")
    session.execute(f"INSERT INTO {table.table} BY NAME {table.select(days)}")
    if table.months:
        months = ", ".join(_literal(day) for day in sorted({day.replace(day=1) for day in work.days}))
        session.execute(f"DELETE FROM {table.by_month} WHERE {table.day} IN ({months})")
        touched = f"date_trunc('month', {table.day}) IN ({months})"
        session.execute(f"INSERT INTO {table.by_month} BY NAME {table.select_months(touched)}")
    return int(session.query(f"SELECT count(*) AS rows FROM {table.table}")["rows"][0].as_py())


def _drop(session: Session, name: str) -> None:
    for table in (f"roll.{name}", _by_month(name)):
        session.execute(f"DROP TABLE IF EXISTS {table}")


def _literal(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def _remember(session: Session, work: _Work, rows: int, seconds: float, reason: Text = NOTHING) -> None:
    """Into the register, in the transaction that changed the table."""
    table, through = work.table, None if reason.zh else work.through
    session.execute("DELETE FROM meta.rollup WHERE name = $1", [table.name])
    session.execute(
        "INSERT INTO meta.rollup VALUES ($1, $2, $3, $4, $5, $6, $7, now(), $8, $9, $10)",
        [
            table.name, table.model, table.day, table.signature, through, work.build, rows, seconds,
            reason.zh or None, reason.en or None,
        ],
    )  # fmt: skip
    session.execute("DELETE FROM meta.rollup_dirty WHERE name = $1", [table.name])
    for day in () if reason.zh else work.waiting:
        session.execute("INSERT INTO meta.rollup_dirty VALUES ($1, $2)", [table.name, day])


def _forget(warehouse: Warehouse, name: str) -> None:
    """A rollup that nobody declares any longer goes."""
    with warehouse.transaction(exclusive=False) as session:
        _drop(session, name)
        session.execute("DELETE FROM meta.rollup WHERE name = $1", [name])
        session.execute("DELETE FROM meta.rollup_dirty WHERE name = $1", [name])
