"""Any file, opened by what it is rather than by what it is called."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from linshu.connectors.files.archive import members
from linshu.connectors.files.csv_file import open_csv
from linshu.connectors.files.fill import filled, refuse_unknown
from linshu.connectors.files.kinds import ARCHIVE, PAGE, WORKBOOK
from linshu.connectors.files.looking import look
from linshu.connectors.files.page import open_page
from linshu.connectors.files.repeats import repeated
from linshu.connectors.files.sheet import open_sheet, sheet_names
from linshu.connectors.files.source import Source, on_disk
from linshu.engine.intake.layout import LINE
from linshu.engine.intake.mapping import FileForm
from linshu.engine.intake.ports import unwatched
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    import pyarrow as pa

    from linshu.connectors.files.looking import Look
    from linshu.engine.intake.incoming import Incoming
    from linshu.engine.intake.ports import Watcher

SAMPLE_ROWS = 5_000
Cells = tuple[str | None, ...]
Where = Path | str | Source  # a file on disk, or bytes that are held elsewhere


@dataclass(frozen=True, slots=True)
class Part:
    """One table in a file: where it is, its columns, its first rows, and what was found out about it."""

    member: str  # of an archive; "" otherwise
    sheet: str  # of a workbook; "" otherwise
    columns: tuple[str, ...]
    sample: tuple[Cells, ...]
    notes: tuple[Text, ...]
    doubts: tuple[Text, ...] = ()  # what a person should confirm before it is read by a guess
    rows: Callable[[], Iterable[pa.Table]] = tuple  # all of them, read anew
    _counted: list[int] = field(default_factory=list, compare=False, repr=False)

    def repeated(self) -> int:
        """How many of all its rows say exactly what a row before them says; counted once."""
        if not self._counted:
            is_long = len(self.sample) >= SAMPLE_ROWS
            self._counted.append(repeated(self.rows()) if is_long else len(self.sample) - len(set(self.sample)))
        return self._counted[0]


def open_file(
    path: Where, form: FileForm | None = None, known: Collection[str] = (), *, watch: Watcher = unwatched
) -> Incoming:
    """The file on its way in, opened as `form` says, or as its bytes tell; of an archive the only table in it.

    `known` are column names that are looked for when the header has to be found.
    """
    whole = source_of(path)
    found = _sources(whole, form or FileForm(), watch)
    source, seen = next(found)
    another = next(found, None)
    if another:
        raise Invalid(
            Text(f"{whole.name} 里有不止一个表格", f"{whole.name} holds more than one table"),
            mend=Text("请在映射的 file 里写明 member。", "Name the one you mean: member, under file in the mapping."),
        )
    return _opened(source, seen, form or FileForm(), known)


def open_all(
    path: Where, form: FileForm | None = None, known: Collection[str] = (), *, watch: Watcher = unwatched
) -> Iterator[Incoming]:
    """The file on its way in; of an archive each table in it, as a file of its own."""
    form = form or FileForm()
    for source, seen in _sources(source_of(path), form, watch):
        yield _opened(source, seen, form, known)


def parts(path: Where, known: Collection[str] = ()) -> tuple[Part, ...]:
    """The tables in a file: each sheet people see, each member of an archive; those without a header are left out."""
    whole, found = source_of(path), []
    for source, seen in _sources(whole, FileForm(), unwatched):
        member = source.name.removeprefix(f"{whole.name}/") if source.name != whole.name else ""
        for sheet in sheet_names(source) if seen.kind == WORKBOOK else ("",):
            try:
                incoming = _opened(source, seen, FileForm(sheet=sheet), known)
            except Invalid:
                if seen.kind != WORKBOOK:
                    raise
                continue  # an empty sheet
            again = partial(_rows, source, seen, sheet, known)
            sample = _sample(incoming)
            found.append(Part(member, sheet, incoming.columns, sample, incoming.notes, incoming.doubts, again))
    return tuple(found)


def peek(path: Where) -> dict[str, tuple[str, ...]]:
    """The columns of each sheet of a file, "" for a text file; sheets without a header are left out."""
    return {each.sheet: each.columns for each in parts(path)}


def refuse_unreadable(path: Where) -> None:
    """Invalid when the bytes are nothing a table can be read from: a picture, a locked workbook, an archive of archives."""
    for _ in _sources(source_of(path), FileForm(), unwatched):
        return


def source_of(path: Where) -> Source:
    """The bytes meant: those of a file on disk, or such as are held elsewhere; Missing when there is no such file."""
    return path if isinstance(path, Source) else on_disk(Path(path))


def _sources(whole: Source, form: FileForm, watch: Watcher) -> Iterator[tuple[Source, Look]]:
    seen = look(whole, form.encoding, watch)
    if seen.kind != ARCHIVE:
        yield whole, seen
        return
    for each in members(whole, form.member):
        inner = look(each, form.encoding, watch)
        if inner.kind == ARCHIVE:
            raise Invalid(
                Text(f"{each.name} 还是压缩包", f"{each.name} is an archive itself"),
                mend=Text("请先解压一层，再导入。", "Unpack the outer one first, and import that."),
            )
        yield each, inner


def _opened(source: Source, seen: Look, form: FileForm, known: Collection[str]) -> Incoming:
    if form.kind != "auto" and (form.kind == "xlsx") != (seen.kind == WORKBOOK):
        raise Invalid(
            Text(f"{source.name} 不是 {form.kind} 文件", f"{source.name} is no {form.kind} file"),
            mend=Text("请检查文件，或改映射里的 kind。", "Check the file, or the mapping's kind."),
        )
    reader = open_sheet if seen.kind == WORKBOOK else open_page if seen.kind == PAGE else open_csv
    incoming = reader(source, seen, form, known)
    if not form.fill:
        return incoming
    refuse_unknown(incoming, form.fill)
    return replace(incoming, rows=filled(incoming.rows, form.fill))


def _rows(source: Source, seen: Look, sheet: str, known: Collection[str]) -> Iterable[pa.Table]:
    return _opened(source, seen, FileForm(sheet=sheet), known).rows


def _sample(incoming: Incoming) -> tuple[Cells, ...]:
    """The first rows of data."""
    first = next(iter(incoming.rows), None)
    if first is None:
        return ()
    rows = first.slice(0, SAMPLE_ROWS)
    columns = [rows[name].to_pylist() for name in rows.column_names if name != LINE]
    return tuple(islice(zip(*columns, strict=True), SAMPLE_ROWS))
