"""The store's SQL straightens coordinates exactly as the kernel does."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linshu.engine.intake.geography import has_place, in_wgs84
from linshu.kernel.coordinates import to_wgs84
from linshu.standard import TABLES

STRAIGHT = in_wgs84()
POINTS = st.tuples(st.floats(70, 140), st.floats(0, 56), st.sampled_from(["gcj02", "bd09", "wgs84"]))


def straightened(points):
    with duckdb.connect() as store:
        store.execute("CREATE TABLE place (no INT, longitude DOUBLE, latitude DOUBLE, geo_system VARCHAR)")
        store.executemany("INSERT INTO place VALUES (?, ?, ?, ?)", [(no, *each) for no, each in enumerate(points)])
        query = f"SELECT {STRAIGHT['longitude']}, {STRAIGHT['latitude']} FROM place ORDER BY no"
        return store.execute(query).fetchall()


@given(st.lists(POINTS, min_size=1, max_size=40))
@settings(max_examples=6)
def test_the_store_agrees_with_the_kernel(points):
    for told, (x, y, system) in zip(straightened(points), points, strict=True):
        assert told == pytest.approx(to_wgs84(x, y, system), abs=1e-9)


def test_a_place_that_is_not_located_stays_so():
    assert straightened([(None, None, "gcj02"), (114.3, None, "bd09"), (114.3, 30.6, None)]) == [
        (None, None),
        (114.3, None),
        (114.3, 30.6),
    ]


def test_the_places_of_the_standard_are_known():
    assert {table.name for table in TABLES if has_place(table)} == {
        "region",
        "estate",
        "warehouse",
        "pickup_point",
        "orders",
    }
