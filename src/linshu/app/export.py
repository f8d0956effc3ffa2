"""Writes any table or answer to a file people and tools open: CSV, Excel, Parquet.

A cell that a spreadsheet would run as a formula is escaped with an apostrophe in CSV and Excel; Parquet is exact.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from linshu.app.answer import Answer
from linshu.app.workbook import Workbook
from linshu.engine.shell.door import MOST_SECONDS
from linshu.kernel.errors import Misused, Unavailable, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.app.shop import Shop

Format = Literal["parquet", "csv", "xlsx"]
FORMATS: tuple[Format, ...] = ("parquet", "csv", "xlsx")
FORMULA = r"^[=+\-@\t\r\n|]"  # how a cell begins that a spreadsheet may run
MEANING = ("列 column", "名称 title", "English", "单位 unit")


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
    book = Workbook(to)
    rows = book.add("数据", batches.schema.names, (escaped(batch) for batch in batches))
    columns = meta.get("columns")
    if columns:
        book.add("说明", MEANING, [_meaning(columns)])
    book.close()
    return rows


def _meaning(columns: Iterable[Mapping[str, Any]]) -> pa.RecordBatch:
    """What each column means and in which unit it is."""
    listed = [(one["name"], one.get("title") or {}, str(one.get("unit") or "")) for one in columns]
    texts = [
        [name for name, _, _ in listed],
        [title.get("zh", "") for _, title, _ in listed],
        [title.get("en", "") for _, title, _ in listed],
        [unit for _, _, unit in listed],
    ]
    return pa.RecordBatch.from_arrays([pa.array(one, pa.string()) for one in texts], names=list(MEANING))


def export(shop: Shop, what: str | Answer, to: str | Path, form: str = "") -> Answer:
    """Write a table, the rows of a SELECT, or an answer to a file; says where it lies and how many rows it has."""
    target = Path(to)
    chosen = format_of(form, target)
    if isinstance(what, str) and not what.lstrip("( \n\t").lower().startswith(("select", "with ", "from ")):
        batches, meta = shop.table(what), {}
    else:
        answer = shop.sql(what, seconds=MOST_SECONDS) if isinstance(what, str) else what
        batches, meta = answer.table.to_reader(), dict(answer.meta)
    rows = write(batches, target, chosen, meta)
    return Answer.of([{"file": str(target), "format": chosen, "rows": rows, "bytes": target.stat().st_size}])
