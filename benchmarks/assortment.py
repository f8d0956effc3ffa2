"""Lists of goods by group in a made-up market whose buyers are known, against the usual way: the best sellers by raw sales.

    python -m benchmarks.assortment

Every buyer of the market has a first choice. Who does not find it tries one other good of its family, with the family's own
probability and by popularity in that group, and buys nothing when that one is not there either. Each city offers half of
the goods, in turns, some hardly ever, and sells out of some by its quotas; days are busy or quiet together. The rule is
given what a company would see: pieces sold, days on offer, hours sold out, margins. What it chooses is held against the
best list of the same length, found on the truth. `seeds` markets, each group one case.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.report import Goal, Options, Report, Row, main
from linshu.domains.supply.assortment.decide import Known, Proposed, Rules, advise
from linshu.domains.supply.assortment.rates import Rates, shrunk
from linshu.domains.supply.assortment.rivals import Share, Warehouse, measured

NAME = "assortment"
SEEDS, QUICK_GROUPS = (1, 2, 3, 4), 6
CITIES, GROUPS, GOODS, FAMILIES, DAYS = 3, 50, 120, 8, 56
BOUGHT = 30.0  # first choices a day in a usual group
TRIES = 0.2, 0.8  # of a family's buyers, the share who try another good
RULES = Rules(core_skus=0)


@dataclass(frozen=True, slots=True)
class Market:
    """What is true: first choices a day, what a piece earns, who tries another good."""

    rate: Any  # [groups, goods]
    margin: Any  # [goods] fen
    family: Any  # [goods]
    tries: Any  # [families]

    def profit(self, group: int, kept: Any, margin: Any = None) -> float:
        """What a group's list earns a day; with margins of one, how many pieces it sells."""
        straight, crossed = self.parts(group, self.margin if margin is None else margin)
        return float(straight[kept].sum() - crossed[np.ix_(kept, kept)].sum())

    def parts(self, group: int, margin: Any) -> tuple[Any, Any]:
        """The profit as x'straight - x'crossed x: `crossed` is what two goods on one list take from each other."""
        rate, same = self.rate[group], self.family[:, None] == self.family[None, :]
        every = np.bincount(self.family, rate)[self.family]
        went = self.tries[self.family][:, None] * rate[:, None] * rate[None, :] / (every - rate)[:, None] * same
        np.fill_diagonal(went, 0.0)
        return margin * (rate + went.sum(axis=0)), went * margin[None, :]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the company sees of it."""

    sold: Any  # [groups, goods]
    days: Any  # [groups, goods] on offer, sold-out time left out
    listed: Any  # [groups, goods] on the last day
    warehouses: tuple[Warehouse, ...]


def measure(options: Options) -> Report:
    """All rows."""
    seeds, groups = (SEEDS[:1], QUICK_GROUPS) if options.quick else (SEEDS, GROUPS)
    began = time.perf_counter()
    cases = [case for seed in seeds for case in judge(seed, groups)]
    seconds = time.perf_counter() - began
    of = {name: np.array([case[name] for case in cases]) for name in cases[0]}
    rows = (
        _row("profit_share", of, "ours", "top", Goal("ours", ">=", 0.9)),
        _row("demand_share", of, "ours_pieces", "top_pieces", Goal("ours", ">=", 0.9)),
        _row("drop_regret", of, "ours_regret", "top_regret", Goal("ratio", "<=", 0.75)),
        _row("substitution_error", of, "error", "assumed_error", Goal("ours", "<=", 0.06)),
    )
    true, promised = of["true_gain"], of["promised"]
    return Report(
        rows,
        {
            "markets": len(seeds), "groups": len(cases), "goods": GOODS, "seconds": round(seconds, 1),
            "profit_share_of_today": round(float(of["today"].mean()), 4),
            "gain_promised_over_true": round(float(promised.sum() / true.sum()), 3),
            "gain_within_interval": round(float(of["within"].mean()), 3),
            "substitution_error_at_best": round(float(of["at_best"].mean()), 4),
            "profit_share_interval_95": [round(float(one), 4) for one in _interval(of["ours"] - of["top"])],
        },
    )  # fmt: skip


def judge(seed: int, groups: int = GROUPS) -> list[dict[str, float]]:
    """One market: what each group's list came to."""
    market, chance = market_of(seed, groups), np.random.default_rng([seed, 2])
    seen = history(market, chance)
    share = measured(seen.warehouses, market.family, FAMILIES, RULES.assumed_share)
    rates, errors = shrunk(seen.sold, seen.days, market.family), _errors(market, share)
    found = []
    for group in range(len(market.rate)):
        one = advise(known_of(market, seen, rates, share, group), RULES)
        found.append(_judged(market, seen, group, one) | errors)
    return found


