"""The smallest simulated company: two towns, six groups, eleven weeks; through intake and models into published tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.domains.dictionary import CATALOG
from tests.engine.metrics.asking import Asker

from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.engine.access.scope import Scope
from linshu.engine.metrics.declare import Dimension
from linshu.kernel.table import Kind
from linshu.twin import config, history

SIZE = config.Size(cities=2, groups=6, members=220, days=75, skus=320, listed=20, groups_per_grid=3)
UNTIL = datetime(2026, 4, 12, 12, 30, tzinfo=UTC)  # the Spring Festival of 2026 lies within
FIRST, DAYS = date(2026, 1, 25), 80
MOST_VALUES = 6

Row = dict[str, Any]
Tables = dict[str, list[Row]]


@contextmanager
def hamlet(folder: Path, seed: int = 7) -> Iterator[LocalShop]:
    """The company, open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder / "keys"))
        patch.setitem(config.SIZES, "hamlet", SIZE)
        project = Project.init(folder / "shop", name="小村", cut_off="23:00")
        project.make_key()
        with LocalShop.open(project) as shop:
            told = history.simulate(config.Config("hamlet", seed=seed, until=UNTIL))
            shop.bringing.intake.land_rows(config.SOURCE, told)
            shop.bringing.intake.land_rows("forecast", {"demand_forecast": forecasts(shop)})
            assert shop.build_models().ok
            yield shop


def forecasts(shop: LocalShop) -> pa.Table:
    """Of one evening, ten SKUs and both warehouses: what a forecast might have said of the ten days after it."""
    return shop.warehouse.query(
        """
        SELECT
            DATE '2026-03-20' AS made_on, DATE '2026-03-20' + CAST(ahead AS INTEGER) AS day, s.sku_id, w.warehouse_id,
            '*' AS for_community, 0 AS known_qty, CAST(1000 * ahead AS BIGINT) AS mean_thousandths, 1 AS p10_qty, ahead AS p50_qty,
            ahead + 3 AS p90_qty, 'test' AS model_version, '0' AS inputs_hash
        FROM (SELECT DISTINCT sku_id FROM std.order_line ORDER BY sku_id LIMIT 10) AS s
        CROSS JOIN (SELECT warehouse_id FROM std.warehouse WHERE level = 'central') AS w
        CROSS JOIN generate_series(1, 10) AS days(ahead)
        """
    )


def published(shop: LocalShop) -> Tables:
    """Every table that figures read, as plain rows."""
    names = {fact.table for fact in CATALOG.facts.values()}
    for one in CATALOG.dimensions.values():
        names |= {one.table, *(history.table for history in (one.versions, one.past) if history)}
    names |= {one.table for one in (*CATALOG.alignments.values(), *CATALOG.memberships.values())}
    names |= {CATALOG.targets.table} if CATALOG.targets else set()
    return {name: shop.warehouse.query(f"SELECT * FROM mart.{name}").to_pylist() for name in sorted(names - {""})}


def asker(tables: Tables) -> Asker:
    """Questions about the company, filtered by values it has and some it lacks."""
    values = {one.name: _values(one, tables) for one in CATALOG.dimensions.values()}
    return Asker(CATALOG, values, _scopes(tables), FIRST, DAYS)


def _values(one: Dimension, tables: Tables) -> tuple[str, ...]:
    if one.kind is Kind.BOOL:
        return ("true", "否")
    if one.kind is Kind.DATE:
        return ("2026-03-02", "2026-02-17", "2026-04-11")
    if one.choices:
        return (*(choice.title.zh for choice in one.choices[:3]), "(未知)")
    if one.table:
        rows = sorted(tables[one.table], key=lambda row: str(row[one.key]))[:: max(1, len(tables[one.table]) // 4)]
        found = [str(row[one.key]) for row in rows[:3]]
        found += [str(row[one.label]) for row in rows[3:MOST_VALUES] if one.label and row[one.label] is not None]
    else:
        found = sorted(_seen(one, tables))[:MOST_VALUES]
    return (*dict.fromkeys(found), "(未知)", "' OR 1=1 --")


def _seen(one: Dimension, tables: Tables) -> set[str]:
    """Values that stand in the facts themselves, or in the table it is reached through."""
    columns = [(fact.table, fact.keys[one.name]) for fact in CATALOG.facts.values() if one.name in fact.keys]
    columns += [(CATALOG.dimension(via.dimension).table, via.column) for via in one.of]
    return {str(row[column]) for table, column in columns for row in tables[table] if row[column] is not None}


def _scopes(tables: Tables) -> tuple[Scope, ...]:
    regions = {
        level: [row["region_id"] for row in tables["dim_region"] if row["level"] == level]
        for level in ("city", "street")
    }
    leaders = sorted(row["leader_id"] for row in tables["dim_leader"])
    return (
        Scope.only(regions=regions["city"][:1]),
        Scope.only(regions=regions["street"][:2]),
        Scope.only(communities=[tables["dim_community"][0]["community_id"]]),
        Scope.only(leaders=leaders[:2]),
        Scope.only(leaders=[]),
        Scope.only(suppliers=[tables["dim_supplier"][0]["supplier_id"]]),
        Scope.only(
            warehouses=[tables["dim_warehouse"][0]["warehouse_id"]], channels=[tables["dim_channel"][0]["channel_id"]]
        ),
    )
