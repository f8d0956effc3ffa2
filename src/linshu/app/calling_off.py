"""Calling long work off: said once, from any thread or by Ctrl-C, and nothing of the work stays."""

from __future__ import annotations

import secrets
import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from linshu.kernel.errors import Cancelled, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linshu.app.shop import Watch


def nothing_stays() -> Cancelled:
    """What an import says that was called off, once nothing of it is left."""
    return Cancelled(
        Text("导入已取消，什么也没有留下", "the import was called off, and nothing of it stayed"),
        mend=Text("同一个文件随时可以再导入。", "The same file can be imported again at any time."),
    )


class CallingOff:
    """The wish that work of the thread which made this ends; `interrupt` ends the statement that thread waits for."""

    def __init__(self, interrupt: Callable[[int], None]) -> None:
        self._interrupt = interrupt
        self._thread = threading.get_ident()
        self._said = threading.Event()

    @property
    def said(self) -> bool:
        """Whether somebody wished it."""
        return self._said.is_set()

    def say(self) -> None:
        """Wish it."""
        self._said.set()
        self._interrupt(self._thread)

    def watched(self, watch: Watch | None = None) -> Watch:
        """The same watch, by which work also learns that it was called off: it raises Cancelled."""

        def tell(fraction: float, words: str) -> None:
            if self.said:
                raise Cancelled(Text("已取消", "called off"))
            if watch:
                watch(fraction, words)

        return tell

    @contextmanager
    def by_ctrl_c(self, told: Callable[[], None]) -> Iterator[None]:
        """Within the block the first Ctrl-C is this wish, and a second one ends the process at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.getsignal(signal.SIGINT)

        def heard(_number: int, _frame: Any) -> None:
            signal.signal(signal.SIGINT, before)
            told()
            self.say()

        signal.signal(signal.SIGINT, heard)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


@dataclass(slots=True)
class UnderWay:
    """The imports that run just now over HTTP, by an id that only their beginner was told."""

    _known: dict[str, tuple[str, CallingOff]] = field(default_factory=dict)

    @contextmanager
    def begun(self, by: str, interrupt: Callable[[int], None]) -> Iterator[tuple[str, CallingOff]]:
        """An import of this thread, under an id, for as long as it runs."""
        name, wish = secrets.token_urlsafe(9), CallingOff(interrupt)
        self._known[name] = (by, wish)
        try:
            yield name, wish
        finally:
            del self._known[name]

    def call_off(self, name: str, by: str) -> None:
        """Call one's own import off; Missing when it is another's, or over."""
        account, wish = self._known.get(name, ("", None))
        if wish is None or account != by:
            raise Missing(
                Text(f"没有正在进行的导入 {name}", f"no import {name} is under way"),
                mend=Text("它可能已经做完了：linshu batch list。", "It may be done: linshu batch list."),
            )
        wish.say()
