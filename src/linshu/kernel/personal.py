"""How a person's numbers look, and how they are shown where people write freely: 138****1234."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

DIGIT = "[0-9０-９]"
# A mainland mobile number, with or without country code, blanks, dashes, full-width digits; what stays shown in groups.
MOBILE = rf"((?:\+?(?:86|８６)[- ]?)?[1１][3-9３-９]{DIGIT})[- ]?{DIGIT}{{4}}[- ]?({DIGIT}{{4}})"
# A resident's id number: region, birth day, serial.
RESIDENT = r"([1-9][0-9]{5})(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}([0-9Xx])"
SHORTEST = 11  # signs; nothing shorter can hold a mobile number
# Standing alone: in a digest or an id eleven digits may meet by chance.
_ALONE, _NOTHING_AFTER = "(?<![0-9０-９A-Za-z_])", "(?![0-9０-９A-Za-z_])"
_SHOWN = (
    (re.compile(_ALONE + MOBILE + _NOTHING_AFTER), r"\1****\2"),
    (re.compile(_ALONE + RESIDENT + _NOTHING_AFTER), r"\1********\2"),
)


def masked(text: str) -> str:
    """What somebody wrote, with the mobile and resident's numbers in it masked."""
    if len(text) >= SHORTEST:
        for pattern, shown in _SHOWN:
            text = pattern.sub(shown, text)
    return text


def all_masked(value: Any) -> Any:
    """The same for every text in what can be written as JSON; numbers stay as they are."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {masked(key) if isinstance(key, str) else key: all_masked(each) for key, each in value.items()}
    return [all_masked(each) for each in value] if isinstance(value, list | tuple) else value
