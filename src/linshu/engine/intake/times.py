"""Days and moments as people write them: the company's local time unless the text names a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.intake import quoting as q
from linshu.engine.intake.widths import half_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.engine.intake.layout import Clock

UNIX = {"unix_seconds": 1_000_000, "unix_milliseconds": 1_000}
_ZONED = r"\d([Zz]|[+-]\d{2}(:?\d{2})?)$"
_SHORTEST_ZONED = 17  # 2026-03-01T10:30Z; a bare date also ends in a dash and two digits
# Year first, in any of the usual dress: 2026-3-1, 2026/03/01, 2026.3.1, 2026年3月1日 星期日 下午3时04分.
_HALF = "上午|下午|凌晨|早上|早晨|中午|傍晚|晚上|[AaPp]\\.?[Mm]\\.?"
_DRESSED = (
    r"^\s*((?:19|20|21)[0-9]{2})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?"
    r"(?:\s*[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?)?"
    rf"(?:[ T,，]*({_HALF})?\s*([0-9]{{1,2}})\s*[:时点]\s*(?:([0-9]{{1,2}})\s*[:分]?\s*(?:([0-9]{{1,2}})(\.[0-9]+)?\s*秒?)?)?\s*({_HALF})?)?\s*$"
)
_DRESSED_PARTS = ("y", "m", "d", "half", "hour", "minute", "second", "fraction", "after")
# Day and month in front: which is which shows only when one of them is no month, or when they are equal.
_MONTH_FIRST = r"^\s*([0-9]{1,2})([-/.])([0-9]{1,2})[-/.]((?:19|20|21)[0-9]{2})(?:$|[ T,])"
_AMBIGUOUS = r"^\s*[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{1,2})(?:$|[ T,])"
_COMPACT = {14: "%Y%m%d%H%M%S", 12: "%Y%m%d%H%M", 8: "%Y%m%d", 6: "%y%m%d"}
_NAMED = ("%Y%m%d %H:%M:%S", "%Y%m%d %H:%M", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y %H:%M:%S")
# A day as spreadsheets count it (1954 to 2119), and seconds or milliseconds since 1970 (2001 to 2033).
_EXACT_DIGITS = 8  # of a fraction of a day: a millisecond needs them; 46082.41667 is ten o'clock, not 0.288 s later
_SERIAL = r"^[2-7][0-9]{4}(\.[0-9]+)?$"
_SECONDS = r"^1[0-9]{9}(\.[0-9]+)?$"
_MILLISECONDS = r"^1[0-9]{12}$"
# What systems write for "never".
_NEVER = r"^(0001[-/]0?1[-/]0?1|0000[-/]00[-/]00|1900[-/]0?1[-/]0?0)\b"


def said(text: str) -> str:
    """A moment's text; what stands for "never" says nothing."""
    return f"(CASE WHEN {text} < '1900-02' AND regexp_matches({text}, {q.text(_NEVER)}) THEN NULL ELSE {text} END)"


def local(text: str, formats: Sequence[str] = (), clock: Clock | None = None) -> str:
    """A text as TIMESTAMP on the wall it was read from; counts since 1970 come to the wall of `clock`, or of UTC."""
    if formats:
        return f"try_strptime({text}, [{q.texts(formats)}])"
    usual = f"{text} BETWEEN '19' AND '22' AND (substr({text}, 5, 1) IN ('-', '/')) AND right({text}, 1) NOT IN ('m', 'M', '.')"
    return (
        f"coalesce(CASE WHEN {usual} THEN TRY_CAST({text} AS TIMESTAMP) END,"
        f" CASE WHEN {text} IS NOT NULL THEN list_transform([{half_width(text)}], lambda t: {_unusual('t', clock)})[1] END)"
    )


def instant(text: str, clock: Clock, formats: Sequence[str] = (), *, utc: bool = False) -> str:
    """A text as TIMESTAMPTZ; without a zone of its own it is company time, or UTC when the mapping says so."""
    plain = local(text, formats, None if utc else clock)
    here = plain if utc else clock.to_utc(plain)
    # The usual 2026-03-01 10:30:00 is told by its length and shape, which costs a fifth of the pattern.
    usual = f"length({text}) = 19 AND {text} LIKE '%:__'"
    zoned = f"length({text}) >= {_SHORTEST_ZONED} AND NOT ({usual}) AND regexp_matches({text}, {q.text(_ZONED)})"
    # Half the time of a cast, which asks the zone of the session.
    return f"(CASE WHEN {zoned} THEN TRY_CAST({text} AS TIMESTAMPTZ) ELSE make_timestamptz(epoch_us({here})) END)"


def unix(number: str, unit: str) -> str:
    """A whole count since 1970 as TIMESTAMPTZ."""
    return f"make_timestamptz(TRY_CAST(CAST({number} AS HUGEINT) * {UNIX[unit]} AS BIGINT))"


