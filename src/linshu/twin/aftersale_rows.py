"""Cases, refunds, commission reversals and ratings of a day's orders as rows."""

from __future__ import annotations

import numpy as np

from linshu.twin.aftersale import KIND_OF, KINDS, LIABLE, REASONS, ROTTEN, SUPPLIER, Aftermath, Cases
from linshu.twin.channels import CHANNEL_POOL
from linshu.twin.clock import DAY, HOUR
from linshu.twin.emission import Emission, changing, emission
from linshu.twin.fulfilment import Delivery
from linshu.twin.rows import NEVER, NONE, Columns, Ints, Numbered, Words, member_pool, pool
from linshu.twin.today import Sales, Today

COMMISSION_PPM = 100_000  # what a leader earns on goods paid, before tiers
RATED, RATED_ANGRY = 0.075, 0.14
ABOUT = pool(["goods", "point", "delivery", "service"])
GOOD = ("很新鲜，下次还买", "分量足，孩子爱吃", "团长服务好", "到得准时", "价格实惠", None)
BAD = ("有坏的", "少了一件", "来得太晚了", "包装破了", "不太新鲜", None)
COMMENTS = pool([*GOOD, *BAD])
LATE_CASE_HOURS = 24


def rows(today: Today, sales: Sales, delivery: Delivery, after: Aftermath) -> list[tuple[Ints, Ints, Ints]]:
    """Tells cases, refunds, reversals and ratings; gives back the refunds as (order, fen, instant) for the bills."""
    trade, basket = sales.trade, sales.basket
    cases = after.cases
    number = _distinct(trade.number, basket.line_order[cases.line], len(cases))
    today.rows.append(_case_rows(today, sales, cases, number))
    granted = cases.granted > 0
    order = basket.line_order[cases.line]
    parts = [
        (order[granted], cases.line[granted], cases.granted[granted], cases.closed[granted], KIND_OF[cases.reason[granted]], number[granted], cases.qty[granted]),
        _light_parts(sales, after), _cancelled_parts(sales),
    ]  # fmt: skip
    back = []
    for kind, (which, line, fen, at, code, case, qty) in enumerate(parts):
        today.rows += _refund_rows(today, sales, (which, line, fen, at), (code, case, qty, kind))
        back.append((which, fen, at))
    today.rows.append(_ratings(today, sales, delivery, after))
    return back


def _distinct(number: Ints, order: Ints, count: int) -> Ints:
    """A number per case: the order's, and which of its cases it is."""
    by = np.argsort(order, kind="stable")
    rank = np.empty(count, dtype=np.int64)
    rank[by] = np.arange(count) - np.searchsorted(order[by], order[by])
    return number[order] * 100 + rank


def _case_rows(today: Today, sales: Sales, cases: Cases, number: Ints) -> Emission:
    world, basket, trade = today.world, sales.basket, sales.trade
    order = basket.line_order[cases.line]
    sku, group = basket.line_sku[cases.line], basket.group[order]
    liable_pool = pool(
        [*world.pools.supplier.to_pylist(), *world.pools.grid.to_pylist(), *world.pools.point.to_pylist()]
    )
    suppliers, grids = len(world.pools.supplier), len(world.pools.grid)
    who = np.select(
        [cases.liable == SUPPLIER, cases.liable == 2, cases.liable == 4],
        [world.goods.supplier[sku], suppliers + world.places.group_grid[group], suppliers + grids + world.places.group_point[group]], NONE,
    )  # fmt: skip
    row: Columns = {
        "case_id": Numbered("AS", number), "order_id": Numbered("O", trade.number[order]), "line_no": basket.line_no[cases.line],
        "sku_id": Words(world.pools.sku, sku), "kind": Words(pool(KINDS), KIND_OF[cases.reason]), "reason": Words(pool(REASONS), cases.reason),
        "qty": cases.qty, "claimed_fen": cases.claimed, "opened_at": cases.opened, "opened_date": world.clock.day_of(cases.opened),
        "deadline_at": cases.opened + LATE_CASE_HOURS * HOUR,
        "evidence": Words(pool(['{"photos": 2}']), np.where(cases.reason == ROTTEN, 0, NONE)),
    }  # fmt: skip
    undecided = {
        "granted_fen": None,
        "closed_at": None,
        "closed_date": None,
        "liability": None,
        "liable_id": None,
        "recourse_fen": None,
        "outcome": None,
    }
    decided = {
        "granted_fen": cases.granted, "closed_at": cases.closed, "closed_date": world.clock.day_of(cases.closed),
        "liability": Words(pool(LIABLE), cases.liable), "liable_id": Words(liable_pool, who), "recourse_fen": cases.recourse,
        "outcome": Words(pool(["refunded", "rejected"]), cases.outcome_refused.astype(np.int64)),
    }  # fmt: skip
    return changing("after_sale_case", ({**row, **undecided}, cases.opened), ({**row, **decided}, cases.closed))


