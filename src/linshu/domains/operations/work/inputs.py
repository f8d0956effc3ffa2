"""What the pages of work orders read beside them: who works, and the alert or proposal an order comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from linshu.domains.operations.alerts.flow import books
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.work import Draft
from linshu.engine.work.desk import can_work
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from linshu.engine.access.scope import Scope
    from linshu.engine.access.users import User
    from linshu.engine.alerts.book import AlertBook, Kept
    from linshu.engine.alerts.rule import Rule
    from linshu.engine.shell.context import Shell
    from linshu.engine.work import Order, Wanted
    from linshu.kernel.text import Language

NOWHERE = Text("", "")


@dataclass(frozen=True, slots=True)
class Origin:
    """What a new order begins with, and where that comes from."""

    draft: Draft
    link: str = ""
    name: Text = NOWHERE


def origin(request: Request, kind: str, origin_id: str) -> Origin:
    """What an alert or a proposal says, when this viewer may see it; Missing otherwise."""
    viewer, shell = viewer_of(request), shell_of(request)
    if kind == "proposal":
        one = shell.ledger.book(viewer.user.job.menu, viewer.scope).find(origin_id)
        why = "\n".join(viewer.say(reason) for reason in one.reasons)
        draft = Draft(one.title, why, "warn", "proposal", origin_id, f"proposal:{origin_id}", place=one.place)
        return Origin(draft, f"/inbox/{origin_id}", one.title)
    if kind == "alert":
        draft, found = of_alert(alert_book(shell), origin_id, viewer.scope, viewer.language)
        return Origin(draft, _alerts_of(found), draft.title)
    return Origin(Draft(NOWHERE))


def of_alert(book: AlertBook, alert_id: str, scope: Scope, language: Language) -> tuple[Draft, Kept]:
    """What an alert asks for: named after its rule and group, for whose it is; opened once."""
    found = book.find(alert_id, scope)
    rule, whose = book.rule(found.rule), book.owners()(found)
    title = Text(f"{rule.title.zh}：{found.group.zh}", f"{rule.title.en}: {found.group.en}")
    draft = Draft(
        title, rule.why.say(language), rule.severity, "alert", alert_id, f"alert:{alert_id}",
        owner=whose.account if whose else "", place=found.place,
    )  # fmt: skip
    return draft, found


def alert(request: Request, alert_id: str) -> tuple[Kept, Rule]:
    """An alert this viewer may see, and the rule that raised it."""
    book = alert_book(shell_of(request))
    found = book.find(alert_id, viewer_of(request).scope)
    return found, book.rule(found.rule)


def alert_book(shell: Shell) -> AlertBook:
    """The books of the alerts."""
    return books(shell.modules)


def link(request: Request, order: Order) -> str:
    """Where this viewer looks at what an order comes from; "" when they may not, or it is gone."""
    if order.origin == "proposal":
        return f"/inbox/{order.origin_id}" if viewer_of(request).may("proposals.decide") else ""
    if order.origin != "alert":
        return ""
    try:
        found, _ = alert(request, order.origin_id)
    except Missing:
        return ""
    return _alerts_of(found)


def _alerts_of(found: Kept) -> str:
    return f"/alerts?tab={'' if found.alert.open else 'over'}&rule={found.rule}"


def workers(shell: Shell) -> list[User]:
    """Who may be given a work order."""
    return [one for one in shell.users.all() if one.active and can_work(one)]


def names(shell: Shell) -> Mapping[str, str]:
    """The name of each account."""
    return {one.account: one.name for one in shell.users.all()}


def of_state(wanted: Wanted, state: str, most: int) -> Wanted:
    """One column of the board."""
    return replace(wanted, states=(state,), limit=most, offset=0)
