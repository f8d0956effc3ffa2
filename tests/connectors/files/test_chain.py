"""The text of a chain, as it is copied out of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.connectors.files.test_opening import read

from linshu.connectors.files import open_file
from linshu.connectors.files.chain import is_chain

if TYPE_CHECKING:
    from pathlib import Path

CHAIN = """#接龙
周六水果 苹果5元/斤 梨8元
1. 张三 3栋502 苹果+2 梨+1
2、李四 13812341234，梨x3
3 老陈 鸡蛋2份 土鸡1只
4）小美 苹果
付款找我
"""


def test_its_lines_become_rows(tmp_path: Path) -> None:
    path = tmp_path / "chain.txt"
    path.write_text(CHAIN)
    incoming = open_file(path)
    assert read(incoming) == [
        ("1", "张三", "3栋502", None, "苹果+2，梨+1"),
        ("2", "李四", None, "13812341234", "梨x3"),
        ("3", "老陈", None, None, "鸡蛋2份，土鸡1只"),
        ("4", "小美", None, None, "苹果"),
    ]
    assert [row["why"] for row in incoming.broken().to_pylist()] == ["title", "title", "note"]


def test_a_table_is_no_chain() -> None:
    assert not is_chain(["单号,商品", "1,苹果+2", "2,梨+1"])
    assert not is_chain(["1. 引言", "2. 说明", "3. 共 2份"])
    assert not is_chain(["1 2026-03-01 5.00", "2 2026-03-02 6.00"])
    assert not is_chain(["单号,商品", "2.60301E+17,苹果", "2.60302E+17,梨"])
