"""Numbers as people write them, read exactly: never a float, never rounded unless the unit demands it."""

from __future__ import annotations

from fractions import Fraction

from linshu.engine.intake import quoting as q
from linshu.engine.intake.widths import half_width
from linshu.kernel.table import Kind

# One unit of the source in units of the standard.
UNITS: dict[Kind, dict[str, Fraction]] = {
    Kind.FEN: {
        **dict.fromkeys(("yuan", "元", "dollar", "dollars"), Fraction(100)),
        **dict.fromkeys(("jiao", "角"), Fraction(10)),
        **dict.fromkeys(("fen", "分", "cent", "cents"), Fraction(1)),
        **dict.fromkeys(("bai", "百元"), Fraction(10_000)),
        **dict.fromkeys(("qian", "千元"), Fraction(100_000)),
        **dict.fromkeys(("wan", "万元"), Fraction(1_000_000)),
    },
    Kind.GRAM: {
        **dict.fromkeys(("gram", "g", "克"), Fraction(1)),
        **dict.fromkeys(("kg", "公斤", "千克"), Fraction(1000)),
        **dict.fromkeys(("jin", "斤"), Fraction(500)),
        **dict.fromkeys(("liang", "两"), Fraction(50)),
        **dict.fromkeys(("ton", "吨"), Fraction(1_000_000)),
        "lb": Fraction("453.59237"),
        "oz": Fraction("28.349523125"),
    },
    Kind.CM3: {
        **dict.fromkeys(("cm3", "ml", "毫升"), Fraction(1)),
        **dict.fromkeys(("litre", "l", "升"), Fraction(1000)),
        **dict.fromkeys(("m3", "立方米"), Fraction(1_000_000)),
    },
    Kind.METRE: {
        **dict.fromkeys(("metre", "m", "米"), Fraction(1)),
        **dict.fromkeys(("km", "公里", "千米"), Fraction(1000)),
    },
    Kind.SECOND: {
        **dict.fromkeys(("second", "s", "秒"), Fraction(1)),
        **dict.fromkeys(("minute", "分钟"), Fraction(60)),
        **dict.fromkeys(("hour", "小时"), Fraction(3600)),
        **dict.fromkeys(("day", "天"), Fraction(86_400)),
    },
    Kind.PPM: {
        "ppm": Fraction(1),
        **dict.fromkeys(("permille", "‰"), Fraction(1000)),
        **dict.fromkeys(("percent", "%"), Fraction(10_000)),
        **dict.fromkeys(("fraction", "ratio"), Fraction(1_000_000)),
    },
}
# Measured things may be rounded to the unit; money and counts never.
ROUNDED = frozenset({Kind.GRAM, Kind.CM3, Kind.METRE, Kind.SECOND, Kind.PPM})
DECIMAL = "DECIMAL(18,6)"
_ROOMY = "DECIMAL(38,6)"  # DuckDB keeps the width of its operands and raises when a product outgrows it
_WIDEST = "DECIMAL(38,18)"
_TOO_LARGE = 10**12
_SHIFTS = {Fraction(10**places): places for places in range(4)}
_CURRENCY = "(?:[¥￥$€]|人民币|(?i:RMB|CNY|USD))?"
_WRITTEN = (
    rf"^\s*{_CURRENCY}\s*([+-]?)\s*{_CURRENCY}\s*"
    r"([0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]{1,4}(?:,[0-9]{4})+|[0-9]*)(\.[0-9]*)?"
    r"\s*(?:元|圆|(?i:RMB|CNY|USD))?\s*([%‰]?)\s*$"
)


