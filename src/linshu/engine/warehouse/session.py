"""The statements of one transaction in DuckDB: asked, run, built; sums that do not fit and rows that would be lost are refused."""

from __future__ import annotations

import re
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from linshu.engine.warehouse.engine import META_SCHEMA
from linshu.engine.warehouse.failures import translated
from linshu.kernel.errors import Invalid, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from linshu.engine.warehouse.engine import Params

    Parse = Callable[[str], list[duckdb.Statement]]

NEWEST_VERSION = f"SELECT max(data_version) FROM {META_SCHEMA}.version"
ROW_GROUP = 122_880  # rows that DuckDB stores together
_FILLS = re.compile(
    r"(?i)\s*(?:INSERT INTO (?P<into>[\w.]+)|CREATE (?:OR REPLACE )?(?:TEMP )?TABLE (?P<made>[\w.]+) AS)\b"
)
_SHAPES = re.compile(r"(?i)\s*(?:CREATE (?!OR REPLACE TEMP )|DROP |ALTER )")  # a statement that changes what lasts
_STANDING = """\
SELECT schema_name || '.' || table_name AS name, FALSE AS is_view FROM duckdb_tables()
UNION ALL SELECT schema_name || '.' || view_name, TRUE FROM duckdb_views() WHERE NOT internal"""
_HUGE = pa.decimal128(38, 0)  # what DuckDB makes of the sum of BIGINTs

# A relation would be planned twice, once only to know its columns; copying the few rows of `ask` costs less.
warnings.filterwarnings("ignore", "Arrow output on a DB-API result")


class DuckSession:
    """The statements of one transaction on one cursor."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, parse: Parse) -> None:
        self._cursor = cursor
        self._parse = parse
        self._names: set[str] = set()
        self._holds: dict[str, bool] = {}  # whether a table that this transaction filled got any rows by it
        self._standing: dict[str, bool] | None = None  # each table, and whether it is a view; None = to be asked again

    def query(self, sql: str, params: Params = ()) -> pa.Table:
        """The rows of a SELECT; sums come back as int64, a sum that does not fit is refused."""
        try:
            relation = self._cursor.sql(sql, params=params or None)
            # A statement without result (CREATE, SET) gives no relation.
            return pa.table({}) if relation is None else narrow(relation.to_arrow_table())
        except duckdb.Error as error:
            raise translated(error) from error

    def ask(self, sql: str, params: Params = ()) -> pa.Table:
        """The same for a SELECT that is asked again and again, parsed once, and whose answer is small."""
        try:
            (statement,) = self._parse(sql)
            return narrow(self._cursor.execute(statement, params or None).to_arrow_table())
        except duckdb.Error as error:
            raise translated(error) from error

    def version(self) -> int:
        """The version of the data that this transaction sees, which may be older than the newest."""
        (statement,) = self._parse(NEWEST_VERSION)
        return int(self._cursor.execute(statement).fetchall()[0][0] or 0)

    def execute(self, sql: str, params: Params = ()) -> int:
        """Run a statement; the number of rows it changed, 0 where the statement counts none."""
        try:
            done = self._cursor.execute(sql, params or None)
            counted = bool(done.description) and done.description[0][0] == "Count"
            # A result not read to its end would keep its transaction open.
            rows = done.fetchall() if done.description else []
        except duckdb.Error as error:
            raise translated(error) from error
        count = int(rows[0][0]) if counted and rows else 0
        if _SHAPES.match(sql):
            self._standing = None
        self._refuse_unseen(sql, count)
        return count

    def register(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> None:
        """Let the statements of this transaction read `rows` under `name`, without a copy."""
        self._cursor.register(name, rows)
        self._names.add(name)

    def unregister(self, name: str) -> None:
        """Forget a registered name before the transaction ends."""
        self._cursor.unregister(name)
        self._names.discard(name)

    def build(self, name: str, select: str, *further: str, view: bool = False) -> int:
        """Put the result of a SELECT, or of several, in the place of table `name`; its rows, 0 for a view.

        The name is schema.name; without a schema the table is a temporary one of this session.
        """
        is_lasting = "." in name
        standing = self._stand() if is_lasting else {}
        # A view does not take the place of a table by itself, nor a table that of a view.
        if standing.get(name, view) is not view:
            self.execute(f"DROP {'TABLE' if view else 'VIEW'} {name}")
        made = f"CREATE OR REPLACE {'VIEW' if view else 'TABLE' if is_lasting else 'TEMP TABLE'} {name} AS"
        rows = self.execute(f"{made} {select}")
        for each in further:
            # As long as the table is empty it is made anew: see `_refuse_unseen`.
            rows += self.execute(f"INSERT INTO {name} BY NAME {each}" if rows else f"{made} {each}")
        if is_lasting:
            self._standing = {**standing, name: view}
        return rows

    def _stand(self) -> dict[str, bool]:
        """What stands now, asked once for all that a transaction builds: that takes as long as to make an empty table."""
        if self._standing is None:
            found = self.ask(_STANDING)
            self._standing = dict(zip(found["name"].to_pylist(), found["is_view"].to_pylist(), strict=True))
        return self._standing

    def _refuse_unseen(self, sql: str, rows: int) -> None:
        """Refuse a change whose rows nothing would find until the file is opened anew.

        So it is in DuckDB 2.0.0 (no more in 2.0.1), with several threads, when what a transaction puts into a table first
        are no rows at all, and next more than a row group. Who may have none to put there asks first.
        """
        filled = _FILLS.match(sql)
        if filled is None:
            return
        name, is_new = filled["made"] or filled["into"], bool(filled["made"])
        if rows >= ROW_GROUP and not is_new and self._holds.get(name) is False:
            raise Unavailable(
                Text(
                    f"{name} 在同一事务中先写入了零行，其后的 {rows} 行将读不到，已撤销",
                    f"{name} got no rows first in this transaction, the {rows} after that would not be found: undone",
                ),
                mend=Text("这是程序的错误，请报告。", "This is a mistake in the program, please report it."),
            )
        self._holds[name] = rows > 0 or (not is_new and self._holds.get(name, False))

    def forget(self) -> None:
        """Forget every registered name, so that the cursor can serve another transaction."""
        for name in tuple(self._names):
            with suppress(duckdb.Error):
                self.unregister(name)


def narrow(table: pa.Table) -> pa.Table:
    """Sums of BIGINT back as int64; one that does not fit is refused, never wrapped or rounded."""
    for at, field in enumerate(table.schema):
        if field.type != _HUGE:
            continue
        try:
            table = table.set_column(at, field.name, table.column(at).cast(pa.int64()))
        except pa.ArrowInvalid as error:
            raise Invalid(
                Text(f"合计超出 64 位整数：{field.name}", f"a total does not fit 64 bits: {field.name}"),
                mend=Text("请缩小范围。", "Ask for a narrower range."),
            ) from error
    return table
