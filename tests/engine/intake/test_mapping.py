"""A mapping in YAML becomes standard rows; each mistake in it is shown where it stands."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from tests.engine.intake.files import bring, mapping, write
from tests.engine.intake.standin import GlassVault, opened, rows

from linshu.engine.intake.expressions import EXPRESSIONS
from linshu.kernel.errors import Invalid

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "source: shop\ntables:\n  orders:\n    columns:\n"


def one(tmp_path: Path, entries: str, cells: dict[str, str], *columns: str, where: str = "") -> tuple[object, ...]:
    """What a file of one row becomes under a mapping with these entries; `order_id` and `status` are given."""
    intake = opened(tmp_path)
    given = "".join(f"      {line}\n" for line in entries.splitlines())
    for name, text in (
        ("order_id", "{constant: A}"),
        ("status", "{constant: paid}"),
        ("goods_fen", "{constant: 90000000}"),
    ):
        if f"{name}:" not in given:
            given += f"      {name}: {text}\n"
    text = HEAD.replace("    columns", f"{where}    columns") + given
    bring(intake, write(tmp_path / "one.csv", [tuple(cells.values())], tuple(cells)), mapping(text))
    problems = intake.problems().to_pylist()
    if problems:
        return tuple((each["code"], each["original"]) for each in problems)
    return rows(intake, "orders", *columns)[0]


@pytest.mark.parametrize(
    ("expression", "cells", "expected"),
    [
        ("备注", {"备注": " 好 "}, "好"),
        ("{column: 备注}", {"备注": '="007"'}, "007"),
        ("备注", {"备注": "\t12\u3000"}, "12"),
        ("{constant: 团}", {"备注": "x"}, "团"),
        ("{concat: [甲, {constant: '-'}, 乙]}", {"甲": "1", "乙": "2"}, "1-2"),
        ("{concat: {of: [甲, 乙], by: /}}", {"甲": "1", "乙": "2"}, "1/2"),
        ("{concat: [甲, 乙]}", {"甲": "1", "乙": ""}, None),
        ("{coalesce: [甲, 乙]}", {"甲": "", "乙": "2"}, "2"),
        ("{lookup: {of: 甲, in: {是: 好}, otherwise: empty}}", {"甲": "否"}, None),
        ("{lookup: {of: 甲, in: {是: 好}, otherwise: {constant: 坏}}}", {"甲": "否"}, "坏"),
        ("{column: 甲, values: {'买家已付款,等待': 付}}", {"甲": "买家已付款，等待"}, "付"),
        ("{column: 甲, default: 无}", {"甲": "", "乙": "x"}, "无"),
        ("{split: {of: 甲, by: ' ', take: 2}}", {"甲": "苹果 5斤 +2"}, "5斤"),
        ("{split: {of: 甲, by: ' ', take: -1}}", {"甲": "苹果 5斤 +2"}, "+2"),
        ("{hash: [甲, 乙]}", {"甲": "1", "乙": "2"}, "cebdf9947cbfe550413b"),
        ("{slice: {of: 甲, from: 1, length: 6}}", {"甲": "260301-998"}, "260301"),
        ("{match: {of: 甲, pattern: '\\+(\\d+)$'}}", {"甲": "苹果 5斤 +2"}, "2"),
        ("{match: {of: 甲, pattern: '\\d+'}}", {"甲": "共12件"}, "12"),
        ("{replace: {of: 甲, text: 号, by: ''}}", {"甲": "3号"}, "3"),
        ("{upper: 甲}", {"甲": "ab"}, "AB"),
        ("{lower: 甲}", {"甲": "AB"}, "ab"),
        ("{trim: 甲}", {"甲": "a"}, "a"),
        ("{date: {of: 甲, format: '%d.%m.%Y'}}", {"甲": "01.03.2026"}, "2026-03-01 00:00:00.000000"),
        ("{when: [{if: {column: 甲, in: [1, 2]}, then: {constant: 小}}, {otherwise: {constant: 大}}]}", {"甲": "2"}, "小"),
        ("{when: [{if: {column: 甲, at_least: 3}, then: {constant: 大}}, {otherwise: 甲}]}", {"甲": "2"}, "2"),
        ("备注?", {"甲": "1"}, None),
        ("{first: {of: 甲, per: [乙]}}", {"甲": "1", "乙": "2"}, "1"),
        ("{latest: {of: [甲, 乙]}}", {"甲": "2026-03-01 10:00", "乙": "2026/2/1"}, "2026-03-01 10:00:00.000000"),
        ("{latest: {of: [甲], step: 乙, per: [乙]}}", {"甲": "2026-03-01", "乙": "2"}, "2026-03-01 00:00:00.000002"),
        ("{latest: {of: [甲, 乙]}}", {"甲": "昨天", "乙": ""}, None),
        ("{goods: {of: 甲, take: name}}", {"甲": "阳光玫瑰 5斤装 +2"}, "阳光玫瑰 5斤装"),
        ("{goods: {of: 甲, take: unit}}", {"甲": "梨 3斤"}, "gram"),
        ("{count: 甲}", {"甲": "两份"}, "2"),
        ("{count: {of: 甲, unit: 斤}}", {"甲": "+2.5斤"}, "2.5"),
        ("{count: 甲}", {"甲": "若干"}, "若干"),
        ("{token: 甲}", {"甲": "王芳"}, f"p-{GlassVault().index('王芳')[:24]}"),
        ("{told: 团}", {"甲": "1"}, None),
        ("{told: {of: 甲}}", {"甲": "1"}, None),
        ("{unmasked: 甲}", {"甲": "王**"}, None),
        ("{unmasked: 甲}", {"甲": "王芳"}, "王芳"),
    ],
)  # fmt: skip
def test_texts(tmp_path: Path, expression: str, cells: dict[str, str], expected: str | None) -> None:
    assert one(tmp_path, f"remark: {expression}", cells, "remark") == (expected,)


@pytest.mark.parametrize(
    ("expression", "cells", "expected"),
    [
        ("{column: 金额, unit: yuan}", "12.3", 1230),
        ("{column: 金额, unit: yuan}", "¥1,234.50元", 123450),
        ("{column: 金额, unit: yuan}", "１２．３０", 1230),
        ("{column: 金额, unit: yuan}", "12.3000000000", 1230),
        ("{column: 金额, unit: yuan}", "1.23e1", 1230),
        ("{column: 金额, unit: yuan}", "0.29", 29),
        ("{column: 金额, unit: fen}", "1230", 1230),
        ("{column: 金额, unit: cents}", "1230.0", 1230),
        ("{column: 金额, unit: jiao}", "12.3", 123),
        ("{multiply: [金额, {constant: '3'}], unit: yuan}", "1.11", 333),
        ("{multiply: [金额, {constant: '0.5'}], unit: yuan}", "1.10", 55),
        ("{add: [金额, {constant: '0.01'}], unit: yuan}", "1.10", 111),
        ("{subtract: [金额, {constant: '0.01'}], unit: yuan}", "1.10", 109),
        ("{negate: 金额, unit: yuan}", "-1.10", 110),
        ("{absolute: 金额, unit: yuan}", "-1.10", 110),
        ("{sum: {of: 金额, per: [金额]}, unit: yuan}", "1.10", 110),
        ("{column: 金额, unit: yuan, default: 5}", "", 500),
        ("{allocate: {of: 金额, per: [别]}, unit: yuan}", "1.11", 111),
    ],
)
def test_money_is_exact(tmp_path: Path, expression: str, cells: str, expected: int) -> None:
    assert one(tmp_path, f"paid_fen: {expression}", {"金额": cells, "别": "x"}, "paid_fen") == (expected,)


@pytest.mark.parametrize(
    ("expression", "cell", "code"),
    [
        ("{column: 金额, unit: yuan}", "12.345", "decimals"),
        ("{column: 金额, unit: fen}", "0.5", "decimals"),
        ("{column: 金额, unit: yuan}", "1.0000000001", "decimals"),
        ("{column: 金额, unit: yuan}", "1e-9", "decimals"),
        ("{multiply: [金额, {constant: '0.5'}], unit: yuan}", "1.11", "decimals"),
        ("{column: 金额, unit: yuan}", "免费", "unparsable"),
        ("{column: 金额, unit: yuan}", "1.2.3", "unparsable"),
        ("{column: 金额, unit: yuan}", "inf", "unparsable"),
        ("{column: 金额, unit: yuan}", "99999999999999999999", "unparsable"),
        ("{add: [金额, {constant: '1'}], unit: yuan}", "免费", "unparsable"),
        ("{column: 金额, unit: yuan}", "100000.01", "out_of_range"),
    ],
)
def test_money_that_is_not_whole_is_a_problem_never_rounded(
    tmp_path: Path, expression: str, cell: str, code: str
) -> None:
    (found,) = one(tmp_path, f"paid_fen: {expression}", {"金额": cell, "别": "x"}, "paid_fen")
    assert isinstance(found, tuple)
    assert found[0] == code
    if code != "out_of_range":
        assert found[1] == cell


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01 10:30:00", datetime(2026, 3, 1, 2, 30, tzinfo=UTC)),
        ("2026/3/1 7:05", datetime(2026, 2, 28, 23, 5, tzinfo=UTC)),
        ("2026年3月1日 10:30", datetime(2026, 3, 1, 2, 30, tzinfo=UTC)),
        ("20260301103000", datetime(2026, 3, 1, 2, 30, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 2, 28, 16, tzinfo=UTC)),
        ("2026-03-01T10:30:00Z", datetime(2026, 3, 1, 10, 30, tzinfo=UTC)),
        ("2026-03-01 10:30:00+09:00", datetime(2026, 3, 1, 1, 30, tzinfo=UTC)),
        ("2026-03-01T10:30-0300", datetime(2026, 3, 1, 13, 30, tzinfo=UTC)),
    ],
)
def test_moments_are_company_time_unless_they_name_a_zone(tmp_path: Path, text: str, expected: datetime) -> None:
    assert one(tmp_path, "placed_at: 时间", {"时间": text, "别": "x"}, "placed_at") == (expected,)


def test_moments_may_be_utc_unix_or_in_a_form_of_their_own(tmp_path: Path) -> None:
    noon = datetime(2026, 3, 1, 4, tzinfo=UTC)
    assert one(
        tmp_path / "1", "placed_at: {column: 时, zone: utc}", {"时": "2026-03-01 04:00:00", "x": "1"}, "placed_at"
    ) == (noon,)
    assert one(
        tmp_path / "2",
        "placed_at: {column: 时, unit: unix_milliseconds}",
        {"时": "1772337600000", "x": "1"},
        "placed_at",
    ) == (noon,)
    assert one(
        tmp_path / "3", "placed_at: {column: 时, format: '%d.%m.%Y %H'}", {"时": "01.03.2026 12", "x": "1"}, "placed_at"
    ) == (noon,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026-03-01", date(2026, 3, 1)), ("2026/3/1", date(2026, 3, 1)), ("260301", date(2026, 3, 1))],
)
def test_days(tmp_path: Path, text: str, expected: date) -> None:
    assert one(tmp_path, "placed_date: 日", {"日": text, "别": "x"}, "placed_date") == (expected,)


@pytest.mark.parametrize(("text", "expected"), [("是", True), ("0", False), ("Y", True), ("", None)])
def test_flags(tmp_path: Path, text: str, expected: bool | None) -> None:
    assert one(tmp_path, "is_test: 测试", {"测试": text, "别": "x"}, "is_test") == (expected,)


def test_a_choice_may_be_written_by_its_title(tmp_path: Path) -> None:
    assert one(tmp_path, "status: 状态", {"状态": "已完成", "x": "1"}, "status") == ("closed",)


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ("{column: 状态, in: [a, b]}", "ab"),
        ("{column: 状态, not_in: [a]}", "bc"),
        ("{column: 状态, equals: a}", "a"),
        ("{column: 状态, is_not: a}", "bc"),
        ("{column: 状态, matches: '[bc]'}", "bc"),
        ("{column: 备注, empty: true}", "b"),
        ("{column: 数, at_most: 2}", "ab"),
        ("{all: [{column: 数, at_least: 2}, {not: {column: 状态, equals: c}}]}", "b"),
        ("{any: [{column: 数, equals: 1}, {column: 状态, equals: c}]}", "ac"),
    ],
)
def test_rows_may_be_left_out(tmp_path: Path, where: str, kept: str) -> None:
    intake = opened(tmp_path)
    text = f"{HEAD.replace('    columns', f'    where: {where}{chr(10)}    columns')}      order_id: 状态\n      status: {{constant: paid}}\n      goods_fen: {{constant: 1}}\n"
    bring(
        intake,
        write(tmp_path / "a.csv", [("a", "1", "x"), ("b", "2", ""), ("c", "3", "x")], ("状态", "数", "备注")),
        mapping(text),
    )
    assert "".join(str(row[0]) for row in rows(intake, "orders", "order_id")) == kept


def test_lines_may_be_numbered_and_orders_summed_from_them(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    text = """
source: shop
tables:
  orders:
    distinct: true
    columns:
      order_id: 单
      status: {constant: paid}
      goods_fen: {sum: {of: {multiply: [价, 件]}, per: [单]}, unit: yuan}
  order_line:
    columns:
      order_id: 单
      line_no: {number: {per: [单], by: [品]}}
      sku_id: 品
      qty: 件
      weight_gram: {column: 重, unit: kg}
