"""Quotas of pre-sales: worth the most of all that could be set, never below what is sold, and right at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from linshu.domains.supply.quota.decide import Listing, Rules, Source, Stand

MANY = st.integers(0, 30)
RULES = st.builds(Rules, st.floats(0.02, 0.5), st.floats(0, 2), st.floats(0.5, 4), st.integers(0, 400))
KEPT = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 40)), max_size=4).map(tuple)
SOURCES = st.builds(
    lambda asked, part, width, stock, comes: Source("W1", "武汉仓", asked, part, width, *stock, *comes),
    st.floats(0, 25), st.floats(0.2, 1), st.floats(0.01, 0.6), st.tuples(MANY, MANY, MANY),
    st.tuples(st.booleans(), st.none() | MANY, st.booleans(), KEPT),
)  # fmt: skip
LISTINGS = st.builds(
    lambda sold, quota, price, cost, source: Listing(
        "L1", "B1", "S1", "鸡蛋", "武汉", "V1", "老张", sold, quota, price, cost, "2026-11-28 23:00", (source,)
    ),
    MANY, st.none() | st.integers(0, 60), st.integers(100, 3000), st.floats(50, 3000), SOURCES,
)  # fmt: skip


def source(**given: object) -> Source:
    usual = {"on_hand": 0, "coming": 0, "owed": 4, "takes": True, "most": None}
    return Source(
        **({"warehouse_id": "W1", "warehouse": "武汉仓", "asked": 10.0, "part": 1.0, "width": 0.2} | usual | given)
    )


def listing(quota: int | None, *sources: Source, **given: object) -> Listing:
    usual = {"price": 1000, "cost": 700.0, "sold": 4, "sources": sources or (source(),)}
    told = {
        "listing_id": "L1",
        "batch_id": "B1",
        "sku_id": "S1",
        "sku": "鸡蛋",
        "where": "武汉",
        "ends": "2026-11-28 23:00",
    }
    return Listing(**(told | {"supplier_id": "V1", "supplier": "老张", "quota": quota} | usual | given))


def with_quota(one: Listing, quota: int | None) -> Listing:
    return replace(one, quota=quota)


def by_hand(one: Listing, rules: Rules) -> list[float]:
    """What each quota from what is sold on is worth, piece by piece and delivery by delivery."""
    (place,) = one.sources
    size, found, worth = 1 / place.width, [0.0], 0.0
    for piece in range(1, 400):
        asked_for = float(nbinom.sf(piece - 1, size, size / (size + place.asked)))
        need = -int(-(piece / place.part - 1e-9) // 1) + place.owed - place.on_hand
        limit = place.coming
        if place.takes:
            limit = max(limit, rules.headroom * place.most) if place.short and place.most is not None else 10**9
        deliveries = place.kept or ((1.0, 1),)
        kept = sum(many for share, many in deliveries if need <= 0 or share * limit >= need - 1e-9)
        chance = kept / sum(many for _, many in deliveries)
        worth += asked_for * (chance * one.earns - (1 - chance) * rules.unkept * one.price)
        found.append(worth)
    return found


@given(LISTINGS, RULES)
def test_no_quota_would_be_worth_more(one: Listing, rules: Rules) -> None:
    if one.asked < 1e-3:
        return
    stand, tried = Stand(one, rules), by_hand(one, replace(rules))
    best = max(tried)
    safe = stand.worth(None if stand.safe is None else one.sold + stand.safe)
    assert np.isclose(safe, best, rtol=0.01, atol=1.0)  # what is asked for once in ten thousand days is not looked at
    room = stand.room
    assert np.isclose(stand.worth(one.quota), tried[-1] if room is None else tried[min(room, 399)], rtol=0.01, atol=1.0)


@given(LISTINGS, RULES)
def test_a_change_pays_keeps_what_is_sold_and_is_made_once(one: Listing, rules: Rules) -> None:
    stand = Stand(one, rules)
    if not stand.move:
        assert stand.quota == one.quota
        return
    assert stand.quota is not None
    assert stand.quota >= one.sold
    assert stand.gain(stand.quota) >= max(rules.least, 1)
    if stand.move == "raise":
        assert stand.out(one.quota) > rules.early
    else:
        assert stand.breaks(stand.quota) < stand.breaks(one.quota)
    after = Stand(with_quota(one, stand.quota), rules)
    assert after.move == ""
    assert Stand(replace(one, raised=True), rules).move == ""


@given(LISTINGS, RULES, st.floats(0, 10), MANY)
def test_more_demand_and_more_goods_let_more_be_sold(one: Listing, rules: Rules, more: float, pieces: int) -> None:
    (place,) = one.sources
    wanted = replace(one, sources=(replace(place, asked=place.asked + more),))
    assert Stand(wanted, rules).bound >= Stand(one, rules).bound
    for name in ("on_hand", "coming"):
        stocked = replace(one, sources=(replace(place, **{name: getattr(place, name) + pieces}),))
        assert Stand(stocked, rules).bound >= Stand(one, rules).bound
        assert _least(Stand(stocked, rules).safe) >= _least(Stand(one, rules).safe)


@given(LISTINGS, RULES, st.floats(0, 5))
def test_dear_promises_make_cautious(one: Listing, rules: Rules, dearer: float) -> None:
    cautious = replace(rules, unkept=rules.unkept + dearer)
    assert _least(Stand(one, cautious).safe) <= _least(Stand(one, rules).safe)


def _least(safe: int | None) -> float:
    return float("inf") if safe is None else safe


def test_a_quota_that_binds_is_raised_to_what_is_enough() -> None:
    stand = Stand(listing(8), Rules())
    assert (stand.move, stand.quota) == ("raise", 4 + stand.enough)
    assert stand.out(stand.quota) <= 0.1 < stand.out(8)
    assert Stand(listing(8, price=700), Rules()).move == ""  # nothing is earned by it
    assert Stand(listing(40), Rules()).move == Stand(listing(None), Rules()).move == ""


def test_it_is_raised_no_further_than_the_supplier_has_shown() -> None:
    stand = Stand(listing(6, source(most=6)), Rules())
    assert (stand.move, stand.quota) == ("raise", 12)
    assert Stand(listing(6, source(most=6)), Rules(headroom=0)).quota == 4 + stand.enough
    assert Stand(listing(40, source(most=6)), Rules()).move == ""  # that nobody asked it for more says nothing


def test_what_nobody_can_bring_is_not_sold() -> None:
    late = Stand(listing(40, source(takes=False, coming=9)), Rules())
    assert (late.move, late.quota) == ("lower", 4 + 9 - 4)
    assert Stand(listing(None, source(takes=False, coming=9)), Rules()).quota == 9
    poor = Stand(listing(40, source(most=5, short=True)), Rules())
    assert (poor.move, poor.quota) == ("lower", 4 + 10 - 4)
    often_late = Stand(listing(40, source(takes=False, coming=20, kept=((0.0, 6), (1.0, 4)))), Rules())
    assert (often_late.move, often_late.quota) == ("lower", 4)  # four in ten come: not worth a promise
    assert Stand(listing(40, source(takes=False, on_hand=9)), Rules()).quota == 9


def test_listings_of_one_good_share_what_there_is() -> None:
    alone = Stand(listing(None, source(takes=False, coming=20, asked=30.0)), Rules())
    half = Stand(listing(None, source(takes=False, coming=20, asked=15.0, part=0.5)), Rules())
    assert alone.safe == 16
    assert half.safe == 8


def test_of_several_warehouses_each_brings_its_part() -> None:
    here, there = source(asked=15.0, takes=False, coming=104), source(asked=5.0, takes=False, on_hand=4)
    stand = Stand(listing(None, here, there), Rules())
    assert stand.kept[30] == 0.75  # a quarter of what is sold belongs to the warehouse that has nothing
