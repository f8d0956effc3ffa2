"""How the list of people is filtered, sorted and addressed, and a scope said in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from linshu.domains.operations.people.inputs import CHOICES
from linshu.engine.shell.listing import link, page_in, words_in
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.access.scope import Scope
    from linshu.engine.access.users import User

PAGE_ROWS = 50
ORDERS: dict[str, Text] = {
    "account": Text("账号", "Account"),
    "name": Text("姓名", "Name"),
    "role": Text("角色", "Role"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people, in which order: "" = any."""

    words: str = ""
    role: str = ""
    state: str = ""  # "on", "off" or "bound": within a scope
    order: str = "account"
    page: int = 1

    @property
    def is_narrow(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.words or self.role or self.state)


def wanted(given: Mapping[str, str]) -> Wanted:
    """The same from an address; what makes no sense is the usual."""
    order, state = given.get("order", ""), given.get("state", "")
    return Wanted(
        words_in(given), given.get("role", ""), state if state in {"on", "off", "bound"} else "",
        order if order.removeprefix("-") in ORDERS else "account", page_in(given),
    )  # fmt: skip


def address(asked: Wanted, **changed: Any) -> str:
    """The address of a list with something changed; a change of the filter begins at its first page."""
    new = replace(asked, **({"page": 1} | changed))
    parts = {"q": new.words, "role": new.role, "state": new.state, "order": new.order, "page": str(new.page)}
    usual = {"order": "account", "page": "1"}
    return link({name: value for name, value in parts.items() if usual.get(name) != value}, {}, "?")


def listed(people: Iterable[User], asked: Wanted) -> list[User]:
    """The people wanted, in the order wanted."""
    words = asked.words.casefold()
    found = [
        one
        for one in people
        if (not words or words in f"{one.account} {one.name}".casefold())
        and (not asked.role or one.role == asked.role)
        and (asked.state != "on" or one.active)
        and (asked.state != "off" or not one.active)
        and (asked.state != "bound" or one.scope.restrictions())
    ]
    key = asked.order.removeprefix("-")
    return sorted(found, key=lambda one: (getattr(one, key), one.account), reverse=asked.order.startswith("-"))


def scope_words(scope: Scope) -> Text:
    """A scope in words: 社群 2、渠道 1; everything for none."""
    parts = [(CHOICES[name][0], len(ids)) for name, ids in scope.restrictions()]
    if not parts:
        return Text("全部", "everything")
    zh = "、".join(f"{title.zh} {count}" for title, count in parts)
    return Text(zh, ", ".join(f"{title.en} {count}" for title, count in parts))
