"""English of one thing: "1 rows have" becomes "1 row has"; Chinese needs nothing of the kind."""

from __future__ import annotations

import re

_SINGULAR = {
    "batches": "batch", "entries": "entry", "people": "person", "persons": "person", "days": "day", "queries": "query",
    **{
        f"{word}s": word
        for word in (
            "account", "alert", "bucket", "cell", "change", "channel", "check", "column", "definition", "file", "figure",
            "group", "hour", "job", "kind", "layout", "line", "metric", "minute", "month", "order", "part", "point",
            "problem", "proposal", "question", "row", "second", "sheet", "source", "step", "table", "time", "value",
            "version", "view", "week", "year",
        )
    },
}  # fmt: skip
_VERBS = {"have": "has", "are": "is", "were": "was"}
# A figure such as 1,201 or 2.1 ends in one, too, and is many.
_ONE = re.compile(rf"(?<![\w.,])1 ({'|'.join(_SINGULAR)})\b(?: ({'|'.join(_VERBS)})\b)?")


def agreed(text: str) -> str:
    """The English text with its nouns and verbs in agreement where it counts one."""
    return _ONE.sub(_say, text) if "1 " in text else text


def _say(found: re.Match[str]) -> str:
    verb = f" {_VERBS[found[2]]}" if found[2] else ""
    return f"1 {_SINGULAR[found[1]]}{verb}"
