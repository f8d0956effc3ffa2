"""Where data comes from: what is listed here exists; other packages add theirs by the entry point `linshu.connectors`."""

from __future__ import annotations

from typing import Any

CONNECTORS: tuple[Any, ...] = ()


def is_connector(name: str) -> bool:
    """Whether a source of that name is known."""
    return any(one.name == name for one in CONNECTORS)


def by_name(name: str) -> Any:
    """The source of that name."""
    return next(one for one in CONNECTORS if one.name == name)
