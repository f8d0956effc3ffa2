"""The policy of a kind of proposals: what is approved by itself, what needs two people, how long things stay open."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from linshu.kernel.errors import Invalid, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

MOST_DAYS = 365
HELD_LEAST, HELD_MOST = 0.0, 0.5


@dataclass(frozen=True, slots=True)
class Policy:
    """What the company decided about proposals of one kind; a change is a new version with its reason."""

    auto_below: int = 0  # approved by the machine when it commits less than this (fen); 0 = never
    two_from: int = 0  # two people must agree from this on (fen); 0 = one is enough
    undo_hours: int = 24
    open_days: int = 3  # then it expires
    rest_days: int = 0  # so long the same subject is not proposed again, whatever was decided
    held_share: float = 0.0  # of the subjects, drawn into a comparison group; needs a kind that is measured so
    own: Mapping[str, Any] = field(default_factory=dict)  # the numbers that the rule of the kind itself reads
    version: int = 0  # 0 = as declared, never changed

    def two_people(self, cost: int) -> bool:
        """Whether two people must agree to commit so much."""
        return 0 < self.two_from <= cost

    def by_itself(self, cost: int) -> bool:
        """Whether the machine may approve it; never what needs two people."""
        return cost < self.auto_below and not self.two_people(cost)

    def expires(self, made: datetime, at_most: timedelta | None = None) -> datetime:
        """Until when it can be decided; `at_most` where what it is about ends before."""
        usual = timedelta(days=self.open_days)
        return made + (usual if at_most is None else min(usual, at_most))

    def undo_until(self, applied: datetime) -> datetime:
        """Until when it can be taken back."""
        return applied + timedelta(hours=self.undo_hours)

    def holds(self, salt: str, subject: str) -> bool:
        """Whether a subject belongs to the comparison group: drawn once by its name, the same on every day."""
        drawn = int.from_bytes(hashlib.sha256(f"{salt}\n{subject}".encode()).digest()[:8]) / 2**64
        return drawn < self.held_share

    def changed(self, changes: Mapping[str, Any]) -> Self:
        """The next version; Invalid names what is wrong. A key outside the ledger's own is one of the kind's numbers."""
        known = {one.name for one in fields(self)} - {"own", "version"}
        given: dict[str, Any] = {}
        own = dict(self.own)
        for name, value in changes.items():
            if name in known:
                given[name] = _number(name, value, getattr(self, name))
            elif name in own:
                own[name] = _number(name, value, own[name])
            else:
                raise Invalid(
                    Text(f"策略里没有 {name}", f"a policy has no {name}"), mend=nearest(name, known | set(own))
                )
        after = replace(self, **given, own=own, version=self.version + 1)
        after.check()
        return after

    def check(self) -> None:
        """Invalid when the numbers contradict each other."""
        if min(self.auto_below, self.two_from, self.undo_hours, self.rest_days) < 0:
            raise Invalid(Text("金额、小时和天数不能为负", "amounts, hours and days cannot be negative"))
        if not 1 <= self.open_days <= MOST_DAYS:
            raise Invalid(Text(f"开放天数应为 1 至 {MOST_DAYS}", f"it stays open from 1 to {MOST_DAYS} days"))
        if not HELD_LEAST <= self.held_share <= HELD_MOST:
            raise Invalid(Text("对照组最多占一半", "the comparison group is at most half"))
        if 0 < self.two_from < self.auto_below:
            raise Invalid(
                Text(
                    "自动批准的上限高过了双人批准的起点",
                    "what is approved by itself reaches into what needs two people",
                ),
                mend=Text("请把自动批准的上限调低。", "Lower what is approved by itself."),
            )

    def told(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self) | {"own": dict(self.own)}


def _number(name: str, value: Any, before: Any) -> Any:
    """The value in the type it had before; text from a form is read."""
    if isinstance(before, str):
        return str(value).strip()
    if isinstance(value, bool):
        return value
    try:
        return int(str(value)) if isinstance(before, int) else float(str(value))
    except ValueError as error:
        raise Invalid(
            Text(f"{name} 应是数字，写的是“{value}”", f"{name} must be a number, not {value!r}"),
        ) from error
