"""The Chinese guide to mappings can be followed: its file, its mapping, its commands; and it leaves no word out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linshu.app.cli import run
from linshu.app.opening import open_shop
from linshu.app.project import Project
from linshu.engine.intake.expressions import _TESTS, EXPRESSIONS
from linshu.engine.intake.mapping import _FILE, _TABLE, _TOP
from linshu.engine.intake.numbers import UNITS
from linshu.engine.intake.reading import _MODIFIERS, SYSTEM_COLUMN
from linshu.engine.intake.times import UNIX

GUIDE = (Path(__file__).parents[2] / "docs/guides/mappings.zh-CN.md").read_text("utf-8")


def block(language: str) -> str:
    (text,) = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return text


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_walk_can_be_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    project = Project.init(tmp_path / "shop")
    (project.mappings / "tuangou.yaml").write_text(block("yaml"), "utf-8")
    (tmp_path / "团购订单.csv").write_text(block("csv"), encoding)
    commands = [line.split()[1:] for line in block("sh").splitlines()]
    assert [run(words) for words in commands] == [0] * len(commands)
    with open_shop(project.folder) as shop:
        assert shop.quarantine().rows == []
        assert shop.query(["paid_amount", "orders"]).rows == [{"paid_amount": 5070, "orders": 1}]
        lines = shop.sql("SELECT order_id, line_no, goods_fen, is_paid FROM fct_order_lines ORDER BY 1, 2").rows
    assert [tuple(row.values()) for row in lines] == [
        ("T1001", 1, 3980, True),
        ("T1001", 2, 1590, True),
        ("T1002", 1, 4770, False),
    ]


def test_no_word_of_a_mapping_is_left_out() -> None:
    prose = re.sub(r"^```.*?^```", "", GUIDE, flags=re.DOTALL | re.MULTILINE)
    quoted = set(re.findall(r"[a-z_]+", " ".join([*re.findall(r"`([^`\n]+)`", prose), block("yaml")])))
    words = {*EXPRESSIONS, *_TESTS, *_MODIFIERS, *SYSTEM_COLUMN, *UNIX, *_TOP, *_FILE, *_TABLE, "all", "any", "not"}
    assert words - quoted == set()
    for kind, units in UNITS.items():
        assert any(unit in GUIDE for unit in units), kind
