"""Live events: what other systems tell as it happens; kept before it is acknowledged, then a landing batch like all else."""

from linshu.engine.events.kind import EventKind

__all__ = ["EventKind"]
