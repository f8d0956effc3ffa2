"""Is today a surge: told at 09:00, 10:00 and 12:00 from what was sold by then, on fresh retail in the FreshRetailNet form.

    python -m benchmarks.surge --data DIR        reads DIR/daily.parquet

A day is a surge when its demand reaches twice the mean of the fortnight before and eight pieces more; demand is sales, with
the closed hours filled in. Hours, the day-ahead expectation and how far days vary are learned from weeks 1 to 9; weeks 10 to
13 are judged. Rivals: the plan ("a deeper discount than lately"), and what was sold so far divided by the usual share.
Intervals come from drawing stores anew.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.fresh.dayahead import day_ahead, deeper, usual
from benchmarks.fresh.reading import PIECE, read
from benchmarks.report import Goal, Options, Report, Row, main
from linshu.domains.supply.forecast.recover import LOOSENESS, recovered
from linshu.domains.supply.surge.decide import courses, prior, reaches, surge_level

if TYPE_CHECKING:
    from benchmarks.fresh.reading import Fresh

NAME = "surge"
STORES, QUICK_STORES = 70, 8
LEARNED, TUNED, JUDGED = (28, 63), (42, 63), (63, 90)  # days
HOURS = (9, 10, 12)
MAIN = 10
ALERTS = 0.05  # of all goods and days
LABEL = 0.25  # how loosely closed hours are filled in for the labels: the setting under which 3.3 % of days are surges
WIDTHS = (0.15, 0.25, 0.4, 0.7)
DRAWS = 300


def measure(options: Options) -> Report:
    """All rows; an empty report with a reason where the data is not there."""
    file = options.data / "daily.parquet" if options.data else None
    if file is None or not file.exists():
        return Report((), {"skipped": "give --data DIR with daily.parquet in the FreshRetailNet form"})
    data = read(file, QUICK_STORES if options.quick else STORES)
    began = time.perf_counter()
    case = Case(data)
    width = max(WIDTHS, key=lambda one: judge(case.chance(MAIN, one, TUNED), case.surges(LABEL, TUNED))[0])
    rows: list[Row] = []
    detail: dict[str, Any] = {"width": width, "hours": {}}
    for labels in (LABEL, LOOSENESS):
        surges = case.surges(labels, JUDGED)
        planned = judge(-case.deeper[:, slice(*JUDGED)], surges)
        told: dict[str, Any] = {"share_of_days": round(float(surges.mean()), 4), "planned discount": _rounded(planned)}
        for hour in HOURS:
            chance = case.chance(hour, width, JUDGED)
            ours, scaled = judge(chance, surges), judge(case.scaled(hour, JUDGED), surges)
            told[f"{hour:02d}:00"] = {
                "ours": _rounded(ours), "sold so far / usual share": _rounded(scaled),
                "mean chance told": round(float(chance.mean()), 4),
            }  # fmt: skip
            if labels == LABEL:
                rows += _rows(hour, ours, planned, scaled)
        detail["hours"][f"closed hours filled in with looseness {labels}"] = told
    detail["interval_95_by_store"] = _by_store(case, width)
    detail |= {
        "series": len(data.sold), "stores": len(np.unique(data.groups["place"])),
        "days_judged": int(case.surges(LABEL, JUDGED).size), "seconds": round(time.perf_counter() - began, 1),
    }  # fmt: skip
    return Report(tuple(rows), detail)


def _rows(hour: int, ours: Any, planned: Any, scaled: Any) -> list[Row]:
    is_main = hour == MAIN
    return [
        Row(f"AP at {hour:02d}:00", ours[0], planned[0], "share", Goal("ours", ">=", 0.45) if is_main else None),
        Row(f"recall at 5 % alerts, {hour:02d}:00", ours[1], planned[1], "share", Goal("ours", ">=", 0.60) if is_main else None),
        Row(f"AP at {hour:02d}:00 against sold so far / usual share", ours[0], scaled[0], "share"),
        Row(f"recall at 5 % alerts, {hour:02d}:00, against sold so far / usual share", ours[1], scaled[1], "share"),
    ]  # fmt: skip


class Case:
    """The data and everything learned from its first weeks."""

    def __init__(self, data: Fresh) -> None:
        self._panel = data.panel(LEARNED[1])
        demand = recovered(self._panel).astype(np.float64) / PIECE
        self._hourly, self._closed = data.hourly / PIECE, data.closed
        known = data.whole.copy()
        known[:, LEARNED[1] :] = False
        family = data.groups["wider_family"]
        units = np.zeros((int(family.max()) + 1, data.hourly.shape[2]))
        np.add.at(units, family, np.einsum("nth,nt->nh", self._hourly, known.astype(np.float32)))
        self._shares = np.diff(courses(units), axis=1)[family]
        self.expected = day_ahead(data, demand, LEARNED)
        self.usual = usual(demand)
        self.deeper = deeper(data)
        self.place = data.groups["place"]

    def surges(self, looseness: float, days: tuple[int, int]) -> Any:
        """[N, days] which days were surges, closed hours filled in so loosely."""
        demand = recovered(self._panel, looseness).astype(np.float64) / PIECE
        return (demand >= surge_level(usual(demand)) - 1e-6)[:, slice(*days)]

    def seen(self, hour: int, days: tuple[int, int]) -> tuple[Any, Any]:
        """[N, days] what was sold by the hour, and the share of the usual day that went by with the goods there."""
        span = slice(*days)
        sold = np.rint(self._hourly[:, span, :hour].sum(axis=2))
        open_share = np.einsum("nth,nh->nt", (~self._closed[:, span, :hour]).astype(np.float64), self._shares[:, :hour])
        return sold, np.clip(open_share, 0, 1)

    def chance(self, hour: int, width: float, days: tuple[int, int]) -> Any:
        """[N, days] the chance of a surge as it is told at the hour."""
        sold, share = self.seen(hour, days)
        span = slice(*days)
        belief = prior(self.expected[:, span], width).after(sold, share)
        return reaches(belief, 1 - share, surge_level(self.usual[:, span]))

    def scaled(self, hour: int, days: tuple[int, int]) -> Any:
        """[N, days] the plain rule: sold so far over the usual share, against what makes a surge."""
        sold, _ = self.seen(hour, days)
        whole = sold / self._shares[:, :hour].sum(axis=1)[:, None]
        return whole / surge_level(self.usual[:, slice(*days)])


def judge(score: Any, surges: Any) -> tuple[float, float]:
    """Average precision, and the share of surges among the first 5 % of the list."""
    order = np.argsort(-score.ravel(), kind="stable")
    hit = surges.ravel()[order]
    found = np.cumsum(hit)
    precision = found / np.arange(1, len(hit) + 1)
    total = max(int(found[-1]), 1)
    return float((precision * hit).sum() / total), float(found[max(int(len(hit) * ALERTS) - 1, 0)] / total)


def _by_store(case: Case, width: float) -> dict[str, list[float]]:
    """The middle 95 % of both measures at the main hour, over stores drawn anew."""
    surges, chance = case.surges(LABEL, JUDGED), case.chance(MAIN, width, JUDGED)
    rows = [np.flatnonzero(case.place == one) for one in np.unique(case.place)]
    dice = np.random.default_rng(11)
    drawn = []
    for _ in range(DRAWS):
        taken = np.concatenate([rows[one] for one in dice.integers(0, len(rows), len(rows))])
        drawn.append(judge(chance[taken], surges[taken]))
    low, high = np.quantile(np.array(drawn), (0.025, 0.975), axis=0)
    return {
        name: [round(float(low[at]), 4), round(float(high[at]), 4)] for at, name in enumerate(("AP", "recall at 5 %"))
    }


def _rounded(pair: tuple[float, float]) -> dict[str, float]:
    return {"AP": round(pair[0], 4), "recall at 5 %": round(pair[1], 4)}


if __name__ == "__main__":
    main(NAME, measure)
