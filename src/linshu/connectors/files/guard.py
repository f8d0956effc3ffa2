"""Packed files measured before they are unpacked: one made to exhaust memory is refused."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from linshu.connectors.files.kinds import damaged
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.connectors.files.source import Source

MOST_BYTES = 200_000_000  # of a workbook
MOST_UNPACKED = 2_000_000_000
MOST_RATIO = 200  # unpacked to packed, of a single member; real sheets stay below 60
MOST_CELLS = 30_000_000  # of the rectangle around a sheet's cells, which is held in memory
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_HIDDEN = re.compile(rb'<row [^>]*hidden="(?:1|true)"')
_SINCE_1904 = re.compile(rb'date1904="(?:1|true)"')
_CELL_END = b"</c>"
_NO_RESULT = re.compile(rb"<f(?:/>|(?: [^<>]*)?(?:/>|>[^<]*</f>))(?:<v></v>|<v ?/>)?</c>")
_CHUNK = 1 << 20
_LETTERS = 26


@dataclass(slots=True)
class Blank:
    """The cells of a workbook that say nothing although something stands in them."""

    errors: int = 0  # #DIV/0!, #N/A
    formulas: int = 0  # whose value was never worked out, as programs write them
    hidden: int = 0  # rows that people do not see, as a filter leaves them
    since_1904: bool = False  # its days are counted from 1904

    @property
    def notes(self) -> tuple[Text, ...]:
        """What a person should know of them."""
        made = []
        if self.errors:
            made.append(
                Text(
                    f"工作簿里有 {self.errors} 格是 Excel 的错误值（如 #DIV/0!、#N/A），按空白读：请改好公式再导入",
                    f"{self.errors} cells of the workbook hold an error of Excel (#DIV/0!, #N/A) and were read as empty: mend their formulas",
                )
            )
        if self.formulas:
            made.append(
                Text(
                    f"工作簿里有 {self.formulas} 格公式没有算出结果，按空白读：请用 Excel 或 WPS 打开，保存一次再导入",
                    f"{self.formulas} formulas of the workbook hold no result and were read as empty: open it in Excel, save it, import it anew",
                )
            )
        if self.hidden:
            made.append(
                Text(
                    f"有 {self.hidden} 行在 Excel 里是隐藏的（多半是筛选），也读了：不要的话请先删掉",
                    f"{self.hidden} rows are hidden in Excel (by a filter, mostly) and were read all the same: delete them if they are not wanted",
                )
            )
        if self.since_1904:
            made.append(
                Text(
                    "工作簿用 1904 日期系统：没设成日期格式的数字日期会差四年，请设成日期格式再导入",
                    "the workbook counts days from 1904: days that stand as plain numbers would be four years off; format them as dates",
                )
            )
        return tuple(made)


def refuse_bombs(source: Source) -> Blank:
    """Invalid when a workbook is larger than can be read in memory, or packed beyond belief; else its blank cells."""
    blank = Blank()
    if source.size > MOST_BYTES:
        raise too_large(source.name)
    with source.open() as file:
        if not zipfile.is_zipfile(file):
            return blank
        try:
            with zipfile.ZipFile(file) as packed:
                members = packed.infolist()
                if sum(each.file_size for each in members) > MOST_UNPACKED or any(map(is_wild, members)):
                    raise too_large(source.name)
                blank.since_1904 = "xl/workbook.xml" in packed.namelist() and bool(
                    _SINCE_1904.search(packed.read("xl/workbook.xml"))
                )
                for each in members:
                    if each.filename.startswith("xl/worksheets/") and each.filename.endswith(".xml"):
                        _measure(packed.open(each), source.name, blank)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise damaged(source.name) from error
    return blank


def is_wild(member: zipfile.ZipInfo) -> bool:
    """Whether a member of an archive unpacks to far more than real files do."""
    return member.file_size > 1_000_000 and member.file_size > MOST_RATIO * max(member.compress_size, 1)


def _measure(sheet: IO[bytes], name: str, blank: Blank) -> None:
    """Refuse a sheet whose cells lie so far apart that the rectangle around them does not fit in memory."""
    columns: set[bytes] = set()
    last, rest = 0, b""
    while chunk := sheet.read(_CHUNK):
        whole, end, rest = (rest + chunk).rpartition(_CELL_END)
        rest = rest[-_CHUNK:]  # of a cell that has no end
        found = _CELL.findall(whole)
        columns.update(column for column, _ in found)
        last = max(last, max((int(row) for _, row in found), default=0))
        blank.hidden += len(_HIDDEN.findall(whole))
        blank.errors += whole.count(b' t="e"')
        blank.formulas += len(_NO_RESULT.findall(whole + end))
    if last * max(map(_number, columns), default=0) > MOST_CELLS:
        raise too_large(name)


def _number(letters: bytes) -> int:
    made = 0
    for letter in letters:
        made = made * _LETTERS + letter - 64
    return made


def too_large(name: str) -> Invalid:
    """A workbook that does not fit in memory."""
    return Invalid(
        Text(f"{name} 太大，或压缩得不正常", f"{name} is too large, or packed beyond belief"),
        mend=Text(
            "Excel 文件请控制在 200 MB、3 千万格以内：拆成几个文件，或另存为 CSV（CSV 多大都可以）。",
            "Keep workbooks below 200 MB and 30 million cells: split it, or save it as CSV, which may be of any size.",
        ),
    )
