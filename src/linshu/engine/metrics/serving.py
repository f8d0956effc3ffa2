"""What a rollup holds of the days of a question, and what is said of where a scan's rows come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.engine.metrics.months import Months, whole
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from linshu.engine.metrics.query import Query
    from linshu.engine.metrics.rollup import Rolled
    from linshu.engine.metrics.slots import Day
    from linshu.engine.warehouse.rollups import Standing

MOST_DIRTY = 400  # with more days to read from the fact than that, the fact is read alone
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Served:
    """Where a scan's rows come from: a rollup with the days that it holds rightly, or the fact alone and why."""

    fact: str
    clock: str
    rollup: str = ""
    through: date | None = None  # later days come from the fact
    dirty: tuple[date, ...] = ()  # and so do these
    reason: Text = NOTHING

    def told(self) -> dict[str, object]:
        """As it stands in JSON."""
        return {
            "fact": self.fact,
            "clock": self.clock,
            "rollup": self.rollup,
            "through": str(self.through or ""),
            "dirty_days": [str(day) for day in self.dirty],
            "reason": {"zh": self.reason.zh, "en": self.reason.en},
        }


@dataclass(frozen=True, slots=True)
class Held:
    """The rollup that answers, and what it holds of the days asked for."""

    rollup: Rolled
    through: date
    dirty: tuple[date, ...]
    open_days: bool  # days after `through` are asked for too
    months: Months | None = None  # what of it is read month by month


@dataclass(frozen=True, slots=True)
class Choice:
    """The rollups that answer a scan exactly, whatever values its question has, and the days that it can touch."""

    fitting: tuple[Rolled, ...]
    first: Day | None
    last: Day | None
    months: bool  # nothing closer than months is looked at, and the days above are all there are

    def of(self, query: Query, standings: Mapping[str, Standing]) -> Held | Text:
        """The smallest of those that stand now, for the days of a question; or why the fact is read alone."""
        ready = [(standings[one.name], one) for one in self.fitting if _stands(one, standings)]
        if not ready:
            return Text("汇总表尚未就绪", "the rollup is not ready")
        standing, rollup = min(ready, key=lambda one: (one[0].rows, one[1].name))
        first, last = (day.of(query) if day else None for day in (self.first, self.last))
        if first and first > standing.through:
            return Text("只涉及未结的日子", "only open days are asked for")
        dirty = tuple(day for day in standing.dirty if (not first or day >= first) and (not last or day <= last))
        if len(dirty) > MOST_DIRTY:
            return Text(f"{len(dirty)} 天待重新汇总", f"{len(dirty)} days wait to be added up")
        months = None
        if self.months and rollup.table.months:
            begin, end = ((day, day.of(query)) if day else None for day in (self.first, self.last))
            months = whole(begin, end, standing.through, dirty)
        return Held(rollup, standing.through, dirty, last is None or last > standing.through, months)


def _stands(one: Rolled, standings: Mapping[str, Standing]) -> bool:
    found = standings.get(one.name)
    return found is not None and found.signature == one.table.signature
