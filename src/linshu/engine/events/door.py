"""The door: events wait in line, are kept together in micro-batches, and are acknowledged when they are durable."""

from __future__ import annotations

import logging
import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from linshu.engine.events import keeping
from linshu.engine.events.reading import MOST_EVENTS, read_event
from linshu.engine.state import crash
from linshu.kernel.errors import LinshuError, Throttled, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from linshu.engine.events.judge import Judge
    from linshu.engine.events.keeping import Sender, Told
    from linshu.engine.events.placing import Reach
    from linshu.engine.events.reading import Event
    from linshu.engine.state import State

MOST_WAITING = 20_000  # events in line; more are asked to come again
GATHER_SECONDS = 0.01  # those who sent to the last batch together are waited for: one commit for all costs little more
LONGEST_SECONDS = 30.0  # an acknowledgement is waited for
logger = logging.getLogger("linshu.events")


@dataclass(slots=True)
class _Request:
    events: list[Event]
    sender: Sender
    told: Future[list[Told]] = field(default_factory=Future)


class Door:
    """Takes events in from any thread; one thread of its own keeps them, whatever has come meanwhile together."""

    def __init__(
        self,
        state: State,
        judge: Judge,
        reach: Reach,
        now: Callable[[], datetime],
        *,
        kept: Callable[[], None] = lambda: None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        """`kept` is called after every commit: something waits to be landed."""
        self.state, self.judge, self.reach, self.now = state, judge, reach, now
        self.kept = kept
        self._most = most_waiting
        self._line: deque[_Request] = deque()
        self._waiting = 0
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._shut = False

    def send(self, told: Sequence[Any], sender: Sender) -> list[Told]:
        """What became of each event, once that can no longer be lost; Throttled when too many wait in line."""
        request = _Request([read_event(one, self.judge.kinds) for one in told], sender)
        if not request.events:
            return []
        with self._wake:
            if self._shut:
                raise _closed()
            if self._waiting and self._waiting + len(request.events) > self._most:
                raise _full()
            self._line.append(request)
            self._waiting += len(request.events)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="events", daemon=True)
                self._thread.start()
            self._wake.notify()
        try:
            return request.told.result(LONGEST_SECONDS)
        except TimeoutError as error:
            raise Unavailable(
                Text("事件还没有落盘", "the events are not durable yet"),
                mend=Text(
                    "请用同样的编号再发一次，不会重复。", "Send them again under the same ids; nothing is taken twice."
                ),
            ) from error

    @property
    def waiting(self) -> int:
        """Events that stand in line."""
        return self._waiting

    def close(self) -> None:
        """Let nobody in any more; whoever still stands in line is told to come again."""
        with self._wake:
            self._shut = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout=20)
        self.judge.close()

    def _run(self) -> None:
        together = 0
        while True:
            with self._wake:
                while not self._line and not self._shut:
                    self._wake.wait()
                self._gather(together)
                requests = self._next()
            if not requests:
                return
            together = max(len(requests), together - 1)
            self._keep(requests)

    def _gather(self, together: int) -> None:
        """Wait a moment for as many as came together lately; whoever sends alone is not kept waiting."""
        if together > 1:
            self._wake.wait_for(lambda: len(self._line) >= together or self._shut, GATHER_SECONDS)

    def _next(self) -> list[_Request]:
        """Whatever stands in line, up to what one transaction should hold."""
        taken: list[_Request] = []
        many = 0
        while self._line and (not taken or many + len(self._line[0].events) <= MOST_EVENTS):
            taken.append(self._line.popleft())
            many += len(taken[-1].events)
        self._waiting -= many
        if self._shut:
            for one in taken:
                one.told.set_exception(_closed())
            return []
        return taken

    def _keep(self, requests: list[_Request]) -> None:
        try:
            told = self.keep([(one, request.sender) for request in requests for one in request.events])
        except Exception as error:
            if len(requests) > 1:  # one that cannot be kept must not take the others with it
                for one in requests:
                    self._keep([one])
                return
            if not isinstance(error, LinshuError):
                logger.exception("events could not be kept")
            requests[0].told.set_exception(error if isinstance(error, LinshuError) else _lost())
            return
        at = 0
        for request in requests:
            request.told.set_result(told[at : at + len(request.events)])
            at += len(request.events)

    def keep(self, events: list[tuple[Event, Sender]]) -> list[Told]:
        """One micro-batch: judged and sealed, then written in one transaction."""
        now = self.now()
        batch = self.judge.judge([one for one, _ in events], now)
        digests = [self.judge.sealer.index(f"event:{one.digest}") for one, _ in events]
        ids = {(one.source, one.event_id) for one, _ in events}
        crash.point("events.judged")
        bound = {at for at, (_, sender) in enumerate(events) if sender.scope.restrictions()}
        with self.state.writing() as connection:
            stored = keeping.stored_places(connection, batch, self.judge.kinds, self.reach, bound)
            known, dead = keeping.known_ids(connection, ids), keeping.open_letters(connection, ids)
            plan = keeping.Keeping(self.judge.kinds, self.reach, now, known, dead, stored)
            told = [
                plan.place(at, one, digest, sender)
                for at, (one, digest, (_, sender)) in enumerate(zip(batch.judged, digests, events, strict=True))
            ]
            keeping.write(connection, batch, plan, self.judge.sealer)
        crash.point("events.kept")
        if plan.taken:
            self.kept()
        return told


def _full() -> Throttled:
    error = Throttled(
        Text("排队的事件太多", "too many events wait in line"),
        mend=Text("请一秒后用同样的编号再发。", "Send them again in a second, under the same ids."),
    )
    error.seconds = 1
    return error


def _closed() -> Unavailable:
    return Unavailable(
        Text("服务正在停止", "the server is ending"),
        mend=Text("请稍后用同样的编号再发。", "Send them again later, under the same ids."),
    )


def _lost() -> LinshuError:
    return LinshuError(
        Text("事件没有留下", "the events were not kept"),
        mend=Text(
            "请用同样的编号再发；还不行请看日志。",
            "Send them again under the same ids; if it fails again, see the log.",
        ),
    )
