"""The metric layer against SQL written by hand: compile time, and execution over ten million order lines.

`--data FILE` takes a DuckDB file with the published tables in schema `mart` (a project's `data/warehouse.duckdb`).
Both sides answer the same question on the same store in turns, and their figures are compared first.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from benchmarks.report import Goal, Options, Report, Row, interleaved, main, quantile
from linshu.domains.finance import facts as finance_facts
from linshu.domains.finance import metrics as finance
from linshu.domains.insight import facts as insight_facts
from linshu.domains.insight import metrics as insight
from linshu.engine.access.scope import Scope
from linshu.engine.metrics.catalog import Catalog
from linshu.engine.metrics.compile import compile as compiled
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import Cache, run
from linshu.engine.warehouse.duck import DuckWarehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "metrics"
LINES, QUICK_LINES = 10_000_000, 50_000
SOLD = "is_paid AND NOT is_gift AND NOT is_test"


@dataclass(frozen=True)
class Case:
    """One question, asked of the metric layer and written by hand."""

    name: str
    query: Query
    sql: str


@dataclass(frozen=True)
class Data:
    """What the store holds, as far as the questions name it."""

    lines: int
    start: str
    end: str
    city: str  # the name of a city with sales
    district: str  # the id of a district with sales

    @classmethod
    def of(cls, hand: duckdb.DuckDBPyConnection) -> Data:
        """Read off the published tables."""
        lines, start, end = hand.sql("SELECT count(*), min(paid_date), max(paid_date) FROM fct_order_lines").fetchall()[
            0
        ]
        places = hand.sql(
            """SELECT r.name, c.district_id FROM dim_community AS c JOIN dim_region AS r ON r.region_id = c.city_id
            WHERE c.district_id IS NOT NULL ORDER BY ALL LIMIT 1"""
        ).fetchall()
        city, district = places[0] if places else ("-", "-")
        return cls(lines, str(start), str(end), city, district)


def cases(data: Data) -> tuple[Case, ...]:
    """The questions, over all days of the data."""
    days = f"paid_date BETWEEN DATE '{data.start}' AND DATE '{data.end}'"

    def case(name: str, metrics: str, by: str, sql: str, **more: Any) -> Case:
        return Case(name, Query.of(metrics, by, start=data.start, end=data.end, **more), sql)

    return (
        case("one figure", "gmv", "", f"SELECT sum(goods_fen) AS gmv FROM fct_order_lines WHERE {days} AND {SOLD}"),
        case(
            "by day",
            "gmv,units",
            "",
            f"SELECT paid_date AS day, sum(goods_fen) AS gmv, sum(qty) AS units FROM fct_order_lines WHERE {days} AND {SOLD} GROUP BY 1 ORDER BY 1",
            grain="day",
        ),
        case(
            "by SKU",
            "gmv,units,unit_price",
            "sku",
            f"""SELECT g.sku_id AS sku, s.name, gmv, units, gmv / nullif(units, 0) AS unit_price FROM (
                SELECT sku_id, sum(goods_fen) AS gmv, sum(qty) AS units FROM fct_order_lines WHERE {days} AND {SOLD} GROUP BY 1
            ) AS g LEFT JOIN dim_sku AS s USING (sku_id) ORDER BY 1""",
        ),
        case(
            "by city through the group",
            "gmv",
            "city",
            f"""SELECT c.city_id AS city, r.name, gmv FROM (
                SELECT c.city_id, sum(goods_fen) AS gmv FROM fct_order_lines AS f
                LEFT JOIN dim_community AS c USING (community_id) WHERE {days} AND {SOLD} GROUP BY 1
            ) AS c LEFT JOIN dim_region AS r ON r.region_id = c.city_id ORDER BY 1""",
        ),
        case(
            "one city by day",
            "gmv",
            "",
            f"""SELECT paid_date AS day, sum(goods_fen) AS gmv FROM fct_order_lines AS f
                JOIN dim_community AS c USING (community_id)
                JOIN dim_region AS r ON r.region_id = c.city_id AND r.name = '{data.city}'
                WHERE {days} AND {SOLD} GROUP BY 1 ORDER BY 1""",
            grain="day",
            where={"city": data.city},
        ),
        case(
            "top 50 leaders",
            "gmv,orders_containing",
            "leader",
            f"""SELECT g.leader_id AS leader, l.name, gmv, orders FROM (
                SELECT leader_id, sum(goods_fen) AS gmv, count(DISTINCT order_id) AS orders FROM fct_order_lines
                WHERE {days} AND {SOLD} GROUP BY 1
            ) AS g LEFT JOIN dim_leader AS l USING (leader_id) ORDER BY gmv DESC, leader LIMIT 50""",
            order="-gmv",
            limit=50,
        ),
        case(
            "tier at the time of the order",
            "gmv",
            "leader_tier",
            f"""SELECT v.tier AS leader_tier, sum(goods_fen) AS gmv FROM fct_order_lines AS f
                LEFT JOIN dim_leader_version AS v ON v.leader_id = f.leader_id
                    AND v.valid_from <= f.placed_at AND (v.valid_to IS NULL OR f.placed_at < v.valid_to)
                WHERE {days} AND {SOLD} GROUP BY 1 ORDER BY 1""",
        ),
        case(
            "two facts by tier now",
            "gmv,refund_amount,refund_rate",
            "leader_tier",
            f"""WITH s AS (
                SELECT l.tier, sum(goods_fen) AS gmv FROM fct_order_lines AS f
                LEFT JOIN dim_community AS c USING (community_id) LEFT JOIN dim_leader AS l ON l.leader_id = c.leader_id
                WHERE {days} AND {SOLD} GROUP BY 1
            ), r AS (
                SELECT l.tier, sum(amount_fen) AS refund_amount FROM fct_refunds AS f
                LEFT JOIN dim_community AS c USING (community_id) LEFT JOIN dim_leader AS l ON l.leader_id = c.leader_id
                WHERE NOT is_test AND refunded_date BETWEEN DATE '{data.start}' AND DATE '{data.end}' GROUP BY 1
            )
            SELECT coalesce(s.tier, r.tier) AS leader_tier, gmv, refund_amount, refund_amount / nullif(gmv, 0) AS refund_rate
            FROM s FULL JOIN r ON s.tier IS NOT DISTINCT FROM r.tier ORDER BY 1""",
            as_of="now",
        ),
        case(
            "members and orders by week",
            "active_members,orders,aov",
            "",
            f"""SELECT CAST(date_trunc('week', paid_date) AS DATE) AS week, count(DISTINCT member_id) AS active_members,
                count(*) AS orders, sum(paid_fen) / count(*) AS aov
                FROM fct_orders WHERE {days} AND is_paid AND NOT is_test GROUP BY 1 ORDER BY 1""",
            grain="week",
        ),
        case(
            "a manager's district by channel",
            "gmv,units",
            "channel",
            f"""SELECT g.channel_id AS channel, d.name, gmv, units FROM (
                SELECT f.channel_id, sum(goods_fen) AS gmv, sum(qty) AS units FROM fct_order_lines AS f
                JOIN dim_community AS c USING (community_id) WHERE {days} AND {SOLD} AND c.district_id = '{data.district}' GROUP BY 1
            ) AS g LEFT JOIN dim_channel AS d USING (channel_id) ORDER BY 1""",
            scope=Scope.only(regions=[data.district]),
        ),
    )


TABLES = """
CREATE TABLE mart.dim_region AS
    SELECT 'C' || i AS region_id, '城' || i AS name FROM range(5) t(i)
    UNION ALL SELECT 'D' || i, '区' || i FROM range(19) t(i);
