"""Choosing what to offer: reads the company once, fits what all groups have in common, and makes one group's list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.assortment.decide import KINDS, Known, Proposed, Rules, advise
from linshu.domains.supply.assortment.inputs import PERIOD, Group, Read, read
from linshu.domains.supply.assortment.rates import Ints, Rates, shrunk
from linshu.domains.supply.assortment.rivals import Share, measured
from linshu.domains.supply.assortment.words import Line, line_of
from linshu.engine.access.place import covers
from linshu.engine.shell.listing import choice_in, order_in, words_in
from linshu.engine.shell.search import Findable, index
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop

TITLE = Text("选品建议", "Assortment")
DECLARED = Rules()
MOSTLY = 0.5  # a cluster's list is what most of its groups are offered
SIZES = (Text("大群", "large"), Text("中群", "middling"), Text("小群", "small"))
SORTS = ("month", "pieces", "raw", "days", "matters", "sku", "category")


@dataclass(frozen=True, slots=True)
class Fitted:
    """The company of one evening with its rates: of groups, and of clusters."""

    read: Read
    rates: Rates  # [P, S]
    of_clusters: Rates  # [clusters, S]
    share: Share

    def known(self, group: Group, rules: Rules) -> tuple[Known, Ints]:
        """What the rule is told of one group or cluster, and which goods: those its warehouse offers to anybody."""
        at = list(group.members)
        rates, row = (self.of_clusters, self._row(group)) if is_cluster(group) else (self.rates, at[0])
        goods = np.flatnonzero(self.read.days[self._alike(at)].sum(axis=0) > 0)
        core = np.zeros(len(self.read.margin), bool)
        core[self.read.best[: rules.core_skus]] = True
        days, listed = self.read.days[at].mean(axis=0), self.read.listed[at].mean(axis=0) >= MOSTLY
        known = Known(
            Rates(rates.shape[row][goods], rates.days[row][goods]), self.read.sold[at].sum(axis=0)[goods], days[goods],
            self.read.margin[goods], self.read.family[goods], listed[goods], core[goods], self.share.share, self.share.sd, float(PERIOD),
        )  # fmt: skip
        return known, goods

    def _row(self, group: Group) -> int:
        return next(at for at, one in enumerate(self.read.clusters) if one.key == group.key)

    def _alike(self, members: list[int]) -> list[int]:
        """The groups that the same warehouses supply; those of the same city where no warehouse is known."""
        every = self.read.communities
        homes = {_home(every[at]) for at in members}
        return [at for at, one in enumerate(every) if _home(one) in homes]


def is_cluster(group: Group) -> bool:
    """Whether it stands for all like groups of a district."""
    return "~" in group.key


def title_of(group: Group) -> Text:
    """What the group or cluster is called."""
    if not is_cluster(group):
        return Text(group.name, group.name)
    size, many = SIZES[int(group.key.rpartition("~")[2])], len(group.members)
    return Text(f"{group.name} · {size.zh}（{many} 个）", f"{group.name} · {size.en} groups ({many})")


def fitted(shop: Shop, evening: date, rules: Rules) -> Fitted | None:
    """The company as known at the end of that day; None where nothing is listed."""
    found = read(shop, evening)
    if found is None:
        return None
    rates = shrunk(found.sold, found.days, found.family)
    sold = np.array([found.sold[list(one.members)].sum(axis=0) for one in found.clusters])
    days = np.array([found.days[list(one.members)].mean(axis=0) for one in found.clusters])
    of_clusters = shrunk(sold, days, found.family) if len(sold) else Rates(sold, days)
    share = measured(found.warehouses, found.family, found.many, rules.assumed_share)
    return Fitted(found, rates, of_clusters, share)


def visible(found: Fitted, scope: Scope) -> list[Group]:
    """The groups within a scope, those that buy most first, then the clusters that lie in it whole."""
    communities = found.read.communities
    inside = {at for at, one in enumerate(communities) if covers(scope, one.place)}
    bought = found.read.sold.sum(axis=1)
    groups = [communities[at] for at in sorted(inside, key=lambda at: (-bought[at], at))]
    return [*groups, *(one for one in found.read.clusters if inside.issuperset(one.members))]


def named(groups: Iterable[Group], words: str, most: int) -> list[Group]:
    """The groups called so: in Chinese, pinyin, by district or id."""
    by_key = {one.key: one for one in groups}
    titles = {key: title_of(one) for key, one in by_key.items()}
    things = [
        Findable(key, Text(f"{titles[key].zh} {one.town}", titles[key].en), Text(one.town, one.town))
        for key, one in by_key.items()
    ]
    return [by_key[one.key] for one in index(things).find(words, limit=most)]


def proposed(found: Fitted, group: Group, rules: Rules) -> tuple[Proposed, list[Line]]:
    """The list of one group or cluster, line by line."""
    known, goods = found.known(group, rules)
    made = advise(known, rules)
    rows = found.read.goods.iloc[goods]
    names = list(zip(rows["sku_id"], rows["name"], rows["category"], strict=True))
    return made, [line_of(one, names[one.at]) for one in made.advice]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: of one kind or category, whose goods are named so; in which order."""

    kind: str = ""
    category: str = ""
    words: str = ""
    sort: str = "-month"


def wanted(given: Mapping[str, str]) -> Wanted:
    """What is asked for; Misused for a kind or an order nobody knows."""
    kind, sort = choice_in(given, "kind", KINDS), order_in(given, SORTS, "-month")
    return Wanted(kind, given.get("category", ""), words_in(given), sort)


def chosen(lines: Iterable[Line], asked: Wanted) -> list[Line]:
    """The lines asked for, in order."""
    kept = [one for one in lines if asked.kind in ("", one.kind) and asked.category in ("", one.category)]
    if asked.words:
        things = [Findable(one.sku_id, Text(one.sku, one.sku)) for one in kept]
        there = {one.key for one in index(things).find(asked.words, limit=len(things))}
        kept = [one for one in kept if one.sku_id in there]
    name, down = asked.sort.lstrip("-"), asked.sort.startswith("-")
    return sorted(
        sorted(kept, key=lambda one: one.sku_id),
        key=lambda one: -1.0 if getattr(one, name) is None else getattr(one, name),
        reverse=down,
    )


def _home(group: Group) -> tuple[str, tuple[str, ...]]:
    place = group.place
    return (group.supplied_by, ()) if group.supplied_by else ("", place.regions[:2])
