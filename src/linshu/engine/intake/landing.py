"""Landing: every batch is kept as it came, sealed, in immutable Parquet parts from which all else can be rebuilt."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from linshu.engine.intake import crash
from linshu.engine.intake.rounding import long_numbers, rounded_in
from linshu.engine.intake.tidy import tidy_columns
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Invalid, Missing, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LABEL = b"linshu.landing"
PART = b"linshu.part"
UNFINISHED = ".unfinished-"
FILE_ROWS = "source"  # the stem of parts that hold a file's own columns
BROKEN = "broken"  # the stem of parts that hold lines no reader could split into columns

# A word is what a person decided about rows that came before; an erasure is what is to be forgotten, for good.
Form = Literal["file", "rows", "withdrawal", "word", "erasure"]


@dataclass(frozen=True, slots=True)
class Label:
    """What is known about a batch as a whole; it stands in the footer of each of its parts."""

    landing_id: str
    source: str
    form: Form
    received_at: str  # ISO, UTC
    standard_version: int
    cut_off: str
    zone: str
    file_name: str = ""
    file_hash: str = ""  # sha-256 of the file as it was received
    mapping: str = ""  # the mapping's own text
    mapping_hash: str = ""
    mapping_name: str = ""  # the file the mapping stands in
    mends: str = ""  # the batch whose quarantined rows this one brings back, mended
    header_row: int = 0  # the last row of the file's header; 0 = as the mapping says
    brought_by: str = (
        ""  # the account that brought it in, "os:" and a name for a command of the machine; "" = a source by itself
    )
    undoes: str = ""  # of a withdrawal: the batch it takes back
    why: str = ""  # of a withdrawal: what a person said of it
    notes: Sequence[Sequence[str]] = ()  # what was found out about the file, each in Chinese and in English
    as_of: str = ""  # ISO; when rows that do not say so themselves were last true, "" = when the batch was received

    @property
    def received(self) -> datetime:
        """When the batch came in."""
        return datetime.fromisoformat(self.received_at)

    @property
    def default_updated_at(self) -> str:
        """The `updated_at` of rows whose source does not tell it, ISO."""
        return self.as_of or self.received_at

    @property
    def company_day(self) -> CompanyDay:
        """The clock by which the batch's instants became company days."""
        return CompanyDay.parse(self.cut_off, self.zone)


def next_id(now: datetime, last: str) -> str:
    """A batch id that sorts by time and after `last`, even when the clock was set back."""
    made = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f")
    if made > last:
        return made
    return (datetime.strptime(last, "%Y%m%dT%H%M%S.%f") + timedelta(microseconds=1)).strftime("%Y%m%dT%H%M%S.%f")  # noqa: DTZ007 - a name, no instant


class Writer:
    """Writes the parts of one batch aside and makes them appear at once; what is half written is never seen."""

    def __init__(self, root: Path, label: Label) -> None:
        self.label = label
        self._root = root
        self._aside = root / (UNFINISHED + label.landing_id)
        self._parts: dict[str, int] = {}
        try:
            self._aside.mkdir(parents=True)
        except OSError as error:
            raise _unwritable(error) from error
        crash.point("landing.begun")

    def write(self, stem: str, rows: pa.Table) -> None:
        """One more part of `stem` (a table's name, or the file's own rows); rows must be sealed already."""
        number = self._parts[stem] = self._parts.get(stem, 0) + 1
        footer = {
            LABEL: json.dumps(asdict(self.label), ensure_ascii=False).encode(),
            PART: json.dumps(
                {"stem": stem, "number": number, "tidy": tidy_columns(rows), "long": long_numbers(rows)},
                ensure_ascii=False,
            ).encode(),
        }
        path = self._aside / f"{stem}-{number:04d}.parquet"
        crash.point("landing.part_begun")
        try:
            with path.open("wb") as file:
                plain = rows.replace_schema_metadata(footer)
                pq.write_table(plain, file, compression="zstd", compression_level=1)
                crash.point("landing.part_written")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unwritable(error) from error
        crash.point("landing.part_synced")

    def finish(self) -> Path:
        """Let the batch appear under its own name, whole; from now on it is immutable."""
        try:
            _sync_folder(self._aside)
            crash.point("landing.complete")
            final = self._root / self.label.landing_id
            self._aside.rename(final)
            _sync_folder(self._root)
        except OSError as error:
            raise _unwritable(error) from error
        crash.point("landing.renamed")
        return final

    def abandon(self) -> None:
        """Throw away what was written so far."""
        shutil.rmtree(self._aside, ignore_errors=True)


def landed(root: Path) -> tuple[str, ...]:
    """The ids of all whole batches, oldest first."""
    if not root.is_dir():
        return ()
    return tuple(sorted(each.name for each in root.iterdir() if each.is_dir() and not each.name.startswith(".")))


def sweep(root: Path) -> None:
    """Remove what killed imports left half written."""
    for each in root.glob(UNFINISHED + "*"):
        shutil.rmtree(each, ignore_errors=True)


def withdraw(folder: Path) -> None:
    """Take back a batch that was never merged."""
    shutil.rmtree(folder, ignore_errors=True)


def parts(folder: Path) -> dict[str, list[Path]]:
    """The part files of a batch by stem, in order."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.parquet")):
        found.setdefault(path.stem.rpartition("-")[0], []).append(path)
    return found


def label_of(folder: Path) -> Label:
    """The label of a batch, from the footer of its first part; Missing when there is no such batch."""
    path = next(iter(sorted(folder.glob("*.parquet"))), None)
    if path is None:
        raise Missing(
            Text(f"没有这个批次：{folder.name}", f"there is no landing batch {folder.name}"),
            mend=Text("请检查 data/landing 目录。", "Look into data/landing."),
        )
    try:
        metadata = pq.read_schema(path).metadata or {}
        return Label(**json.loads(metadata[LABEL]))
    except (KeyError, TypeError, ValueError, pa.ArrowInvalid) as error:
        raise Invalid(
            Text(f"批次文件损坏：{path}", f"a landing part is damaged: {path}"),
            mend=Text("请从备份恢复该文件。", "Restore the file from a backup."),
        ) from error


def tidy_in(paths: Sequence[Path]) -> frozenset[str]:
    """The columns that are tidy in all these parts."""
    found = [_part_of(path).get("tidy", ()) for path in paths]
    return frozenset.intersection(*map(frozenset, found)) if found else frozenset()


def rounded_columns(paths: Sequence[Path]) -> frozenset[str]:
    """The columns whose long numbers a spreadsheet has rounded."""
    return rounded_in(_part_of(path).get("long", {}) for path in paths)


def _part_of(path: Path) -> dict[str, Any]:
    """What a part's footer tells of the part itself."""
    return dict(json.loads((pq.read_schema(path).metadata or {}).get(PART, b"{}")))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(error: OSError) -> Unavailable:
    return Unavailable(
        Text(f"无法写入落地目录：{error.strerror}", f"cannot write to the landing folder: {error.strerror}"),
        mend=Text(
            "请检查磁盘空间和目录权限，然后重试；已完成的部分不会丢。",
            "Check disk space and rights, then try again; nothing finished is lost.",
        ),
    )
