"""Questions answered from rollups against the same questions answered from the facts, over ten million order lines.

`--data FILE` takes a project's `data/warehouse.duckdb` (a copy: rollups are made anew in it). Both sides go through the
whole metric layer in turns, in the same run, and their tables are compared first. What rollups cost is measured too: their
rows beside those of their fact, the time to make them, to count one day again, and to mark a day within a build.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.metrics import LINES, QUICK_LINES, made
from benchmarks.report import Goal, Options, Report, Row, interleaved, main, quantile, seconds_of
from linshu.domains.insight import facts
from linshu.domains.insight.metrics import METRICS
from linshu.engine.metrics.catalog import Catalog
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import Cache, run
from linshu.engine.warehouse import rollups
from linshu.engine.warehouse.duck import DuckWarehouse

if TYPE_CHECKING:
    from datetime import date

    from linshu.engine.warehouse.rollups import RollupTable

NAME = "rollups"
MOST_MS, MOST_SHARE = 60.0, 0.1  # p95 of a question; the part of the raw time it may take: ten times faster
MOST_SIZE = 0.25  # rows of a rollup beside those of its fact


@dataclass(frozen=True)
class Case:
    """One question that a page or an analyst asks."""

    name: str
    metrics: str
    by: str = ""
    more: tuple[tuple[str, Any], ...] = ()

    def query(self, first: date, last: date) -> Query:
        """The question over all days."""
        return Query.of(self.metrics, self.by, start=first, end=last, **dict(self.more))


CASES = (
    Case("one figure", "gmv"),
    Case("by day", "gmv,units,discount_rate", more=(("grain", "day"),)),
    Case("by channel and week", "gmv,units", "channel", (("grain", "week"),)),
    Case("by SKU", "gmv,units,unit_price", "sku"),
    Case("selling SKUs by channel", "selling_skus,units_per_sku", "channel"),
    Case("by city through the group", "gmv", "city"),
    Case("sales and orders by city and month", "gmv,paid_amount,orders,aov", "city", (("grain", "month"),)),
    Case("top 50 groups", "gmv,units", "community", (("order", "-gmv"), ("limit", 50))),
    Case("top 50 leaders", "gmv,orders", "leader", (("order", "-gmv"), ("limit", 50))),
    Case("active leaders by day", "active_leaders", more=(("grain", "day"),)),
    Case("net sales by channel against before", "net_gmv,orders", "channel", (("compare", "previous"),)),
)


def measure(options: Options) -> Report:
    """Speed of every question, then what the rollups cost."""
    catalog = Catalog(facts.DIMENSIONS, facts.FACTS, METRICS, facts.ROLLUPS, alignments=facts.ALIGNMENTS)
    tables = [one.table for one in catalog.rolled]
    with tempfile.TemporaryDirectory() as folder:
        path = options.data or made(Path(folder) / "warehouse.duckdb", QUICK_LINES if options.quick else LINES)
        with DuckWarehouse.open(path) as warehouse:
            _registered(warehouse, tables)
            took = {one.name: one.seconds for one in rollups.refresh(warehouse, tables, full=True)}
            rows, spreads = [], {}
            for case in CASES:
                found, spreads[case.name] = _asked(warehouse, catalog, case, options)
                rows += found
            rows += [_size(one) for one in rollups.report(warehouse, tables)]
            rows += [Row(f"made anew: {name}", seconds, None, "s") for name, seconds in took.items()]
            rows += _kept(warehouse, tables)
            lines = warehouse.query("SELECT count(*) AS lines FROM fct_order_lines")["lines"][0].as_py()
    return Report(tuple(rows), {"lines": lines, "spread": spreads})


def _registered(warehouse: DuckWarehouse, tables: list[RollupTable]) -> None:
    """Note the models of a store made by hand, as a build does."""
    for model in sorted({one.model for one in tables}):
        warehouse.execute(
            "INSERT INTO meta.model (name, signature, changed_build, is_view, row_count)"
            f" SELECT '{model}', 'x', 1, FALSE, count(*) FROM mart.{model}"
            f" WHERE NOT EXISTS (SELECT 1 FROM meta.model WHERE name = '{model}')"
        )


def _asked(
    warehouse: DuckWarehouse, catalog: Catalog, case: Case, options: Options
) -> tuple[list[Row], dict[str, Any]]:
    ends = warehouse.query("SELECT min(paid_date) AS first, max(paid_date) AS last FROM fct_order_lines").to_pylist()[0]
    query, cache = case.query(ends["first"], ends["last"]), Cache(size=0)
    ours, raw = (run(warehouse, query, catalog, cache, rollups=way) for way in (True, False))
    if not ours.table.equals(raw.table) or not all(one.rollup for one in ours.lineage.served):
        raise AssertionError(case.name, [one.told() for one in ours.lineage.served])
    pair = interleaved(
        lambda: run(warehouse, query, catalog, cache),
        lambda: run(warehouse, query, catalog, cache, rollups=False),
        options,
        at_least=20,
    )
    p95 = Row(f"{case.name}, p95", quantile(pair.ours, 0.95) * 1000, quantile(pair.baseline, 0.95) * 1000, "ms",
              Goal("ours", "<=", MOST_MS))  # fmt: skip
    return [pair.row(case.name, Goal("ratio", "<=", MOST_SHARE), unit="ms"), p95], pair.spread()


def _size(one: dict[str, Any]) -> Row:
    return Row(f"rows: {one['rollup']}", one["rows"], one["fact_rows"], "rows", Goal("ratio", "<=", MOST_SIZE))


def _kept(warehouse: DuckWarehouse, tables: list[RollupTable]) -> list[Row]:
    """What a build pays to mark a day, and a refresh to count it again, for all rollups together."""
    day = warehouse.query("SELECT max(paid_date) AS day FROM fct_order_lines")["day"][0].as_py() - timedelta(9)

    def marked() -> None:
        with warehouse.transaction() as session:
            for model in {one.model for one in tables}:
                session.execute(
                    f"CREATE OR REPLACE TEMP TABLE delta_{model} AS"
                    f" SELECT * FROM mart.{model} WHERE paid_date = $1 LIMIT 100", [day]
                )  # fmt: skip
            rollups.mark(session, {one.model: 1 for one in tables}, {one.model for one in tables})

    mark = seconds_of(marked)
    again = seconds_of(lambda: rollups.refresh(warehouse, tables))
    idle = seconds_of(lambda: rollups.refresh(warehouse, tables, effort="few"))
    return [
        Row("a build marks a day", mark * 1000, None, "ms"),
        Row("a marked day counted again", again * 1000, None, "ms"),
        Row("a refresh with nothing to do", idle * 1000, None, "ms"),
    ]


if __name__ == "__main__":
    main(NAME, measure)
