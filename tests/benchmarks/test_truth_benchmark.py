"""The benchmark against the planted truth runs, and what is filled in lies nearer to it than sales do even in a hamlet."""

import pytest
from benchmarks.report import Options

from benchmarks import truth


@pytest.mark.bench
@pytest.mark.slow
def test_what_sold_out_days_hide_is_found_and_the_week_ahead_is_unbiased() -> None:
    report = truth.measure(Options(quick=True))
    rows = {row.measure: row for row in report.rows}
    assert len(rows) == 6
    filled = rows["bias of what is filled in where it sold out"]
    assert filled.ours < filled.baseline
    assert rows["bias of the same"].ours < 0.2
    assert rows["suppliers by lateness, against the true order"].ours > 0
