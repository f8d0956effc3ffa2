"""Money is split among lines to the fen, and partial refunds end exactly at the whole."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linshu.kernel.money import allocate as one_by_one
from linshu.twin.split import allocate, part

baskets = st.lists(
    st.tuples(st.integers(0, 5_000), st.lists(st.integers(0, 9_999), min_size=1, max_size=6)), min_size=1, max_size=8
)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(baskets)
def test_shares_are_those_of_the_kernel_for_every_order(orders):
    """The same split as `kernel.money.allocate`, order by order; an order without worth gets nothing."""
    total = np.array([amount for amount, _ in orders])
    group = np.repeat(np.arange(len(orders)), [len(lines) for _, lines in orders])
    weight = np.array([value for _, lines in orders for value in lines])
    shares = allocate(total, group, weight)
    for index, (amount, lines) in enumerate(orders):
        expected = one_by_one(amount, lines) if sum(lines) else (0,) * len(lines)
        assert tuple(shares[group == index].tolist()) == tuple(expected)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(1, 4), min_size=1, max_size=6))
def test_partial_refunds_end_at_the_whole(total, pieces):
    whole = sum(pieces)
    before, back = 0, 0
    for taken in pieces:
        share = part(np.array([total]), np.array([whole]), np.array([before]), np.array([taken]))
        assert share[0] >= 0
        before, back = before + taken, back + int(share[0])
    assert back == total
