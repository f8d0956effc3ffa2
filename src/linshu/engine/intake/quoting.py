"""Names and texts inside SQL: quoted once, here, so that no header of any file can break out of a statement."""

from __future__ import annotations

from collections.abc import Iterable


def name(identifier: str) -> str:
    """A column or table name in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def names(identifiers: Iterable[str], prefix: str = "") -> str:
    """Several names with commas, each behind `prefix` ("t." for a table alias)."""
    return ", ".join(prefix + name(each) for each in identifiers)


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """Several text literals with commas."""
    return ", ".join(text(each) for each in values)
