"""Bent coordinates come back to where they were, and published pairs agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.kernel.coordinates import (
    bd09_to_gcj02,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    to_wgs84,
    wgs84_to_gcj02,
)

IN_CHINA = st.tuples(st.floats(75, 134), st.floats(18, 53))


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [((116.404, 39.915), (116.41024449916938, 39.91640428150164))],
    ids=["Tiananmen, as coordtransform publishes it"],
)
def test_published_pairs_agree(wgs84, gcj02):
    assert wgs84_to_gcj02(*wgs84) == pytest.approx(gcj02, abs=1e-12)


@pytest.mark.parametrize(
    ("told", "here", "there"),
    [
        (gcj02_to_bd09, (116.404, 39.915), (116.41036949371029, 39.92133699351021)),
        (bd09_to_gcj02, (116.404, 39.915), (116.39762729119315, 39.90865673957631)),
    ],
    ids=["to Baidu", "from Baidu"],
)
def test_published_baidu_pairs_agree(told, here, there):
    assert told(*here) == pytest.approx(there, abs=1e-10)


@given(IN_CHINA)
def test_bending_and_straightening_is_nothing(point):
    assert gcj02_to_wgs84(*wgs84_to_gcj02(*point)) == pytest.approx(point, abs=1e-8)  # a millimetre


@given(IN_CHINA)
def test_baidu_and_back_is_nothing_to_half_a_metre(point):
    assert to_wgs84(*gcj02_to_bd09(*wgs84_to_gcj02(*point)), "bd09") == pytest.approx(point, abs=5e-6)


@given(st.floats(-180, 70), st.floats(-90, 90))
def test_outside_china_nothing_is_bent(longitude, latitude):
    assert to_wgs84(longitude, latitude, "gcj02") == (longitude, latitude)


@given(IN_CHINA)
def test_wgs84_stays_as_it_is(point):
    assert to_wgs84(*point, "wgs84") == point


@given(IN_CHINA)
def test_the_bend_is_some_hundred_metres(point):
    x, y = wgs84_to_gcj02(*point)
    assert 0 < max(abs(x - point[0]), abs(y - point[1])) < 0.02
