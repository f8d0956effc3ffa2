"""What the lists say in words: kinds, and why each good is pushed, kept, tried or dropped, with the numbers that decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.domains.supply.assortment.decide import MONTH, Advice, Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLES: Mapping[Kind, Text] = {
    "push": Text("主推", "Push"), "keep": Text("保留", "Keep"), "try": Text("试卖", "Try"), "drop": Text("下架", "Drop"),
}  # fmt: skip
TONES: Mapping[Kind, str] = {"push": "good", "keep": "none", "try": "warn", "drop": "bad"}
SMALL = 10_000  # fen; below this tenths of a yuan matter


@dataclass(frozen=True, slots=True)
class Line:
    """One good of a list; pieces are of a month on offer, money is fen."""

    kind: Kind
    sku_id: str
    sku: str
    category: str
    new: bool  # not on today's list
    core: bool
    month: float
    pieces: float  # shrunk
    raw: float | None  # as counted
    low: float
    high: float
    days: float
    margin: float  # a piece
    matters: float
    goes_on: float
    why: Text


def line_of(one: Advice, good: tuple[str, str, str]) -> Line:
    """The advice as a line, with its reason."""
    sku_id, sku, category = good
    return Line(
        one.kind, sku_id, sku, category, one.new, one.core, one.month, one.rate * MONTH, None if one.raw is None else one.raw * MONTH,
        one.low * MONTH, one.high * MONTH, one.days, one.margin, one.matters, one.goes_on, reason(one),
    )  # fmt: skip


def reason(one: Advice) -> Text:
    """Why, in one sentence."""
    if one.kind == "drop":
        return _dropped(one)
    each, less = yuan(one.margin), yuan(one.matters)
    if one.kind == "try":
        hope = yuan(max(one.high * one.margin * MONTH, 0))
        return Text(
            f"这里只卖过 {one.days:.0f} 天，还看不准：往好里说一个月卖 {pieces(one.high)} 件、净赚 {hope.zh}",
            f"on offer here for {one.days:.0f} days only: at best {pieces(one.high)} pieces and {hope.en} a month",
        )
    if one.kind == "push":
        return Text(
            f"就算卖得差，一个月也约 {pieces(one.low)} 件，每件净赚 {each.zh}；不上它少赚约 {less.zh}",
            f"about {pieces(one.low)} pieces a month even when it goes badly, {each.en} each; without it {less.en} less",
        )
    if one.core:
        return Text(
            f"全公司的核心商品，一直保留；每件净赚 {each.zh}",
            f"a core good of the company, always kept; {each.en} a piece",
        )
    part = f"{one.goes_on:.0%}"
    begin = Text("现在没上架；上架后", "not on the list now; on it ") if one.new else Text("", "")
    return Text(
        f"{begin.zh}一个月约卖 {pieces(one.rate)} 件，每件净赚 {each.zh}；不上它，扣掉改买同类的（约 {part}）仍少赚约 {less.zh}",
        f"{begin.en}about {pieces(one.rate)} pieces a month, {each.en} each; without it {less.en} less, though {part} would buy another",
    )


def _dropped(one: Advice) -> Text:
    if one.margin <= 0:
        loses = yuan(-one.margin)
        return Text(f"扣掉损耗每件净亏 {loses.zh}", f"each piece loses {loses.en} once waste is taken off")
    earns, more, part = yuan(one.month), yuan(one.matters), f"{one.goes_on:.0%}"
    return Text(
        f"现在一个月约净赚 {earns.zh}；下架后约 {part} 的买家改买同类，位置让给别的商品，一个月多赚约 {more.zh}",
        f"earns {earns.en} a month now; {part} of its buyers would buy another, and its place brings {more.en} more elsewhere",
    )


def yuan(fen: float) -> Text:
    """An amount as it is said."""
    said = f"{fen / 100:,.1f}" if abs(fen) < SMALL else f"{fen / 100:,.0f}"
    return Text(f"{said} 元", f"{said} yuan")


def pieces(rate: float) -> str:
    """A daily rate as pieces of a month."""
    return f"{rate * MONTH:,.1f}" if rate * MONTH < 10 else f"{rate * MONTH:,.0f}"
