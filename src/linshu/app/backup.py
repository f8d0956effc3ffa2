"""Copies of a project that can be trusted: every file hashed, every table counted, compared again after restoring.

A backup holds settings, landing, state and wrapped keys. The warehouse is not in it, because it is rebuilt from
landing; neither is the key that opens sealed values, because a copy holding both would protect nothing. The state is in
it as lines, so that it can be restored to SQLite and to PostgreSQL, whichever of them it came from.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

from linshu.app.answer import Answer
from linshu.app.beacon import Beacon
from linshu.app.erasing import forget_again
from linshu.app.local import LocalShop
from linshu.app.opening import open_shop
from linshu.app.project import FILE, Project, write_setting
from linshu.app.states import connected_state, open_state
from linshu.engine.intake.landing import landed
from linshu.engine.state import copying
from linshu.kernel.errors import Conflict, Invalid, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.app.shop import Shop

MANIFEST = "manifest.json"
TRIES = 5  # how often to begin again when data arrives meanwhile
TEXT_FOLDERS = ("mappings", "metrics", "data/quarantine")
STATE_FOLDER = "state"  # in the backup; in a project it is a database
WITHIN = "sqlite"  # said in place of an address: the state belongs into the new folder


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup: its name there, and where its content lies now."""

    name: str
    path: Path


def back_up(project: Project, to: Path, *, counted: bool = True, shop: Shop | None = None) -> Answer:
    """Write a complete copy to `to` and read it back; says how many files and rows it holds.

    Not `counted`: the warehouse is left alone, because another edition of the standard made it. `shop`: the project's,
    where this process has it open already.
    """
    if to.exists():
        raise Conflict(
            Text(f"{to} 已存在", f"{to} exists already"), mend=Text("请换一个文件名。", "Choose another name.")
        )
    tables, batches = _snapshot(project, shop) if counted else ({}, set(landed(project.landing)))
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(f".{to.name}.part")
    try:
        part.touch(0o600)
        with tempfile.TemporaryDirectory(dir=project.data) as scratch, tarfile.open(part, "w") as archive:
            state = _copied_state(project, Path(scratch))
            files = {member.name: _put(archive, member) for member in _members(project, batches, Path(scratch))}
            manifest = {
                "linshu": version("linshu"),
                "project": project.settings.project.id,
                "made_at": datetime.now(UTC).isoformat(),
                "files": files,
                "tables": tables,
                "state": asdict(state) if state else None,
            }
            _put_text(archive, MANIFEST, json.dumps(manifest, indent=1))
        verify(part)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    kept = sum(one.rows for one in state.tables.values()) if state else 0
    return Answer.of([{
        "file": str(to), "files": len(files), "rows": _rows(tables), "state_rows": kept, "bytes": to.stat().st_size,
        "verified": True,
    }])  # fmt: skip


def verify(file: Path) -> dict[str, Any]:
    """The manifest of a backup whose every file is whole; Invalid names the first that is not."""
    try:
        with tarfile.open(file) as archive:
            manifest: dict[str, Any] = json.loads(_read(archive, MANIFEST))
            for name, expected in manifest["files"].items():
                if hashlib.sha256(_read(archive, name)).hexdigest() != expected:
                    raise _broken(file, name)
    except (tarfile.TarError, KeyError, ValueError, EOFError) as error:
        raise _broken(file, str(error)) from error
    except FileNotFoundError as error:
        raise Missing(Text(f"没有文件 {file}", f"there is no file {file}")) from error
    return manifest


def restore(file: Path, to: Path, state: str = "") -> Answer:
    """Unpack a verified backup into a new folder, rebuild the warehouse, and compare every table with the manifest.

    `state` says where the state goes: "" = where the settings in the backup say, "sqlite" = into the new folder, else the
    address of an empty database. When anything is wrong, nothing is left in the folder.
    """
    manifest = verify(file)
    if to.exists() and any(to.iterdir()):
        raise Conflict(
            Text(f"{to} 不是空文件夹", f"{to} is not empty"), mend=Text("请换一个新文件夹。", "Choose a new folder.")
        )
    to.mkdir(parents=True, exist_ok=True)
    try:
        return _restored(file, manifest, to, state)
    except BaseException:
        for left in to.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        raise


def rehearse(file: Path) -> Answer:
    """Restore a backup to a place of its own, with everything compared, and take that place away again."""
    with tempfile.TemporaryDirectory(prefix="linshu-") as scratch:
        told = restore(file, Path(scratch) / "project", WITHIN).rows[0]
    return Answer.of(
        [{"file": str(file), **{name: told[name] for name in ("tables", "rows", "state_rows", "verified")}}]
    )


def _restored(file: Path, manifest: dict[str, Any], to: Path, state: str) -> Answer:
    with tarfile.open(file) as archive:
        for member in archive.getmembers():
            if member.name in manifest["files"]:
                _unpack(archive, member, to)
    for name, expected in manifest["files"].items():
        if _hash(to / name) != expected:
            raise _broken(to, name)
    project = Project.open(to, {"state.url": {"": None, WITHIN: ""}.get(state, state)})
    project.data.chmod(0o700)
    project.key()
    if manifest.get("state"):
        with connected_state(project) as kept_at:
            copying.expect_empty(kept_at)  # said now, not after everything was built
    with LocalShop.open(project) as shop:
        shop.resume()
        shop.build(full=True)
        found = shop.fingerprint()
        _compare(manifest["tables"], found, to)
        again = forget_again(shop)  # only now: the copy may be older than an erasure
    place, kept = _restored_state(project, manifest.get("state"), to / STATE_FOLDER)
    if state:
        name_state(project)
    return Answer.of([{
        "project": str(to), "state": place, "tables": len(found), "rows": _rows(found), "state_rows": kept, "verified": True,
        "erased_again": again,
    }])  # fmt: skip


