"""A made-up history whose true demand is known: weeks, prices and stock-outs, all from one seed."""

from __future__ import annotations

from datetime import date

import numpy as np

from linshu.domains.supply.forecast.panel import Panel, Reals


def history(seed: int = 7, series: int = 60, days: int = 84, ahead: int = 14) -> tuple[Panel, Reals]:
    """A panel, and the demand its sales were cut from, [N, T + H]."""
    chance = np.random.default_rng(seed)
    level = chance.gamma(2.0, 6.0, (series, 1)) + 1
    week = np.array([1.0, 0.9, 0.9, 1.0, 1.1, 1.4, 1.3])[np.arange(days + ahead) % 7]
    price = np.where(chance.random((series, days + ahead)) < 0.2, 0.75, 1.0).astype(np.float32)
    mean = level * week * np.where(price < 1, 1.8, 1.0)
    demand = chance.poisson(mean).astype(np.float32)
    stock = np.where(chance.random((series, days)) < 0.25, chance.uniform(0.4, 1.2, (series, days)) * level, np.inf)
    sold = np.minimum(demand[:, :days], np.ceil(stock)).astype(np.float32)
    exposure = np.where(sold < demand[:, :days], sold / np.maximum(demand[:, :days], 1), 1).astype(np.float32)
    panel = Panel(
        date(2026, 3, 2), sold, exposure, price, np.where(price < 1, 1, 0).astype(np.float32), np.zeros(days + ahead, np.float32),
        {"product": np.arange(series) % 20, "place": np.arange(series) // 20, "region": np.arange(series) // 40, "family": np.arange(series) % 5},
    )  # fmt: skip
    return panel, demand
