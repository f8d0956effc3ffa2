"""A warehouse's forecast over the groups it supplies: by shares that few sales move little, and that add up exactly: pure.

A group's share of one good is drawn to its share of everything the warehouse sells, the more the fewer pieces were seen. How
much is not chosen: how far goods differ in who buys them is taken from the sales themselves (Dirichlet-multinomial, by
moments).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Reals: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]
ALIKE, APART = 1e-5, 0.95  # the least and the most goods may differ


def shares(sold: Reals) -> Reals:
    """[S, C] each good's shares of the groups, from pieces sold [S, C]; every row adds up to 1."""
    mix = sold.sum(axis=0) / sold.sum() if sold.sum() else np.full(sold.shape[1], 1 / max(sold.shape[1], 1))
    pull = strength(sold, mix)
    found: Reals = (sold + pull * mix) / (sold.sum(axis=1, keepdims=True) + pull)
    return found


def strength(sold: Reals, mix: Reals) -> float:
    """How many pieces of the common mix stand beside a good's own: large where all goods are bought alike."""
    many = sold.sum(axis=1)
    pairs, spread = float((many * (many - 1)).sum()), 1 - float((mix**2).sum())
    if pairs <= 0 or spread <= 0:
        return 1 / ALIKE
    apart = (float(((sold - many[:, None] * mix) ** 2).sum()) / spread - float(many.sum())) / pairs
    apart = float(np.clip(apart, ALIKE, APART))
    return (1 - apart) / apart


def split(wholes: Counts, parts: Reals) -> Counts:
    """[S, D, C] whole numbers that add up to `wholes` [S, D], by the shares [S, C]: largest remainder."""
    exact = wholes[:, :, None] * parts[:, None, :]
    found = np.floor(exact + 1e-9).astype(np.int64)
    missing = wholes - found.sum(axis=2)
    order = np.argsort(np.argsort(-(exact - found), axis=2, kind="stable"), axis=2, kind="stable")
    result: Counts = found + (order < missing[:, :, None])
    return result
