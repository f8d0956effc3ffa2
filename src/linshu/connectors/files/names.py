"""The names of a file's columns: trimmed, none empty, none twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_COLUMNS = 5_000
_BLANKS = " \t\r\n\ufeff\u00a0\u3000"


def column_names(cells: Sequence[str | None], file: str, header_row: int) -> tuple[str, ...]:
    """Names for the cells of a header row: `金额`, a second `金额` becomes `金额 (2)`, an empty one `第3列`."""
    if len(cells) > MOST_COLUMNS:
        raise Invalid(
            Text(
                f"{file} 有 {len(cells):,} 列，最多 {MOST_COLUMNS:,} 列",
                f"{file} has {len(cells):,} columns, of at most {MOST_COLUMNS:,}",
            ),
            mend=Text(
                "请只导出需要的列；也请检查分隔符。", "Export only the columns you need; check the separators too."
            ),
        )
    if not any((cell or "").strip(_BLANKS) for cell in cells):
        raise no_names(file, header_row)
    made: dict[str, None] = {}
    for at, cell in enumerate(cells, 1):
        plain = (cell or "").strip(_BLANKS) or f"第{at}列"
        name, again = plain, 1
        while name in made:
            again += 1
            name = f"{plain} ({again})"
        made[name] = None
    return tuple(made)


def no_names(file: str, header_row: int) -> Invalid:
    """The file has no header: none in the row asked for, or, when it was looked for (0), none at all."""
    row = (f"第 {header_row} 行", f"row {header_row} of ") if header_row else ("里", "")
    return Invalid(
        Text(f"{file} {row[0]}没有列名", f"{row[1]}{file} names no columns"),
        mend=Text(
            "请在数据上面补一行列名；列名在别的行的话，在映射里写明 header_row。",
            "Put a row of column names above the data, or set header_row in the mapping.",
        ),
    )
