"""The company as plain reading of its rows gives it, one file per domain; no SQL in sight."""

from tests.domains.world.reading import rounded
from tests.domains.world.supply import Supply as World

__all__ = ["World", "rounded"]
