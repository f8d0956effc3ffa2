"""What a morning knows of its day: the level of the weeks before, lifted or lowered by plan and weekday; learned from early weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from benchmarks.fresh.reading import Fresh

    Doubles = npt.NDArray[np.float64]

QUICK = 0.12  # how fast the level follows the days
NEAR = 14  # days the usual is taken over
DEEP = 0.15  # from which reduction on it tells more than in proportion
LOOSE = 0.3  # how far days lie about their mean, for the weights of the regression
ROUNDS = 8


def usual(demand: Doubles) -> Doubles:
    """[N, T] the mean of the fortnight before each day; 0 while there was none."""
    summed = np.cumsum(np.pad(demand, ((0, 0), (1, 0))), axis=1)
    found = np.zeros_like(demand)
    found[:, NEAR:] = (summed[:, NEAR:-1] - summed[:, : -NEAR - 1]) / NEAR
    return found


def deeper(data: Fresh) -> Doubles:
    """[N, T] how far the planned price lies below that of the fortnight before, in logs; below 0 is a deeper discount."""
    plan = np.log(np.clip(data.price.astype(np.float64), 0.2, 1))
    return plan - usual(plan)


def day_ahead(data: Fresh, demand: Doubles, learned: tuple[int, int]) -> Doubles:
    """[N, T] what each day is expected to ask for on its morning; the regression has seen the days of `learned` alone."""
    level = _level(demand)
    features, offset = _features(data, demand, level), np.log(level + 0.1)
    first, last = learned
    x, y, off = (
        features[:, first:last].reshape(-1, features.shape[2]),
        demand[:, first:last].ravel(),
        offset[:, first:last].ravel(),
    )
    found = np.zeros(x.shape[1])
    for _ in range(ROUNDS):  # Newton's steps of a regression on counts
        mean = np.exp(off + x @ found)
        pull = x.T @ ((y - mean) / (1 + LOOSE * mean))
        steep = (x * (mean / (1 + LOOSE * mean))[:, None]).T @ x + np.eye(x.shape[1])
        found += np.linalg.solve(steep, pull)
    told: Doubles = np.exp(offset + features @ found)
    return told


def _level(demand: Doubles) -> Doubles:
    level, now = np.empty_like(demand), demand[:, :7].mean(axis=1)
    for day in range(demand.shape[1]):
        level[:, day] = now
        if day >= 7:
            now = now + QUICK * (demand[:, day] - now)
    return level


def _features(data: Fresh, demand: Doubles, level: Doubles) -> Doubles:
    plan, series, days = deeper(data), len(demand), demand.shape[1]
    weekday = (data.first_day.weekday() + np.arange(days)) % 7

    def lag(back: int) -> Doubles:
        before = np.pad(demand, ((0, 0), (back, 0)), mode="edge")[:, :days]
        found: Doubles = np.log((before + 1) / (level + 1))
        return found

    activity = data.promoted - usual(data.promoted.astype(np.float64))
    columns = [
        np.ones_like(demand), plan, np.minimum(plan + DEEP, 0), activity, lag(1), lag(7), np.log((usual(demand) + 1) / (level + 1)),
        *(np.broadcast_to(weekday == one, (series, days)) for one in range(6)),
        np.broadcast_to(data.holiday > 0, (series, days)),
    ]  # fmt: skip
    return np.stack(columns, axis=2).astype(np.float64)
