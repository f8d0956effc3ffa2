"""The guides to explore name every part of an address, and every address in them can be answered."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from linshu.app.domains import catalog
from linshu.domains.insight.explore.nearest import answers
from linshu.engine.metrics.comparison import COMPARES
from linshu.engine.shell.filters import Days
from linshu.engine.shell.question import MOST_QUESTIONS, PARTS, read_questions
from linshu.engine.shell.search import of_dimensions, of_metrics
from linshu.kernel.period import Grain

FOLDER = Path(__file__).parents[2] / "docs/guides"
GUIDES = ("exploring.md", "exploring.zh-CN.md")
DAYS = Days(date(2026, 11, 23), date(2026, 11, 22))


@pytest.mark.parametrize("guide", GUIDES)
def test_every_part_and_word_of_an_address_is_told(guide: str) -> None:
    text = (FOLDER / guide).read_text("utf-8")
    told = {name for row in re.findall(r"^\| (`.+?) \|", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    days = set(re.findall(r"`(from|to)`", text))
    assert told | days == {*PARTS.values(), "where"}
    assert all(word in text for word in (*COMPARES, *Grain))
    assert str(MOST_QUESTIONS) in text


@pytest.mark.parametrize("guide", GUIDES)
def test_its_questions_have_answers(guide: str) -> None:
    found = re.findall(r"^/explore\?\S+$", (FOLDER / guide).read_text("utf-8"), re.MULTILINE)
    assert found
    for address in found:
        for question in read_questions(parse_qsl(urlsplit(address).query)):
            assert answers(question, DAYS, catalog())


def test_what_the_guide_types_finds_what_it_says() -> None:
    for typed in ("fgl", "fugoulv", "复购", "repurchase"):
        assert "repurchase_rate" in [one.key for one in of_metrics(catalog()).find(typed)]
    assert of_dimensions(catalog()).find("jd")[0].key == "street"
