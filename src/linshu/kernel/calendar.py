"""The Chinese calendar of trade: holidays, shifted workdays, and how far a day lies from the Spring Festival."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from chinese_calendar import constants, get_solar_terms

from linshu.kernel.errors import Misused
from linshu.kernel.text import Text

DAY = timedelta(days=1)

HOLIDAYS: dict[str, Text] = {
    "new_year": Text("元旦", "New Year's Day"),
    "spring_festival": Text("春节", "Spring Festival"),
    "qingming": Text("清明节", "Qingming Festival"),
    "labour": Text("劳动节", "Labour Day"),
    "dragon_boat": Text("端午节", "Dragon Boat Festival"),
    "mid_autumn": Text("中秋节", "Mid-Autumn Festival"),
    "national": Text("国庆节", "National Day"),
    "victory_2015": Text("抗战胜利70周年纪念日", "70th anniversary of victory, 2015"),
}
_KEYS = {
    "New Year's Day": "new_year", "Spring Festival": "spring_festival", "Tomb-sweeping Day": "qingming",
    "Labour Day": "labour", "Dragon Boat Festival": "dragon_boat", "Mid-autumn Festival": "mid_autumn",
    "National Day": "national", "Anti-Fascist 70th Day": "victory_2015",
}  # fmt: skip

# The years for which the State Council's notice is known, by the chinese-calendar package.
FIRST_OFFICIAL_YEAR, LAST_OFFICIAL_YEAR = min(constants.holidays).year, max(constants.holidays).year

# First day of the lunar year, month and day, 2000 to 2060; likewise 5/5 and 8/15 of the lunar calendar.
FIRST_LUNAR_YEAR = 2000
_SPRING_FESTIVALS = (
    "0205 0124 0212 0201 0122 0209 0129 0218 0207 0126 0214 0203 0123 0210 0131 0219 0208 0128 0216 0205 0125 "
    "0212 0201 0122 0210 0129 0217 0206 0126 0213 0203 0123 0211 0131 0219 0208 0128 0215 0204 0124 0212 0201 "
    "0122 0210 0130 0217 0206 0126 0214 0202 0123 0211 0201 0219 0208 0128 0215 0204 0124 0212 0202"
)
_DRAGON_BOATS = (
    "0606 0625 0615 0604 0622 0611 0531 0619 0608 0528 0616 0606 0623 0612 0602 0620 0609 0530 0618 0607 0625 "
    "0614 0603 0622 0610 0531 0619 0609 0528 0616 0605 0624 0612 0601 0620 0610 0530 0618 0607 0527 0614 0603 "
    "0622 0611 0531 0619 0608 0529 0615 0604 0623 0613 0601 0620 0610 0530 0617 0606 0625 0614 0603"
)
_MID_AUTUMNS = (
    "0912 1001 0921 0911 0928 0918 1006 0925 0914 1003 0922 0912 0930 0919 0908 0927 0915 1004 0924 0913 1001 "
    "0921 0910 0929 0917 1006 0925 0915 1003 0922 0912 1001 0919 0908 0927 0916 1004 0924 0913 1002 0920 0910 "
    "0928 0917 1005 0925 0915 1004 0922 0911 0930 0919 0907 0926 0916 1005 0924 0913 1002 0921 0909"
)
LAST_LUNAR_YEAR = FIRST_LUNAR_YEAR + len(_SPRING_FESTIVALS.split()) - 1


class DayKind(StrEnum):
    """What a day is to those who work and shop."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SHIFTED_WORKDAY = "shifted_workday"  # a weekend worked to make up for a holiday, 调休上班


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """What the calendar knows of one day.

    `official` is False where no State Council notice is known: then the holidays are only those fixed by law, and
    neither bridge days nor shifted workdays are known.
    """

    day: date
    kind: DayKind
    holiday: str  # a key of HOLIDAYS; "" when none; on a shifted workday the holiday it makes up for
    official: bool

    @property
    def works(self) -> bool:
        """Whether offices work that day."""
        return self.kind in (DayKind.WORKDAY, DayKind.SHIFTED_WORKDAY)

    @property
    def title(self) -> Text:
        """The holiday's name, empty when it is none."""
        return HOLIDAYS.get(self.holiday, Text("", ""))


