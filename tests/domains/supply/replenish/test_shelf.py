"""Stock that ages: nothing comes from nowhere, old goods go first, and what is past its day is gone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from linshu.domains.supply.replenish.replay import Evening, Setting, replay, score
from linshu.domains.supply.replenish.shelf import roll, serve

PIECES = st.integers(0, 9)


@given(
    hnp.arrays(np.int64, (5, 6), elements=PIECES), hnp.arrays(np.int64, 5, elements=st.integers(0, 60)), st.booleans()
)
def test_what_is_taken_is_there_and_comes_from_one_end(shelf: np.ndarray, wanted: np.ndarray, newest: bool) -> None:
    taken = serve(shelf.astype(np.float32), wanted.astype(np.float32), newest_first=newest)
    assert (taken >= 0).all()
    assert (taken <= shelf).all()
    assert np.allclose(taken.sum(axis=1), np.minimum(wanted, shelf.sum(axis=1)))
    order = range(5, -1, -1) if newest else range(6)
    for row in range(5):
        touched = [taken[row, slot] < shelf[row, slot] for slot in order]
        first = touched.index(True) if True in touched else len(touched)
        assert all(taken[row, slot] == 0 for slot in list(order)[first + 1 :])


@given(
    hnp.arrays(np.int64, (3, 5), elements=PIECES), hnp.arrays(np.int64, (3, 2), elements=PIECES),
    hnp.arrays(np.int64, (3, 4, 7), elements=PIECES), st.booleans(),
)  # fmt: skip
def test_pieces_are_sold_thrown_away_or_left(
    shelf: np.ndarray, coming: np.ndarray, demand: np.ndarray, newest: bool
) -> None:
    shelf = shelf * np.array([1, 1, 1, 0, 0])
    course = roll(
        shelf.astype(np.float32),
        coming.astype(np.float32),
        demand.astype(np.float32),
        np.full(3, 2),
        freshest=np.full(3, float(newest), np.float32),
    )
    sold = demand - course.unmet
    assert (sold >= 0).all()
    there = (shelf.sum(axis=1) + coming.sum(axis=1))[:, None]
    gone = sold.sum(axis=2) + course.wasted.sum(axis=2)
    assert np.allclose(gone, there)  # after seven days nothing of three days' life is left


@given(hnp.arrays(np.int64, (2, 12), elements=PIECES), st.integers(1, 3), st.integers(0, 2), st.integers(0, 9))
def test_a_replay_keeps_account_of_every_piece(demand: np.ndarray, life: int, lead: int, each: int) -> None:
    many = np.full(2, life)
    setting = Setting(np.full(2, 500.0, np.float32), np.full(2, 300.0, np.float32), many, np.ones(2, np.int64), lead)
    seen: list[Evening] = []

    def rule(evening: Evening) -> np.ndarray:
        seen.append(evening)
        return np.full(2, each)

    lived = replay(setting, demand.astype(np.float32), rule)
    came = each * max(0, 12 - lead - 1)
    assert np.allclose(lived.sold.sum(axis=1) + lived.wasted.sum(axis=1) + lived.left[:, -1], came)
    assert np.allclose(lived.sold + lived.missed, demand)
    told = score(setting, lived)
    assert 0 <= told.fill <= 1
    assert all(one.sold.shape[1] == one.day + 1 for one in seen)
