"""The state database of a project: users, log-ins, decisions."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from linshu.engine.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.app.project import Project


@contextmanager
def open_state(project: Project) -> Iterator[State]:
    """The project's state database, at its newest form."""
    project.data.mkdir(parents=True, exist_ok=True)
    state = State.open(project.settings.state.url or project.state)
    try:
        yield state
    finally:
        state.close()
