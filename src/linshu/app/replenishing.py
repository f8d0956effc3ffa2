"""What the rule of ordering says about goods, as rows for the command line and for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linshu.app.answer import Answer
from linshu.app.domains import DOMAINS
from linshu.app.states import open_state
from linshu.domains.supply.replenish import view
from linshu.domains.supply.replenish.flow import NAME
from linshu.engine.access.scope import Scope
from linshu.engine.shell.context import ledger_of
from linshu.engine.shell.modules import Modules

if TYPE_CHECKING:
    from datetime import date

    from linshu.app.project import Project
    from linshu.engine.decisions import Ledger
    from linshu.engine.shell.asking import Shop


def reasons(shop: Shop, ledger: Ledger, scope: Scope, today: date, words: str) -> Answer:
    """One row for each good found at each warehouse: what is ordered of it today and why, or why not."""
    policy, earlier = ledger.policies.current(NAME), ledger.carried(NAME, today)
    made_on, found = view.why(shop, scope, today, policy, earlier, words)
    return Answer.of(
        (
            {
                "sku": one.sku_id, "sku_name": one.sku, "warehouse": one.warehouse, "supplier": one.supplier,
                "on_hand": one.on_hand, "on_way": one.on_way, "wanted_today": round(one.day, 1), "boxes": one.boxes,
                "pack": one.pack, "why": "；".join(each.zh for each in one.why), "why_en": "; ".join(each.en for each in one.why),
            }
            for one in found
        ),
        forecast_of=made_on.isoformat() if made_on else None,
    )  # fmt: skip


def asked(project: Project, shop: Shop, words: str, scope: Scope | None) -> Answer:
    """The same for who sits at this machine, or within the scope of somebody."""
    with open_state(project) as state:
        ledger = ledger_of(state, Modules(state, DOMAINS).on, lambda: datetime.now(UTC))
        today = project.settings.company_day.day_of(datetime.now(UTC))
        return reasons(shop, ledger, scope or Scope.everything(), today, words)