CREATE TABLE mart.dim_community AS
    SELECT 'G' || i AS community_id, '群' || i AS name, 'E' || (i // 2) AS estate_id, NULL AS province_id,
        'C' || (i % 19 % 5) AS city_id, 'D' || (i % 19) AS district_id, NULL AS street_id, 'L' || ((i * 7) % 5000) AS leader_id
    FROM range(6000) t(i);
CREATE TABLE mart.dim_estate AS
    SELECT 'E' || i AS estate_id, '小区' || i AS name, NULL AS province_id, NULL AS city_id, NULL AS district_id, NULL AS street_id
    FROM range(3000) t(i);
CREATE TABLE mart.dim_leader AS
    SELECT 'L' || i AS leader_id, '团长' || i AS name, ['A', 'B', 'C'][1 + i % 3] AS tier, 'active' AS status FROM range(5000) t(i);
CREATE TABLE mart.dim_leader_version AS
    SELECT leader_id, tier, TIMESTAMPTZ '1900-01-01 00:00:00+00' AS valid_from, TIMESTAMPTZ '2026-08-15 00:00:00+00' AS valid_to
    FROM mart.dim_leader
    UNION ALL SELECT leader_id, 'A', TIMESTAMPTZ '2026-08-15 00:00:00+00', NULL FROM mart.dim_leader;
CREATE TABLE mart.dim_sku AS SELECT 'S' || i AS sku_id, '商品' || i AS name FROM range(400) t(i);
CREATE TABLE mart.dim_channel AS SELECT 'H' || i AS channel_id, '渠道' || i AS name FROM range(4) t(i);
CREATE TABLE mart.fct_order_lines AS
    SELECT 'O' || (i * 2 // 5) AS order_id, i % 5 AS line_no, placed_at, CAST(placed_at AS DATE) AS placed_date,
        placed_at + INTERVAL 2 MINUTE AS paid_at, CAST(placed_at AS DATE) AS paid_date, o % 50 <> 0 AS is_paid,
        i % 97 = 0 AS is_gift, o % 1000 = 0 AS is_test, 'H' || (o % 4) AS channel_id, 'M' || (hash(o) % 400000) AS member_id,
        'G' || (o % 6000) AS community_id, 'L' || (o % 6000 * 7 % 5000) AS leader_id, 'W' || (o % 6000 // 600) AS warehouse_id,
        CASE WHEN o % 9 = 0 THEN 'P1' END AS campaign_id, 'B' || (o % 90) AS batch_id, o % 20 = 0 AS is_self_order, 'paid' AS status, 'S' || (hash(i) % 400) AS sku_id,
        CAST(1 + hash(i) % 3 AS BIGINT) AS qty, CAST((1 + hash(i) % 3) * (500 + hash(i, 1) % 3000) AS BIGINT) AS goods_fen,
        CAST((1 + hash(i) % 3) * (450 + hash(i, 1) % 3000) AS BIGINT) AS paid_fen, CAST(i % 50 AS BIGINT) AS refunded_fen,
        CAST(50 AS BIGINT) AS discount_fen, CAST(20 AS BIGINT) AS discount_platform_fen, CAST(30 AS BIGINT) AS discount_merchant_fen,
        CAST(0 AS BIGINT) AS discount_supplier_fen, CAST(0 AS BIGINT) AS discount_leader_fen
    FROM (
        SELECT i, i * 2 // 5 AS o,
            TIMESTAMPTZ '2026-07-01 00:00:00+00' + to_seconds(CAST(i * 2 // 5 * 7776000.0 / ({lines} * 0.4) AS BIGINT)) AS placed_at
        FROM range({lines}) t(i)
    );
CREATE TABLE mart.fct_orders AS
    SELECT order_id, any_value(placed_at) AS placed_at, any_value(placed_date) AS placed_date, any_value(paid_at) AS paid_at,
        any_value(paid_date) AS paid_date, any_value(is_paid) AS is_paid, any_value(is_test) AS is_test,
        any_value(member_id) AS member_id, any_value(channel_id) AS channel_id, any_value(community_id) AS community_id,
        any_value(leader_id) AS leader_id, any_value(warehouse_id) AS warehouse_id, any_value(is_self_order) AS is_self_order,
        any_value(status) AS status, any_value(batch_id) AS batch_id, CAST(0 AS BIGINT) AS shipping_fen, CAST(sum(paid_fen) AS BIGINT) AS paid_fen
    FROM mart.fct_order_lines GROUP BY order_id ORDER BY placed_at;
CREATE TABLE mart.fct_refunds AS
    SELECT order_id || '-' || line_no AS refund_id, order_id, CAST(paid_at + INTERVAL 2 DAY AS DATE) AS refunded_date, paid_at,
        is_test, community_id, leader_id, goods_fen // 2 AS amount_fen
    FROM mart.fct_order_lines WHERE is_paid AND hash(order_id, line_no) % 50 = 0;
"""


def measure(options: Options) -> Report:
    """Compile time over all questions, and each question against SQL written by hand."""
    catalog = Catalog(
        (*insight_facts.DIMENSIONS, *finance_facts.DIMENSIONS),
        (*insight_facts.FACTS, *finance_facts.FACTS),
        (*insight.METRICS, *finance.METRICS),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = options.data or made(Path(folder) / "warehouse.duckdb", QUICK_LINES if options.quick else LINES)
        warehouse = DuckWarehouse.open(path, read_only=True)
        hand = warehouse._root.cursor()  # noqa: SLF001 - the same store, so that both sides share its cache
        hand.sql("SET search_path = 'mart,std'")
        data = Data.of(hand)
        rows, spreads = [_compile_time(cases(data), catalog, options)], {}
        for case in cases(data):
            row, spreads[case.name] = _executed(warehouse, hand, case, catalog, options)
            rows.append(row)
        warehouse.close()
    return Report(tuple(rows), {"lines": data.lines, "spread": spreads})


def made(path: Path, lines: int) -> Path:
    """A company of so many order lines in a file."""
    with duckdb.connect(str(path)) as store:
        store.execute("SET TimeZone = 'UTC'")
        store.execute("CREATE SCHEMA mart")
        store.execute("CREATE SCHEMA std")
        store.execute("CREATE SCHEMA meta")
        store.execute("CREATE TABLE meta.version (data_version BIGINT, committed_at TIMESTAMPTZ)")
        store.execute(TABLES.format(lines=lines))
    return path


def _compile_time(asked: tuple[Case, ...], catalog: Catalog, options: Options) -> Row:
    """The median over all questions, never from a cache."""
    times = list(_compiling(asked, catalog, 3 if options.quick else 60))
    return Row("compile, median", statistics.median(times) * 1000, None, "ms", Goal("ours", "<=", 5))


def _compiling(asked: tuple[Case, ...], catalog: Catalog, turns: int) -> Iterator[float]:
    for _ in range(turns):
        for case in asked:
            began = time.perf_counter()
            compiled(case.query, catalog)
            yield time.perf_counter() - began


def _executed(
    warehouse: DuckWarehouse, hand: duckdb.DuckDBPyConnection, case: Case, catalog: Catalog, options: Options
) -> tuple[Row, dict[str, Any]]:
    forgetful = Cache(size=0)  # knows the newest landing batch, keeps no answer

    def ours() -> Any:
        return run(warehouse, case.query, catalog, forgetful).table

    def baseline() -> Any:
        return hand.sql(case.sql).to_arrow_table()

    # Columns stand in the same order on both sides; the last ones are the figures.
    figures = len(case.query.metrics)
    mine, theirs = (sorted(tuple(row.values())[-figures:] for row in side().to_pylist()) for side in (ours, baseline))
    if [tuple(round(float(value), 6) for value in row) for row in mine] != [
        tuple(round(float(value), 6) for value in row) for row in theirs
    ]:
        raise AssertionError(case.name)
    pair = interleaved(ours, baseline, options)
    spread = pair.spread() | {"p95_ms": round(quantile(pair.ours, 0.95) * 1000, 1)}
    return pair.row(case.name, Goal("ratio", "<=", 1.10), unit="ms"), spread


if __name__ == "__main__":
    main(NAME, measure)
