"""One company day, lived through: who joins and leaves, what is listed, ordered, delivered, refunded and said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linshu.twin import (
    aftersale,
    aftersale_rows,
    fulfilment,
    fulfilment_rows,
    losses,
    marketing,
    marketing_rows,
    money_rows,
    order_rows,
    people,
    people_rows,
    price_rows,
    references,
    social,
    stock_rows,
    trading,
)  # fmt: skip
from linshu.twin.emission import Emission
from linshu.twin.leaders import DORMANT, POACHED, REVIVED
from linshu.twin.rows import NONE, Columns, Ints, Numbered, Words, pool
from linshu.twin.today import Sales, Today
from linshu.twin.world import State, World, drive

Floats = NDArray[np.float64]
POACHED_DAYS, POACHED_HAZARD = 14, 0.055  # about half the members follow a poached leader within two weeks
SHOCK_MAX = 2.0


@dataclass(frozen=True)
class Lived:
    """What a day brought: rows with the moments they become known, and the truth behind them."""

    rows: list[Emission]
    truth: list[tuple[str, Columns]]


def live_through(world: World, state: State) -> Lived:
    """Everything that comes of the next company day, told or still to come; moves the state on by a day."""
    today = Today.of(world, state)
    if state.day == world.config.first_day:
        today.rows += stock_rows.first_fill(today) + money_rows.targets(today, first=True)
    today.rows += price_rows.lists(today) + money_rows.month_start(today) + money_rows.targets(today)
    _lead(today)
    quits = _depart(today)
    marketing_rows.morning(today)
    today.rows += stock_rows.morning(today)
    newcomers = trading.grow(today)
    today.rows += people_rows.joined(world, state, newcomers)
    if today.day.closed:
        today.rows += stock_rows.resting_night(today)
        references.rest(today)
    else:
        _trade(today, newcomers)
    stock_rows.order_ahead(today)
    social.chat(today, newcomers, quits)
    social.survey(today)
    state.day += 1
    return Lived(today.rows, today.truth)


def _lead(today: Today) -> None:
    """Changes of leadership that fall on this day."""
    world, state = today.world, today.state
    for change in world.leaders.changes:
        if change.day != state.day:
            continue
        today.note(
            "leadership",
            {"kind": [change.kind], "group": [change.group], "leaves": [change.leaves], "enters": [change.enters]},
        )
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
    today.rows += people_rows.rebind(world, state, arriving, state.day)


def _depart(today: Today) -> Ints:
    """Members who are lost today: by themselves, by disappointment, or following a poached leader; groups they quit."""
    world, state, day = today.world, today.state, today.day.number
    factor = 1.0 + 0.8 * state.asleep + 1.5 * (state.leader == NONE) + 0.5 * world.places.group_noisy
    follows = np.where(state.poached_until >= day, POACHED_HAZARD, 0.0)
    hazard, gone = people.leave(state.members, today.rng(6), day, (factor, follows))
    today.note("churn", {"member": gone, "hazard": hazard[gone], "shock": state.members.shock[gone]})
    if day % 28 == 0:
        alive = np.flatnonzero(hazard > 0)
        today.note("hazard", {"member": alive, "hazard": hazard[alive]})
    rows, groups = people_rows.left(world, state, gone, day)
    today.rows += rows
    return groups


def _trade(today: Today, newcomers: slice) -> None:
    """From the opening of the batch to the last refund of what was ordered in it."""
    state = today.state
    sales, bought = trading.sell(today)
    basket = sales.basket
    supply = stock_rows.night(today, bought, trading.by_sku(today, sales))
    delivery = fulfilment.deliver(today, sales, supply)
    after = aftersale.follow(today, sales, delivery, supply)
    shares = social.share(today, sales)
    order_rows.orders(today, sales, delivery, _origin(today, sales, shares))
    fulfilment_rows.rows(today, sales, delivery)
    refunds = aftersale_rows.rows(today, sales, delivery, after)
    losses.written_off(today, sales, delivery, after)
    money_rows.bills(today, sales, refunds)
    money_rows.costs(today, sales)
    money_rows.learn_pace(today, sales)
    social.visits(today, sales, shares, newcomers)
    np.add.at(state.members.shock, basket.member, after.shock)
    np.minimum(state.members.shock, SHOCK_MAX, out=state.members.shock)
    state.members.orders += np.bincount(basket.member, minlength=len(state.members.orders))
    state.members.last_order[basket.member] = today.day.number


def _origin(today: Today, sales: Sales, shares: social.Shares) -> Columns:
    """What led to each order: the campaign whose coupon it used, the experiment it fell under, the share it came by."""
    basket, day = sales.basket, today.day.number
    units = {"member": basket.member, "community": basket.group}
    arm = marketing.active_arm(today.world.config, today.world.calendar, day, units)
    share = np.where(
        shares.of_order == NONE, NONE, shares.number[np.maximum(shares.of_order, 0)] if len(shares.number) else NONE
    )
    return {
        "campaign_id": Numbered("CP", sales.trade.coupon), "share_id": Numbered("SH", share),
        "experiment_arm": None if arm is None else Words(pool([f"{arm[0]}:control", f"{arm[0]}:treatment"]), arm[1].astype(np.int64)),
    }  # fmt: skip
