"""The night of a million series runs on a few; how long a million take, only the benchmark tells."""

from __future__ import annotations

import pytest
from benchmarks.report import Options

from benchmarks import night


@pytest.mark.bench
@pytest.mark.slow
def test_a_night_gives_a_row_for_every_series_and_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(night, "QUICK_SERIES", 400)
    report = night.measure(Options(quick=True))
    assert report.detail["rows"] == 400 * 14
    assert [row.measure for row in report.rows] == ["seconds of processor", "peak memory"]
    assert all(row.ours > 0 for row in report.rows)
