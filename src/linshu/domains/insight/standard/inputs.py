"""How many rows stand in each table of the standard, and how new they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.kernel.errors import LinshuError
from linshu.standard import TABLES

if TYPE_CHECKING:
    from datetime import datetime

    from linshu.engine.shell.asking import Shop

STANDING = " UNION ALL ".join(
    f"SELECT '{one.name}' AS name, count(*) AS rows, max(updated_at) AS updated_at FROM std.{one.name} WHERE NOT deleted"
    for one in TABLES
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows of one table, and when the newest was last true."""

    rows: int
    updated_at: datetime | None


def standing(shop: Shop) -> dict[str, Standing]:
    """Every table by name; nothing for a project without tables yet."""
    try:
        found = shop.read(STANDING).to_pylist()
    except LinshuError:
        return {}
    return {row["name"]: Standing(row["rows"], row["updated_at"]) for row in found}
