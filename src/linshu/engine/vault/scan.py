"""The search for what should not be there: plain mobile numbers in any file of a folder, whatever its format."""

from __future__ import annotations

import re
import sqlite3
import tarfile
import zipfile
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import copy2, copyfileobj
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Leak", "find_plain_phones"]

# Eleven digits of a mobile, with or without country code and separators, that no letter or digit continues.
_MOBILE = rb"(?<![0-9A-Za-z_])(?:\+?86[ -]?)?1[3-9][0-9](?:[0-9]{8}|[ -][0-9]{4}[ -][0-9]{4})(?![0-9A-Za-z_])"
_IN_BYTES = re.compile(_MOBILE)
_IN_TEXT = r"(^|[^0-9A-Za-z_])(\+?86[ -]?)?1[3-9][0-9]([0-9]{8}|[ -][0-9]{4}[ -][0-9]{4})($|[^0-9A-Za-z_])"
# Digests and sealed tokens are long words in which eleven digits may meet by chance, between a `-` or `:` too.
_LONG_WORD = re.compile(rb"[0-9A-Za-z_=+/-]{28,}")
_UNREADABLE = (
    OSError, pa.ArrowException, zipfile.BadZipFile, tarfile.TarError, sqlite3.Error, duckdb.Error, RuntimeError,
)  # fmt: skip
_CHUNK = 1 << 22
_AROUND = 64
_SQLITE = b"SQLite format 3\0"
_COLUMNAR = {".parquet", ".duckdb"}
_PACKED = ".tar"
_ZIPPED = {".xlsx", ".zip", ".docx"}


@dataclass(frozen=True, slots=True)
class Leak:
    """A file in which plain mobiles lie: where inside it, how many, and one of them masked."""

    path: Path
    where: str
    count: int
    sample: str


def find_plain_phones(folder: Path) -> list[Leak]:
    """Every place in a folder where a mobile number can be read, empty when there is none.

    Parquet, DuckDB and SQLite columns are decoded, zipped files and backups unpacked; everything else is read as it lies on
    the disk.
    Of a DuckDB file that another process holds a copy is read.
    """
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return [leak for path in files for leak in _leaks(path)]


def _leaks(path: Path) -> list[Leak]:
    """The leaks of one file, by its format where it has one and always by its bytes where that says something."""
    try:
        found = list(_decoded(path))
        # Compressed columns hold digits that are nobody's number: decoded, they have told everything.
        if found or path.suffix in {*_COLUMNAR, _PACKED}:
            return found
    except _UNREADABLE:
        found = []  # half written, gone or held by another process: its bytes are all there is to see
    try:
        with path.open("rb") as raw:
            return [*_told(path, "", _in_bytes(iter(lambda: raw.read(_CHUNK), b"")))]
    except OSError:
        return []


def _decoded(path: Path) -> Iterator[Leak]:
    if path.suffix == ".parquet":
        yield from _in_parquet(path)
    elif path.suffix == ".duckdb":
        yield from _in_duckdb(path)
    elif path.suffix in _ZIPPED:
        yield from _in_zip(path)
    elif path.suffix == _PACKED:
        yield from _in_tar(path)
    else:
        with path.open("rb") as raw:
            is_sqlite = raw.read(len(_SQLITE)) == _SQLITE
        if is_sqlite:
            yield from _in_sqlite(path)


def _in_zip(path: Path) -> Iterator[Leak]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            with archive.open(member) as file:
                yield from _told(path, member.filename, _in_bytes(iter(partial(file.read, _CHUNK), b"")))


def _in_tar(path: Path) -> Iterator[Leak]:
    """Each of its files by its own format, one at a time."""
    with tarfile.open(path) as archive, TemporaryDirectory(prefix="linshu-scan-") as folder:
        for member in archive:
            file = archive.extractfile(member)
            if file is None:
                continue
            alone = Path(folder) / f"member{Path(member.name).suffix}"
            with file, alone.open("wb") as copy:
                copyfileobj(file, copy)
            for leak in _leaks(alone):
                yield Leak(path, f"{member.name} {leak.where}".strip(), leak.count, leak.sample)
            alone.unlink()


