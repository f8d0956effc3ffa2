"""Ordering for fresh retail in the FreshRetailNet form, lived day by day: boxes by marginal value against a tuned moving average.

    python -m benchmarks.replenish --data DIR        reads DIR/daily.parquet

Demand is real, with what closed hours would have sold drawn from its posterior; prices, costs, shelf lives and packs are
assumptions, drawn anew for each draw of costs. Ordered in the evening, there on the second morning. A rule sees its own
sales only. The baseline is a moving average of 14 days, its safety factor tuned for each shelf life on the four weeks
before the scored ones; the clairvoyant knows every day. Ours learns before the window and every week of it, later from the
stores alone that are not lived again: the forecast, and from other stores' days before lived again how dearly a missing
piece shall count. Intervals come from drawing stores anew.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import reduce
from itertools import chain, product
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.fresh.economics import LIVES, clairvoyant, setting
from benchmarks.fresh.reading import PIECE, read
from benchmarks.fresh.rules import Average, Marginal, tuned
from benchmarks.report import Goal, Options, Report, Row, main
from linshu.domains.supply.forecast.model import Learning
from linshu.domains.supply.forecast.panel import WEEK
from linshu.domains.supply.forecast.recover import drawn
from linshu.domains.supply.replenish.advise import BLOCK
from linshu.domains.supply.replenish.case import HORIZON, KEEPS
from linshu.domains.supply.replenish.decide import Goods, Rules, packs, reach
from linshu.domains.supply.replenish.learned import TRIED, learned
from linshu.domains.supply.replenish.replay import Score, Setting, earned, profit, replay, score
from linshu.domains.supply.replenish.scenarios import draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from benchmarks.fresh.reading import Fresh
    from linshu.domains.supply.forecast.panel import Panel, Reals

    Window = tuple[int, int]
    Weeks = tuple[float, ...]

NAME = "replenish"
FINDS_ITS_FEET = 4
WINDOWS = ((18, 34), (34, 62), (62, 90))  # of the first only the baseline learns; the others are scored
STORES, LEARNED_STORES = 24, 150  # replayed, and those the forecast learns from
DRAWS, SEEDS = 3, 5
RESAMPLED = 1000
DECIDED = BLOCK
SERVICE = (1, 2, 4, 8, 16)
THRIFT = (1, 4, 10, 25)
LEARNED_SEED = 100  # of the way the other stores' closed hours went


@dataclass(frozen=True, slots=True)
class World:
    """The data in pieces, and which of its rows are lived again."""

    panel: Panel
    rows: npt.NDArray[np.int64]
    store: npt.NDArray[np.int64]  # of the lived rows
    others: npt.NDArray[np.int64]  # rows of as many other stores, lived again to learn from

    def truth(self, seed: int) -> Reals:
        """[rows, T] what would have been asked for: one way it may have gone."""
        return drawn(self.panel, seed)[self.rows].round()


def world_of(data: Fresh, lived: int, seed: int = 3) -> World:
    """All series, in pieces; those of so many stores are lived again and judged, those of as many others learned from."""
    panel = data.panel(len(data.sold[0]))
    whole = replace(
        panel, sold=np.round(panel.sold / PIECE).astype(np.float32), step=1.0,
        price=_further(panel.price), promoted=_further(panel.promoted), holiday=_further(panel.holiday),
    )  # fmt: skip
    place = data.groups["place"]
    stores = np.random.default_rng(seed).permutation(int(place.max()) + 1)
    rows, others = (np.flatnonzero(np.isin(place, some)) for some in (stores[:lived], stores[lived : 2 * lived]))
    return World(whole, rows, place[rows], others)


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
    rules: dict[Window, Marginal] = {
        window: Marginal.learned(
            world.panel, world.rows, (window[0] - FINDS_ITS_FEET, window[1]), learning, weekly=not quick
        )
        for window in windows
    }
    seconds = time.perf_counter() - began
    draws, seeds = (1, 1) if quick else (DRAWS, SEEDS)
    services = [_services(world, rules, one) for one in range(draws)]
    told = [
        one for draw, seed in product(range(draws), range(seeds)) for one in _lived(world, rules, services[draw], draw, seed)
    ]  # fmt: skip
    return _report(
        world,
        told,
        {
            "learning_seconds": round(seconds, 1), "cases": len(told),
            "service": [list(chain(*one.values())) for one in services],
            **_frontier(world, rules, windows[-1]),
        },
    )  # fmt: skip


def _services(world: World, rules: dict[Window, Marginal], draw: int) -> dict[Window, Weeks]:
    """How dearly a missing piece shall count in each week of each window, from other stores' days before it."""
    pupil = replace(reduce(Marginal.then, rules.values()), rows=world.others)
    start, last = pupil.begin + FINDS_ITS_FEET, max(window[1] for window in rules)
    goods, usual = _goods(world, draw, world.others), Rules()
    demand = drawn(world.panel, LEARNED_SEED + draw)[world.others].round()[:, pupil.begin : last]
    lived = {
        one: earned(goods, replay(goods, demand, pupil.of(goods, usual, (one,)), draw).since(FINDS_ITS_FEET))
        for one in TRIED
    }
    return {
        window: tuple(learned(lived, max(0, day - start)) for day in range(ours.begin, window[1], WEEK))
        for window, ours in rules.items()
    }


