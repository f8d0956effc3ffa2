"""The bytes of a file: one on disk, or one inside an archive that is never unpacked to disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes that can be read from the beginning as often as one likes."""

    name: str  # as people know it: `orders.csv`, `export.zip/orders.csv`
    size: int
    open: Callable[[], IO[bytes]]
    path: Path | None = None  # where a program of its own may read it


def on_disk(path: Path) -> Source:
    """A file on disk; Missing when there is none."""
    if not path.is_file():
        raise Missing(
            Text(f"找不到文件 {path}", f"there is no file {path}"), mend=Text("请检查路径。", "Check the path.")
        )
    return Source(path.name, path.stat().st_size, lambda: path.open("rb"), path)
