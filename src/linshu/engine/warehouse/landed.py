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
        self._named: dict[int, frozenset[str]] = {}
        self._anew: dict[int, frozenset[str]] = {}
        self.tables = frozenset(self._column("table_name", "table_schema = 'std'"))
        self._columns = frozenset(self._column("column_name", "table_schema = 'meta' AND table_name = 'landing'"))
        self.latest = UNKNOWN
        if "seq" in self._columns:
            found = session.query(f"SELECT coalesce(max(seq), 0) AS latest FROM {REGISTRY}")
            self.latest = int(found["latest"][0].as_py())

    def rows_since(self, watermark: int) -> str:
        """The condition that a row of a standard table landed after a watermark."""
        return f"landing_id IN (SELECT landing_id FROM {REGISTRY} WHERE seq > {watermark})"

    def reached(self, table: str, watermark: int) -> bool:
        """Whether a standard table ("std.orders") got or changed rows after a watermark; yes when nothing is known."""
        if UNKNOWN in {self.latest, watermark}:
            return True
        if self.latest <= watermark or table.removeprefix("std.") not in self._tables_since(watermark):
            return False
        if self.rewritten(table, watermark):
            return True
        if (watermark, table) not in self._known:
            found = self._session.query(f"SELECT 1 FROM {table} WHERE {self.rows_since(watermark)} LIMIT 1")
            self._known[watermark, table] = found.num_rows > 0
        return self._known[watermark, table]

    def rewritten(self, table: str, watermark: int) -> bool:
        """Whether a standard table was merged anew after a watermark, so that any of its rows may differ or be gone."""
        if "undoes" not in self._columns or UNKNOWN in {self.latest, watermark} or self.latest <= watermark:
            return False
        if watermark not in self._anew:
            found = self._session.query(
                f"SELECT DISTINCT unnest(tables) AS name FROM {REGISTRY} WHERE seq > {watermark} AND undoes <> ''"
            )
            self._anew[watermark] = frozenset(found["name"].to_pylist())
        return table.removeprefix("std.") in self._anew[watermark]

    def _tables_since(self, watermark: int) -> frozenset[str]:
        """The tables that batches after a watermark had rows for; all of them where the registry does not say."""
        if "tables" not in self._columns:
            return self.tables
        if watermark not in self._named:
            found = self._session.query(
                f"SELECT DISTINCT unnest(tables) AS name FROM {REGISTRY} WHERE seq > {watermark}"
            )
            self._named[watermark] = frozenset(found["name"].to_pylist())
        return self._named[watermark]

    def _column(self, name: str, where: str) -> list[str]:
        found = self._session.query(f"SELECT DISTINCT {name} AS name FROM information_schema.columns WHERE {where}")
        return [str(each) for each in found["name"].to_pylist()]
