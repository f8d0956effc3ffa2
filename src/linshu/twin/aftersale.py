"""What goes wrong for the buyer: missing, spoilt and light goods, lateness, things nobody fetched; and what it costs whom."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from linshu.twin import fulfilment
from linshu.twin.clock import DAY, HOUR
from linshu.twin.fulfilment import Delivery
from linshu.twin.rows import NEVER, Ints
from linshu.twin.split import part
from linshu.twin.stock_rows import Supply
from linshu.twin.today import Sales, Today

REASONS = ("missing", "rotten", "late", "uncollected", "changed_mind", "underweight")
MISSING, ROTTEN, LATE, UNCOLLECTED, CHANGED_MIND, UNDERWEIGHT = range(len(REASONS))
KINDS = ("shortage", "refund_only", "return", "weight_difference")
KIND_OF = np.array([0, 1, 1, 2, 2, 3])  # case kind by reason
LIABLE = ("supplier", "warehouse", "grid", "carrier", "point", "leader", "member")
SUPPLIER, WAREHOUSE, GRID, CARRIER, POINT, LEADER, MEMBER = range(len(LIABLE))
COMPLAINS_ROT, REFUSED = 0.75, 0.08
LATE_COMPLAINT, LATE_GIFT = 0.10, 200
TELLS_LIGHT = 0.005  # lighter than nominal by more than this is paid back by itself
SCALE_SD, SCALE_MAX = 0.021, 0.05


@dataclass(frozen=True)
class Cases:
    """After-sale cases of a day's orders, in order of line."""

    line: Ints
    reason: Ints
    qty: Ints
    claimed: Ints
    granted: Ints
    opened: Ints
    closed: Ints
    liable: Ints
    outcome_refused: NDArray[np.bool_]
    recourse: Ints

    def __len__(self) -> int:
        return len(self.line)


@dataclass(frozen=True)
class Aftermath:
    """Cases, small refunds for weight without a case, and the disappointment by order."""

    cases: Cases
    light_line: Ints
    light_fen: Ints
    light_at: Ints
    shock: NDArray[np.float64]  # by order
    rotten: Ints  # spoilt pieces by line, complained of or not


def follow(today: Today, sales: Sales, delivery: Delivery, supply: Supply) -> Aftermath:
    """Goes through every line delivered and draws what its buyer meets with."""
    rng, basket = today.rng(40), sales.basket
    line_order = basket.line_order
    kept = sales.trade.kept[line_order]
    short = delivery.short
    back = np.where(kept, fulfilment.returned_pieces(delivery, sales), 0)
    there = np.where(kept, basket.line_qty - short - back, 0)
    cell = sales.trade.city[line_order] * today.world.goods.count + basket.line_sku
    rotten = rng.binomial(np.maximum(there, 0), np.clip(supply.rot[cell], 0, 0.9))
    told = np.where(rng.random(len(rotten)) < COMPLAINS_ROT, rotten, 0)
    good = there - told
    mind = ((rng.random(len(good)) < 0.0012) & (good > 0)).astype(np.int64) * good
    parts = _by_pieces(today, sales, delivery, (np.where(kept, short, 0), told, back, mind))
    paid = sales.amounts.paid
    gone = np.where(kept, short, 0) + told + back + mind
    left = paid - part(paid, basket.line_qty, np.zeros_like(paid), gone)
    light = _light(today, sales, delivery, (left, kept & (gone < basket.line_qty)))
    late = _late(today, sales, delivery, left - light[3])
    cases = _join([*parts, late])
    shock = np.zeros(basket.orders)
    np.add.at(shock, line_order, 0.45 * (np.where(kept, short, 0) > 0) + 0.75 * (rotten > 0))
    shock += np.where(delivery.late, 0.30, 0.0)
    return Aftermath(cases, light[0], light[1], light[2], shock, rotten)


