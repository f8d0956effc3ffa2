"""How much dearer a missing piece shall count, learned from days that were lived again: one factor for all goods. Pure.

Forecasts stray for weeks to one side and deliveries come in whole boxes, so that orders may be a little too small or too
large for what a missing piece costs. The days before, lived again with missing pieces counted more and less dearly and
judged by what they really cost, say so. A factor is taken only when it earned more than can be chance: by more than a
standard error over the goods. One for all: what goods of one shelf life showed did not last into the weeks after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

TRIED = (0.5, 1.0, 1.5, 2.0, 3.0)
BACK = 28  # days looked back
LEAST = 7  # fewer days tell nothing
SURE = 1.0  # standard errors a gain must exceed


def learned(earned: Mapping[float, npt.NDArray[np.floating]], upto: int | None = None) -> float:
    """The factor that surely earned most on the days before `upto`; 1 where none did or too few days are known.

    `earned` [N, T] fen of each good on each day under each factor; 1 is among them.
    """
    usual = earned[1.0][:, :upto][:, -BACK:]
    if usual.shape[1] < LEAST:
        return 1.0
    best, found = 0.0, 1.0
    for factor, each in sorted(earned.items()):
        gain = (each[:, :upto][:, -BACK:] - usual).sum(axis=1, dtype=np.float64)
        sure = float(gain.sum() - SURE * np.sqrt((gain**2).sum()))
        if sure > best:
            best, found = sure, factor
    return found
