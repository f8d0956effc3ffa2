"""The models of the company: read from the `.sql` files of each domain, put in order, built."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from linshu.engine.warehouse.header import parse
from linshu.engine.warehouse.lineage import ordered
from linshu.engine.warehouse.runner import build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from linshu.engine.warehouse.model import Model

__all__ = ["build", "load"]


def load(*homes: str | Path) -> tuple[Model, ...]:
    """Every model of the given packages ("linshu.domains.insight.models") or folders, each after those it reads.

    The folder above `models` names the domain. Raises Invalid, naming file and line, when a header breaks the form.
    """
    return ordered([parse(name, domain, text, place) for home in homes for name, domain, text, place in _found(home)])


def _found(home: str | Path) -> Iterator[tuple[str, str, str, str]]:
    """Name, domain, text and place of each `.sql` file, by name."""
    if isinstance(home, Path):
        folder: Traversable = home
        domain = home.parent.name
    else:
        folder = files(home)
        domain = home.split(".")[-2]
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if each.name.endswith(".sql"):
            yield each.name.removesuffix(".sql"), domain, each.read_text(encoding="utf-8"), f"{domain}/{each.name}"
