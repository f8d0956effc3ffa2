"""The rules of watching stock: against brute force, day by day and case by case, and what must hold of any stock."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.domains.supply.watching.decide import (
    KINDS,
    NEVER,
    Demand,
    Findings,
    Lots,
    Policy,
    Positions,
    demand,
    rolled,
    watch,
)

POLICY = Policy()
AHEAD = 14


def position(usable: float, mean: float | None, *, variance: float | None = None, **more: float) -> dict[str, object]:
    told = np.full(AHEAD, np.nan if mean is None else mean)
    return {
        "usable": usable, "kept": True, "price_fen": 300, "cost_fen": 200, "recent": 2.0, "mean": told,
        "variance": told + told**2 if variance is None else np.full(AHEAD, variance), "receipt_in": NEVER, "lead_days": 0, **more,
    }  # fmt: skip


def lot(qty: float, last_day: int = NEVER, **more: float) -> dict[str, object]:
    return {
        "position": 0, "qty": qty, "value_fen": qty * 200, "last_day": last_day, "near": last_day <= 3, "expired": last_day < 0,
        "idle_days": 0, "received": 100.0, **more,
    }  # fmt: skip


def found(
    positions: list[dict[str, object]], lots: list[dict[str, object]], policy: Policy = POLICY
) -> list[tuple[int, str, float, float]]:
    told = watched(positions, lots, policy)
    return [
        (int(at), KINDS[kind], round(float(qty), 3), float(fen))
        for at, kind, qty, fen in zip(told.position, told.kind, told.qty, told.fen, strict=True)
    ]


def watched(positions: list[dict[str, object]], lots: list[dict[str, object]], policy: Policy = POLICY) -> Findings:
    at = Positions(**{name: np.array([one[name] for one in positions]) for name in positions[0]})
    names = lots[0] if lots else lot(1)
    return watch(at, Lots(**{name: np.array([one[name] for one in lots], dtype=_kind(name)) for name in names}), policy)


def _kind(name: str) -> type:
    whole, flag = ("position", "last_day", "idle_days"), ("near", "expired")
    return np.int64 if name in whole else np.bool_ if name in flag else np.float64


lots_of = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 8)), max_size=6)


@given(lots_of, st.lists(st.integers(0, 6), min_size=8, max_size=8))
def test_what_is_left_of_each_lot_is_what_selling_day_by_day_leaves(
    lots: list[tuple[int, int]], sold: list[int]
) -> None:
    lots = sorted(lots, key=lambda one: one[1])
    left = [qty for qty, _ in lots]
    for day, asked in enumerate(sold, 1):
        wanted = asked
        for at, (_, last) in enumerate(lots):
            taken = min(left[at], wanted) if last >= day else 0
            left[at] -= taken
            wanted -= taken
    qty = np.array([one[0] for one in lots], float)
    until = np.array([sum(sold[:last]) for _, last in lots], float)
    first = np.arange(len(lots)) == 0
    assert rolled(lambda stock: np.maximum(stock - until, 0), qty, first).tolist() == left


@given(st.lists(lots_of.filter(bool), min_size=1, max_size=4))
def test_positions_do_not_mix(many: list[list[tuple[int, int]]]) -> None:
    alone = []
    for lots in many:
        lots.sort(key=lambda one: one[1])
        qty, last = np.array([one[0] for one in lots], float), np.array([one[1] for one in lots])
        alone += rolled(lambda stock, last=last: np.maximum(stock - last, 0), qty, np.arange(len(lots)) == 0).tolist()
    flat = [one for lots in many for one in lots]
    first = np.concatenate([np.arange(len(lots)) == 0 for lots in many])
    last = np.array([one[1] for one in flat])
    together = rolled(lambda stock: np.maximum(stock - last, 0), np.array([one[0] for one in flat], float), first)
    assert together.tolist() == pytest.approx(alone)


@given(st.floats(0.1, 20), st.floats(1.05, 4), st.integers(0, 40))
def test_chance_shortfall_and_rest_are_those_of_drawn_demand(mean: float, wide: float, stock: int) -> None:
    size = mean / (wide - 1)
    drawn = np.random.default_rng(7).negative_binomial(size, size / (size + mean), 60_000)
    told, held = Demand(np.array([mean]), np.array([mean * wide])), np.array([float(stock)])
    assert told.above(held)[0] == pytest.approx((drawn > stock).mean(), abs=0.01)
    assert told.short(held)[0] == pytest.approx(np.maximum(drawn - stock, 0).mean(), abs=0.05 * (1 + mean**0.5 * wide))
    assert told.left(held)[0] == pytest.approx(np.maximum(stock - drawn, 0).mean(), abs=0.05 * (1 + mean**0.5 * wide))


def test_demand_of_days_adds_up_and_goes_on_as_it_was() -> None:
    at = Positions(**{name: np.array([value]) for name, value in position(5, 2.0, variance=2.0).items()})
    assert [demand(at, np.array([days])).mean[0] for days in (0, 3, 14, 28)] == [0, 6, 28, 56]
    assert demand(at, np.array([3])).variance[0] == pytest.approx(6)


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        pytest.param(position(0, 2.0), ["out"], id="out"),
        pytest.param(position(0, 2.0, kept=False), [], id="bought to order is never out"),
        pytest.param(position(0, 0.05), [], id="nobody asks for it"),
        pytest.param(position(0, None), ["out"], id="out without a forecast, but it sold"),
        pytest.param(position(0, None, recent=0.0), [], id="out without a forecast, and it did not sell"),
        pytest.param(position(2, 3.0), ["soon"], id="gone before an order could come"),
        pytest.param(position(2, 3.0, receipt_in=1), [], id="a receipt comes in the morning"),
        pytest.param(position(2, 3.0, receipt_in=4), ["soon"], id="the receipt comes too late"),
        pytest.param(position(200, 2.0), ["over"], id="too much"),
        pytest.param(position(200, None), [], id="too much of what nobody forecasts is not said"),
        pytest.param(position(40, 2.0), [], id="just enough"),
    ],
)  # fmt: skip
def test_what_a_position_is(given: dict[str, object], kinds: list[str]) -> None:
    assert [kind for _, kind, *_ in found([given], [])] == kinds


def test_the_lot_that_will_not_be_sold_is_told_with_its_worth() -> None:
    (near,) = found([position(60, 2.0, variance=2.0)], [lot(40, 3), lot(20, 400)])
    assert near[1] == "near"
    assert 33.9 < near[2] < 34.5  # forty less three days of two
    assert near[3] == pytest.approx(near[2] * 200, abs=1)
    assert found([position(60, None)], [lot(40, 3), lot(20, 400)]) == [
        (0, "near", 40, 8000)
    ]  # no forecast: all that nears its date
    assert found([position(24, 2.0)], [lot(4, 8), lot(20, 400)]) == []


def test_idle_and_impossible_stock_is_told() -> None:
    told = found(
        [position(9, 1.0), position(0, 1.0, kept=False)],
        [lot(4, idle_days=14), lot(5, idle_days=13), lot(-3) | {"position": 1}, lot(2, -1) | {"position": 1}],
    )
    assert told == [(0, "idle", 4, 800), (1, "wrong", 5, 1000)]
    assert found([position(9, 1.0)], [lot(120)]) == [(0, "wrong", 120, 24000)]  # more than ever came


@given(
    st.lists(st.tuples(st.integers(0, 60), st.floats(0, 9), st.integers(1, 9)), min_size=1, max_size=8),
    st.integers(0, 30),
)
def test_more_stock_is_never_nearer_to_being_out_and_less_never_too_much(
    given: list[tuple[int, float, int]], more: int
) -> None:
    before = [position(stock, mean, receipt_in=comes) for stock, mean, comes in given]
    after = [one | {"usable": float(str(one["usable"])) + more} for one in before]
    kinds = [{(at, kind) for at, kind, *_ in found(each, [])} for each in (before, after)]
    short = [{at for at, kind in told if kind in {"out", "soon"}} for told in kinds]
    assert short[1] <= short[0]
    assert {at for at, kind in kinds[0] if kind == "over"} <= {at for at, kind in kinds[1] if kind == "over"}
    assert all(fen >= 0 and qty >= 0 for _, _, qty, fen in found(before, []))


def test_a_hundred_thousand_positions_take_no_time() -> None:
    many, rng = 100_000, np.random.default_rng(3)
    mean = rng.gamma(1, 3, (many, AHEAD))
    at = Positions(
        rng.integers(0, 90, many).astype(float), np.ones(many, bool), np.full(many, 300.0), np.full(many, 200.0), mean[:, 0],
        mean, mean * 2, rng.integers(1, 6, many), np.zeros(many, np.int64),
    )  # fmt: skip
    lots = Lots(
        np.arange(many), at.usable, at.usable * 200, rng.integers(1, 40, many), np.zeros(many, bool), np.zeros(many, bool),
        np.zeros(many, np.int64), np.full(many, np.nan),
    )  # fmt: skip
    told = watch(at, lots, POLICY)
    assert set(np.unique(told.kind)) >= {0, 1, 2, 3}
    assert np.all(np.diff(told.kind) >= 0)
