"""What the keys of an answer are called: places, goods and times by their names, never by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linshu.domains.insight.overview.view import bucket_label, bucket_title
from linshu.engine.metrics.filters import Filter
from linshu.engine.metrics.pivot import value_title
from linshu.engine.metrics.shapes import REST
from linshu.kernel.period import Grain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.metrics import Catalog
    from linshu.engine.shell.view import Writer

Row = dict[str, Any]
GRAINS = frozenset(Grain)


def named(row: Row, key: str, catalog: Catalog, writer: Writer, *, short: bool = False) -> str:
    """The name of one key of a row: a bucket of time as people say it, a dimension's value by its name."""
    value = row[key]
    if key in GRAINS:
        if value is None:
            return ""
        return (bucket_label if short else bucket_title)(str(value), Grain(key), writer)
    return writer.say(value_title(catalog.dimensions[key], str(value), row.get(f"{key}_name")))


def group_of(row: Row, keys: Iterable[str]) -> tuple[str, ...]:
    """The keys of a row as filters one can write, `street=R1`; nothing for the group of all others."""
    found = [(key, str(row[key])) for key in keys if row.get(key) is not None]
    if any(value == REST.zh for _, value in found):
        return ()
    return tuple(Filter(key, "in", (value,)).written for key, value in found)


def same_group(row: Row, group: Mapping[str, str]) -> bool:
    """Whether a row is the group with these keys."""
    return all(str(row.get(key)) == value for key, value in group.items())


def spaced(name: str) -> str:
    """A Chinese name to be followed by another Chinese word: with a space where it ends in Latin letters."""
    return f"{name} " if name and name[-1].isascii() and name[-1].isalnum() else name
