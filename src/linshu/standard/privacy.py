"""Who may read what of a standard table: personal columns are masked unless allowed, sensitive ones always."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.kernel.table import Column, Kind, Privacy, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Shown", "select_shown", "shown_columns", "subject_of"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A column as it may be shown: the SQL over the stored table that gives it, and whether that is a mask."""

    column: Column
    expression: str
    masked: bool


def shown_columns(table: Table, *, personal: bool = False, only_public: bool = False) -> tuple[Shown, ...]:
    """The columns of a stored table a viewer may see; `personal` shows names in full, `only_public` hides the rest.

    Sensitive columns show their mask to everyone: opening them is `Vault.reveal`, with a permission and a reason.
    """
    allowed = (each for each in table.columns if not only_public or each.privacy is Privacy.PUBLIC)
    return tuple(_shown(each, personal=personal) for each in allowed)


def _shown(column: Column, *, personal: bool) -> Shown:
    if column.privacy is Privacy.SENSITIVE:
        return Shown(column, f"{column.name}_mask", masked=True)
    if column.privacy is Privacy.PERSONAL and not personal:
        hidden = f"left({column.name}, 1) || '**'" if column.kind is Kind.TEXT else "NULL"
        return Shown(column, hidden, masked=True)
    return Shown(column, column.name, masked=False)


def select_shown(table: Table, columns: Iterable[Shown], schema: str = "std") -> str:
    """The SELECT of those columns over the living rows of the stored table."""
    listed = ", ".join(
        each.expression if each.expression == each.column.name else f"{each.expression} AS {each.column.name}"
        for each in columns
    )
    return f"SELECT {listed} FROM {schema}.{table.name} WHERE NOT deleted"


def subject_of(table: Table, column: Column, person: str) -> str:
    """The subject under whose key the vault seals a sensitive column: `member:M000001` for what belongs to that member."""
    owner = table.column(column.subject).references.partition(".")[0] or table.name
    return f"{owner}:{person}"
