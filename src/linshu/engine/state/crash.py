"""The moments at which a process that works on the state database may be killed; tests stop it at each and start again."""

from __future__ import annotations

from collections.abc import Callable

# Before and after every commit that hands work over, and every effect outside.
POINTS = (
    "outbox.taken",
    "outbox.sent",
    "outbox.noted",
    "job.taken",
    "job.ran",
    "job.noted",
    "events.judged",
    "events.kept",
    "events.marked",
    "events.landed",
    "events.noted",
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
