"""Goods without a history of their own: what goods like them sell, moved by their own sales as these come in: pure.

1. Like are goods of the same kind at the same warehouse, nearer in price, of the same brand or supplier; nearest of all the
   same SKU at another warehouse, by how much that one sells beside this.
2. How goods start, week by week, against their likes is taken from those that began within the history.
3. How far a good may lie from its likes is taken from goods one knows: each told from its likes as if it were new (a Gamma
   around them). Own sales move the level within that; after some days on offer the model of all goods takes over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from linshu.domains.supply.forecast.panel import Codes, Panel, Reals

KNOWN_DAYS = 5  # on offer: from then on the model of all goods tells a young good better than its likes do
OLD_DAYS = 14  # on offer: what others are likened to
NEW_DAYS = 28  # a good first seen longer ago is not new, only rare
LEAST_SEEN = 5.0  # days' worth of demand that could be met: less is no level to liken to
LIKES = 5
NEAR_PRICE = 0.35  # prices so far apart, in logs, are alike by a third
OTHER_KIND, SAME_BRAND, SAME_SUPPLIER, SAME_GOOD = 0.1, 2.0, 1.5, 6.0
PRICE_UNKNOWN = 0.5
WEEKS = 4  # of a start
FIRM_START = 200.0  # pieces a week of starts must show before it counts for more than "as their likes"
TRIED = 400  # known goods told as if they were new
LEAST_SHAPE, MOST_SHAPE = 0.3, 50.0


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a good before it sells; codes of -1 and prices of 0 say unknown."""

    price: Reals  # [N] list price
    brand: Codes  # [N]
    supplier: Codes  # [N]


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Rows without a history, what they are likened to, and how much the likes still count."""

    rows: Codes  # [M] rows of the panel
    likes: Codes  # [M, LIKES] rows of the panel; -1 where there are fewer
    weights: Reals  # [M, LIKES] for each like: its weight times how its warehouse compares
    factor: Reals  # [M] the good's own level against its likes, by what it sold so far
    course: Reals  # [M, H] of the start, against the likes
    trust: Reals  # [M] 1 without a day on offer, 0 after KNOWN_DAYS
    doubt: Reals  # [M] relative variance of the level

    def told(self, mean: Reals) -> Reals:
        """[N, H] with the newcomers told from the means of their likes."""
        found = mean.copy()
        alike = (mean[np.maximum(self.likes, 0)] * (self.weights * (self.likes >= 0))[:, :, None]).sum(axis=1)
        level = alike * self.course * self.factor[:, None]
        found[self.rows] = self.trust[:, None] * level + (1 - self.trust[:, None]) * mean[self.rows]
        return found.astype(np.float32)

    def widened(self, width: Reals) -> Reals:
        """[N, H] of newcomers wider: their level is not known yet."""
        found = width.copy()
        doubt = (self.trust * self.doubt)[:, None]
        found[self.rows] = width[self.rows] * (1 + doubt) + doubt
        return found.astype(np.float32)


def newcomers(panel: Panel, demand: Reals, traits: Traits, horizons: int) -> Newcomers | None:
    """Those of the panel's last evening that have something to be likened to; None when there are none."""
    seen = panel.exposure > 0
    first = np.where(seen.any(axis=1), seen.argmax(axis=1), panel.days)
    days = seen.sum(axis=1)
    new = np.flatnonzero((days < KNOWN_DAYS) & (first > max(panel.days - NEW_DAYS, 0)))
    lately = slice(max(0, panel.days - NEW_DAYS), panel.days)
    weight = panel.exposure[:, lately].sum(axis=1)
    level = panel.sold[:, lately].sum(axis=1) / np.maximum(weight, 1e-6)
    old = (weight >= LEAST_SEEN) & (days >= OLD_DAYS)
    if not len(new) or not old.any():
        return None
    kin = _Kin(panel, traits, np.flatnonzero(old), level)
    found = [kin.of(int(row)) for row in new]
    kept = np.array([bool((likes >= 0).any()) for likes, _ in found])
    if not kept.any():
        return None
    rows = new[kept]
    likes = np.stack([likes for likes, _ in found])[kept]
    weights = np.stack([weights for _, weights in found])[kept]
    bias, shape = _strayed(kin, np.flatnonzero(old), level)
    start = starts(panel, demand, first, kin, bias)
    life = np.arange(panel.days)[None, :] - first[rows][:, None]
    then = _course(start, life)
    usual = (demand[np.maximum(likes, 0)] * (weights * (likes >= 0))[:, :, None]).sum(axis=1) * bias
    expected = (usual * then * panel.exposure[rows] * (life >= 0)).sum(axis=1) / panel.step
    sold = panel.sold[rows].sum(axis=1) / panel.step
    ahead = np.maximum(panel.days - 1 - first[rows], -1)[:, None] + np.arange(1, horizons + 1)[None, :]
    return Newcomers(
        rows, likes, (weights * bias).astype(np.float32), ((shape + sold) / (shape + expected)).astype(np.float32),
        _course(start, ahead), (1 - days[rows] / KNOWN_DAYS).astype(np.float32), (1 / (shape + expected)).astype(np.float32),
    )  # fmt: skip


