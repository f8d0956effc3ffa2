"""The guides to own metrics can be followed, in both languages, and leave no word out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linshu.app.cli import run
from linshu.app.own.reading import AGGREGATES, MEASURE_WORDS, WORDS
from linshu.app.project import Project
from linshu.engine.metrics.declare import Better, Unit

FOLDER = Path(__file__).parents[2] / "docs/guides"
GUIDES = ("own-metrics.md", "own-metrics.zh-CN.md")


def blocks(guide: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (FOLDER / guide).read_text("utf-8"), re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("guide", GUIDES)
def test_the_guide_can_be_followed(guide, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    project = Project.init(tmp_path / "shop")
    for text in blocks(guide, "yaml"):
        (name,) = re.findall(r"^# metrics/(\S+)$", text, re.MULTILINE)
        (project.metrics / name).write_text(text, "utf-8")
    (commands,) = blocks(guide, "sh")
    for line in commands.splitlines():
        assert run(line.split()[1:]) == 0, line
    out = capsys.readouterr().out
    assert "metrics/large_lines.yaml:2" in out
    assert "fct_order_lines" in out


@pytest.mark.parametrize("guide", GUIDES)
def test_no_word_is_left_out(guide):
    text = (FOLDER / guide).read_text("utf-8")
    words = {*WORDS, *MEASURE_WORDS, *Unit, *Better, *AGGREGATES}
    quoted = set(re.findall(r"[a-z_]+", " ".join([*re.findall(r"`([^`\n]+)`", text), *blocks(guide, "yaml")])))
    assert words <= quoted
