"""The benchmark of pages runs and prints its form; its times are for a quiet machine, not for a test."""

import json

import pytest
from benchmarks.pages import main


@pytest.mark.slow
@pytest.mark.browser
def test_both_pages_answer_a_crowd_and_a_browser(capsys):
    main(["--quick", "--json"])
    printed = json.loads(capsys.readouterr().out)
    measures = {row["measure"]: row for row in printed["rows"]}
    for page in ("peers' page", "overview"):
        assert measures[f"{page}, cached"]["ours"] > 0
        assert 0 < measures[f"{page}, moved warm"]["ours"] < measures[f"{page}, moved cold"]["ours"]
        assert measures[f"{page}, requests cold"]["ours"] > 1
    assert measures["server, after all this"]["ours"] > 0