def _lived(
    world: World, rules: dict[Window, Marginal], services: dict[Window, Weeks], draw: int, seed: int
) -> Iterator[dict[str, Any]]:
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
            "learned": replay(goods, demand, ours.of(goods, Rules(), services[window]), seed),
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


def _goods(world: World, draw: int, rows: npt.NDArray[np.int64] | None = None) -> Setting:
    groups = world.panel.groups
    return setting(groups["product"], groups["family"], draw).some(world.rows if rows is None else rows)


def _closed(of: list[dict[str, Any]], base: str, weights: npt.NDArray[np.float64], rule: str = "ours") -> float:
    """The share of what the baseline leaves to the clairvoyant that a rule takes; `weights` of each good."""
    total = {name: sum(float(one[name] @ weights) for one in of) for name in (rule, base, "clairvoyant")}
    return (total[rule] - total[base]) / (total["clairvoyant"] - total[base])


def _report(world: World, told: list[dict[str, Any]], detail: dict[str, Any]) -> Report:
    everyone = np.ones(len(world.rows))
    plain, dearer = (_shares(world, told, rule) for rule in ("ours", "learned"))
    low = plain["interval"][0]
    mean = {
        name: {key: round(float(np.mean([getattr(one["scores"][name], key) for one in told])), 4) for key in ("profit", "fill", "waste", "turnover")}
        for name in ("ours", "learned", "average", "hindsight")
    }  # fmt: skip
    rows = (
        Row("gap closed", _closed(told, "average", everyone), None, "share", Goal("ours", ">=", 0.20)),
        Row("gap closed, low end of 95 %", low, None, "share", Goal("ours", ">=", 0.10)),
        Row("gap closed, worst shelf life", min(plain["by_life"].values()), None, "share", Goal("ours", ">=", 0.0)),
        Row("gap closed, baseline tuned in hindsight", _closed(told, "hindsight", everyone), None, "share"),
        Row("gap closed, a missing piece as learned", _closed(told, "average", everyone, "learned"), None, "share"),
        Row("profit", mean["ours"]["profit"], mean["average"]["profit"], "fen"),
        Row("a million decisions", _million(), None, "s", Goal("ours", "<=", 120)),
    )
    return Report(
        rows,
        {
            "series": len(world.rows), "stores": len(np.unique(world.store)), **plain, "learned": dearer, "mean": mean, "replay_seconds": round(sum(one["seconds"] for one in told), 1), **detail,
        },
    )  # fmt: skip


def _shares(world: World, told: list[dict[str, Any]], rule: str) -> dict[str, Any]:
    """What a rule closes of the gap: its interval as stores are drawn anew, and each shelf life and window by itself."""
    everyone, chance, stores = np.ones(len(world.rows)), np.random.default_rng(9), np.unique(world.store)
    drawn_anew = []
    for _ in range(RESAMPLED):
        picked = np.bincount(np.searchsorted(stores, chance.choice(stores, len(stores))), minlength=len(stores))
        weights = picked[np.searchsorted(stores, world.store)].astype(float)
        drawn_anew.append(_closed(told, "average", weights, rule))
    lives = [int(life) for life in LIVES if any((one["life"] == life).any() for one in told)]
    windows = dict.fromkeys(one["window"] for one in told)
    return {
        "interval": [round(float(one), 3) for one in np.quantile(drawn_anew, (0.025, 0.975))],
        "by_life": {life: round(_by_life(told, life, rule), 3) for life in lives},
        "by_window": {
            f"{one[0]}-{one[1]}": round(_closed([each for each in told if each["window"] == one], "average", everyone, rule), 3)
            for one in windows
        },
    }  # fmt: skip


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


def _by_life(told: list[dict[str, Any]], life: int, rule: str) -> float:
    total = {
        name: sum(float(one[name][one["life"] == life].sum()) for one in told)
        for name in (rule, "average", "clairvoyant")
    }
    return (total[rule] - total["average"]) / (total["clairvoyant"] - total["average"])


def _frontier(world: World, rules: dict[Window, Marginal], window: Window) -> dict[str, Any]:
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
