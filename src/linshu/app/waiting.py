"""Sees jobs through to their end for a command: by the running server where there is one, else in this process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from linshu.app import edition
from linshu.app.local import LocalShop
from linshu.app.remote import RemoteShop
from linshu.app.works import Works
from linshu.engine.jobs.books import Filter, listed
from linshu.kernel.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linshu.app.project import Project
    from linshu.engine.jobs.queue import Kept
    from linshu.engine.state import State

LOOK_SECONDS = 0.3


def see_through(
    project: Project, state: State, ids: Sequence[str], watch: Callable[[Sequence[Kept]], None]
) -> list[Kept]:
    """The jobs once all are over, or once one of them stopped for good and holds the others back."""
    while not _settled(found := _of(state, ids)):
        watch(found)
        if _server_runs(project):
            time.sleep(LOOK_SECONDS)
            continue
        if edition.differs(project):
            raise edition.refused(project)
        try:
            company = LocalShop.open(project)
        except Conflict:  # another command has the data; it may do these very jobs
            time.sleep(LOOK_SECONDS)
            continue
        with company:
            end = Works(company, state).begin({one.kind for one in found}, with_clock=False)
            try:
                while not _settled(found := _of(state, ids)):
                    watch(found)
                    time.sleep(LOOK_SECONDS)
            finally:
                end()
    return found


def _server_runs(project: Project) -> bool:
    server = RemoteShop.reach(project)
    if server is None:
        return False
    server.close()
    return True


def _of(state: State, ids: Sequence[str]) -> list[Kept]:
    with state.reading() as connection:
        found = {one.job_id: one for one in listed(connection, Filter(ids=tuple(ids)), limit=len(ids))[0]}
    return [found[job_id] for job_id in ids if job_id in found]


def _settled(jobs: Sequence[Kept]) -> bool:
    return all(one.is_over for one in jobs) or any(one.state in {"dead", "cancelled"} for one in jobs)
