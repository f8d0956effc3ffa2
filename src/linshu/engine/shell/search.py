"""Finding a name as one types it: Chinese, pinyin in full or by initials, a mix of them, or English."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize

from linshu.kernel.errors import NOWHERE
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.metrics import Catalog

_WORDS = re.compile(r"[a-z0-9]+")
TONES = "\u0300\u0301\u0304\u030c"
MOST_READINGS = 3
_NONE = 9  # how far from what was typed; 0 = the very name


@dataclass(frozen=True, slots=True)
class Findable:
    """Something one can search for: its key, its name, and words that may find it when its name does not."""

    key: str
    title: Text
    more: Text = NOWHERE


@dataclass(frozen=True, slots=True)
class Sounded:
    """A findable thing with the ways each sign of its Chinese name is read."""

    thing: Findable
    signs: tuple[tuple[str, ...], ...]  # each sign itself and its readings
    words: tuple[str, ...]  # of its English name and key


@dataclass(frozen=True, slots=True)
class Index:
    """What can be found, in the order in which it was declared."""

    entries: tuple[Sounded, ...]

    def find(self, typed: str, limit: int = 50) -> tuple[Findable, ...]:
        """The things that every typed word fits, the nearest first; all of them when nothing was typed."""
        words = typed.casefold().split()
        ranked = [(max(distance(one, word) for word in words), one) for one in self.entries] if words else []
        near = sorted((pair for pair in ranked if pair[0] < _NONE), key=lambda pair: (pair[0], len(pair[1].signs)))
        found = [one for _, one in near] if words else self.entries
        return tuple(one.thing for one in found[:limit])


def index(things: Iterable[Findable]) -> Index:
    """Everything with its readings; a sign that is read in several ways is found by each of them."""
    return Index(tuple(Sounded(one, _signs(one.title.zh), _english(one)) for one in things))


@lru_cache(maxsize=4)
def of_metrics(catalog: Catalog) -> Index:
    """The metrics of a dictionary, by name and definition."""
    return index(Findable(one.name, one.title, one.definition) for one in catalog.metrics.values())


@lru_cache(maxsize=4)
def of_dimensions(catalog: Catalog) -> Index:
    """Everything figures can be cut by, and the lists of people they can be filtered by."""
    lists = (Findable(one.name, one.title) for one in catalog.memberships.values())
    return index([*(Findable(one.name, one.title) for one in catalog.dimensions.values()), *lists])


def distance(one: Sounded, word: str) -> int:
    """How far a thing is from one typed word: 0 its name, 1 its beginning, 2 within it, 3 English, 4 its meaning."""
    title = one.thing.title.zh.casefold()
    if word in (title, one.thing.key, one.thing.title.en.casefold()):
        return 0
    starts = [at for at in range(len(one.signs)) if spells(word, one.signs[at:])]
    if starts:
        return 1 if starts[0] == 0 else 2
    if any(said.startswith(word) for said in one.words) or word in one.thing.key:
        return 3
    more = (one.thing.more.zh.casefold(), one.thing.more.en.casefold())
    # One letter or two occur in every sentence.
    return 4 if any(word in said for said in more) and (len(word) > 2 or not word.isascii()) else _NONE


def spells(word: str, signs: tuple[tuple[str, ...], ...]) -> bool:
    """Whether the word reads the signs from the first on: each as itself, or as the beginning of one of its readings."""
    if not word:
        return True
    if not signs:
        return False
    for reading in signs[0]:
        for length in range(min(len(word), len(reading)), 0, -1):
            if word[:length] == reading[:length] and spells(word[length:], signs[1:]):
                return True
    return False


def _english(one: Findable) -> tuple[str, ...]:
    return tuple(_WORDS.findall(f"{one.title.en} {one.key.replace('_', ' ')}".casefold()))


def _signs(title: str) -> tuple[tuple[str, ...], ...]:
    """Each sign of a name with its readings; what is no Chinese sign stands for itself."""
    return tuple((sign, *_readings(sign)) for sign in title.casefold() if not sign.isspace())


@lru_cache(maxsize=4096)
def _readings(sign: str) -> tuple[str, ...]:
    """How a sign is read as people type it, the usual first: without tones; ü is v on a keyboard, and often u."""
    found = _dictionary().get(sign, "").split(",")[:MOST_READINGS]
    plain = (normalize("NFC", "".join(one for one in normalize("NFD", said) if one not in TONES)) for said in found)
    return tuple(
        dict.fromkeys(spelt for one in plain for spelt in (one.replace("ü", "v"), one.replace("ü", "u")) if spelt)
    )


@lru_cache(maxsize=1)
def _dictionary() -> Mapping[str, str]:
    """Every Chinese sign with its readings.

    Read from the dictionary of pypinyin and not through it: its phrases would take half a second and 50 MB, only to
    leave out readings, and who types zhongfu for 重复 means it too.
    """
    (folder,) = find_spec("pypinyin").submodule_search_locations  # type: ignore[union-attr, misc] # installed with us
    written: dict[str, str] = json.loads((Path(folder) / "pinyin_dict.json").read_text("utf-8"))
    return {chr(int(code)): said for code, said in written.items()}
