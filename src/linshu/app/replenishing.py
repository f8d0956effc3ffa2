"""What the rule of ordering says about goods, and what other policies would have brought, for the command line and programs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linshu.app.answer import Answer
from linshu.app.domains import DOMAINS
from linshu.app.states import open_state
from linshu.domains.supply.replenish import view
from linshu.domains.supply.replenish.flow import KIND, NAME
from linshu.domains.supply.whatif import view as trying
from linshu.engine.access.scope import Scope
from linshu.engine.shell.context import ledger_of
from linshu.engine.shell.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from linshu.app.project import Project
    from linshu.domains.supply.whatif.decide import Outcome
    from linshu.engine.decisions import Ledger, Policy
    from linshu.engine.shell.asking import Shop


def reasons(shop: Shop, ledger: Ledger, scope: Scope, today: date, words: str, *, at: datetime | None = None) -> Answer:
    """One row for each good found at each warehouse: what is ordered of it today and why, or why not."""
    policy, earlier = ledger.policies.current(NAME), ledger.carried(KIND, today)
    made_on, found = view.why(shop, scope, today, policy, earlier, words, at=at)
    return Answer.of(
        (
            {
                "sku": one.sku_id, "sku_name": one.sku, "warehouse": one.warehouse, "supplier": one.supplier,
                "on_hand": one.on_hand, "on_way": one.on_way, "wanted_today": None if one.day is None else round(one.day, 1), "boxes": one.boxes,
                "pack": one.pack, "why": "；".join(each.zh for each in one.why), "why_en": "; ".join(each.en for each in one.why),
            }
            for one in found
        ),
        forecast_of=made_on.isoformat() if made_on else None,
    )  # fmt: skip


def tried(shop: Shop, policy: Policy, today: date, sliders: Mapping[str, str]) -> Answer:
    """The last weeks lived again: a row for the policy tried, the one in force and the old rule; the frontier in the meta."""
    found = trying.answer(shop, today, policy, trying.asked_of(sliders, policy))
    if found is None:
        return Answer.of([])
    rows = (("tried", found.tried), ("in force", found.in_force), ("old rule", found.before))
    return Answer.of(
        ({"policy": name} | _figures(one) for name, one in rows if name != "tried" or not found.same),
        goods=len(found.past.cases),
        of=found.past.of,
        learned_service=found.service,
        frontier=[{"goodwill_times": factor} | asdict(one) for factor, one in found.frontier],
        **{"from": found.past.first.isoformat(), "to": found.past.last.isoformat()},
    )


def _figures(one: Outcome) -> dict[str, float]:
    """Each figure and the ends of its interval; profit, better and stock in fen."""
    return {
        f"{name}{end}": round(value, 4)
        for name, figure in ((each.name, getattr(one, each.name)) for each in fields(one))
        for end, value in (("", figure.value), ("_low", figure.low), ("_high", figure.high))
    }


@contextmanager
def _today(project: Project) -> Iterator[tuple[Ledger, date]]:
    with open_state(project) as state:
        now = datetime.now(UTC)
        yield ledger_of(state, Modules(state, DOMAINS).on, lambda: now), project.settings.company_day.day_of(now)


def asked(project: Project, shop: Shop, words: str, scope: Scope | None) -> Answer:
    """`reasons` for who sits at this machine, or within the scope of somebody."""
    with _today(project) as (ledger, today):
        at = project.settings.company_day.clock_of(today, ledger.now())
        return reasons(shop, ledger, scope or Scope.everything(), today, words, at=at)


def lived_again(project: Project, shop: Shop, sliders: Mapping[str, str]) -> Answer:
    """`tried` under the policy in force today."""
    with _today(project) as (ledger, today):
        return tried(shop, ledger.policies.current(NAME), today, sliders)
