"""First tasks as they stand, and the use of the product as people may see it: by role for all, by person for admins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert

from linshu.domains.operations.adoption import inputs
from linshu.domains.operations.adoption.decide import TASKS, Facts, Task, least_told
from linshu.engine.access.roles import ROLES
from linshu.engine.shell.menu import current, menu
from linshu.engine.state.tables import task_closed
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from linshu.domains.operations.adoption.inputs import KindUse, PageUse, Person
    from linshu.engine.shell.context import Shell, Viewer
    from linshu.engine.shell.feature import Domain
    from linshu.engine.state import State

LOOKED_BACK = 30
BESIDE = {  # pages that stand in no menu
    "/account": Text("我的账号", "One's own account"),
    "/lineage": Text("数字从哪里来", "Where a figure came from"),
    "/leader/orders": Text("团长手机页 · 订单", "Leader's phone · orders"),
    "/leader/commission": Text("团长手机页 · 佣金", "Leader's phone · commission"),
    "/leader/messages": Text("团长手机页 · 消息", "Leader's phone · messages"),
    "/leader/me": Text("团长手机页 · 我的", "Leader's phone · oneself"),
    "/supplier/purchases": Text("供应商门户 · 采购单", "Supplier portal · purchases"),
    "/supplier/stock": Text("供应商门户 · 库存", "Supplier portal · stock"),
    "/supplier/settlement": Text("供应商门户 · 结算", "Supplier portal · settlement"),
    "/supplier/messages": Text("供应商门户 · 消息", "Supplier portal · messages"),
    "/supplier/me": Text("供应商门户 · 我的", "Supplier portal · oneself"),
}
OTHERS = Text("人少的角色合计", "Roles of few people together")


@dataclass(frozen=True, slots=True)
class Step:
    """One first task, and how far this person is."""

    task: Task
    got: int

    @property
    def done(self) -> bool:
        """Whether it really happened."""
        return self.got >= self.task.times


@dataclass(frozen=True, slots=True)
class RoleUse:
    """How the people of one role use the product."""

    title: Text
    people: int
    opened: int  # people who opened anything
    acted: int  # people who did anything
    opens: int
    acts: int


@dataclass(frozen=True, slots=True)
class Use:
    """Everything at one look."""

    since: date
    roles: tuple[RoleUse, ...]
    pages: tuple[tuple[Text, PageUse], ...]
    kinds: tuple[tuple[Text, KindUse], ...]
    people: tuple[Person, ...]  # only for who manages people


def steps(shell: Shell, viewer: Viewer) -> tuple[Step, ...]:
    """The first tasks of this person's role, but for those on pages that their scope keeps shut."""
    shell.visits.flush()
    entries = menu(shell.active, viewer.user)
    found = of_role(viewer.user.job.menu, inputs.facts_of(shell.state, viewer.user))
    return tuple(one for one in found if current(entries, one.task.path.partition("?")[0]))


def of_role(role: str, facts: Facts) -> tuple[Step, ...]:
    """The first tasks of a role, held against what was done."""
    return tuple(Step(task, task.got(facts)) for task in TASKS.get(role, ()))


def offered(shell: Shell, viewer: Viewer) -> tuple[Step, ...]:
    """The first tasks to show beside the figures: none once they were put away; all done puts them away."""
    if inputs.is_closed(shell.state, viewer.user.user_id):
        return ()
    found = steps(shell, viewer)
    if any(not one.done for one in found):
        return found
    if viewer.real is None:  # a phone that asks every minute costs one look from now on
        close(shell.state, viewer.user.user_id, shell.now(), closed=True)
    return ()


def close(state: State, user_id: str, at: datetime, *, closed: bool) -> None:
    """Puts the list away for a person, or shows it again."""
    with state.writing() as connection:
        connection.execute(delete(task_closed).where(task_closed.c.user_id == user_id))
        if closed:
            connection.execute(insert(task_closed).values(user_id=user_id, closed_at=at))


def use(
    state: State, domains: Iterable[Domain], today: date, begins: datetime, *, by_person: bool, days: int = LOOKED_BACK
) -> Use:
    """The use of the last days; people one by one only for who may see that."""
    since, listed = today - timedelta(days=days - 1), tuple(domains)
    people = inputs.people(state, since, begins)
    titles = {item.path: item.title for one in listed for feature in one.features for item in feature.menu} | BESIDE
    known = {kind.name: kind.title for one in listed for feature in one.features for kind in feature.decides}
    found = inputs.kinds(state, since)
    kinds = [(title, found.get(name, inputs.KindUse(name, 0, 0, 0, 0, 0, 0))) for name, title in known.items()]
    pages = [(titles.get(one.page, Text(one.page, one.page)), one) for one in inputs.pages(state, since)]
    order = sorted(people, key=lambda one: (one.days, one.acts, one.opens), reverse=True)
    return Use(since, _by_role(people), tuple(pages), tuple(kinds), tuple(order) if by_person else ())


def _by_role(people: Iterable[Person]) -> tuple[RoleUse, ...]:
    """Roles of fewer than three are told together, so that nobody is read off them; fewer than three in all, not at all."""
    titles = {one.name: one.title for one in ROLES}
    groups: dict[str, list[Person]] = {}
    for one in people:
        groups.setdefault(one.role, []).append(one)
    few = [one for group in groups.values() if not least_told(len(group)) for one in group]
    made = [
        _role_use(titles.get(name, Text(name, name)), group)
        for name, group in sorted(groups.items())
        if least_told(len(group))
    ]
    return (*made, *([_role_use(OTHERS, few)] if least_told(len(few)) else []))


def _role_use(title: Text, group: list[Person]) -> RoleUse:
    return RoleUse(
        title, len(group), sum(1 for one in group if one.days), sum(1 for one in group if one.acts),
        sum(one.opens for one in group), sum(one.acts for one in group),
    )  # fmt: skip


def told(found: Use, of: str) -> list[dict[str, Any]]:
    """One part of it as plain rows."""
    parts: Mapping[str, list[dict[str, Any]]] = {
        "roles": [
            {"role": one.title.zh, "role_en": one.title.en, "people": one.people, "opened": one.opened,
             "acted": one.acted, "opens": one.opens, "acts": one.acts}
            for one in found.roles
        ],
        "pages": [
            {"page": one.page, "title": title.zh, "title_en": title.en, "opens": one.opens, "people": one.people,
             "last_day": one.last}
            for title, one in found.pages
        ],
        "suggestions": [
            {"kind": one.kind, "title": title.zh, "title_en": title.en, "made": one.made, "decided": one.decided,
             "accepted": one.accepted, "expired": one.expired, "waiting": one.waiting, "held": one.held,
             "never_read": one.made > one.held and one.decided == 0}
            for title, one in found.kinds
        ],
        "people": [
            {"account": one.account, "name": one.name, "role": one.role, "opens": one.opens, "days": one.days,
             "last_day": one.last or None, "acts": one.acts}
            for one in found.people
        ],
    }  # fmt: skip
    return parts[of]


PARTS = ("roles", "pages", "suggestions", "people")
