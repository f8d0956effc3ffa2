"""The same page once more: sent as it was a moment ago, packed, while nothing that it tells of can have changed."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from starlette.requests import Request
    from starlette.types import Message, Send

SECONDS = 1.0  # as long as what was read of the state is believed (engine/state/recent.py), so that clocks go on
MOST = 128  # pages of some 20 kB
SHAPES = ("hx-request", "hx-history-restore-request")  # what a page looks like, beside its address and its viewer


@dataclass(frozen=True, slots=True)
class Sent:
    """A page as it left: its head before it was completed for one request, its body, and under which name it is counted."""

    head: Message
    body: Message
    here: str
    stamp: Hashable
    until: float

    async def to(self, send: Send) -> None:
        """Sends it once more."""
        await send({**self.head, "headers": [*self.head["headers"]]})
        await send(self.body)


@dataclass(eq=False)
class Again:
    """Pages that were just sent, each for whom it was made and for how things stood when its making began.

    A page says itself that it may be kept (`pages.render`): it then tells of nothing but the data, the state and the
    days. `stamp` is how these stand: another one with every change, made by whomever.
    """

    stamp: Callable[[], Hashable]
    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[Hashable, Sent] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def asked(self, request: Request) -> Asked | None:
        """What a request asks for, and the page if it was just sent; None for what is never kept."""
        viewer: Hashable = getattr(request.state, "viewer", None)
        header = request.headers.get
        if request.method != "GET" or viewer is None or "gzip" not in header("accept-encoding", ""):
            return None
        key = (viewer, request.state.language, request.url.path, request.url.query, *map(header, SHAPES))
        stamp = self.stamp()
        with self._lock:
            sent = self._kept.get(key)
        if sent is not None and (sent.stamp != stamp or self.clock() >= sent.until):
            sent = None
        return Asked(self, key, stamp, sent)

    def keep(self, key: Hashable, sent: Sent) -> None:
        """Keeps a page; the one sent longest ago goes."""
        with self._lock:
            self._kept[key] = sent
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: whose page at which address, how things stood when it came, and the page if there is one."""

    again: Again
    key: Hashable
    stamp: Hashable
    sent: Sent | None

    def keeping(self, request: Request, send: Send) -> Send:
        """Sends on what comes, and keeps it if the page says that it may be kept."""
        head: Message | None = None

        async def passing(message: Message) -> None:
            nonlocal head
            here = getattr(request.state, "kept_as", None)
            if here is not None and message["type"] == "http.response.start":
                head = {**message, "headers": [*message["headers"]]}
            elif here is not None and head is not None and not message.get("more_body"):
                self.again.keep(self.key, Sent(head, message, here, self.stamp, self.again.clock() + SECONDS))
            await send(message)

        return passing
