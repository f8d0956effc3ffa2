"""The stores in which a company may keep its tables, each asked in its own SQL: the same small tables in all of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Mapping

Row = dict[str, Any]
STORES = ("spark", "clickhouse", "postgres")
_POSTGRES_TYPES = {
    "string": "text",
    "int64": "bigint",
    "int32": "integer",
    "bool": "boolean",
    "double": "double precision",
    "date32[day]": "date",
    "timestamp[us, tz=UTC]": "timestamptz",
}


class Store(Protocol):
    """A store that holds the tables."""

    def ask(self, sql: str) -> list[Row]:
        """The rows of one SELECT."""

    def close(self) -> None:
        """Stop whatever was started for it."""


def files(folder: Path, tables: Mapping[str, pa.Table]) -> dict[str, Path]:
    """The tables as Parquet, which is how they are handed over."""
    found = {name: folder / f"{name}.parquet" for name in tables}
    for name, path in found.items():
        pq.write_table(tables[name], path)
    return found


class Spark:
    """Spark Connect, served by Sail within this process: no Java."""

    def __init__(self, tables: Mapping[str, Path]) -> None:
        os.environ.setdefault("RUST_LOG", "error")
        # In a process without a main file, such as a worker of these tests, the client takes itself for a doctest,
        # looks for a Spark installation, and ends the process where there is none; it is never used.
        os.environ.setdefault("SPARK_HOME", str(Path(__file__).parent))
        from pysail.spark import SparkConnectServer
        from pyspark.sql import SparkSession

        self._server = SparkConnectServer("127.0.0.1", 0)
        self._server.start(background=True)
        _, port = self._server.listening_address
        self._session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
        self._session.conf.set("spark.sql.session.timeZone", "UTC")
        for name, path in tables.items():
            self._session.read.parquet(str(path)).createOrReplaceTempView(name)

    def ask(self, sql: str) -> list[Row]:
        return self._session.sql(sql).toArrow().to_pylist()

    def close(self) -> None:
        self._session.stop()
        self._server.stop()


class ClickHouse:
    """ClickHouse as a library; a process holds one at a time."""

    def __init__(self, tables: Mapping[str, Path]) -> None:
        from chdb import session

        self._session = session.Session()
        self._session.query("SET max_threads = 1")
        for name, path in tables.items():
            self._session.query(f"CREATE OR REPLACE TABLE {name} ENGINE = Memory AS SELECT * FROM file('{path}')")

    def ask(self, sql: str) -> list[Row]:
        try:
            found = self._session.query(sql, "Arrow").bytes()
        except Exception:
            self._session.query(
                "SELECT 1", "Arrow"
            )  # what a failed query had begun to write stands before the next answer
            raise
        return pa.ipc.open_file(found).read_all().to_pylist() if found else []

    def close(self) -> None:
        self._session.close()


class Postgres:
    """PostgreSQL, for companies that keep their tables where their other data is."""

    def __init__(self, tables: Mapping[str, Path], url: str, schema: str) -> None:
        import psycopg

        self._link = psycopg.connect(url, autocommit=True)
        self._link.execute(f"CREATE SCHEMA {schema}")
        self._link.execute(f"SET search_path = {schema}")
        self._link.execute("SET timezone = 'UTC'")
        try:
            for name, path in tables.items():
                self._load(name, pq.read_table(path))
        except BaseException:
            self.close()
            raise

    def _load(self, name: str, table: pa.Table) -> None:
        columns = ", ".join(f"{field.name} {_POSTGRES_TYPES[str(field.type)]}" for field in table.schema)
        self._link.execute(f"CREATE TABLE {name} ({columns})")
        with self._link.cursor().copy(f"COPY {name} FROM STDIN") as copy:
            for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                copy.write_row(row)

    def ask(self, sql: str) -> list[Row]:
        from psycopg.rows import dict_row

        return self._link.cursor(row_factory=dict_row).execute(sql).fetchall()

    def close(self) -> None:
        self._link.close()
