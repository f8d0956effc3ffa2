"""How a business feature offers its pages, commands and menu entries, and how a domain bundles its features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa
    import typer
    from fastapi import APIRouter

    from linshu.engine.alerts import Rule
    from linshu.engine.decisions import Kind
    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.live import Hub
    from linshu.kernel.text import Text


WHOLE: frozenset[str] = frozenset()  # a page that no scope can cut
OF_STOCK = frozenset(
    {"regions", "warehouses", "suppliers"}
)  # what lies in warehouses belongs to no group, leader or channel


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the side menu; `roles` empty = every role sees it, `order` sorts within its group."""

    title: Text
    path: str  # where it leads, "/overview"
    icon: str = "point"  # a name in static/icons.svg
    group: str = "operate"  # one of engine/shell/menu.py GROUPS
    roles: frozenset[str] = frozenset()
    order: int = 50
    # The attributes of a row scope that its page can be cut to: whoever is bound by another does not see the entry.
    # None = any of them; none = the page is for people who see all rows.
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing a user can do: its pages, its commands, its places in the menu."""

    name: str
    title: Text
    pages: APIRouter | None = None
    commands: typer.Typer | None = None
    menu: tuple[MenuItem, ...] = ()
    needs: str = ""  # the permission without which none of its pages opens
    jobs: tuple[Any, ...] = ()  # engine.jobs.Job: what it runs by itself, by the clock or in the daily chain
    alerts: tuple[Rule, ...] = ()  # rules that come ready, to be switched on
    shows: tuple[str, ...] = ()  # the metrics its pages always show; the dictionary tells where a figure is used
    decides: tuple[Kind, ...] = ()  # the kinds of proposals it makes
    # Called after every live batch was committed, with its rows by standard table: what screens must hear of at once.
    on_landed: Callable[[Shop, Hub, Mapping[str, pa.Table]], None] | None = None

    @property
    def roles(self) -> frozenset[str]:
        """Who may open its pages: whoever sees one of its menu entries; empty = every role."""
        if any(not item.roles for item in self.menu):
            return frozenset()
        return frozenset(role for item in self.menu for role in item.roles)


@dataclass(frozen=True, slots=True)
class Domain:
    """A field of the business: its features, its model files, and the numbers it declares."""

    name: str
    title: Text
    features: tuple[Feature, ...] = ()
    models: str = ""  # the package that holds its .sql models, "linshu.domains.insight.models"
    facts: tuple[Any, ...] = ()
    dimensions: tuple[Any, ...] = ()
    metrics: tuple[Any, ...] = ()
    rollups: tuple[Any, ...] = ()
    alignments: tuple[Any, ...] = ()
    memberships: tuple[Any, ...] = ()
    targets: Any = None  # where targets are kept; at most one domain says so
    optional: bool = False  # a company can do without it: a module that is switched on and off
    step: int = 0  # in which order it is best switched on
    needs: tuple[str, ...] = ()  # the tables of the standard without which it has nothing to say
    also: tuple[str, ...] = ()  # those it says more with
