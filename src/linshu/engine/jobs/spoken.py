"""A schedule in plain words: "30 3 * * *" is daily at 03:30. What is written in no usual way stays as it is written."""

from __future__ import annotations

import re

from linshu.kernel.text import Text

EVERY_DAY = Text("每天", "daily")
WORKDAYS = Text("周一到周五", "Monday to Friday")
WEEKDAYS = {
    "mon": Text("周一", "Monday"), "tue": Text("周二", "Tuesday"), "wed": Text("周三", "Wednesday"),
    "thu": Text("周四", "Thursday"), "fri": Text("周五", "Friday"), "sat": Text("周六", "Saturday"),
    "sun": Text("周日", "Sunday"),
}  # fmt: skip
_STEP, _SPAN = re.compile(r"\*/(\d+)"), re.compile(r"(\d+)-(\d+)")


def spoken(cron: str) -> Text:
    """What a schedule says, as people say it."""
    parts = cron.lower().split()
    found = _spoken(*parts) if len(parts) == 5 else None
    return found or Text(cron, cron)


def _spoken(minute: str, hour: str, day: str, month: str, weekday: str) -> Text | None:
    days = _days(day, weekday) if month == "*" else None
    if days is None:
        return None
    if minute.isdecimal() and hour.isdecimal():
        at = f"{int(hour):02}:{int(minute):02}"
        return Text(f"{days.zh} {at}", f"{days.en} at {at}")
    often = _often(minute)
    if often is None or hour == "*":
        return often if often is None or days is EVERY_DAY else Text(f"{days.zh}，{often.zh}", f"{days.en}, {often.en}")
    if span := _SPAN.fullmatch(hour):
        hours = f"{int(span[1]):02}:00–{int(span[2]):02}:59"
        return Text(f"{days.zh} {hours}，{often.zh}", f"{days.en} {hours}, {often.en}")
    return None


def _days(day: str, weekday: str) -> Text | None:
    if day == weekday == "*":
        return EVERY_DAY
    if day == "*":
        return WORKDAYS if weekday == "mon-fri" else WEEKDAYS.get(weekday)
    return Text(f"每月 {day} 日", f"on day {day} of the month") if day.isdecimal() and weekday == "*" else None


def _often(minute: str) -> Text | None:
    if step := _STEP.fullmatch(minute):
        return Text(f"每 {step[1]} 分钟", f"every {step[1]} minutes")
    if minute.isdecimal():
        return Text(f"每小时第 {minute} 分", f"every hour at :{int(minute):02}")
    return Text("每分钟", "every minute") if minute == "*" else None
