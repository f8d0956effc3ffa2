"""Who wants to order on a day, when, and what they would put into the basket if nothing were ever sold out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linshu.twin import market as markets
from linshu.twin.clock import DAY
from linshu.twin.goods import TASTES
from linshu.twin.market import SPECIALS, Market
from linshu.twin.people import FARMER, PROMO_POWER, Members
from linshu.twin.rows import NONE, Ints
from linshu.twin.seasons import Day
from linshu.twin.selling import Wish
from linshu.twin.today import Today

Floats = NDArray[np.float64]
HONEYMOON_DAYS, HONEYMOON = 21, 1.5  # newcomers try things
EXTRA_LINES = 1.28  # mean number of lines beyond the first
SECOND_ORDER = 0.06  # chance to order once more on the same day
SOONEST = 90  # seconds from joining to a first order
NEW_PRICE_TAKERS = 0.62  # first orders that use a new-member price


def chances(members: Members, day: Day, now: int, group_pull: Floats, lift: Floats) -> Floats:
    """How likely each member orders today: own habit, newness, mood of the day, pull of the group, campaigns."""
    n = members.count
    kind = members.kind[:n]
    age = (now - members.registered[:n]) / DAY
    fresh = 1.0 + (HONEYMOON - 1.0) * np.clip(1.0 - age / HONEYMOON_DAYS, 0.0, 1.0)
    mood = day.factor / day.promo_factor * day.promo_factor ** PROMO_POWER[kind]
    disappointed = 1.0 / (1.0 + 2.0 * members.shock[:n])
    chance = members.rate[:n] * fresh * mood * group_pull[members.group[:n]] * disappointed * lift
    chance[~members.alive | (age <= -1)] = 0.0
    return np.minimum(chance, 0.95)


def wish(today: Today, market: Market, buyers: Ints) -> Wish:
    """Baskets of the day's buyers; some order twice, those in two groups sometimes order in the second."""
    clock, day, members, rng = today.world.clock, today.day.number, today.state.members, today.rng(8)
    group_city = today.world.places.group_city
    end = clock.start(day + 1) - 1
    buyers = buyers[members.registered[buyers] + SOONEST < end]
    buyers = np.concatenate(
        [buyers, buyers[(rng.random(len(buyers)) < SECOND_ORDER) & (members.kind[buyers] != FARMER)]]
    )
    time = clock.ordering_times(rng, day, len(buyers))
    soonest = members.registered[buyers] + SOONEST
    hurried = (time < soonest) | (members.kind[buyers] == FARMER)
    time = np.where(hurried, np.minimum(soonest + rng.integers(0, 1200, len(buyers)), end), time)
    order = np.argsort(time, kind="stable")
    buyers, time = buyers[order], time[order]
    second = members.second[buyers]
    elsewhere = (second != NONE) & (rng.random(len(buyers)) < 0.3)
    elsewhere &= (today.state.leader[second] != NONE) & (today.world.places.group_opened[second] <= day)
    group = np.where(elsewhere, second, members.group[buyers])
    return Wish(buyers, group, time, *_baskets(rng, market, members, buyers, group_city[group]))


def _baskets(
    rng: np.random.Generator, market: Market, members: Members, buyers: Ints, city: Ints
) -> tuple[Ints, Ints, Ints]:
    """Lines of all baskets: how many, which listing, how many pieces; equal listings of an order become one line."""
    kind = members.kind[buyers]
    extra = rng.poisson(EXTRA_LINES * rng.gamma(2.2, 1 / 2.2, len(buyers)))
    line_order = np.repeat(np.arange(len(buyers)), 1 + extra)
    row = city[line_order] * TASTES + members.taste[buyers][line_order]
    column = markets.draw(markets.cumulative(market.weight), market.width, row, rng)
    qty = 1 + (rng.random(len(column)) < 0.11) + (rng.random(len(column)) < 0.03)
    first = np.concatenate([[True], line_order[1:] != line_order[:-1]]) if len(line_order) else np.zeros(0, dtype=bool)
    debut = np.zeros(len(buyers), dtype=bool)
    debut[np.unique(buyers, return_index=True)[1]] = True
    newcomer = debut & (members.orders[buyers] == 0) & ((rng.random(len(buyers)) < NEW_PRICE_TAKERS) | (kind == FARMER))
    special = first & newcomer[line_order]
    column = np.where(special, market.width - 1 - rng.integers(0, SPECIALS, len(column)), column)
    farmed = (kind == FARMER)[line_order]
    keep = special | ~farmed
    line_order, column, qty = line_order[keep], column[keep], np.where(special, 1, qty)[keep]
    key = line_order * market.width + column
    distinct, inverse = np.unique(key, return_inverse=True)
    total = np.bincount(inverse, weights=qty).astype(np.int64)
    line_order, column = distinct // market.width, distinct % market.width
    limit = market.limit[city[line_order], column] if len(column) else total
    return line_order, column, np.where(limit > 0, np.minimum(total, limit), total)
