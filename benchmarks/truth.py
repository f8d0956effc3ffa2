"""What supply estimates of the simulated company, against what is planted in it and told by no row.

    python -m benchmarks.truth           the small company: 90 days over a Spring Festival; --quick: a hamlet

The company's rows come in as any company's do. Held against its truth are what is filled in on days that sold out, what the
forecast of the last week but one says is wanted on the week after, the surges told at 10:00, what is told of suppliers and
their lots, the lists advised to groups, and the assumed answer to a price. Rivals are the plain ones, named at each. A second
company lives through two Spring Festivals: what the first one tells of the second.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pandas as pd

from benchmarks.planted import choosing, supplying, surges
from benchmarks.report import Goal, Options, Report, Row, main
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.domains.supply.forecast.assemble import Grid, assemble
from linshu.domains.supply.forecast.decide import USUAL, forecast
from linshu.domains.supply.forecast.inputs import gather
from linshu.domains.supply.forecast.recover import recovered
from linshu.twin import config, history

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.domains.supply.forecast.assemble import Series
    from linshu.domains.supply.forecast.model import Learning
    from linshu.domains.supply.forecast.panel import Reals

NAME = "truth"
UNTIL = datetime(2026, 4, 12, 14, 30, tzinfo=UTC)  # 22:30, just before the cut-off
LAST, AHEAD, WEEKS = date(2026, 4, 11), 7, 4  # forecasts of so many weeks tell the surges
DAY = timedelta(days=1)
REOPENED = date(2026, 2, 21)  # the evening before the company opens again after the Spring Festival
STOCKING = date(2026, 2, 6)  # and one from which the week before it closes is told
SPRINGS = config.Size(cities=2, groups=60, members=9_000, days=450, skus=320, listed=60, groups_per_grid=15)
ENDS = {"springs": datetime(2026, 3, 14, 14, 30, tzinfo=UTC)}  # others end at UNTIL
HAMLET = config.Size(cities=2, groups=6, members=220, days=75, skus=320, listed=20, groups_per_grid=3)
DEMAND = """
SELECT sku_id AS sku, region_id AS city, day, CAST(sum(wanted) AS BIGINT) AS wanted, CAST(sum(sold) AS BIGINT) AS sold
FROM '{truth}/demand/*.parquet' GROUP BY ALL
"""
HOMES = "SELECT warehouse_id, coalesce(city_id, '') AS city FROM dim_warehouse"


def made_of(scale: str) -> config.Config:
    """What the company grows from."""
    return config.Config(scale, seed=7, until=ENDS.get(scale, UNTIL))


@contextmanager
def company(scale: str) -> Iterator[tuple[LocalShop, Path]]:
    """The company, its rows taken in and its tables built, and the folder of its truth."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        before = os.environ.get("XDG_CONFIG_HOME")
        os.environ["XDG_CONFIG_HOME"] = str(folder / "keys")
        try:
            project = Project.init(folder / "shop", name="模拟", cut_off="23:00")
            project.make_key()
            with LocalShop.open(project) as shop:
                told = history.simulate(made_of(scale), truth=folder / "truth")
                shop.bringing.intake.land_rows(config.SOURCE, told)
                if not shop.build_models().ok:
                    raise RuntimeError("the tables could not be built")
                yield shop, folder / "truth"
        finally:
            os.environ.pop("XDG_CONFIG_HOME")
            if before is not None:
                os.environ["XDG_CONFIG_HOME"] = before


def measure(options: Options) -> Report:
    """All rows."""
    config.SIZES.setdefault("hamlet", HAMLET)
    config.SIZES.setdefault("springs", SPRINGS)
    scale, weeks = ("hamlet", 1) if options.quick else ("small", WEEKS)
    learning = replace(USUAL, rows=40_000, rounds=40) if options.quick else USUAL
    with company(scale) as (shop, truth):
        told = [_evening(shop, LAST - AHEAD * (1 + week) * DAY, learning) for week in range(weeks)]
        last, span = told[0], (LAST - 89 * DAY, LAST)
        series = last.series
        wanted, sold = _demand(shop, truth, series, last.evening)
        week = (last.forecast.known + last.forecast.wanted)[:, :AHEAD]
        rows = (
            *_filled_in(series, wanted, sold), *_forecast(series, week, wanted), *surges.surges(shop, truth, told),
            *supplying.suppliers(shop, truth, span), *supplying.recalls(shop, truth, (LAST - 42 * DAY, LAST - 7 * DAY)),
            *choosing.lists(shop, truth, made_of(scale), LAST), choosing.prices(series, truth),
        )  # fmt: skip
        detail = {"series": series.panel.series, "evening": last.evening.isoformat(), "evenings": len(told)}
    return Report((*rows, *(() if options.quick else _festival(replace(USUAL, rows=60_000, rounds=40)))), detail)


