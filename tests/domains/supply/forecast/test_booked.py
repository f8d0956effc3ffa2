"""What is ordered already: never lost, never forecast twice, and the sooner a day fills the more is still expected of it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from linshu.domains.supply.forecast.assemble import assemble
from linshu.domains.supply.forecast.booked import Booked, habit

MADE_ON = date(2026, 3, 31)
DAY = timedelta(days=1)
HORIZON = 14


def cell(known: float, part: float) -> Booked:
    return Booked(np.array([[known]], np.float32), np.array([[part]], np.float32))


def still(known: float, part: float, mean: float, width: float) -> tuple[float, float]:
    rest, left = cell(known, part).still(np.array([[mean]], np.float32), np.array([[width]], np.float32))
    return float(rest[0, 0]), float(left[0, 0])


@given(st.integers(0, 500), st.floats(0, 1), st.floats(0, 300), st.floats(0, 2))
def test_the_whole_day_is_never_below_what_is_known_and_more_known_never_means_less_to_come(
    known: int, part: float, mean: float, width: float
) -> None:
    rest, left = still(known, part, mean, width)
    assert rest >= 0
    assert 0 <= left <= width * (1 + 1e-5)
    if part >= 0.02:  # a habit: a day that fills faster ends higher
        assert still(known + 1, part, mean, width)[0] >= rest - 1e-3


@given(st.floats(0, 300), st.floats(0, 2))
def test_without_orders_ahead_nothing_changes(mean: float, width: float) -> None:
    assert still(0, 0, mean, width) == (np.float32(mean), np.float32(width))


def test_where_nobody_ever_ordered_ahead_known_orders_are_a_part_of_what_was_expected() -> None:
    assert round(still(4, 0, 10, 0.3)[0], 3) == 6
    assert still(15, 0, 10, 0.3)[0] == 0


def test_what_still_comes_is_told_without_bias_where_days_fill_as_they_used_to() -> None:
    chance = np.random.default_rng(5)
    pace = chance.gamma(1 / 0.3, 0.3 * 40, (20_000, 1))
    known, rest = chance.poisson(0.6 * pace), chance.poisson(0.4 * pace)
    told, _ = Booked(known.astype(np.float32), np.full_like(known, 0.6, dtype=np.float32)).still(
        np.full(known.shape, 40, np.float32), np.full(known.shape, 0.3, np.float32)
    )
    assert abs(told.sum() / rest.sum() - 1) < 0.01
    flat = np.abs(0.4 * 40 - rest).mean()
    assert np.abs(told - rest).mean() < 0.75 * flat


def test_a_series_with_few_orders_takes_the_habit_of_its_family() -> None:
    ahead, sold = np.array([[600.0], [0.0], [0.0]], np.float32), np.array([1000.0, 0.0, 1000.0], np.float32)
    found = habit(ahead, sold, np.array([0, 0, 1]))
    assert abs(found[0, 0] - 0.6) < 0.01
    assert abs(found[1, 0] - 0.6) < 0.01
    assert found[2, 0] == 0


def tables(sold: list[tuple[str, date, date, int]]) -> dict[str, pa.Table]:
    days = [MADE_ON - 59 * DAY + step * DAY for step in range(60 + HORIZON)]
    return {
        "sold": pa.table({
            "sku": [sku for sku, *_ in sold], "warehouse": ["W1"] * len(sold), "day": [day for _, day, _, _ in sold],
            "paid_on": [paid for _, _, paid, _ in sold], "units": [units for *_, units in sold],
        }),
        "curve": pa.table({"hour": pa.array([], pa.string()), "units": pa.array([], pa.int64())}),
        "offered": pa.table({name: pa.array([], kind) for name, kind in (
            ("sku", pa.string()), ("warehouse", pa.string()), ("day", pa.date32()), ("open_share", pa.float64()),
            ("price_fen", pa.int64()), ("promoted", pa.int64()),
        )}),
        "stood": pa.table({
            "sku": ["S1", "S1", "S2"], "warehouse": ["W1"] * 3, "day": [MADE_ON - 2 * DAY, MADE_ON - DAY, MADE_ON], "open_share": [0.0, 0.5, 0.0],
        }),
        "goods": pa.table({"sku_id": ["S1", "S2"], "family": ["F", "F"], "widest_family": ["F", "F"], "list_price_fen": [900, 800], "brand": ["b", None], "supplier": ["", "v"]}),
        "supplying": pa.table({"warehouse_id": ["W1"], "supplier_id": ["W1"], "region": ["R"]}),
        "festivals": pa.table({name: [] for name in ("family", "day", "units")}),
        "weather": pa.table({name: [] for name in ("region_id", "made_on", "day", "celsius", "rain_mm")}),
        "days": pa.table({"day": days, "is_off": [False] * len(days)}),
        "asked": pa.table({"made_on": pa.array([MADE_ON], pa.date32()), "begins": [0]}),
    }  # fmt: skip


def test_orders_for_a_later_day_are_known_and_no_sales_of_the_past() -> None:
    past = [("S1", MADE_ON - back * DAY, MADE_ON - back * DAY - 2 * DAY, 10) for back in range(28)]
    series = assemble(tables([*past, ("S2", MADE_ON, MADE_ON, 3), ("S1", MADE_ON + 2 * DAY, MADE_ON, 7)]), MADE_ON)
    assert series.sku == ("S1", "S2")
    assert series.panel.sold[:, -1].tolist() == [10, 3]
    assert series.booked.known[:, :3].tolist() == [[0, 7, 0], [0, 0, 0]]
    assert series.booked.known.sum() == 7
    assert series.booked.part[0, 0] == series.booked.part[0, 1] > 0.98  # all of it is there two days before
    assert series.booked.part[0, 2] == 0


def test_without_listings_days_without_stock_and_sales_say_nothing_of_demand() -> None:
    past = [("S1", MADE_ON - back * DAY, MADE_ON - back * DAY, 10) for back in range(28) if back != 2]
    series = assemble(tables([*past, ("S2", MADE_ON, MADE_ON, 3)]), MADE_ON)
    assert series.panel.exposure[:, -4:].tolist() == [
        [1, 0, 0.5, 1],
        [0, 0, 0, 1],
    ]  # S2 sold though the books say it was out
