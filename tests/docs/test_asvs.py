"""The map of security requirements names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "docs/security/asvs.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", MAP)


def test_every_chapter_is_there():
    assert [int(one) for one in re.findall(r"^## V(\d+) ", MAP, re.MULTILINE)] == list(range(1, 18))
    assert len(NAMED) > 50


def test_every_test_that_is_named_exists():
    for path, name in NAMED:
        text = (ROOT / path).read_text("utf-8")
        assert not name or f"def {name}(" in text, f"{path}::{name}"


def test_every_line_names_a_test_or_says_that_it_does_not_apply():
    lines = [line for line in MAP.splitlines() if re.match(r"\| \d", line)]
    assert [line for line in lines if "`tests/" not in line and not line.endswith("| - |")] == []
