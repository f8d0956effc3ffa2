"""A warehouse's forecast over its groups: nothing is lost by the thousandth, and few sales say little."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from linshu.domains.supply.forecast.shares import shares, split, strength

SOLD = arrays.arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 6)), elements=st.integers(0, 60).map(float))


@given(SOLD, st.integers(0, 10**7), st.integers(0, 999))
def test_parts_add_up_to_the_thousandth_and_lie_next_to_their_share(sold: np.ndarray, first: int, second: int) -> None:
    wholes = np.array([[first, second]] * len(sold), np.int64)
    parts = shares(sold)
    found = split(wholes, parts)
    assert np.allclose(parts.sum(axis=1), 1)
    assert (found.sum(axis=2) == wholes).all()
    assert (found >= 0).all()
    assert (np.abs(found - wholes[:, :, None] * parts[:, None, :]) <= 1 + 1e-6).all()


def test_shares_are_nearer_to_the_truth_than_own_sales_and_than_the_common_mix() -> None:
    chance = np.random.default_rng(4)
    for apart in (15.0, 60.0):
        truth = chance.dirichlet(apart * chance.dirichlet(np.full(20, 2.0)), 150)
        sold = np.stack(
            [chance.multinomial(many, one) for many, one in zip(chance.integers(5, 120, 150), truth, strict=True)]
        )
        off = {
            name: np.abs(told - truth).sum()
            for name, told in (
                ("ours", shares(sold.astype(float))), ("own", sold / sold.sum(axis=1, keepdims=True)),
                ("mix", np.repeat((sold.sum(axis=0) / sold.sum())[None, :], 150, axis=0)),
            )
        }  # fmt: skip
        assert off["ours"] < 0.9 * min(off["own"], off["mix"])
        assert 0.6 < strength(sold.astype(float), sold.sum(axis=0) / sold.sum()) / apart < 1.6
