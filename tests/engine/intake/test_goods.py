"""Goods of a chain, written as people write them, read against a reader of its own; amounts shared to the last fen."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.engine.intake.files import bring, mapping, write
from tests.engine.intake.standin import opened, rows

from linshu.engine.intake import goods, sharing
from linshu.kernel.errors import Invalid
from linshu.kernel.money import allocate

if TYPE_CHECKING:
    from pathlib import Path

SQL = duckdb.connect(":memory:", config={"threads": 1})


def read(text: str) -> tuple[str | None, str, str, str | None]:
    """Name, quantity, unit and price of a piece."""
    asked = ", ".join(goods.said("$1", take) for take in ("name", "qty", "unit", "price"))
    name, qty, unit, price = SQL.sql(f"SELECT {asked}", params=[text]).fetchall()[0]
    return name, f"{Decimal(qty).normalize():f}", unit, price


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("苹果x2", ("苹果", "2", "piece", None)),
        ("苹果 × 2", ("苹果", "2", "piece", None)),
        ("苹果x2（要熟的）", ("苹果", "2", "piece", None)),
        ("鸡蛋（30枚）", ("鸡蛋(30枚)", "1", "piece", None)),
        ("苹果*2盒", ("苹果", "2", "piece", None)),
        ("苹果＋２", ("苹果", "2", "piece", None)),
        ("苹果", ("苹果", "1", "piece", None)),
        ("苹果 12", ("苹果", "12", "piece", None)),
        ("梨 3斤", ("梨", "1500", "gram", None)),
        ("梨三斤", ("梨", "1500", "gram", None)),
        ("梨2斤3两", ("梨", "1150", "gram", None)),
        ("梨两斤半", ("梨", "1250", "gram", None)),
        ("西红柿半斤", ("西红柿", "250", "gram", None)),
        ("大米 5KG", ("大米", "5000", "gram", None)),
        ("三斤梨", ("梨", "1500", "gram", None)),
        ("2份鸡蛋", ("鸡蛋", "2", "piece", None)),
        ("鸡蛋二十枚", ("鸡蛋", "20", "piece", None)),
        ("鸡蛋十二个", ("鸡蛋", "12", "piece", None)),
        ("茶叶三两", ("茶叶", "150", "gram", None)),
        ("牛奶250ml*12", ("牛奶250ml", "12", "piece", None)),
        ("豆浆 500ml", ("豆浆", "500", "millilitre", None)),
        ("阳光玫瑰 5斤装 +1", ("阳光玫瑰 5斤装", "1", "piece", None)),
        ("葡萄两盒 39.8元", ("葡萄", "2", "piece", "39.8")),
        ("1、苹果(大,红)x2 ¥10", ("苹果(大,红)", "2", "piece", "10")),
        ("二锅头两瓶", ("二锅头", "2", "piece", None)),
        ("三只松鼠", ("三只松鼠", "1", "piece", None)),
        ("5斤装苹果", ("5斤装苹果", "1", "piece", None)),
        ("A2牛奶 +2", ("A2牛奶", "2", "piece", None)),
    ],
)
def test_a_piece_is_read(text: str, expected: tuple[str, str, str, str | None]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("cell", "qty", "unit", "number"),
    [
        ("3", "3", "piece", "3"), ("2份", "2", "piece", "2"), ("x3", "3", "piece", "3"), ("十二盒", "12", "piece", "12"), ("10", "10", "piece", "10"),
        ("1箱(6瓶)", "1", "piece", "1"), ("2.5斤", "1250", "gram", "2.5"), ("2斤3两", "1150", "gram", "2.3"), ("两斤半", "1250", "gram", "2.5"),
        ("1.5", "1.5", "piece", "1.5"), ("半箱", "半箱", "piece", "0.5"), ("一箱半", "一箱半", "piece", "1.5"),
        ("2+1", "2+1", "piece", "2+1"), ("买2送1", "买2送1", "piece", "买2送1"), ("3/2", "3/2", "piece", "3/2"), ("一斤二两", "一斤二两", "piece", "一斤二两"),
    ],
)  # fmt: skip
def test_a_cell_that_says_how_many_says_all_of_it(cell: str, qty: str, unit: str, number: str) -> None:
    asked = ", ".join(goods.alone("$1", take) for take in ("qty", "unit", "number"))
    assert SQL.sql(f"SELECT {asked}", params=[cell]).fetchall() == [(qty, unit, number)]


NAMES = st.sampled_from(
    ("苹果", "阳光玫瑰 礼盒", "A2牛奶", "土鸡蛋（散养,大）", "二锅头", "三只松鼠坚果", "红富士-大果")
)
HAN = dict(zip(range(1, 10), "一二三四五六七八九", strict=True))


def in_words(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = ("十" if tens == 1 else HAN[tens] + "十") if tens else ""
    return head + (HAN[ones] if ones else "")


@st.composite
def pieces(draw: st.DrawFn) -> tuple[str, tuple[str, str, str]]:
    """A way to write a piece, and what it means."""
    name, count = draw(NAMES), draw(st.integers(1, 40))
    number = draw(st.sampled_from((str(count), in_words(count))))
    form = draw(st.integers(0, 4))
    if form == 0:
        sign, counter = draw(st.sampled_from("x×*+＋X")), draw(st.sampled_from(("", "盒", "份")))
        return f"{name}{draw(st.sampled_from(('', ' ')))}{sign}{number}{counter}", (name, str(count), "piece")
    if form == 1:
        return f"{name} {number}{draw(st.sampled_from(('盒', '份', '袋')))}", (name, str(count), "piece")
    if form == 2:
        unit, (kind, size) = draw(st.sampled_from([("斤", ("gram", 500)), ("kg", ("gram", 1000)), ("克", ("gram", 1))]))
        return f"{name} {number}{unit}", (name, str(count * size), kind)
    if form == 3:
        assume(not name[0].isdigit())
        return f"{count}份{name}", (name, str(count), "piece")
    return f"{name} {count}", (name, str(count), "piece")


@settings(max_examples=30)
@given(said=st.lists(pieces(), min_size=1, max_size=5), between=st.sampled_from(("，", "、", "；", "\n", ", ")))
def test_a_cell_of_several_goods_is_read_back(said: list[tuple[str, tuple[str, str, str]]], between: str) -> None:
    cell = between.join(text for text, _ in said)
    asked = ", ".join(goods.said("p", take) for take in ("name", "qty", "unit"))
    cut = f"(SELECT unnest({goods.pieces('$1', 'goods')}) AS p)"
    found = SQL.sql(f"SELECT {asked} FROM {cut}", params=[cell]).fetchall()
    meant = [(re.sub("（散养,大）", "(散养,大)", name), qty, unit) for _, (name, qty, unit) in said]
    assert [(name, f"{Decimal(qty).normalize():f}", unit) for name, qty, unit in found] == meant


@pytest.mark.parametrize(
    ("cell", "cut"),
    [
        ("苹果+1 梨+2", ["苹果+1", "梨+2"]),
        ("苹果x2盒 梨 ×1 土鸡蛋 30枚 +1 桃*3", ["苹果x2盒", "梨 ×1", "土鸡蛋 30枚 +1", "桃*3"]),
        ("苹果+1 梨+2，桃", ["苹果+1", "梨+2", "桃"]),
        ("牛奶 250ml 伊利 x2", ["牛奶 250ml 伊利 x2"]),
        ("葡萄x2 39.8元", ["葡萄x2 39.8元"]),
        ("苹果+1 放门口", ["苹果+1 放门口"]),
    ],
)
def test_a_blank_parts_goods_that_both_say_how_many(cell: str, cut: list[str]) -> None:
    found = SQL.sql(f"SELECT unnest({goods.pieces('$1', 'goods')})", params=[cell]).fetchall()
    assert [piece for (piece,) in found] == cut


@settings(max_examples=60)
@given(
    total=st.integers(-(10**9), 10**9),
    weights=st.lists(st.decimals(0, 10_000, places=2), min_size=1, max_size=9),
)
def test_shares_are_those_of_the_kernel(total: int, weights: list[Decimal]) -> None:
    whole = [int(weight * 100) for weight in weights]
    expected = allocate(total, whole if any(whole) else [1] * len(whole))
    values = ", ".join(
        f"({at}, {Decimal(total) / 100}::DECIMAL(18,6), {weight}::DECIMAL(18,6))" for at, weight in enumerate(weights)
    )
    asked = sharing.shared("t", "w", ["1"], '"linshu.row"')
    found = SQL.sql(f'SELECT {asked} AS share FROM (VALUES {values}) v("linshu.row", t, w) ORDER BY "linshu.row"')
    assert [int(share * 100) for (share,) in found.fetchall()] == list(expected)


CHAIN = """
source: chain
told: {团: 0301团, 苹果: "3.5", 梨: ""}
tables:
  orders:
    columns:
      order_id: {concat: [{told: 团}, 号]}
      status: {constant: paid}
      goods_fen: {column: 金额, unit: yuan}
      receiver_phone: 电话
  order_line:
    explode: {of: 内容, as: 货}
    columns:
      order_id: {concat: [{told: 团}, 号]}
      line_no: "货#"
      sku_id: {goods: {of: 货, take: name}}
      qty: {goods: {of: 货, take: qty}}
      weight_gram: {multiply: [{told: {of: {goods: {of: 货, take: name}}}}, {constant: "10"}]}
