"""From the opening of the day's batch to its cut-off: who joins, who comes to buy, what is sold for how much."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from linshu.twin import demand, fraud, market, marketing, order_rows, people, references, selling, stock
from linshu.twin.market import Market
from linshu.twin.rows import NEVER, NONE, Ints
from linshu.twin.selling import Amounts, Basket, Discounts
from linshu.twin.today import Sales, Today, Trade
from linshu.twin.world import ASLEEP, NOISY_BUYING

Floats = NDArray[np.float64]
USES_COUPON = 0.8
BASKET_STEPS = np.array([2900, 3900, 5900])
BASKET_CUTS = np.array([0, 200, 400, 800])  # promotion days: off by basket value
FRIDAY, FRIDAY_CUTS, NO_CUTS = 4, np.array([0, 100, 200, 300]), np.zeros(4, dtype=np.int64)
SUPPLIER_PART = 0.08  # of the price of deals on promotion days
LEADER_TREAT, LEADER_TREAT_FEN = 0.008, 100
REFERRAL_PULL = 1.4  # how many more join while newcomers are rewarded
SHIPPING = np.array([0, 300, 600])


def pull_of_groups(today: Today) -> Floats:
    """How strongly each group moves its members to buy today."""
    place, state, day = today.world.places, today.state, today.day.number
    by_city = np.array([city.buying * spell.pull for city, spell in zip(place.cities, today.weathers, strict=True)])
    age = np.clip((day - place.group_opened + 5) / 30, 0.0, 1.0)
    open_now = (place.group_opened <= day) & (state.leader != NONE)
    pull = state.drive * place.group_appetite * by_city[place.group_city] * (0.5 + 0.5 * age) * open_now
    return np.asarray(pull * np.where(state.asleep, ASLEEP, 1.0) * np.where(place.group_noisy, NOISY_BUYING, 1.0))


def grow(today: Today) -> slice:
    """Those who join today, brought by leaders, members, adverts; and the invented ones."""
    world, state, rng = today.world, today.state, today.rng(4)
    if today.day.closed:
        return slice(state.members.count, state.members.count)
    expected = people.plan_arrivals(world.config, today.day.number, today.day.factor)
    for campaign in world.calendar.running(today.day.number):
        if campaign.kind == "advert":
            spend = marketing.advert_spend(world.config, campaign, today.day.number)
            pull = marketing.advert_pull(world.config, spend)
            today.note("advert", {"spend_1": [spend[0]], "spend_2": [spend[1]], "extra_members": [expected * pull]})
            expected *= 1.0 + pull
        elif campaign.kind == "referral":
            expected *= REFERRAL_PULL
    growth = np.array([city.growth for city in world.places.cities])[world.places.group_city]
    when = np.sort(world.clock.ordering_times(rng, today.day.number, int(rng.poisson(expected))))
    arrival = people.arrivals(state.members, rng, pull_of_groups(today) * growth, when, state.leader)
    new = people.join(state.members, rng, arrival, world.places.group_city)
    invented = fraud.farm(today)
    return slice(new.start, invented.stop)


def sell(today: Today) -> tuple[Sales, Ints]:
    """The day's sales, and what was bought ahead for them (city x SKU)."""
    world, state, rng, day = today.world, today.state, today.rng(2), today.day
    goods, place = world.goods, world.places
    listed = market.set_up(world.config, goods, day, today.weathers)
    factor = np.full(len(state.stock.pace), day.factor)
    bought = stock.prepare(state.stock, goods, rng, listed.listed, factor)
    quota = market.quotas(listed, goods, state.stock, bought, rng, factor)
    listed = replace(listed, quota=quota, struck=references.strike(today, listed))
    wish = demand.wish(today, listed, buyers(today))
    basket = selling.sell(listed, wish, place.group_city[wish.group], rng)
    trade = order_rows.fates(today, basket)
    references.remember(today, listed, basket, trade)
    trade, discounts = _discounts(today, basket, listed, trade)
    amounts = _amounts(today, basket, listed, trade, discounts)
    sales = Sales(listed, basket, amounts, trade)
    today.rows += [
        *order_rows.batches(world, day.number, listed),
        order_rows.listings(world, day.number, listed, basket.sold_out),
    ]
    stock.learn(state.stock, by_sku(today, sales), listed.listed, factor)
    _note_demand(today, sales)
    return sales, bought


