"""The leader's phone: today, orders, commission, messages, oneself; one thing at a time and nothing of anybody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from linshu.domains.operations.adoption.flow import offered
from linshu.domains.operations.portal import orders as order_list
from linshu.domains.operations.portal.advised import advised
from linshu.domains.operations.portal.messages import Portal, shared
from linshu.domains.operations.portal.own import MOST_ROWS, Own, Tab, own, show, waiting
from linshu.domains.operations.portal.standing import standings
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.context import shell_of
from linshu.engine.shell.gate import needs
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.domains.operations.portal.own import Figure

BOUND_BY = ("leaders", "communities")
SOLD = ("gmv", "orders", "active_members")
GOODS = ("pieces_due", "pieces_signed", "pieces_missing", "pieces_uncollected")
MOST_GOODS = 12
ORDERED_BEFORE = timedelta(days=14)  # goods of today were paid for at most so long ago
ME = Text("我的", "Me")
TITLES = {
    "gmv": Text("今天卖了", "Sold today"),
    "orders": Text("订单", "Orders"),
    "active_members": Text("顾客", "Customers"),
    "pieces_due": Text("今天到货", "Due today"),
    "pieces_signed": Text("已经到了", "Arrived"),
    "pieces_missing": Text("少货", "Short"),
    "pieces_uncollected": Text("还没人取", "Not collected"),
}
router = APIRouter(prefix="/leader", include_in_schema=False, dependencies=[Depends(needs("portal.use"))])


@dataclass(frozen=True, slots=True)
class Good:
    """One good to hand over today."""

    name: str
    units: str


@dataclass(frozen=True, slots=True)
class Today:
    """What stands on the first page."""

    day: str
    sold: tuple[Figure, ...]
    before: tuple[str, ...]  # the same of yesterday
    goods: tuple[Figure, ...]
    list: tuple[Good, ...]


@dataclass(frozen=True, slots=True)
class Earned:
    """One day's commission, and how long its bar is, in percent."""

    day: str
    amount: str
    share: int
    less: bool


def tabs(request: Request) -> tuple[Tab, ...]:
    """The five parts of a leader's pages."""
    return (
        Tab("/leader", Text("今日", "Today"), "home"),
        Tab("/leader/orders", Text("订单", "Orders"), "clipboard-list"),
        Tab("/leader/commission", Text("佣金", "Earned"), "coin"),
        Tab("/leader/messages", Text("消息", "Messages"), "bell", waiting(request)),
        Tab("/leader/me", ME, "user"),
    )


def mine_of(request: Request) -> Own:
    """The rows of the leader who looks."""
    return own(request, BOUND_BY)


def today_of(mine: Own) -> Today:
    """What was sold today, what arrives, what is to hand over."""
    day, before = mine.today, mine.today - timedelta(days=1)
    by_day = {str(row["day"]): row for row in mine.many(SOLD, before, day, grain="day")}
    now, then, due = by_day.get(str(day), {}), by_day.get(str(before), {}), mine.one(GOODS, day, day)
    goods = mine.many(
        ("units",),
        day - ORDERED_BEFORE,
        day,
        by=("sku",),
        where=(f"delivery_date={day}",),
        order="-units",
        limit=MOST_GOODS,
    )
    write = mine.viewer.writer
    return Today(
        write.day(day),
        tuple(mine.figure(name, now.get(name, 0), TITLES[name]) for name in SOLD),
        tuple(mine.figure(name, then.get(name, 0), TITLES[name]).short for name in SOLD),
        tuple(mine.figure(name, due.get(name, 0), TITLES[name]) for name in GOODS),
        tuple(Good(str(row["sku_name"]), write.full(row["units"], Unit.QTY)) for row in goods),
    )


@router.get("")
def today(request: Request) -> Response:
    """What was sold today, what arrives, what is to hand over."""
    mine = mine_of(request)
    first = offered(shell_of(request), mine.viewer)
    return show(
        request, "leader.html", tabs(request), mine, polls=True, now=today_of(mine), steps=first, advised=advised(mine)
    )


@router.get("/orders")
def orders(request: Request) -> Response:
    """The orders of one's own groups, found and filtered."""
    mine, asked = mine_of(request), order_list.read(request.query_params)
    return show(
        request, "orders.html", tabs(request), mine, polls=True, asked=asked,
        found=order_list.listed(mine, asked, MOST_ROWS), spans=order_list.SPANS, states=order_list.STATES,
        sorts=order_list.SORTS,
    )  # fmt: skip


@router.get("/commission")
def commission(request: Request) -> Response:
    """What was earned this month, day by day, and how it is counted."""
    mine = mine_of(request)
    first = mine.today.replace(day=1)
    last = first - timedelta(days=1)
    month = mine.one(("commission_cost", "gmv"), first, mine.today)
    before = mine.one(("commission_cost",), last.replace(day=1), last)
    days = mine.many(("commission_cost",), first, mine.today, grain="day")
    title = Text("本月到今天", "This month so far")
    return show(
        request, "commission.html", tabs(request), mine, polls=True,
        earned=mine.figure("commission_cost", month.get("commission_cost", 0), title),
        sold=mine.figure("gmv", month.get("gmv", 0), Text("本月卖了", "Sold this month")),
        before=mine.figure("commission_cost", before.get("commission_cost", 0), Text("上个月", "Last month")),
        days=_bars(mine, days), standing=standings(mine),
    )  # fmt: skip


def _bars(mine: Own, days: Any) -> list[Earned]:
    """Each day with its bar, the latest first; what was taken back is below nothing."""
    amounts = [(date.fromisoformat(str(row["day"])), int(row["commission_cost"] or 0)) for row in days]
    most = max((abs(fen) for _, fen in amounts), default=0) or 1
    writer = mine.viewer.writer
    return [
        Earned(writer.short_day(day), writer.full(fen, Unit.FEN), round(100 * abs(fen) / most), fen < 0)
        for day, fen in reversed(amounts)
    ]


router.include_router(shared(Portal("/leader", tabs, mine_of, "community")))
