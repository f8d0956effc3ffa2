"""The models of the company: read from the `.sql` files of each domain, put in order, built."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from linshu.engine.warehouse.header import parse
from linshu.engine.warehouse.lineage import ordered, upstream
from linshu.engine.warehouse.runner import build
from linshu.kernel.errors import Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.resources.abc import Traversable

    from linshu.engine.warehouse.model import Model

__all__ = ["build", "load", "needed"]


def load(*homes: str | Path) -> tuple[Model, ...]:
    """Every model of the given packages ("linshu.domains.insight.models") or folders, each after those it reads.

    The folder above `models` names the domain. Raises Invalid, naming file and line, when a header breaks the form.
    """
    return ordered([_parsed(name, domain, text, place) for home in homes for name, domain, text, place in _found(home)])


@lru_cache(maxsize=1024)
def _parsed(name: str, domain: str, text: str, place: str) -> Model:
    """The same text is parsed once: a live company loads its models every second."""
    return parse(name, domain, text, place)


def needed(models: Sequence[Model], *names: str) -> tuple[Model, ...]:
    """The named models and all they read, in order: what a screen that shows only these needs kept fresh."""
    wanted = {name for each in names for name in (each, *upstream(models, each))}
    known = {model.name for model in models}
    for name in names:
        if name not in known:
            raise Missing(Text(f"没有模型 {name}", f"there is no model {name}"), mend=nearest(name, known))
    return tuple(model for model in models if model.name in wanted)


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
