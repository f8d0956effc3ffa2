"""Where data comes from: what is listed here exists; other packages add theirs by the entry point `linshu.connectors`."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from linshu.connectors.base import API, Source
from linshu.connectors.complete_journey import COMPLETE_JOURNEY
from linshu.kernel.errors import Conflict, Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

CONNECTORS: tuple[Source, ...] = (COMPLETE_JOURNEY,)
GROUP = "linshu.connectors"


@cache
def connectors() -> dict[str, Source]:
    """Every source by name: our own, then those other installed packages offer."""
    offered = (found.load() for found in entry_points(group=GROUP))
    return together(CONNECTORS, offered)


def together(own: Iterable[Source], offered: Iterable[object]) -> dict[str, Source]:
    """Our sources and others' by name; Conflict when one does not fit or takes a name that is taken."""
    known = {one.name: one for one in own}
    for one in offered:
        if not isinstance(one, Source) or one.api != API:
            raise Conflict(
                Text(
                    f"插件 {one!r} 不合接口版本 {API}",
                    f"the plug-in {one!r} does not fit version {API} of the contract",
                ),
                mend=Text("请升级或卸载这个插件。", "Upgrade that package, or remove it."),
            )
        if one.name in known:
            raise Conflict(
                Text(f"两个来源都叫 {one.name}", f"two sources are called {one.name}"),
                mend=Text("请卸载其中一个插件。", "Remove one of the packages."),
            )
        known[one.name] = one
    return known


def is_connector(name: str) -> bool:
    """Whether a source of that name is known."""
    return name in connectors()


def by_name(name: str) -> Source:
    """The source of that name; Missing, naming the nearest, when there is none."""
    if not is_connector(name):
        raise Missing(Text(f"没有来源 {name}", f"there is no source {name}"), mend=nearest(name, connectors()))
    return connectors()[name]
