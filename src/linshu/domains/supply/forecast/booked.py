"""What is ordered already for a day to come is known, not forecast: how much still comes is told by how far orders are: pure.

Goods sold ahead gather their orders over days. How large a part is usually there so long before is learned from the last
weeks, each series drawn to its family. The rest follows as for a day that is cut short: the belief is Gamma around what the
day was expected to ask for, what is there already moves it, and only what is missing is a forecast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from linshu.domains.supply.forecast.panel import Codes, Reals

PULL = 20.0  # pieces of its family's habit in each series' own
LEAST_HABIT = 0.02  # a smaller part is no habit of ordering ahead
SURE = 1e-6  # a smaller width is none: counts around a known pace


@dataclass(frozen=True, slots=True)
class Booked:
    """Of each series and day ahead."""

    known: Reals  # [N, H] pieces ordered already
    part: Reals  # [N, H] the part of a day's orders that is usually there so long before, 0 .. 1

    def whole(self, mean: Reals) -> Reals:
        """[N, H] the part that is there; without a habit, what is known counts as a part of what was expected."""
        so_far = self.known / np.maximum(mean, 1e-6)
        return np.where((self.part < LEAST_HABIT) & (self.known > 0), np.clip(so_far, 0, 1), self.part).astype(
            np.float32
        )

    def still(self, mean: Reals, width: Reals) -> tuple[Reals, Reals]:
        """What is still to come beside the known, and its width, of days that were expected to ask for `mean` in all."""
        part = self.whole(mean)
        shape = 1 / np.maximum(width, SURE)
        rest = (1 - part) * (shape + self.known) / (shape / np.maximum(mean, 1e-6) + part)
        touched = (part > 0) | (self.known > 0)
        left = np.where(width > SURE, 1 / (shape + self.known), width)
        return (
            np.where(touched, rest, mean).astype(np.float32),
            np.where(touched, left, width).astype(np.float32),
        )


def habit(ahead: Reals, sold: Reals, family: Codes) -> Reals:
    """[N, H] the part of the last weeks' orders that was there at least so many days before.

    `ahead` [N, H] pieces of these weeks ordered so early, `sold` [N] all of them.
    """
    many = int(family.max(initial=-1)) + 1
    of_family = np.stack(
        [np.bincount(family, ahead[:, horizon], many) for horizon in range(ahead.shape[1])], axis=1
    ) / np.maximum(np.bincount(family, sold, many), 1)[:, None]  # fmt: skip
    found = (ahead + PULL * of_family[family]) / (sold + PULL)[:, None]
    return np.clip(found, 0, 1).astype(np.float32)
