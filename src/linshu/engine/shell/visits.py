"""How often whom opened which page on which company day: counts alone, written a few seconds later, forgotten in time.

What was asked on a page, what it showed and who was looked at is never kept.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from linshu.engine.state.tables import page_visit

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from linshu.engine.state import State

MOST_WAITING = 500
LONGEST = 64  # signs of a page's path
Key = tuple[str, str, str]


@dataclass(slots=True)
class Visits:
    """What was opened and is not written down yet."""

    state: State
    _waiting: Counter[Key] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def note(self, user_id: str, page: str, day: date) -> None:
        """Counts one opening; costs no write of its own."""
        with self._lock:
            self._waiting[user_id, page[:LONGEST], day.isoformat()] += 1
            full = len(self._waiting) >= MOST_WAITING
        if full:
            self.flush()

    def flush(self) -> None:
        """Writes what was counted."""
        with self._lock:
            taken, self._waiting = self._waiting, Counter()
        if taken:
            with self.state.writing() as connection:
                for key, times in sorted(taken.items()):
                    _add(connection, key, times)


def _add(connection: Connection, key: Key, times: int) -> None:
    user_id, page, day = key
    row = page_visit.c
    here = (row.user_id == user_id) & (row.page == page) & (row.day == day)
    if not connection.execute(update(page_visit).where(here).values(times=row.times + times)).rowcount:
        connection.execute(insert(page_visit).values(user_id=user_id, page=page, day=day, times=times))


def pages_of(connection: Connection, user_id: str) -> frozenset[str]:
    """The pages this person has opened, as far as they are remembered."""
    return frozenset(connection.execute(select(page_visit.c.page).where(page_visit.c.user_id == user_id)).scalars())


def sweep(connection: Connection, before: date) -> int:
    """Forgets the openings of earlier days."""
    return connection.execute(delete(page_visit).where(page_visit.c.day < before.isoformat())).rowcount


def page_of(path: str, here: str) -> str:
    """Under which name an opening is counted: its place in the menu, else the first part of its address; "" for none."""
    first = path.strip("/").partition("/")[0]
    return here or (f"/{first}" if first else "")
