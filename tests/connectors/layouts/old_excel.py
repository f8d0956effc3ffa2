"""Workbooks as Excel up to 2003 and many Chinese back ends write them (.xls), written here: nothing maintained does."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECTOR = 512
_SMALLEST = 4096  # bytes of a stream that has sectors of its own
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_BOOK, _SHEET = 0x0005, 0x0010


def old_book(sheets: Mapping[str, Sequence[Sequence[str | float]]], hidden: Sequence[str] = ()) -> bytes:
    """A workbook of sheets by name, each row by row; numbers are kept as numbers, "" is no cell."""
    bodies = [_sheet(rows) for rows in sheets.values()]
    at = len(_globals([(name, 0, 0) for name in sheets]))
    places = []
    for name, body in zip(sheets, bodies, strict=True):
        places.append((name, at, int(name in hidden)))
        at += len(body)
    return _container(_globals(places) + b"".join(bodies))


def _globals(places: Sequence[tuple[str, int, int]]) -> bytes:
    """What a workbook says before its sheets: where each of them begins, and whether it is hidden."""
    named = (_record(0x0085, pack("<IBB", at, hidden, 0) + _text(name, "<B")) for name, at, hidden in places)
    return _begin(_BOOK) + _record(0x0042, pack("<H", 1200)) + b"".join(named) + _record(0x000A)


def _sheet(rows: Sequence[Sequence[str | float]]) -> bytes:
    wide = max(map(len, rows), default=0)
    cells = (
        _record(0x0203, pack("<HHHd", at, column, 0, cell))
        if isinstance(cell, float)
        else _record(0x0204, pack("<HHH", at, column, 0) + _text(cell, "<H"))
        for at, row in enumerate(rows)
        for column, cell in enumerate(row)
        if cell != ""
    )
    return (
        _begin(_SHEET) + _record(0x0200, pack("<IIHHH", 0, len(rows), 0, wide, 0)) + b"".join(cells) + _record(0x000A)
    )


def _begin(what: int) -> bytes:
    return _record(0x0809, pack("<HHHHII", 0x0600, what, 0x0DBB, 1996, 0, 6))


def _record(kind: int, data: bytes = b"") -> bytes:
    return pack("<HH", kind, len(data)) + data


def _text(text: str, length: str) -> bytes:
    raw = text.encode("utf-16-le")
    return pack(length, len(raw) // 2) + b"\x01" + raw


def _container(stream: bytes) -> bytes:
    """The stream of a workbook in the file system that every .xls is: a table of its sectors, a folder, and the sectors."""
    stream = stream.ljust(_SMALLEST, b"\0")
    count = -(-len(stream) // SECTOR)
    tables = 1
    while tables * SECTOR // 4 < tables + 1 + count:
        tables += 1
    chain = [_TABLE] * tables + [_END] + [*range(tables + 2, tables + 1 + count), _END]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += pack("<IIIIIIIII", 0, tables, tables, 0, _SMALLEST, _END, 0, _END, 0)
    head += pack(f"<{tables}I", *range(tables)).ljust(SECTOR - len(head), b"\xff")
    table = pack(f"<{len(chain)}I", *chain).ljust(tables * SECTOR, b"\xff")
    folder = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, tables + 1, len(stream))
    return head + table + folder.ljust(SECTOR, b"\0") + stream.ljust(count * SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return raw.ljust(64, b"\0") + pack("<HBBIII36xIQ", len(raw), kind, 1, _FREE, _FREE, child, first, size)
