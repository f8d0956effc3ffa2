"""What a rule could be, read off what people wrote: units with their factors, values with the nearest allowed one; pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, get_args
from unicodedata import normalize

from linshu.kernel.table import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from linshu.kernel.table import Choice

How = Literal["units", "values", "replace", "times", "set"]
HOWS: tuple[How, ...] = get_args(How)
COUNTED = re.compile(r"(?:[-+]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)|半|[一二两三四五六七八九十]+半?)\s*(\D+)")
NUMBERED = frozenset({Kind.INT, Kind.FEN, Kind.QTY, Kind.GRAM, Kind.CM3, Kind.METRE, Kind.SECOND, Kind.PPM})
ONE_EACH = frozenset("个只件份支枚条块颗朵本张台")  # what things are counted with: one is one
# Words around a number that say nothing of its size.
IDLE = ("大约", "约", "左右", "上下", "整", "共", "人民币", "rmb", "cny")
NEAR = 0.5  # how alike a text must be to an allowed value to be taken for it
YES_NO = (("是", "是", "yes"), ("否", "否", "no"))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule that the data itself suggests: the way to mend, its pairs, and how many rows it speaks of."""

    how: How
    pairs: tuple[tuple[str, str], ...]
    rows: int


Writing = tuple[str, str, int]  # what stands in the cell, the code of its problem, in how many rows


def suggest(
    kind: Kind, choices: Sequence[Choice], writings: Sequence[Writing], units: Mapping[str, Fraction]
) -> tuple[Suggestion, ...]:
    """What could mend a column, best first; nothing that would have to be guessed."""
    if choices or kind is Kind.BOOL:
        return _values(kind, choices, writings)
    if kind in NUMBERED:
        made = [_units(kind, writings, units), _idle(writings)]
        return tuple(sorted((one for one in made if one.rows), key=lambda one: -one.rows))
    return ()


def _units(kind: Kind, writings: Sequence[Writing], units: Mapping[str, Fraction]) -> Suggestion:
    """The words behind numbers that are known units of the column's kind, with what one is in its own unit."""
    known = {folded(word): factor for word, factor in units.items()}
    found: Counter[str] = Counter()
    for said, _, rows in writings:
        counted = COUNTED.fullmatch(folded(said))
        if counted and (counted[1] in known or (kind in (Kind.INT, Kind.QTY) and counted[1] in ONE_EACH)):
            found[counted[1]] += rows
    pairs = tuple((word, written(known[word]) if word in known else "1") for word, _ in found.most_common())
    return Suggestion("units", pairs, found.total())


def _idle(writings: Sequence[Writing]) -> Suggestion:
    """Words that only stand around a number: taken out, the number is left."""
    found: Counter[str] = Counter()
    for said, _, rows in writings:
        text = folded(said)
        word = next((each for each in IDLE if each in text), "")
        if word and re.fullmatch(r"[-+]?\d[\d,]*(?:\.\d+)?", text.replace(word, "").strip()):
            found[word] += rows
    return Suggestion("replace", tuple((word, "") for word, _ in found.most_common()), found.total())


def _values(kind: Kind, choices: Sequence[Choice], writings: Sequence[Writing]) -> tuple[Suggestion, ...]:
    """Each text with the allowed value it is nearest to; empty where none is near, for a person to choose."""
    allowed = [(one.value, one.title.zh, one.title.en) for one in choices] if kind is not Kind.BOOL else list(YES_NO)
    said = Counter({text: 0 for text, _, _ in writings if text})
    for text, _, rows in writings:
        if text:
            said[text] += rows
    pairs = tuple((text, nearest(text, allowed)) for text, _ in said.most_common())
    return (Suggestion("values", pairs, said.total()),) if pairs else ()


def nearest(text: str, allowed: Sequence[tuple[str, str, str]]) -> str:
    """The allowed value whose own word or title is nearest to a text; "" when none is."""
    by_word = {folded(word): value for value, zh, en in allowed for word in (value, zh, en)}
    found = get_close_matches(folded(text), by_word, 1, NEAR)
    within = [word for word in by_word if word and (word in folded(text) or folded(text) in word)]
    return by_word[found[0]] if found else by_word[within[0]] if text and len(within) == 1 else ""


def folded(text: str) -> str:
    """Full-width written as half-width, no blanks around, letters small: how people mean it."""
    return normalize("NFKC", text).strip().lower()


def written(number: Fraction) -> str:
    """A factor as people type it: 500, 0.5."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.9f}".rstrip("0").rstrip(".")
