"""Who opened what, who did what, and what became of the suggestions: read from the state, over the last days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from linshu.domains.operations.adoption.decide import APPROVED, IN_BULK, Facts
from linshu.engine.shell.visits import pages_of
from linshu.engine.state.tables import audit, page_visit, proposal, proposal_step, task_closed, users

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from linshu.engine.access.users import User
    from linshu.engine.state import State

PASSING = ("login.", "job.")  # acts that are no deed: coming in, and what the machine does


@dataclass(frozen=True, slots=True)
class Person:
    """What one person did within the days looked at."""

    user_id: str
    account: str
    name: str
    role: str
    opens: int
    days: int
    last: str
    acts: int


@dataclass(frozen=True, slots=True)
class PageUse:
    """How a page was used."""

    page: str
    opens: int
    people: int
    last: str


@dataclass(frozen=True, slots=True)
class KindUse:
    """What became of the suggestions of one kind."""

    kind: str
    made: int
    decided: int
    accepted: int
    expired: int
    waiting: int
    held: int  # drawn into the comparison group: nobody was asked


def facts_of(state: State, user: User) -> Facts:
    """What one person has done so far."""
    mine, step = audit.c.user_id == user.user_id, proposal_step.c
    one_by_one = select(func.count()).where(step.account == user.account, step.act == "approve")
    together = mine & (audit.c.act == "proposal.approve") & audit.c.subject.like("proposals:%")
    with state.reading() as connection:
        acts = connection.execute(select(audit.c.act, func.count()).where(mine).group_by(audit.c.act)).all()
        found = {str(act): int(many) for act, many in acts}
        found[APPROVED] = int(connection.execute(one_by_one).scalar_one())
        found[IN_BULK] = int(connection.execute(select(func.count()).where(together)).scalar_one())
        return Facts(pages_of(connection, user.user_id), found)


def is_closed(state: State, user_id: str) -> bool:
    """Whether this person has put the list of first tasks away."""
    with state.reading() as connection:
        found = connection.execute(select(task_closed.c.user_id).where(task_closed.c.user_id == user_id)).first()
    return found is not None


def people(state: State, since: date, moment: datetime) -> tuple[Person, ...]:
    """Everybody who may log in, with what they opened and did since a day, which began at that moment."""
    seen = page_visit.c
    with state.reading() as connection:
        known = connection.execute(
            select(users.c.user_id, users.c.account, users.c.name, users.c.role).where(users.c.active.is_(True))
        ).all()
        visits = {
            row.user_id: row
            for row in connection.execute(
                select(
                    seen.user_id, func.sum(seen.times).label("opens"), func.count(seen.day.distinct()).label("days"),
                    func.max(seen.day).label("last"),
                ).where(seen.day >= since.isoformat()).group_by(seen.user_id)
            )
        }  # fmt: skip
        deeds = select(audit.c.user_id, func.count()).where(audit.c.at >= moment)
        for word in PASSING:
            deeds = deeds.where(audit.c.act.not_like(f"{word}%"))
        acts: Mapping[str, int] = dict(connection.execute(deeds.group_by(audit.c.user_id)).all())
    return tuple(
        Person(
            one.user_id, one.account, one.name, one.role,
            int(visits[one.user_id].opens) if one.user_id in visits else 0,
            int(visits[one.user_id].days) if one.user_id in visits else 0,
            str(visits[one.user_id].last) if one.user_id in visits else "", int(acts.get(one.user_id, 0)),
        )
        for one in known
    )  # fmt: skip


def pages(state: State, since: date) -> tuple[PageUse, ...]:
    """The pages that were opened since a day, the most used first."""
    seen = page_visit.c
    asked = (
        select(seen.page, func.sum(seen.times), func.count(seen.user_id.distinct()), func.max(seen.day))
        .where(seen.day >= since.isoformat())
        .group_by(seen.page)
        .order_by(func.sum(seen.times).desc(), seen.page)
    )
    with state.reading() as connection:
        return tuple(
            PageUse(page, int(opens), int(many), str(last)) for page, opens, many, last in connection.execute(asked)
        )


def kinds(state: State, since: date) -> dict[str, KindUse]:
    """What became of the suggestions made since a day, by kind."""
    row = proposal.c
    accepted = row.state.in_(("approved", "applied", "measured", "scored", "undone"))
    asked = (
        select(
            row.kind, func.count(), func.count().filter(accepted | (row.state == "rejected")),
            func.count().filter(accepted), func.count().filter(row.state == "expired"),
            func.count().filter(row.state.in_(("draft", "snoozed"))), func.count().filter(row.state == "held"),
        )
        .where(row.day >= since.isoformat())
        .group_by(row.kind)
    )  # fmt: skip
    with state.reading() as connection:
        return {kind: KindUse(kind, *(int(one) for one in rest)) for kind, *rest in connection.execute(asked)}
