"""Ordering for fresh retail in the FreshRetailNet form, lived day by day: boxes by marginal value against a tuned moving average.

    python -m benchmarks.replenish --data DIR        reads DIR/daily.parquet

Demand is real, with what closed hours would have sold drawn from its posterior; prices, costs, shelf lives and packs are
assumptions, drawn anew for each draw of costs. Ordered in the evening, there on the second morning. A rule sees its own
sales only. The baseline is a moving average of 14 days, its safety factor tuned for each shelf life on the four weeks
before the scored ones; the clairvoyant knows every day. Ours learns before the window and every week of it, later from the
stores alone that are not lived again. Intervals come from drawing stores anew.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.fresh.economics import LIVES, clairvoyant, setting
from benchmarks.fresh.reading import PIECE, read
from benchmarks.fresh.rules import Average, Marginal, tuned
from benchmarks.report import Goal, Options, Report, Row, main
from linshu.domains.supply.forecast.model import Learning
from linshu.domains.supply.forecast.recover import drawn
from linshu.domains.supply.replenish.advise import BLOCK
from linshu.domains.supply.replenish.case import HORIZON, KEEPS
from linshu.domains.supply.replenish.decide import Goods, Rules, packs, reach
from linshu.domains.supply.replenish.replay import Score, Setting, profit, replay, score
from linshu.domains.supply.replenish.scenarios import draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from benchmarks.fresh.reading import Fresh
    from linshu.domains.supply.forecast.panel import Panel, Reals

NAME = "replenish"
FINDS_ITS_FEET = 4
WINDOWS = ((18, 34), (34, 62), (62, 90))  # of the first only the baseline learns; the others are scored
STORES, LEARNED_STORES = 24, 150  # replayed, and those the forecast learns from
DRAWS, SEEDS = 3, 5
RESAMPLED = 1000
DECIDED = BLOCK
SERVICE = (1, 2, 4, 8, 16)
THRIFT = (1, 4, 10, 25)


@dataclass(frozen=True, slots=True)
class World:
    """The data in pieces, and which of its rows are lived again."""

    panel: Panel
    rows: npt.NDArray[np.int64]
    store: npt.NDArray[np.int64]  # of the lived rows

    def truth(self, seed: int) -> Reals:
        """[rows, T] what would have been asked for: one way it may have gone."""
        return drawn(self.panel, seed)[self.rows].round()


def world_of(data: Fresh, lived: int, seed: int = 3) -> World:
    """All series, in pieces; those of so many stores are lived again."""
    panel = data.panel(len(data.sold[0]))
    whole = replace(
        panel, sold=np.round(panel.sold / PIECE).astype(np.float32), step=1.0,
        price=_further(panel.price), promoted=_further(panel.promoted), holiday=_further(panel.holiday),
    )  # fmt: skip
    place = data.groups["place"]
    drawn_stores = np.random.default_rng(seed).permutation(int(place.max()) + 1)[:lived]
    rows = np.flatnonzero(np.isin(place, drawn_stores))
    return World(whole, rows, place[rows])


def _further(plan: Reals) -> Reals:
    """The plan beyond the data: the last day's, for as long as goods keep."""
    return np.concatenate([plan, np.repeat(plan[..., -1:], int(LIVES.max()) + 2, axis=-1)], axis=-1)


def measure(options: Options) -> Report:
    """All rows; an empty report with a reason where the data is not there."""
    file = options.data / "daily.parquet" if options.data else None
    if file is None or not file.exists():
        return Report((), {"skipped": "give --data DIR with daily.parquet in the FreshRetailNet form"})
    quick = options.quick
    world = world_of(read(file, 12 if quick else LEARNED_STORES), 4 if quick else STORES)
    learning = Learning(rows=60_000, rounds=60, leaves=31, rate=0.15) if quick else Learning()
    windows = WINDOWS[-1:] if quick else WINDOWS[1:]
    began = time.perf_counter()
    rules = {
        window: Marginal.learned(
            world.panel, world.rows, (window[0] - FINDS_ITS_FEET, window[1]), learning, weekly=not quick
        )
        for window in windows
    }
    learned = time.perf_counter() - began
    cases = list(product(range(1 if quick else DRAWS), range(1 if quick else SEEDS)))
    told = [one for draw, seed in cases for one in _lived(world, rules, draw, seed)]
    return _report(
        world,
        told,
        {"learning_seconds": round(learned, 1), "cases": len(told), **_frontier(world, rules, windows[-1])},
    )


