"""Looked at every hour while orders come in: whether pre-sales need a further purchase, and whether their quotas hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from linshu.domains.supply.quota import flow as quota
from linshu.domains.supply.replenish import flow as orders
from linshu.engine.decisions import Ledger
from linshu.engine.decisions.leaving import to_outbox
from linshu.engine.jobs import Job
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.decisions import Kind
    from linshu.engine.jobs import Run


def look(run: Run) -> dict[str, Any]:
    """Propose what pre-sales need beyond the orders of today, nothing while none was placed; and the quotas to change."""
    company = run.need("company")

    def clock() -> datetime:
        return datetime.now(UTC)

    now, days = clock(), company.project.settings.company_day
    today, at = days.day_of(now), days.clock_of(days.day_of(now), now)
    kinds: dict[str, Kind] = {one.name: one for one in (orders.KIND, quota.KIND)}
    ledger = Ledger(run.need("state"), kinds, to_outbox(clock), clock)
    company.ready()
    earlier = ledger.carried(orders.KIND, today)
    policies, drafts = ledger.policies, list[Any]()
    if any(one.day == today and one.subject.startswith(orders.PRESALE) for one in earlier):
        more = orders.propose(company.figures, today, policies.current(orders.NAME), earlier, at)
        drafts += [one for one in more if orders.AGAIN in one.subject]
    drafts += quota.propose(company.figures, today, policies.current(quota.NAME), ledger.carried(quota.KIND, today), at)
    saved = ledger.save(drafts)
    return {"new": saved.new, "changed": saved.changed}


JOB = Job(
    "presale-more",
    Text("看预售要不要补订、配额够不够", "Look at pre-sales and quotas"),
    look,
    schedule="50 7-22 * * *",
    needs=("company", "state"),
    late=timedelta(hours=1),
)
