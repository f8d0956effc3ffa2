"""One look at a file's bytes: its hash, what it is, its encoding, whether it is made regularly."""

from __future__ import annotations

import codecs
import hashlib
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linshu.connectors.files.kinds import TEXT, damaged, kind_of_bytes
from linshu.engine.intake.meter import Meter
from linshu.engine.intake.ports import unwatched
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.connectors.files.source import Source
    from linshu.engine.intake.ports import Watcher

CHUNK = 1 << 22
MIXED = "mixed"  # lines of several encodings, or with broken bytes: each line is decoded by itself
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What no text has: a file with more than one in a hundred of these is none.
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROLS = 0.01
_MOST_NULS = 0.3  # of every other byte of UTF-16 without a mark
_MOST_BROKEN = 0.2  # of the first lines of a file that is not simply taken for text
_FEW = 5  # such lines or bytes do not make a small file unreadable
_SAMPLE = 1 << 16


@dataclass(frozen=True, slots=True)
class Look:
    """What a file's bytes tell."""

    hash: str  # sha-256, hex
    size: int
    kind: str
    encoding: str = ""  # of text files
    is_regular: bool = True  # its quotes pair and its lines all end alike, so that the quick reader understands it
    has_nuls: bool = False
    longest: int = 0  # bytes of its longest line, roughly
    notes: tuple[Text, ...] = ()


@dataclass(slots=True)
class _Tally:
    """What is counted while the bytes pass by."""

    is_utf8: bool = True
    quotes: int = 0
    nuls: int = 0
    feeds: int = 0
    returns: int = 0
    pairs: int = 0
    blanks: int = 0
    unbroken: int = 0  # bytes since the last line's end
    longest: int = 0
    last: bytes = b""
    _decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))

    def add(self, chunk: bytes) -> None:
        """Count one more piece."""
        self.quotes += chunk.count(b'"')
        self.nuls += chunk.count(0)
        self.feeds += chunk.count(b"\n")
        returns = chunk.count(b"\r")
        self.returns += returns
        self.pairs += (chunk.count(b"\r\n") if returns else 0) + (self.last == b"\r" and chunk.startswith(b"\n"))
        self.blanks += chunk.rstrip(b"\r\n").count(b"\n\r\n" if returns else b"\n\n")
        begin, end = chunk.find(b"\n"), chunk.rfind(b"\n")
        self.longest = max(self.longest, self.unbroken + max(begin, 0))
        self.unbroken = len(chunk) - end if end >= 0 else self.unbroken + len(chunk)
        self.longest = max(self.longest, self.unbroken)
        self.last = chunk[-1:]
        self.is_utf8 = self.is_utf8 and decodes(self._decoder, chunk)

    @property
    def is_regular(self) -> bool:
        """Whether the quick reader understands it."""
        ends_alike = self.returns == self.pairs and self.pairs in (0, self.feeds)
        return self.quotes % 2 == 0 and ends_alike and not self.nuls and not self.blanks and self.longest <= 2 * CHUNK


def look(source: Source, encoding: str = "auto", watch: Watcher = unwatched) -> Look:
    """Read a file once; Invalid when it is nothing we can read."""
    digest, tally, head = hashlib.sha256(), _Tally(), b""
    meter = Meter("hash", watch, source.size or None)
    try:
        with source.open() as file:
            while chunk := file.read(CHUNK):
                head = head or chunk[:_SAMPLE]
                digest.update(chunk)
                tally.add(chunk)
                meter.add(0, len(chunk))
    except (zlib.error, zipfile.BadZipFile, EOFError) as error:
        raise damaged(source.name) from error
    kind = kind_of_bytes(source, head)
    if kind != TEXT:
        return Look(digest.hexdigest(), source.size, kind, _encoding_of_page(head, tally, encoding))
    if encoding == "auto":
        found, note = _encoding(source, head, tally)
    else:
        found, note = encoding, Text(f"映射指定编码 {encoding}", f"the mapping says the encoding is {encoding}")
    notes: tuple[Text, ...] = (note,)
    if tally.nuls and not found.startswith("utf-16"):
        notes += (Text(f"去掉了 {tally.nuls} 个空字节", f"{tally.nuls} NUL bytes were left out"),)
    return Look(
        digest.hexdigest(), source.size, kind, _known(found), tally.is_regular, bool(tally.nuls), tally.longest, notes
    )


def decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    """Whether the next piece is text in the decoder's encoding."""
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def decoded(line: bytes) -> tuple[str, bool]:
    """A line in whichever of the two usual encodings it is, and whether it is in one at all."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding), True
        except UnicodeDecodeError:
            continue
    return min(
        (line.decode(each, "replace") for each in ("utf-8", "gb18030")), key=lambda text: text.count("\ufffd")
    ), False


def _encoding(source: Source, head: bytes, tally: _Tally) -> tuple[str, Text]:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, Text(f"编码 {name}（文件开头有标记）", f"encoding {name}, by the mark at its beginning")
    wide = _wide(head.rstrip(b"\0"))
    if wide:
        return wide, Text(f"编码 {wide}", f"encoding {wide}")
    whole = head.rstrip(b"\0")  # a program that died left the rest of its file empty
    if len(_CONTROLS.findall(whole)) + whole.count(0) > max(_FEW, _MOST_CONTROLS * len(whole)):
        raise _unknown(source.name)
    if tally.is_utf8:
        return "utf-8", Text("编码 UTF-8", "encoding UTF-8")
    # The encoding of Chinese Windows; it holds GBK and GB2312.
    if _is_all(source, "gb18030"):
        return "gb18030", Text("编码 GB18030（GBK）", "encoding GB18030 (GBK)")
    lines = head.split(b"\n")[:-1] or [head]
    broken = sum(not decoded(line)[1] for line in lines)
    if broken == len(lines) or broken > max(_FEW, _MOST_BROKEN * len(lines)):
        raise _unknown(source.name)
    return MIXED, Text(
        "文件里混有不同编码或坏字节，已逐行辨认", "encodings are mixed or bytes broken; each line was read by itself"
    )


def _encoding_of_page(head: bytes, tally: _Tally, encoding: str) -> str:
    """The encoding of a web page: what it says itself is often wrong."""
    if encoding != "auto":
        return _known(encoding)
    mark = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    return mark or ("utf-8" if tally.is_utf8 else "gb18030")


def _wide(head: bytes) -> str:
    """UTF-16 without its mark: every other byte of plain letters, digits and commas is nought."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > _MOST_NULS * half and even < odd // 10:
        return "utf-16-le"
    return "utf-16-be" if even > _MOST_NULS * half and odd < even // 10 else ""


def _is_all(source: Source, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with source.open() as file:
        while chunk := file.read(CHUNK):
            if not decodes(decoder, chunk):
                return False
    return not decoder.getstate()[0]


def _unknown(name: str) -> Invalid:
    return Invalid(
        Text(
            f"看不懂 {name} 的文字编码，它可能不是表格文件", f"the encoding of {name} is not known; it may be no table"
        ),
        mend=Text(
            "请另存为 xlsx 或 CSV UTF-8，或在映射里写明 encoding。",
            "Save it as xlsx or CSV UTF-8, or name its encoding in the mapping.",
        ),
    )


def _known(encoding: str) -> str:
    if encoding == MIXED:
        return MIXED
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise Invalid(
            Text(f"不认识编码 {encoding}", f"unknown encoding {encoding}"),
            mend=Text("例如 utf-8、gb18030。", "For example utf-8, gb18030."),
        ) from None
