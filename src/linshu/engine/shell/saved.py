"""Views people keep: the address of a page under a name, their own or shared with everyone who may open that page."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from linshu.engine.access.users import User
from linshu.engine.shell.question import read_questions
from linshu.engine.state.instant import utc_now
from linshu.engine.state.tables import saved_view, users
from linshu.kernel.errors import Conflict, Forbidden, Invalid, LinshuError, Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from linshu.engine.state import State

MOST_NAME, MOST_ADDRESS = 60, 8_000


@dataclass(frozen=True, slots=True)
class SavedView:
    """One kept address; no figure is kept with it, so that whoever opens it sees it within their own scope."""

    view_id: str
    owner_id: str
    owner: str  # their name
    page: str
    name: str
    address: str  # what follows the page's path, without the question mark
    shared: bool
    opens: bool
    changed_at: datetime

    @property
    def href(self) -> str:
        """Where it leads: the page as it was kept, knowing which view is open."""
        return f"{self.page}?{self.address}&view={self.view_id}"


@dataclass(frozen=True, slots=True)
class SavedViews:
    """The register of views, kept in the state database."""

    state: State
    now: Callable[[], datetime] = utc_now

    def seen_by(self, user: User, page: str = "") -> tuple[SavedView, ...]:
        """Their own and the shared ones, own first, by name; who manages views sees all there are."""
        asked = select(saved_view, users.c.name.label("owner")).join(users)
        if not user.may("views.manage"):
            asked = asked.where(or_(saved_view.c.user_id == user.user_id, saved_view.c.shared))
        if page:
            asked = asked.where(saved_view.c.page == page)

        def read(connection: Connection) -> tuple[SavedView, ...]:
            found = [_view(row) for row in connection.execute(asked)]
            return tuple(sorted(found, key=lambda one: (one.owner_id != user.user_id, one.name)))

        return self.state.recall(("views", user.user_id, user.may("views.manage"), page), read)

    def using(self, user: User, metric: str) -> tuple[SavedView, ...]:
        """Those among them that ask for a metric; an address nobody can read any more asks for none."""
        return tuple(one for one in self.seen_by(user) if metric in _asked(one.address))

    def find(self, user: User, named: str) -> SavedView:
        """The view of that id or name, among those this person may see; Missing names the nearest."""
        known = self.seen_by(user)
        for one in known:
            if named in (one.view_id, one.name):
                return one
        raise Missing(
            Text(f"没有视图“{named}”", f"there is no view {named}"), mend=nearest(named, [one.name for one in known])
        )

    def first(self, user: User, page: str) -> SavedView | None:
        """The view a person's page begins with."""
        own = (one for one in self.seen_by(user, page) if one.owner_id == user.user_id)
        return next((one for one in own if one.opens), None)

    def keep(self, user: User, page: str, name: str, address: str, *, shared: bool = False, opens: bool = False) -> str:
        """Keeps an address under a new name; its id. Conflict when the person has one of that name."""
        view_id, moment = secrets.token_hex(6), self.now()
        row = {
            "view_id": view_id, "user_id": user.user_id, "page": page, "name": _named(name),
            "address": _addressed(address), "shared": shared, "opens": opens, "created_at": moment,
            "changed_at": moment,
        }  # fmt: skip
        with _changing(self.state, name) as connection:
            if opens:
                _none_opens(connection, user, page)
            connection.execute(insert(saved_view), [row])
        return view_id

    def change(self, user: User, view_id: str, **parts: Any) -> None:
        """Another name, address, sharing, or whether the page begins with it; only by its owner or who manages views."""
        found = self._own(user, view_id)
        if "name" in parts:
            parts["name"] = _named(parts["name"])
        if "address" in parts:
            parts["address"] = _addressed(parts["address"])
        with _changing(self.state, parts.get("name", found.name)) as connection:
            if parts.get("opens"):
                _none_opens(connection, user, found.page)
            changed = update(saved_view).where(saved_view.c.view_id == found.view_id)
            connection.execute(changed.values(**parts, changed_at=self.now()))

    def drop(self, user: User, view_id: str) -> SavedView:
        """Takes a view away; only by its owner or who manages views. What it was, so that it can be kept again."""
        found = self._own(user, view_id)
        with self.state.writing() as connection:
            connection.execute(delete(saved_view).where(saved_view.c.view_id == found.view_id))
        return found

    def _own(self, user: User, view_id: str) -> SavedView:
        found = self.find(user, view_id)
        if found.owner_id != user.user_id and not user.may("views.manage"):
            raise Forbidden(
                Text(f"视图“{found.name}”是{found.owner}的", f"the view {found.name} belongs to {found.owner}"),
                mend=Text("可以另存一份自己的。", "Keep a copy of your own instead."),
            )
        return found


@contextmanager
def _changing(state: State, name: str) -> Iterator[Connection]:
    """A change of the register; a name used twice is said in words."""
    try:
        with state.writing() as connection:
            yield connection
    except IntegrityError as error:
        raise Conflict(
            Text(f"您已经有视图“{name.strip()}”", f"you have a view {name.strip()} already"),
            mend=Text("请换一个名字，或更新那个视图。", "Choose another name, or update that view."),
        ) from error


def _view(row: Row[Any]) -> SavedView:
    return SavedView(
        row.view_id, row.user_id, row.owner, row.page, row.name, row.address, row.shared, row.opens, row.changed_at
    )


def _none_opens(connection: Connection, user: User, page: str) -> None:
    """A page begins with one view at most."""
    mine = (saved_view.c.user_id == user.user_id) & (saved_view.c.page == page)
    connection.execute(update(saved_view).where(mine).values(opens=False))


def _named(name: str) -> str:
    tidy = " ".join(name.split())
    if not 0 < len(tidy) <= MOST_NAME:
        raise Invalid(
            Text(
                "视图要有名字" if not tidy else f"名字超过 {MOST_NAME} 个字", "a view needs a name of at most 60 signs"
            ),
            mend=Text("例如：街道复购率", "For example: repurchase by street"),
        )
    return tidy


def _addressed(address: str) -> str:
    if not address or len(address) > MOST_ADDRESS:
        raise Invalid(
            Text(
                "没有可保存的内容" if not address else "这个视图太长，存不下", "there is nothing, or too much, to keep"
            ),
            mend=Text("请先选指标，或少放几个图。", "Choose a metric first, or fewer charts."),
        )
    return address


def _asked(address: str) -> frozenset[str]:
    """The metrics an address asks for."""
    try:
        questions = read_questions(parse_qsl(address, keep_blank_values=True))
    except LinshuError:
        return frozenset()
    return frozenset(name for one in questions for name in one.metrics)
