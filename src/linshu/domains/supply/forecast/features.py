"""What the model looks at: a series' own level and shape, its neighbours' level and week, the plan of the day asked for.

Everything is relative to the series' own scale, so that one model serves slow and fast goods alike. Nothing is read that is
not known on the evening the forecast is made: sales up to that day, prices, activities and holidays as planned, and the
weather as it was forecast where somebody told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.forecast.panel import WEEK, dense, totals

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from linshu.domains.supply.forecast.panel import Codes, Panel, Reals

PAST = 28  # days a forecast looks back
LONG = 56  # days its slowest level looks back
NEAR_PRICE = 0.07  # prices this far apart tell about each other by a third
NEAR_OFFER = 0.04  # the same for the mean price of many places, which moves less
LEAST_PRICE = 0.05  # of the usual one: nearer to nothing no ratio is taken
LEAST = 0.5  # of the smallest quantity a day: no series is slower than this
LEVELS = ("place", "product", "family", "region", "product_in_region")
GOODS = ("product", "product_in_region")  # groups of one good: their answer to a price is the good's own
PLAIN = ("product", "family", "wider_family", "widest_family", "kind_of_place", "region")


@dataclass(frozen=True, slots=True)
class Asked:
    """The rows of some horizons at one evening: horizon by horizon, all series in order."""

    rows: Reals  # [H * N, features]
    scale: Reals  # [H * N] what the model's answer is a multiple of
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offers:
    """How a good is offered over all its places, and what it sold on days it could be bought all day."""

    price: Reals  # [groups, T + H] mean of the places
    promoted: Reals  # [groups, T + H] share of the places
    sold: Reals  # [groups, T] on whole days alone
    whole: Reals  # [groups, T] places with a whole day

    @staticmethod
    def of(panel: Panel, codes: Codes) -> Offers:
        """Of all series of each group."""
        many = np.maximum(np.bincount(codes), 1).astype(np.float32)[:, None]
        whole = panel.whole
        return Offers(
            totals(codes, panel.price) / many, totals(codes, panel.promoted) / many,
            totals(codes, panel.sold * whole), totals(codes, whole),
        )  # fmt: skip

    def some(self, groups: Codes) -> Offers:
        """Of some groups alone."""
        return Offers(self.price[groups], self.promoted[groups], self.sold[groups], self.whole[groups])


@dataclass(frozen=True, slots=True)
class Past:
    """What all evenings share: which groups there are, what each asked for on every day, and what is planned for each good."""

    groups: dict[str, Codes]
    sums: dict[str, Reals]  # [groups, T]
    offers: dict[str, Offers]

    @staticmethod
    def of(panel: Panel, recovered: Reals) -> Past:
        """Of the panel and its sales with closed hours filled in."""
        groups = groups_of(panel)
        return Past(
            groups,
            {name: totals(codes, recovered) for name, codes in groups.items() if name in LEVELS},
            {name: Offers.of(panel, groups[name]) for name in GOODS if name in groups},
        )


class Lookout:
    """The view from one evening, of all series or some: what all horizons share is reckoned once."""

    def __init__(
        self, panel: Panel, recovered: Reals, evening: int, some: Codes | None = None, past: Past | None = None
    ) -> None:
        """`evening` is the index of the last day whose sales are known; `past` need not be reckoned again for each."""
        begin = max(0, evening + 1 - PAST)
        self._panel, self._evening, self._days = panel, evening, range(begin, evening + 1)
        self._some: Codes | slice = slice(None) if some is None else some
        self._demand = recovered[self._some, begin : evening + 1]
        self._exposure = panel.exposure[self._some, begin : evening + 1]
        self._whole = (self._exposure >= 1).astype(np.float32)
        self._sold_whole = panel.sold[self._some, begin : evening + 1] * self._whole
        self._price = panel.price[self._some, begin : evening + 1]
        self._promoted = panel.promoted[self._some, begin : evening + 1]
        self._level = self._demand.mean(axis=1)
        self.scale: Reals = np.maximum(0.5 * self._level + 0.5 * self._of_whole_days(PAST), LEAST * panel.step)
        long = slice(max(0, evening + 1 - LONG), evening + 1)
        self._long = recovered[self._some, long].mean(axis=1)
        whole = panel.exposure[self._some, long] >= 1
        self._long_whole = ((panel.sold[self._some, long] * whole).sum(axis=1) + 0.5 * self._level) / (
            whole.sum(axis=1) + 0.5
        )
        of = past or Past.of(panel, recovered)
        self._plain = {name: of.groups[name][self._some].astype(np.float32) for name in PLAIN if name in of.groups}
        self._groups: dict[str, Codes] = {}
        self._sums: dict[str, Reals] = {}
        self._offers: dict[str, Offers] = {}
        for name, sums in of.sums.items():
            here, self._groups[name] = np.unique(of.groups[name][self._some], return_inverse=True)
            self._sums[name] = sums[here, begin : evening + 1]
            if name in of.offers:
                self._offers[name] = of.offers[name].some(here)
        self._own = self._levels() | self._neighbours()
        self._stacked = np.stack(list(self._own.values()), axis=1)

    def ahead(self, horizons: Iterable[int]) -> Asked:
        """The rows for the days `horizons` after the evening."""
        asked = list(horizons)
        days = [self._day(horizon) for horizon in asked]
        rows = np.concatenate(
            [np.concatenate([self._stacked, np.stack(list(day.values()), axis=1)], axis=1) for day in days]
        )
        names = (*self._own, *days[0])
        return Asked(rows.astype(np.float32, copy=False), np.tile(self.scale, len(asked)), names)

    def ahead_of(self, horizon: int, taken: Codes) -> Asked:
        """The rows of one horizon, of some of the series here alone."""
        day = self._day(horizon)
        rows = np.concatenate([self._stacked[taken], np.stack([one[taken] for one in day.values()], axis=1)], axis=1)
        return Asked(rows.astype(np.float32, copy=False), self.scale[taken], (*self._own, *day))

    def _of_whole_days(self, days: int) -> Reals:
        """Mean of the days one could buy all day, drawn to the level where there are few."""
        seen = self._sold_whole[:, -days:].sum(axis=1) + 0.5 * self._level
        mean: Reals = seen / (self._whole[:, -days:].sum(axis=1) + 0.5)
        return mean

    def _levels(self) -> dict[str, Reals]:
        demand, whole, scale, panel = self._demand, self._whole, self.scale, self._panel
        own: dict[str, Reals] = {"log_scale": np.log(scale / panel.step)}
        for days in (1, 2, 3, 7, 14, 28):
            own[f"mean_{days}"] = demand[:, -days:].mean(axis=1) / scale
        for days in (7, 14, 28):
            own[f"whole_mean_{days}"] = self._of_whole_days(days) / scale
        for fading in (0.1, 0.3):
            weights = ((1 - fading) ** np.arange(demand.shape[1])[::-1]).astype(np.float32)
            weights /= weights.sum()
            own[f"fading_{fading}"] = demand @ weights / scale
            seen = self._sold_whole @ weights + 0.1 * self._level
            own[f"whole_fading_{fading}"] = seen / (whole @ weights + 0.1) / scale
        own[f"mean_{LONG}"], own[f"whole_mean_{LONG}"] = self._long / scale, self._long_whole / scale
        exposure = self._exposure
        return own | {
            "spread": demand.std(axis=1) / scale,
            "highest": self._sold_whole.max(axis=1) / scale,
            "idle": (demand <= LEAST * panel.step).mean(axis=1),
            "closed_1": 1 - exposure[:, -1],
            "closed_7": 1 - exposure[:, -WEEK:].mean(axis=1),
            "closed_28": 1 - exposure.mean(axis=1),
            "whole_days": whole.mean(axis=1),
            "price_1": self._price[:, -1],
            "price_7": self._price[:, -WEEK:].mean(axis=1),
            "price_28": self._price.mean(axis=1),
            "promoted_7": self._promoted[:, -WEEK:].mean(axis=1),
            "promoted_28": self._promoted.mean(axis=1),
        }

    def _neighbours(self) -> dict[str, Reals]:
        found: dict[str, Reals] = {}
        for name, sums in self._sums.items():
            codes = self._groups[name]
            found[f"{name}_week"] = ratio(sums[:, -WEEK:].mean(axis=1), sums.mean(axis=1))[codes]
            found[f"{name}_days"] = ratio(sums[:, -3:].mean(axis=1), sums[:, -14:].mean(axis=1))[codes]
        days = slice(self._days.start, self._days.stop)
        for name, offers in self._offers.items():
            sums, codes, sold, whole = self._sums[name], self._groups[name], offers.sold[:, days], offers.whole[:, days]
            week = ratio(sold[:, -WEEK:].sum(axis=1), whole[:, -WEEK:].sum(axis=1))
            found[f"{name}_1"] = ratio(sums[:, -1], sums[:, -WEEK:].mean(axis=1))[codes]
            found[f"{name}_whole_week"] = ratio(week, ratio(sold.sum(axis=1), whole.sum(axis=1)))[codes]
        return found | {f"in_{name}": codes for name, codes in self._plain.items()}

    def _day(self, horizon: int) -> dict[str, Reals]:
        panel, scale, level = self._panel, self.scale, self._level
        day = self._evening + horizon
        weekday = panel.weekday(day)
        same = np.array([panel.weekday(one) == weekday for one in self._days])
        few = len(scale)
        found: dict[str, Reals] = {
            "horizon": np.full(few, horizon, np.float32),
            "weekday": np.full(few, weekday, np.float32),
            "holiday": np.full(few, panel.holiday[day], np.float32),
            "holidays": np.full(few, panel.holiday[self._days.start : self._days.stop].mean(), np.float32),
        }
        if same.any():
            alike = self._demand[:, same]
            seen = self._sold_whole[:, same].sum(axis=1) + 0.5 * level
            found["weekday_mean"] = alike.mean(axis=1) / scale
            found["weekday_last"] = alike[:, -1] / scale
            found["weekday_whole"] = seen / (self._whole[:, same].sum(axis=1) + 0.5) / scale
        else:
            found |= dict.fromkeys(("weekday_mean", "weekday_last", "weekday_whole"), np.ones(few, np.float32))
        for name, sums in self._sums.items():
            shape = sums[:, same].mean(axis=1) if same.any() else sums.mean(axis=1)
            found[f"{name}_weekday"] = ratio(shape, sums.mean(axis=1))[self._groups[name]]
            if name in self._offers:
                last = sums[:, same][:, -1] if same.any() else sums.mean(axis=1)
                found[f"{name}_weekday_last"] = ratio(last, sums.mean(axis=1))[self._groups[name]]
        weather = panel.weather.ahead(self._some, self._evening, horizon) if panel.weather else {}
        return found | self._planned(day) | self._offered(day) | weather

    def _planned(self, day: int) -> dict[str, Reals]:
        price, promoted = self._panel.price[self._some, day], self._panel.promoted[self._some, day]
        alike = (self._promoted == promoted[:, None]).astype(np.float32)
        near = np.exp(-np.abs(self._price - price[:, None]) / NEAR_PRICE) * (0.25 + 0.75 * self._whole)
        return {
            "price": price,
            "promoted": promoted,
            "price_to_7": over(price, self._own["price_7"]),
            "price_to_28": over(price, self._own["price_28"]),
            "so_promoted": self._weighted(alike, 1.0),
            "so_promoted_days": alike.mean(axis=1),
            "so_priced": self._weighted(near.astype(np.float32), 0.5),
            "so_priced_days": near.sum(axis=1),
        }

    def _offered(self, day: int) -> dict[str, Reals]:
        """How the good is offered everywhere on that day, and what all places sold of it when it was offered so."""
        price = self._panel.price
        next_day = min(day + 1, price.shape[1] - 1)
        own = price[self._some, day]
        found = {
            "price_step": over(own, price[self._some, day - 1]),
            "price_next": over(price[self._some, next_day], own),
            "price_to_lowest": over(own, self._price.min(axis=1)),
        }
        known = slice(self._days.start, self._days.stop)
        for name, offers in self._offers.items():
            codes, sums = self._groups[name], self._sums[name]
            then, usual = offers.price[:, day], offers.price[:, known]
            promoted = offers.promoted[:, day] - offers.promoted[:, known].mean(axis=1)
            near = np.exp(-np.abs(usual - then[:, None]) / NEAR_OFFER)
            mean = sums.mean(axis=1)
            told = ((near * sums).sum(axis=1) + 0.5 * mean) / (near.sum(axis=1) + 0.5)
            found[f"{name}_so_priced"] = ratio(told, mean)[codes]
            found[f"{name}_price"] = over(then, usual.mean(axis=1))[codes]
            found[f"{name}_promoted"] = promoted[codes]
            found[f"price_to_{name}"] = over(own, then[codes])
        return found

    def _weighted(self, weights: Reals, firm: float) -> Reals:
        """The level of the days that count, drawn to the level of all where few do."""
        seen = (self._demand * weights).sum(axis=1) + firm * self._level
        mean: Reals = seen / (weights.sum(axis=1) + firm) / self.scale
        return mean


def groups_of(panel: Panel) -> dict[str, Codes]:
    """The panel's groups, and products within regions."""
    groups = dict(panel.groups)
    if "product" in groups and "region" in groups:
        regions = int(groups["region"].max(initial=0)) + 1
        groups["product_in_region"] = dense(groups["product"] * regions + groups["region"])
    return groups


def ratio(part: Reals, whole: Reals) -> Reals:
    """Part over whole; 1 where nothing is sold at all."""
    sold: npt.NDArray[np.bool_] = whole > 1e-6
    return np.where(sold, part / np.where(sold, whole, 1), 1).astype(np.float32)


def over(price: Reals, usual: Reals) -> Reals:
    """One price over another."""
    return (price / np.maximum(usual, LEAST_PRICE)).astype(np.float32)
