"""The leader and the supplier of the demonstration: each bound to somebody of the simulated company, with a thing to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from linshu.engine.access.scope import Scope
from linshu.engine.access.users import Users
from linshu.engine.audit import SYSTEM
from linshu.engine.work import Draft, WorkDesk
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import date

    from linshu.app.local import LocalShop
    from linshu.engine.state import State

LOOKED_BACK = timedelta(days=30)
# The account, the attribute and dimension it is bound by, and what the company asks of it.
ASKED = (
    (
        "leader", "leaders", "leader", Text("请核对昨天少到的货", "Please check the pieces that came short yesterday"),
        "有顾客说少了一件，请清点后写明少的是哪几样。",
    ),
    (
        "supplier", "suppliers", "supplier", Text("请确认下周的供货量", "Please confirm next week's supply"),
        "下周做一次团购活动，请回复每样商品最多能供多少。",
    ),
)  # fmt: skip


def bind_outsiders(shop: LocalShop, state: State, today: date) -> None:
    """Binds each account to whoever sold most lately, so that their pages show a living business."""
    users, zone = Users(state), ZoneInfo(shop.project.settings.company.time_zone)
    desk = WorkDesk(state, lambda: datetime.now(UTC), zone)
    for account, attribute, dimension, title, what in ASKED:
        best = shop.query("gmv", dimension, start=today - LOOKED_BACK, end=today, order="-gmv", limit=1).rows
        if best:
            users.set_scope(account, Scope.only(**{attribute: [best[0][dimension]]}), by=SYSTEM)
        desk.open(SYSTEM, Draft(title, what, key=f"demo:{account}", owner=account))
