"""The names of a file's columns: trimmed, none empty, none twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLANKS = " \t\r\n\ufeff\u00a0\u3000"


def column_names(cells: Sequence[str | None], file: str, header_row: int) -> tuple[str, ...]:
    """Names for the cells of a header row: `金额`, a second `金额` becomes `金额 (2)`, an empty one `第3列`."""
    made: list[str] = []
    for at, cell in enumerate(cells, 1):
        plain = (cell or "").strip(_BLANKS) or f"第{at}列"
        name, again = plain, 1
        while name in made:
            again += 1
            name = f"{plain} ({again})"
        made.append(name)
    if not any((cell or "").strip(_BLANKS) for cell in cells):
        raise Invalid(
            Text(f"{file} 第 {header_row} 行没有列名", f"row {header_row} of {file} names no columns"),
            mend=Text("请检查文件，或在映射里写明 header_row。", "Check the file, or set header_row in the mapping."),
        )
    return tuple(made)
