"""The roles of a community-commerce company: what each is allowed to do, and whose menu it sees."""

from __future__ import annotations

from dataclasses import dataclass

from linshu.engine.access.permissions import EVERY
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Role:
    """A job in the company, under the name used in settings and commands.

    `base` names the built-in role whose menu an own role sees; a built-in one sees its own.
    """

    name: str
    title: Text
    grants: frozenset[str] = frozenset()
    base: str = ""

    @property
    def menu(self) -> str:
        """The built-in role whose menu entries this one sees, as far as it is allowed to use them."""
        return self.base or self.name


_READS = frozenset({"figures.read", "jobs.see"})
_WORKS = _READS | {
    "figures.export", "tokens.make", "data.see", "data.import", "data.mend", "proposals.decide", "orders.work",
}  # fmt: skip

ROLES: tuple[Role, ...] = (
    Role(
        "operator",
        Text("经营", "Operations"),
        _WORKS | {"data.undo", "events.send", "targets.set", "alerts.manage", "push.manage", "jobs.run"},
    ),
    Role("growth", Text("增长", "Growth"), _WORKS | {"alerts.manage"}),
    Role("buyer", Text("采购", "Buying"), _WORKS | {"alerts.manage"}),
    Role("dispatch", Text("仓配", "Warehouse & dispatch"), _WORKS | {"alerts.manage"}),
    Role("finance", Text("财务", "Finance"), _WORKS | {"targets.set", "alerts.manage", "audit.read"}),
    Role("viewer", Text("只读", "Read only"), _READS | {"data.see"}),
    Role("leader", Text("团长", "Leader"), frozenset({"portal.use"})),
    Role("supplier", Text("供应商", "Supplier"), frozenset({"portal.use"})),
    Role("admin", Text("管理", "Administration"), EVERY),
)
BUILT_IN: frozenset[str] = frozenset(one.name for one in ROLES)

# Who works in the company; leaders and suppliers come from outside it and see their own pages only.
STAFF: frozenset[str] = BUILT_IN - {"leader", "supplier"}


def role(name: str) -> Role:
    """The built-in role of that name; Misused, with the nearest names, when there is none."""
    for one in ROLES:
        if one.name == name:
            return one
    raise Misused(Text(f"没有角色 {name}", f"there is no role {name}"), mend=nearest(name, [one.name for one in ROLES]))
