"""What a column beside the ones that matter says of them: the hour of a day, and that a row was not paid or was taken back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from linshu.connectors.guessing.shapes import ENOUGH, MOST_LOOKED_AT
from linshu.connectors.guessing.words import BY_NAME
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.connectors.guessing.roles import Claim

    Sample = Mapping[str, Sequence[str | None]]

AMOUNTS = ("paid", "goods", "line_goods")
DOUBTED = 0.6
_CLOCK = re.compile(r"^\s*(?:[01]?\d|2[0-3])[:：][0-5]\d(?:[:：][0-5]\d)?\s*$")
_DAY = re.compile(r"^\s*(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{8})(?:\s+0?0:00(?::00)?)?\s*$")
_PAYING = re.compile(r"付款|支付|收款|付清|结清|到账|缴费|paid", re.IGNORECASE)
_TAKING_BACK = re.compile(r"退款|退货|取消|作废|refund|cancel", re.IGNORECASE)
_NO = frozenset(("否", "未", "没", "没有", "无", "×", "✗", "x", "n", "no", "false", "0", "未付", "未付款", "未支付", "未收", "未收款", "没付", "待付"))  # fmt: skip
_YES = frozenset(("是", "已", "有", "√", "✓", "y", "yes", "true", "1", "已退", "已退款", "已取消", "退"))
_FLOWS = frozenset(("收/支", "收支", "收支类型", "收支方向", "资金流向"))  # headings of a statement of account


def clock_of(roles: Mapping[str, Claim], sample: Sample) -> str:
    """The column of hours beside a column of days alone; "" when there is none."""
    day = roles.get("placed_at")
    if day is None or not _all(sample.get(day.heading, ()), _DAY):
        return ""
    used = {claim.heading for claim in roles.values()}
    return next((name for name, cells in sample.items() if name not in used and _all(cells, _CLOCK)), "")


def doubted(claims: Sequence[Claim], sample: Sample) -> tuple[Claim, ...]:
    """The claims, the amounts in doubt where a column says that some of them were not paid, or that of an hour told."""
    roles = {each.role: each for each in claims if each.role}
    clock, reason = clock_of(roles, sample), next(filter(None, (_against(each, sample) for each in claims)), None)
    return tuple(
        replace(each, sureness=min(each.sureness, DOUBTED), reason=reason)
        if reason and each.role in AMOUNTS
        else _as_clock(each, roles["placed_at"].heading)
        if clock and each.heading == clock
        else each
        for each in claims
    )


def _as_clock(claim: Claim, day: str) -> Claim:
    reason = Text(f"和“{day}”合成下单时间", f"with “{day}” it says when it was placed")
    return replace(claim, title=BY_NAME["placed_at"].title, reason=reason)


def _against(claim: Claim, sample: Sample) -> Text | None:
    said = {each.strip().casefold() for each in sample.get(claim.heading, ()) if each}
    name = claim.heading
    if name.strip() in _FLOWS and "支出" in said:
        return Text(
            f"这是收支流水：“{name}”是支出的行也会当成销售，请先删掉，或导入订单表",
            f"this is a statement of account: rows whose “{name}” is 支出 were spent, and would count as sales; delete them, or bring in orders",
        )
    if claim.role or len(said) > len(_NO | _YES):
        return None
    if _PAYING.search(name) and (no := said & _NO):
        return _flagged(name, min(no), Text("没付款", "are not paid"))
    if _TAKING_BACK.search(name) and (yes := said & _YES):
        return _flagged(name, min(yes), Text("退了或取消了", "were taken back"))
    return None


def _flagged(name: str, cell: str, what: Text) -> Text:
    return Text(
        f"“{name}”写着“{cell}”的行{what.zh}，也会当成已付的销售：请加一列“订单状态”（已付款、待付款、已取消、已退款），或先删掉",
        f"rows whose “{name}” is “{cell}” {what.en} and would count as paid: add a column “订单状态” (已付款, 待付款, 已取消, 已退款), or delete them",
    )


def _all(cells: Sequence[str | None], pattern: re.Pattern[str]) -> bool:
    said = [each for each in cells[:MOST_LOOKED_AT] if each and each.strip()]
    return bool(said) and sum(bool(pattern.match(each)) for each in said) >= ENOUGH * len(said)
