"""The state database of a project: users, log-ins, decisions, and the audit with the keys that sign it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from linshu.engine.audit import Book, Seal
from linshu.engine.shell.context import Keys
from linshu.engine.state import State
from linshu.engine.vault import ErasureList, KeyFile
from linshu.engine.vault.erasures import PURPOSE
from linshu.kernel.errors import Forbidden, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.app.project import Project


@contextmanager
def open_state(project: Project) -> Iterator[State]:
    """The project's state database, at its newest form."""
    with connected_state(project) as state:
        state.upgrade()
        yield state


@contextmanager
def connected_state(project: Project) -> Iterator[State]:
    """The project's state database as it is, of this version or an earlier one."""
    project.data.mkdir(parents=True, exist_ok=True)
    state = State.connect(project.settings.state.url or project.state)
    try:
        yield state
    finally:
        state.close()


def keys_of(project: Project) -> Keys:
    """What is derived from the project's key; nothing where the key is not there: then nothing can be signed."""
    try:
        key = project.key()
    except Missing:
        return Keys()
    return Keys(key.derive("audit"), key.derive("second factor"), anchor_of(project))


def anchor_of(project: Project) -> Path:
    """The file outside the project that holds the signed roots of its audit: beside the key, or where settings say."""
    return _outside(project, "audit.jsonl")


def erasures_of(project: Project) -> ErasureList:
    """The list of those who were erased: beside the signed roots, so that no restored copy of the project lacks it."""
    return ErasureList(_outside(project, "erased"), project.key().derive(PURPOSE))


def _outside(project: Project, ending: str) -> Path:
    place = project.settings.project.id
    folder = project.settings.audit.anchor
    where = Path(folder) if folder else KeyFile.place(place).parent.parent / "anchors"
    file = where / f"{place}.{ending}"
    if file.resolve().is_relative_to(project.folder.resolve()):
        raise Forbidden(
            Text(
                "审计签名和删除名单不能放在项目文件夹里",
                "signed roots and erasures must not lie inside the project folder",
            ),
            where=Text(str(file), str(file)),
            mend=Text("改 [audit] anchor。", "Change [audit] anchor."),
        )
    return file


def book_of(project: Project, state: State) -> Book:
    """The audit of a project."""
    keys = keys_of(project)
    return Book(state, Seal.of(keys.audit) if keys.audit else None, keys.anchor)