def starts(panel: Panel, demand: Reals, first: Codes, kin: _Kin, bias: float) -> Reals:
    """[WEEKS] what goods that began within the history sold in each week of their life, against their likes on these days.

    New goods sell less than those that stayed on sale, which did so because they sold: that, too, is in it.
    """
    found = np.ones(WEEKS, np.float32)
    opened = int(first.min(initial=panel.days)) + 7 * WEEKS  # what was there when the records begin is not new
    begun = np.random.default_rng(2).permutation(np.flatnonzero((first >= opened) & (first < panel.days)))[:TRIED]
    if not len(begun):
        return found
    pairs = [kin.of(int(row)) for row in begun]
    likes, weights = np.stack([one for one, _ in pairs]), np.stack([one for _, one in pairs])
    usual = (demand[np.maximum(likes, 0)] * (weights * (likes >= 0))[:, :, None]).sum(axis=1) * bias
    life = np.arange(panel.days)[None, :] - first[begun][:, None]
    known = panel.exposure[begun] * (usual.sum(axis=1) > 0)[:, None]
    for week in range(WEEKS):
        here = (life >= 7 * week) & (life < 7 * (week + 1))
        sold = float((panel.sold[begun] * here * (known > 0)).sum()) / panel.step
        found[week] = (sold + FIRM_START) / (float((usual * known * here).sum()) / panel.step + FIRM_START)
    return found


def _course(start: Reals, life: Codes) -> Reals:
    found: Reals = start[np.clip(np.clip(life, 0, None) // 7, 0, WEEKS - 1)].astype(np.float32)
    return found


class _Kin:
    """Who may be likened to whom."""

    def __init__(self, panel: Panel, traits: Traits, old: Codes, level: Reals) -> None:
        groups = panel.groups
        self._of, self._level = traits, level
        self._good, self._place = groups["product"], groups["place"]
        self._kind, self._wide = groups["family"], groups.get("widest_family", groups["family"])
        self._by_place = {int(place): old[self._place[old] == place] for place in np.unique(self._place[old])}
        self._by_good = {int(good): old[self._good[old] == good] for good in np.unique(self._good[old])}
        self._size = np.bincount(self._place[old], level[old], int(self._place.max()) + 1)

    def of(self, row: int) -> tuple[Codes, Reals]:
        """The rows of its likes and their weights, which add up to 1 where warehouses are alike in size."""
        place = int(self._place[row])
        here = self._by_place.get(place, np.zeros(0, np.int64))
        here = here[(here != row) & (self._wide[here] == self._wide[row])]
        away = self._by_good.get(int(self._good[row]), np.zeros(0, np.int64))
        away = away[(self._place[away] != place) & (self._size[self._place[away]] > 0)]
        rows = np.concatenate([here, away])
        near = np.concatenate([self._near(row, here), np.full(len(away), SAME_GOOD)])
        size = np.concatenate([np.ones(len(here)), self._size[place] / self._size[self._place[away]]])
        best = np.argsort(-near, kind="stable")[:LIKES]
        likes, weights = np.full(LIKES, -1, np.int64), np.zeros(LIKES, np.float32)
        if len(best):
            likes[: len(best)] = rows[best]
            weights[: len(best)] = near[best] / near[best].sum() * size[best]
        return likes, weights

    def level(self, row: int) -> float:
        """What its likes sell a day."""
        likes, weights = self.of(row)
        return float((self._level[np.maximum(likes, 0)] * weights * (likes >= 0)).sum())

    def _near(self, row: int, others: Codes) -> Reals:
        of = self._of
        near = np.where(self._kind[others] == self._kind[row], 1.0, OTHER_KIND)
        priced = (of.price[others] > 0) & (of.price[row] > 0)
        apart = np.abs(np.log(np.maximum(of.price[others], 1e-6) / max(float(of.price[row]), 1e-6)))
        near = near * np.where(priced, np.exp(-apart / NEAR_PRICE), PRICE_UNKNOWN)
        near = near * np.where((of.brand[others] == of.brand[row]) & (of.brand[row] >= 0), SAME_BRAND, 1.0)
        found: Reals = near * np.where(
            (of.supplier[others] == of.supplier[row]) & (of.supplier[row] >= 0), SAME_SUPPLIER, 1.0
        )
        return found


def _strayed(kin: _Kin, old: Codes, level: Reals) -> tuple[float, float]:
    """Known goods told from their likes as if they were new: by how much all of them are off, and the shape around that."""
    tried = np.random.default_rng(1).permutation(old)[:TRIED]
    told = np.array([kin.level(int(row)) for row in tried])
    tried, told = tried[told > 0], told[told > 0]
    if not len(tried) or not level[tried].sum():
        return 1.0, LEAST_SHAPE
    bias = float(level[tried].sum() / told.sum())
    ratio = level[tried] / (bias * told)
    spread = float(np.average((ratio - 1) ** 2, weights=told))
    return bias, float(np.clip(1 / max(spread, 1e-6), LEAST_SHAPE, MOST_SHAPE))
