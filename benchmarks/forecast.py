"""The demand forecast on fresh retail in the FreshRetailNet form, against what a spreadsheet does; weekly origins, 1 to 7 days.

    python -m benchmarks.forecast --data DIR        reads DIR/daily.parquet

The last four weeks are forecast one after another, each from what was known on the evening before. Errors are counted on
days one could buy all day. What errs least in sum is the middle of what may come, so the P50 is judged there, and the mean's
error stands beside it. `limits` says what would be left: if demand strayed by chance alone, as counts do, and if how the
other places sold each good in its region on that day had been known. `bias_masked`: stock-outs of known truth are put into series that had nearly none, and what is
filled in for closed hours is held against what was really sold. Intervals come from drawing stores anew.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import poisson

from benchmarks.fresh.baselines import baselines, high_side
from benchmarks.fresh.masking import masked
from benchmarks.fresh.reading import PIECE, read
from benchmarks.report import Goal, Options, Report, Row, main
from linshu.domains.supply.forecast.decide import Forecast, forecast
from linshu.domains.supply.forecast.model import Learning
from linshu.domains.supply.forecast.panel import dense
from linshu.domains.supply.forecast.recover import recovered
from linshu.domains.supply.forecast.spread import pinball

if TYPE_CHECKING:
    from benchmarks.fresh.reading import Fresh

NAME = "forecast"
HORIZONS = tuple(range(1, 8))
ORIGINS = (62, 69, 76, 83)  # days known at each of the last four weekly evenings
CLASSES = 5
DRAWS = 500
QUICK_STORES = 12
FIRM = 3.0  # units beside what the other places sold: few places say little
APART = {"sold", "store", "volume", "high", "usual_high", "together"}  # not forecasts of what is sold in the middle


def measure(options: Options) -> Report:
    """All rows; an empty report with a reason where the data is not there."""
    file = options.data / "daily.parquet" if options.data else None
    if file is None or not file.exists():
        return Report((), {"skipped": "give --data DIR with daily.parquet in the FreshRetailNet form"})
    data = read(file, QUICK_STORES if options.quick else None)
    origins = ORIGINS[-1:] if options.quick else ORIGINS
    learning = Learning(rows=60_000, rounds=60, leaves=31, rate=0.15) if options.quick else Learning()
    began = time.perf_counter()
    told = [_week(data, origin, learning) for origin in origins]
    seconds = time.perf_counter() - began
    all_of = {name: np.concatenate([one[name] for one in told]) for name in told[0]}
    rows, detail = _judge(all_of)
    by_evening = {
        str(origin): {"wape": _judge(one)[1]["wape"], "limits": _limits(one)}
        for origin, one in zip(origins, told, strict=True)
    }
    bias = _bias(data)
    return Report(
        (*rows, Row("bias_masked", abs(bias["ours"]), abs(bias["sales"]), "share", Goal("ours", "<=", 0.02))),
        {
            "series": len(data.sold), "stores": int(data.groups["place"].max()) + 1, "origins": len(origins),
            "seconds_a_night": round(seconds / len(origins), 1), **detail, "limits": _limits(all_of), "by_evening": by_evening,
            "bias_masked": bias,
        },
    )  # fmt: skip


def _week(data: Fresh, origin: int, learning: Learning) -> dict[str, Any]:
    """Ours and the baselines of one evening, on the days of the week after that could be bought on all day."""
    panel = data.panel(origin).until(origin)
    days = [origin - 1 + ahead for ahead in HORIZONS]
    whole = data.whole[:, days]
    found: Forecast = forecast(panel, HORIZONS, learning)
    named = baselines(panel, len(HORIZONS)) | {
        "ours": found.quantiles[1],
        "mean": found.mean,
        "high": found.quantiles[2],
        "usual_high": high_side(panel, len(HORIZONS)),
    }
    store = np.repeat(data.groups["place"][:, None], len(HORIZONS), axis=1)
    goods = data.groups["product"] * (int(data.groups["region"].max()) + 1) + data.groups["region"]
    together = goods[:, None] * data.sold.shape[1] + np.array(days)
    volume = np.repeat(panel.sold[:, -28:].mean(axis=1)[:, None], len(HORIZONS), axis=1)
    return {
        **{name: block[whole] for name, block in named.items()},
        "sold": data.sold[:, days][whole], "store": store[whole], "volume": volume[whole],
        "together": together[whole],
    }  # fmt: skip


def _judge(of: dict[str, Any]) -> tuple[tuple[Row, ...], dict[str, Any]]:
    sold, store = of["sold"], of["store"]
    errors = {name: np.abs(of[name] - sold) for name in of if name not in APART}
    wapes = {name: float(one.sum() / sold.sum()) for name, one in errors.items()}
    lost = {name: _pinballs(sold, of[name]) for name in ("high", "usual_high")}
    by_store = _by_store(store, errors["ours"], errors["MA14"], lost["high"], lost["usual_high"])
    edges = np.quantile(of["volume"], np.arange(1, CLASSES) / CLASSES)
    group = np.searchsorted(edges, of["volume"])
    held = [float((sold <= of["high"] + PIECE / 100)[group == which].mean()) for which in range(CLASSES)]
    usual = [float((sold <= of["usual_high"])[group == which].mean()) for which in range(CLASSES)]
    rows = (
        Row("wape", wapes["ours"], wapes["MA14"], "share", Goal("ours", "<=", 0.285)),
        Row("wape_against_ma14", wapes["ours"], wapes["MA14"], "share", Goal("ratio", "<=", 0.82)),
        Row("wape of the mean", wapes["mean"], wapes["MA14"], "share"),
        Row(
            "pinball_90",
            float(lost["high"].sum() / sold.sum()),
            float(lost["usual_high"].sum() / sold.sum()),
            "share",
            Goal("ratio", "<=", 0.80),
        ),
        *(
            Row(f"coverage_90: volume class {which + 1}", held[which], usual[which], "share", Goal("ours", ">=", 0.88))
            for which in range(CLASSES)
        ),
    )
    detail = {
        "days_judged": len(sold), "wape": {name: round(one, 4) for name, one in wapes.items()},
        "bias": {name: round(float((of[name] - sold).sum() / sold.sum()), 4) for name in ("ours", "mean")},
        "coverage_90": [round(one, 4) for one in held], "interval_95_by_store": by_store,
    }  # fmt: skip
    return rows, detail


def _limits(of: dict[str, Any]) -> dict[str, float]:
    """The mean's error as it is, had the other places' day been known for each good and region, and were there chance alone."""
    sold, mean, cell = of["sold"], of["mean"], dense(of["together"])
    others = [np.bincount(cell, one)[cell] - one + FIRM for one in (sold, mean)]
    pieces = np.maximum(mean / PIECE, 1e-6)
    by_chance = 2 * pieces * poisson.pmf(np.floor(pieces), pieces) * PIECE  # how far a Poisson lies from its mean
    whole = float(sold.sum())
    return {
        "mean": round(float(np.abs(mean - sold).sum()) / whole, 4),
        "others_known": round(float(np.abs(mean * others[0] / others[1] - sold).sum()) / whole, 4),
        "chance_alone": round(float(by_chance.sum() / mean.sum()), 4),
    }


def _pinballs(sold: Any, told: Any) -> Any:
    above = sold - told
    losses = np.where(above > 0, 0.9 * above, -0.1 * above)
    assert abs(losses.sum() - pinball(sold, told, 0.9)) <= 1e-3 * max(1.0, float(losses.sum()))
    return losses


def _by_store(store: Any, ours: Any, usual: Any, high: Any, usual_high: Any) -> dict[str, list[float]]:
    """The middle 95 % of both ratios over stores drawn anew."""
    many = int(store.max()) + 1
    sums = np.stack([np.bincount(store, one, many) for one in (ours, usual, high, usual_high)])
    present = np.flatnonzero(np.bincount(store, minlength=many))
    chance = np.random.default_rng(11)
    drawn = np.array([sums[:, chance.choice(present, len(present))].sum(axis=1) for _ in range(DRAWS)])
    return {
        "wape_ratio": [round(float(one), 4) for one in np.quantile(drawn[:, 0] / drawn[:, 1], (0.025, 0.975))],
        "pinball_ratio": [round(float(one), 4) for one in np.quantile(drawn[:, 2] / drawn[:, 3], (0.025, 0.975))],
    }


def _bias(data: Fresh) -> dict[str, Any]:
    """What is filled in against what was really sold: over all days of the masked series, and on cut days alone."""
    made = masked(data)
    last = data.sold.shape[1]
    panel = made.data.panel(last)
    found = recovered(panel)[made.rows]
    truth, sold, known = made.truth[made.rows], made.data.sold[made.rows], made.known
    cut = known & ~made.data.whole[made.rows]
    real, on_cut = float(truth[known].sum()) or 1.0, float(truth[cut].sum()) or 1.0
    return {
        "series": len(made.rows), "days_cut": round(float(cut.sum() / max(known.sum(), 1)), 3),
        "ours": round(float(found[known].sum()) / real - 1, 4), "sales": round(float(sold[known].sum()) / real - 1, 4),
        "ours_on_cut_days": round(float(found[cut].sum()) / on_cut - 1, 4),
        "sales_on_cut_days": round(float(sold[cut].sum()) / on_cut - 1, 4),
    }  # fmt: skip


if __name__ == "__main__":
    main(NAME, measure)