def _evening(shop: LocalShop, evening: date, learning: Learning) -> surges.Told:
    """The forecast of an evening."""
    series = assemble(gather(shop.figures, evening, 23), evening)
    made = forecast(series.panel, learning=learning, booked=series.booked, traits=series.traits)
    return surges.Told(evening, series, made)


def _demand(shop: LocalShop, truth: Path, series: Series, evening: date) -> tuple[Reals, Reals]:
    """[N, T + AHEAD] of each series what was wanted and sold by the truth; nan on days it was not on offer."""
    listed = duckdb.connect().execute(DEMAND.format(truth=truth)).df()
    homes = {row["warehouse_id"]: row["city"] for row in shop.figures.read(HOMES).to_pylist()}
    keys = pd.DataFrame({"sku": series.sku, "warehouse": [homes[one] for one in series.warehouse]})
    first = series.panel.first_day
    days = pd.Series(pd.date_range(first, periods=(evening - first).days + 1 + AHEAD))
    grid = Grid(keys, days)
    listed = listed.rename(columns={"city": "warehouse"})
    listed["day"] = listed["day"].astype("datetime64[ns]")
    return grid.of(listed, "wanted", np.nan), grid.of(listed, "sold", np.nan)


def _festival(learning: Learning) -> tuple[Row, ...]:
    """Around the second Spring Festival of a company: told with the first one in view, and as if it were not known."""
    found = []
    with company("springs") as (shop, truth):
        for evening, week in ((STOCKING, "before a Spring Festival"), (REOPENED, "after one")):
            series = assemble(gather(shop.figures, evening, 23), evening)
            wanted, _ = _demand(shop, truth, series, evening)
            true = wanted[:, series.panel.days :]
            told = [
                forecast(panel, learning=learning, booked=series.booked, traits=series.traits)
                for panel in (series.panel, replace(series.panel, season=None))
            ]
            weeks = [(one.known + one.wanted)[:, :AHEAD][~np.isnan(true)] for one in told]
            true = true[~np.isnan(true)]
            found += [
                Row(
                    f"error (WAPE) of what is wanted in the week {week}", *(_wape(one, true) for one in weeks), "share"
                ),
                Row(f"bias in the week {week}", *(abs(_bias(one, true)) for one in weeks), "share"),
            ]
    return tuple(found)


def _filled_in(series: Series, wanted: Reals, sold: Reals) -> tuple[Row, ...]:
    """On days that sold out: how far what is filled in lies from what was wanted, in sum and day by day."""
    days = series.panel.days
    short = (wanted[:, :days] > sold[:, :days]) & (series.panel.exposure > 0) & (series.panel.exposure < 1)
    true, plain, ours = (one[:, :days][short] for one in (wanted, series.panel.sold, recovered(series.panel)))
    return (
        Row("bias of what is filled in where it sold out", abs(_bias(ours, true)), abs(_bias(plain, true)), "share", Goal("ratio", "<=", 0.5)),
        Row("error (WAPE) of the same", _wape(ours, true), _wape(plain, true), "share", Goal("ratio", "<=", 1.0)),
    )  # fmt: skip


def _forecast(series: Series, told: Reals, wanted: Reals) -> tuple[Row, ...]:
    """On the week ahead: how far what is said to be wanted lies from what was."""
    days = series.panel.days
    true = wanted[:, days : days + AHEAD]
    offered = ~np.isnan(true)
    lately = slice(days - 14, days)
    open_days = (series.panel.exposure[:, lately] > 0).sum(axis=1, keepdims=True)
    usual = np.repeat(series.panel.sold[:, lately].sum(axis=1, keepdims=True) / np.maximum(open_days, 1), AHEAD, axis=1)
    return (
        Row("error (WAPE) of what is wanted, a week ahead", _wape(told[offered], true[offered]), _wape(usual[offered], true[offered]), "share", Goal("ratio", "<=", 1.0)),
        Row("bias of the same", abs(_bias(told[offered], true[offered])), abs(_bias(usual[offered], true[offered])), "share"),
    )  # fmt: skip


def _bias(told: Reals, true: Reals) -> float:
    return float(told.sum() / true.sum() - 1)


def _wape(told: Reals, true: Reals) -> float:
    return float(np.abs(told - true).sum() / true.sum())


if __name__ == "__main__":
    main(NAME, measure)
