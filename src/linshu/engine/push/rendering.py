"""How a message becomes words: at the moment of sending, in the language and within the rows of whoever reads there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from linshu.engine.access.place import Place, covers
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.access.scope import Scope
    from linshu.kernel.text import Language


LABEL = Text("查看", "Open")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who reads: in which language, and which rows they may see."""

    language: Language
    scope: Scope


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it is read: title, text in simple Markdown, and where to look further ("" = nowhere)."""

    title: str
    text: str
    link: str = ""
    label: str = "查看"  # what the link is called
    is_outside: bool = False  # all of it lies outside the reader's rows: nothing is to be sent


NOTHING = Text("没有您范围内的", "nothing within your scope")


class Renderer(Protocol):
    """Turns the body of a message into words for a receiver."""

    def render(self, subject: str, body: Mapping[str, Any], receiver: Receiver) -> Rendered:
        """The words; figures are asked anew within the receiver's scope, never taken from whoever wrote the message."""
        ...


class Plain:
    """Words that are there already: `title` and `text` as {"zh": ..., "en": ...}, filled with `facts`; `link` a path.

    `things` are listed below the text, each {"zh": ..., "en": ..., "place": ...}; those outside the receiver's scope are left
    out and not counted, `{count}` is how many are left, and a message of which nothing is left is not sent. Without an
    address there is no link: a path alone leads nowhere from a group.
    """

    def __init__(self, address: str = "") -> None:
        self._address = address.rstrip("/")

    def render(self, subject: str, body: Mapping[str, Any], receiver: Receiver) -> Rendered:
        """The words of the receiver's language."""
        facts = {name: str(value) for name, value in body.get("facts", {}).items()}
        title = said(body.get("title", subject), receiver.language)
        text = said(body.get("text", ""), receiver.language)
        lines = _within(body.get("things", ()), receiver)
        if "things" in body:
            facts["count"] = str(len(lines))
            text = "\n".join([text, *lines]) if lines else NOTHING.say(receiver.language)
        link = str(body.get("link", ""))
        if link.startswith("/"):
            link = f"{self._address}{link}" if self._address else ""
        said_all = (filled(title, facts), filled(text, facts), link, LABEL.say(receiver.language))
        return Rendered(*said_all, is_outside="things" in body and not lines)


def _within(things: Iterable[Mapping[str, Any]], receiver: Receiver) -> list[str]:
    """One line for each thing that the receiver may see."""
    seen = [
        one
        for one in things
        if covers(receiver.scope, Place(**{**one["place"], "regions": tuple(one["place"]["regions"])}))
    ]
    return [f"- {said(one, receiver.language)}" for one in seen]


def said(words: Any, language: Language) -> str:
    """A text in two languages, or one that is the same in both."""
    return str(words.get(language) or words.get("zh", "")) if isinstance(words, dict) else str(words)


def filled(words: str, facts: Mapping[str, str]) -> str:
    """`{name}` replaced by the fact; nothing else in the words is special."""
    return re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], found[0]), words)
