"""The benchmark of the metric layer runs and prints its form; its times are for a quiet machine, not for a test."""

import json

import pytest
from benchmarks.metrics import NAME, measure
from benchmarks.report import main


@pytest.mark.bench
@pytest.mark.slow
def test_every_question_gives_the_figures_of_the_hand_written_sql(capsys):
    """`measure` itself compares the figures of both sides before it times them."""
    main(NAME, measure, ["--quick", "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert printed["benchmark"] == "metrics"
    assert printed["rows"][0]["measure"] == "compile, median"
    assert len(printed["rows"]) == 11
    assert all(row["ours"] > 0 for row in printed["rows"])
    assert printed["detail"]["lines"] == 50_000
