"""The forecast of one night for a million series: seconds and memory, on one core, from the history in memory to the rows.

    python -m benchmarks.night

Sales are made up (levels, weeks, promotions, stock-outs), 120 days and a fortnight of plans; only time and memory are
measured, `python -m benchmarks.forecast` tells how good it is. Reading the sales from the warehouse and landing the rows
are not in it. `--quick` takes 1,000 series and says nothing about speed.
"""

from __future__ import annotations

import resource
import time
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from benchmarks.report import Goal, Options, Report, Row, main
from linshu.domains.supply.forecast.assemble import Series
from linshu.domains.supply.forecast.booked import Booked
from linshu.domains.supply.forecast.decide import USUAL, forecast
from linshu.domains.supply.forecast.horizon import HORIZONS
from linshu.domains.supply.forecast.likeness import Traits
from linshu.domains.supply.forecast.panel import Panel
from linshu.domains.supply.forecast.work import rows_of

NAME = "night"
SERIES, QUICK_SERIES, GOODS = 1_000_000, 1_000, 5_000
DAYS, BLOCK = 120, 50_000
MADE_ON = date(2026, 6, 30)
WEEK = np.array([1.0, 0.9, 0.9, 1.0, 1.1, 1.4, 1.3], np.float32)
LIMIT_SECONDS, LIMIT_GIGABYTES = 900, 6


def measure(options: Options) -> Report:
    """Seconds and peak memory of one night."""
    many = QUICK_SERIES if options.quick else SERIES
    learning = replace(USUAL, rows=10_000, rounds=10, leaves=31) if options.quick else USUAL
    series = made_up(many)
    before = _peak()
    wall, used = time.perf_counter(), time.process_time()
    steps: list[tuple[float, float]] = []
    found = forecast(
        series.panel, HORIZONS, learning, lambda part: steps.append((part, round(time.process_time() - used, 1))), series.booked, series.traits
    )  # fmt: skip
    rows = rows_of(series, found, MADE_ON)
    seconds = time.process_time() - used
    return Report(
        (
            Row("seconds of processor", seconds, None, "s", Goal("ours", "<=", LIMIT_SECONDS)),
            Row("peak memory", _peak(), None, "GB", Goal("ours", "<=", LIMIT_GIGABYTES)),
        ),
        {
            "series": many, "rows": rows.num_rows, "learning_rows": learning.rows, "wall_seconds": round(time.perf_counter() - wall, 1),
            "history_gigabytes": round(before, 2), "seconds_by_step": steps,
        },
    )  # fmt: skip


def made_up(many: int, seed: int = 3) -> Series:
    """So many series with everything a forecast reads; block by block, so that making them takes no memory of its own."""
    chance = np.random.default_rng(seed)
    ahead = DAYS + len(HORIZONS)
    sold, exposure = np.empty((many, DAYS), np.float32), np.empty((many, DAYS), np.float32)
    price = np.empty((many, ahead), np.float32)
    week = np.resize(WEEK, DAYS)
    for begin in range(0, many, BLOCK):
        here = slice(begin, min(begin + BLOCK, many))
        size = here.stop - begin
        level = chance.gamma(1.5, 4.0, (size, 1)).astype(np.float32) + 0.2
        price[here] = np.where(chance.random((size, ahead), np.float32) < 0.1, 0.8, 1)
        mean = level * week * np.where(price[here, :DAYS] < 1, 1.7, 1).astype(np.float32)
        exposure[here] = np.where(
            chance.random((size, DAYS), np.float32) < 0.2, chance.random((size, DAYS), np.float32), 1
        )
        sold[here] = chance.poisson(mean * exposure[here])
    good, place = np.arange(many) % GOODS, np.arange(many) // GOODS
    panel = Panel(
        date(2026, 3, 3), sold, exposure, price, (price < 1).astype(np.float32), np.zeros(ahead, np.float32),
        {"product": good, "place": place, "region": place // 10, "family": good % 120, "widest_family": good % 12},
    )  # fmt: skip
    nothing = np.zeros((many, len(HORIZONS)), np.float32)
    traits = Traits(np.ones(many, np.float32), good % 300, good % 90)
    names: Any = tuple(f"SKU{one:07d}" for one in good), tuple(f"W{one:05d}" for one in place)
    return Series(panel, *names, Booked(nothing, nothing), traits, offers_known=True)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


if __name__ == "__main__":
    main(NAME, measure)
