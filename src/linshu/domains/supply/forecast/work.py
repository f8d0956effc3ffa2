"""The heavy part, in a process of its own: tables in, the rows of the forecast out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from linshu.domains.supply.forecast.assemble import assemble
from linshu.domains.supply.forecast.decide import Forecast, forecast
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    import numpy.typing as npt

    from linshu.domains.supply.forecast.assemble import Series
    from linshu.domains.supply.forecast.panel import Reals

EVERYBODY = "*"
QUANTILES = ("p10_qty", "p50_qty", "p90_qty")


def reckon(
    tables: Mapping[str, pa.Table], _: Mapping[str, Any], tell: Callable[[float, Text], None]
) -> dict[str, pa.Table]:
    """The forecast of one evening as rows of the standard."""
    made_on: date = tables["asked"]["made_on"][0].as_py()
    series = assemble(tables, made_on)
    words = Text("学习和预测", "Learning and forecasting")
    found = forecast(
        series.panel, tell=lambda fraction: tell(fraction, words), booked=series.booked, traits=series.traits
    )
    return {
        "demand_forecast": rows_of(series, found, made_on),
        "told": pa.table({"offers_known": [series.offers_known]}),
    }


def rows_of(series: Series, found: Forecast, made_on: date) -> pa.Table:
    """One row a series and day ahead, whole pieces for the quantiles."""
    many, ahead = found.mean.shape
    of_series = pa.array(np.repeat(np.arange(many), ahead))
    days = np.datetime64(made_on) + np.array(found.horizons)

    def same(value: object, kind: pa.DataType) -> pa.Array:
        return pa.repeat(pa.scalar(value, kind), many * ahead)

    def thousandths(block: Reals) -> pa.Array:
        return pa.array(np.rint(block * 1000).astype(np.int64).ravel())

    def whole(block: Reals) -> pa.Array:
        return pa.array(np.ceil(block - 1e-6).astype(np.int64).ravel())

    return pa.table(
        {
            "made_on": same(made_on, pa.date32()),
            "day": pa.array(np.tile(days, many), pa.date32()),
            "sku_id": pa.array(series.sku, pa.string()).take(of_series),
            "warehouse_id": pa.array(series.warehouse, pa.string()).take(of_series),
            "for_community": same(EVERYBODY, pa.string()),
            "known_qty": whole(found.known),
            "mean_thousandths": thousandths(found.mean),
            "wanted_thousandths": thousandths(found.wanted),
            "width_thousandths": thousandths(found.width),
            **{name: whole(block) for name, block in zip(QUANTILES, found.quantiles, strict=True)},
            "like_skus": pa.array(likes_of(series, found), pa.string()).take(of_series),
            "model_version": same(found.version, pa.string()),
            "inputs_hash": same(found.inputs_hash, pa.string()),
        }
    )


def likes_of(series: Series, found: Forecast) -> npt.NDArray[np.object_]:
    """[N] the SKUs each series was told from, the nearest first; None of those with a history of their own."""
    listed: npt.NDArray[np.object_] = np.full(len(series.sku), None, object)
    if found.new is not None:
        for row, likes in zip(found.new.rows, found.new.likes, strict=True):
            listed[row] = " ".join(dict.fromkeys(series.sku[like] for like in likes if like >= 0))
    return listed
