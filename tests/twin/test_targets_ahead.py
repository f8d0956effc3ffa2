"""The likely end of a period, tried on the simulated company: four of five ends lie within the interval, roughly."""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean, median
from typing import Any

from linshu.domains.insight.targets.decide import DAY, forecast

RUNS = (7, 14, 30)  # days a period holds
KNOWN = (1, 3, 7, 14, 21)  # days of it that are over


def test_the_interval_holds_what_it_says(ask: Callable[[str], Any]) -> None:
    held, off = [], []
    for figure in ("sum(goods_fen)", "count(*)"):
        rows = ask(f"SELECT placed_date, {figure} FROM orders GROUP BY 1 ORDER BY 1")
        days = {day: float(value) for day, value in rows}
        first, last = min(days), max(days) - DAY  # the last one is not over
        for length in RUNS:
            for start in range(28, (last - first).days - length + 2, 3):
                begin, end = first + start * DAY, first + (start + length - 1) * DAY
                came = sum(days.get(begin + at * DAY, 0.0) for at in range(length))
                for known in (one for one in KNOWN if one < length):
                    ahead = forecast(days, begin, end, begin + (known - 1) * DAY)
                    assert ahead is not None
                    held.append(ahead.low <= came <= ahead.high)
                    off.append(abs(ahead.middle - came) / came)
    assert len(held) > 200
    # A Spring Festival lies within, which no rule of like days foresees: it costs about one end of ten.
    assert 0.6 <= fmean(held) <= 0.97
    assert median(off) < 0.5
