"""One small company, simulated once: ninety days over a Spring Festival, with its truth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pytest

from linshu.standard import table
from linshu.twin.config import Config
from linshu.twin.history import simulate

UNTIL = datetime(2026, 4, 12, 12, 30, tzinfo=UTC)  # 20:30 in Wuhan, within the evening's rush


@pytest.fixture(scope="session")
def config() -> Config:
    return Config("small", seed=7, until=UNTIL)


@pytest.fixture(scope="session")
def told(config: Config) -> dict[str, pa.Table]:
    """Every table of the small company, its chunks put together."""
    parts: dict[str, list[pa.Table]] = {}
    for name, rows in simulate(config):
        parts.setdefault(name, []).append(rows)
    return {name: pa.concat_tables(tables) for name, tables in parts.items()}


@pytest.fixture(scope="session")
def company(told: dict[str, pa.Table]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same rows to ask with SQL."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone='UTC'; SET threads=1")
    for name, rows in told.items():
        connection.register(f"rows_{name}", rows)
        key = ", ".join(table(name).key)  # a later chunk may tell a row again, as it is then
        latest = f"row_number() OVER (PARTITION BY {key} ORDER BY updated_at DESC) = 1"
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM rows_{name} QUALIFY {latest}")
    yield connection
    connection.close()
