"""What a list reads out of its address and writes into its links, the same on every page.

A misspelt order or choice is refused with the nearest there is; a page that is no number is the first one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MOST_WORDS = 100  # letters of a search
LONGEST_PAGE = 5  # digits


def page_in(given: Mapping[str, str]) -> int:
    """Which page of a list."""
    page = given.get("page", "")
    return int(page) if page.isdecimal() and len(page) <= LONGEST_PAGE and int(page) else 1


def words_in(given: Mapping[str, str], name: str = "q") -> str:
    """What is searched for."""
    return given.get(name, "").strip()[:MOST_WORDS]


def order_in(given: Mapping[str, str], known: Collection[str], usual: str) -> str:
    """What is sorted by, a leading minus for most first."""
    order = given.get("sort") or usual
    if order.removeprefix("-") not in known:
        raise Misused(
            Text(f"不能按 {order} 排序", f"cannot sort by {order}"), mend=nearest(order.removeprefix("-"), known)
        )
    return order


def choice_in(given: Mapping[str, str], name: str, known: Collection[str], usual: str = "") -> str:
    """One of what there is to choose from, or the usual."""
    choice = given.get(name) or usual
    if choice != usual and choice not in known:
        raise Misused(Text(f"没有 {choice} 这个选项", f"there is no choice {choice}"), mend=nearest(choice, known))
    return choice


def link(parts: Mapping[str, object], changes: Mapping[str, object], bare: str = "") -> str:
    """The query of the list's address with some parts changed, of which empty ones are left out; `bare` where none is left."""
    kept = {name: str(value) for name, value in {**parts, **changes}.items() if value}
    return f"?{urlencode(kept)}" if kept else bare
