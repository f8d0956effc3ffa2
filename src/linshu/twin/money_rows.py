"""Channel bills with planted errors, cost entries, commission, leaders' tiers and pay as rows."""

from __future__ import annotations

import calendar

import numpy as np

from linshu.twin.aftersale_rows import COMMISSION_PPM
from linshu.twin.channels import CHANNEL_POOL
from linshu.twin.clock import DAY
from linshu.twin.emission import Emission, emission
from linshu.twin.fulfilment_rows import TRUNK_COST, VAN_COST
from linshu.twin.numbers import stamp
from linshu.twin.opening import tier_columns
from linshu.twin.rows import NEVER, NONE, Columns, Ints, Numbered, Words, pool
from linshu.twin.seasons import as_date, describe
from linshu.twin.today import Sales, Today

FEE_PPM = 6_000
ERRORS = ("missing", "duplicate", "amount", "fee", "unknown")
MISSING, DUPLICATE, AMOUNT, FEE, UNKNOWN = range(len(ERRORS))
ERROR_RATE = 0.0012  # of bill lines, all kinds together
RATES = (("on_time_rate", 975_000), ("refund_rate", 30_000), ("sell_through_rate", 950_000))  # the year's goals, ppm
TIER_SHARES = np.array([0.5, 0.8, 0.95])
TIER_BONUS = np.array([1.0, 1.05, 1.12, 1.2])


