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


def list_name(sheet: str, file: str) -> str:
    """What a list is called, the same for its later versions: without days, counts of copies and `最终版`."""
    for name in (sheet, file):
        bare = _bare(name)
        if not _PLAIN_SHEET.match(bare):
            return bare
    return _bare(file) or file


def day_in(*names: str) -> str:
    """The day that a name says with its year, as 2026-03-01; "" for none."""
    for name in names:
        for found in _WHOLE_DAY.findall(name):
            try:
                return date(*(int(each) for each in found if each)).isoformat()
            except ValueError:
                continue
    return ""


def _bare(name: str) -> str:
    bare = _DAY.sub("", name)
    while (shorter := _VERSION.sub("", bare)) != bare:
        bare = shorter
    return bare.strip(" _-—.·（）()")
