"""How the cells of a column are written where nobody could tell from one of them: decimals behind a comma, the day first.

`written: {金额: comma, 日期: dmy}` in a mapping says it of a whole column. A cell that is not written so stays as it is, and
is judged like any other.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from linshu.engine.intake import quoting as q
from linshu.engine.intake.widths import folded, half_width
from linshu.kernel.errors import Invalid, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

ORDER, YEAR, MARK = "日期顺序", "年份", "小数点"  # what is told beside a file whose cells leave it open
COMMA, POINT, NO_YEAR = "comma", "point", "md"
ORDERS = ("dmy", "mdy", "ymd")
FORMS = (COMMA, POINT, *ORDERS, NO_YEAR)
# As people say it.
_SAID = {
    "日月年": "dmy",
    "月日年": "mdy",
    "年月日": "ymd",
    "月日": NO_YEAR,
    ",": COMMA,
    "，": COMMA,
    "逗号": COMMA,
    ".": POINT,
    "点": POINT,
}
HINTS = {
    ORDER: Text("日期顺序写 日月年、月日年 或 年月日", "日期顺序 is 日月年 (dmy), 月日年 (mdy) or 年月日 (ymd)"),
    YEAR: Text("年份写 2026 这样的四位数", "年份 is a year of four digits, 2026"),
    MARK: Text("小数点写 .（1.234 是一点二三四）或 ,（1.234 是一千二百三十四）", "小数点 is . (1.234 is a bit over one) or , (1.234 is over a thousand)"),
}  # fmt: skip
_COMMA = r"^([^0-9.,]*)([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,([0-9]+))?([^0-9.,]*)$"
_THREE = (
    r"^\s*([0-9]{1,2}|(?:19|20)[0-9]{2})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*((?:19|20)[0-9]{2}|[0-9]{1,2})([^0-9].*)?$"
)
_TWO = r"^\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?([^0-9].*)?$"
_YEAR = re.compile(r"20\d\d")


def form_of(said: str) -> str:
    """The form a person names; Invalid when there is none of that name."""
    form = _SAID.get(said, said)
    if form not in FORMS:
        raise Invalid(
            Text(f"不认识“{said}”这种写法", f"no cells are written as “{said}”"), mend=nearest(said, (*_SAID, *FORMS))
        )
    return form


def sql(text: str, form: str, told: Mapping[str, str]) -> str:
    """SQL of a cell as it is usually written, from one that is written in a form; other cells as they stand."""
    if form == POINT:
        return text
    wide = half_width(text)
    pattern = _COMMA if form == COMMA else _TWO if form == NO_YEAR else _THREE
    names = ("a", "b", "c") if form == NO_YEAR else ("a", "b", "c", "d")
    parts = f"regexp_extract({wide}, {q.text(pattern)}, [{q.texts(names)}])"
    if form == COMMA:
        made = "p.a || replace(p.b, '.', '') || CASE WHEN p.c = '' THEN '' ELSE '.' || p.c END || p.d"
        return f"(CASE WHEN {text} IS NOT NULL THEN list_transform([{parts}], lambda p: CASE WHEN p.b <> '' THEN {made} ELSE {text} END)[1] END)"
    if form == NO_YEAR:
        year, month, day, rest = q.text(year_of(told)), "p.a", "p.b", "p.c"
    else:
        by = dict(zip(form, ("p.a", "p.b", "p.c"), strict=True))
        year, month, day, rest = (
            f"CASE WHEN length({by['y']}) = 4 THEN '' ELSE '20' END || {by['y']}",
            by["m"],
            by["d"],
            "p.d",
        )
    whole = f"({year}) || '-' || lpad({month}, 2, '0') || '-' || lpad({day}, 2, '0')"
    made = f"CASE WHEN p.a <> '' AND TRY_CAST({whole} AS DATE) IS NOT NULL THEN {whole} || {rest} ELSE {text} END"
    return f"(CASE WHEN {text} IS NOT NULL THEN list_transform([{parts}], lambda p: {made})[1] END)"


def plain(cell: str, form: str, year: str = "") -> str | None:
    """The same of a cell in hand; None when it is not written so."""
    text = folded(cell).strip()
    if form == COMMA:
        found = re.match(_COMMA, text)
        return f"{found[1]}{found[2].replace('.', '')}{'.' + found[3] if found[3] else ''}{found[4]}" if found else None
    found = re.match(_TWO if form == NO_YEAR else _THREE, text)
    if not found:
        return None
    by = (
        {"y": year or "2024", "m": found[1], "d": found[2]}
        if form == NO_YEAR
        else dict(zip(form, found.groups(), strict=False))
    )
    try:
        day = date(int(by["y"]) + (0 if len(by["y"]) == 4 else 2000), int(by["m"]), int(by["d"]))
    except ValueError:
        return None
    return day.isoformat() + (found[3 if form == NO_YEAR else 4] or "")


def year_of(told: Mapping[str, str]) -> str:
    """The year that was told; Invalid when it is none."""
    said = folded(told.get(YEAR, "")).strip().removesuffix("年")
    if said and not _YEAR.fullmatch(said):
        raise Invalid(Text(f"“{said}”不是年份", f"“{said}” is no year"), mend=HINTS[YEAR])
    return said
