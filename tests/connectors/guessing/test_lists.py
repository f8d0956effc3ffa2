"""Sheets that number no order, goods in columns or in rows: read back as written, known again, grown and mended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from tests.connectors.layouts.market import write, yuan
from tests.engine.intake.standin import opened, rows

from linshu.connectors.files import open_file, parts
from linshu.connectors.guessing import DAY, LIST, Guess, guess
from linshu.connectors.guessing.lists import day_in, list_name
from linshu.connectors.guessing.tally import count_of, price_in
from linshu.engine.intake.mapping import Mapping
from linshu.kernel.errors import Invalid
from linshu.standard import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.engine.intake import Intake
    from linshu.engine.intake.receipt import Receipt

KNOWN = {table.name: table for table in TABLES}
SMALL = tuple(table for table in TABLES if table.name in ("orders", "order_line", "sku", "refund"))
# What goods are called over their columns, the name that stays, the unit of a count in base units.
HEADS = (
    ("苹果 {}元/斤", "苹果/克", 500), ("草莓{}元", "草莓", 1), ("鸡蛋（30枚）{}元/板", "鸡蛋(30枚)", 1), ("¥{} 牛奶", "牛奶", 1),
    ("土鸡 @{}元", "土鸡", 1), ("米\n5kg装 {}元", "米5kg装", 1),
)  # fmt: skip
BUYERS = ("小雨", "阿明", "老陈", "王姐", "3栋502", "Lily")


def understood(path: Path, **told: str) -> Guess:
    """What a sheet is taken for, with what was told beside it."""
    (part,) = parts(path)
    columns = zip(*part.sample, strict=True)
    found = guess(part.columns, dict(zip(part.columns, columns, strict=True)), file=path.name, only_orders=True)
    lines = found.mapping.text.splitlines()
    said = {**found.mapping.told, **told}
    at = next((at for at, line in enumerate(lines) if line.startswith("told:")), None)
    assert at is not None
    end = next(at for at, line in enumerate(lines) if line.startswith("ask:"))
    text = "\n".join([*lines[:at], "told:", *(f'  "{word}": "{value}"' for word, value in said.items()), *lines[end:]])
    return replace(found, mapping=Mapping.parse(text, found.mapping.name, KNOWN))


def bring(intake: Intake, path: Path, **told: str) -> Receipt:
    """Import it so."""
    mapping = understood(path, **told).mapping
    return intake.land_and_merge(open_file(path, mapping.file, mapping.columns), mapping)


@dataclass(frozen=True)
class Sheet:
    """A tally as somebody keeps it, and what it means."""

    rows: list[dict[str, str]]
    orders: list[tuple[int, int]]  # goods and paid, in fen, of those who took something
    lines: list[tuple[str, int, int]]  # good, base units, fen


def tally(rng: Random) -> Sheet:
    """A random one: prices in the head or in a row, sums or none, nothing taken said in many ways."""
    goods = [
        (head, sku, unit, rng.choice((100, 590, 1990, 2500)))
        for head, sku, unit in rng.sample(HEADS, rng.randint(2, 5))
    ]
    in_row, has_sum, off = rng.random() < 0.4, rng.random() < 0.7, 0
    made, orders, lines = [], [], []
    heads = {
        sku: head.format("").rstrip("元/斤板 ¥@").strip(" ¥@（") if in_row else head.format(f"{price / 100:g}")
        for head, sku, _, price in goods
    }
    if in_row:
        made.append(
            {
                "昵称": rng.choice(("单价", "")),
                **{heads[sku]: f"{price / 100:g}" for _, sku, _, price in goods},
                "合计": "",
            }
        )
    for _ in range(rng.randint(4, 9)):
        cells, worth, took = {}, 0, False
        for _, sku, unit, price in goods:
            count = rng.choice((0, 0, 1, 1, 2, 12))
            said = (
                rng.choice(("", "0", "-", "无"))
                if not count
                else rng.choice(
                    (
                        f"{count}",
                        f"+{count}",
                        f" {count} ",
                        f"{count}份" if unit == 1 or in_row else f"{count}斤",
                        *(["√", "一"] if count == 1 else []),
                    )
                )
            )
            cells[heads[sku]] = said
            if count:
                took, worth = True, worth + count * price
                lines.append(
                    (
                        sku if not in_row else heads[sku].replace("（", "(").replace("）", ")").replace("\n", ""),
                        count if in_row else count * unit,
                        count * price,
                    )
                )
        off = rng.choice((0, 0, 100)) if worth > 100 and has_sum else 0
        made.append({"昵称": rng.choice(BUYERS), **cells, "合计": yuan(worth - off) if took else ""})
        if took:
            orders.append((worth, worth - off))
    if not has_sum:
        for row in made:
            del row["合计"]
    elif rng.random() < 0.5:
        made.append({"昵称": rng.choice(("合计", "总计：")), **dict.fromkeys(heads.values(), "9"), "合计": "99"})
    return Sheet(
        [
            {"序号": str(at), **row, "备注": rng.choice(("", "放门口"))}
            if row["昵称"] in BUYERS
            else {"序号": "", **row, "备注": ""}
            for at, row in enumerate(made, 1)
        ],
        orders,
        lines,
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5 if settings.default.max_examples <= 100 else 100))
def test_a_tally_is_read_back_as_it_was_written(tmp_path: Path, seed: int) -> None:
    rng = Random(f"tally {seed}")
    sheet = tally(rng)
    path = write(tmp_path / f"水果团{rng.choice(('.csv', '.xlsx'))}", sheet.rows, rng.choice(("utf-8-sig", "gb18030")))
    intake = opened(tmp_path, SMALL)
    receipt = bring(intake, path, **{DAY: "2026-03-05", LIST: "水果团"})
    assert intake.problems().to_pylist() == []
    assert sorted(row[1:] for row in rows(intake, "orders", "order_id", "goods_fen", "paid_fen")) == sorted(
        sheet.orders
    )
    assert sorted(row[1:] for row in rows(intake, "order_line", "order_id", "sku_id", "qty", "goods_fen")) == sorted(
        sheet.lines
    )
    shares = dict(rows(intake, "order_line", "order_id", "sum(paid_fen)", where="true GROUP BY order_id"))
    assert shares == dict(rows(intake, "orders", "order_id", "paid_fen"))
    assert bring(intake, path, **{DAY: "2026-03-05", LIST: "水果团"}).already_known
    assert not receipt.bad


def test_a_tally_is_told_what_it_does_not_say_and_asks_about_what_is_odd(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("昵称,苹果,梨,枣,总份数\n小雨,2,1,约一斤,3\n阿明,,2份,不知道,2\n老陈,1,两份,1,4\n")
    found = understood(path)
    said = {claim.heading: claim for claim in found.claims}
    assert [said[name].role for name in ("苹果", "梨", "枣", "总份数")] == ["pieces", "pieces", "", "qty"]
    assert (said["枣"].unsure, said["苹果"].unsure) == (True, True)
    with pytest.raises(Invalid, match="要先告诉它：日期、苹果、梨"):
        found.mapping.check(open_file(path).columns)
    understood(path, 日期="2026-03-05", 苹果="5", 梨="8").mapping.check(open_file(path).columns)


def test_a_cell_that_is_no_count_and_a_sum_that_is_too_much_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "昵称,苹果5元,梨8元,枣3元,金额\n"
        + "".join(f"甲{at},1,1,1,16\n" for at in range(5))
        + "小雨,若干,1,,18\n阿明,1,,,8.5\n,6,6,5,80\n"
    )
    intake = opened(tmp_path, SMALL)
    assert bring(intake, path, 日期="2026-03-05").bad == 2
    told = {
        (each["source_column"], each["zh"].partition("：")[2][:23])
        for each in intake.problems().to_pylist()
        if each["status"] == "open"
    }
    assert any(column == "苹果5元" and said.startswith("“若干”不是数字") for column, said in told)
    assert any(said.startswith("实付比应付（商品金额加运费）多 3.50 元") for _, said in told)
    assert len(rows(intake, "orders", "order_id")) == 5


def test_a_list_may_come_again_grown_and_mended(tmp_path: Path) -> None:
    head, rest = (
        "日期,姓名,商品,数量,金额\n",
        ["3月1日,张三,苹果,2,10\n", "3月1日,李四,苹果,1,5\n", "3月2日,张三,梨,1,8\n"],
    )
    rest = [each.replace("3月", "2026-03-0").replace("日,", ",") for each in rest]
    versions = (
        [*rest],
        [rest[0], "2026-03-01,王五,梨,3,24\n", *rest[1:], "2026-03-01,张三,梨,1,8\n"],
        [rest[0].replace("2,10", "4,20"), "2026-03-01,王五,梨,3,24\n", *rest[1:], "2026-03-01,张三,梨,1,8\n"],
    )
    intake = opened(tmp_path, SMALL)
    seen = []
    for at, version in enumerate(versions):
        path = tmp_path / f"名单({at}).csv"
        path.write_text(head + "".join(version))
        receipt = bring(intake, path, 名单="水果")
        seen.append(
            (receipt.by_table["orders"].new, sum(paid for _, paid in rows(intake, "orders", "order_id", "paid_fen")))
        )
        assert intake.problems().to_pylist() == []
    assert seen == [(3, 2300), (1, 5500), (0, 6500)]
    assert sum(paid for _, paid in rows(intake, "order_line", "order_id", "paid_fen")) == 6500
    assert len(rows(intake, "order_line", "order_id")) == 5
    path.write_text(head + "".join(versions[2]))
    assert bring(intake, path, 名单="别的").by_table["orders"].new == 4  # the same people on another list


def test_a_name_stands_nowhere_that_orders_are_told_by(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("日期,姓名,商品,数量,金额\n2026-03-01,欧阳娜娜木子李弓长张,苹果,2,10\n2026-03-01,,苹果,2,10\n")
    intake = opened(tmp_path, SMALL)
    assert bring(intake, path, 名单="水果").bad == 1
    (problem,) = [each for each in intake.problems().to_pylist() if each["table_name"] == "orders"]
    assert problem["zh"].endswith("第 3 行“姓名、日期”列：缺少主键，无法知道这是哪一条。请补上“姓名、日期”。")
    for part in (tmp_path / "landing").rglob("*.parquet"):
        assert "欧阳娜娜木子李弓长张".encode() not in part.read_bytes()


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("苹果 5元/斤", ("苹果", "5", "斤", True)), ("草莓20元", ("草莓", "20", "", True)), ("鸡蛋30枚", ("鸡蛋30枚", "", "", False)),
        ("苹果5斤29.9元", ("苹果5斤", "29.9", "", True)), ("¥5 苹果", ("苹果", "5", "", True)), ("5元/斤 苹果", ("苹果", "5", "斤", True)),
        ("车厘子 59.9", ("车厘子", "59.9", "", False)), ("牛奶250ml", ("牛奶250ml", "", "", False)), ("桃(12元/斤)", ("桃", "12", "斤", True)),
        ("枣：8块", ("枣", "8", "", True)), ("枣 8元 (2)", ("枣", "8", "", True)),
    ],
)  # fmt: skip
def test_prices_in_headings(heading: str, said: tuple[str, str, str, bool]) -> None:
    assert price_in(heading) == said


def test_counts_in_cells() -> None:
    assert [count_of(each) for each in ("", "2", "２份", "+1", "√", "两份", "无", "1+1", "约2")] == [
        0,
        2,
        2,
        1,
        1,
        2,
        0,
        None,
        None,
    ]


def test_a_list_keeps_its_name_in_later_versions() -> None:
    names = ("水果团", "水果团(1)", "水果团 - 副本", "水果团 2026-03-05", "3月5日水果团_最终版", "水果团v2（新）")
    assert {list_name("Sheet1", name) for name in names} == {"水果团"}
    assert (list_name("一群", "水果团"), list_name("3.5", "水果团"), list_name("", "一群2")) == (
        "一群",
        "水果团",
        "一群2",
    )
    assert (day_in("接龙 3月5日", "团20260305"), day_in("2026年13月1日"), day_in("")) == ("2026-03-05", "", "")
