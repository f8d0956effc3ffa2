"""The moments at which an import may be killed; a test stops the process at each of them and starts again."""

from __future__ import annotations

from collections.abc import Callable

# Before and after everything that outlives the process: a file, a rename, a commit.
POINTS = (
    "landing.begun",
    "landing.part_begun",
    "landing.part_written",
    "landing.part_synced",
    "landing.complete",
    "landing.renamed",
    "merge.begun",
    "merge.staged",
    "merge.table_merged",
    "merge.quarantined",
    "merge.registered",
    "merge.committed",
)

_hook: Callable[[str], None] | None = None


def point(name: str) -> None:
    """Pass a moment of `POINTS`; costs nothing unless a test listens."""
    if _hook is not None:
        _hook(name)


def listen(hook: Callable[[str], None] | None) -> None:
    """Call `hook` with the name of every moment passed from now on; None stops it."""
    global _hook  # noqa: PLW0603 - one process-wide switch, set by tests and `make chaos` alone
    _hook = hook
