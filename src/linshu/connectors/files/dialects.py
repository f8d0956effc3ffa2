"""How the values of a text file are told apart, found out from its first lines."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING

from linshu.connectors.files.lines import SPACES, Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence

DELIMITERS = ",\t;|"
RARE = "，、；｜^~"  # only when none of the usual ones divides anything; they also stand in sentences
_TWO = 2
_NAMED = {"tab": "\t", "\\t": "\t", "space": SPACES, "空格": SPACES}


def dialect_of(lines: Sequence[str], wanted: str = "auto") -> Dialect:
    """The dialect of a file by its first lines, or the one asked for."""
    ticked = (
        sum(line.startswith("`") and ",`" in line for line in lines) * 2
        > sum(bool(line.strip()) for line in lines[1:]) - 4
    )
    ticked = ticked and any(line.startswith("`") for line in lines)
    return Dialect(_NAMED.get(wanted, wanted) if wanted != "auto" else sniff(lines), ticked=ticked)


def sniff(lines: Sequence[str]) -> str:
    """The delimiter: the one that divides most lines into the same number of columns, more than one."""
    text = "".join(line if line.endswith(("\n", "\r")) else line + "\n" for line in lines)
    for choices in (DELIMITERS, RARE):
        scored = {each: _score(text, each) for each in choices}
        best = max(scored, key=lambda each: scored[each])
        if scored[best]:
            return best
    spaced = Dialect(SPACES)
    widths = Counter(len(spaced.split(line) or ()) for line in lines if line.strip())
    width, count = widths.most_common(1)[0] if widths else (1, 0)
    return SPACES if width > 1 and count > 1 and count * 3 >= sum(widths.values()) * 2 else DELIMITERS[0]


def _score(text: str, delimiter: str) -> int:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return 0
    widths = Counter(len(row) for row in rows if any(row))
    # A blank or comma in a single line divides nothing: two columns must be those of most lines.
    return max(((width - 1) * count for width, count in widths.items() if width > _TWO or count > widths[1]), default=0)
