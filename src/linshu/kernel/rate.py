"""Rates: commission, tax, discount and share are exact fractions, and money is rounded here and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from unicodedata import normalize

from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

PPM = 1_000_000  # one whole in the stored unit: 1 % = 10 000 ppm

_NUMBER = r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)"
_WRITTEN = re.compile(rf"({_NUMBER})\s*(%|‰|折|ppm|/\s*\d+)?")
_WAYS = Text("可写成 8.5%、8.5折、85000ppm、0.085 或 3/7。", "Write 8.5%, 8.5折, 85000ppm, 0.085 or 3/7.")


def round_half_up(value: Fraction) -> int:
    """Round to the nearest integer, halves away from zero, so that a refund mirrors its sale. The only rounding."""
    magnitude = abs(value)
    whole = (2 * magnitude.numerator + magnitude.denominator) // (2 * magnitude.denominator)
    return whole if value >= 0 else -whole


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """A share of something, exact: 8.5 % is the fraction 17/200, never a float."""

    value: Fraction

    @classmethod
    def ppm(cls, parts: int) -> Rate:
        """The rate stored as parts per million."""
        return cls(Fraction(parts, PPM))

    @classmethod
    def percent(cls, number: int | str | Fraction) -> Rate:
        """So many per cent; a fractional number comes as text ("8.5") or Fraction."""
        return cls(_exact(number) / 100)

    @classmethod
    def discount(cls, zhe: int | str | Fraction) -> Rate:
        """The share of the price still paid at that many 折: 8.5 折 pays 85 %; two bare digits (85 折) mean the same."""
        tenths = _exact(zhe)
        tenths = tenths / 10 if tenths > 10 and str(zhe).isdigit() else tenths
        if not 0 < tenths <= 10:
            raise Invalid(
                Text(f"折扣 {zhe} 折不在 0 到 10 折之间", f"a discount of {zhe} 折 is not between 0 and 10"),
                mend=Text("8.5 折表示按原价的 85% 付款。", "8.5 折 means paying 85 % of the price."),
            )
        return cls(tenths / 10)

    @classmethod
    def parse(cls, written: str) -> Rate:
        """The rate a person wrote: 8.5%, 8.5折, 3‰, 85000ppm, 3/7 or 0.085; full-width digits too."""
        found = _WRITTEN.fullmatch(normalize("NFKC", written).strip())
        if found is None:
            raise Invalid(Text(f"看不懂比率“{written}”", f'"{written}" is not a rate'), mend=_WAYS)
        number, unit = found[1], found[2] or ""
        if unit == "折":
            return cls.discount(number)
        if unit.startswith("/"):
            under = int(unit[1:])
            if under == 0:
                raise Invalid(Text(f"比率“{written}”除以零", f'the rate "{written}" divides by zero'), mend=_WAYS)
            return cls(Fraction(number) / under)
        return cls(Fraction(number) / {"%": 100, "‰": 1000, "ppm": PPM, "": 1}[unit])

    def of(self, fen: int) -> int:
        """That share of an amount, rounded half up away from zero to whole fen."""
        return round_half_up(self.value * fen)

    @property
    def as_ppm(self) -> int:
        """The stored form; refuses a rate that whole parts per million cannot hold (such as 1/3)."""
        parts = self.value * PPM
        if parts.denominator != 1:
            raise Invalid(
                Text(f"比率 {self.value} 不能用整数 ppm 表示", f"the rate {self.value} is no whole number of ppm"),
                mend=Text("最多保留六位小数。", "Keep to six decimals."),
            )
        return parts.numerator

    @property
    def rest(self) -> Rate:
        """What remains of the whole: 1 less this rate."""
        return Rate(1 - self.value)

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.value + other.value)

    def __sub__(self, other: Rate) -> Rate:
        return Rate(self.value - other.value)

    def __mul__(self, other: Rate) -> Rate:
        return Rate(self.value * other.value)

    def __str__(self) -> str:
        """Per cent with up to four decimals, exact where they suffice and the fraction where they do not."""
        hundredths_of_ppm = self.value * PPM
        if hundredths_of_ppm.denominator != 1:
            return f"{self.value.numerator}/{self.value.denominator}"
        sign = "-" if self.value < 0 else ""
        whole, part = divmod(abs(hundredths_of_ppm.numerator), 10_000)
        return f"{sign}{whole}.{part:04d}".rstrip("0").rstrip(".") + "%"


def _exact(number: int | str | Fraction) -> Fraction:
    """The number as a fraction; a float is refused because 0.1 is not a tenth."""
    if isinstance(number, float):
        raise Invalid(
            Text(f"比率 {number} 是浮点数", f"the rate {number} is a float"),
            mend=Text('请写成文字，例如 "8.5"。', 'Give it as text, such as "8.5".'),
        )
    if isinstance(number, str) and not re.fullmatch(_NUMBER, number):
        raise Invalid(Text(f"看不懂数字“{number}”", f'"{number}" is not a number'), mend=_WAYS)
    return Fraction(number)
