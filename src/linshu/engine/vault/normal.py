"""One form for one value, however it was typed, so that the same phone is found whatever its blanks and prefixes."""

from __future__ import annotations

import re
import unicodedata

_SEPARATORS = re.compile(r"[\s\-‐-―()（）.·]+")
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_NUMBER = re.compile(r"[+0-9]+[Xx]?")


def normalise(value: str) -> str:
    """The canonical form: mobiles as E.164 digits (8613800001234), numbers without separators, words folded.

    Full-width signs count as plain ones, and blanks at the ends or doubled count for nothing.
    """
    plain = value if value.isascii() else unicodedata.normalize("NFKC", value)
    if len(plain) == 11 and plain.isdigit() and plain[0] == "1" and plain[1] > "2":
        return "86" + plain
    compact = _SEPARATORS.sub("", plain)
    mobile = _MOBILE.fullmatch(compact)
    if mobile:
        return "86" + mobile[1]
    if _NUMBER.fullmatch(compact):
        return compact.upper()
    return " ".join(plain.split()).casefold()
