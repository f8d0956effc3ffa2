"""What is told of goods: which list a group should have, and how far sales rise when a price falls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from benchmarks.report import Row
from linshu.domains.supply.assortment.decide import advise
from linshu.domains.supply.assortment.flow import DECLARED, fitted
from linshu.domains.supply.markdown.decide import Rules
from linshu.twin import goods as planted

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from linshu.app.local import LocalShop
    from linshu.domains.supply.assortment.flow import Fitted
    from linshu.domains.supply.forecast.assemble import Series
    from linshu.domains.supply.forecast.panel import Panel
    from linshu.twin.config import Config

USUAL_PRICE = 0.93  # of the list price, on an ordinary day
SKUS = "SELECT sku_id FROM '{truth}/sku/*.parquet' ORDER BY sku_id"
ELASTICITY = "SELECT sku_id, elasticity FROM '{truth}/sku/*.parquet'"
MEMBERS = (
    "SELECT community_id, taste, sum(rate) AS rate FROM '{truth}/member/*.parquet' WHERE left_day < 0 GROUP BY ALL"
)
ROUNDS = 60  # of fitting goods, days and prices to each other


@dataclass(frozen=True, slots=True)
class Market:
    """What each group truly wants of each good that is known of it, and what a piece truly brings."""

    wanted: Any  # [P, S], up to a factor of each group
    margin: Any  # [S]


def lists(shop: LocalShop, truth: Path, made_of: Config, evening: date) -> tuple[Row, ...]:
    """The lists advised to all groups: what they would capture of the best list of as many places; the rival lists best sellers.

    Reckoned without those who take another good when theirs is not there.
    """
    found = fitted(shop.figures, evening, DECLARED)
    assert found is not None
    true = _market(truth, made_of, found)
    seen = found.read.days > 0
    counted = np.divide(found.read.sold, found.read.days, out=np.zeros(seen.shape), where=seen)
    ours, best_sellers = [], []
    for at, group in enumerate(found.read.communities):
        known, goods = found.known(group, DECLARED)
        worth = (true.wanted[at] * true.margin)[goods]
        chosen = [one.at for one in advise(known, DECLARED).advice if one.kind != "drop"]
        slots = len(chosen)
        most = np.sort(worth)[::-1][:slots].sum()
        plainly = np.argsort(-found.read.sold[at][goods], kind="stable")[:slots]
        for listed, into in ((chosen, ours), (plainly, best_sellers)):
            into.append(float(worth[listed].sum() / most))
    return (
        Row("margin a group's advised list captures of the best list's", float(np.mean(ours)), float(np.mean(best_sellers)), "share"),
        Row("error (WAPE) of what a group asks for of a good", _off(found.rates.mean, true.wanted, seen), _off(counted, true.wanted, seen), "share"),
    )  # fmt: skip


def _market(truth: Path, made_of: Config, found: Fitted) -> Market:
    con, read = duckdb.connect(), found.read
    ids = [sku for (sku,) in con.execute(SKUS.format(truth=truth)).fetchall()]
    at = np.array([ids.index(one) for one in read.goods["sku_id"]])
    goods = planted.build(made_of)
    liked = goods.taste[:, at] * goods.appeal[at] * USUAL_PRICE ** -goods.elasticity[at]
    row = {one.key: place for place, one in enumerate(read.communities)}
    rate = np.zeros((len(row), len(liked)))
    for community, taste, members in con.execute(MEMBERS.format(truth=truth)).fetchall():
        if community in row:
            rate[row[community], taste] += members
    offered = np.minimum(read.days / read.days.max(), 1.0)
    wanted = np.stack([(one[:, None] * liked / (liked @ days)[:, None]).sum(axis=0) for one, days in zip(rate, offered, strict=True)])  # fmt: skip
    return Market(wanted, goods.list_fen[at] * USUAL_PRICE - goods.cost_fen[at] * (1 + goods.rot[at]))


def _off(told: Any, true: Any, seen: Any) -> float:
    """How far the goods' parts of what each group wants lie apart."""
    parts = [np.where(seen, one, 0.0) for one in (told, true)]
    told, true = (one / np.maximum(one.sum(axis=1, keepdims=True), 1e-9) for one in parts)
    return float(np.abs(told - true).sum() / true.sum())


def prices(series: Series, truth: Path) -> Row:
    """How far the assumed answer to a price lies from the planted one; the rival is fitted to prices of the past."""
    known = dict(duckdb.connect().execute(ELASTICITY.format(truth=truth)).fetchall())
    true = np.array([known[one] for one in series.sku])
    sold = series.panel.sold.sum(axis=1)
    fitted_to = _answers(series.panel)[series.panel.groups["family"]]
    ours, plain = (float(np.average(np.abs(one - true), weights=sold)) for one in (Rules().elasticity, fitted_to))
    return Row("error of the answer to a price (elasticity)", ours, plain, "power of the price")


def _answers(panel: Panel) -> Any:
    """[families] by a Poisson fit on days one could buy all day: each good's own level, each place's day, one answer a family."""
    family, place = panel.groups["family"], panel.groups["place"]
    whole = panel.whole.astype(np.float64)
    sold, lower = panel.sold * whole, -np.log(np.maximum(panel.price[:, : panel.days], 0.05))
    answer, days = np.full(int(family.max()) + 1, 1.5), np.ones((int(place.max()) + 1, panel.days))
    for _ in range(ROUNDS):
        base = np.exp(answer[family][:, None] * lower) * whole
        base *= (sold.sum(axis=1) / np.maximum((base * days[place]).sum(axis=1), 1e-9))[:, None]
        for one in range(len(days)):
            days[one] = sold[place == one].sum(axis=0) / np.maximum(base[place == one].sum(axis=0), 1e-9)
        mean = base * days[place]
        apart = lower - (mean * lower).sum(axis=1, keepdims=True) / np.maximum(mean.sum(axis=1, keepdims=True), 1e-9)
        slope, bend = ((one * apart).sum(axis=1) for one in (sold - mean, mean * apart))
        step = np.bincount(family, slope) / np.maximum(np.bincount(family, bend), 1e-6)
        answer += np.clip(0.7 * step, -0.5, 0.5)
    return answer
