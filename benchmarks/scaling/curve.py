"""How a cost grows with size: the exponent of a power law through the measured sizes."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The slope of log cost over log size by least squares: 1 is proportional, 2 is quadratic."""
    across, up = [math.log(each) for each in sizes], [math.log(each) for each in costs]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    spread = sum((each - middle) ** 2 for each in across)
    return sum((x - middle) * (y - height) for x, y in zip(across, up, strict=True)) / spread


def steepest(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The largest slope between two neighbouring sizes: what a fixed cost at the small end cannot hide."""
    pairs = list(zip(sizes, costs, strict=True))
    return max(exponent(*zip(one, other, strict=True)) for one, other in pairwise(pairs))
