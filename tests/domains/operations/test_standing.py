"""Where a leader stands: the newest tier by the rules, the contractual one while there is none, and nobody else's."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from linshu.domains.operations.portal.standing import Standing, Standings, _read

BEGAN = date(2026, 11, 1)


@pytest.fixture
def mine() -> Any:
    """The published tables that are read, and a leader who looks."""
    connection = duckdb.connect()
    connection.execute("CREATE TABLE dim_leader (leader_id VARCHAR, name VARCHAR, tier VARCHAR)")
    connection.execute(
        "INSERT INTO dim_leader VALUES ('L1', '王芳', 'gold'), ('L2', '陈军', 'silver'), ('L3', '新来的', NULL)"
    )
    connection.execute("CREATE TABLE fct_leader_tier_day (leader_id VARCHAR, day DATE, tier VARCHAR, since DATE)")
    connection.execute("CREATE TABLE fct_leader_service_day (leader_id VARCHAR, day DATE)")
    shop = SimpleNamespace(
        read=lambda sql, params=(): connection.execute(sql, [*params]).to_arrow_table(), connection=connection
    )
    return SimpleNamespace(shell=SimpleNamespace(shop=shop))


def test_while_nothing_is_reckoned_the_contract_is_told_and_what_is_missing(mine: Any) -> None:
    assert _read(mine, ["L1", "L3"]) == Standings((Standing("王芳", "gold", None, reckoned=False),), served=False)
    assert _read(mine, []) == Standings((), served=False)


def test_once_reckoned_the_newest_day_counts(mine: Any) -> None:
    mine.shell.shop.connection.execute(
        "INSERT INTO fct_leader_tier_day VALUES ('L1', '2026-11-02', 'platinum', '2026-11-01'), "
        "('L1', '2026-10-31', 'bronze', '2026-10-01'), ('L2', '2026-11-02', 'gold', '2026-11-02')"
    )
    mine.shell.shop.connection.execute("INSERT INTO fct_leader_service_day VALUES ('L2', '2026-11-02')")
    assert _read(mine, ["L1"]) == Standings((Standing("王芳", "platinum", BEGAN, reckoned=True),), served=True)