def _lived(world: World, rules: dict[tuple[int, int], Marginal], draw: int, seed: int) -> Iterator[dict[str, Any]]:
    """One draw of costs, one way demand may have gone, each window: fen of each good under each rule."""
    goods, truth = _goods(world, draw), world.truth(seed)
    best = {window: tuned(goods, world, truth, window) for window in WINDOWS if window in rules}
    for window, ours in rules.items():
        first = window[0] - FINDS_ITS_FEET
        before = WINDOWS[WINDOWS.index(window) - 1]
        demand = truth[:, first : window[1]]
        earlier = best.get(before) or tuned(goods, world, truth, before)
        began = time.perf_counter()
        lived = {
            "ours": replay(goods, demand, ours.of(goods, Rules()), seed),
            "average": replay(goods, demand, Average(goods, world, truth, first, earlier), seed),
            "hindsight": replay(goods, demand, Average(goods, world, truth, first, best[window]), seed),
        }
        scored = {name: one.since(FINDS_ITS_FEET) for name, one in lived.items()}
        yield {
            **{name: profit(goods, one) for name, one in scored.items()},
            "clairvoyant": clairvoyant(goods, demand[:, FINDS_ITS_FEET:]),
            "scores": {name: score(goods, one) for name, one in scored.items()},
            "life": goods.life, "window": window, "seconds": time.perf_counter() - began,
        }  # fmt: skip


def _goods(world: World, draw: int) -> Setting:
    groups = world.panel.groups
    return setting(groups["product"], groups["family"], draw).some(world.rows)


def _closed(of: list[dict[str, Any]], base: str, weights: npt.NDArray[np.float64]) -> float:
    """The share of what the baseline leaves to the clairvoyant that we take; `weights` of each good."""
    total = {name: sum(float(one[name] @ weights) for one in of) for name in ("ours", base, "clairvoyant")}
    return (total["ours"] - total[base]) / (total["clairvoyant"] - total[base])


def _report(world: World, told: list[dict[str, Any]], detail: dict[str, Any]) -> Report:
    everyone = np.ones(len(world.rows))
    chance = np.random.default_rng(9)
    stores = np.unique(world.store)
    drawn_anew = []
    for _ in range(RESAMPLED):
        picked = np.bincount(np.searchsorted(stores, chance.choice(stores, len(stores))), minlength=len(stores))
        drawn_anew.append(_closed(told, "average", picked[np.searchsorted(stores, world.store)].astype(float)))
    low, high = (float(one) for one in np.quantile(drawn_anew, (0.025, 0.975)))
    by_life = {
        int(life): round(_by_life(told, int(life)), 3)
        for life in LIVES
        if any((one["life"] == life).any() for one in told)
    }
    by_window = {
        f"{first}-{last}": round(
            _closed([one for one in told if one["window"] == (first, last)], "average", everyone), 3
        )
        for first, last in dict.fromkeys(one["window"] for one in told)
    }
    mean = {
        name: {key: round(float(np.mean([getattr(one["scores"][name], key) for one in told])), 4) for key in ("profit", "fill", "waste", "turnover")}
        for name in ("ours", "average", "hindsight")
    }  # fmt: skip
    rows = (
        Row("gap closed", _closed(told, "average", everyone), None, "share", Goal("ours", ">=", 0.20)),
        Row("gap closed, low end of 95 %", low, None, "share", Goal("ours", ">=", 0.10)),
        Row("gap closed, worst shelf life", min(by_life.values()), None, "share", Goal("ours", ">=", 0.0)),
        Row("gap closed, baseline tuned in hindsight", _closed(told, "hindsight", everyone), None, "share"),
        Row("profit", mean["ours"]["profit"], mean["average"]["profit"], "fen"),
        Row("a million decisions", _million(), None, "s", Goal("ours", "<=", 120)),
    )
    return Report(
        rows,
        {
            "series": len(world.rows), "stores": len(stores), "interval": [round(low, 3), round(high, 3)],
            "by_life": by_life, "by_window": by_window, "mean": mean, "replay_seconds": round(sum(one["seconds"] for one in told), 1), **detail,
        },
    )  # fmt: skip