"""
    given = [("A", "S2", "1.10", "2", "0.3333"), ("B", "S1", "5", "1", ""), ("A", "S1", "0.01", "3", "1")]
    receipt = bring(intake, write(tmp_path / "a.csv", given, ("单", "品", "价", "件", "重")), mapping(text))
    assert receipt.bad == 0
    assert rows(intake, "orders", "order_id", "goods_fen") == [("A", 223), ("B", 500)]
    assert rows(intake, "order_line", "order_id", "line_no", "sku_id", "weight_gram") == [
        ("A", 1, "S1", 1000),
        ("A", 2, "S2", 333),
        ("B", 1, "S1", None),
    ]


def test_what_is_sensitive_never_lies_in_landing(tmp_path: Path) -> None:
    vault = GlassVault()
    intake = opened(tmp_path, sealer=vault, path=str(tmp_path / "w.duckdb"))
    text = (
        HEAD
        + "      order_id: 单\n      status: {constant: paid}\n      goods_fen: {constant: 1}\n      member_id: 手机\n      receiver_phone: 手机\n      remark: 留言\n"
    )
    given = [("A", "13800001234", "打13911112222", "张三", "13722223333"), ("B", "13800001234", "", "", "")]
    bring(intake, write(tmp_path / "outside.csv", given, ("单", "手机", "留言", "收货人", "其他")), mapping(text))
    (tmp_path / "outside.csv").unlink()
    found = rows(intake, "orders", "member_id", "receiver_phone_mask", "remark", where="order_id = 'A'")[0]
    assert str(found[0]).startswith("p-")
    assert found[1:] == ("138****1234", "打139****2222")
    assert {entry[2:] for entry in vault.sealed} == {(f"member:{found[0]}", "13800001234")}
    intake.warehouse.close()
    for path in tmp_path.rglob("*.*"):
        if path.is_file():
            for number in ("13800001234", "13911112222", "13722223333", "张三"):
                assert number.encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("source: x\ntables:\n  oders: {columns: {}}", 3, "orders"),
        ("source: x\ntables:\n  orders:\n    columns:\n      order_id: 单\n      good_fen: 价", 6, "goods_fen"),
        ("source: x\ntables:\n  orders:\n    columns:\n      status: 状态", 5, "order_id"),
        ("source: x\ntables:\n  orders:\n    columns:\n      order_id: 单\n      goods_fen: 价", 6, "unit: yuan"),
        ("source: x\ntables:\n  orders:\n    columns:\n      order_id: 单\n      goods_fen: {column: 价, unit: yuam}", 6, "yuan"),
        ("source: x\ntables:\n  orders:\n    columns:\n      order_id: {concatt: [单]}", 5, "concat"),
        ("source: x\ntables:\n  orders:\n    columns:\n      order_id: {column: 单, upper: 单}", 5, "表达式"),
        ("source: x\ntables:\n  orders:\n    columns:\n      order_id: 单\n      order_id: 号", 6, "两次"),
        ("source: x\nfile: {header_row: 0}\ntables: {}", 2, "1"),
        ("source: x\nfile: {kind: pdf}\ntables: {}", 2, "xlsx"),
        ("source: x\ntables: {}", 2, "一张表"),
        ("tables: {}", 1, "source"),
        ("source: [", 1, "YAML"),
        ("", 1, "空"),
        ("source: x\ntables:\n  orders:\n    where: {column: 状态}\n    columns: {order_id: 单}", 4, "判断"),
        ("source: x\ntables:\n  orders:\n    columns:\n      order_id: 单\n      placed_at: {column: 时, zone: mars}", 6, "utc"),
        ("source: x\ntables:\n  orders:\n    columns:\n      order_id: 单\n      receiver_phone: {number: {per: [单]}}", 6, "敏感"),
    ],
)  # fmt: skip
def test_mistakes_are_shown_where_they_stand(text: str, line: int, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        mapping(text)
    assert f"shop.yaml 第 {line} 行" in caught.value.say("zh")
    assert f"line {line}" in caught.value.say("en")
    assert said in caught.value.say("zh")


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    with pytest.raises(Invalid, match=r"没有“订单号”这一列.*第 5 行.*订单编号"):
        bring(intake, write(tmp_path / "a.csv", [("1",)], ("订单编号",)), mapping(HEAD + "      order_id: 订单号\n"))
    assert not list((tmp_path / "landing").iterdir())


def test_every_expression_is_tried_here() -> None:
    tried = __import__("pathlib").Path(__file__).read_text("utf-8")
    assert [name for name in EXPRESSIONS if f"{{{name}:" not in tried] == []
