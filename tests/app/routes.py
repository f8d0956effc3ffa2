"""Every route of the application as it is served, with what it asks for, however the routers are nested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.engine.shell.gate import ASKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

READS = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Route:
    """One route: what its own declaration asks, and what everything before it asks too."""

    path: str
    methods: frozenset[str]
    own: tuple[str, ...]
    every: tuple[str, ...]

    @property
    def changes(self) -> bool:
        return not self.methods <= READS


def routes_of(app: FastAPI) -> tuple[Route, ...]:
    """Every route with the checks before it."""

    def walk(routes: Any, checks: tuple[Any, ...], prefix: str) -> Iterator[Route]:
        for one in routes:
            if hasattr(one, "original_router"):
                inner = (*checks, *one.include_context.dependencies)
                yield from walk(one.original_router.routes, inner, prefix + one.include_context.prefix)
            elif hasattr(one, "dependencies"):
                own = tuple(ASKS[each.dependency] for each in one.dependencies if each.dependency in ASKS)
                every = tuple(ASKS[each.dependency] for each in checks if each.dependency in ASKS)
                yield Route(prefix + one.path, frozenset(one.methods), own, (*own, *every))

    return tuple(walk(app.router.routes, (), ""))
