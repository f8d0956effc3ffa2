"""Where a leader stands and what to offer: by the newest rows of one's own; while none are published that is said."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from linshu.domains.operations.portal.advised import ACTS, Advised
from linshu.domains.operations.portal.advised import _read as _advised
from linshu.domains.operations.portal.standing import Standing, Standings, _read
from linshu.engine.access.scope import Scope

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
    connection.execute(
        "CREATE TABLE dim_community (community_id VARCHAR, leader_id VARCHAR, channel_id VARCHAR, warehouse_id VARCHAR, "
        "province_id VARCHAR, city_id VARCHAR, district_id VARCHAR, street_id VARCHAR)"
    )
    connection.execute(
        "INSERT INTO dim_community VALUES ('C1', 'L1', 'mini', 'W1', 'R', 'R1', 'R11', NULL), "
        "('C2', 'L2', 'mini', 'W1', 'R', 'R2', 'R21', NULL)"
    )
    connection.execute("CREATE TABLE dim_sku (sku_id VARCHAR, name VARCHAR)")
    connection.execute("INSERT INTO dim_sku VALUES ('S1', '苹果'), ('S2', '梨')")
    connection.execute(
        "CREATE TABLE fct_assortment_advice (community_id VARCHAR, sku_id VARCHAR, day DATE, advice VARCHAR, place INT)"
    )
    shop = SimpleNamespace(
        read=lambda sql, params=(): connection.execute(sql, [*params]).to_arrow_table(), connection=connection
    )
    return SimpleNamespace(shell=SimpleNamespace(shop=shop), today=BEGAN)


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


def test_the_newest_advice_for_ones_own_groups_is_told(mine: Any) -> None:
    mine.scope = Scope.only(leaders=["L1"])
    assert _advised(mine) == Advised((), published=False)
    mine.shell.shop.connection.execute(
        "INSERT INTO fct_assortment_advice VALUES ('C1', 'S2', '2026-10-31', 'try', 2), ('C1', 'S1', '2026-10-31', 'push', 1), "
        "('C1', 'S1', '2026-10-30', 'try', 1), ('C1', 'S1', '2026-11-02', 'try', 1), ('C2', 'S2', '2026-10-31', 'push', 1)"
    )
    assert _advised(mine) == Advised((("苹果", ACTS["push"]), ("梨", ACTS["try"])), published=True)
    mine.scope = Scope.only(leaders=["L1"], regions=["R1"], channels=["mini"], warehouses=["W1"])
    assert len(_advised(mine).goods) == 2
    for nobody in (
        Scope.only(leaders=[]), Scope.only(leaders=["L1"], communities=["C2"]), Scope.only(leaders=["L1"], regions=["R2"]),
        Scope.only(leaders=["L1"], channels=["app"]), Scope.only(leaders=["L1"], suppliers=["V1"]),
    ):  # fmt: skip
        mine.scope = nobody
        assert _advised(mine) == Advised((), published=True)
