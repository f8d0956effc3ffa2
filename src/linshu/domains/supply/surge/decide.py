"""Will today sell far more than usual, and will the goods last: told from what was sold by now, pure.

A day's pace is Gamma around the forecast; what is sold while a share of the usual day goes by is Poisson. So the belief after
any sale is Gamma again, and what is still to come is negative binomial: an update is two additions. Every function takes
numbers or arrays, one place a good at a warehouse; quantities are whole pieces, shares are of a usual day's demand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Reals = npt.NDArray[np.float64]
    Given = npt.ArrayLike

WIDTH = 0.25  # where a forecast does not say how much days vary: variance = mean + width x mean squared
NARROWEST, SLOWEST = 0.01, 0.05
TWICE, MORE = 2.0, 8.0  # a surge: this many times the usual day, and so many pieces more
PULL = 2000.0  # pieces a category must have sold before its own hours outweigh everybody's


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of a whole day's demand, shape / rate pieces, after `sold` pieces were seen."""

    shape: Reals
    rate: Reals
    sold: Reals

    @property
    def pace(self) -> Reals:
        """Pieces a whole day is expected to ask for."""
        found: Reals = self.shape / self.rate
        return found

    def after(self, sold: Given, share: Given) -> Belief:
        """The belief once `sold` more pieces were sold while so much more of the usual day went by with the offer open."""
        more = np.asarray(sold, np.float64)
        return Belief(self.shape + more, self.rate + np.asarray(share, np.float64), self.sold + more)


def prior(mean: Given, width: Given = WIDTH) -> Belief:
    """What the forecast says before anything was sold."""
    shape = 1 / np.maximum(np.asarray(width, np.float64), NARROWEST)
    rate = shape / np.maximum(np.asarray(mean, np.float64), SLOWEST)
    return Belief(shape, rate, np.zeros_like(rate))


def surge_level(usual: Given) -> Reals:
    """From how many pieces on a day counts as a surge, given the usual day."""
    mean = np.asarray(usual, np.float64)
    found: Reals = np.ceil(np.maximum(TWICE * mean, mean + MORE) - 1e-9)
    return found


def reaches(belief: Belief, ahead: Given, level: Given) -> Reals:
    """The chance that the day's demand reaches `level` pieces, of which the sold ones are there already."""
    from scipy.stats import nbinom  # noqa: PLC0415 - heavy, and commands start without it

    need = np.asarray(level, np.float64) - belief.sold
    found: Reals = np.where(need <= 0, 1.0, nbinom.sf(np.ceil(need) - 1, belief.shape, _part(belief, ahead)))
    return found


def runs_out(belief: Belief, ahead: Given, left: Given) -> Reals:
    """The chance that more is asked for than is left, in the part of the day that is still ahead."""
    from scipy.stats import nbinom  # noqa: PLC0415 - heavy, and commands start without it

    found: Reals = nbinom.sf(np.floor(np.maximum(np.asarray(left, np.float64), 0)), belief.shape, _part(belief, ahead))
    return found


def short(belief: Belief, ahead: Given, left: Given) -> Reals:
    """Pieces that will be asked for beyond what is left, expected."""
    from scipy.stats import nbinom  # noqa: PLC0415 - heavy, and commands start without it

    part, stock = _part(belief, ahead), np.floor(np.maximum(np.asarray(left, np.float64), 0))
    mean = belief.pace * np.asarray(ahead, np.float64)
    beyond = mean * nbinom.sf(stock - 1, belief.shape + 1, part) - stock * nbinom.sf(stock, belief.shape, part)
    found: Reals = np.maximum(beyond, 0)
    return found


def total(belief: Belief, ahead: Given, level: float) -> Reals:
    """What the day's demand stays at or below in `level` of all cases, pieces."""
    from scipy.stats import nbinom  # noqa: PLC0415 - heavy, and commands start without it

    found: Reals = belief.sold + nbinom.ppf(level, belief.shape, _part(belief, ahead))
    return found


def expected(belief: Belief, ahead: Given) -> Reals:
    """The day's demand as it is expected now."""
    found: Reals = belief.sold + belief.pace * np.asarray(ahead, np.float64)
    return found


def lasts(belief: Belief, left: Given) -> Reals:
    """For what share of a usual day the goods that are left will do, at the pace believed in."""
    found: Reals = np.maximum(np.asarray(left, np.float64), 0) / belief.pace
    return found


def _part(belief: Belief, ahead: Given) -> Reals:
    found: Reals = belief.rate / (belief.rate + np.maximum(np.asarray(ahead, np.float64), 0))
    return found


def courses(units: Reals) -> Reals:
    """[families, hours + 1] the share of a day's demand that is gone at each full hour, from `units` sold by family and hour.

    A family that sells little takes everybody's course; where nothing was sold at all the day goes by evenly.
    """
    everybody = units.sum(axis=0)
    usual = everybody / everybody.sum() if everybody.sum() > 0 else np.full(units.shape[1], 1 / units.shape[1])
    shares = (units + PULL * usual) / (units.sum(axis=1, keepdims=True) + PULL)
    return np.pad(np.cumsum(shares, axis=1), ((0, 0), (1, 0)))


def gone(course: Reals, hours: Given) -> Reals:
    """The share of the day that is gone after so many hours of it, in each row of `course`; within an hour evenly."""
    most = course.shape[1] - 1
    at = np.clip(np.asarray(hours, np.float64), 0, most) * np.ones(len(course))
    begun = np.minimum(at.astype(np.int64), most - 1)
    rows = np.arange(len(course))
    found: Reals = course[rows, begun] + (at - begun) * (course[rows, begun + 1] - course[rows, begun])
    return found


def hour_of(course: Reals, share: Given) -> Reals:
    """After how many hours so much of the day is gone; the turned-round `gone`."""
    wanted = np.asarray(share, np.float64) * np.ones(len(course))
    hours = np.arange(course.shape[1])
    return np.array([np.interp(one, row, hours) for one, row in zip(wanted, course, strict=True)])