def _by_pieces(today: Today, sales: Sales, delivery: Delivery, taken: tuple[Ints, Ints, Ints, Ints]) -> list[Cases]:
    """Cases about whole pieces: each gives back its share of what the line cost, together never more than that."""
    rng, basket, paid = today.rng(41), sales.basket, sales.amounts.paid
    before = np.zeros(len(paid), dtype=np.int64)
    made = []
    for reason, pieces in zip((MISSING, ROTTEN, UNCOLLECTED, CHANGED_MIND), taken, strict=True):
        line = np.flatnonzero(pieces > 0)
        worth = part(paid[line], basket.line_qty[line], before[line], pieces[line])
        before = before + pieces
        opened = _opened(today, sales, delivery, reason, line)
        refused = (rng.random(len(line)) < REFUSED) & (reason in {ROTTEN, CHANGED_MIND})
        liable = _liable(delivery, reason, line, rng)
        granted = np.where(refused, 0, worth if reason != UNCOLLECTED else worth * 7 // 10)
        recourse = np.where(
            liable == SUPPLIER, granted * 9 // 10, np.where(np.isin(liable, (GRID, POINT, CARRIER)), granted // 2, 0)
        )
        wait = np.where(
            rng.random(len(line)) < 0.7, rng.integers(120, 1800, len(line)), rng.integers(HOUR, 30 * HOUR, len(line))
        )
        made.append(
            Cases(
                line,
                np.full(len(line), reason),
                pieces[line],
                worth,
                granted,
                opened,
                opened + wait,
                liable,
                refused,
                recourse,
            )
        )
    return made


def _opened(today: Today, sales: Sales, delivery: Delivery, reason: int, line: Ints) -> Ints:
    rng, order = today.rng(42 + reason), sales.basket.line_order[line]
    signed = delivery.signed_at[order]
    fetched = np.where(delivery.collected_at[order] == NEVER, signed, delivery.collected_at[order])
    if reason == MISSING:
        return signed + rng.integers(300, 3 * HOUR, len(line))
    if reason == UNCOLLECTED:
        return np.full(len(line), today.world.clock.at(today.day.number + 3, 10.5))
    return fetched + rng.integers(900, 20 * HOUR, len(line))


def _liable(delivery: Delivery, reason: int, line: Ints, rng: np.random.Generator) -> Ints:
    """Who answers for it, by the place where the count first went wrong."""
    count = len(line)
    if reason == MISSING:
        found = np.where(
            delivery.short_central[line] > 0, SUPPLIER, np.where(delivery.short_grid[line] > 0, GRID, POINT)
        )
        return np.where((found == SUPPLIER) & (rng.random(count) < 0.15), WAREHOUSE, found)
    if reason == ROTTEN:
        return np.where(rng.random(count) < 0.8, SUPPLIER, WAREHOUSE)
    return np.full(count, MEMBER)


def _light(
    today: Today, sales: Sales, delivery: Delivery, room: tuple[Ints, NDArray[np.bool_]]
) -> tuple[Ints, Ints, Ints, Ints]:
    """Weighed goods that came light: the difference goes back by itself; (line, fen, instant, fen by line)."""
    rng, basket = today.rng(48), sales.basket
    left, here = room
    weighed = today.world.goods.weighed[basket.line_sku] & here
    off = np.clip(rng.normal(-0.002, SCALE_SD, len(left)), -SCALE_MAX, SCALE_MAX)
    fen = np.where(weighed & (off < -TELLS_LIGHT), (left * -off).astype(np.int64), 0)
    line = np.flatnonzero(fen > 0)
    at = delivery.signed_at[basket.line_order[line]] - rng.integers(HOUR, 3 * HOUR, len(line))
    return line, fen[line], at, fen


def _late(today: Today, sales: Sales, delivery: Delivery, left: Ints) -> Cases:
    """Some whose goods came late complain and get a little back, off the first line that still has worth."""
    rng, basket = today.rng(49), sales.basket
    order = np.flatnonzero(delivery.late & (sales.trade.mode == 0) & (rng.random(basket.orders) < LATE_COMPLAINT))
    line = np.searchsorted(basket.line_order, order)
    fen = np.minimum(left[line], LATE_GIFT) if len(line) else line
    some = fen > 0
    line, fen, order = line[some], fen[some], order[some]
    opened = delivery.signed_at[order] + rng.integers(600, 5 * HOUR, len(line))
    return Cases(
        line, np.full(len(line), LATE), np.zeros(len(line), dtype=np.int64), fen, fen, opened,
        opened + rng.integers(HOUR, DAY, len(line)), np.full(len(line), CARRIER), np.zeros(len(line), dtype=bool), fen // 2,
    )  # fmt: skip


def _join(parts: list[Cases]) -> Cases:
    joined = [np.concatenate([getattr(part_, name) for part_ in parts]) for name in Cases.__dataclass_fields__]
    cases = Cases(*joined)
    order = np.lexsort((cases.reason, cases.line))
    return replace(cases, **{name: getattr(cases, name)[order] for name in Cases.__dataclass_fields__})
