"""Writes any table or answer to a file people and tools open: CSV, Excel, Parquet.

A cell that a spreadsheet would run as a formula is escaped with an apostrophe in CSV and Excel; Parquet is exact.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import xlsxwriter

from linshu.app.answer import Answer
from linshu.kernel.errors import Misused, Unavailable, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linshu.app.shop import Shop

Format = Literal["parquet", "csv", "xlsx"]
FORMATS: tuple[Format, ...] = ("parquet", "csv", "xlsx")
FORMULA = r"^[=+\-@\t\r\n|]"  # how a cell begins that a spreadsheet may run
SHEET_ROWS = 1_048_575  # what one sheet holds below its head
SHEET_TEXT = 32_767  # characters a cell holds


def format_of(name: str, to: Path) -> Format:
    """The asked format, or the one the file's name ends in."""
    wanted = name or to.suffix.removeprefix(".").lower()
    if wanted in FORMATS:
        return wanted
    raise Misused(Text(f"不能导出为 {wanted!r}", f"cannot export as {wanted!r}"), mend=nearest(wanted, FORMATS))


def write(batches: pa.RecordBatchReader, to: Path, form: Format, meta: Mapping[str, Any] | None = None) -> int:
    """Write the rows to `to`, batch by batch, and give their number; the file appears whole or not at all."""
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        rows = {"parquet": _parquet, "csv": _csv, "xlsx": _xlsx}[form](batches, part, meta or {})
        part.replace(to)
    except OSError as error:
        raise Unavailable(
            Text(f"写不了 {to}：{error.strerror or error}", f"cannot write {to}: {error.strerror or error}"),
            mend=Text("请检查磁盘与文件夹权限。", "Check the disk and the folder's rights."),
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return rows


def escaped(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with every text that begins like a formula put behind an apostrophe."""
    columns = [_escape(column) for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _escape(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    risky = pc.match_substring_regex(column, FORMULA)
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)


def _parquet(batches: pa.RecordBatchReader, to: Path, _: Mapping[str, Any]) -> int:
    rows = 0
    with pq.ParquetWriter(to, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _csv(batches: pa.RecordBatchReader, to: Path, _: Mapping[str, Any]) -> int:
    rows = 0
    schema = escaped(pa.RecordBatch.from_pylist([], schema=batches.schema)).schema
    with to.open("wb") as file:
        file.write(b"\xef\xbb\xbf")  # so that Excel reads Chinese as UTF-8
        with pa_csv.CSVWriter(file, schema) as writer:
            for batch in batches:
                writer.write_batch(escaped(batch))
                rows += batch.num_rows
    return rows


def _xlsx(batches: pa.RecordBatchReader, to: Path, meta: Mapping[str, Any]) -> int:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(to), options)
    head = book.add_format({"bold": True, "bottom": 1})
    formats = {"date": book.add_format({"num_format": "yyyy-mm-dd"}),
               "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})}  # fmt: skip
    rows, sheet = 0, None
    for row in _rows(batches):
        if rows % SHEET_ROWS == 0:
            sheet = _sheet(book, rows // SHEET_ROWS, batches.schema.names, head)
        for at, value in enumerate(row):
            _cell(sheet, rows % SHEET_ROWS + 1, at, value, formats)
        rows += 1
    if sheet is None:
        _sheet(book, 0, batches.schema.names, head)
    _meaning(book, meta, head)
    book.close()
    return rows


def _rows(batches: pa.RecordBatchReader) -> Iterator[tuple[Any, ...]]:
    for batch in batches:
        yield from zip(*(column.to_pylist() for column in escaped(batch).columns), strict=True)


def _sheet(book: Any, number: int, names: list[str], head: Any) -> Any:
    sheet = book.add_worksheet("数据" if number == 0 else f"数据{number + 1}")
    sheet.freeze_panes(1, 0)
    for at, name in enumerate(names):
        sheet.write_string(0, at, name, head)
    return sheet


def _cell(sheet: Any, row: int, at: int, value: Any, formats: Mapping[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, at, value)
    elif isinstance(value, int) and abs(value) >= 10**15:
        sheet.write_string(row, at, str(value))  # a spreadsheet would round it
    elif isinstance(value, int | float):
        sheet.write_number(row, at, value)
    elif isinstance(value, datetime):
        naive = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        sheet.write_datetime(row, at, naive, formats["instant"])
    elif hasattr(value, "isoformat"):
        sheet.write_datetime(row, at, value, formats["date"])
    else:
        sheet.write_string(row, at, str(value)[:SHEET_TEXT])


def _meaning(book: Any, meta: Mapping[str, Any], head: Any) -> None:
    """A second sheet that says what each column means and in which unit it is."""
    columns = meta.get("columns")
    if not columns:
        return
    sheet = book.add_worksheet("说明")
    for at, name in enumerate(("列 column", "名称 title", "English", "单位 unit")):
        sheet.write_string(0, at, name, head)
    for row, one in enumerate(columns, 1):
        title = one.get("title") or {}
        for at, text in enumerate((one["name"], title.get("zh", ""), title.get("en", ""), str(one.get("unit") or ""))):
            sheet.write_string(row, at, text)


def export(shop: Shop, what: str | Answer, to: str | Path, form: str = "") -> Answer:
    """Write a table, the rows of a SELECT, or an answer to a file; says where it lies and how many rows it has."""
    target = Path(to)
    chosen = format_of(form, target)
    if isinstance(what, str) and not what.lstrip("( \n\t").lower().startswith(("select", "with ", "from ")):
        batches, meta = shop.table(what), {}
    else:
        answer = shop.sql(what) if isinstance(what, str) else what
        batches, meta = answer.table.to_reader(), dict(answer.meta)
    rows = write(batches, target, chosen, meta)
    return Answer.of([{"file": str(target), "format": chosen, "rows": rows, "bytes": target.stat().st_size}])