def day(text: str, formats: Sequence[str] = (), clock: Clock | None = None) -> str:
    """A text as DATE."""
    return f"CAST({local(text, formats, clock)} AS DATE)"


def ambiguous(text: str) -> str:
    """Whether a text is a date of which nobody can tell day, month and year apart: 1/2/2026, 26-1-2."""
    return f"regexp_matches({half_width(text)}, {q.text(_AMBIGUOUS)})"


def _unusual(text: str, clock: Clock | None) -> str:
    """A text of any of the rarer forms as TIMESTAMP."""
    cases = [
        f"WHEN regexp_matches({text}, {q.text(_SERIAL)}) THEN {_of_spreadsheet(text)}",
        f"WHEN regexp_matches({text}, {q.text(_SECONDS)}) THEN {_since_1970(text, 1_000_000, clock)}",
        f"WHEN regexp_matches({text}, {q.text(_MILLISECONDS)}) THEN {_since_1970(text, 1_000, clock)}",
        *(
            f"WHEN regexp_full_match({text}, '[0-9]{{{length}}}') THEN {_credible(f'try_strptime({text}, {q.text(form)})')}"
            for length, form in _COMPACT.items()
        ),
    ]
    named = _credible(f"try_strptime({text}, [{q.texts(_NAMED)}])")
    return f"(CASE {' '.join(cases)} ELSE coalesce({_dressed(_year_first(text))}, {named}) END)"


def _dressed(text: str) -> str:
    hour = (
        "CASE WHEN p.hour = '' THEN 0"
        " WHEN regexp_matches(p.half || p.after, '下午|傍晚|晚上|[Pp]') AND TRY_CAST(p.hour AS INT) < 12 THEN CAST(p.hour AS INT) + 12"
        " WHEN regexp_matches(p.half || p.after, '中午') AND TRY_CAST(p.hour AS INT) < 3 THEN CAST(p.hour AS INT) + 12"
        " WHEN regexp_matches(p.half || p.after, '上午|凌晨|早|[Aa]') AND p.hour = '12' THEN 0"
        " ELSE TRY_CAST(p.hour AS INT) END"
    )
    made = (
        f"TRY_CAST(p.y || '-' || p.m || '-' || p.d || ' ' || ({hour}) || ':' || coalesce(nullif(p.minute, ''), '0') || ':'"
        " || coalesce(nullif(p.second, ''), '0') || p.fraction AS TIMESTAMP)"
    )
    parts = f"regexp_extract({text}, {q.text(_DRESSED)}, [{q.texts(_DRESSED_PARTS)}])"
    return f"list_transform([{parts}], lambda p: CASE WHEN p.y <> '' THEN {made} END)[1]"


def _year_first(text: str) -> str:
    """A date that begins with day or month, year first; as it is when nobody can tell which of the two begins."""
    parts = f"regexp_extract({text}, {q.text(_MONTH_FIRST)}, ['a', 'by', 'b', 'y'])"
    rest = f"regexp_replace({text}, '^\\s*[0-9]{{1,2}}[-/.][0-9]{{1,2}}[-/.][0-9]{{4}}', '')"
    a, b = "TRY_CAST(p.a AS INT)", "TRY_CAST(p.b AS INT)"
    made = (
        f"CASE WHEN {b} > 12 OR {a} = {b} THEN p.y || '-' || p.a || '-' || p.b || {rest}"
        f" WHEN {a} > 12 THEN p.y || '-' || p.b || '-' || p.a || {rest} END"
    )
    return (
        f"(CASE WHEN regexp_matches({text}, {q.text(_MONTH_FIRST)})"
        f" THEN list_transform([{parts}], lambda p: {made})[1] ELSE {text} END)"
    )


def _of_spreadsheet(text: str) -> str:
    """Days since 1899-12-30 and their fraction, as exact as its digits: to the second, or with many to the millisecond."""
    days = f"CAST({text} AS DECIMAL(28,12))"
    exact = f"regexp_matches({text}, '[.][0-9]{{{_EXACT_DIGITS},}}')"
    milliseconds = f"CASE WHEN {exact} THEN round({days} * 86400000) ELSE round({days} * 86400) * 1000 END"
    return f"(TIMESTAMP '1899-12-30' + to_milliseconds(CAST({milliseconds} AS BIGINT)))"


def _since_1970(text: str, microseconds: int, clock: Clock | None) -> str:
    moment = f"make_timestamp(CAST(CAST({text} AS DECIMAL(28,6)) * {microseconds} AS BIGINT))"
    return clock.from_utc(moment) if clock else moment


def _credible(moment: str) -> str:
    return f"(CASE WHEN {moment} BETWEEN TIMESTAMP '1900-01-01' AND TIMESTAMP '2200-01-01' THEN {moment} END)"
