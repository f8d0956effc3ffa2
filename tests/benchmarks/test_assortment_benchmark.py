"""The benchmark of lists runs, and beats the best sellers even on its smallest market."""

import pytest
from benchmarks.report import Options

from benchmarks import assortment


@pytest.mark.bench
@pytest.mark.slow
def test_every_row_is_measured_and_the_list_beats_the_best_sellers() -> None:
    report = assortment.measure(Options(quick=True))
    rows = {row.measure: row for row in report.rows}
    assert rows.keys() == {"profit_share", "demand_share", "drop_regret", "substitution_error"}
    assert rows["profit_share"].baseline < rows["profit_share"].ours <= 1.001
    assert report.detail["profit_share_of_today"] < rows["profit_share"].ours
