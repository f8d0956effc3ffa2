"""How cells are written is told by whole columns, read so, and asked about where they leave it open; blanks say what is above."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from tests.connectors.layouts.market import yuan
from tests.engine.intake.standin import opened, rows

from linshu.connectors.files import open_file, parts
from linshu.connectors.guessing import Guess, guess
from linshu.connectors.guessing.lists import day_in, short_day
from linshu.engine.intake.mapping import Mapping
from linshu.kernel.errors import Invalid
from linshu.standard import TABLES

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = {table.name: table for table in TABLES}
SMALL = tuple(table for table in TABLES if table.name in ("orders", "order_line", "sku", "refund"))


def understood(path: Path, text: str) -> Guess:
    path.write_text(text, "utf-8")
    (part,) = parts(path)
    columns = zip(*part.sample, strict=True)
    return guess(part.columns, dict(zip(part.columns, columns, strict=True)), file=path.name)


def told(found: Guess, **words: str) -> Mapping:
    """The mapping with what a person says beside the file."""
    lines = [f'  "{word}": "{words.get(word, said)}"' for word, said in found.mapping.told.items()]
    kept, is_told = [], False
    for line in found.mapping.text.splitlines():
        is_told = line.startswith("told:") or (is_told and line.startswith(" "))
        kept += [] if is_told else [line]
    return Mapping.parse("\n".join([*kept, "told:", *lines] if lines else kept), "a.yaml", KNOWN)


def brought(folder: Path, mapping: Mapping) -> list[tuple[object, ...]]:
    intake = opened(folder, SMALL)
    receipt = intake.land_and_merge(open_file(folder / "a.csv", mapping.file), mapping)
    assert receipt.bad == 0, intake.problems().to_pylist()
    return sorted(rows(intake, "orders", "order_id", "CAST(placed_date AS VARCHAR)", "paid_fen"))


@pytest.mark.parametrize("seed", range(6))
def test_days_and_numbers_of_any_dress_read_back(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    day = rng.choice(
        (
            "{2:02}.{1:02}.{0}",
            "{2}.{1}.26",
            "{1}/{2}/{0}",
            "{1}/{2}/26",
            "26.{1}.{2}",
            "{0}/{1}/{2}",
            "{1}月{2}号",
            "{1}-{2}",
        )
    )
    comma = rng.random() < 0.6
    truth = [(f"A{at}", (2026, 3, at), rng.randint(1, 300_000)) for at in range(1, 29)]
    made = ["订单号;日期;客户;商品;数量;金额"]
    for key, when, fen in truth:
        amount = f"{fen / 100:,.2f}".translate(str.maketrans(",.", ".,")) if comma else yuan(fen)
        made.append(f"{key};{day.format(*when)};小雨;苹果;1;{amount}")
    found = understood(tmp_path / "a.csv", "\n".join(made))
    assert not found.unsure
    said = brought(tmp_path, told(found, 年份="2026"))
    assert said == sorted((key, "{}-{:02}-{:02}".format(*when), fen) for key, when, fen in truth)


def test_what_a_column_leaves_open_is_asked(tmp_path: Path) -> None:
    found = understood(
        tmp_path / "a.csv", "订单号,日期,客户,商品,金额\nA1,01.03.2026,小雨,苹果,1.234\nA2,02.03.2026,阿明,梨,2.500\n"
    )
    assert found.mapping.ask == ("日期顺序", "小数点")
    assert "可能是 2026-03-01（日.月.年），也可能是 2026-01-03" in found.notes[0].zh
    with pytest.raises(Invalid, match="日期顺序"):
        found.mapping.check(("订单号", "日期", "客户", "商品", "金额"))
    assert brought(tmp_path, told(found, 日期顺序="日月年", 小数点=",")) == [
        ("A1", "2026-03-01", 123400),
        ("A2", "2026-03-02", 250000),
    ]
    with pytest.raises(Invalid, match="日月"):
        told(found, 日期顺序="日月")
    with pytest.raises(Invalid, match="26"):
        told(understood(tmp_path / "a.csv", "订单号,日期,客户,商品,金额\nA1,3月1日,小雨,苹果,1\n"), 年份="26")


def test_a_point_that_may_hide_a_nought_is_asked_about(tmp_path: Path) -> None:
    found = understood(tmp_path / "a.csv", "订单号,日期,客户,商品,金额\nA1,3.1,小雨,苹果,1\nA2,3.25,阿明,梨,2\n")
    assert [each.heading for each in found.unsure] == ["日期"]
    found = understood(tmp_path / "a.csv", "订单号,日期,客户,商品,金额\nA1,12月31日,小雨,苹果,1\nA2,1月1日,阿明,梨,2\n")
    assert "跨了年" in found.unsure[0].reason.zh


def test_lines_below_the_first_of_an_order_say_what_stands_above(tmp_path: Path) -> None:
    text = "订单号,日期,客户,电话,商品,数量,小计\nA1,2026-03-01,小雨,13812341234,苹果,1,5\n,,,,梨,2,8\n同上,,,,桃,1,2\nA2,2026-03-02,阿明,13812341235,枣,1,6\n"
    found = understood(tmp_path / "a.csv", text)
    assert found.mapping.file.fill == ("订单号", "日期", "客户", "电话")
    assert [(each.heading, "有 2 行没写" in each.reason.zh) for each in found.unsure] == [("订单号", True)]
    assert brought(tmp_path, found.mapping) == [("A1", "2026-03-01", 1500), ("A2", "2026-03-02", 600)]
    # With a day of its own it is a row of its own, whose key somebody forgot.
    assert not understood(tmp_path / "a.csv", text.replace("\n,,,,梨", "\n,2026-03-01,,,梨")).mapping.file.fill


def test_a_unit_beside_the_quantity_is_heeded(tmp_path: Path) -> None:
    text = "订单号,日期,客户,商品,数量,单位,金额\nA1,2026-03-01,小雨,苹果,3,斤,15\nA2,2026-03-01,阿明,苹果,1.5,KG,15\nA3,2026-03-01,阿明,苹果,2,箱,60\n"
    found = understood(tmp_path / "a.csv", text)
    intake = opened(tmp_path, SMALL)
    intake.land_and_merge(open_file(tmp_path / "a.csv"), found.mapping)
    assert sorted(rows(intake, "order_line", "order_id", "qty")) == [("A1", 1500), ("A2", 1500), ("A3", 2)]
    assert sorted(rows(intake, "sku", "name", "base_unit")) == [("苹果", "gram"), ("苹果", "piece")]


def test_payments_of_people_are_orders_without_goods(tmp_path: Path) -> None:
    found = understood(tmp_path / "a.csv", "姓名,电话,金额\n小雨,13812341234,25.5\n阿明,13812341235,30\n")
    assert found.unsure  # never without asking
    assert any("没有商品" in each.zh for each in found.notes)
    made = brought(tmp_path, told(found, 名单="付款", 日期="2026-03-01"))
    assert sorted(paid for *_, paid in made) == [2550, 3000]


def test_days_in_the_names_of_sheets() -> None:
    assert [short_day(each) for each in ("3月1日", "3.1", "v3.1", "群1-3", "水果 3月5号")] == [
        "3月1日",
        "3月1日",
        "",
        "",
        "3月5日",
    ]
    assert (day_in("5日", "2026年3月"), day_in("3.5", "2026"), day_in("3月5日", "水果")) == (
        "2026-03-05",
        "2026-03-05",
        "",
    )


def test_a_statement_of_account_is_never_taken_for_sales_unasked(tmp_path: Path) -> None:
    text = "交易时间,商品,收/支,金额(元),交易单号\n2026-03-01 10:00:00,草莓,收入,25,100001\n2026-03-02 10:00:00,进货,支出,100,100002\n"
    found = understood(tmp_path / "a.csv", text)
    assert [(each.heading, "支出的行也会当成销售" in each.reason.zh) for each in found.unsure] == [("金额(元)", True)]


def test_a_refusal_quotes_the_values_that_do_not_look_it(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="但值不像，如 免单、12\\+8"):
        understood(
            tmp_path / "a.csv",
            "订单号,下单时间,商品,金额\nA1,2026-03-01,苹果,免单\nA2,2026-03-01,梨,12+8\nA3,2026-03-01,枣,8块\n",
        )
