"""Looked at every hour while orders come in: whether pre-sales that were bought this morning need a further order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from linshu.domains.supply.replenish.flow import AGAIN, KIND, NAME, PRESALE, propose
from linshu.engine.decisions import Ledger
from linshu.engine.decisions.leaving import to_outbox
from linshu.engine.jobs import Job
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.jobs import Run


def look(run: Run) -> dict[str, Any]:
    """Propose what pre-sales need beyond the orders of today; nothing while none was placed."""
    company = run.need("company")

    def clock() -> datetime:
        return datetime.now(UTC)

    now, days = clock(), company.project.settings.company_day
    today, ledger = days.day_of(now), Ledger(run.need("state"), {NAME: KIND}, to_outbox(clock), clock)
    earlier = ledger.carried(KIND, today)
    if not any(one.day == today and one.subject.startswith(PRESALE) for one in earlier):
        return {"new": 0}
    company.ready()
    drafts = propose(company.figures, today, ledger.policies.current(NAME), earlier, days.clock_of(today, now))
    saved = ledger.save(one for one in drafts if AGAIN in one.subject)
    return {"new": saved.new, "changed": saved.changed}


JOB = Job(
    "presale-more",
    Text("看预售要不要补订", "Look whether pre-sales need more"),
    look,
    schedule="50 7-22 * * *",
    needs=("company", "state"),
    late=timedelta(hours=1),
)
