"""Warehouses below one that supplies them: each its part of the demand forecast for all of them. Pure.

A forecast is of the warehouse that supplies. What lately left one below it by sale tells its part; where nothing left, nobody
can say, and nothing is judged there. A part of a demand varies more than the whole: each piece falls to one of several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from linshu.domains.supply.watching.decide import Flags, Reals


def parts(recent: Reals, total: Reals, supplies: Flags) -> Reals:
    """The part of each position: pieces that lately left it, of those that left all that its supplying warehouse serves.

    A warehouse that supplies keeps all while nothing left anywhere; nan where nothing tells.
    """
    known = (total > 0) & (supplies | (recent > 0))
    part = np.divide(recent, total, out=np.zeros(len(recent)), where=known)
    return np.where(known, np.clip(part, 0, 1), np.where(supplies, 1.0, np.nan))


def thinned(mean: Reals, variance: Reals, part: Reals) -> tuple[Reals, Reals]:
    """Mean and variance of a part of a demand, whose pieces each fall to it with that chance."""
    share = part[:, None]
    return share * mean, share**2 * variance + share * (1 - share) * mean
