"""What works beside the pages of a running server, or for a command where no server runs: jobs, their clock, the outbox."""

from __future__ import annotations

import logging
import random
import threading
import time
from typing import TYPE_CHECKING, Any

from linshu.app.jobs import desk_of_jobs
from linshu.app.pushing import courier, push_desk
from linshu.engine.jobs.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from linshu.app.local import LocalShop
    from linshu.engine.push.courier import Courier
    from linshu.engine.shell.live import Hub
    from linshu.engine.state import State

TOPIC = "may.jobs.see"
LOOK_SECONDS = 1.0
logger = logging.getLogger("linshu.works")


class Works:
    """The jobs of one project in the process that owns its data; changes are told to the screens that listen."""

    def __init__(self, company: LocalShop, state: State, hub: Hub | None = None) -> None:
        self._company, self._state, self._hub = company, state, hub
        project = company.project
        self.desk = desk_of_jobs(project, state, changed=self._changed)
        self._workers: Workers | None = None

    def begin(self, only: Iterable[str] = (), *, with_clock: bool = True) -> Callable[[], None]:
        """Work from now on, on the kinds of `only` when given; the function given ends it."""
        wanted = set(only) or set(self.desk.jobs)
        workers = Workers(
            self.desk.queue,
            [one for one in self.desk.jobs.values() if one.name in wanted],
            chance=random.SystemRandom().random,
            given=self._given(),
            scratch=self._company.project.data / "jobs",
            resting=self.desk.resting,
        )
        self._workers = workers
        workers.start()
        if not with_clock:
            return workers.stop
        self.desk.clock.start()
        postman = Postman(self.courier())
        postman.start()

        def end() -> None:
            self.desk.clock.stop()
            workers.stop()
            postman.stop()

        return end

    def courier(self) -> Courier:
        """Who delivers what the outbox holds."""
        project = self._company.project
        return courier(project, self._state, push_desk(project, self._state, self._company.figures))

    def _given(self) -> dict[str, Any]:
        """What jobs may ask for: the figures as pages read them, the company itself, its state, and how rows come in."""
        return {
            "shop": self._company.figures,
            "company": self._company,
            "state": self._state,
            "land": self._company.bringing.intake.land_rows,
        }

    def _changed(self, job_id: str) -> None:
        if self._workers is not None:
            self._workers.wake()
        if self._hub is not None:
            self._hub.publish(TOPIC, state={job_id: time.time()})


class Postman:
    """Lets a courier deliver what is due, again and again."""

    def __init__(self, courier: Courier) -> None:
        self._courier, self._stop = courier, threading.Event()
        self._thread = threading.Thread(target=self._run, name="postman", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the message in hand."""
        self._stop.set()
        self._thread.join(timeout=20)

    def _run(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            try:
                while not self._stop.is_set() and self._courier.deliver(1):
                    pass
            except Exception:  # a database that is away for a moment must not end this thread
                logger.exception("the outbox could not be read; it is tried again")
