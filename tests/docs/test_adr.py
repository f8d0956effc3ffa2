"""Decisions are one screen each, each under a number of its own, listed in the index, and say what they cost."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs/adr"
DECISIONS = sorted(FOLDER.glob("[0-9]*.md"))
INDEX = (FOLDER / "README.md").read_text("utf-8")


def test_no_number_is_given_twice():
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_each_states_its_decision_reason_and_cost_on_one_screen(path):
    text = path.read_text("utf-8")
    title = re.match(rf"# {path.name[:4]}: (.+)\n", text)
    assert title is not None
    assert f"[{path.name[:4]}]({path.name}) | {title[1]} |" in INDEX
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Why", "Decision", "What it costs", "Not chosen"]
    assert re.search(r"^\*\*Status\*\*: (accepted|replaced by \[\d{4}\])", text, re.MULTILINE)
    assert len(text.splitlines()) <= 45


@pytest.mark.parametrize("path", [*DECISIONS, FOLDER / "README.md"], ids=lambda path: path.stem)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target
