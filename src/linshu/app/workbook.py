"""An Excel file written column by column from Arrow batches, so that a million rows take seconds and little memory."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import IO

SHEET_ROWS = 1_048_575  # what one sheet holds below its head
TEXT_LENGTH = 32_767  # characters a cell holds
EXACT_INTEGER = 10**15  # from here on a spreadsheet would round
EPOCH = 25_569  # 1970-01-01 as a spreadsheet counts days
DAY_MICROSECONDS = 86_400_000_000.0
DATE, INSTANT, HEAD = 1, 2, 3  # the cell formats of styles.xml
PIECE_ROWS = 50_000
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">'
    '<xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/>'
    '<xf fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Workbook:
    """An Excel file being written sheet by sheet."""

    def __init__(self, file: Path) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._sheets: list[str] = []

    def add(self, name: str, columns: Sequence[str], batches: Iterable[pa.RecordBatch]) -> int:
        """Write the rows to a sheet, and to further sheets where one is full; their number."""
        rows, sheet = 0, self._sheet(name, columns)
        for piece in _pieces(batches):
            if rows and rows % SHEET_ROWS == 0:
                _end(sheet)
                sheet = self._sheet(f"{name}{rows // SHEET_ROWS + 1}", columns)
            sheet.write(_rows(piece))
            rows += piece.num_rows
        _end(sheet)
        return rows

    def _sheet(self, name: str, columns: Sequence[str]) -> IO[bytes]:
        self._sheets.append(name)
        sheet = self._zip.open(f"xl/worksheets/sheet{len(self._sheets)}.xml", "w", force_zip64=True)
        head = "".join(f'<c t="inlineStr" s="{HEAD}"><is><t>{escape(one)}</t></is></c>' for one in columns)
        sheet.write(
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
            f"<sheetData><row>{head}</row>".encode()
        )
        return sheet

    def close(self) -> None:
        """Complete the file."""
        numbers = range(1, len(self._sheets) + 1)
        sheets = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"/>'
            for at, name in zip(numbers, self._sheets, strict=True)
        )
        self._put(
            "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>'
        )
        links = "".join(_relation(at, "worksheet", f"worksheets/sheet{at}.xml") for at in numbers)
        links += _relation(len(self._sheets) + 1, "styles", "styles.xml")
        self._put("xl/_rels/workbook.xml.rels", _relations(links))
        self._put("_rels/.rels", _relations(_relation(1, "officeDocument", "xl/workbook.xml")))
        self._zip.writestr("xl/styles.xml", _STYLES)
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for at in numbers
        )
        self._put(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{parts}</Types>',
        )
        self._zip.close()

    def _put(self, name: str, text: str) -> None:
        self._zip.writestr(name, _XML + text)


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'


def _relations(links: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _end(sheet: IO[bytes]) -> None:
    sheet.write(b"</sheetData></worksheet>")
    sheet.close()


def _pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The rows in pieces of moderate size, none of which crosses the end of a sheet."""
    rows = 0
    for batch in batches:
        at = 0
        while at < batch.num_rows:
            size = min(PIECE_ROWS, batch.num_rows - at, SHEET_ROWS - rows % SHEET_ROWS)
            yield batch.slice(at, size)
            at, rows = at + size, rows + size


def _rows(batch: pa.RecordBatch) -> memoryview | bytes:
    """The rows as XML, made column by column."""
    cells = [_cells(column) for column in batch.columns]
    whole = pc.binary_join_element_wise("<row>", *cells, "</row>", "")
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.combine_chunks()
    texts = whole.cast(pa.large_string())
    _, offsets, content = texts.buffers()
    ends = memoryview(offsets).cast("q")
    return memoryview(content)[ends[texts.offset] : ends[texts.offset + len(texts)]]


def _cells(column: pa.Array) -> pa.Array:
    """Each value as the XML of its cell; an empty cell where there is none."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    for fits, write in WRITERS:
        if fits(column.type):
            return write(column)
    return _texts(pa.array([None if one is None else str(one) for one in column.to_pylist()], pa.string()))


def _truths(column: pa.Array) -> pa.Array:
    return _filled('<c t="b"><v>', column.cast(pa.int8()), "</v></c>")


def _dates(column: pa.Array) -> pa.Array:
    days = pc.add(column.cast(pa.date32()).cast(pa.int32()), EPOCH)
    return _filled(f'<c s="{DATE}"><v>', days, "</v></c>")


def _instants(column: pa.Array) -> pa.Array:
    since = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64()).cast(pa.float64())
    days = pc.add(pc.divide(since, DAY_MICROSECONDS), float(EPOCH))
    return _filled(f'<c s="{INSTANT}"><v>', days, "</v></c>")


def _integers(column: pa.Array) -> pa.Array:
    real = column.cast(pa.float64(), safe=False)
    long = pc.fill_null(pc.greater_equal(pc.abs(real), float(EXACT_INTEGER)), False)
    return pc.if_else(long, _texts(column.cast(pa.string())), _numbers(column))


def _reals(column: pa.Array) -> pa.Array:
    return _numbers(pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type)))


def _numbers(column: pa.Array) -> pa.Array:
    return _filled("<c><v>", column, "</v></c>")


def _filled(before: str, column: pa.Array, after: str) -> pa.Array:
    cells = pc.binary_join_element_wise(before, column.cast(pa.string()), after, "")
    return pc.fill_null(cells, "<c/>")


def _texts(column: pa.Array) -> pa.Array:
    """Text cells; what XML cannot hold is left out, and never a formula whatever they begin with."""
    short = pc.utf8_slice_codeunits(column, 0, TEXT_LENGTH)
    plain = pc.replace_substring_regex(short, r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]", "")
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        plain = pc.replace_substring(plain, sign, written)
    return _filled('<c t="inlineStr"><is><t xml:space="preserve">', plain, "</t></is></c>")


WRITERS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], pa.Array]], ...] = (
    (pa.types.is_string, _texts),
    (pa.types.is_large_string, lambda column: _texts(column.cast(pa.string()))),
    (pa.types.is_integer, _integers),
    (pa.types.is_boolean, _truths),
    (pa.types.is_date, _dates),
    (pa.types.is_timestamp, _instants),
    (pa.types.is_floating, _reals),
    (pa.types.is_decimal, _numbers),
)