def buyers(today: Today) -> Ints:
    """Who comes to buy today; notes what campaigns and experiments truly added."""
    world, state, day = today.world, today.state, today.day
    lift = marketing.lifts(world.config, world.calendar, state.members, day.number)
    chance = demand.chances(state.members, day, world.clock.start(day.number + 1), pull_of_groups(today), lift)
    luck = today.rng(3).random(len(chance))
    _note_effects(today, chance, luck)
    return np.sort(np.concatenate([np.flatnonzero(luck < chance), fraud.self_buyers(today), fraud.farmed_today(today)]))


def _note_effects(today: Today, chance: Floats, luck: Floats) -> None:
    """For each coupon campaign: buyers among the treated, and how many would have come without it."""
    members = today.state.members
    offer = members.offer[: members.count]
    for campaign in today.world.calendar.campaigns:
        if campaign.face and campaign.start <= today.day.number <= campaign.end + marketing.AFTER_DAYS:
            shown, held = offer == campaign.index * 2 + 1, offer == campaign.index * 2
            own = campaign.lift if today.day.number <= campaign.end else marketing.AFTER
            today.note("campaign_effect", {
                "campaign": [campaign.index], "lift": [own], "treated": [int(shown.sum())], "held_out": [int(held.sum())],
                "buyers": [int((luck < chance)[shown].sum())], "buyers_without": [int((luck < chance / own)[shown].sum())],
                "buyers_held_out": [int((luck < chance)[held].sum())],
            })  # fmt: skip


def _discounts(today: Today, basket: Basket, listed: Market, trade: Trade) -> tuple[Trade, Discounts]:
    """Coupons, the basket promotion and the leaders' own treats; a coupon is used once."""
    rng, members = today.rng(7), today.state.members
    price = listed.price[trade.city[basket.line_order], basket.line_column] * basket.line_qty
    goods = np.bincount(basket.line_order, weights=price, minlength=basket.orders).astype(np.int64)
    campaigns = today.world.calendar.campaigns
    face, threshold = np.array([c.face for c in campaigns]), np.array([c.threshold for c in campaigns])
    ends = np.array([c.end for c in campaigns])
    offer = members.offer[basket.member]
    held = (offer >= 0) & (offer % 2 == 1) & (members.offer_used[basket.member] == 0)
    campaign = np.maximum(offer // 2, 0)
    first = np.zeros(basket.orders, dtype=bool)
    first[np.unique(basket.member, return_index=True)[1]] = True
    uses = (
        held & first & (goods >= threshold[campaign]) & (ends[campaign] >= today.day.number) & (trade.paid_at != NEVER)
    )
    uses &= rng.random(basket.orders) < USES_COUPON
    members.offer_used[basket.member[uses]] = 1
    cuts = BASKET_CUTS if today.day.promo_factor >= 1.3 else FRIDAY_CUTS if today.day.weekday == FRIDAY else NO_CUTS
    off = cuts[np.searchsorted(BASKET_STEPS, goods, side="right")]
    treat = np.where((rng.random(basket.orders) < LEADER_TREAT) & (goods > 1000), LEADER_TREAT_FEN, 0)
    used = replace(trade, coupon=np.where(uses, campaign, NONE))
    return used, Discounts(np.where(uses, face[campaign], 0), off, treat)


def _amounts(today: Today, basket: Basket, listed: Market, trade: Trade, discounts: Discounts) -> Amounts:
    city = trade.city[basket.line_order]
    price = listed.price[city, basket.line_column]
    cost = market.prices(today.world.config, today.world.goods, today.day)[1][basket.line_sku].astype(np.int64)
    deal = listed.deal[city, basket.line_column] & (today.day.promotion != "")
    supplier = np.where(deal, (price * SUPPLIER_PART).astype(np.int64), 0)
    return selling.price_up(basket, (price, cost, supplier), discounts, SHIPPING[trade.mode])


def by_sku(today: Today, sales: Sales) -> Ints:
    """Pieces to be delivered, by city and SKU."""
    basket, trade, count = sales.basket, sales.trade, today.world.goods.count
    line = trade.kept[basket.line_order]
    place = trade.city[basket.line_order[line]] * count + basket.line_sku[line]
    return np.bincount(place, weights=basket.line_qty[line], minlength=len(today.state.stock.pace)).astype(np.int64)


def _note_demand(today: Today, sales: Sales) -> None:
    listed, basket = sales.market, sales.basket
    city = np.repeat(np.arange(listed.cities), listed.width)
    today.note("demand", {
        "city": city, "sku": listed.sku.ravel(), "wanted": basket.wanted.ravel(), "sold": basket.sold.ravel(),
        "sold_out_at": np.where(basket.sold_out == NEVER, NONE, basket.sold_out).ravel(),
    })  # fmt: skip