def _million() -> float:
    """Seconds a million decisions take, from a block of the product's own size: 64 ways of 21 days."""
    chance = np.random.default_rng(4)
    mean = chance.gamma(1.5, 4.0, (DECIDED, HORIZON)).astype(np.float32)
    life = chance.choice(np.array([2, 3, 5, 7, KEEPS]), DECIDED)
    price = chance.uniform(200, 2000, DECIDED).astype(np.float32)
    shelf = np.zeros((DECIDED, HORIZON + 1), np.float32)
    shelf[:, :4] = chance.integers(0, 6, (DECIDED, 4))
    goods = Goods(
        shelf, chance.integers(0, 6, (DECIDED, 3)).astype(np.float32), np.full(DECIDED, 2), life,
        chance.choice(np.array([1, 2, 6, 12]), DECIDED), price, price * np.float32(0.7),
    )  # fmt: skip
    best = []
    for _ in range(5):
        began = time.perf_counter()
        packs(goods, reach(goods, draw(mean, np.full(DECIDED, 0.12, np.float32)), Rules()), Rules())
        best.append(time.perf_counter() - began)
    return min(best) * 1_000_000 / DECIDED


def _by_life(told: list[dict[str, Any]], life: int) -> float:
    total = {
        name: sum(float(one[name][one["life"] == life].sum()) for one in told)
        for name in ("ours", "average", "clairvoyant")
    }
    return (total["ours"] - total["average"]) / (total["clairvoyant"] - total["average"])


def _frontier(world: World, rules: dict[tuple[int, int], Marginal], window: tuple[int, int]) -> dict[str, Any]:
    """One draw, one way: the most service at the baseline's waste, and the least stock at its service."""
    goods, truth = _goods(world, 0), world.truth(0)
    demand, ours = truth[:, window[0] - FINDS_ITS_FEET : window[1]], rules[window]
    factors = tuned(goods, world, truth, WINDOWS[WINDOWS.index(window) - 1])

    def lived(rule: Any) -> Score:
        return score(goods, replay(goods, demand, rule, 0).since(FINDS_ITS_FEET))

    base = lived(Average(goods, world, truth, window[0] - FINDS_ITS_FEET, factors))
    usual = Rules()
    generous = [lived(ours.of(goods, replace(usual, goodwill=usual.goodwill * one))) for one in SERVICE]
    thrifty = [lived(ours.of(goods, replace(usual, holding=usual.holding * one))) for one in THRIFT]
    fills = [one.fill for one in generous + thrifty if one.waste <= base.waste]
    stocks = [one.turnover for one in generous + thrifty if one.fill >= base.fill]
    return {
        "frontier": {
            "baseline": [round(base.fill, 4), round(base.waste, 4), round(base.turnover, 3)],
            "fill_at_its_waste": round(max(fills, default=0.0), 4),
            "turnover_at_its_fill": round(min(stocks, default=0.0), 3),
            "generous": [[round(one.fill, 4), round(one.waste, 4), round(one.turnover, 3), round(one.profit)] for one in generous],
            "thrifty": [[round(one.fill, 4), round(one.waste, 4), round(one.turnover, 3), round(one.profit)] for one in thrifty],
        }
    }  # fmt: skip


if __name__ == "__main__":
    main(NAME, measure)
