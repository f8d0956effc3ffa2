"""How figures, days and movements are written for people: 1.23万 and 4.56亿 in Chinese, 12.3K and 456M in English."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

from linshu.engine.metrics.declare import Better, Unit
from linshu.kernel.text import Language, Text

if TYPE_CHECKING:
    from datetime import date, datetime

Number = int | float | Decimal
TrendColors = Literal["red_up", "green_up"]
Tone = Literal["up", "down", "flat"]

NOTHING = "—"
WEEKDAYS = (
    Text("周一", "Mon"), Text("周二", "Tue"), Text("周三", "Wed"), Text("周四", "Thu"),
    Text("周五", "Fri"), Text("周六", "Sat"), Text("周日", "Sun"),
)  # fmt: skip
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# From which size a number is shortened, what it is divided by, and the word for it.
STEPS: dict[Language, tuple[tuple[int, int, str], ...]] = {
    "zh": ((10**8, 10**8, "亿"), (10**4, 10**4, "万")),
    "en": ((10**9, 10**9, "B"), (10**6, 10**6, "M"), (10**4, 10**3, "K")),
}
NEW, FLAT = Text("新增", "new"), Text("持平", "flat")
POINTS = {Unit.RATIO: Text(" 个百分点", " pp"), Unit.PER_MILLE: Text(" 个千分点", "‰")}
SUFFIXES = {
    Unit.DAYS: Text(" 天", " d"),
    Unit.SECONDS: Text(" 秒", " s"),
    Unit.PER_MILLE: Text("‰", "‰"),
    Unit.RATIO: Text("%", "%"),
    Unit.TIMES: Text(" 倍", "×"),
}
PLACES = {Unit.RATIO: 1, Unit.PER_MILLE: 1, Unit.TIMES: 2, Unit.DAYS: 1, Unit.SECONDS: 0, Unit.SCORE: 1}


@dataclass(frozen=True, slots=True)
class Movement:
    """How a figure moved against another period: the words, and which way, never by colour alone."""

    tone: Tone
    glyph: str  # ▲ ▼ or –
    text: str  # "8.3%", "1.2 个百分点"
    full: str  # both values, for the tooltip
    good: bool | None  # whether this direction is good news; None when it is neither


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes figures in one language and currency; short on cards, full in tooltips and exports."""

    language: Language = "zh"
    currency: str = "¥"

    def say(self, text: Text) -> str:
        """A text in this viewer's language."""
        return text.say(self.language)

    def short(self, value: Number | None, unit: Unit) -> str:
        """The figure as it stands on a card."""
        if value is None:
            return NOTHING
        exact = Decimal(str(value))
        if unit is Unit.FEN:
            return _sign(exact) + self.currency + self._short_yuan(abs(exact) / 100)
        if unit in (Unit.COUNT, Unit.QTY):
            return _sign(exact) + self._short_count(abs(exact))
        return _round(_shown(exact, unit), PLACES[unit]) + self._suffix(unit)

    def listed(self, value: Number | None, unit: Unit) -> str:
        """The figure in a column of a table, where neighbours are held against each other: sizes written out."""
        if value is None or unit not in (Unit.FEN, Unit.COUNT, Unit.QTY):
            return self.short(value, unit)
        exact = Decimal(str(value))
        if unit is Unit.FEN:
            return _sign(exact) + self.currency + _plain_yuan(abs(exact) / 100)
        return _sign(exact) + _plain_count(abs(exact))

    def full(self, value: Number | None, unit: Unit) -> str:
        """The figure in full precision, grouped by thousands."""
        if value is None:
            return NOTHING
        exact = Decimal(str(value))
        if unit is Unit.FEN:
            return f"{_sign(exact)}{self.currency}{_round(abs(exact) / 100, 2)}"
        if unit in (Unit.COUNT, Unit.QTY):
            return _round(exact, 0 if exact == exact.to_integral_value() else 2)
        return _round(_shown(exact, unit), 4) + self._suffix(unit)

    def axis(self, unit: Unit) -> dict[str, object]:
        """What a chart needs to write the same figures: a divisor to the shown unit, the words, the short sizes."""
        return {
            "divide": {Unit.FEN: 100, Unit.RATIO: 0.01}.get(unit, 1),
            "prefix": self.currency if unit is Unit.FEN else "",
            "suffix": self._suffix(unit),
            "places": {Unit.FEN: 2, **PLACES}.get(unit, 0),
            "steps": [list(step) for step in STEPS[self.language]] if unit in (Unit.FEN, Unit.COUNT, Unit.QTY) else [],
        }

    def money_axis(self) -> dict[str, object]:
        """How scripts write an amount of money."""
        return self.axis(Unit.FEN)

    def day(self, day: date, *, year: bool = False) -> str:
        """11月22日 周日 / Sun 22 Nov; with the year when asked."""
        weekday, written = self.say(WEEKDAYS[day.weekday()]), self.short_day(day, year=year)
        return f"{written} {weekday}" if self.language == "zh" else f"{weekday} {written}"

    def short_day(self, day: date, *, year: bool = False) -> str:
        """11月22日 / 22 Nov."""
        if self.language == "zh":
            return f"{f'{day.year}年' if year else ''}{day.month}月{day.day}日"
        return f"{day.day} {MONTHS[day.month - 1]}{f' {day.year}' if year else ''}"

    def moment(self, local: datetime) -> str:
        """11月22日 14:03 / 22 Nov 14:03, of a moment on the company's wall clock."""
        return f"{self.short_day(local.date())} {local:%H:%M}"

    def tick(self, day: date) -> str:
        """A day as the axis of a chart writes it: 11/22 / 22 Nov."""
        return f"{day.month}/{day.day}" if self.language == "zh" else self.short_day(day)

    def days(self, start: date, end: date, *, today: date | None = None) -> str:
        """A run of days, 11月16日 – 11月22日; the year is said when it is not this year's."""
        year = start.year != end.year or (today is not None and end.year != today.year)
        if start == end:
            return self.day(start, year=year)
        return f"{self.short_day(start, year=year)} – {self.short_day(end, year=year)}"

    def movement(self, value: Number | None, before: Number | None, unit: Unit, better: Better) -> Movement | None:
        """How a figure moved: relative for amounts and counts, in points for shares; None with nothing to hold it against."""
        if value is None or before is None:
            return None
        now, then = Decimal(str(value)), Decimal(str(before))
        full = f"{self.full(before, unit)} → {self.full(value, unit)}"
        if unit in POINTS:
            change, words = _shown(now - then, unit), self.say(POINTS[unit])
        elif then:
            change, words = (now - then) / abs(then) * 100, "%"
        else:
            return Movement("up", "▲", self.say(NEW), full, _is_good(True, better)) if now > 0 else None
        amount = _round(abs(change), 1)
        if Decimal(amount.replace(",", "")) == 0:
            return Movement("flat", "–", self.say(FLAT), full, None)
        up = change > 0
        return Movement("up" if up else "down", "▲" if up else "▼", amount + words, full, _is_good(up, better))

    def _short_yuan(self, yuan: Decimal) -> str:
        return self._shortened(yuan) or _plain_yuan(yuan)

    def _short_count(self, count: Decimal) -> str:
        return self._shortened(count) or _plain_count(count)

    def _shortened(self, size: Decimal) -> str:
        """Three telling digits and the word for the size, 1.23万; "" for what is written out."""
        for least, divisor, word in STEPS[self.language]:
            if size >= least:
                scaled = size / divisor
                return _round(scaled, 2 if scaled < 10 else 1 if scaled < 100 else 0) + word
        return ""

    def _suffix(self, unit: Unit) -> str:
        return self.say(SUFFIXES[unit]) if unit in SUFFIXES else ""


def _shown(value: Decimal, unit: Unit) -> Decimal:
    """The number people see: shares are kept as 0.25 and shown as 25."""
    return value * 100 if unit is Unit.RATIO else value


def _plain_yuan(yuan: Decimal) -> str:
    return _round(yuan, 0 if yuan >= 1000 or not yuan else 2)


def _plain_count(count: Decimal) -> str:
    return _round(count, 0 if count == count.to_integral_value() else 1)


def _round(value: Decimal, places: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded + 0:,}"  # adding 0 turns -0.0 into 0.0


def _sign(value: Decimal) -> str:
    return "-" if value < 0 else ""


def _is_good(up: bool, better: Better) -> bool | None:
    return None if better is Better.NEITHER else up is (better is Better.HIGHER)