def bills(today: Today, sales: Sales, refunds: list[tuple[Ints, Ints, Ints]]) -> None:
    """The channels' bills of the day's payments and refunds, told the next morning, right but for a few planted errors."""
    rng, trade = today.rng(80), sales.trade
    paid = np.flatnonzero((trade.paid_at != NEVER) & (sales.amounts.order_paid > 0))
    order = np.concatenate([paid, *(part[0] for part in refunds)])
    amount = np.concatenate([sales.amounts.order_paid[paid], *(-part[1] for part in refunds)])
    at = np.concatenate([trade.paid_at[paid], *(part[2] for part in refunds)])
    refund = np.arange(len(order)) >= len(paid)
    fee = (amount * FEE_PPM + 500_000) // 1_000_000
    error = np.where(rng.random(len(order)) < ERROR_RATE, rng.integers(0, len(ERRORS), len(order)), NONE)
    wrong = rng.choice([-100, -10, -1, 1, 10, 100], len(order))
    amount = np.where((error == AMOUNT) & (np.abs(amount) > 200), amount + wrong, amount)
    fee = np.where(error == FEE, fee + np.abs(wrong) // 10 + 1, fee)
    line = np.concatenate([np.flatnonzero(error != MISSING), np.flatnonzero(error == DUPLICATE)])
    serial = np.arange(len(order)) + stamp(today.day.number) * 10_000_000
    twin = np.arange(len(line)) >= int((error != MISSING).sum())
    unknown = error[line] == UNKNOWN
    ours = np.where(unknown, NONE, trade.number[order[line]])
    natural = (at[line] + 8 * 3600) // DAY
    row: Columns = {
        "channel_id": Words(CHANNEL_POOL, trade.pay_channel[order[line]]), "bill_date": natural,
        "channel_line_id": Numbered("BL", serial[line] * 10 + twin), "kind": Words(pool(["trade", "refund"]), refund[line].astype(np.int64)),
        "channel_trade_id": Numbered("42000026", np.where(unknown, serial[line] + 9 * 10**12, trade.number[order[line]])),
        "our_trade_id": Numbered("O", ours), "amount_fen": amount[line], "fee_fen": fee[line], "traded_at": at[line],
        "traded_date": today.world.clock.day_of(at[line]), "shop_id": Words(today.world.pools.shop, trade.city[order[line]]),
    }  # fmt: skip
    today.rows.append(emission("channel_bill_line", row, (natural + 1) * DAY + 2 * 3600))
    planted = np.flatnonzero(error != NONE)
    today.note(
        "bill_error",
        {
            "kind": [ERRORS[e] for e in error[planted].tolist()],
            "line": serial[planted],
            "order": trade.number[order[planted]],
        },
    )


def costs(today: Today, sales: Sales) -> None:
    """What the day's orders cost to haul, sort, pack and sell; booked on the day of delivery."""
    world, basket, trade = today.world, sales.basket, sales.trade
    places, kept = world.places, sales.trade.kept
    grid_of_order = places.group_grid[basket.group]
    pieces = np.bincount(
        grid_of_order[basket.line_order],
        weights=np.where(kept[basket.line_order], basket.line_qty, 0),
        minlength=places.grids,
    )
    vans = np.bincount(world.routes.grid, minlength=places.grids)
    grids = np.arange(places.grids)
    served = pieces > 0
    central = np.bincount(trade.city, weights=kept, minlength=len(places.cities))
    grid_pools = (
        ("sorting", pieces * 9, "pieces"),
        ("last_mile", served * vans * (VAN_COST + 900), "pieces"),
        ("trunk", served * float(TRUNK_COST), "volume"),
    )
    for code, (name, amount, driver) in enumerate(grid_pools):
        _cost(today, (name, driver, code), amount.astype(np.int64), ("warehouse", Words(world.pools.grid, grids)))
    cities = np.arange(len(places.cities))
    for code, (name, rate, driver) in enumerate((("packaging", 22, "orders"), ("warehouse", 45, "pieces")), start=3):
        _cost(
            today,
            (name, driver, code),
            (central * rate).astype(np.int64),
            ("warehouse", Words(world.pools.central, cities)),
        )
    _commission(today, sales)


def _cost(today: Today, what: tuple[str, str | None, int], amount: Ints, where: tuple[str, Words]) -> None:
    name, driver, code = what
    some = np.flatnonzero(amount != 0)
    day = today.day.number + 1
    today.rows.append(emission("cost_entry", {
        "cost_entry_id": Numbered("CE", (stamp(day) * 10 + code) * 100_000 + some), "pool": name, "amount_fen": amount[some],
        "cost_date": np.full(len(some), day), "driver": driver, "scope_kind": where[0], "scope_id": where[1].take(some),
        "document_id": None, "remark": None,
    }, today.world.clock.at(day, 22.5)))  # fmt: skip


def _commission(today: Today, sales: Sales) -> None:
    """A leader's commission on the goods paid for and not cancelled, better with a higher tier."""
    state, basket, trade = today.state, sales.basket, sales.trade
    goods = np.bincount(basket.line_order, weights=sales.amounts.paid, minlength=basket.orders)
    leader = np.maximum(trade.leader, 0)
    paid = np.bincount(
        leader, weights=np.where(trade.kept & (trade.leader != NONE), goods, 0), minlength=len(state.tier)
    ).astype(np.int64)
    earned = (paid * COMMISSION_PPM // 1_000_000 * TIER_BONUS[state.tier]).astype(np.int64)
    state.takings += paid
    state.earned += earned
    _cost(today, ("commission", None, 6), earned, ("leader", Words(today.world.pools.leader, np.arange(len(earned)))))


def month_start(today: Today) -> list[Emission]:
    """On the first of a month: tiers by last month's takings, pay for last month, fixed costs of the month."""
    date = as_date(today.day.number)
    if date.day != 1:
        return []
    made = [*_tiers(today), *_pay(today), *_fixed(today)]
    today.state.takings[:] = 0
    today.state.earned[:] = 0
    return made


def _tiers(today: Today) -> list[Emission]:
    state, world = today.state, today.world
    working = np.unique(state.leader[state.leader != NONE])
    order = np.argsort(np.argsort(state.takings[working], kind="stable"), kind="stable") / max(len(working) - 1, 1)
    new = np.searchsorted(TIER_SHARES, order, side="right")
    # One step down at most, and nobody falls in the first two months.
    young = np.array(world.leaders.joined)[working] > today.day.number - 60
    new = np.maximum(new, state.tier[working] - np.where(young, 0, 1))
    moved = working[new != state.tier[working]]
    now = world.clock.at(today.day.number, 2.0)
    moved = moved[state.tier_since[moved] < now]
    ended = tier_columns(world, state, moved) | {"valid_to": np.full(len(moved), now)}
    state.tier[moved] = new[np.searchsorted(working, moved)]
    state.tier_since[moved] = now
    begun = tier_columns(world, state, moved) | {"valid_to": None}
    return [emission("leader_tier", ended, now), emission("leader_tier", begun, now)]


def _pay(today: Today) -> list[Emission]:
    """Leaders draw last month's commission; the run is paid on the tenth, a few transfers fail."""
    state, world, rng = today.state, today.world, today.rng(85)
    who = np.flatnonzero(state.earned > 1_000)
    amount = state.earned[who].astype(np.int64)
    tax = np.where(amount > 80_000, (amount - 80_000) * 20 // 100, 0)
    asked = world.clock.at(today.day.number + 2, 10.0) + rng.integers(0, 2 * DAY, len(who))
    paid = np.full(len(who), world.clock.at(today.day.number + 9, 15.0))
    fails = rng.random(len(who)) < 0.01
    month = stamp(today.day.number) // 100
    leader = Words(world.pools.leader, who)
    payout: Columns = {
        "payout_id": Numbered("PO-L", month * 100_000 + who), "run_id": f"RUN-{month}-1", "run_no": np.full(len(who), 1),
        "payee_kind": "leader", "payee_id": leader, "payee_account_id": Words(world.pools.account, who), "amount_fen": amount - tax,
        "tax_fen": tax, "state": Words(pool(["paid", "failed"]), fails.astype(np.int64)), "paid_at": np.where(fails, NONE, paid),
        "paid_date": np.where(fails, NONE, world.clock.day_of(paid)), "channel_payout_id": Numbered("1330", month * 100_000 + who),
    }  # fmt: skip
    drawn: Columns = {
        "withdrawal_id": Numbered("WD", month * 100_000 + who), "payee_kind": "leader", "payee_id": leader,
        "payee_account_id": Words(world.pools.account, who), "amount_fen": amount, "tax_fen": tax, "fee_fen": np.full(len(who), 0),
        "requested_at": asked, "requested_date": world.clock.day_of(asked), "finished_at": paid, "finished_date": world.clock.day_of(paid),
        "state": Words(pool(["paid", "failed"]), fails.astype(np.int64)), "payout_id": Numbered("PO-L", month * 100_000 + who),
    }  # fmt: skip
    return [emission("payout", payout, paid), emission("withdrawal", drawn, paid)]


def _fixed(today: Today) -> list[Emission]:
    """Rent, people, systems and service of a month, by city."""
    world, day = today.world, today.day.number
    size = np.bincount(world.places.group_city, minlength=len(world.places.cities))
    cities = np.arange(len(size))
    made = []
    for code, (name, fixed, each, driver) in enumerate(
        (
            ("rent", 900_000, 2_000, "volume"),
            ("labour", 1_500_000, 5_000, "orders"),
            ("technology", 200_000, 1_200, "orders"),
            ("service", 100_000, 1_500, "orders"),
        )
    ):
        made.append(emission("cost_entry", {
            "cost_entry_id": Numbered("CM", (stamp(day) * 10 + code) * 100 + cities), "pool": name, "amount_fen": fixed // 10 + each * size,
            "cost_date": np.full(len(cities), day), "driver": driver, "scope_kind": "region", "scope_id": Words(world.pools.city, cities),
            "document_id": None, "remark": f"{as_date(day).month} 月",
        }, world.clock.at(day, 9.0)))  # fmt: skip
    return made


def learn_pace(today: Today, sales: Sales) -> None:
    """Keeps the company's own idea of a normal day's sales by city, from which targets are set."""
    trade, state = sales.trade, today.state
    cities = len(today.world.places.cities)
    gmv = np.bincount(
        trade.city, weights=np.where(trade.paid_at != NEVER, sales.amounts.order_goods, 0), minlength=cities
    )
    orders = np.bincount(trade.city, weights=trade.paid_at != NEVER, minlength=cities)
    normal = max(today.day.factor, 0.3)
    state.pace_gmv += 0.10 * (gmv / normal - state.pace_gmv)
    state.pace_orders += 0.10 * (orders / normal - state.pace_orders)


def targets(today: Today, *, first: bool = False) -> list[Emission]:
    """The month's targets by city and for the company: a stretch above the pace, by the days the month holds."""
    date = as_date(today.day.number)
    if date.day != 1 and not first:
        return []
    world, state = today.world, today.state
    start = today.day.number - date.day + 1
    days = calendar.monthrange(date.year, date.month)[1]
    load = sum(describe(start + i).factor for i in range(days)) * 1.06
    cities = [city.name for city in world.places.cities]
    rows = [(metric, "*", "*", value) for metric, value in RATES]
    for metric, pace in (("gmv", state.pace_gmv), ("orders", state.pace_orders)):
        values = [round(float(normal) * load) for normal in pace.tolist()]
        rows += [(metric, "city", city, value) for city, value in zip(cities, values, strict=True)]
        rows.append((metric, "*", "*", sum(values)))
    columns = [list(column) for column in zip(*rows, strict=True)]
    return [emission("target", {
        "metric": columns[0], "dimension": columns[1], "dimension_value": columns[2], "period_grain": "month",
        "period_start": np.full(len(rows), start), "target_value": np.array(columns[3]),
    }, world.clock.start(today.day.number))]  # fmt: skip
