"""The benchmark of ordering: who knows every day earns as much as any order could, and the report says what it lacks."""

from __future__ import annotations

from itertools import product

import numpy as np
from benchmarks.fresh.economics import clairvoyant, setting
from benchmarks.report import Options
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import replenish
from linshu.domains.supply.replenish.replay import Setting, profit, replay

DAYS = 4


@settings(max_examples=25)
@given(st.integers(0, 5000), st.integers(1, 3), st.integers(1, 3))
def test_the_clairvoyant_earns_the_most_of_all_orders(seed: int, life: int, pack: int) -> None:
    chance = np.random.default_rng(seed)
    demand = chance.integers(0, 5, (1, DAYS)).astype(np.float32)
    price = chance.uniform(200, 900, 1).astype(np.float32)
    goods = Setting(price, (price * 0.72).astype(np.float32), np.array([life]), np.array([pack]), lead=0)
    # an order of the evening before each day; before the first day too, so that nothing is missing for want of time
    shifted = np.concatenate([np.zeros((1, 1), np.float32), demand], axis=1)
    orders = pack * np.pad(np.array(list(product(range(5), repeat=DAYS))), ((0, 0), (0, 1)))
    alike = goods.some(np.zeros(len(orders), np.int64))  # the same good so often, each time under other orders
    lived = replay(alike, np.repeat(shifted, len(orders), axis=0), lambda evening: orders[:, evening.day])
    best = float(profit(alike, lived).max())
    assert clairvoyant(goods, demand)[0] >= best - 0.5
    assert clairvoyant(goods, demand)[0] <= best + pack * 4 * float(goods.price[0]) * goods.holding + 0.5


def test_costs_are_drawn_once_for_each_product_and_life_once_for_each_family() -> None:
    productes, family = np.array([0, 1, 0, 2]), np.array([0, 1, 0, 1])
    drawn = setting(productes, family, 1)
    assert drawn.price[0] == drawn.price[2]
    assert drawn.life[1] == drawn.life[3]
    assert (drawn.cost < drawn.price).all()


def test_without_data_it_says_what_to_give() -> None:
    report = replenish.measure(Options())
    assert report.rows == ()
    assert "--data" in report.detail["skipped"]
