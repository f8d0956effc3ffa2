"""The accounts that may be joined, the numbers that prove nothing, and the orders of a few persons."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

from linshu.domains.insight.identity.decide import Account

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import pyarrow as pa

ACCOUNTS = files(__package__).joinpath("inputs.sql").read_text(encoding="utf-8")
LEADERS = "SELECT DISTINCT number_index FROM stg_account_numbers WHERE kind = 'leader'"
LINKED = """
SELECT account_source, account_id, member_id, evidence, confidence_ppm, note, previous_member_id,
    previous_evidence, linked_at, identity_landing_id AS landing_id
FROM stg_platform_accounts WHERE evidence <> '' ORDER BY member_id, account_source, account_id
"""


class Reader(Protocol):
    """What is read: rows of published tables, and figures by the dictionary."""

    def read(self, sql: str, params: Sequence[object] = ()) -> pa.Table:
        """Rows of published tables."""

    def query(self, metrics: str, by: str = "", **options: Any) -> Any:
        """Figures by the metric dictionary."""


def accounts(reader: Reader) -> list[Account]:
    """Every account that shares a number or a person with another."""
    rows = reader.read(ACCOUNTS).to_pylist()
    return [Account(**{**row, "receivers": frozenset(row["receivers"] or ())}) for row in rows]


def leaders_numbers(reader: Reader) -> frozenset[str]:
    """The blind indexes of leaders' phones."""
    return frozenset(reader.read(LEADERS)["number_index"].to_pylist())


def linked(reader: Reader) -> list[dict[str, Any]]:
    """Every account that something joined to a person, with the batch that did."""
    rows: list[dict[str, Any]] = reader.read(LINKED).to_pylist()
    return rows


def buyers(reader: Reader, persons: Iterable[str], start: date, end: date) -> frozenset[str]:
    """Which of the persons have paid orders in the period, by the dictionary."""
    asked = frozenset(persons)
    if not asked:
        return frozenset()
    rows = reader.query("orders", "member", start=start, end=end).table.to_pylist()
    return frozenset(row["member"] for row in rows if row["orders"] and row["member"] in asked)
