"""Long work over HTTP: it tells how far it is line by line, and who began it may call it off by its name."""

from __future__ import annotations

import json
import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi.responses import StreamingResponse

from linshu.kernel.errors import LinshuError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi.responses import Response

    from linshu.app.answer import Answer
    from linshu.app.local import LocalShop
    from linshu.app.shop import Watch
    from linshu.kernel.text import Language

BEAT = 1.0  # seconds
LINES = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Named:
    """Work that goes by a name, under which its beginner may call it off."""

    shop: LocalShop
    by: str


def told(work: Callable[[Watch], Answer], language: Language, named: Named | None = None) -> Response:
    """The answer of the work, with lines of progress before it."""
    return StreamingResponse(_lines(work, language, named), media_type=LINES)


def _lines(work: Callable[[Watch], Answer], language: Language, named: Named | None) -> Iterator[str]:
    """Run the work in a thread of its own; what it says, and at the end its answer or its error, one JSON a line.

    While it says nothing the last line comes again, so that whoever listens can tell that they want no more of it.
    """
    said: queue.Queue[str | None] = queue.Queue()

    def tell(fraction: float, words: str) -> None:
        said.put(json.dumps({"fraction": fraction, "words": words}))

    def run() -> None:
        try:
            said.put(_worked(work, tell, lambda name: said.put(json.dumps({"import": name})), named).json())
        except LinshuError as error:
            said.put(json.dumps({"status": error.status, "error": _words(error, language)}, ensure_ascii=False))
        except Exception as error:
            what = {"what": f"{type(error).__name__}"}
            said.put(json.dumps({"status": 500, "error": what}))
            raise
        finally:
            said.put(None)

    threading.Thread(target=run, name="bring", daemon=True).start()
    yield from _lively(said)


def _worked(
    work: Callable[[Watch], Answer], tell: Watch, call_it: Callable[[str], None], named: Named | None
) -> Answer:
    """The work done; where it goes by a name, it is told the name first, and ends when it is called off by it."""
    if named is None:
        return work(tell)
    with named.shop.under_way.begun(named.by, named.shop.interrupt) as (name, wish):
        call_it(name)
        return work(wish.watched(tell))


def _lively(said: queue.Queue[str | None]) -> Iterator[str]:
    """The lines as they come, up to None; what was said last of the progress comes again while nothing new does."""
    last = ""
    while True:
        try:
            line = said.get(timeout=BEAT)
        except queue.Empty:
            line = last
        if line is None:
            return
        if line:
            yield line + "\n"
        last = line if line.startswith('{"fraction"') else last


def _words(error: LinshuError, language: Language) -> dict[str, Any]:
    parts = {"what": error.what, "where": error.where, "mend": error.mend}
    return {name: text.say(language) for name, text in parts.items()}
