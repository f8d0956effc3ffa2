"""The benchmark of surges runs on data of its form, and its measures are what they are called; how good it is, only real data tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from benchmarks.report import Options
from tests.benchmarks.test_forecast_benchmark import fresh

from benchmarks import surge

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.bench
@pytest.mark.slow
def test_every_row_is_measured_on_data_of_the_form(tmp_path: Path) -> None:
    fresh(tmp_path)
    report = surge.measure(Options(data=tmp_path, quick=True))
    rows = {row.measure: row for row in report.rows}
    assert {"AP at 09:00", "AP at 10:00", "recall at 5 % alerts, 10:00", "AP at 12:00"} <= rows.keys()
    assert rows["AP at 09:00"].ours < rows["AP at 12:00"].ours <= 1
    assert report.detail["days_judged"] == 60 * 27


def test_the_measures_are_what_they_are_called() -> None:
    surges = np.array([True, False, True, *[False] * 37])
    assert surge.judge(np.arange(40, 0, -1), surges) == ((1 + 2 / 3) / 2, 0.5)  # 5 % of 40 are the first two


def test_without_data_it_says_what_to_give() -> None:
    assert "--data" in surge.measure(Options()).detail["skipped"]
