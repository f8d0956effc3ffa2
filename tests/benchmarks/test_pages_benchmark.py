"""The benchmark of pages runs and prints its form; its times are for a quiet machine, not for a test."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.bench
@pytest.mark.slow
@pytest.mark.browser
def test_both_pages_answer_a_crowd_and_a_browser():
    """In a process of its own: two browsers driven from one do not go together."""
    command = [sys.executable, "-m", "benchmarks.pages", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    printed = json.loads(done.stdout)
    measures = {row["measure"]: row for row in printed["rows"]}
    for page in ("peers' page", "overview"):
        assert measures[f"{page}, cached"]["ours"] > 0
        assert 0 < measures[f"{page}, moved warm"]["ours"] < measures[f"{page}, moved cold"]["ours"]
        assert measures[f"{page}, requests cold"]["ours"] > 1
    assert measures["server, after all this"]["ours"] > 0