def _light_parts(sales: Sales, after: Aftermath) -> tuple[Ints, ...]:
    none = np.full(len(after.light_line), NONE)
    order = sales.basket.line_order[after.light_line]
    return order, after.light_line, after.light_fen, after.light_at, none + 4, none, none


def _cancelled_parts(sales: Sales) -> tuple[Ints, ...]:
    """Orders paid and cancelled before the cut-off: everything goes back."""
    trade = sales.trade
    order = np.flatnonzero((trade.paid_at != NEVER) & ~trade.kept & (sales.amounts.order_paid > 0))
    none = np.full(len(order), NONE)
    return order, none, sales.amounts.order_paid[order], trade.cancelled_at[order] + 20, none + 5, none, none


REFUND_KINDS = pool([*KINDS, "cancel"])


def _refund_rows(
    today: Today, sales: Sales, what: tuple[Ints, Ints, Ints, Ints], how: tuple[Ints, Ints, Ints, int]
) -> list[Emission]:
    """A refund through the channel the order was paid by, and what it takes back from the leader's commission."""
    world, trade, basket = today.world, sales.trade, sales.basket
    order, line, fen, at = what
    code, case, qty, kind = how
    if not len(order):
        return []
    number = _distinct(trade.number, order, len(order)) * 10 + kind
    whole = line == NONE
    row: Columns = {
        "refund_id": Numbered("RF", number), "order_id": Numbered("O", trade.number[order]),
        "line_no": np.where(whole, np.nan, basket.line_no[line]), "qty": np.where(qty > 0, qty, np.nan), "amount_fen": fen,
        "refunded_at": at, "refunded_date": world.clock.day_of(at), "kind": Words(REFUND_KINDS, code),
        "case_id": Numbered("AS", case), "payment_id": Numbered("PAY", trade.number[order]),
        "channel_id": Words(CHANNEL_POOL, trade.pay_channel[order]), "channel_refund_id": Numbered("50300", number),
    }  # fmt: skip
    made = [emission("refund", row, at)]
    if kind == 0:
        made.append(emission("cost_entry", {
            "cost_entry_id": Numbered("CR", number), "pool": "commission", "amount_fen": -(fen * COMMISSION_PPM // 1_000_000),
            "cost_date": world.clock.day_of(at), "driver": None, "scope_kind": "leader",
            "scope_id": Words(world.pools.leader, trade.leader[order]), "document_id": Numbered("RF", number), "remark": "售后冲回佣金",
        }, at))  # fmt: skip
    return made


def _ratings(today: Today, sales: Sales, delivery: Delivery, after: Aftermath) -> Emission:
    """Some rate; the disappointed more often and worse."""
    rng, world, trade, basket = today.rng(60), today.world, sales.trade, sales.basket
    angry = after.shock > 0
    fetched = delivery.collected_at != NEVER
    order = np.flatnonzero(trade.kept & fetched & (rng.random(basket.orders) < np.where(angry, RATED_ANGRY, RATED)))
    bad = angry[order]
    fine = np.searchsorted(np.array([0.008, 0.02, 0.055, 0.25]), rng.random(len(order)), side="right") + 1
    poor = np.searchsorted(np.array([0.38, 0.66, 0.86, 0.95]), rng.random(len(order)), side="right") + 1
    about = np.where(delivery.late[order], 2, rng.choice(4, len(order), p=[0.6, 0.15, 0.1, 0.15]))
    at = delivery.collected_at[order] + rng.integers(1800, 2 * DAY, len(order))
    words = np.where(bad, len(GOOD) + rng.integers(0, len(BAD), len(order)), rng.integers(0, len(GOOD), len(order)))
    row: Columns = {
        "rating_id": Numbered("RT", trade.number[order]), "order_id": Numbered("O", trade.number[order]), "line_no": None,
        "member_id": Words(member_pool(today.state.members.count), basket.member[order]), "about": Words(ABOUT, about),
        "score": np.where(bad, poor, fine), "comment": Words(COMMENTS, words), "rated_at": at, "rated_date": world.clock.day_of(at),
    }  # fmt: skip
    return emission("rating", row, at)
