"""The places, groups, leaders, suppliers, warehouses and channels that a scope may name, found by name or pinyin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.shell.search import Findable, Index, index
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.shell.context import Shell

MOST = 50_000
FOUND = 20
# For each attribute of a scope: what it is called, and where its ids and names stand.
CHOICES: dict[str, tuple[Text, str, str]] = {
    "regions": (Text("区域", "Regions"), "dim_region", "region_id"),
    "communities": (Text("社群", "Groups"), "dim_community", "community_id"),
    "leaders": (Text("团长", "Leaders"), "dim_leader", "leader_id"),
    "suppliers": (Text("供应商", "Suppliers"), "dim_supplier", "supplier_id"),
    "warehouses": (Text("仓库", "Warehouses"), "dim_warehouse", "warehouse_id"),
    "channels": (Text("渠道", "Channels"), "dim_channel", "channel_id"),
}


def choices(shell: Shell, attribute: str) -> Index:
    """Everything a scope's attribute may name; nothing where the data has none yet."""
    _, table, key = CHOICES[attribute]

    def make() -> Index:
        try:
            rows = shell.shop.read(f"SELECT {key} AS id, name FROM {table} ORDER BY 2 LIMIT {MOST}").to_pylist()
        except LinshuError:
            return index(())
        named = ((str(row["id"]), str(row["name"] or row["id"])) for row in rows if row["id"] is not None)
        return index(Findable(key, Text(name, name)) for key, name in named)

    return shell.parts.get(("people choices", attribute), shell.shop.data_version, make)


def named(shell: Shell, attribute: str, ids: frozenset[str]) -> list[tuple[str, str]]:
    """These ids with their names, by name; an id that the data does not know stands for itself."""
    names = {one.thing.key: one.thing.title.zh for one in choices(shell, attribute).entries if one.thing.key in ids}
    return sorted(((one, names.get(one, one)) for one in ids), key=lambda pair: pair[1])
