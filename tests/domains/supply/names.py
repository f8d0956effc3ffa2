"""Which names of what a proposal was made from have no words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linshu.engine.decisions import Kind


def unnamed(kind: Kind, inputs: Mapping[str, Any]) -> set[str]:
    """Names, at any depth, that a page could only show as they stand in the program."""
    return set(_names(inputs)) - kind.called.keys()


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from value
        value = value.values()
    if not isinstance(value, str) and hasattr(value, "__iter__"):
        for one in value:
            yield from _names(one)
