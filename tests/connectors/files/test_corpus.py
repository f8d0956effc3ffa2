"""Whatever is thrown at the importer, it answers with rows or with a sentence, never with a stack trace."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from tests.connectors.files.corpus import FILES, book

from linshu.connectors.files import open_all, open_file, parts
from linshu.engine.intake.mapping import FileForm
from linshu.kernel.errors import LinshuError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from linshu.engine.intake.incoming import Incoming


_FEW = 10  # rows of a file of which the first and last are shown


@pytest.mark.slow
def test_every_file_gets_its_answer(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    golden("broken_files.txt", "\n".join(_answer(tmp_path, name, make) for name, make in FILES.items()))


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_look_at_it_ends_as_well(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    with suppress(LinshuError):
        assert all(each.columns for each in parts(path))


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(book("订单", "商品"))
    with pytest.raises(LinshuError) as caught:
        open_file(path, FileForm(sheet="定单"))
    assert "没有工作表“定单”" in caught.value.say("zh")
    assert "订单" in caught.value.say("en")


def _answer(folder: Path, name: str, make: Callable[[], bytes]) -> str:
    path = folder / name
    path.write_bytes(make())
    try:
        said = [line for incoming in open_all(path) for line in _read(incoming)]
    except LinshuError as error:
        said = [f"  zh: {error.say('zh')}", f"  en: {error.say('en')}"]
    path.unlink()
    return "\n".join([name, *said, ""])


def _read(incoming: Incoming) -> list[str]:
    read = [rows.select(incoming.columns) for rows in incoming.rows]
    count = sum(rows.num_rows for rows in read)
    columns = ", ".join(incoming.columns)
    return [
        f"  {incoming.name}: {count} rows of {columns}",
        *(f"  zh: {note.zh}\n  en: {note.en}" for note in incoming.notes),
        *(f"  asks: {doubt.zh}\n  asks: {doubt.en}" for doubt in incoming.doubts),
        *(
            f"  first: {list(rows.to_pylist()[0].values())} last: {list(rows.to_pylist()[-1].values())}"
            for rows in read[:1]
            if count < _FEW
        ),
        *(f"  left out: {row['line']} {row['why']} {row['text'][:80]!r}" for row in incoming.broken().to_pylist()),
    ]
