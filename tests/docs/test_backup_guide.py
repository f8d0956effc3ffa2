"""The guides to backups can be followed, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linshu.app.cli import run
from linshu.app.project import Project

FOLDER = Path(__file__).parents[2] / "docs/guides"
GUIDES = ("backup.md", "backup.zh-CN.md")


def commands(guide: str) -> list[str]:
    (block,) = re.findall(r"```sh\n(.*?)```", (FOLDER / guide).read_text("utf-8"), re.DOTALL)
    return block.splitlines()


def test_both_guides_say_the_same_commands() -> None:
    assert commands(GUIDES[0]) == commands(GUIDES[1])


@pytest.mark.slow
def test_the_guide_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fresh_state: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    made = Project.init(tmp_path / "shop")
    made.make_key()
    (tmp_path / "channels.csv").write_text("channel_id,name,kind\nwx,微信,mini_program\n", "utf-8")
    assert run(["import", "channels.csv", "--project", "shop"]) == 0
    for line in commands(GUIDES[0]):
        elsewhere = ["--state", fresh_state] if fresh_state and "restore" in line and "--to" in line else []
        assert run([*line.split()[1:], *elsewhere]) == 0, line
    again = Project.open(tmp_path / "shop-again")
    assert again.settings.project.id == made.settings.project.id
    capsys.readouterr()
    assert run(["sql", "SELECT count(*) AS n FROM dim_channel", "--project", "shop-again", "--json"]) == 0
    assert '"n": 1' in capsys.readouterr().out
