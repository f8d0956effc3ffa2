"""Money: integer fen, split without losing or inventing one, read and written as yuan."""

from __future__ import annotations

import re
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from linshu.kernel.errors import Invalid
from linshu.kernel.rate import round_half_up
from linshu.kernel.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_FEN = 2**63 - 1  # what a BIGINT holds

_WRITTEN = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d*)(?:\.(?P<part>\d+))?(?P<ten_thousand>万?)")
_UNIT_BEFORE = re.compile(r"^([+-]?)(?:¥|CNY|RMB)\s*", re.IGNORECASE)
_UNIT_AFTER = re.compile(r"\s*(?:元|圆|块|CNY|RMB)$", re.IGNORECASE)
_WAYS = Text("请写成 12.30、1,234.5、¥12 或 1.2万 这样的金额，最多两位小数。", "Write 12.30, 1,234.5, ¥12 or 1.2万.")


def allocate(total: int, weights: Sequence[int | Fraction], keys: Sequence[Any] | None = None) -> tuple[int, ...]:
    """Split fen in proportion to weights so that the parts add up to the total exactly.

    Largest remainder: each part is its exact share rounded down, the fen left over go one each to the largest
    remainders, ties to the lowest key (the position when no keys are given). A negative total is the mirror image of
    the positive one, so that a refund undoes its sale. Weights are integers or Fractions, none negative.
    All weights zero is an error unless the total is zero too.
    """
    whole = _whole_weights(weights)
    ranks: Sequence[Any] = range(len(whole)) if keys is None else keys
    if len(ranks) != len(whole) or len(set(ranks)) != len(whole):
        raise Invalid(Text("分摊的键要与权重一一对应且不重复", "allocation keys must be distinct, one for each weight"))
    weight_sum = sum(whole)
    if weight_sum == 0:
        if total != 0:
            raise Invalid(
                Text(
                    f"{total} 分没有可分摊的对象：权重全为零", f"nothing to split {total} fen over: every weight is 0"
                ),
                mend=Text("请换一种分摊依据。", "Choose another basis."),
            )
        return (0,) * len(whole)
    shares = [divmod(abs(total) * weight, weight_sum) for weight in whole]
    parts = [floor for floor, _ in shares]
    left = abs(total) - sum(parts)
    if left:
        by_remainder = sorted(range(len(whole)), key=lambda place: (-shares[place][1], ranks[place]))
        for place in by_remainder[:left]:
            parts[place] += 1
    return tuple(parts) if total >= 0 else tuple(-part for part in parts)


def allocate_cumulative(
    before: int, after: int, weights: Sequence[int | Fraction], keys: Sequence[Any] | None = None
) -> tuple[int, ...]:
    """The parts of the step from one running total to the next, such as one of several partial refunds of an order.

    Each step is the split of the total after it less the split of the total before it, so that any number of steps
    ends exactly at the split of the whole. With three or more weights a single step may give a part one fen against
    its direction (the Alabama paradox of largest remainders); the running sum is always within one fen of exact.
    """
    earlier, later = allocate(before, weights, keys), allocate(after, weights, keys)
    return tuple(new - old for old, new in zip(earlier, later, strict=True))


def split_evenly(total: int, parts: int) -> tuple[int, ...]:
    """Split fen into so many equal parts; the first ones carry what is left over."""
    return allocate(total, (1,) * parts)


def parse_yuan(written: str) -> int:
    """The fen of an amount a person or a spreadsheet wrote in yuan: 12.30, 1,234.5, ¥12, １２元, (3.00), 1.2万.

    Raises Invalid for anything else, for more than two decimals that are not zero, and beyond a BIGINT.
    """
    text = normalize("NFKC", written).strip().replace("\u2212", "-")
    if bracketed := text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    text = _UNIT_AFTER.sub("", _UNIT_BEFORE.sub(r"\1", text))
    found = _WRITTEN.fullmatch(text)
    if found is None or not (found["whole"] or found["part"]) or (bracketed and found["sign"]):
        raise Invalid(Text(f"看不懂金额“{written}”", f'"{written}" is not an amount of money'), mend=_WAYS)
    digits = Fraction(f"{found['whole'].replace(',', '') or '0'}.{found['part'] or '0'}")
    fen = digits * (1_000_000 if found["ten_thousand"] else 100)
    if fen.denominator != 1:
        raise Invalid(Text(f"金额“{written}”不足一分", f'"{written}" is finer than one fen'), mend=_WAYS)
    if fen > LARGEST_FEN:
        raise Invalid(Text(f"金额“{written}”太大", f'"{written}" is too large'), mend=_WAYS)
    return -fen.numerator if bracketed or found["sign"] == "-" else fen.numerator


def format_yuan(fen: int, *, symbol: str = "", grouped: bool = True) -> str:
    """Fen as yuan with two decimals: 123450 is 1,234.50; a symbol stands after the sign (-¥3.00)."""
    yuan, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{symbol}{yuan:{',' if grouped else ''}d}.{part:02d}"


def format_short(fen: int, language: Language = "zh", *, symbol: str = "") -> str:
    """Fen as a short amount for tiles and axes: 12.3万, 1.25亿 in Chinese, 123.0K, 12.5M in English."""
    steps = (
        ((10**10, "亿", 2), (10**6, "万", 1))
        if language == "zh"
        else ((10**11, "B", 2), (10**8, "M", 2), (10**5, "K", 1))
    )
    for size, unit, places in steps:
        if abs(fen) >= size:
            whole, part = divmod(round_half_up(Fraction(abs(fen) * 10**places, size)), 10**places)
            return f"{'-' if fen < 0 else ''}{symbol}{whole:,d}.{part:0{places}d}{unit}"
    return format_yuan(fen, symbol=symbol)


def _whole_weights(weights: Sequence[int | Fraction]) -> list[int]:
    """The same proportions in integers; floats and negative weights are refused."""
    for weight in weights:
        if not isinstance(weight, (int, Fraction)):
            raise Invalid(
                Text(f"权重 {weight!r} 不是精确数", f"the weight {weight!r} is not exact"),
                mend=Text("请用整数或分数。", "Use integers or Fractions."),
            )
        if weight < 0:
            raise Invalid(Text(f"权重 {weight} 为负", f"the weight {weight} is negative"))
    scale = lcm(*(weight.denominator for weight in weights))
    return [weight.numerator * (scale // weight.denominator) for weight in weights]
