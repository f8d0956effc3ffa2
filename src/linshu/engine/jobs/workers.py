"""Threads that do the jobs of the queue: leases kept while they run, ends written down, faults survived."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.engine.jobs import heavy
from linshu.engine.jobs.declare import Heavy, Job
from linshu.engine.jobs.queue import LEASE, Kept, Queue
from linshu.engine.jobs.run import Cancelled, Run
from linshu.engine.jobs.schedule import Resting
from linshu.kernel.errors import LinshuError, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

IDLE_SECONDS = 1.0
logger = logging.getLogger("linshu.jobs")


@dataclass
class Running:
    """One job in the hands of a thread."""

    run: Run
    lease: str
    until: float  # monotonic: when the time allowed is over


class Workers:
    """Does the jobs it knows; light ones in its own threads, heavy ones in processes that its threads wait for.

    `given` is what jobs may ask for by name; `scratch` is where tables lie on their way to heavy work. Work that came to
    be `resting` after it was queued is passed over when its turn comes, so that what waits for it is not held back.
    """

    def __init__(
        self,
        queue: Queue,
        jobs: Iterable[Job],
        *,
        chance: Callable[[], float],
        given: Mapping[str, Any] | None = None,
        scratch: Path | None = None,
        resting: Resting = dict,
    ) -> None:
        self._queue, self._given, self._scratch, self._chance = queue, dict(given or {}), scratch, chance
        self._resting = resting
        self._jobs = {one.name: one for one in jobs if set(one.needs) <= set(self._given)}
        self._patience = {name: one.patience for name, one in self._jobs.items()}
        self._running: dict[str, Running] = {}
        self._lock, self._stop, self._work = threading.Lock(), threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, threads: int = 2) -> None:
        """Begin to work."""
        for number in range(threads):
            self._threads.append(threading.Thread(target=self._loop, name=f"jobs-{number}", daemon=True))
        self._threads.append(threading.Thread(target=self._beat, name="jobs-beat", daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 20) -> None:
        """Take nothing more; what runs is asked to end and is taken up again by whoever comes next."""
        self._stop.set()
        self._work.set()
        with self._lock:
            for one in self._running.values():
                one.run.over.set()
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(timeout=max(0.0, end - time.monotonic()))

    def wake(self) -> None:
        """Look for work at once."""
        self._work.set()

    def work(self) -> int:
        """Do everything that is due, in this thread; how many jobs were done."""
        count = 0
        while not self._stop.is_set() and self._one():
            count += 1
        return count

    def _loop(self) -> None:
        while not self._stop.is_set():
            try:
                if self._one():
                    continue
            except Exception:  # a database that is away for a moment must not end this thread
                logger.exception("the queue of jobs could not be read; it is tried again")
            self._work.wait(IDLE_SECONDS)
            self._work.clear()

    def _one(self) -> bool:
        taken = self._queue.take(self._jobs, self._patience)
        if taken is None:
            return False
        kept, lease = taken
        declared = self._jobs[kept.kind]
        if off := self._resting().get(kept.kind):
            self._pass_over(kept, lease, off)
            return True
        run = Run(
            kept.job_id, kept.kind, kept.input, kept.day, kept.scheduled_at, kept.attempts, self._given,
            tell=lambda thousandths, words: self._queue.tell(kept.job_id, lease, thousandths, words),
            write=lambda level, words: self._queue.log(kept.job_id, level, words),
        )  # fmt: skip
        one = Running(run, lease, time.monotonic() + declared.timeout.total_seconds())
        with self._lock:
            self._running[kept.job_id] = one
        try:
            self._do(kept, declared, one)
        finally:
            with self._lock:
                self._running.pop(kept.job_id, None)
        return True

    def _pass_over(self, kept: Kept, lease: str, off: Text) -> None:
        words = Text(f"“{off.zh}”模块没有启用，没有做", f"not done: {off.en} is switched off")
        self._queue.log(kept.job_id, "warn", words)
        self._ended(kept, self._queue.done(kept.job_id, lease, {"resting": off.zh}))

    def _do(self, kept: Kept, declared: Job, one: Running) -> None:
        try:
            result = self._result(declared, one.run)
        except (Cancelled, LinshuError) as error:
            self._failed(kept, declared, one.lease, error)
        except Exception as error:
            logger.exception("job %s (%s) failed", kept.job_id, kept.kind)
            self._failed(kept, declared, one.lease, error)
        else:
            self._ended(kept, self._queue.done(kept.job_id, one.lease, result))

    def _result(self, declared: Job, run: Run) -> dict[str, Any] | None:
        if not isinstance(declared.run, Heavy):
            return declared.run(run)
        if self._scratch is None:
            raise Unavailable(Text("没有放中间文件的地方", "there is no place for the tables of heavy work"))
        return heavy.do(declared.run, run, self._scratch)

    def _failed(self, kept: Kept, declared: Job, lease: str, error: Exception) -> None:
        if self._stop.is_set():
            self._queue.release(kept, lease)
            return
        self._ended(kept, self._queue.fail(kept, lease, error, declared.patience, self._chance()))

    @staticmethod
    def _ended(kept: Kept, written: bool) -> None:
        if not written:
            logger.warning(
                "job %s (%s) ended after its lease was lost; its end was not written", kept.job_id, kept.kind
            )

    def _beat(self) -> None:
        """Keep the leases of what runs, learn what is to end, and say when time is over."""
        while not self._stop.wait(LEASE.total_seconds() / 30):
            with self._lock:
                running = list(self._running.values())
            for one in running:
                if time.monotonic() > one.until:
                    one.run.over.set()
                try:
                    asked = self._queue.beat(one.run.job_id, one.lease)
                except Exception:  # the database is away for a moment; the lease outlasts many beats
                    logger.exception("the lease of job %s could not be kept; it is tried again", one.run.job_id)
                    continue
                if asked or asked is None:
                    one.run.asked.set()
