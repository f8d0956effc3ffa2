"""Boxes of many days' sales, lived day by day with demand that is known to the full: when to buy them, and when not."""

from __future__ import annotations

import numpy as np
import pytest

from linshu.domains.supply.replenish.decide import Goods, Reach, Rules, packs, reach
from linshu.domains.supply.replenish.replay import Evening, Setting, profit, replay, score
from linshu.domains.supply.replenish.scenarios import draw

MANY, DAYS, FEET, WIDTH = 300, 28, 7, 0.2
LIVES, BOXES = (2, 3, 5, 7), (1, 5, 10, 20)


@pytest.fixture(scope="module")
def company() -> tuple[Setting, np.ndarray, np.ndarray]:
    """Goods of every kind of box and life, the mean of each, and the days that come."""
    chance = np.random.default_rng(5)
    mean = np.exp(chance.uniform(np.log(0.3), np.log(8), MANY)).astype(np.float32)
    price = chance.uniform(300, 1500, MANY).astype(np.float32)
    setting = Setting(price, price * np.float32(0.72), chance.choice(LIVES, MANY), chance.choice(BOXES, MANY), 1)
    rate = chance.gamma(1 / WIDTH, WIDTH, (MANY, DAYS)) * mean[:, None]
    return setting, mean, chance.poisson(rate).astype(np.float32)


def earned(company: tuple[Setting, np.ndarray, np.ndarray], *, only_next: bool = False) -> tuple[np.ndarray, float]:
    """Fen of each good, and the share of demand met; `only_next` charges all that ever spoils against the next delivery."""
    setting, mean, demand = company
    rules = Rules()

    def order(evening: Evening) -> np.ndarray:
        ways = draw(np.repeat(mean[:, None], 10, axis=1), np.full(MANY, WIDTH, np.float32), evening.day, together=0)
        lead = np.full(MANY, 1)
        goods = Goods(evening.shelf, evening.coming, lead, setting.life, setting.pack, setting.price, setting.cost)
        met = reach(goods, ways[:, :32], rules)
        if only_next:
            met = Reach(met.soon, met.ever, np.full_like(met.ever, 1e6), met.missing, met.old_waste)
        return packs(goods, met, rules) * setting.pack

    lived = replay(setting, demand, order).since(FEET)
    return profit(setting, lived), score(setting, lived).fill


def test_it_earns_more_than_looking_at_the_next_delivery_alone(company: tuple[Setting, np.ndarray, np.ndarray]) -> None:
    ours, fill = earned(company)
    other, worse = earned(company, only_next=True)
    assert ours.sum() > 1.03 * other.sum()
    assert fill > worse + 0.02
    large = company[0].pack >= 5
    assert ours[large].sum() > 1.05 * other[large].sum()
    assert ours[~large].sum() > 0.99 * other[~large].sum()
