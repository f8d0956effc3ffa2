"""Shares money among lines exactly, for many orders at once, and keeps partial refunds summing to the whole."""

from __future__ import annotations

import numpy as np

from linshu.twin.rows import Ints


def allocate(total: Ints, group: Ints, weight: Ints) -> Ints:
    """Splits total[g] among the rows of group g by weight, largest remainder, ties to the first row.

    Rows stand sorted by group. A group whose weights are all zero gets nothing.
    """
    if len(group) == 0:
        return np.zeros(0, dtype=np.int64)
    of_group = np.bincount(group, weights=weight, minlength=len(total)).astype(np.int64)
    base = np.maximum(of_group, 1)[group]
    exact = total[group] * weight
    whole = exact // base
    rest = exact - whole * base
    left = total - np.bincount(group, weights=whole, minlength=len(total)).astype(np.int64)
    left = np.where(of_group > 0, left, 0)
    order = np.lexsort((-rest, group))
    first = np.searchsorted(group, group)
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - first[order]
    return whole + (rank < left[group])


def part(total: Ints, pieces: Ints, before: Ints, taken: Ints) -> Ints:
    """What `taken` of `pieces` are worth when `before` were already paid back: cumulative, so that parts end at the total."""
    whole = np.maximum(pieces, 1)
    return np.asarray(total * (before + taken) // whole - total * before // whole)
