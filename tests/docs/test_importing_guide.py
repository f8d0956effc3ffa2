"""The guides to importing do what they say, in both languages: their files are written, their commands run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import linshu
from linshu.app.cli import run
from linshu.app.project import Project
from linshu.connectors.layouts import LAYOUTS

if TYPE_CHECKING:
    from collections.abc import Sequence

GUIDES = Path(__file__).parents[2] / "docs/guides"
NAMES = ("importing.md", "importing.zh-CN.md")


def _blocks(text: str, kind: str) -> Sequence[tuple[str, str]]:
    return re.findall(rf"```{kind} ?([^\n]*)\n(.*?)```", text, re.DOTALL)


def test_both_guides_give_the_same_files_and_commands() -> None:
    here, there = ((GUIDES / name).read_text("utf-8") for name in NAMES)
    assert [_blocks(here, kind) for kind in ("csv", "console")] == [_blocks(there, kind) for kind in ("csv", "console")]


@pytest.mark.slow
def test_the_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("LINSHU_KEY", raising=False)
    project = Project.init(tmp_path / "shop")
    text = (GUIDES / NAMES[0]).read_text("utf-8")
    for file, said in _blocks(text, "csv"):
        (tmp_path / file).write_text(said, "utf-8")
    monkeypatch.chdir(tmp_path)
    commands = [line[2:] for _, block in _blocks(text, "console") for line in block.splitlines()]
    assert len(commands) == 4
    for command in commands:
        _, *words = shlex.split(command)
        assert run([*words, "--project", str(project.folder)]) == 0, command
    shown = capsys.readouterr().out
    assert "按 jielong 读" in shown
    assert "必填项为空" in shown
    with linshu.open(project.folder) as shop:
        orders = shop.warehouse.query("SELECT order_id, paid_fen, leader_id FROM std.orders ORDER BY 1").to_pylist()
    assert [tuple(each.values()) for each in orders] == [
        ("G8-1", 1900, None), ("G8-2", 350, None), ("X1", 1200, "陈姐"), ("X2", 800, "老李")
    ]  # fmt: skip


def test_every_layout_stands_in_the_package() -> None:
    folder = Path(__file__).parents[2] / "src/linshu/connectors/layouts"
    assert sorted(path.stem for path in folder.glob("*.yaml")) == sorted(LAYOUTS)
