"""The places, groups, leaders, suppliers, warehouses and channels that a scope may name, found by name or pinyin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.access.scope import Scope
from linshu.engine.shell.search import Findable, Index, index
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.shell.context import Shell

EVERYTHING = Scope.everything()
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


def choices(shell: Shell, attribute: str, within: Scope = EVERYTHING) -> Index:
    """Everything a scope's attribute may name within another scope; nothing where the data has none yet."""
    _, table, key = CHOICES[attribute]

    def own() -> Index:
        ids = dict(within.restrictions()).get(attribute)
        if attribute == "regions" and ids:
            return index(_under(shell, frozenset(ids)))
        if ids is None:
            return index(Findable(key, Text(name, name)) for key, name in _counted(shell, attribute, within))
        return index(Findable(key, Text(name, name)) for key, name in named(shell, attribute, frozenset(ids)))

    def make() -> Index:
        if within.restrictions():
            return own()
        try:
            rows = shell.shop.read(f"SELECT {key} AS id, name FROM {table} ORDER BY 2 LIMIT {MOST}").to_pylist()
        except LinshuError:
            return index(())
        named = ((str(row["id"]), str(row["name"] or row["id"])) for row in rows if row["id"] is not None)
        return index(Findable(key, Text(name, name)) for key, name in named)

    return shell.parts.get(("people choices", attribute, within.digest()), shell.shop.data_version, make)


def _under(shell: Shell, ids: frozenset[str]) -> list[Findable]:
    """These regions and everything that lies in them."""
    rows = shell.shop.read(f"SELECT region_id AS id, name FROM dim_region ORDER BY 2 LIMIT {MOST}").to_pylist()
    mine = (row for row in rows if row["id"] in ids or not ids.isdisjoint(shell.tokens.above(row["id"])))
    return [Findable(row["id"], Text(row["name"] or row["id"], row["name"] or row["id"])) for row in mine]


def _counted(shell: Shell, attribute: str, within: Scope) -> list[tuple[str, str]]:
    """What occurs in the figures of a scope, with its name: nobody is offered what lies outside of theirs."""
    catalog = shell.shop.catalog
    for dimension in (one for one in catalog.dimensions.values() if one.scope == attribute):
        metric = next((name for name in catalog.metrics if dimension.name in catalog.reached(name)), "")
        if not metric:
            continue
        try:
            rows = shell.shop.query(metric, by=dimension.name, scope=within, limit=MOST).rows()
        except LinshuError:
            continue
        found = {str(row[dimension.name]): row.get(f"{dimension.name}_name") for row in rows if row[dimension.name]}
        return sorted((key, str(name or key)) for key, name in found.items())
    return []


def named(shell: Shell, attribute: str, ids: frozenset[str], within: Scope = EVERYTHING) -> list[tuple[str, str]]:
    """These ids with their names, by name; an id that is not known there stands for itself."""
    entries = choices(shell, attribute, within).entries if ids else ()
    names = {one.thing.key: one.thing.title.zh for one in entries if one.thing.key in ids}
    return sorted(((one, names.get(one, one)) for one in ids), key=lambda pair: pair[1])
