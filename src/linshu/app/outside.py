"""What leaders and suppliers read on pages of their own, for programs and the command line: the same figures and rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from linshu.domains.operations.portal import leader, supplier
from linshu.engine.access.scope import Scope
from linshu.kernel.errors import Forbidden, Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.app.answer import Answer
    from linshu.app.shop import Shop


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for one page: figures, cut how, since when; and what must say whose rows they are."""

    bound_by: tuple[str, ...]
    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: str | None = None
    since: str = "month"  # yesterday, today, or the first of the month

    def start(self, today: date) -> date:
        """The first company day."""
        days = {"today": today, "yesterday": today - timedelta(days=1)}
        return days.get(self.since, today.replace(day=1))


QUESTIONS: dict[str, Question] = {
    "leader/today": Question(leader.BOUND_BY, (*leader.SOLD, *leader.GOODS), grain="day", since="yesterday"),
    "leader/commission": Question(leader.BOUND_BY, ("commission_cost", "gmv"), grain="day"),
    "supplier/month": Question(supplier.BOUND_BY, (*supplier.SOLD, *supplier.HELD)),
    "supplier/stock": Question(supplier.BOUND_BY, ("stock_units",), by=("sku", "warehouse"), since="today"),
}


def told(shop: Shop, what: str, scope: Scope | None, day: date | None = None) -> Answer:
    """The answer within the scope, which must say whose rows are meant."""
    if what not in QUESTIONS:
        raise Misused(Text(f"没有 {what}", f"there is no {what}"), mend=nearest(what, QUESTIONS))
    asked, seen = QUESTIONS[what], scope or Scope()
    if all(getattr(seen, name) is None for name in asked.bound_by):
        raise Forbidden(
            Text("没有说明是哪一位", "it is not said whose rows are meant"),
            mend=Text(
                "命令行用 --as 账号；账号要先用 linshu user scope 限定范围。",
                "Use --as ACCOUNT, bound by: linshu user scope",
            ),
        )
    today = day or shop.project.settings.company_day.day_of(datetime.now(UTC))
    return shop.query(
        asked.metrics,
        asked.by,
        start=asked.start(today),
        end=today,
        grain=asked.grain,
        scope=seen,
        fill=bool(asked.grain),
    )