def cleaned(text: str) -> str:
    """A number's text without currency signs, thousands separators and full-width forms; NULL when it is written otherwise.

    `(1,200.50)` is negative; `12%` becomes 12e-2. Commas must stand where thousands do: `12,50` is no number.
    """
    bare = rf"regexp_replace({half_width(text)}, '^\s*\((.*)\)\s*$', '-\1')"
    made = rf"regexp_replace({bare}, '{_WRITTEN}', '\1\2\3\4')"
    for mark, exact in ((",", ""), (" ", ""), ("%", "e-2"), ("‰", "e-3")):
        made = f"replace({made}, '{mark}', '{exact}')"
    written = f"CASE WHEN regexp_full_match({bare}, '{_WRITTEN}') THEN {made} END"
    return f"(CASE WHEN TRY_CAST({text} AS {DECIMAL}) IS NULL THEN {written} ELSE {text} END)"


def is_percent(text: str) -> str:
    """Whether a text itself says that it is so many of a hundred, or of a thousand."""
    return f"coalesce(regexp_matches({text}, '[%％‰]\\s*$'), false)"


def number(text: str) -> str:
    """The exact DECIMAL(18,6) of a text; NULL when it is no number, or has more decimals than that."""
    return exactly(cleaned(text))


def exactly(plain: str) -> str:
    """The same of a text that is cleaned already."""
    exact = f"TRY_CAST({plain} AS {DECIMAL})"
    return f"(CASE WHEN TRY_CAST({plain} AS {_WIDEST}) = {exact} THEN {exact} END)"


def is_number(plain: str) -> str:
    """Whether a cleaned text is a number of a size that can be kept, however many decimals it has."""
    return f"(coalesce(abs(TRY_CAST({plain} AS {_WIDEST})) < {_TOO_LARGE}, false))"


def product(left: str, right: str) -> str:
    """The exact product of two numbers; NULL when six decimals do not hold it."""
    made = f"(CAST({left} AS {_ROOMY}) * CAST({right} AS {_ROOMY}))"
    return f"(CASE WHEN TRY_CAST({made} AS {DECIMAL}) = {made} THEN TRY_CAST({made} AS {DECIMAL}) END)"


def total(*parts: str) -> str:
    """The sum of numbers, in which what is empty counts as nothing; NULL when all are."""
    made = " + ".join(f"coalesce(CAST({part} AS {_ROOMY}), 0)" for part in parts)
    return f"(CASE WHEN coalesce({', '.join(parts)}) IS NOT NULL THEN TRY_CAST({made} AS {DECIMAL}) END)"


def whole(number_: str, kind: Kind, unit: Fraction) -> str:
    """A number in the source's unit as BIGINT of the standard's; NULL when it is not whole and may not be rounded."""
    if kind not in ROUNDED and unit in _SHIFTS:
        # A shift of the decimal point stays within 64 bits, which is four times as fast as a remainder of 128.
        short = f"CAST({number_} AS DECIMAL(18,{_SHIFTS[unit]}))"
        return f"(CASE WHEN {short} = {number_} THEN CAST({short} * {unit.numerator} AS BIGINT) END)"
    if unit == 1:
        made = number_
    elif unit.denominator == 1:
        made = f"(CAST({number_} AS {_ROOMY}) * {unit.numerator})"
    else:
        made = f"(CAST({number_} AS DECIMAL(38,15)) * {_literal(unit)})"
    if kind in ROUNDED:
        return f"TRY_CAST(round({made}) AS BIGINT)"
    return f"(CASE WHEN {made} % 1 = 0 THEN TRY_CAST({made} AS BIGINT) END)"


def yes_or_no(text: str) -> str:
    """A flag as people write it."""
    yes = q.texts(("1", "true", "t", "yes", "y", "是", "有", "真", "√", "on"))
    no = q.texts(("0", "false", "f", "no", "n", "否", "无", "没有", "假", "×", "off"))
    return f"(CASE WHEN lower({text}) IN ({yes}) THEN true WHEN lower({text}) IN ({no}) THEN false END)"


def _literal(unit: Fraction) -> str:
    digits = 9
    scaled = unit * 10**digits
    return f"CAST({scaled.numerator // scaled.denominator}e-{digits} AS DECIMAL(18,{digits}))"