def known_of(market: Market, seen: Seen, rates: Rates, share: Share, group: int) -> Known:
    """What the rule is told of one group; only goods that its city offers."""
    return Known(
        Rates(rates.shape[group], rates.days[group]), seen.sold[group], seen.days[group], market.margin, market.family,
        seen.listed[group], np.zeros(GOODS, bool), share.share, share.sd, float(DAYS),
    )  # fmt: skip


def market_of(seed: int, groups: int = GROUPS) -> Market:
    """A market drawn by lot: popular and rare goods, large and small groups, each with tastes of its own."""
    chance = np.random.default_rng([seed, 1])
    family = np.arange(GOODS) % FAMILIES
    good = chance.gamma(1.0, 1.0, GOODS)
    size = chance.gamma(4.0, 0.25, CITIES * groups)
    taste = chance.gamma(6.0, 1 / 6, (CITIES * groups, FAMILIES))[:, family]
    own = chance.gamma(3.0, 1 / 3, (CITIES * groups, GOODS))
    rate = BOUGHT * good / good.sum() * size[:, None] * taste * own + 1e-6
    return Market(rate, chance.gamma(4.0, 75.0, GOODS).round(), family, chance.uniform(*TRIES, FAMILIES))


def history(market: Market, chance: np.random.Generator) -> Seen:
    """Eight weeks of it, as the company would book them."""
    groups = len(market.rate)
    each = groups // CITIES
    sold, days = np.zeros((groups, GOODS)), np.zeros((groups, GOODS))
    listed = np.zeros((groups, GOODS), bool)
    warehouses = []
    busy = np.exp(chance.normal(0, 0.2, DAYS)) * (1 + 0.25 * (np.arange(DAYS) % 7 > 4))
    busy /= busy.mean()
    for city in range(CITIES):
        mine = slice(city * each, (city + 1) * each)
        often = chance.beta(1.2, 1.2, GOODS)
        by_day, open_by_day = np.zeros((GOODS, DAYS)), np.full((GOODS, DAYS), np.nan)
        for day in range(DAYS):
            if day % 4 == 0:
                offered = chance.random(GOODS) < often
            bought, opened = _day(market, mine, offered, busy[day], chance)
            sold[mine] += bought
            days[mine] += np.where(offered, opened, 0.0)
            by_day[:, day] = bought.sum(axis=0)
            open_by_day[offered, day] = opened[offered]
        listed[mine] = offered
        warehouses.append(Warehouse(by_day, open_by_day))
    return Seen(sold, days, listed, tuple(warehouses))


def _day(market: Market, mine: slice, offered: Any, busy: float, chance: np.random.Generator) -> tuple[Any, Any]:
    """A day of one city: what was bought, and how long each good was open."""
    rate = market.rate[mine] * busy
    pieces = chance.poisson(rate).ravel()
    group, good = (np.repeat(one.ravel(), pieces) for one in np.indices(rate.shape))
    when = chance.random(len(good))
    order = np.argsort(when)
    group, good, when = group[order], good[order], when[order]
    # A tenth of what is offered has less than is asked for.
    quota = np.where(chance.random(GOODS) < 0.1, np.ceil(rate.sum(axis=0) * chance.uniform(0.2, 0.9, GOODS)), 10**6)
    place = np.zeros(len(good), int)
    for one in np.unique(good):
        at = np.flatnonzero(good == one)
        place[at] = np.arange(len(at))
    served = offered[good] & (place < quota[good])
    ended = np.ones(GOODS)
    last = served & (place == quota[good] - 1)
    ended[good[last]] = when[last]
    out = ~served & (chance.random(len(good)) < market.tries[market.family[good]])
    second = _second(market.rate[mine], market.family, group[out], good[out], chance)
    takes = offered[second] & (when[out] < ended[second])
    bought = np.zeros(rate.shape)
    np.add.at(bought, (group[served], good[served]), 1)
    np.add.at(bought, (group[out][takes], second[takes]), 1)
    return bought, ended


