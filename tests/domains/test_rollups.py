"""The declared rollups on a simulated company: they serve what pages ask, stay small, and say what the facts say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.hamlet import FIRST, asker, hamlet, published
from tests.engine.metrics.asking import TIMES

from linshu.app.domains import DOMAINS, catalog
from linshu.app.local import LocalShop
from linshu.domains.insight.overview.inputs import CARDS, TOPS
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run
from linshu.engine.warehouse import models
from linshu.engine.warehouse.rollups import standings
from linshu.kernel.errors import Forbidden, Misused
from linshu.twin.config import SOURCE

pytestmark = pytest.mark.slow
COUNTED_ROW_BY_ROW = {"active_members", "orders_containing"}
SMALL = {"refunds", "listings", "listing_days"}  # facts too small to be added up


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with hamlet(tmp_path_factory.mktemp("hamlet")) as opened:
        yield opened


@pytest.fixture(scope="module")
def asking(shop):
    return asker(published(shop))


def agree(shop: LocalShop, query: Query) -> list[str]:
    """The same table from the rollups and from the facts; which rollups answered."""
    ours = run(shop.warehouse, query, catalog())
    assert ours.table.equals(run(shop.warehouse, query, catalog(), rollups=False).table), query
    return [one.rollup for one in ours.lineage.served]


def test_every_rollup_adds_up_a_table_and_stands(shop):
    views = {one.name for one in models.load(*(domain.models for domain in DOMAINS if domain.models)) if one.is_view}
    assert not views & {one.table.model for one in catalog().rolled}
    found = shop.rollups().rows
    assert {row["rollup"] for row in found} == {one.name for one in catalog().rolled}
    assert all(row["through"] and not row["reason"] for row in found)
    assert all(row["rows"] < row["fact_rows"] for row in found)


def test_the_overview_and_usual_cuts_are_served(shop):
    """Every figure of the overview that adds up, and sales by channel, group, leader, category and day."""
    plain = [name for name in CARDS if name not in COUNTED_ROW_BY_ROW]
    asked = [Query.of(plain, start="2026-02-01", end="2026-03-31", compare="previous")]
    asked += [
        Query.of([one for one in top.full if one not in COUNTED_ROW_BY_ROW], top.dimension)
        for top in TOPS
        if top.dimension != "sku"
    ]
    asked += [Query.of("gmv,units", "sku"), Query.of("gmv,units,unit_price,discount_rate", "category", grain="day")]
    asked += [
        Query.of("gmv,orders,aov", by, grain="day")
        for by in ("channel", "community", "leader", "city,channel", "warehouse")
    ]
    for query in asked:
        agree(shop, query)
        parts = run(shop.warehouse, query, catalog()).lineage.served
        assert [(one.fact, one.reason.en) for one in parts if not one.rollup and one.fact not in SMALL] == []


@settings(max_examples=40 * TIMES)
@given(data=st.data())
def test_rollups_and_facts_agree_whatever_is_asked(shop, asking, data):
    query = data.draw(asking.queries())
    try:
        agree(shop, query)
    except (Misused, Forbidden):
        return  # refusals have tests of their own


USUAL = (
    Query.of("gmv,units,refunds_restated", "sku,channel", grain="day"),
    Query.of("orders,gmv,paid_amount,active_leaders", "leader", start="2026-02-01", end="2026-03-31", grain="week"),
    Query.of("gmv,payment_rate,pieces_due", "city", grain="month"),
)


@pytest.mark.parametrize(("offsets", "gone"), [((3,), False), ((10, 40, 41), True), ((0, 25, 60), False)])
def test_days_marked_by_late_rows_are_read_from_the_facts(shop, offsets, gone):
    """Lines of the past change or go; before and after their days are counted again, the figures are those of the facts."""
    days = [FIRST + timedelta(offset) for offset in offsets]
    changed = _late_lines(shop, days, gone=gone)
    receipt = shop.bringing.intake.land_rows(SOURCE, [("order_line", changed)])
    assert receipt.bad == 0
    models.build(shop.warehouse, shop.models())
    assert set(_dirty(shop)) <= set(days)
    assert _dirty(shop)
    for query in USUAL:
        agree(shop, query)
    shop.build_models()
    assert _dirty(shop) == ()
    for query in USUAL:
        agree(shop, query)


def _dirty(shop: LocalShop) -> tuple[date, ...]:
    with shop.warehouse.snapshot() as session:
        return standings(session)["sales_by_sku"].dirty


def _late_lines(shop: LocalShop, days: list[date], *, gone: bool) -> pa.Table:
    """A line paid on each of the days, a little dearer, or gone."""
    rows = shop.warehouse.query(
        "SELECT any_value(l) AS line FROM std.order_line AS l JOIN fct_orders AS o ON o.order_id = l.order_id"
        " WHERE list_contains($1, o.paid_date) AND NOT l.deleted GROUP BY o.paid_date",
        [days],
    )["line"].to_pylist()
    system = {"source", "source_id", "landing_id", "landing_row"}
    now = datetime.now(UTC)
    return pa.Table.from_pylist(
        [
            {key: value for key, value in row.items() if key not in system}
            | {name: row[name] + row["qty"] for name in ("goods_fen", "paid_fen")}
            | {"unit_price_fen": row["unit_price_fen"] + 1, "updated_at": now, "deleted": gone}
            for row in rows
        ]
    )