def _in_parquet(path: Path) -> Iterator[Leak]:
    file = pq.ParquetFile(path)
    found: dict[str, list[str]] = {}
    for batch in file.iter_batches():
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            found.setdefault(name, []).extend(_in_column(column))
    footer = b"\n".join(
        key + b"=" + value for key, value in (file.metadata.metadata or {}).items() if key != b"ARROW:schema"
    )
    yield from _told(path, "(footer)", _in_bytes([footer]))
    for name, hits in found.items():
        yield from _told(path, name, hits)


def _in_column(column: pa.Array) -> list[str]:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return []
    suspects = column.filter(pc.match_substring_regex(column, _IN_TEXT))
    return [hit for text in suspects.to_pylist() for hit in _in_bytes([text.encode()])]


def _in_duckdb(path: Path) -> Iterator[Leak]:
    try:
        store = duckdb.connect(str(path), read_only=True)
    except (duckdb.IOException, duckdb.ConnectionException):
        # Another process holds it: look at a copy, with what is not yet checkpointed.
        with TemporaryDirectory(prefix="linshu-scan-") as folder:
            for part in (path, path.with_name(path.name + ".wal")):
                if part.exists():
                    copy2(part, folder)
            with duckdb.connect(str(Path(folder) / path.name)) as copied:
                yield from _in_store(path, copied)
    else:
        with store:
            yield from _in_store(path, store)


def _in_store(path: Path, store: duckdb.DuckDBPyConnection) -> Iterator[Leak]:
    tables = store.execute(
        "SELECT schema_name, table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() "
        "WHERE data_type IN ('VARCHAR', 'JSON') AND NOT internal GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for schema, table, names in tables:  # a statement each: one for every column costs far more than the rows
        quoted, place = [_quoted(name) for name in names], f"{_quoted(schema)}.{_quoted(table)}"
        suspect = " OR ".join(f"regexp_matches({name}, $1)" for name in quoted)
        rows = store.execute(f"SELECT {', '.join(quoted)} FROM {place} WHERE {suspect}", [_IN_TEXT]).fetchall()
        for name, texts in zip(names, zip(*rows, strict=True), strict=False):
            hits = [hit for text in texts if text is not None for hit in _in_bytes([text.encode()])]
            yield from _told(path, f"{schema}.{table}.{name}", hits)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _in_sqlite(path: Path) -> Iterator[Leak]:
    # Inside the file a text stands next to its neighbour without a sign between, so it has to be decoded.
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as store:
        tables = store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            rows = store.execute('SELECT * FROM "' + table.replace('"', '""') + '"')
            names = [each[0] for each in rows.description]
            found: dict[str, list[str]] = {}
            for row in rows:
                for name, value in zip(names, row, strict=True):
                    if isinstance(value, str):
                        found.setdefault(name, []).extend(_in_bytes([value.encode()]))
            for name, hits in found.items():
                yield from _told(path, f"{table}.{name}", hits)


def _in_bytes(chunks: Iterable[bytes]) -> list[str]:
    """The numbers found in a stream of bytes, in order."""
    found: list[str] = []
    block, told = b"", 0  # what is at hand, and how much of it was looked at before
    for chunk in chunks:
        block += chunk
        # A number near the end of a block is looked at together with what follows it.
        end = max(len(block) - _AROUND, told)
        found += [hit for start, hit in _hits(block) if told <= start < end]
        keep = max(end - _AROUND, 0)
        block, told = block[keep:], end - keep
    return found + [hit for start, hit in _hits(block) if start >= told]


def _hits(block: bytes) -> Iterator[tuple[int, str]]:
    for hit in _IN_BYTES.finditer(block):
        around = block[max(0, hit.start() - _AROUND) : hit.end() + _AROUND]
        if not any(hit[0] in word[0] for word in _LONG_WORD.finditer(around)):
            yield hit.start(), hit[0].decode()


def _told(path: Path, where: str, hits: list[str]) -> Iterator[Leak]:
    if hits:
        digits = "".join(sign for sign in hits[0] if sign.isdigit())[-11:]
        yield Leak(path, where, len(hits), f"{digits[:3]}****{digits[-4:]}")
