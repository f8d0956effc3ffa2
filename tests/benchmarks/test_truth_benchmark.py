"""The benchmark against the planted truth runs, and what is filled in lies nearer to it than sales do even in a hamlet."""

import pytest
from benchmarks.report import Options

from benchmarks import truth


@pytest.mark.bench
@pytest.mark.slow
def test_what_is_estimated_lies_nearer_to_the_planted_truth_than_plain_ways() -> None:
    report = truth.measure(Options(quick=True))
    rows = {row.measure: row for row in report.rows}
    assert len(report.rows) == 15
    filled = rows["bias of what is filled in where it sold out"]
    assert filled.ours < filled.baseline
    assert rows["bias of the same"].ours < rows["bias of the same"].baseline
    assert rows["buyers of a bad lot who are found"].ours == 1
    assert rows["margin a group's advised list captures of the best list's"].ours > 0.8
    assert rows["suppliers by lateness, against the true order"].ours > 0
