"""The benchmark of transfers runs; ours is the optimum to the rounding of fen."""

import pytest
from benchmarks.report import Options

from benchmarks import transfer


@pytest.mark.bench
def test_ours_is_the_optimum() -> None:
    found = transfer.measure(Options(quick=True))
    worth, share, _ = found.rows
    assert worth.ours > 0
    assert share.ours == pytest.approx(1, abs=1e-3)
