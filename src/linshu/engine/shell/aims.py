"""What pages change about targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.told import Told


class Aims(Protocol):
    """The targets of the company: what a metric is to reach for some part of it in a period."""

    def keep(self, rows: Sequence[Mapping[str, Any]]) -> Told:
        """Set, change or (`deleted`) drop targets, as a landing batch; its id in the meta."""

    def within(self, cut: str, scope: Scope) -> frozenset[str]:
        """Of the parts that targets are set for, split by `cut`, those within a scope, written `dimension=value`."""

    def lines(self, name: str, body: bytes) -> list[tuple[int, dict[str, str]]]:
        """The rows of a CSV or Excel file by their heads, each with the number it has there."""
