"""Excel templates of the standard tables, to be filled in and brought in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.app.answer import Answer
from linshu.kernel.errors import Conflict
from linshu.kernel.text import Text
from linshu.standard import table as standard_table
from linshu.standard import template

if TYPE_CHECKING:
    from pathlib import Path


def write_template(names: str, to: Path, *, filled: bool = False) -> Answer:
    """Write one workbook for the named tables, comma-separated; never over a file somebody may have filled in."""
    if to.exists():
        raise Conflict(
            Text(f"{to} 已存在", f"{to} exists already"), mend=Text("请换一个文件名。", "Choose another name.")
        )
    tables = [standard_table(name.strip()) for name in names.split(",") if name.strip()]
    to.parent.mkdir(parents=True, exist_ok=True)
    template.write_template(tables, to, filled=filled)
    return Answer.of({"file": str(to), "table": one.name, "sheet": template.sheet_name(one)} for one in tables)
