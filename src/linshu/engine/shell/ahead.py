"""What will be asked for next is made while nobody waits: the periods one click away from the page somebody reads."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from linshu.engine.shell.parts import Parts

    Make = Callable[[], object]

QUIET_SECONDS = 0.4  # nothing was asked for so long: whoever looks is reading
REST_SECONDS = 60.0  # the same is not made ahead again before
MOST = 64  # offers remembered
MOST_WAITING = 4  # offers that wait; of more than these the oldest is the least likely to be asked for

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Ahead:
    """One thread that makes what was offered, the newest offer first, one piece at a time and only in quiet moments.

    Offers are taken only once it has begun: without a server that stays there is nobody to make anything for.
    """

    parts: Parts
    clock: Callable[[], float] = time.monotonic
    _asked: float = 0.0  # when something was last asked for
    _offered: OrderedDict[Hashable, float] = field(default_factory=OrderedDict)
    _waiting: deque[deque[Make]] = field(default_factory=lambda: deque(maxlen=MOST_WAITING))
    _come: Event = field(default_factory=Event)
    _begun: bool = False
    _lock: Lock = field(default_factory=Lock)

    def asked(self) -> None:
        """Somebody asks for something just now."""
        self._asked = self.clock()

    def quiet(self) -> bool:
        """Whether nobody asked lately, nor waits for a part that is being made."""
        return self.clock() - self._asked >= QUIET_SECONDS and not self.parts.busy

    def offer(self, key: Hashable, makes: Iterable[Make]) -> None:
        """Let this be made when there is time, unless it was offered a moment ago."""
        now = self.clock()
        with self._lock:
            if not self._begun or now - self._offered.get(key, -REST_SECONDS) < REST_SECONDS:
                return
            self._offered[key] = now
            self._offered.move_to_end(key)
            while len(self._offered) > MOST:
                self._offered.popitem(last=False)
            self._waiting.append(deque(makes))
        self._come.set()

    def step(self) -> bool:
        """Make one piece of the newest offer; False when nothing waits. What fails is not made, and nobody is told."""
        with self._lock:
            while self._waiting and not self._waiting[-1]:
                self._waiting.pop()
            if not self._waiting:
                return False
            make = self._waiting[-1].popleft()
        try:
            make()
        except Exception:
            logger.info("something could not be made ahead", exc_info=True)
        return True

    def begin(self) -> Callable[[], None]:
        """Take offers from now on; the function given ends that."""
        self._begun = True
        thread = Thread(target=self._run, name="ahead", daemon=True)
        thread.start()

        def end() -> None:
            with self._lock:
                self._begun = False
                self._waiting.clear()
            self._come.set()
            thread.join(timeout=30)

        return end

    def _run(self) -> None:
        while self._begun:
            self._come.wait()
            self._come.clear()
            while self._begun and self._waiting:
                if self.quiet():
                    self.step()
                else:
                    time.sleep(QUIET_SECONDS / 4)
