"""Random tables written with random dirt around and within them, read back equal: values, row numbers, what was left out."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from linshu.connectors.files import open_file
from linshu.engine.intake.incoming import BLANK
from linshu.engine.intake.layout import LINE
from linshu.engine.intake.mapping import FileForm

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("下单时间", "商品名称", "数量", "实付金额", "备注", "店铺", "收货省份")
WORDS = st.sampled_from(
    ["苹果 5斤", "新疆·梨", "好店（总店）", "a,b", 'say "hi"', "two\nlines", "￥12", "多、种，标点", "x|y;z", "普通"]
)
TITLES = ("三月订单报表", "导出时间：2026-03-31", "#----列表----", "店铺：好店")
BETWEEN = (["小计", "", "12.50"], ["本页合计：", "3"], ["合计（元）", "", "1,234.50"])
BELOW = (["合计", "", "99.00"], ["共 3 条记录"], ["制表：张三"], ["总计：100"], ["备注：以上价格含税"])


@dataclass(frozen=True)
class Dirty:
    """A table and the dirt it is written with."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    titles: tuple[str, ...]
    after: dict[int, str]  # by number of rows before it: "blank", "total", "header"
    below: tuple[int, ...]

    def lines(self) -> tuple[list[list[str]], dict[int, tuple[str, ...]], dict[int, str]]:
        """All rows as written; the data and the dirt among them, by row number."""
        wide = len(self.columns)
        made: list[list[str]] = [[each] for each in self.titles]
        aside = dict.fromkeys(range(1, len(made) + 1), "title")
        data = {}
        made.append(list(self.columns))
        for at, row in enumerate(self.rows):
            dirt = self.after.get(at)
            if dirt == "blank":
                made.append([""])
            elif dirt == "total":
                made.append(BETWEEN[at % len(BETWEEN)])
            elif dirt == "header" and at:
                made.append(list(self.columns))
            if dirt in ("total", "header") and (at or dirt == "total"):
                aside[len(made)] = dirt
            made.append(list(row))
            data[len(made)] = row
        for at in self.below:
            made.append(BELOW[at])
            aside[len(made)] = "total" if BELOW[at][0][0] in "合共总" else "note"
        return [[*row[:wide], *([""] * (wide - len(row)))] for row in made], data, aside


@st.composite
def dirty(draw: st.DrawFn) -> Dirty:
    """A random table with random dirt."""
    columns = ("订单号", *draw(st.permutations(NAMES))[: draw(st.integers(3, 6))])
    size = draw(st.integers(2, 12))
    rows = tuple(
        (
            f"2026{at:04}-{draw(st.integers(0, 99))}",
            str(draw(st.integers(-5, 500)) / 4),
            *(draw(WORDS) for _ in columns[2:]),
        )
        for at in range(size)
    )
    after = draw(st.dictionaries(st.integers(1, size - 1), st.sampled_from(["blank", "total", "header"]), max_size=3))
    titles = tuple(draw(st.lists(st.sampled_from(TITLES), max_size=3, unique=True)))
    return Dirty(
        columns, rows, titles, after, tuple(draw(st.lists(st.integers(0, len(BELOW) - 1), max_size=3, unique=True)))
    )


def found(
    path: Path, form: FileForm | None = None
) -> tuple[tuple[str, ...], dict[int, tuple[str, ...]], dict[int, str]]:
    """What a file is read as: columns, rows by number, what was left out by number."""
    incoming = open_file(path, form)
    read = [row for table in incoming.rows for row in table.to_pylist()]
    left = {row["line"]: row["why"] for row in incoming.broken().to_pylist()}
    # Clean files leave the numbers to the place of the row.
    free = (number for number in count(incoming.header_row + 1) if number not in left)
    rows = {row.pop(LINE, 0) or next(free): tuple(value or "" for value in row.values()) for row in read}
    return incoming.columns, rows, {line: why for line, why in left.items() if why != BLANK}


@pytest.mark.slow
@settings(max_examples=100)
@given(
    dirty(),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"]),
    st.sampled_from(",\t;|"),
    st.sampled_from(["\r\n", "\n", "\r"]),
)
def test_a_dirty_text_file_reads_back(
    tmp_path_factory: pytest.TempPathFactory, table: Dirty, encoding: str, delimiter: str, end: str
) -> None:
    lines, data, aside = table.lines()
    if end == "\r":  # a value of two lines keeps its own line end
        lines = [[value.replace("\n", " ") for value in row] for row in lines]
        data = {number: tuple(value.replace("\n", " ") for value in row) for number, row in data.items()}
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(lines)
    path = tmp_path_factory.mktemp("dirt") / "a.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    columns, rows, left = found(path)
    assert columns == table.columns
    assert rows == data
    assert left == aside


@pytest.mark.slow
@settings(max_examples=50)
@given(dirty(), st.booleans())
def test_a_dirty_workbook_reads_back(tmp_path_factory: pytest.TempPathFactory, table: Dirty, merged: bool) -> None:
    lines, data, aside = table.lines()
    path = tmp_path_factory.mktemp("dirt") / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("订单")
        for at, row in enumerate(lines):
            if merged and at < len(table.titles):
                sheet.merge_range(at, 0, at, len(row) - 1, row[0])
                continue
            for column, value in enumerate(row):
                if value and re.fullmatch(r"-?\d+\.\d+", value):
                    sheet.write_number(at, column, float(value))
                elif value:
                    sheet.write_string(at, column, value)
    columns, rows, left = found(path)
    numbers = {number: tuple(re.sub(r"^(-?\d+)\.0$", r"\1", value) for value in row) for number, row in data.items()}
    assert columns == table.columns
    assert rows == numbers
    assert left == aside


@pytest.mark.slow
@settings(max_examples=50)
@given(dirty())
def test_all_rows_are_kept_when_asked_to(tmp_path_factory: pytest.TempPathFactory, table: Dirty) -> None:
    lines, _, _ = table.lines()
    path = tmp_path_factory.mktemp("dirt") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    _, rows, left = found(path, FileForm(header_row=len(table.titles) + 1, keep_all=True))
    said = [tuple(row) for row in lines[len(table.titles) + 1 :] if any(row)]
    assert list(rows.values()) == said
    assert set(left.values()) <= {"title"}
