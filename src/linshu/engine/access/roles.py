"""The roles of a community-commerce company; each sees its own menu."""

from __future__ import annotations

from dataclasses import dataclass

from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Role:
    """A job in the company, under the name used in settings and commands."""

    name: str
    title: Text


ROLES: tuple[Role, ...] = (
    Role("operator", Text("经营", "Operations")),
    Role("growth", Text("增长", "Growth")),
    Role("buyer", Text("采购", "Buying")),
    Role("warehouse", Text("仓配", "Warehouse & dispatch")),
    Role("finance", Text("财务", "Finance")),
    Role("leader", Text("团长", "Leader")),
    Role("supplier", Text("供应商", "Supplier")),
    Role("admin", Text("管理", "Administration")),
)

# Who works in the company; leaders and suppliers come from outside it and see their own pages only.
STAFF: frozenset[str] = frozenset({"operator", "growth", "buyer", "warehouse", "finance", "admin"})


def role(name: str) -> Role:
    """The role of that name; Misused, with the nearest names, when there is none."""
    for one in ROLES:
        if one.name == name:
            return one
    raise Misused(Text(f"没有角色 {name}", f"there is no role {name}"), mend=nearest(name, [one.name for one in ROLES]))
