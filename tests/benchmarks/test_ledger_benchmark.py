"""The benchmark of the ledger runs and carries out every proposal; its times are for a quiet machine, not for a test."""

import pytest
from benchmarks.report import Options

from benchmarks import ledger


@pytest.mark.bench
@pytest.mark.slow
def test_every_proposal_is_carried_out():
    report = ledger.measure(Options(quick=True))
    assert {row.measure for row in report.rows} == {
        "saved",
        "first page",
        "found by a word",
        "approved and carried out",
    }
    assert report.detail == {"proposals": ledger.QUICK}
