"""How today stands: the numbers read, the rule run over all of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.surge.decide import (
    expected,
    gone,
    hour_of,
    lasts,
    prior,
    reaches,
    runs_out,
    short,
    surge_level,
    total,
)
from linshu.kernel.text import Text

if TYPE_CHECKING:
    import numpy.typing as npt

    from linshu.domains.supply.surge.decide import Belief
    from linshu.domains.supply.surge.inputs import Known

    Reals = npt.NDArray[np.float64]

NAME = "surge"
TITLE = Text("爆单预警", "Surge alerts")
LOW, HIGH = 0.1, 0.9
LIKELY = 0.5  # from which chance on a line is said to surge, or to run out
UNLIMITED = 1e12


@dataclass(frozen=True, slots=True)
class Nowcast:
    """The rule's answers, one place a row of `known.frame`; pieces, shares and hours since the day began."""

    known: Known
    belief: Belief
    seen: Reals  # share of the usual day that went by with the offer open
    ahead: Reals  # share still to come until the cut-off, or lost since it sold out
    expected: Reals
    low: Reals
    high: Reals
    level: Reals  # from where on the day counts as a surge
    surges: Reals
    by_stock: Reals  # what lies free or is due today; UNLIMITED where no stock is held
    room: Reals  # what the listing's quota still allows; UNLIMITED without one
    left: Reals  # what can still be sold; UNLIMITED where nothing limits it
    by_quota: npt.NDArray[np.bool_]  # it is the listing's quota that ends first, not the stock
    sold_out: npt.NDArray[np.bool_]
    out: Reals
    short: Reals
    out_at: Reals  # the hour it runs out at the pace believed in; nan when it lasts

    def clock(self, hours: float) -> str:
        """The hour of the day as a clock shows it."""
        start = datetime.fromisoformat(self.known.past.hours[0])
        return f"{start + timedelta(hours=float(hours)):%H:%M}"


def nowcast(known: Known) -> Nowcast:
    """Every good at every warehouse of the day, as it stands."""
    frame, past = known.frame, known.past
    course, last = past.course[frame["family"].to_numpy(int)], float(len(past.hours))
    now = hours_known(known)

    def hour(name: str, otherwise: float) -> Reals:
        found: Reals = np.clip(_numbers(known, name, otherwise), 0, last)
        return found

    began, planned = hour("began", 0.0), hour("planned", last)
    ended = np.minimum(hour("ended", last), planned)
    stop = np.maximum(np.minimum(now, ended), began)
    seen = np.maximum(gone(course, stop) - gone(course, began), 0)
    ahead = np.maximum(gone(course, planned) - gone(course, stop), 0)
    sold = _numbers(known, "sold", 0.0)
    belief = prior(_numbers(known, "mean", 0.0), _numbers(known, "width", 0.0)).after(sold, seen)
    stock = _numbers(known, "stock", np.nan) + _numbers(known, "coming", 0.0) - _numbers(known, "owed", 0.0)
    limited = frame["kept"].to_numpy(bool) & ~np.isnan(stock)
    by_stock = np.where(limited, np.maximum(np.nan_to_num(stock), 0), UNLIMITED)
    room = _numbers(known, "room", UNLIMITED)
    sold_out = (ended <= now) & (ended < planned)
    left = np.where(sold_out, 0, np.minimum(by_stock, room))
    level = surge_level(_numbers(known, "usual", 0.0))
    out_at = hour_of(course, gone(course, stop) + lasts(belief, left))
    runs = gone(course, stop) + lasts(belief, left) < gone(course, planned)
    return Nowcast(
        known, belief, seen, ahead, expected(belief, ahead), total(belief, ahead, LOW), total(belief, ahead, HIGH), level,
        reaches(belief, ahead, level), by_stock, room, left, (room < by_stock) & ~sold_out, sold_out,
        np.where(sold_out, 1.0, runs_out(belief, ahead, left)), short(belief, ahead, left), np.where(runs, out_at, np.nan),
    )  # fmt: skip


def why(now: Nowcast, row: int) -> Text:
    """In plain words what the line rests on."""
    usual, pace = float(now.known.frame["usual"].iloc[row]), float(now.belief.pace[row])
    sold, seen = int(now.belief.sold[row]), 100 * float(now.seen[row])
    times = f"{pace / usual:.1f}" if usual > 0 else ""
    zh = f"按平常这时该卖完一天的 {seen:.0f}%，已卖 {sold} 件"
    en = f"usually {seen:.0f} % of a day is sold by now; {sold} are sold already"
    if times:
        zh, en = f"{zh}，照这样全天是平常的 {times} 倍", f"{en}, {times} times the usual day at this pace"
    return Text(zh, en)


def hours_known(known: Known) -> float:
    """How many hours of the day are known."""
    if known.at is None:
        return 0.0
    return (known.at - datetime.fromisoformat(known.past.hours[0])).total_seconds() / 3600


def _numbers(known: Known, name: str, otherwise: float) -> Reals:
    if name not in known.frame:
        return np.full(len(known.frame), otherwise)
    return np.asarray(known.frame[name].astype(float).fillna(otherwise), np.float64)
