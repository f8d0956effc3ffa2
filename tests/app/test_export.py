"""Exports: the same rows in each format, formulas escaped, nothing half written."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.app import workbook
from linshu.app.export import FORMULA, escaped, format_of, write
from linshu.kernel.errors import Misused, Unavailable

NASTY = ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", "|cmd", "plain", 'it\'s, "quoted"', "行\n行", "", None]
TABLE = pa.table(
    {
        "text": NASTY,
        "fen": pa.array(range(len(NASTY)), pa.int64()),
        "day": pa.array([date(2026, 10, 1)] * len(NASTY)),
        "at": pa.array([datetime(2026, 10, 1, 12, 30, tzinfo=UTC)] * len(NASTY), pa.timestamp("us", "UTC")),
        "share": pa.array([0.5] * len(NASTY)),
        "yes": pa.array([True] * len(NASTY)),
    }
)


def test_parquet_is_exact(tmp_path: Path) -> None:
    assert write(TABLE.to_reader(), tmp_path / "x.parquet", "parquet") == len(NASTY)
    assert pq.read_table(tmp_path / "x.parquet").equals(TABLE)


def test_csv_escapes_what_a_spreadsheet_would_run(tmp_path: Path) -> None:
    write(TABLE.to_reader(max_chunksize=3), tmp_path / "x.csv", "csv")
    content = (tmp_path / "x.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    options = pa_csv.ParseOptions(newlines_in_values=True)
    texts = pa_csv.read_csv(tmp_path / "x.csv", parse_options=options)["text"].to_pylist()
    assert texts[:7] == [f"'{text}" for text in NASTY[:7]]
    assert texts[7:10] == NASTY[7:10]


def test_excel_escapes_and_keeps_types(tmp_path: Path) -> None:
    meta = {"columns": [{"name": "fen", "title": {"zh": "金额", "en": "Money"}, "unit": "fen"}]}
    write(TABLE.to_reader(), tmp_path / "x.xlsx", "xlsx", meta)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    rows = list(book["数据"].iter_rows(values_only=True))
    assert rows[0] == ("text", "fen", "day", "at", "share", "yes")
    assert rows[1] == ("'=1+1", 0, datetime(2026, 10, 1), datetime(2026, 10, 1, 12, 30), 0.5, True)
    assert not any(cell.data_type == "f" for row in book["数据"].iter_rows() for cell in row)
    assert [cell.value for cell in book["说明"][2]] == ["fen", "金额", "Money", "fen"]


def test_a_number_too_long_for_a_spreadsheet_stays_exact(tmp_path: Path) -> None:
    write(pa.table({"n": [12345678901234567]}).to_reader(), tmp_path / "x.xlsx", "xlsx")
    assert openpyxl.load_workbook(tmp_path / "x.xlsx")["数据"]["A2"].value == "12345678901234567"


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_no_rows_still_make_a_file_with_its_head(tmp_path: Path, form: str) -> None:
    assert write(TABLE.slice(0, 0).to_reader(), tmp_path / f"x.{form}", form) == 0
    assert (tmp_path / f"x.{form}").stat().st_size > 0


def test_a_failure_leaves_no_half_file(tmp_path: Path) -> None:
    def broken() -> object:
        yield TABLE.to_batches()[0]
        raise OSError(28, "No space left on device")

    reader = pa.RecordBatchReader.from_batches(TABLE.schema, broken())
    with pytest.raises((Unavailable, pa.ArrowException, OSError)):
        write(reader, tmp_path / "x.csv", "csv")
    assert list(tmp_path.iterdir()) == []


def test_the_format_is_asked_or_read_from_the_name() -> None:
    assert format_of("", Path("a/b.XLSX")) == "xlsx"
    assert format_of("csv", Path("b.txt")) == "csv"
    with pytest.raises(Misused, match="parquet"):
        format_of("", Path("b.txt"))


@given(st.lists(st.one_of(st.none(), st.text(max_size=20))))
def test_no_cell_begins_like_a_formula(texts: list[str | None]) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array(texts, pa.string())], names=["t"])
    after = escaped(batch).column(0).to_pylist()
    assert all(text is None or not re.match(FORMULA, text) for text in after)
    assert [text if text is None else text.removeprefix("'") for text in after] == [
        text if text is None else text.removeprefix("'") for text in texts
    ]


def test_sheets_hold_what_excel_can_and_the_rest_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert workbook.SHEET_ROWS + 1 == 1_048_576
    monkeypatch.setattr(workbook, "SHEET_ROWS", 4)
    monkeypatch.setattr(workbook, "PIECE_ROWS", 3)
    for rows, sheets in ((0, 1), (3, 1), (4, 1), (5, 2), (8, 2), (9, 3)):
        file = tmp_path / f"{rows}.xlsx"
        assert write(pa.table({"n": range(rows)}).to_reader(max_chunksize=5), file, "xlsx") == rows
        book = openpyxl.load_workbook(file)
        assert len(book.sheetnames) == sheets
        numbers = [row[0] for sheet in book.worksheets for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert [one for one in numbers if one is not None] == list(range(rows))


VALUES = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30))


@given(st.lists(st.tuples(VALUES, st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | st.floats())))
def test_two_readers_of_excel_read_what_was_written(rows: list[tuple[str | None, int | None, float | None]]) -> None:
    from tempfile import TemporaryDirectory

    from python_calamine import CalamineWorkbook

    table = pa.table(
        {
            "t": pa.array([one[0] for one in rows], pa.string()),
            "i": pa.array([one[1] for one in rows], pa.int64()),
            "f": pa.array([one[2] for one in rows], pa.float64()),
        }
    )
    with TemporaryDirectory() as folder:
        file = Path(folder) / "x.xlsx"
        write(table.to_reader(), file, "xlsx")
        sheet = openpyxl.load_workbook(file)["数据"]
        read = [tuple(cell for cell in row) for row in sheet.iter_rows(min_row=2, max_col=3, values_only=True)]
        assert CalamineWorkbook.from_path(file).get_sheet_by_name("数据").to_python(skip_empty_area=False)
    for (text, whole, real), (t, i, f) in zip(rows, read, strict=False):
        assert (str(t) if t is not None else "").removeprefix("'") == legal(text).removeprefix("'")
        assert i == (str(whole) if whole is not None and abs(whole) >= 10**15 else whole)
        if real is not None and math.isfinite(real):
            assert f == pytest.approx(real, rel=1e-12)


def legal(text: str | None) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text or "")