def _compare(expected: dict[str, Any], found: dict[str, Any], to: Path) -> None:
    different = sorted(name for name, one in expected.items() if found.get(name) != one)
    if different:
        names = ", ".join(different)
        raise Invalid(
            Text(f"恢复后这些表与备份时不同：{names}", f"these tables differ from the backup: {names}"),
            where=Text(str(to), str(to)),
            mend=Text("请保留备份文件并报告此问题。", "Keep the backup and report this."),
        )


def upgrade(project: Project, keep: Path | None = None) -> Answer:
    """Back up, bring the state database and the warehouse to this version."""
    to = keep or project.folder / "backups" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.linshu.tar"
    if Beacon.read(project) is not None:
        raise Conflict(
            Text("服务正在运行，不能升级", "the server runs, so nothing can be upgraded"),
            mend=Text("请先停止 linshu serve。", "Stop linshu serve first."),
        )
    back_up(project, to, counted=False)
    with open_state(project) as state:
        revision = state.revision()
    with LocalShop.open(project, upgrade=True) as shop:
        report = shop.build_models()
    return Answer.of([{
        "backup": str(to), "state": revision, "linshu": version("linshu"), "models": len(report.outcomes), "ok": report.ok,
    }])  # fmt: skip


def _snapshot(project: Project, own: Shop | None) -> tuple[dict[str, Any], set[str]]:
    """The tables as of one moment, and the batches they hold."""
    with nullcontext(own) if own is not None else open_shop(project.folder) as shop:
        for _ in range(TRIES):
            before = shop.landed()
            tables = shop.fingerprint()
            if shop.landed() == before:
                return tables, before
    raise Conflict(
        Text("备份时一直有新数据进来", "data kept arriving during the backup"),
        mend=Text("请稍后再备份。", "Try again when it is quieter."),
    )


def _members(project: Project, batches: set[str], scratch: Path) -> Iterator[Member]:
    """Landing first and keys last, so that every sealed value in the copy has its key."""
    yield Member(FILE, project.file)
    folders = [project.folder / name for name in TEXT_FOLDERS] + [project.landing / batch for batch in sorted(batches)]
    for path in (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()):
        yield Member(str(path.relative_to(project.folder)), path)
    if project.checks.exists():
        copy = scratch / project.checks.name  # it may grow meanwhile
        shutil.copyfile(project.checks, copy)
        yield Member(str(project.checks.relative_to(project.folder)), copy)
    for path in sorted((scratch / STATE_FOLDER).glob("*")):
        yield Member(f"{STATE_FOLDER}/{path.name}", path)
    for path in sorted(project.vault.glob("*.sqlite")):
        copy = scratch / path.name
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        yield Member(f"data/vault/{path.name}", copy)


def _copied_state(project: Project, scratch: Path) -> copying.Copied | None:
    """The state as it is, of this version or an earlier one; None when the project never had any."""
    folder = scratch / STATE_FOLDER
    folder.mkdir()
    if not project.settings.state.url and not project.state.exists():
        return None
    with connected_state(project) as state:
        return copying.write_out(state, folder) if state.revision() else None


def _restored_state(project: Project, told: dict[str, Any] | None, lines: Path) -> tuple[str, int]:
    """Where the state is now, and how many rows it holds."""
    with connected_state(project) as state:
        if told is None:  # there was none, or an earlier version of Linshu put the database itself into the backup
            return state.place, 0
        tables = {name: copying.Content(**one) for name, one in told["tables"].items()}
        copying.read_in(state, lines, copying.Copied(told["revision"], tables))
        shutil.rmtree(lines)
        return state.place, sum(one.rows for one in tables.values())


def name_state(project: Project) -> None:
    """Let the settings file say where the state is, unless it does, or a password would stand in it."""
    url = project.settings.state.url
    if Project.open(project.folder).settings.state.url != url and not (url and make_url(url).password):
        write_setting(project, "state.url", url)


def _rows(tables: dict[str, Any]) -> int:
    return sum(one["rows"] for one in tables.values())


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    """Write a plain file of the archive, and nothing that leads out of the folder; not every 3.11 has tarfile's filters."""
    place, opened = to / member.name, archive.extractfile(member) if member.isfile() else None
    if opened is None or not place.resolve().is_relative_to(to.resolve()):
        raise _broken(to, member.name)
    place.parent.mkdir(parents=True, exist_ok=True)
    with opened, place.open("xb") as written:
        shutil.copyfileobj(opened, written)


def _put(archive: tarfile.TarFile, member: Member) -> str:
    archive.add(member.path, member.name, recursive=False)
    return _hash(member.path)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file.read()


def _broken(file: Path, what: str) -> Invalid:
    return Invalid(
        Text(f"备份 {file} 不完整：{what}", f"the backup {file} is not whole: {what}"),
        mend=Text("请用另一份备份。", "Use another backup."),
    )
