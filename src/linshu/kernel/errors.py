"""The one error family: every error says what is wrong, where, and how to mend it.

    LinshuError (500, exit 1)
    ├── Misused       400, exit 2   the request or command itself is wrong: unknown name, bad date, bad option
    ├── Unauthorised  401, exit 1   nobody is logged in, or the log-in is wrong
    ├── Forbidden     403, exit 1   the viewer may not do or see this
    ├── Missing       404, exit 1   the named thing does not exist
    ├── Conflict      409, exit 1   it exists, is locked, or changed meanwhile
    ├── Cancelled     409, exit 130 whoever asked for it called it off
    ├── Invalid       422, exit 1   the data given cannot be accepted
    ├── Throttled     429, exit 1   too many tries
    └── Unavailable   503, exit 1   something needed is not there: extra not installed, server down, disk full

Bad *data rows* are never raised; they are returned as values (see `engine/intake`).
"""
# ruff: noqa: N818 - each name says what happened, as a person would

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

from linshu.kernel.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOWHERE = Text("", "")
MOST_NAMED = 20  # words of a list that nothing is near to
LEAST_ASCII = 3  # letters by which a title is found; of Chinese one is enough


class LinshuError(Exception):
    """Something Linshu can name went wrong: `what` happened, `where`, and how to `mend` it."""

    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, what: Text, *, where: Text = NOWHERE, mend: Text = NOWHERE) -> None:
        self.what, self.where, self.mend = what, where, mend
        super().__init__(self.say("zh"))

    def say(self, language: Language = "zh") -> str:
        """One plain line in the asked language: what; where; how to mend."""
        comma, stop = ("，", "。") if language == "zh" else ("; ", ". ")
        head = comma.join(part for part in (self.what.say(language), self.where.say(language)) if part)
        mend = self.mend.say(language)
        return f"{head}{stop}{mend}" if mend else head


class Misused(LinshuError):
    """The request or command itself is wrong."""

    status, exit_code = 400, 2


class Unauthorised(LinshuError):
    """Nobody is logged in, or the log-in is wrong."""

    status = 401


class Forbidden(LinshuError):
    """The viewer may not do or see this."""

    status = 403


class Missing(LinshuError):
    """The named thing does not exist."""

    status = 404


class Conflict(LinshuError):
    """The thing exists already, is locked, or changed meanwhile."""

    status = 409


class Cancelled(LinshuError):
    """Whoever asked for it called it off."""

    status, exit_code = 409, 130


class Invalid(LinshuError):
    """The data given cannot be accepted."""

    status = 422


class Throttled(LinshuError):
    """Too many tries in too short a time; worth another try after so many seconds, 0 = nobody knows."""

    status = 429
    seconds: int = 0


class Unavailable(LinshuError):
    """Something needed is not there."""

    status = 503


def nearest(word: str, known: Iterable[str], titles: Mapping[str, Text] | None = None) -> Text:
    """A sentence naming the known words closest to a mistyped one, or all of them when none is close.

    With `titles` a word may be meant by its title in either language, and each is named with it.
    """
    names = sorted(known)
    called = titles or {}
    close = [*_by_title(word, called), *get_close_matches(word, names, n=3, cutoff=0.5)]
    close = list(dict.fromkeys(close))[:3]
    more = "" if close or len(names) <= MOST_NAMED else ", …"
    shown = close or names[:MOST_NAMED]
    zh = ", ".join(f"{one}（{called[one].zh}）" if one in called else one for one in shown) + more
    en = ", ".join(f"{one} ({called[one].en})" if one in called else one for one in shown) + more
    if close:
        return Text(f"是不是：{zh}？", f"Did you mean: {en}?")
    return Text(f"可用的有：{zh}", f"Known: {en}") if names else NOWHERE


def _by_title(word: str, titles: Mapping[str, Text]) -> list[str]:
    """The names whose title in one of the languages holds the word: those that begin with it, then the shortest, first."""
    said = word.strip().casefold()
    if not said or (said.isascii() and len(said) < LEAST_ASCII):
        return []
    found = [
        (not title.casefold().startswith(said), len(title), name)
        for name, both in titles.items()
        for title in (both.zh, both.en)
        if said in title.casefold()
    ]
    return [name for *_, name in sorted(found)]
