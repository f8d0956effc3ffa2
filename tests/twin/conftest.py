"""One small company, simulated once: ninety days over a Spring Festival, with its truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from linshu.kernel.table import Kind
from linshu.standard import table
from linshu.twin.config import Config
from linshu.twin.history import simulate

UNTIL = datetime(2026, 4, 12, 12, 30, tzinfo=UTC)  # 20:30 in Wuhan, within the evening's rush


@pytest.fixture(scope="session")
def config() -> Config:
    return Config("small", seed=7, until=UNTIL)


@pytest.fixture(scope="session")
def truth_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("truth")


@pytest.fixture(scope="session")
def chunks(config: Config, truth_folder: Path) -> list[tuple[str, pa.Table]]:
    """What the small company tells, in the order it tells it."""
    return list(simulate(config, truth=truth_folder))


@pytest.fixture(scope="session")
def told(chunks: list[tuple[str, pa.Table]]) -> dict[str, pa.Table]:
    """Every table of the small company, its chunks put together."""
    parts: dict[str, list[pa.Table]] = {}
    for name, rows in chunks:
        parts.setdefault(name, []).append(rows)
    return {name: pa.concat_tables(tables) for name, tables in parts.items()}


@pytest.fixture(scope="session")
def company(told: dict[str, pa.Table], truth_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same rows to ask with SQL, local time; what is true lies beside them in the schema `truth`."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone='Asia/Shanghai'; SET threads=1; CREATE SCHEMA truth")
    for name, rows in told.items():
        connection.register(f"rows_{name}", rows)
        key = ", ".join(table(name).key)  # a later chunk may tell a row again, as it is then
        latest = f"row_number() OVER (PARTITION BY {key} ORDER BY updated_at DESC) = 1"
        days = {c.name for c in table(name).columns if c.kind is Kind.DATE} - set(rows.column_names)
        days = {day for day in days if day.replace("_date", "_at") in rows.column_names}  # intake derives these
        more = "".join(
            f", CAST({day.replace('_date', '_at')} + INTERVAL 1 HOUR AS DATE) AS {day}" for day in sorted(days)
        )
        connection.execute(f"CREATE TABLE {name} AS SELECT *{more} FROM rows_{name} QUALIFY {latest}")
    for folder in truth_folder.iterdir():
        connection.execute(f"CREATE TABLE truth.{folder.name} AS SELECT * FROM '{folder}/*.parquet'")
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def ask(company: duckdb.DuckDBPyConnection) -> Callable[[str], Any]:
    """The answer to a question: one value, one row, or rows."""

    def answer(sql: str) -> Any:
        rows = company.execute(sql).fetchall()
        if len(rows) == 1:
            return rows[0][0] if len(rows[0]) == 1 else rows[0]
        return rows

    return answer
