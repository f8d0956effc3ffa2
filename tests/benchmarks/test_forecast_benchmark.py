"""The benchmark of the forecast runs on data of its form; how good it is, only real data tell."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from benchmarks.report import Options

from benchmarks import forecast

if TYPE_CHECKING:
    from pathlib import Path

STORES, GOODS, DAYS = 3, 20, 90


def fresh(folder: Path) -> None:
    """Random data of the form: hourly sales, some days that ran out."""
    chance, series = np.random.default_rng(2), STORES * GOODS
    level = chance.gamma(2.0, 6.0, (series, 1, 1))
    share = np.where((np.arange(24) >= 6) & (np.arange(24) < 22), 1 / 16, 0)
    hourly = chance.poisson(level * share, (series, DAYS, 24))
    out_from = np.where(chance.random((series, DAYS)) < 0.15, chance.integers(8, 22, (series, DAYS)), 24)
    closed = np.arange(24) >= out_from[:, :, None]
    hourly = np.where(closed, 0, hourly)
    many = series * DAYS
    at = np.repeat(np.arange(series), DAYS)
    first = datetime.combine(date(2024, 3, 28), datetime.min.time())
    columns = {
        "city_id": at % 2, "store_id": at // GOODS, "management_group_id": at % 3, "first_category_id": at % 2,
        "second_category_id": at % 4, "third_category_id": at % 5, "product_id": at % GOODS,
        "dt": [first + timedelta(days=day) for _ in range(series) for day in range(DAYS)],
        "discount": np.where(chance.random(many) < 0.2, 0.8, 1.0), "holiday_flag": np.tile(np.arange(DAYS) % 7 > 4, series).astype(int),
        "activity_flag": chance.integers(0, 2, many), "sale_amount": hourly.sum(axis=2).ravel() / 10,
        "stockout_hours_mask": (closed * (1 << np.arange(24))).sum(axis=2).ravel(),
    }  # fmt: skip
    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    sales = pa.FixedSizeListArray.from_arrays(pa.array(hourly.ravel().astype(np.uint16)), 24)
    pq.write_table(table.append_column("hourly_sale_x10", sales), folder / "daily.parquet")


@pytest.mark.bench
@pytest.mark.slow
def test_every_row_is_measured_on_data_of_the_form(tmp_path: Path) -> None:
    fresh(tmp_path)
    report = forecast.measure(Options(data=tmp_path, quick=True))
    rows = {row.measure: row for row in report.rows}
    assert {"wape", "wape_against_ma14", "pinball_90", "coverage_90: volume class 1", "bias_masked"} <= rows.keys()
    assert 0 < rows["wape"].ours < 1
    assert report.detail["bias_masked"]["sales"] < report.detail["bias_masked"]["ours"]


def test_without_data_it_says_what_to_give() -> None:
    report = forecast.measure(Options())
    assert report.rows == ()
    assert "--data" in report.detail["skipped"]