def look_up(day: date) -> CalendarDay:
    """What kind of day it is, by the official notice where there is one and by the law on holidays elsewhere."""
    official = FIRST_OFFICIAL_YEAR <= day.year <= LAST_OFFICIAL_YEAR
    if official and day in constants.workdays:
        return CalendarDay(day, DayKind.SHIFTED_WORKDAY, _KEYS[constants.workdays[day]], official)
    holiday = (
        _KEYS[constants.holidays[day]]
        if day in constants.holidays
        else ""
        if official
        else _by_law(day.year).get(day, "")
    )
    if holiday:
        return CalendarDay(day, DayKind.HOLIDAY, holiday, official)
    return CalendarDay(day, DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY, "", official)


def spring_festival(year: int) -> date:
    """The first day of the lunar year; known for 2000 to 2060."""
    return _lunar(_SPRING_FESTIVALS, year)


def days_from_spring_festival(day: date) -> int:
    """How many days after (before: negative) the nearest Spring Festival; 0 on the day itself.

    The sales of two years compare by this number around the festival, not by the date. Known for 2000 to 2060.
    """
    here = spring_festival(day.year)
    if day >= here and day.year < LAST_LUNAR_YEAR:
        other = spring_festival(day.year + 1)
    elif day < here and day.year > FIRST_LUNAR_YEAR:
        other = spring_festival(day.year - 1)
    else:
        other = here
    # Halfway between two festivals the one to come counts.
    return min((day - here).days, (day - other).days, key=lambda offset: (abs(offset), offset))


def same_lunar_day(day: date, year: int) -> date:
    """The day of another year as far from that year's Spring Festival as this day is from its own."""
    offset = days_from_spring_festival(day)
    festival_year = (day - offset * DAY).year
    return spring_festival(year + festival_year - day.year) + offset * DAY


@cache
def _by_law(year: int) -> dict[date, str]:
    """The holidays fixed by law (放假办法 as of 2025: 13 days), without the bridges a yearly notice adds."""
    days = {date(year, 1, 1): "new_year", date(year, 5, 1): "labour", date(year, 5, 2): "labour"}
    days |= {date(year, 10, number): "national" for number in (1, 2, 3)}
    if FIRST_LUNAR_YEAR <= year <= LAST_LUNAR_YEAR:
        first = spring_festival(year)
        days |= {first + offset * DAY: "spring_festival" for offset in (-1, 0, 1, 2)}
        days[_lunar(_DRAGON_BOATS, year)] = "dragon_boat"
        # Where it falls together with National Day the notice calls the whole run National Day.
        days.setdefault(_lunar(_MID_AUTUMNS, year), "mid_autumn")
        days[_qingming(year)] = "qingming"
    return days


def _qingming(year: int) -> date:
    terms: list[tuple[date, str]] = get_solar_terms(date(year, 4, 1), date(year, 4, 10))
    return next(day for day, term in terms if term == "清明")


def _lunar(days: str, year: int) -> date:
    if not FIRST_LUNAR_YEAR <= year <= LAST_LUNAR_YEAR:
        raise Misused(
            Text(f"没有 {year} 年的农历资料", f"the lunar calendar of {year} is not known here"),
            mend=Text(
                f"可用 {FIRST_LUNAR_YEAR} 到 {LAST_LUNAR_YEAR} 年。", f"Use {FIRST_LUNAR_YEAR} to {LAST_LUNAR_YEAR}."
            ),
        )
    written = days.split()[year - FIRST_LUNAR_YEAR]
    return date(year, int(written[:2]), int(written[2:]))
