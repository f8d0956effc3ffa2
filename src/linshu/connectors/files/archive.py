"""Archives: the tables in them are read where they lie; nothing is ever unpacked to disk."""

from __future__ import annotations

import zipfile
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import IO

from linshu.connectors.files.guard import is_wild
from linshu.connectors.files.kinds import damaged, locked
from linshu.connectors.files.source import Source
from linshu.kernel.errors import Invalid, Missing, nearest
from linshu.kernel.text import Text

MOST_MEMBERS = 1_000
MOST_UNPACKED = 20_000_000_000
MOST_HELD = 200_000_000  # bytes of a member that has to be read as a whole: a workbook
_TABLES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods", ".html", ".htm")
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar", ".bz2")
_UTF8 = 0x800
_LOCKED = 0x1


def members(source: Source, wanted: str = "") -> tuple[Source, ...]:
    """The tables in an archive, or those whose name fits `wanted`; Invalid when it is made to hurt, or holds none."""
    try:
        with source.open() as file, zipfile.ZipFile(file) as packed:
            listed = [each for each in packed.infolist() if not each.is_dir()]
    except (zipfile.BadZipFile, OSError) as error:
        raise damaged(source.name) from error
    named = {name_of(each): each for each in listed if not _is_litter(name_of(each))}
    _refuse(source.name, named)
    found = {name: each for name, each in named.items() if name.lower().endswith(_TABLES)}
    if not found:
        raise _no_table(source.name, tuple(named))
    inner = [name for name in named if name.lower().endswith(_ARCHIVES)]
    if inner and not wanted:  # what is in it would be lost in silence
        raise _no_table(source.name, tuple(inner))
    kept = {name: each for name, each in found.items() if not wanted or fnmatch(name, wanted)}
    if not kept:
        raise Missing(
            Text(f"{source.name} 里没有“{wanted}”", f"{source.name} holds no “{wanted}”"), mend=nearest(wanted, found)
        )
    return tuple(_member(source, name, each) for name, each in sorted(kept.items()))


def name_of(member: zipfile.ZipInfo) -> str:
    """A member's name; without the mark for UTF-8 it was written on a Chinese Windows."""
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _refuse(archive: str, named: dict[str, zipfile.ZipInfo]) -> None:
    for name, each in named.items():
        if name.startswith(("/", "\\")) or ".." in PurePosixPath(name.replace("\\", "/")).parts or ":" in name[:2]:
            raise Invalid(
                Text(f"{archive} 里的“{name}”指到压缩包外面", f"“{name}” in {archive} points outside the archive"),
                mend=Text(
                    "这样的压缩包可能是恶意的，请向来源确认后重新打包。",
                    "Such an archive may mean harm; ask where it comes from.",
                ),
            )
        if each.flag_bits & _LOCKED:
            raise locked(archive)
    if (
        len(named) > MOST_MEMBERS
        or sum(each.file_size for each in named.values()) > MOST_UNPACKED
        or any(map(is_wild, named.values()))
    ):
        raise Invalid(
            Text(
                f"{archive} 里的文件太多、太大，或压缩得不正常", f"{archive} holds too much, or is packed beyond belief"
            ),
            mend=Text("请解压确认后，逐个导入。", "Unpack it, look into it, and import the files one by one."),
        )


def _no_table(archive: str, names: tuple[str, ...]) -> Invalid:
    inner = [each for each in names if each.lower().endswith(_ARCHIVES)]
    if inner:
        return Invalid(
            Text(f"{archive} 里还是压缩包：{inner[0]}", f"{archive} holds another archive: {inner[0]}"),
            mend=Text("请先解压一层，再导入。", "Unpack the outer one first, and import that."),
        )
    return Invalid(
        Text(f"{archive} 里没有表格文件", f"{archive} holds no table"),
        mend=Text("能读 CSV、TXT、xlsx、xls、ods、html。", "CSV, TXT, xlsx, xls, ods and html are read."),
    )


def _is_litter(name: str) -> bool:
    """What packing programs leave: `__MACOSX/`, `.DS_Store`, `~$open.xlsx`."""
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or path.name.startswith((".", "~$")) or path.name == "Thumbs.db"


def _member(source: Source, name: str, member: zipfile.ZipInfo) -> Source:
    def opened() -> IO[bytes]:
        try:
            # The archive closes itself once the member is closed.
            return zipfile.ZipFile(source.path or source.open()).open(member)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise damaged(source.name) from error

    return Source(f"{source.name}/{name}", member.file_size, opened)
