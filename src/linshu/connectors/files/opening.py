"""Any file, opened by what it is rather than by what it is called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linshu.connectors.files.csv_file import open_csv
from linshu.connectors.files.looking import look
from linshu.connectors.files.sheet import open_sheet, sheet_names
from linshu.engine.intake.mapping import FileForm
from linshu.engine.intake.ports import unwatched
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.intake.incoming import Incoming
    from linshu.engine.intake.ports import Watcher


def open_file(path: Path | str, form: FileForm | None = None, *, watch: Watcher = unwatched) -> Incoming:
    """A file on its way in, opened as `form` says, or as its bytes tell."""
    path, form = Path(path), form or FileForm()
    seen = look(path, form.encoding, watch)
    if form.kind != "auto" and (form.kind == "xlsx") != seen.is_workbook:
        raise Invalid(
            Text(f"{path.name} 不是 {form.kind} 文件", f"{path.name} is no {form.kind} file"),
            mend=Text("请检查文件，或改映射里的 kind。", "Check the file, or the mapping's kind."),
        )
    return open_sheet(path, seen, form) if seen.is_workbook else open_csv(path, seen, form)


def peek(path: Path | str) -> dict[str, tuple[str, ...]]:
    """The columns of each sheet of a file, "" for a text file; sheets without a header are left out."""
    path = Path(path)
    seen = look(path)
    if not seen.is_workbook:
        return {"": open_csv(path, seen, FileForm()).columns}
    found = {}
    for name in sheet_names(path):
        try:
            found[name] = open_sheet(path, seen, FileForm(sheet=name)).columns
        except Invalid:  # an empty sheet
            continue
    return found
