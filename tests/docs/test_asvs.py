"""The map of security requirements names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "docs/security/asvs.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", MAP)

# How many requirements each section of edition 5.0.0 has, chapter by chapter.
SECTIONS = """2 10 12 3 3, 3 3 5 2, 1 3 5 8 8 1 5, 5 5 2 4, 1 6 3 3, 3 12 8 6 8 4 2 4, 3 4 2 5 3 2, 4 4 3 2, 3 4,
2 3 5 16 5 2 3, 4 5 5 4 2 2 2, 5 2 5, 4 6 4 7, 2 8 3, 5 5 7 4, 1 5 4 3 4, 2 8 2"""
COUNTS = [[int(one) for one in chapter.split()] for chapter in SECTIONS.split(",")]


def test_every_chapter_is_there():
    assert [int(one) for one in re.findall(r"^## V(\d+) ", MAP, re.MULTILINE)] == list(range(1, 18))
    assert len(NAMED) > 50


def test_every_test_that_is_named_exists():
    for path, name in NAMED:
        text = (ROOT / path).read_text("utf-8")
        assert not name or f"def {name}(" in text, f"{path}::{name}"


def test_every_line_names_a_test_or_says_that_it_does_not_apply():
    lines = [line for line in MAP[MAP.index("## V1 ") :].splitlines() if re.match(r"\| \d", line)]
    assert [line for line in lines if "`tests/" not in line and not line.endswith("| - |")] == []


def test_every_number_is_one_of_the_published_text():
    assert sum(map(sum, COUNTS)) == 345
    cells = re.findall(r"^\| (\d[^|]*) \|", MAP, re.MULTILINE)
    numbers = [
        tuple(map(int, one.split("."))) for cell in cells for one in re.findall(r"[\d.]+", re.sub(r" \(3\)", "", cell))
    ]
    assert len(numbers) > len(cells) > 80
    for chapter, *finer in numbers:
        assert len(finer) in {0, 2}
        assert not finer or 1 <= finer[1] <= COUNTS[chapter - 1][finer[0] - 1]
