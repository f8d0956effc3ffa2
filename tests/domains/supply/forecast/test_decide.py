"""The forecast on made-up histories whose demand is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.fresh.baselines import accuracy, moving_average, seasonal
from tests.domains.supply.forecast.made_up import history

from linshu.domains.supply.forecast.decide import LEVELS, Forecast, forecast, hash_of
from linshu.domains.supply.forecast.features import Lookout
from linshu.domains.supply.forecast.model import Learning
from linshu.domains.supply.forecast.recover import recovered
from linshu.domains.supply.forecast.weather import weather_of

QUICK = Learning(rows=30_000, rounds=40, leaves=15, rate=0.15)


@pytest.fixture(scope="module")
def made() -> Forecast:
    return forecast(history()[0], range(1, 8), QUICK)


@pytest.mark.slow
def test_it_is_nearer_to_the_demand_than_a_spreadsheet(made: Forecast) -> None:
    panel, demand = history()
    truth = demand[:, panel.days : panel.days + 7]
    ours = accuracy(made.mean.ravel(), made.quantiles[2].ravel(), truth.ravel())
    usual = accuracy(moving_average(panel, 14, 7).ravel(), truth.ravel(), truth.ravel())
    weekly = accuracy(seasonal(panel, 7).ravel(), truth.ravel(), truth.ravel())
    assert ours.wape < 0.85 * usual.wape
    assert ours.wape < 0.85 * weekly.wape
    assert abs(ours.bias) < 0.08
    assert 0.82 < ours.coverage < 0.97


@pytest.mark.slow
def test_it_is_made_again_from_the_same_inputs(made: Forecast) -> None:
    again = forecast(history()[0], range(1, 8), QUICK)
    assert np.array_equal(again.mean, made.mean)
    assert again.inputs_hash == made.inputs_hash


@pytest.mark.slow
def test_low_middle_and_high_stand_in_order(made: Forecast) -> None:
    low, middle, high = made.quantiles
    assert len(made.quantiles) == len(LEVELS)
    assert (low <= middle).all()
    assert (middle <= high).all()
    assert (made.mean >= 0).all()


def test_a_row_knows_nothing_of_later_sales() -> None:
    panel, _ = history(series=10)
    later = panel.sold.copy()
    later[:, 60:] *= 3
    other = replace(panel, sold=later)
    before, after = (Lookout(one, recovered(one), 59).ahead(range(1, 8)).rows for one in (panel, other))
    assert np.array_equal(before, after)


def test_a_changed_plan_or_sale_is_another_forecast() -> None:
    panel, _ = history(series=4)
    sold, price = panel.sold.copy(), panel.price.copy()
    sold[0, 3] += 1
    price[0, -1] = 0.5
    prints = {hash_of(panel), hash_of(replace(panel, sold=sold)), hash_of(replace(panel, price=price))}
    assert len(prints) == 3


def test_goods_without_a_single_sale_have_a_forecast_near_nothing() -> None:
    panel, _ = history(series=12)
    sold = panel.sold.copy()
    sold[0] = 0
    found = forecast(replace(panel, sold=sold), range(1, 4), QUICK)
    assert np.isfinite(found.mean).all()
    assert found.mean[0].max() < 1


@pytest.mark.slow
def test_a_weather_forecast_helps_and_only_what_was_told_by_the_evening_is_looked_at() -> None:
    panel, demand = history()
    chance, ahead = np.random.default_rng(3), 14
    days = [panel.first_day + timedelta(days=step) for step in range(panel.days + ahead)]
    heat = {name: chance.normal(20, 6, len(days)) for name in ("R0", "R1")}
    regions = [f"R{one}" for one in panel.groups["region"]]
    lifted = chance.poisson(demand * np.exp(0.08 * (np.stack([heat[one] for one in regions]) - 20)))
    told = [
        (name, days[made], days[made + step], round(heat[name][made + step] + chance.normal(0, 1)), 0)
        for name in heat
        for made in range(0, panel.days, 2)  # every other evening: the one before tells then
        for step in range(1, ahead + 1)
    ]
    table = pa.table(
        dict(
            zip(("region_id", "made_on", "day", "celsius", "rain_mm"), map(list, zip(*told, strict=True)), strict=True)
        )
    )
    hot = replace(panel, sold=lifted[:, : panel.days].astype(np.float32), exposure=np.ones_like(panel.exposure))
    weather = weather_of(table, regions, panel.first_day, panel.days)
    assert weather is not None
    assert weather_of(table, [""] * len(regions), panel.first_day, panel.days) is None
    assert weather.said["celsius"][0, 5, 0] == weather.said["celsius"][0, 4, 1]  # of the evening before
    truth = lifted[:, panel.days : panel.days + 7]
    without, with_it = (forecast(one, range(1, 8), QUICK) for one in (hot, replace(hot, weather=weather)))
    errors = [float(np.abs(one.mean - truth).sum()) for one in (without, with_it)]
    assert errors[1] < 0.85 * errors[0]
    assert without.inputs_hash != with_it.inputs_hash
