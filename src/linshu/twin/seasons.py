"""What moves demand from outside: weekday, weather, holidays, promotions and the lull after them, the Spring Festival."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from linshu.kernel.calendar import days_from_spring_festival
from linshu.twin.gazetteer import City

EPOCH = date(1970, 1, 1)
STOP = range(-2, 5)  # days around the lunar new year on which nothing is sold
RESTART_DAYS = 16  # days until business is back to normal after the stop

# Monday to Sunday: the weekend's cooking is ordered on Friday and Saturday.
WEEKDAY = np.array([0.97, 0.93, 0.95, 0.99, 1.14, 1.12, 0.90])
PROMOTIONS = {  # month, day: name, factor on orders
    (3, 7): ("女神节预热", 1.2), (3, 8): ("三八女神节", 1.45),
    (6, 16): ("618 年中大促", 1.35), (6, 17): ("618 年中大促", 1.5), (6, 18): ("618 年中大促", 1.85),
    (8, 17): ("周年庆", 1.35), (8, 18): ("周年庆", 1.6),
    (9, 30): ("国庆囤货", 1.3),
    (11, 9): ("双11 囤货节", 1.3), (11, 10): ("双11 囤货节", 1.5), (11, 11): ("双11 囤货节", 1.8),
    (12, 12): ("双12", 1.4), (12, 31): ("跨年囤货", 1.25),
}  # fmt: skip
MEMBER_DAY, MEMBER_DAY_FACTOR = 18, 1.28
DIP = (0.80, 0.86, 0.93)  # the three days after a promotion: cupboards are full


@dataclass(frozen=True, slots=True)
class Day:
    """One company day as buyers feel it; `factor` multiplies how readily anyone orders."""

    number: int
    factor: float
    promotion: str  # "" on ordinary days
    promo_factor: float
    closed: bool
    weekday: int


def as_date(number: int) -> date:
    """The calendar date of a day number."""
    return EPOCH + timedelta(days=number)


def festival(day: date) -> float:
    """The Spring Festival's pull: stocking up before, nothing at all during the stop, a slow return after."""
    away = days_from_spring_festival(day)
    if away in STOP:
        return 0.0
    if STOP.stop <= away < STOP.stop + RESTART_DAYS:
        return 0.30 + 0.70 * (away - STOP.stop) / RESTART_DAYS
    if -15 <= away < STOP.start - 1:
        return 1.0 + 0.32 * (away + 16) / 13
    return 0.8 if away == STOP.start - 1 else 1.0


def promotion(day: date) -> tuple[str, float]:
    """The promotion of a day and its factor; ("", 1.0) when there is none."""
    if (day.month, day.day) in PROMOTIONS:
        return PROMOTIONS[day.month, day.day]
    return ("会员日", MEMBER_DAY_FACTOR) if day.day == MEMBER_DAY else ("", 1.0)


def _dip(day: date) -> float:
    if promotion(day)[0]:
        return 1.0
    for after, factor in enumerate(DIP, start=1):
        if promotion(day - timedelta(days=after))[0]:
            return factor
    return 1.0


@lru_cache(maxsize=4096)
def describe(number: int) -> Day:
    """Everything about a day that is the same in all cities."""
    day = as_date(number)
    name, promo = promotion(day)
    feast = festival(day)
    golden_week = 0.86 if day.month == 10 and day.day <= 6 else 1.0
    factor = float(WEEKDAY[day.weekday()]) * promo * _dip(day) * feast * golden_week
    return Day(number, factor, name if feast else "", promo if feast else 1.0, feast == 0.0, day.weekday())


def hashed(seed: int, stream: int, number: NDArray[np.int64] | int) -> NDArray[np.float64]:
    """A uniform number in (0, 1) that depends on seed, stream and day alone (SplitMix64)."""
    with np.errstate(over="ignore"):
        state = np.asarray(number, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(
            (seed * 1_000_003 + stream) & 0xFFFFFFFFFFFFFFFF
        )
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state ^= state >> np.uint64(31)
    return (state >> np.uint64(11)).astype(np.float64) / 2.0**53


@dataclass(frozen=True, slots=True)
class Weather:
    """A city's weather on a day: mean temperature in °C, rain in mm."""

    temperature: float
    rain: float

    @property
    def pull(self) -> float:
        """Rain and bad heat or cold keep people at home, and home is where they order."""
        return 1.0 + 0.10 * min(self.rain / 25.0, 1.5) + 0.05 * (self.temperature > 33) + 0.06 * (self.temperature < 2)


def weather(seed: int, city: City, number: int) -> Weather:
    """The weather of one city on one day; spells last several days."""
    turn = 2 * np.pi * (as_date(number).timetuple().tm_yday - 202) / 365.25
    middle, swing = (city.warmest + city.coldest) / 2, (city.warmest - city.coldest) / 2
    anchor, part = divmod(number, 4)
    noise = hashed(seed, int(city.code), np.array([anchor, anchor + 1]))
    drift = (float(noise[0]) * (4 - part) + float(noise[1]) * part) / 4 - 0.5
    wet = float(hashed(seed, int(city.code) + 7, number))
    spell = float(hashed(seed, int(city.code) + 13, number // 3))
    rain = max(0.0, (wet + spell - 1.15) * 48.0)
    return Weather(float(middle + swing * np.cos(turn) + 11.0 * drift - 0.08 * rain), rain)
