"""One long piece of work of the server: it runs on when nobody looks, tells how far it is, and can be called off."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar

from linshu.app.calling_off import CallingOff
from linshu.engine.shell.desk import Job
from linshu.kernel.errors import Cancelled, LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from linshu.app.shop import Watch

T = TypeVar("T")
logger = logging.getLogger("linshu.web")


class Work(Generic[T]):
    """The work and how far it is; it may begin again once it was called off or has failed."""

    def __init__(self, name: str, interrupt: Callable[[int], None]) -> None:
        self._name, self._interrupt = name, interrupt
        self._lock = threading.Lock()
        self._wish: CallingOff | None = None
        self._job: Job[T] = Job()

    @property
    def job(self) -> Job[T]:
        """How far it is."""
        return self._job

    def start(self, do: Callable[[Watch], T]) -> bool:
        """Begin, in a thread of its own; False when it runs or is done already."""
        with self._lock:
            if self._job.phase in ("running", "done"):
                return False
            self._job, self._wish = Job("running"), None
        threading.Thread(target=self._run, args=(do,), name=self._name, daemon=True).start()
        return True

    def cancel(self) -> None:
        """Call it off, when it runs."""
        with self._lock:
            if self._job.phase != "running" or self._job.stopping:
                return
            self._job = replace(self._job, stopping=True)
            wish = self._wish
        if wish is not None:
            wish.say()

    def _run(self, do: Callable[[Watch], T]) -> None:
        wish = CallingOff(self._interrupt)
        with self._lock:
            self._wish = wish
            late = self._job.stopping
        if late:
            wish.say()
        try:
            made = do(wish.watched(self._tell))
            self._end(Job("done", 1.0, outcome=made))
        except Cancelled as error:
            self._end(Job("cancelled", error=error))
        except LinshuError as error:
            self._end(replace(self._job, phase="failed", error=error, stopping=False))
        except Exception:
            logger.exception("%s failed", self._name)
            fault = LinshuError(
                Text("出错了，这不是您的问题", "it failed, and it is not your fault"),
                mend=Text(
                    "请再试一次；还不行就请管理员看日志。", "Try again; else ask an administrator to see the log."
                ),
            )
            self._end(replace(self._job, phase="failed", error=fault, stopping=False))

    def _tell(self, fraction: float, words: str) -> None:
        with self._lock:
            self._job = replace(self._job, fraction=fraction, words=words)

    def _end(self, job: Job[T]) -> None:
        with self._lock:
            self._job = job
