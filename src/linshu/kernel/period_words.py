"""What people type for a period: dates, months, weeks, quarters, and words such as last-7-days or 本月."""

from __future__ import annotations

import re
from datetime import date, timedelta
from unicodedata import normalize

from linshu.kernel.errors import Misused, nearest
from linshu.kernel.period import Grain, Period, bucket, named
from linshu.kernel.text import Text

DAY = timedelta(days=1)

_FIXED = {
    "today": "today", "今天": "today", "今日": "today",
    "yesterday": "yesterday", "昨天": "yesterday", "昨日": "yesterday",
    "前天": "day-before-yesterday", "day-before-yesterday": "day-before-yesterday",
    "本周": "this-week", "这周": "this-week", "上周": "last-week",
    "本月": "this-month", "这个月": "this-month", "上月": "last-month", "上个月": "last-month",
    "本季": "this-quarter", "本季度": "this-quarter", "上季": "last-quarter", "上季度": "last-quarter",
    "今年": "this-year", "本年": "this-year", "去年": "last-year", "上年": "last-year",
}  # fmt: skip
_DAYS_AGO = {"today": 0, "yesterday": 1, "day-before-yesterday": 2}
_RELATIVE = re.compile(r"(this|last)-(week|month|quarter|year)")
_RUN = re.compile(r"last-(\d{1,4})-(day|week|month)s?|(?:最?近|过去)(\d{1,4})(天|日|周|个月|月)")
_RUN_GRAIN = {"day": Grain.DAY, "week": Grain.WEEK, "month": Grain.MONTH, "天": Grain.DAY, "日": Grain.DAY,
              "周": Grain.WEEK, "个月": Grain.MONTH, "月": Grain.MONTH}  # fmt: skip
_CHINESE_QUARTER = {"一": 1, "二": 2, "三": 3, "四": 4}

WORDS = (
    "today", "yesterday", "last-7-days", "last-30-days", "last-12-weeks", "last-12-months", "this-week", "last-week",
    "this-month", "last-month", "this-quarter", "last-quarter", "this-year", "last-year",
)  # fmt: skip


def parse(written: str, *, today: date, fiscal_start: int = 1) -> Period:
    """The period one word stands for, as seen on a given company day.

    this-week, this-month ... and last-N-days run up to and including today; last-week, last-month ... are whole.
    Weeks start on Monday. `last-3-months` is this month so far and the two before it.
    """
    word = re.sub(r"[\s_]+", "-", normalize("NFKC", written).strip().lower())
    word = _FIXED.get(word, word)
    if word in _DAYS_AGO:
        day = today - DAY * _DAYS_AGO[word]
        return Period(day, day)
    if found := _RELATIVE.fullmatch(word):
        return _relative(found[1], Grain(found[2]), today, fiscal_start)
    if found := _RUN.fullmatch(word):
        return _run(int(found[1] or found[3]), _RUN_GRAIN[found[2] or found[4]], today, written)
    period = named(_as_name(word.upper()), fiscal_start=fiscal_start)
    if period is None:
        raise Misused(
            Text(f"看不懂日期“{written}”", f'"{written}" is not a date or period'),
            mend=_mend(word),
        )
    return period


def between(
    start: str | None,
    end: str | None,
    *,
    today: date,
    default: Period | None = None,
    fiscal_start: int = 1,
) -> Period:
    """The period of `--from` and `--to`, both inclusive: from the first day of the one to the last day of the other.

    Only --from: a span such as 2026-09 or last-month means itself, a single day means from that day until today.
    Neither: the default, or the last 30 days.
    """
    if start is None:
        if end is not None:
            raise Misused(
                Text("只给了结束日期", "an end without a start"),
                mend=Text("请同时给出 --from。", "Give --from as well."),
            )
        return default or Period(today - 29 * DAY, today)
    first = parse(start, today=today, fiscal_start=fiscal_start)
    if end is not None:
        return Period(first.start, parse(end, today=today, fiscal_start=fiscal_start).end)
    return first if first.days > 1 or first.start > today else Period(first.start, today)


def _relative(which: str, grain: Grain, today: date, fiscal_start: int) -> Period:
    this = bucket(grain, today, fiscal_start=fiscal_start)
    if which == "this":
        return Period(this, today)
    return Period(bucket(grain, this - DAY, fiscal_start=fiscal_start), this - DAY)


def _run(count: int, grain: Grain, today: date, written: str) -> Period:
    if count == 0:
        raise Misused(Text(f"“{written}”里一天也没有", f'"{written}" holds no day'))
    try:
        return Period(Period(bucket(grain, today), today).shift(1 - count, grain).start, today)
    except (ValueError, OverflowError) as error:
        raise Misused(Text(f"“{written}”早于公元元年", f'"{written}" begins before the year 1')) from error


def _as_name(word: str) -> str:
    """The standard name behind the other ways a date is written: 2026/10/1, 20261001, 2026年10月, 2026年第40周."""
    if found := re.fullmatch(r"(\d{4})([-/.年])(\d{1,2})[-/.月](\d{1,2})日?", word):
        return f"{found[1]}-{int(found[3]):02d}-{int(found[4]):02d}"
    if found := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", word):
        return f"{found[1]}-{found[2]}-{found[3]}"
    if found := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})月?", word):
        return f"{found[1]}-{int(found[2]):02d}"
    if found := re.fullmatch(r"(\d{4})年第(\d{1,2})周", word):
        return f"{found[1]}-W{int(found[2]):02d}"
    if found := re.fullmatch(r"(\d{4})年第?([一二三四1-4])季度?", word):
        return f"{found[1]}-Q{_CHINESE_QUARTER.get(found[2], found[2])}"
    return word.removesuffix("年")


def _mend(word: str) -> Text:
    close = nearest(word, WORDS)
    return Text(
        f"可写成 2026-10-01、2026-10、2026-W40、2026-Q4 或 last-7-days、本月。{close.zh}",
        f"Write 2026-10-01, 2026-10, 2026-W40, 2026-Q4, or a word. {close.en}",
    )
