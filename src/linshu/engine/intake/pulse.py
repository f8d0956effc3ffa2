"""How fresh and how whole the data is, read off the books and the tables themselves: facts only, no judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.engine.intake import quoting as q
from linshu.engine.intake.registry import LANDING, QUARANTINE
from linshu.engine.warehouse.ledger import LOG
from linshu.kernel.table import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.warehouse.engine import Warehouse
    from linshu.kernel.table import Table

Rows = list[dict[str, Any]]
DAYS = 60  # how far back rows are counted by day
RECENT = 5  # batches of a source whose bad rows say how it is now


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the board is made of."""

    arrivals: Rows  # source, day, batches, rows_in, bad: what came in on which company day
    recent: Rows  # source, batches, rows_in, bad, landing_id, received_at, file_name: the newest batches of each source
    tables: Rows  # table_name, source, rows, newest_day, updated_at, landing_id
    days: Rows  # table_name, day, rows: of tables that have a clock of their own, the last days
    open: Rows  # source, table_name, rows: what waits to be mended; of all tables together without a table_name
    backlog: Rows  # day, opened, closed: rows put aside and settled
    models: Rows  # name, domain, state, error, error_en, failing_checks, built_at, row_count
    broken: Rows  # model, rule, is_blocking, failing_rows, checked_at
    log: Rows  # changed_at, model, rule, failing_rows: every change of a check, newest first


def read(warehouse: Warehouse, tables: Iterable[Table], zone: str) -> Pulse:
    """Everything the books say just now; the days are those of the company's zone."""
    local = f"CAST(timezone({q.text(zone)}, received_at) AS DATE)"
    filled = _filled(warehouse, tables)
    meta = set(warehouse.tables("meta"))
    return Pulse(
        arrivals=_rows(
            warehouse,
            f"SELECT source, {local} AS day, count(*) AS batches, sum(rows_in) AS rows_in, sum(bad) AS bad"
            f" FROM {LANDING} WHERE mends = '' AND rows_in > 0 AND status = 'merged' GROUP BY ALL ORDER BY source, day",
        ),
        recent=_rows(
            warehouse,
            f"""SELECT source, count(*) AS batches, sum(rows_in) AS rows_in, sum(bad) AS bad,
                arg_max(landing_id, seq) AS landing_id, max(received_at) AS received_at,
                arg_max(file_name, seq) AS file_name
            FROM (SELECT *, row_number() OVER (PARTITION BY source ORDER BY seq DESC) AS place FROM {LANDING}
                WHERE mends = '' AND rows_in > 0 AND status = 'merged') WHERE place <= {RECENT} GROUP BY source ORDER BY source""",
        ),
        tables=[row for table in filled for row in _standing(warehouse, table)],
        days=[row for table in filled if (day := day_of(table)) for row in _by_day(warehouse, table, day)],
        open=_rows(
            warehouse,
            f"SELECT l.source, p.table_name, count(DISTINCT (p.landing_id, p.landing_row)) AS rows"
            f" FROM {QUARANTINE} AS p JOIN {LANDING} AS l ON l.landing_id = p.landing_id"
            f" WHERE p.status = 'open' GROUP BY GROUPING SETS ((l.source, p.table_name), (l.source))",
        ),
        backlog=_rows(warehouse, _BACKLOG.format(zone=q.text(zone), landing=LANDING, quarantine=QUARANTINE)),
        models=_rows(
            warehouse,
            "SELECT name, domain, state, error, error_en, failing_checks, built_at, row_count FROM meta.model ORDER BY name",
        ) if "model" in meta else [],
        broken=_rows(
            warehouse,
            'SELECT model, rule, is_blocking, failing_rows, checked_at FROM meta."check" ORDER BY is_blocking DESC, model, rule',
        ) if "check" in meta else [],
        log=_rows(
            warehouse, f"SELECT changed_at, model, rule, failing_rows FROM {LOG} ORDER BY changed_at DESC, model, rule LIMIT 200"
        ) if LOG.removeprefix("meta.") in meta else [],
    )  # fmt: skip


# A row put aside counts from the day its batch came to the day of the batch that settled it.
_BACKLOG = """
SELECT day, sum(opened) AS opened, sum(closed) AS closed FROM (
    SELECT CAST(timezone({zone}, came.received_at) AS DATE) AS day, 1 AS opened, 0 AS closed, p.landing_id, landing_row
    FROM (SELECT DISTINCT landing_id, landing_row FROM {quarantine} WHERE status <> 'aside' AND code <> 'parent_missing') AS p
    JOIN {landing} AS came ON came.landing_id = p.landing_id
    UNION ALL
    SELECT CAST(timezone({zone}, done.received_at) AS DATE), 0, 1, p.landing_id, landing_row
    FROM (SELECT landing_id, landing_row, max(settled_by) AS settled_by FROM {quarantine}
        WHERE status <> 'aside' AND code <> 'parent_missing' GROUP BY ALL
        HAVING bool_and(status NOT IN ('open', 'waiting'))) AS p
    JOIN {landing} AS done ON done.landing_id = p.settled_by)
GROUP BY day ORDER BY day
"""


def day_of(table: Table) -> str:
    """The column of the company day by which a table's rows come in; "" for lists of things."""
    names = set(table.names)
    return next(
        (one.name for one in table.columns if one.kind is Kind.DATE and one.name.endswith("_date") and one.name[:-4] + "at" in names),
        next((one.name for one in table.columns if one.kind is Kind.DATE and one.required), ""),
    )  # fmt: skip


def _filled(warehouse: Warehouse, tables: Iterable[Table]) -> list[Table]:
    """The tables that have rows."""
    there = set(warehouse.tables("std"))
    known = [one for one in tables if one.name in there]
    counted = " UNION ALL ".join(
        f"SELECT '{one.name}' AS name WHERE EXISTS (SELECT 1 FROM std.{one.name})" for one in known
    )
    full = set(warehouse.query(counted)["name"].to_pylist()) if known else set()
    return [one for one in known if one.name in full]


def _standing(warehouse: Warehouse, table: Table) -> Rows:
    day = day_of(table)
    newest = f"max({q.name(day)})" if day else "CAST(NULL AS DATE)"
    return _rows(
        warehouse,
        f"SELECT {q.text(table.name)} AS table_name, source, count(*) AS rows, {newest} AS newest_day,"
        f" max(updated_at) AS updated_at, max(landing_id) AS landing_id FROM std.{table.name} WHERE NOT deleted GROUP BY source",
    )


def _by_day(warehouse: Warehouse, table: Table, day: str) -> Rows:
    """Rows by day over the last days that have any; days to come (a delivery promised) are left out by whoever reads."""
    return _rows(
        warehouse,
        f"SELECT {q.text(table.name)} AS table_name, {q.name(day)} AS day, count(*) AS rows FROM std.{table.name}"
        f" WHERE NOT deleted AND {q.name(day)} > (SELECT max({q.name(day)}) FROM std.{table.name} WHERE NOT deleted) - {DAYS}"
        f" GROUP BY ALL ORDER BY day",
    )


def _rows(warehouse: Warehouse, sql: str) -> Rows:
    found: Rows = warehouse.query(sql).to_pylist()
    return found
