"""Processes to be killed, forked from one that has imported everything: to begin each anew costs more than all they do."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.process import BaseProcess

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([f"tests.engine.{one}.killing" for one in ("intake", "jobs", "events")])


def begun(main: Callable[..., None], *given: Any) -> BaseProcess:
    """A process in which `main` works; it is given an end of a pipe last, by which it says that it begins."""
    here, there = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=main, args=(*given, there))
    process.start()
    there.close()
    assert here.recv() == "ready"
    here.close()
    return process
