"""With `--state postgresql`: every project and every path that would hold a SQLite file has a PostgreSQL database instead.

What a test names by an address stays where it says; a path means wherever this run keeps the state. Without it, a new
SQLite file begins as a copy of a ready one.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import make_url

from linshu.app.project import Project, write_setting
from linshu.engine.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

Lend = Callable[[str], AbstractContextManager[str]]  # a copy of a database, dropped at the end; its address


class Lender:
    """Lends every place a database of its own, and takes them back by folder."""

    def __init__(self, lend: Lend) -> None:
        self._lend = lend
        self._lent: dict[Path, tuple[str, ExitStack]] = {}

    def at(self, place: Path, template: str = "ready") -> str:
        """The address of the database of this place, lent when it is first asked for."""
        place = place.resolve()
        if place not in self._lent:
            stack = ExitStack()
            self._lent[place] = stack.enter_context(self._lend(template)), stack
        return self._lent[place][0]

    def take_back(self, folder: Path) -> None:
        """Drop what was lent to places in this folder."""
        for place in [one for one in self._lent if one.is_relative_to(folder.resolve())]:
            self._lent.pop(place)[1].close()

    @contextmanager
    def everywhere(self) -> Iterator[None]:
        """New projects name their database in their settings, as an operator would; paths are places."""
        begun, opened = Project.init, State.open

        def init(_: type[Project], folder: Path, **said: Any) -> Project:
            project = begun(folder, **said)
            self.take_back(folder)  # of a project that was here before
            write_setting(project, "state.url", self.at(project.state))
            return Project.open(folder)

        def open_(_: type[State], where: Path | str) -> State:
            return opened(where if isinstance(where, str) else self.at(where))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Project, "init", classmethod(init))
            patch.setattr(State, "open", classmethod(open_))
            yield


@contextmanager
def begun_ready(ready: Callable[[], Path]) -> Iterator[None]:
    """A SQLite file that is not there yet begins as a copy of one with every table: migrations cost more than most tests."""
    upgrade = State.upgrade

    def upgrade_(state: State, revision: str = "head") -> None:
        file = Path(state.writer.url.database or "")
        if state.url.startswith("sqlite:") and revision == "head" and file.parent.is_dir() and not file.exists():
            copy = shutil.copy(ready(), file.with_name(f"{file.name}-{secrets.token_hex(4)}"))
            with suppress(FileExistsError):  # somebody else was first
                os.link(copy, file)
            copy.unlink()
        upgrade(state, revision)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(State, "upgrade", upgrade_)
        yield


def copied(source: Path, to: Path, lender: Callable[[], Lender]) -> Project:
    """A copy of a project's folder, and of its database where that is not in it."""
    shutil.copytree(source, to)
    project = Project.open(to)
    if project.settings.state.url:
        kept = make_url(project.settings.state.url).database or ""
        write_setting(project, "state.url", lender().at(project.state, kept))
    return Project.open(to)
