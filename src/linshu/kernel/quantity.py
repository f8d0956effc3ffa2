"""Quantities: 斤, kg, 升 or 箱 become whole grams, millilitres or pieces; what does not come out whole is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from unicodedata import normalize

from linshu.kernel.errors import Invalid, nearest
from linshu.kernel.text import Text

_WRITTEN = re.compile(r"([+-]?\d+(?:,\d{3})*(?:\.\d+)?)\s*(\S*)")


class Base(StrEnum):
    """The unit in which a quantity is stored, always a whole number of it."""

    GRAM = "gram"
    MILLILITRE = "millilitre"
    PIECE = "piece"

    @property
    def words(self) -> Text:
        """What people call it."""
        return {
            Base.GRAM: Text("克", "g"),
            Base.MILLILITRE: Text("毫升", "ml"),
            Base.PIECE: Text("件", "pcs"),
        }[self]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit people write: so many of its base unit; or a carton (size 0), which holds what the SKU's pack says."""

    base: Base
    size: int = 1


_CARTON = Unit(Base.PIECE, 0)
_PIECE = Unit(Base.PIECE)

# Traditional market units of mainland China: 1 斤 = 500 g, 1 两 = 50 g.
UNITS: dict[str, Unit] = {
    "g": Unit(Base.GRAM), "克": Unit(Base.GRAM),
    "kg": Unit(Base.GRAM, 1000), "千克": Unit(Base.GRAM, 1000), "公斤": Unit(Base.GRAM, 1000),
    "斤": Unit(Base.GRAM, 500), "市斤": Unit(Base.GRAM, 500), "两": Unit(Base.GRAM, 50),
    "t": Unit(Base.GRAM, 1_000_000), "吨": Unit(Base.GRAM, 1_000_000),
    "ml": Unit(Base.MILLILITRE), "毫升": Unit(Base.MILLILITRE),
    "l": Unit(Base.MILLILITRE, 1000), "升": Unit(Base.MILLILITRE, 1000),
    "gram": Unit(Base.GRAM), "millilitre": Unit(Base.MILLILITRE), "piece": _PIECE,
    "件": _PIECE, "个": _PIECE, "只": _PIECE, "份": _PIECE, "袋": _PIECE, "瓶": _PIECE, "盒": _PIECE, "包": _PIECE,
    "罐": _PIECE, "支": _PIECE, "pcs": _PIECE, "pc": _PIECE, "ea": _PIECE,
    "打": Unit(Base.PIECE, 12),
    "箱": _CARTON, "整箱": _CARTON, "ctn": _CARTON, "case": _CARTON,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """So many whole base units; quantities of different bases never add up."""

    base: Base
    amount: int

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self._same(other), self.amount + other.amount)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self._same(other), self.amount - other.amount)

    def __neg__(self) -> Quantity:
        return Quantity(self.base, -self.amount)

    def times(self, count: int) -> Quantity:
        """So many of it."""
        return Quantity(self.base, self.amount * count)

    def within(self, unit: str, *, pack: int | Quantity | None = None) -> Fraction:
        """How many of another unit it is, exact: 750 g is 3/2 斤."""
        one = _one(unit, pack)
        self._same(one)
        return Fraction(self.amount, one.amount)

    def say(self) -> Text:
        """As people read it: 500 g, 1.5 kg, 2 L, 3 件."""
        big = {Base.GRAM: Text("kg", "kg"), Base.MILLILITRE: Text("L", "L")}.get(self.base)
        if big is None or abs(self.amount) < 1000:
            return Text(f"{self.amount} {self.base.words.zh}", f"{self.amount} {self.base.words.en}")
        whole, part = divmod(abs(self.amount), 1000)
        number = f"{'-' if self.amount < 0 else ''}{whole}.{part:03d}".rstrip("0").rstrip(".")
        return Text(f"{number} {big.zh}", f"{number} {big.en}")

    def _same(self, other: Quantity) -> Base:
        if self.base is not other.base:
            raise _mixed(self.base, other.base)
        return self.base


def unit_of(written: str) -> Unit:
    """The unit of that name, in either language and case."""
    unit = UNITS.get(normalize("NFKC", written).strip().lower())
    if unit is None:
        raise Invalid(Text(f"不认识单位“{written}”", f'unknown unit "{written}"'), mend=nearest(written, UNITS))
    return unit


def to_base(amount: int | str | Fraction, unit: str, *, pack: int | Quantity | None = None) -> Quantity:
    """So many of a unit in whole base units; `pack` is what a carton of that SKU holds.

    Refuses what does not come out whole (0.5 件, 0.001 g): a stock that lost a fraction never balances again.
    """
    if not isinstance(amount, (int, str, Fraction)):
        raise Invalid(
            Text(f"数量 {amount!r} 不是精确数", f"the quantity {amount!r} is not exact"),
            mend=Text('请写成文字，例如 "1.5"。', 'Give it as text, such as "1.5".'),
        )
    one = _one(unit, pack)
    exact = _number(amount) * one.amount
    if exact.denominator != 1:
        raise Invalid(
            Text(
                f"{amount}{unit} 不是整数{one.base.words.zh}",
                f"{amount} {unit} is no whole number of {one.base.words.en}",
            ),
            mend=Text("请换用更小的单位。", "Use a smaller unit."),
        )
    return Quantity(one.base, exact.numerator)


def parse(written: str, *, pack: int | Quantity | None = None) -> Quantity:
    """The quantity a person wrote: 1.5斤, 500 g, 2箱 (with the SKU's pack), 3."""
    found = _WRITTEN.fullmatch(normalize("NFKC", written).strip())
    if found is None:
        raise _unreadable(written)
    return to_base(found[1].replace(",", ""), found[2] or Base.PIECE, pack=pack)


def _one(written: str, pack: int | Quantity | None) -> Quantity:
    """What one of a unit is in base units; a bare number for a pack counts pieces."""
    unit = unit_of(written)
    if unit.size:
        return Quantity(unit.base, unit.size)
    one = pack if isinstance(pack, Quantity) else Quantity(unit.base, pack or 0)
    if one.amount < 1:
        raise Invalid(
            Text(f"不知道一{written}有多少", f'how much a "{written}" holds is not known'),
            mend=Text("请在商品资料里填写箱规。", "Fill in the pack of the SKU."),
        )
    return one


def _number(amount: int | str | Fraction) -> Fraction:
    if isinstance(amount, str) and not re.fullmatch(r"[+-]?\d+(?:\.\d+)?", amount):
        raise _unreadable(amount)
    return Fraction(amount)


def _unreadable(written: str) -> Invalid:
    return Invalid(
        Text(f"看不懂数量“{written}”", f'"{written}" is not a quantity'),
        mend=Text("请写成 1.5斤、500 g 或 3件。", "Write 1.5 kg, 500 g or 3."),
    )


def _mixed(one: Base, other: Base) -> Invalid:
    return Invalid(
        Text(f"{one.words.zh}与{other.words.zh}不能相加减", f"{one.words.en} and {other.words.en} do not mix")
    )
