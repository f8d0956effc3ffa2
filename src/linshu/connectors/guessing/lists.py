"""The name of a list that people keep as a sheet, and the day it is of, as sheet and file are called."""

from __future__ import annotations

import re
from datetime import date

_PLAIN_SHEET = re.compile(
    r"^(?:sheet|工作表|表|表格|统计|导出|数据|订单|明细|汇总|接龙|export|data|result|orders?)?[\s_-]*\d*$",
    re.IGNORECASE,
)
# What another version of the same list is called beside its name.
_VERSION = re.compile(
    r"[\s_\-—.·]*(?:[-—]?\s*副本|[（(]\s*(?:\d+|副本|copy|新|最新|最终)\s*[)）]|copy|最终版?|终版|最新版?|新版|定稿|v\d+|版本\d+|修改版?)$",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?:20\d\d\s*[-年./_]?\s*)?(?:1[0-2]|0?[1-9])\s*[-月./_]\s*(?:3[01]|[12]\d|0?[1-9])\s*[日号]?|20\d\d[01]\d[0-3]\d"
)
_WHOLE_DAY = re.compile(
    r"(?<!\d)(20\d\d)\s*[-年./_]\s*(\d{1,2})\s*[-月./_]\s*(\d{1,2})(?!\d)|(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)"
)


_SHORT_DAY = re.compile(
    r"(?<!\d)(1[0-2]|0?[1-9])\s*月\s*(3[01]|[12]\d|0?[1-9])(?!\d)|^\s*(1[0-2]|0?[1-9])[-./](3[01]|[12]\d|0?[1-9])[日号]?\s*$"
)
_ONLY_DAY = re.compile(r"^\s*(3[01]|[12]\d|0?[1-9])\s*[日号]\s*$")
_MONTH = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s*月")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def list_name(sheet: str, file: str) -> str:
    """What a list is called, the same for its later versions: without days, counts of copies and `最终版`."""
    for name in (sheet, file):
        bare = _bare(name)
        if not _PLAIN_SHEET.match(bare):
            return bare
    return _bare(file) or file


def is_plain(sheet: str) -> bool:
    """Whether a sheet's name says nothing: Sheet1, 明细."""
    return bool(_PLAIN_SHEET.match(_bare(sheet)))


def day_in(*names: str) -> str:
    """The day that a name says, its year maybe in another name, as 2026-03-01; "" for none."""
    short, year = short_day(*names), year_in(*names)
    if short and year and not any(map(_WHOLE_DAY.search, names)):
        month, day = re.findall(r"\d+", short)
        names = (f"{year}-{month}-{day}", *names)
    for name in names:
        for found in _WHOLE_DAY.findall(name):
            try:
                return date(*(int(each) for each in found if each)).isoformat()
            except ValueError:
                continue
    return ""


def short_day(*names: str) -> str:
    """The day that a name says without its year, as 3月1日, the month maybe in another name; "" for none."""
    months = [found[1] for each in names if (found := _MONTH.search(each))]
    for name in names:
        if found := _SHORT_DAY.search(name):
            month, day = (int(each) for each in found.groups() if each)
            return f"{month}月{day}日"
        if months and (found := _ONLY_DAY.match(name)):
            return f"{int(months[0])}月{int(found[1])}日"
    return ""


def year_in(*names: str) -> str:
    """The year that a name says; "" for none."""
    return next((found[1] for each in names if (found := _YEAR.search(each))), "")


def _bare(name: str) -> str:
    bare = _DAY.sub("", name)
    while (shorter := _VERSION.sub("", bare)) != bare:
        bare = shorter
    return bare.strip(" _-—.·（）()")
