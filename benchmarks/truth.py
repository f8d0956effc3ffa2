"""What supply estimates of the simulated company, against what is planted in it and told by no row.

    python -m benchmarks.truth           the small company: 90 days over a Spring Festival; --quick: a hamlet

The company's rows come in as any company's do. Held against its truth are what is filled in on days that sold out, what the
forecast of the last week but one says is wanted on the week after, and which suppliers come late or short. Rivals are the
plain ones: sales as they are, and the mean of the last 14 days on offer.
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
from scipy.stats import spearmanr

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
    from linshu.domains.supply.forecast.panel import Reals

NAME = "truth"
UNTIL = datetime(2026, 4, 12, 14, 30, tzinfo=UTC)  # 22:30, just before the cut-off
LAST, AHEAD = date(2026, 4, 11), 7
DAY = timedelta(days=1)
HAMLET = config.Size(cities=2, groups=6, members=220, days=75, skus=320, listed=20, groups_per_grid=3)
DEMAND = "SELECT sku_id AS sku, region_id AS city, day, wanted, sold FROM '{truth}/demand/*.parquet'"
SUPPLIERS = "SELECT supplier_id, late, short FROM '{truth}/supplier/*.parquet'"
HOMES = "SELECT warehouse_id, coalesce(city_id, '') AS city FROM dim_warehouse"


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
                told = history.simulate(config.Config(scale, seed=7, until=UNTIL), truth=folder / "truth")
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
    with company("hamlet" if options.quick else "small") as (shop, truth):
        evening = LAST - AHEAD * DAY
        series = assemble(gather(shop.figures, evening, 23), evening)
        wanted, sold = _demand(shop, truth, series, evening)
        learning = replace(USUAL, rows=40_000, rounds=40) if options.quick else USUAL
        told = forecast(series.panel, learning=learning, booked=series.booked, traits=series.traits)
        week = (told.known + told.wanted)[:, :AHEAD]
        rows = (*_filled_in(series, wanted, sold), *_forecast(series, week, wanted))
        return Report(
            (*rows, *_suppliers(shop, truth)), {"series": series.panel.series, "evening": evening.isoformat()}
        )


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


def _suppliers(shop: LocalShop, truth: Path) -> tuple[Row, ...]:
    """Whether those who seem to come late and short are those who do: rank correlation."""
    told = shop.figures.query(
        ("purchase_on_time_rate", "purchase_fill_rate"), "supplier", start=LAST - 89 * DAY, end=LAST
    ).rows()
    found = {row["supplier"]: row for row in told if row["purchase_on_time_rate"] is not None}
    known = duckdb.connect().execute(SUPPLIERS.format(truth=truth)).fetchall()
    pairs = [(late, short, found[one]) for one, late, short in known if one in found]
    late = spearmanr([one for one, _, _ in pairs], [-row["purchase_on_time_rate"] for *_, row in pairs]).statistic
    short = spearmanr([one for _, one, _ in pairs], [-row["purchase_fill_rate"] for *_, row in pairs]).statistic
    return (
        Row("suppliers by lateness, against the true order", float(late), None, "rank correlation"),
        Row("suppliers by what they leave out, against the true order", float(short), None, "rank correlation"),
    )


def _bias(told: Reals, true: Reals) -> float:
    return float(told.sum() / true.sum() - 1)


def _wape(told: Reals, true: Reals) -> float:
    return float(np.abs(told - true).sum() / true.sum())


if __name__ == "__main__":
    main(NAME, measure)
