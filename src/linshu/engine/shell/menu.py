"""The side menu: what the domains offer, grouped, and only what the viewer may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.access.users import User
    from linshu.engine.shell.feature import Domain, Feature, MenuItem

# In the order of the menu; a domain names one of these in its MenuItem.
GROUPS: dict[str, Text] = {
    "operate": Text("经营", "Business"),
    "growth": Text("团长与会员", "Leaders & members"),
    "supply": Text("供应链", "Supply"),
    "fulfilment": Text("履约", "Fulfilment"),
    "finance": Text("财务", "Finance"),
    "cooperate": Text("协同", "Teamwork"),
    "data": Text("数据", "Data"),
    "admin": Text("管理", "Administration"),
}


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """One titled part of the menu."""

    title: Text
    items: tuple[MenuItem, ...]


def menu(domains: Iterable[Domain], user: User) -> tuple[MenuGroup, ...]:
    """The groups this person sees, without empty ones; administrators see everything they are allowed to use."""
    items = [
        item
        for domain in domains
        for feature in domain.features
        for item in feature.menu
        if allows(feature, item, user)
    ]
    grouped = {
        key: tuple(sorted((item for item in items if item.group == key), key=lambda item: item.order)) for key in GROUPS
    }
    return tuple(MenuGroup(GROUPS[key], found) for key, found in grouped.items() if found)


def allows(feature: Feature, item: MenuItem, user: User) -> bool:
    """Whether a person sees this entry: it is in their role's menu, they may open its pages, and their scope can cut it."""
    if item.scopes is not None and not {name for name, _ in user.scope.restrictions()} <= item.scopes:
        return False
    seen = not item.roles or user.job.menu in item.roles or user.job.menu == "admin"
    return seen and (not feature.needs or user.may(feature.needs))


def current(groups: Iterable[MenuGroup], path: str) -> str:
    """The menu entry a page belongs to: the one with the longest path that leads to it; "" for none."""
    paths = [item.path for group in groups for item in group.items]
    leading = [known for known in paths if path == known or path.startswith(known.rstrip("/") + "/")]
    return max(leading, key=len, default="")
