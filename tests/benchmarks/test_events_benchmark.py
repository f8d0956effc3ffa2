"""The benchmark of live events runs and lands every event; its times are for a quiet machine, not for a test."""

import pytest
from benchmarks.report import Options

from benchmarks import events


@pytest.mark.bench
@pytest.mark.slow
def test_every_event_is_acknowledged_and_landed():
    report = events.measure(Options(quick=True))
    assert len(report.rows) == 13
    assert all(row.ours > 0 and (row.baseline is None or row.baseline > 0) for row in report.rows)
    assert report.detail["rows_landed"] == report.detail["events"] + 100
