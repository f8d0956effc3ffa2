"""How the columns of a standard table are stored, and how a company's clock turns instants into days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.engine.intake import quoting as q
from linshu.engine.warehouse.schema import StoredColumn, stored_columns
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.table import Column, Kind, Privacy, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

ROW = "linshu.row"  # the row number inside a landing part; no source may call a column so
ORIGIN = "linshu.origin"  # in batches that mend: the row of the mended batch, negative for a broken line
LINE = "linshu.line"  # the number of the row in its file, where it cannot be told from its place among the rows
OF_PART = (ROW, ORIGIN, LINE)  # the columns of a part that no source has
SEALED = ("", "_index", "_mask")  # the three columns a sensitive one is stored in
STEADY_ZONE = "Asia/Shanghai"  # without clock changes since 1991: shifted by a constant, which is three times faster


def is_sealed(column: Column) -> bool:
    """Whether a column is stored sealed, as token, index and mask."""
    return column.privacy is Privacy.SENSITIVE


def own_columns(table: Table) -> tuple[StoredColumn, ...]:
    """The physical columns of a table in order, without the system columns."""
    return tuple(each for each in stored_columns(table) if each.of)


def content(table: Table) -> tuple[str, ...]:
    """The stored columns that make up what a row says: all but its key."""
    return tuple(each.name for each in own_columns(table) if each.name not in table.key)


def parent_of(table: Table) -> str:
    """The table whose row must stand first: a `<thing>_line` is a part of the thing its key begins with."""
    if not table.name.endswith("_line"):
        return ""
    return table.column(table.key[0]).references.partition(".")[0]


def in_order(tables: Iterable[Table]) -> tuple[Table, ...]:
    """Parents before their parts, otherwise as declared."""
    return tuple(sorted(tables, key=lambda each: bool(parent_of(each))))


@dataclass(frozen=True, slots=True)
class Clock:
    """The company's wall clock and cut-off in SQL: instants without a zone are local, days follow the cut-off."""

    company_day: CompanyDay

    def to_utc(self, local: str) -> str:
        """A local TIMESTAMP expression as TIMESTAMP in UTC."""
        if self.company_day.zone == STEADY_ZONE:
            return f"({local} - INTERVAL 8 HOUR)"
        return f"CAST(timezone({q.text(self.company_day.zone)}, {local}) AS TIMESTAMP)"

    def from_utc(self, moment: str) -> str:
        """A TIMESTAMP expression in UTC as local TIMESTAMP."""
        if self.company_day.zone == STEADY_ZONE:
            return f"({moment} + INTERVAL 8 HOUR)"
        return f"timezone({q.text(self.company_day.zone)}, timezone('UTC', {moment}))"

    def day_of(self, instant: str) -> str:
        """The company day (DATE) of a TIMESTAMPTZ expression."""
        if self.company_day.zone == STEADY_ZONE:
            minutes = 8 * 60 + self.company_day.shift_minutes
            return f"CAST(CAST({instant} AS TIMESTAMP) + INTERVAL {minutes} MINUTE AS DATE)"
        local = f"timezone({q.text(self.company_day.zone)}, {instant})"
        return f"CAST({local} + INTERVAL {self.company_day.shift_minutes} MINUTE AS DATE)"


def day_sources(table: Table) -> dict[str, str]:
    """Which company days derive from which instants: `x_date` from `x_at` where the table has both."""
    kinds = {column.name: column.kind for column in table.columns}
    return {
        name: f"{name.removesuffix('_date')}_at"
        for name, kind in kinds.items()
        if kind is Kind.DATE
        and name.endswith("_date")
        and kinds.get(f"{name.removesuffix('_date')}_at") is Kind.INSTANT
    }