def _second(rate: Any, family: Any, group: Any, good: Any, chance: np.random.Generator) -> Any:
    """What each buyer tries instead: another good of the family, by its popularity in the group."""
    allowed = (family[None, :] == family[good][:, None]) & (np.arange(GOODS)[None, :] != good[:, None])
    liking = np.where(allowed, np.log(rate[group]) + chance.gumbel(size=(len(good), GOODS)), -np.inf)
    return np.argmax(liking, axis=1) if len(good) else np.zeros(0, int)


def best_of(market: Market, group: int, slots: int, margin: Any) -> Any:
    """The best list of so many goods on the truth: one by one, then exchanges while one pays."""
    straight, crossed = market.parts(group, margin)
    both = crossed + crossed.T
    kept = np.zeros(GOODS, bool)
    for _ in range(slots):
        gain = np.where(kept, -np.inf, straight - both[:, kept].sum(axis=1))
        kept[int(np.argmax(gain))] = True
    while True:
        value = straight - both[:, kept].sum(axis=1)
        outs, ins = np.flatnonzero(kept), np.flatnonzero(~kept)
        gain = value[ins][None, :] - value[outs][:, None] + both[np.ix_(outs, ins)]
        at = int(np.argmax(gain))
        if gain.flat[at] <= 1e-9:
            return kept
        kept[outs[at // len(ins)]], kept[ins[at % len(ins)]] = False, True


def _judged(market: Market, seen: Seen, group: int, one: Proposed) -> dict[str, float]:
    ours, top, today = np.zeros(GOODS, bool), np.zeros(GOODS, bool), seen.listed[group]
    ours[[line.at for line in one.advice if line.kind != "drop"]] = True
    top[np.argsort(-seen.sold[group], kind="stable")[: one.slots]] = True
    ones = np.ones(GOODS)
    oracle, most = (best_of(market, group, one.slots, margin) for margin in (market.margin, ones))
    full, pieces = market.profit(group, oracle), market.profit(group, most, ones)

    def regret(kept: Any) -> float:
        """What the best list would earn less without the goods that were dropped and belong to it."""
        return 1 - market.profit(group, oracle & ~(today & ~kept)) / full

    true = (market.profit(group, ours) - market.profit(group, today)) * 30
    return {
        "ours": market.profit(group, ours) / full, "top": market.profit(group, top) / full, "today": market.profit(group, today) / full,
        "ours_pieces": market.profit(group, ours, ones) / pieces, "top_pieces": market.profit(group, top, ones) / pieces,
        "ours_regret": regret(ours), "top_regret": regret(top),
        "true_gain": true, "promised": one.gain, "within": float(one.low <= true <= one.high),
    }  # fmt: skip


def _errors(market: Market, share: Share) -> dict[str, float]:
    return {
        "error": float(np.abs(share.share - market.tries).mean()),
        "assumed_error": float(np.abs(RULES.assumed_share - market.tries).mean()),
        "at_best": at_best(share.alone),
    }


def at_best(doubt: Any) -> float:
    """The error of a judge who knows how the shares were drawn and sees each with the doubt its stock-outs leave."""
    chance, tries = np.random.default_rng(12), np.linspace(*TRIES, 121)
    true = chance.uniform(*TRIES, (400, len(doubt)))
    seen = true + chance.normal(0, 1, true.shape) * np.minimum(doubt, 10.0)
    weight = np.exp(-0.5 * ((seen[..., None] - tries) / np.minimum(doubt, 10.0)[:, None]) ** 2)
    middle = tries[(weight.cumsum(axis=-1) < weight.sum(axis=-1, keepdims=True) / 2).sum(axis=-1)]
    return float(np.abs(middle - true).mean())


def _row(name: str, of: dict[str, Any], ours: str, baseline: str, goal: Goal) -> Row:
    return Row(name, float(of[ours].mean()), float(of[baseline].mean()), "share", goal)


def _interval(values: Any) -> Any:
    """The middle 95 % of the mean over groups drawn anew."""
    chance = np.random.default_rng(11)
    return np.quantile([chance.choice(values, len(values)).mean() for _ in range(500)], (0.025, 0.975))


if __name__ == "__main__":
    main(NAME, measure)
