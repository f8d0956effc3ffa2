"""What is being worked out right now: a page whose figures come from jobs says how far these are, and shows the figures then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.engine.jobs.books import Filter
from linshu.engine.jobs.queue import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.shell.context import Shell
    from linshu.kernel.text import Text

MOST = 50  # jobs that wait or run at one time


@dataclass(frozen=True, slots=True)
class Making:
    """The step that is being done, or waits to be; `left` more come after it."""

    title: Text
    words: Text
    percent: int
    running: bool
    left: int
    kinds: tuple[str, ...]


def making(shell: Shell, kinds: Iterable[str]) -> Making | None:
    """How far the jobs of these kinds are; None when none of them waits or runs."""
    wanted = tuple(kinds)
    jobs, _ = shell.jobs.listed(Filter(states=OPEN), limit=MOST)
    mine = [one for one in jobs if one.kind in wanted]
    if not mine:
        return None
    first = min(mine, key=lambda one: (one.state != "running", one.created_at))
    return Making(
        shell.jobs.title(first.kind),
        first.words,
        round(first.progress * 100),
        first.state == "running",
        len(mine) - 1,
        wanted,
    )
