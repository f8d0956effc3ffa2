"""New goods: told from goods like them until their own sales say enough; judged on levels that were planted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from linshu.domains.supply.forecast.likeness import KNOWN_DAYS, Newcomers, Traits, newcomers
from linshu.domains.supply.forecast.panel import Panel, Reals

GOODS, FAMILIES, DAYS, AHEAD = 240, 6, 70, 14
NEW = 40  # the last ones


def planted(shown: int, seed: int = 3, start: float = 1.0) -> tuple[Panel, Traits, Reals]:
    """Goods whose level comes from their kind and price; the last ones were on offer for `shown` days. And the levels."""
    chance = np.random.default_rng(seed)
    family, price = np.arange(GOODS) % FAMILIES, chance.lognormal(7, 0.6, GOODS).astype(np.float32)
    level = chance.uniform(5, 40, FAMILIES)[family] * (1100 / price) ** 0.8 * chance.gamma(8, 1 / 8, GOODS)
    pace = np.repeat(level[:, None], DAYS, axis=1)
    exposure = np.ones((GOODS, DAYS), np.float32)
    exposure[-NEW:, : DAYS - shown] = 0
    exposure[:30, :30] = 0  # these started within the history
    pace[:30, 30:58] *= start
    pace[-NEW:] *= start
    sold = (chance.poisson(pace) * exposure).astype(np.float32)
    ahead = np.ones((GOODS, DAYS + AHEAD), np.float32)
    panel = Panel(
        date(2026, 3, 2), sold, exposure, ahead, ahead * 0, ahead[0] * 0,
        {"product": np.arange(GOODS), "place": np.zeros(GOODS, np.int64), "region": np.zeros(GOODS, np.int64), "family": family},
    )  # fmt: skip
    unknown = np.full(GOODS, -1, np.int64)
    return panel, Traits(price, unknown, unknown), level.astype(np.float32)


def told(shown: int, start: float = 1.0) -> tuple[Newcomers, Reals, Reals]:
    """The newcomers, what they are told, and what was planted; known goods are told their own level."""
    panel, traits, level = planted(shown, start=start)
    found = newcomers(panel, panel.sold, traits, AHEAD)
    assert found is not None
    naive = np.where(np.arange(GOODS) >= GOODS - NEW, 0.5, level)[:, None]
    return found, found.told(np.repeat(naive, AHEAD, axis=1).astype(np.float32)), level


def test_a_good_nobody_has_bought_yet_is_told_from_its_likes_nearer_than_its_kind_is() -> None:
    found, mean, level = told(0)
    assert found.rows.tolist() == list(range(GOODS - NEW, GOODS))
    family, old = np.arange(GOODS) % FAMILIES, np.arange(GOODS) < GOODS - NEW
    of_kind = np.array([level[old & (family == one)].mean() for one in family])
    off = {
        name: np.abs(one - level)[~old].sum() / level[~old].sum()
        for name, one in (("likes", mean[:, 0]), ("kind", of_kind))
    }
    assert off["likes"] < 0.8 * off["kind"]
    assert abs(mean[~old, 0].sum() / level[~old].sum() - 1) < 0.25
    assert (np.arange(GOODS)[found.likes] % FAMILIES == family[found.rows][:, None]).all()
    assert np.allclose(found.weights.sum(axis=1) / found.weights.sum(axis=1)[0], 1, atol=1e-4)


def test_own_sales_move_the_level_to_the_truth_as_days_come() -> None:
    off = []
    for shown in (0, 2, 4):
        found, _, level = told(shown)
        likes = level[found.likes] * found.weights
        off.append(float(np.abs(likes.sum(axis=1) * found.factor - level[found.rows]).sum()))
        assert np.allclose(found.trust, 1 - shown / KNOWN_DAYS)
    assert off[2] < 0.6 * off[0]
    assert off[1] < 0.85 * off[0]


def test_doubt_widens_the_spread_and_falls_with_sales() -> None:
    first, later = told(0)[0], told(4)[0]
    width = np.full((GOODS, AHEAD), 0.2, np.float32)
    assert (first.widened(width)[first.rows] > later.widened(width)[later.rows]).all()
    assert (first.widened(width)[: GOODS - NEW] == width[: GOODS - NEW]).all()


@pytest.mark.parametrize("start", [0.5, 1.0, 1.6])
def test_how_goods_start_is_learned_from_those_that_did(start: float) -> None:
    found, mean, level = told(0, start=start)
    new = slice(GOODS - NEW, None)
    assert mean[new, 0].sum() / level[new].sum() == pytest.approx(start, rel=0.3)
    assert found.course.mean() == pytest.approx(start, rel=0.25)


def test_the_same_good_at_another_warehouse_is_the_best_like_and_counts_by_its_size() -> None:
    panel, traits, level = planted(0)
    twice = replace(
        panel, sold=np.concatenate([panel.sold, panel.sold * 2]), exposure=np.concatenate([panel.exposure, np.ones_like(panel.exposure)]),
        price=np.tile(panel.price, (2, 1)), promoted=np.tile(panel.promoted, (2, 1)),
        groups={name: np.tile(codes, 2) for name, codes in panel.groups.items() if name != "place"} | {"place": np.repeat([0, 1], GOODS)},
    )  # fmt: skip
    twice.sold[2 * GOODS - NEW :] = np.random.default_rng(1).poisson(2 * level[-NEW:, None], (NEW, DAYS))
    of = Traits(np.tile(traits.price, 2), np.tile(traits.brand, 2), np.tile(traits.supplier, 2))
    found = newcomers(twice, twice.sold, of, AHEAD)
    assert found is not None
    assert (found.likes[:, 0] == found.rows + GOODS).all()
    mean = found.told(np.repeat(np.concatenate([level, 2 * level])[:, None], AHEAD, axis=1))
    off = np.abs(mean[found.rows, 0] - level[found.rows]).sum() / level[found.rows].sum()
    assert off < 0.25


def test_without_new_goods_or_anything_like_them_there_is_nothing_to_tell() -> None:
    panel, traits, _ = planted(0)
    known = replace(panel, exposure=np.ones_like(panel.exposure))
    assert newcomers(known, known.sold, traits, AHEAD) is None
    alone = replace(panel, groups=dict(panel.groups) | {"family": np.where(np.arange(GOODS) < GOODS - NEW, 0, 1)})
    assert newcomers(alone, alone.sold, traits, AHEAD) is None
