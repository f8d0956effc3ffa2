"""The company's rows, one period of them, or one part; no SQL in sight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from math import copysign, floor
from typing import Any

from tests.domains.trade import Row, Rows

DAY = timedelta(1)


def rounded(value: float) -> int:
    """Half away from zero."""
    return int(copysign(floor(abs(value) + 0.5), value))


@dataclass(frozen=True)
class Reading:
    """The company's rows, and what plain reading makes of them; `cut` keeps the rows of one dimension value."""

    rows: Rows
    start: date
    end: date
    cut: tuple[str, Any] | None = None
    known: dict[str, list[Row]] = field(default_factory=dict, compare=False)

    # -- reading

    def std(self, table: str) -> list[Row]:
        return [row for row in self.rows.get(table, ()) if not row.get("deleted")]

    def fact(self, name: str) -> list[Row]:
        """All rows of a fact, whatever the period."""
        if name not in self.known:
            self.known[name] = getattr(self, f"_{name}")()
        return self._kept(self.known[name])

    def _kept(self, rows: list[Row]) -> list[Row]:
        if not self.cut:
            return rows
        key, value = self.cut
        return [row for row in rows if row.get(key) == value]

    def during(self, name: str, day: str) -> list[Row]:
        """The rows of a fact whose day lies in the period."""
        return [row for row in self.fact(name) if row[day] is not None and self.start <= row[day] <= self.end]

    def last(self, name: str, day: str, days: int) -> list[Row]:
        """The rows of the last so many days of the period."""
        first = self.end - DAY * (days - 1)
        return [row for row in self.fact(name) if row[day] is not None and first <= row[day] <= self.end]

    def standing(self, name: str, day: str, per: tuple[str, ...], back: int) -> list[Row]:
        """The newest row of each key at the period's end, from within the period or from so many days before it."""
        newest: dict[tuple[Any, ...], Row] = {}
        uncut = replace(self, cut=None).fact(name)
        for row in sorted((row for row in uncut if row[day] is not None), key=lambda row: row[day]):
            if self.start - DAY * back <= row[day] <= self.end:
                newest[tuple(row[column] for column in per)] = row
        return self._kept(list(newest.values()))

    def firsts(self, name: str, day: str, who: str, where: Callable[[Row], bool] = bool) -> list[Row]:
        """The first row of each person in the period, whatever the cut, and of these the ones in the cut."""
        found: dict[Any, Row] = {}
        rows = [row for row in replace(self, cut=None).during(name, day) if where(row) and row[who] is not None]
        for row in sorted(rows, key=lambda row: (row["at"], row["id"])):
            found.setdefault(row[who], row)
        return self._kept(list(found.values()))

    @cached_property
    def persons(self) -> dict[str, str]:
        return {row["source_member_id"]: row["member_id"] for row in self.std("identity")}

    def person(self, account: str | None) -> str | None:
        return self.persons.get(account, account) if account else None