"""


def test_one_cell_becomes_several_rows_and_what_was_told_is_used(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    cells = [("1", "苹果x2，梨 3斤", "7", "13812345678"), ("2", "", "1", "138****5678")]
    receipt = bring(intake, write(tmp_path / "a.csv", cells, ("号", "内容", "金额", "电话")), mapping(CHAIN))
    assert (receipt.good, receipt.bad) == (1, 1)
    assert rows(intake, "order_line", "order_id", "line_no", "sku_id", "qty", "weight_gram") == [
        ("0301团1", 1, "苹果", 2, 35), ("0301团1", 2, "梨", 1500, None)
    ]  # fmt: skip
    problems = intake.problems().to_pylist()
    assert {(each["table_name"], each["code"], each["source_column"]) for each in problems} == {
        ("order_line", "missing", "内容")
    }
    # A mask is kept as a mask: nothing is sealed for it, and nobody is found by it.
    assert rows(intake, "orders", "receiver_phone", "receiver_phone_index", "receiver_phone_mask")[1] == (
        None, None, "138****5678"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("explode: {of: 内容, by: words, as: 货}", "goods"),
        ("explode: {of: 内容}", "as"),
        (
            "where: {column: 货, is_not: 苹果}\n    explode: {of: 内容, as: 货}\n    columns: {order_id: 号, receiver_phone: 电话}",
            "敏感",
        ),
        ("explode: {of: 内容, as: 货}\n    columns: {order_id: 号, receiver_phone: 货}", "敏感"),
        ("columns: {order_id: 号, remark: {goods: {of: 内容, take: nam}}}", "name"),
        ("columns: {order_id: 号, goods_fen: {allocate: {of: 金额, per: [号], places: 9}, unit: yuan}}", "0 到 4"),
    ],
)
def test_mistakes_with_pieces_are_named(wrong: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        mapping(
            f"source: x\ntables:\n  orders:\n    {wrong}\n"
            + ("" if "columns" in wrong else "    columns: {order_id: 号}\n")
        )
