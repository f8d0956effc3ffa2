"""Which van serves which pick-up points, the same rounds every day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linshu.twin.places import Places
from linshu.twin.rows import Ints

STOPS = 9  # pick-up points on one route


@dataclass(frozen=True)
class Routes:
    """Which van serves which pick-up point, and as which stop."""

    of_point: Ints
    stop: Ints
    grid: Ints  # by route

    @property
    def count(self) -> int:
        """How many routes there are."""
        return len(self.grid)


def routes(places: Places) -> Routes:
    """Every grid's points in rounds of a few stops, by direction from the grid."""
    grid_of_point = np.zeros(places.points, dtype=np.int64)
    grid_of_point[places.group_point] = places.group_grid
    away = places.point_lonlat - places.grid_lonlat[grid_of_point]
    order = np.lexsort((np.arctan2(away[:, 1], away[:, 0]), grid_of_point))
    rank = np.arange(places.points) - np.searchsorted(grid_of_point[order], grid_of_point[order])
    per_grid = np.maximum(1, -(-np.bincount(grid_of_point, minlength=places.grids) // STOPS))
    first = np.cumsum(per_grid) - per_grid
    of_point = np.empty(places.points, dtype=np.int64)
    stop = np.empty(places.points, dtype=np.int64)
    of_point[order] = first[grid_of_point[order]] + np.minimum(rank // STOPS, per_grid[grid_of_point[order]] - 1)
    stop[order] = rank % STOPS + 1
    return Routes(of_point, stop, np.repeat(np.arange(places.grids), per_grid))
