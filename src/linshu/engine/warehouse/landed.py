"""Which tables of the standard got rows since a build: read off the landing registry and the rows themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linshu.engine.warehouse.engine import Session

REGISTRY = "meta.landing"
UNKNOWN = -1  # the watermark of a build that no registry dates


class Landings:
    """The landing batches merged so far, and where their rows are."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[int, str], bool] = {}
        registry = session.query(
            "SELECT 1 FROM information_schema.columns WHERE table_schema = 'meta' AND table_name = 'landing'"
            " AND column_name = 'seq'"
        )
        standard = session.query("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'std'")
        self.tables = frozenset(standard["name"].to_pylist())
        self.latest = UNKNOWN
        if registry.num_rows:
            found = session.query(f"SELECT coalesce(max(seq), 0) AS latest FROM {REGISTRY}")
            self.latest = int(found["latest"][0].as_py())

    def since(self, watermark: int) -> str:
        """The ids of the batches merged after a watermark, as a SELECT."""
        return f"SELECT landing_id FROM {REGISTRY} WHERE seq > {watermark}"

    def rows_since(self, watermark: int) -> str:
        """The condition that a row of a standard table landed after a watermark."""
        return f"landing_id IN ({self.since(watermark)})"

    def reached(self, table: str, watermark: int) -> bool:
        """Whether a standard table ("std.orders") got or changed rows after a watermark; yes when nothing is known."""
        if UNKNOWN in {self.latest, watermark}:
            return True
        if self.latest <= watermark:
            return False
        if (watermark, table) not in self._known:
            found = self._session.query(f"SELECT 1 FROM {table} WHERE {self.rows_since(watermark)} LIMIT 1")
            self._known[watermark, table] = found.num_rows > 0
        return self._known[watermark, table]
