"""The heavy part, in a process of its own: tables in, the rows of the forecast out."""

from __future__ import annotations

from datetime import timedelta
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
    quantiles = [np.ceil(one - 1e-6).astype(np.int64) for one in found.quantiles]
    repeated = {"sku_id": np.repeat(series.sku, ahead), "warehouse_id": np.repeat(series.warehouse, ahead)}
    return pa.table(
        {
            "made_on": pa.array([made_on] * (many * ahead), pa.date32()),
            "day": pa.array([made_on + timedelta(days=one) for one in found.horizons] * many, pa.date32()),
            **{name: pa.array(values) for name, values in repeated.items()},
            "for_community": pa.array([EVERYBODY] * (many * ahead)),
            "known_qty": pa.array(np.rint(found.known).astype(np.int64).ravel()),
            "mean_thousandths": pa.array(np.rint(found.mean * 1000).astype(np.int64).ravel()),
            "wanted_thousandths": pa.array(np.rint(found.wanted * 1000).astype(np.int64).ravel()),
            "width_thousandths": pa.array(np.rint(found.width * 1000).astype(np.int64).ravel()),
            **{name: pa.array(block.ravel()) for name, block in zip(QUANTILES, quantiles, strict=True)},
            "like_skus": pa.array(np.repeat(likes_of(series, found), ahead), pa.string()),
            "model_version": pa.array([found.version] * (many * ahead)),
            "inputs_hash": pa.array([found.inputs_hash] * (many * ahead)),
        }
    )


def likes_of(series: Series, found: Forecast) -> npt.NDArray[np.object_]:
    """[N] the SKUs each series was told from, the nearest first; None of those with a history of their own."""
    listed: npt.NDArray[np.object_] = np.full(len(series.sku), None, object)
    if found.new is not None:
        for row, likes in zip(found.new.rows, found.new.likes, strict=True):
            listed[row] = " ".join(dict.fromkeys(series.sku[like] for like in likes if like >= 0))
    return listed
