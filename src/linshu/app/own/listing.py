"""The company's own metrics as rows that tell how each is: `linshu metric check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.app.own.dictionary import Dictionary

COLUMNS = ("state", "metric", "where", "what", "mend", "where_en", "what_en", "mend_en")


def listed(now: Dictionary) -> Iterator[dict[str, Any]]:
    """The metrics that can be asked for."""
    for one in now.catalog.metrics.values():
        if one.place:
            told = ("ok", one.name, one.place, one.title.zh, "", one.place, one.title.en, "")
            yield dict(zip(COLUMNS, told, strict=True))


def troubled(now: Dictionary) -> Iterator[dict[str, Any]]:
    """What keeps others out, each with the place where it stands."""
    for one in now.problems:
        texts = (one.where, one.what, one.mend)
        told = ("bad", "", *(text.zh for text in texts), *(text.en for text in texts))
        yield dict(zip(COLUMNS, told, strict=True))
