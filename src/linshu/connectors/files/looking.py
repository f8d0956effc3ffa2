"""One look at a file's bytes: its hash, its encoding, whether it is made regularly."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.engine.intake.meter import Meter
from linshu.engine.intake.ports import unwatched
from linshu.kernel.errors import Invalid, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.engine.intake.ports import Watcher

CHUNK = 1 << 22
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Look:
    """What a file's bytes tell."""

    hash: str  # sha-256, hex
    size: int
    is_workbook: bool
    encoding: str  # of text files
    is_regular: bool  # its quotes pair and its lines all end alike, so that the quick reader understands it


def look(path: Path, encoding: str = "auto", watch: Watcher = unwatched) -> Look:
    """Read a file once; Missing when it is not there, Invalid when it is neither a workbook nor text we can read."""
    if not path.is_file():
        raise Missing(
            Text(f"找不到文件 {path}", f"there is no file {path}"), mend=Text("请检查路径。", "Check the path.")
        )
    size = path.stat().st_size
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    meter = Meter("hash", watch, size or None)
    is_utf8, quotes, head, ends, last = True, 0, b"", [0, 0], b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            head = head or chunk[:4]
            digest.update(chunk)
            quotes += chunk.count(b'"')
            ends[0] += chunk.count(b"\n")
            ends[1] += chunk.count(b"\r\n") + (last == b"\r" and chunk.startswith(b"\n"))
            last = chunk[-1:]
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
            meter.add(0, len(chunk))
    if head.startswith((_ZIP, _OLD_EXCEL)):
        return Look(digest.hexdigest(), size, is_workbook=True, encoding="", is_regular=True)
    found = encoding if encoding != "auto" else _encoding(path, head, is_utf8=is_utf8)
    regular = quotes % 2 == 0 and ends[1] in (0, ends[0])
    return Look(digest.hexdigest(), size, is_workbook=False, encoding=_known(found), is_regular=regular)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(path: Path, head: bytes, *, is_utf8: bool) -> str:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if is_utf8:
        return "utf-8"
    # The encoding of Chinese Windows; it holds GBK and GB2312.
    decoder = codecs.getincrementaldecoder("gb18030")()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if not _decodes(decoder, chunk):
                raise Invalid(
                    Text(f"看不懂 {path.name} 的文字编码", f"the encoding of {path.name} is not known"),
                    mend=Text(
                        "请另存为 UTF-8，或在映射里写明 encoding。",
                        "Save it as UTF-8, or name its encoding in the mapping.",
                    ),
                )
    return "gb18030"


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise Invalid(
            Text(f"不认识编码 {encoding}", f"unknown encoding {encoding}"),
            mend=Text("例如 utf-8、gb18030。", "For example utf-8, gb18030."),
        ) from None
