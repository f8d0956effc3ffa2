"""What pages change about targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.engine.shell.told import Told


class Aims(Protocol):
    """The targets of the company: what a metric is to reach for some part of it in a period."""

    def keep(self, rows: Sequence[Mapping[str, Any]]) -> Told:
        """Set, change or (`deleted`) drop targets, as a landing batch; its id in the meta."""
