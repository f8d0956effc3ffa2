"""How dearly a missing piece shall count: within bounds, only from days before, only when it is no chance."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linshu.domains.supply.replenish.learned import BACK, LEAST, TRIED, learned

SEEDS = st.integers(0, 10_000)
Earned = dict[float, np.ndarray]


def earned(seed: int, days: int, many: int = 30) -> Earned:
    chance = np.random.default_rng(seed)
    return {one: chance.normal(chance.normal(0, 3), 20, (many, days)) for one in TRIED}


@given(SEEDS, st.integers(0, 50))
def test_it_is_one_of_those_tried_and_what_comes_later_changes_nothing(seed: int, upto: int) -> None:
    brought = earned(seed, 50)
    found = learned(brought, upto)
    assert found in TRIED
    later = {one: each.copy() for one, each in brought.items()}
    for one, each in later.items():
        each[:, upto:] += 1e6 * one
    assert learned(later, upto) == found
    assert learned({one: each[:, :upto] for one, each in brought.items()}) == found
    assert found == 1 or upto >= LEAST


@given(SEEDS, st.sampled_from(TRIED), st.integers(LEAST, 2 * BACK))
def test_what_earns_more_with_every_good_is_taken_and_stays_taken_when_it_earns_still_more(
    seed: int, best: float, days: int
) -> None:
    brought = earned(seed, days)
    highest = np.max(list(brought.values()), axis=0)
    brought[best] = highest + 1
    assert learned(brought) == best
    brought[best] = brought[best] + 7
    assert learned(brought) == best


@given(SEEDS, st.floats(0.01, 100))
def test_the_unit_of_money_does_not_matter_and_days_long_past_are_forgotten(seed: int, unit: float) -> None:
    brought = earned(seed, BACK + 5)
    found = learned(brought)
    assert learned({one: unit * each for one, each in brought.items()}) == found
    older = {one: np.concatenate([1e6 * one * np.ones((30, 9)), each], axis=1) for one, each in brought.items()}
    assert learned(older) == found


def test_without_days_or_without_a_sure_gain_a_missing_piece_counts_as_it_costs() -> None:
    nothing = {one: np.zeros((5, BACK)) for one in TRIED}
    assert learned({one: each[:, :0] for one, each in nothing.items()}) == 1
    assert learned(nothing) == 1
    lucky = {one: each + 0 for one, each in nothing.items()}
    lucky[2.0][0], lucky[2.0][1] = 10, -6  # one good gains, another loses: chance
    assert learned(lucky) == 1
