"""Stock that ages: what is asked for takes from the shelf, what is past its day is thrown away.

A shelf is a row of slots by days left: slot 0 can be sold tomorrow for the last time; what is in the last slot keeps for
longer than one looks ahead. Nothing here knows money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Reals = npt.NDArray[np.float32]
    Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Course:
    """How the days went, in every way they may go: [N, K, T] pieces."""

    unmet: Reals  # asked for and not there
    wasted: Reals  # past its day in the evening


def serve(shelf: Reals, wanted: Reals, *, newest_first: bool = False) -> Reals:
    """[..., A] what is taken from each slot when `wanted` [...] is asked for: the oldest first, or the freshest."""
    upto = np.cumsum(shelf[..., ::-1], axis=-1)[..., ::-1] if newest_first else np.cumsum(shelf, axis=-1)
    taken: Reals = np.clip(wanted[..., None] - (upto - shelf), 0, shelf)
    return taken


def mixed(shelf: Reals, wanted: Reals, freshest: Reals | float) -> Reals:
    """What is taken when a share of those who ask take the freshest and the others the oldest, the former first."""
    first = serve(shelf, (wanted * freshest).astype(np.float32), newest_first=True)
    return first + serve(shelf - first, wanted - first.sum(axis=-1))


def age(shelf: Reals) -> tuple[Reals, Reals]:
    """The shelf of the next morning, and what was thrown away; what keeps stays where it is."""
    older = np.zeros_like(shelf)
    older[..., :-2] = shelf[..., 1:-1]
    older[..., -1] = shelf[..., -1]
    return older, shelf[..., 0]


def roll(
    shelf: Reals, coming: Reals, demand: Reals, fresh: Codes, *,
    freshest: Reals | None = None, order: tuple[Codes, Reals] | None = None,
) -> Course:  # fmt: skip
    """Lets the days pass over what is there and on its way.

    `shelf` [N, A] by days left; `coming` [N, L] what arrives on the morning of day 0, 1, ...; `demand` [N, K, T];
    `fresh` [N] the slot that arriving goods go into (their days left at arrival, less one, at most A - 1: then they keep).
    `freshest` [N] the share of shoppers who take the freshest, nobody when left out; `order` more that comes: [N, K] on which
    morning, [N] pieces.
    """
    many, ways, days = demand.shape
    now = np.repeat(shelf[:, None, :], ways, axis=1).astype(np.float32)
    unmet, wasted = np.zeros_like(demand), np.zeros_like(demand)
    rows = np.arange(many)
    for day in range(days):
        if day < coming.shape[1]:
            now[rows, :, fresh] += coming[:, day, None]
        if order is not None:
            now[rows, :, fresh] += np.where(order[0] == day, order[1][:, None], 0)
        wanted = demand[:, :, day]
        taken = serve(now, wanted) if freshest is None else mixed(now, wanted, freshest[:, None])
        unmet[:, :, day] = demand[:, :, day] - taken.sum(axis=-1)
        now, wasted[:, :, day] = age(now - taken)
    return Course(unmet, wasted)
