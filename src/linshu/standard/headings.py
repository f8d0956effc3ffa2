"""What files call a column: its name and titles; where it alone points at a table, also what that table calls its key."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from linshu.standard import TABLES

if TYPE_CHECKING:
    from linshu.kernel.table import Column, Table

_KEYS = {table.name: table.column(table.key[0]) for table in TABLES if len(table.key) == 1}


def said_of(table: Table) -> dict[str, tuple[str, ...]]:
    """The words for each column; `sku_id` is 商品 here and 商品编号 where goods are listed, and files say either."""
    own: dict[str, tuple[str, ...]] = {one.name: (one.name, one.title.zh, one.title.en) for one in table.columns}
    taken = {word.casefold() for words in own.values() for word in words}
    points = Counter(one.references for one in table.columns if one.references)
    for one in table.columns:
        key = _key_of(one, table)
        if key is not None and points[one.references] == 1:
            own[one.name] += tuple(word for word in (key.title.zh, key.title.en) if word.casefold() not in taken)
    return own


def _key_of(column: Column, table: Table) -> Column | None:
    return _KEYS.get(column.references) if column.references != table.name else None
