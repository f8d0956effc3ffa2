"""Shoppers who take the freshest: worth what living the days says, never better than selling the oldest first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.supply.replenish.made_up import case
from tests.domains.supply.replenish.test_decide import made_up

from linshu.domains.supply.replenish.advise import House, advise_supplier
from linshu.domains.supply.replenish.decide import GRID, Goods, Rules, packs, reach, worth
from linshu.domains.supply.replenish.flow import KIND
from linshu.domains.supply.replenish.taking import share_of, shares
from linshu.kernel.errors import Invalid

SHARES = st.sampled_from([0.3, 0.7, 1.0])


def spoiling(seed: int) -> tuple[Goods, np.ndarray]:
    """Goods that spoil within the days looked at, and nothing on its way that comes after the order."""
    goods, demand = made_up(seed)
    shelf = np.where(np.arange(7) < 3, goods.shelf, 0).astype(np.float32)
    return replace(goods, shelf=shelf, coming=np.zeros_like(goods.coming), life=np.minimum(goods.life, 3)), demand


def lived(goods: Goods, row: int, demand: np.ndarray, pieces: float, share: float, rules: Rules) -> tuple[float, float]:
    """Slot by slot: what one way leaves missing until the next order, and throws away."""
    lead, shelf, missing, wasted = int(goods.lead[row]), goods.shelf[row].astype(float), 0.0, 0.0
    for day, wanted in enumerate(demand):
        if day == lead:
            shelf[int(goods.life[row]) - 1] += pieces
        there = shelf.sum()
        for asked, slots in ((wanted * share, range(6, -1, -1)), (wanted * (1 - share), range(7))):
            left = asked
            for slot in slots:
                taken = min(shelf[slot], left)
                shelf[slot] -= taken
                left -= taken
        missing += max(wanted - there, 0) if lead <= day < lead + rules.review_days else 0
        wasted += shelf[0]
        shelf = np.append(shelf[1:], 0.0)
    return missing, wasted


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 400), SHARES, st.integers(1, 2))
def test_a_delivery_sells_and_spoils_as_living_the_days_says(seed: int, share: float, review: int) -> None:
    goods, demand = spoiling(seed)
    goods, rules = replace(goods, freshest=np.full(4, share, np.float32)), Rules(review_days=review)
    met = reach(goods, demand, rules)
    assert met.mix is not None
    for size in (1, GRID):
        pieces = met.mix.step * size
        sold, wasted = met.sold(pieces), met.wasted(goods, pieces)
        for row in range(4):
            ways = [[lived(goods, row, way, many, share, rules) for many in (0.0, pieces[row])] for way in demand[row]]
            (before, spoilt), (after, more) = np.mean(ways, axis=0)
            assert sold[row] == pytest.approx(before - after, abs=0.01)
            assert wasted[row] == pytest.approx(more - spoilt, abs=0.01)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 400), SHARES)
def test_it_is_never_worth_more_than_selling_the_oldest_first(seed: int, share: float) -> None:
    goods, demand = spoiling(seed)
    oldest = reach(goods, demand, Rules())
    goods = replace(goods, freshest=np.full(4, share, np.float32))
    mixed = reach(goods, demand, Rules())
    assert (mixed.old_waste >= oldest.old_waste - 1e-4).all()
    boxes = packs(goods, mixed, Rules())
    value = worth(goods, mixed, Rules(), boxes * goods.pack)
    for tried in range(8):
        assert (worth(goods, mixed, Rules(), np.full(4, tried) * goods.pack) <= value + 1e-6).all()


def test_the_policy_says_where_shoppers_take_the_freshest() -> None:
    assert shares("蔬菜 0.6；长沙仓=0.3\n") == (("蔬菜", 0.6), ("长沙仓", 0.3))
    assert share_of(0.1, "蔬菜 0.6", ("W1", "武汉仓", "蔬菜")) == 0.6
    assert share_of(0.1, "蔬菜 0.6", ("W1", "武汉仓", "水果")) == 0.1
    for wrong in ("蔬菜", "蔬菜 1.2", "蔬菜 0.6.1"):
        with pytest.raises(Invalid, match="蔬菜"):
            shares(wrong)
    assert KIND.check is not None
    KIND.check(KIND.policy.own)
    for name, wrong in (("freshest", 1.5), ("floor_a", 1.01), ("review_days", 0), ("budget", -1), ("service", 9.0)):
        with pytest.raises(Invalid, match=KIND.words[name].zh.split("（")[0]):
            KIND.check({**KIND.policy.own, name: wrong})


def test_where_they_do_less_is_ordered_beside_old_stock() -> None:
    one = case(
        1,
        kinds=("蔬菜",),
        shelf=((1, 12), (2, 12)),
        coming=(),
        life=3,
        lead=(1,),
        mean=(12.0,) * 14,
        price=900.0,
        cost=600.0,
        pack=1,
    )
    usual, same = (advise_supplier([one], House(freshest_of=text), 0)[0] for text in ("", "水果 0.9"))
    fresh = advise_supplier([one], House(freshest_of="蔬菜 0.9"), 0)[0]
    assert usual == same
    assert fresh.worth < usual.worth
    assert fresh.wasted_with > usual.wasted_with
