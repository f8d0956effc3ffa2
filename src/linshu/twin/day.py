"""One company day, lived through: who joins and leaves, what is listed, ordered, delivered, refunded and said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from linshu.twin import demand, market, order_rows, people, people_rows, seasons, selling, stock, stock_rows
from linshu.twin.emission import Emission
from linshu.twin.leaders import DORMANT, POACHED, REVIVED
from linshu.twin.rows import NONE, Ints
from linshu.twin.seasons import Day
from linshu.twin.world import ASLEEP, NOISY_BUYING, State, World, drive

Floats = NDArray[np.float64]
POACHED_DAYS, POACHED_HAZARD = 14, 0.055  # about half the members follow a poached leader within two weeks


def live_through(world: World, state: State) -> list[Emission]:
    """Everything that comes of the next company day, told or still to come; moves the state on by a day."""
    day = seasons.describe(state.day)
    made = _first_morning(world, state) if state.day == world.config.first_day else []
    made += lead(world, state)
    made += _depart(world, state, day)
    made += stock_rows.morning(world, state, day.number)
    made += _trade(world, state, day)
    stock_rows.order_ahead(world, state, day.number, seasons.describe(day.number + 3).factor)
    state.day += 1
    return made


def _first_morning(world: World, state: State) -> list[Emission]:
    return [*people_rows.joined(world, state, slice(0, state.members.count)), *stock_rows.first_fill(world, state)]


def _depart(world: World, state: State, day: Day) -> list[Emission]:
    """Members who are lost today: by themselves, by disappointment, or following a poached leader."""
    place = world.places
    factor = 1.0 + 0.8 * state.asleep + 1.5 * (state.leader == NONE) + 0.5 * place.group_noisy
    rng = world.config.rng(day.number, 6)
    follows = np.where(state.poached_until >= day.number, POACHED_HAZARD, 0.0)
    _, gone = people.leave(state.members, rng, day.number, (factor, follows))
    return people_rows.left(world, state, gone, day.number)


def lead(world: World, state: State) -> list[Emission]:
    """Changes of leadership that fall on this day."""
    for change in world.leaders.changes:
        if change.day != state.day:
            continue
        if change.kind in {DORMANT, REVIVED}:
            state.asleep[change.group] = change.kind == DORMANT
            continue
        state.leader[change.group] = NONE
        if change.kind == POACHED:
            state.poached_until[change.group] = change.day + POACHED_DAYS
        state.next_leader[change.group], state.next_day[change.group] = change.enters, change.day + change.gap
    arriving = np.flatnonzero((state.next_leader != NONE) & (state.next_day <= state.day))
    state.leader[arriving] = state.next_leader[arriving]
    state.drive[arriving] = drive(np.array(world.leaders.skill)[state.next_leader[arriving]])
    state.asleep[arriving] = False
    state.next_leader[arriving] = NONE
    return people_rows.rebind(world, state, arriving, state.day)


def pull_of_groups(world: World, state: State, day: Day) -> Floats:
    """How strongly each group moves its members to buy today."""
    place = world.places
    weather = [seasons.weather(world.config.seed, city, day.number) for city in place.cities]
    by_city = np.array([city.buying * spell.pull for city, spell in zip(place.cities, weather, strict=True)])
    age = np.clip((day.number - place.group_opened + 5) / 30, 0.0, 1.0)
    open_now = (place.group_opened <= day.number) & (state.leader != NONE)
    pull = state.drive * place.group_appetite * by_city[place.group_city] * (0.5 + 0.5 * age)
    return pull * np.where(state.asleep, ASLEEP, 1.0) * np.where(place.group_noisy, NOISY_BUYING, 1.0) * open_now


def _trade(world: World, state: State, day: Day) -> list[Emission]:
    if day.closed:
        return []
    config, clock, goods, place = world.config, world.clock, world.goods, world.places
    weathers = [seasons.weather(config.seed, city, day.number) for city in place.cities]
    pull = pull_of_groups(world, state, day)
    rng = config.rng(day.number, 2)
    newcomers = _grow(world, state, day, pull)
    listed = market.set_up(config, goods, state.stock, day, weathers)
    factor = np.full(len(state.stock.pace), day.factor)
    bought = stock.prepare(state.stock, goods, rng, listed.listed, factor)
    listed = replace(listed, quota=market.quotas(listed, goods, state.stock, bought, rng, factor))
    lift = np.ones(state.members.count)
    chance = demand.chances(state.members, day, clock.start(day.number + 1), pull, lift)
    buyers = np.flatnonzero(rng.random(len(chance)) < chance)
    wish = demand.wish(clock, goods, listed, state.members, buyers, day.number, place.group_city)
    basket = selling.sell(listed, goods, wish, place.group_city[wish.group], rng)
    trade = order_rows.fates(world, state, basket, day.number)
    amounts = _amounts(world, basket, listed, trade, rng)
    state.members.orders += np.bincount(basket.member, minlength=len(state.members.orders))
    state.members.last_order[basket.member] = day.number
    sold = _by_sku(world, listed, basket, trade)
    supply = stock_rows.night(world, state, day.number, bought, sold)
    stock.learn(state.stock, sold, listed.listed, factor)
    return [
        *newcomers, *supply.rows,
        *order_rows.batches(world, day.number, listed), order_rows.listings(world, day.number, listed, basket.sold_out),
        *order_rows.orders(world, state, basket, amounts, trade),
    ]  # fmt: skip


def _by_sku(world: World, listed: market.Market, basket: selling.Basket, trade: order_rows.Trade) -> Ints:
    """Pieces to be delivered by city and SKU."""
    line = trade.kept[basket.line_order]
    place = trade.city[basket.line_order[line]] * world.goods.count + basket.line_sku[line]
    return np.bincount(place, weights=basket.line_qty[line], minlength=listed.cities * world.goods.count).astype(
        np.int64
    )


def _grow(world: World, state: State, day: Day, pull: Floats) -> list[Emission]:
    rng = world.config.rng(day.number, 4)
    expected = people.plan_arrivals(world.config, day.number, day.factor)
    growth = np.array([city.growth for city in world.places.cities])[world.places.group_city]
    when = np.sort(world.clock.ordering_times(rng, day.number, int(rng.poisson(expected))))
    arrival = people.arrivals(state.members, rng, pull * growth, when, state.leader)
    return people_rows.joined(world, state, people.join(state.members, rng, arrival, world.places.group_city))


def _amounts(
    world: World, basket: selling.Basket, listed: market.Market, trade: order_rows.Trade, rng: np.random.Generator
) -> selling.Amounts:
    city = trade.city[basket.line_order]
    price = listed.price[city, basket.line_column]
    cost = market.prices(world.config, world.goods, seasons.describe(trade.day))[1][basket.line_sku].astype(np.int64)
    none = np.zeros(basket.orders, dtype=np.int64)
    shipping = np.array([0, 300, 600])[trade.mode]
    return selling.price_up(
        basket, price, cost, np.zeros(len(price), dtype=np.int64), selling.Discounts(none, none, none), shipping
    )
