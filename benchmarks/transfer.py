"""Sharing goods between stations when some run short: ours against a linear programme of OR-Tools, which is the optimum.

    python -m benchmarks.transfer        2,000 goods at 50 stations, 64 ways the days may go

The market is made up: a third of the stations has less than it is asked for until a purchase could come. Both get the same
table of what each box saves and costs; reading and drawing the days is not part of it (see `benchmarks.replenish`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from ortools.linear_solver import pywraplp

from benchmarks.report import Goal, Options, Report, Row, main
from linshu.domains.supply.replenish.case import KEEPS, Case
from linshu.domains.supply.transfer.decide import Rules, Stand, moves

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "transfer"
GOODS, STATIONS, WAYS = 2_000, 50, 64
RULES = Rules(least=0)


def market(goods: int, stations: int, seed: int = 5) -> list[list[Stand]]:
    """Each good at each station: what is there, and in each way what will be missing or left."""
    chance = np.random.default_rng(seed)
    found = []
    for number in range(goods):
        price, pack, mean = chance.uniform(300, 2_000), int(chance.choice([1, 2, 6])), chance.gamma(2.0, 6.0)
        on_hand = chance.poisson(mean * chance.choice([0.4, 1.2, 2.5], stations))
        wanted = chance.negative_binomial(6, 6 / (6 + mean), (stations, WAYS))
        cost = price * 0.72
        found.append(
            [
                Stand(
                    Case(
                        f"S{number}", f"S{number}", f"W{at}", f"W{at}", "P", "P", "stocked", ((9, int(on_hand[at])),), (),
                        (mean,), 0.15, (2,), KEEPS, pack, price, cost,
                    ),
                    np.maximum(wanted[at] - on_hand[at], 0).astype(float),
                    np.maximum(on_hand[at] - wanted[at], 0).astype(float),
                    price - cost + RULES.goodwill * price,
                )
                for at in range(stations)
            ]
        )  # fmt: skip
    return found


def optimum(of_good: Sequence[Stand]) -> float:
    """The most that moving boxes of one good can be worth, by a linear programme: boxes gained are boxes given."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    pack = of_good[0].case.pack
    balance = solver.Constraint(0, 0)
    objective = solver.Objective()
    objective.SetMaximization()
    for one in of_good:
        wanted = int(np.ceil(one.missing.max() / pack))
        for worth in np.diff(one.gains(np.arange(wanted + 1) * pack)):
            box = solver.NumVar(0, 1, "")
            balance.SetCoefficient(box, 1)
            objective.SetCoefficient(box, float(worth) - pack * RULES.fen_a_piece)
        for worth in np.diff(one.loses(np.arange(one.case.on_hand // pack + 1) * pack)):
            box = solver.NumVar(0, 1, "")
            balance.SetCoefficient(box, -1)
            objective.SetCoefficient(box, -float(worth))
    assert solver.Solve() == pywraplp.Solver.OPTIMAL
    return float(objective.Value())


def measure(options: Options) -> Report:
    """Fen and seconds of both, over the same goods."""
    goods = market(40 if options.quick else GOODS, 10 if options.quick else STATIONS)
    began = time.perf_counter()
    ours = sum(one.worth for of_good in goods for one in moves(of_good, RULES))
    between = time.perf_counter()
    best = sum(optimum(of_good) for of_good in goods)
    ended = time.perf_counter()
    return Report(
        (
            Row("worth of all transfers", ours, best, "fen"),
            Row("share of the optimum", ours / best, None, "share", Goal("ours", ">=", 0.999)),
            Row("all transfers", between - began, ended - between, "s", Goal("ours", "<=", 8)),
        ),
        {"sku_stations": sum(map(len, goods)), "lines": sum(len(moves(one, RULES)) for one in goods[:100])},
    )


if __name__ == "__main__":
    main(NAME, measure)
