"""What the model looks at: the same seen among few as among all, and a good's answer to its price taken from all its places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.supply.forecast.made_up import history

from linshu.domains.supply.forecast.features import Lookout, Past
from linshu.domains.supply.forecast.recover import recovered

PANEL, _ = history(series=60, days=40)
DEMAND = recovered(PANEL)
PAST = Past.of(PANEL, DEMAND)


@settings(max_examples=15, deadline=None)
@given(st.sets(st.integers(0, 59), min_size=1), st.integers(8, 38))
def test_a_series_looks_the_same_among_few_as_among_all(few: set[int], evening: int) -> None:
    some = np.array(sorted(few))
    every = Lookout(PANEL, DEMAND, evening, None, PAST).ahead([3]).rows
    assert np.allclose(Lookout(PANEL, DEMAND, evening, some, PAST).ahead([3]).rows, every[some], atol=1e-5)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.4, 0.8), st.floats(1.3, 3.0), st.integers(1, 7))
def test_the_answer_to_a_price_is_what_all_places_sold_at_it(price: float, answer: float, horizon: int) -> None:
    chance = np.random.default_rng(5)
    days, ahead = PANEL.days, PANEL.price.shape[1]
    low = chance.random(ahead) < 0.3
    low[days - 1 + horizon] = True
    offered = np.where(low, price, 1.0).astype(np.float32)
    sold = np.broadcast_to(np.where(low[:days], answer, 1.0) * 10, PANEL.sold.shape).astype(np.float32)
    panel = replace(PANEL, sold=sold, exposure=np.ones_like(sold), price=np.broadcast_to(offered, PANEL.price.shape))
    asked = Lookout(panel, sold, days - 1).ahead([horizon])
    told = asked.rows[:, asked.names.index("product_so_priced")]
    usual = sold[0, -28:].mean()
    assert np.allclose(told, 10 * answer / usual, rtol=0.15)
    assert (told > 1).all()
