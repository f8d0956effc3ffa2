"""The modules as they stand: switches, tables with their freshness and quality, and the ledger's running score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.domains.insight.modules.decide import Need, Next, first_to_switch_on, next_step, ready
from linshu.domains.insight.quality.flow import board
from linshu.engine.decisions.measuring import Score, score
from linshu.kernel.text import Text
from linshu.standard import table as standard_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from linshu.domains.insight.quality.flow import TableLine
    from linshu.engine.decisions import Ledger
    from linshu.engine.intake.pulse import Pulse
    from linshu.engine.shell.feature import Domain
    from linshu.engine.shell.modules import Modules

NEXT: dict[Next, Text] = {
    "import": Text("导入{table}", "Bring in {table}"),
    "mend": Text("看看{table}：{why}", "Look at {table}: {why}"),
    "switch_on": Text("数据齐了，可以启用", "The data is there: switch it on"),
    "go_on": Text("数据齐全，接着用", "Everything is there: go on"),
    "rest": Text("再导入{table}，能看得更多", "Bring in {table} to see more"),
}


@dataclass(frozen=True, slots=True)
class Earned:
    """What one kind of suggestion has brought in the last ninety days."""

    title: Text
    score: Score


@dataclass(frozen=True, slots=True)
class Line:
    """One module with all that is known of it."""

    domain: Domain
    on: bool
    needs: tuple[Need, ...]
    earned: tuple[Earned, ...]
    next: Next
    about: Need | None  # the table the next step is about
    advised: bool = False  # the one to switch on next

    @property
    def ready(self) -> bool:
        """Whether it has what it cannot do without."""
        return ready(self.needs)

    @property
    def words(self) -> Text:
        """What to do next."""
        said, one = NEXT[self.next], self.about
        title = one.title if one else Text("", "")
        why = one.why[0] if one and one.why else Text("不新或不全", "late or not whole")
        return Text(said.zh.format(table=title.zh, why=why.zh), said.en.format(table=title.en.lower(), why=why.en))


def lines(modules: Modules, ledger: Ledger, pulse: Pulse, today: date) -> tuple[Line, ...]:
    """Every module in the recommended order; those that carry the others come first."""
    known, off = {one.table: one for one in board(pulse, today).tables}, modules.off
    made = [_line(one, one.name not in off, known, ledger, today) for one in modules.domains]
    advised = first_to_switch_on([(one.domain.name, one.domain.step, one.on, one.ready) for one in made])
    shown = (
        Line(one.domain, one.on, one.needs, one.earned, one.next, one.about, one.domain.name == advised) for one in made
    )
    return tuple(sorted(shown, key=lambda one: one.domain.step))


def _line(domain: Domain, on: bool, known: Mapping[str, TableLine], ledger: Ledger, today: date) -> Line:
    needs = tuple(
        _need(name, required, known)
        for required, names in ((True, domain.needs), (False, domain.also))
        for name in names
    )
    word, about = next_step(needs, on=on, optional=domain.optional)
    kinds = [kind for feature in domain.features for kind in feature.decides]
    earned = tuple(Earned(kind.title, score(ledger, kind.name, today)) for kind in kinds)
    return Line(domain, on, needs, earned, word, about)


def _need(name: str, required: bool, known: Mapping[str, TableLine]) -> Need:
    title, found = standard_table(name).title, known.get(name)
    if found is None:
        return Need(name, title, required)
    return Need(name, title, required, found.rows, found.newest_day, found.verdict.state, tuple(found.verdict.reasons))


def told(rows: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """One row per module, for commands and programs."""
    for one in rows:
        missing = [need.table for need in one.needs if need.required and not need.there]
        poor = [need.table for need in one.needs if need.state in {"bad", "late"}]
        gain = sum(each.score.gain for each in one.earned if each.score.days)
        yield {
            "module": one.domain.name, "title": one.domain.title.zh, "title_en": one.domain.title.en, "on": one.on,
            "optional": one.domain.optional, "step": one.domain.step, "ready": one.ready, "missing": ", ".join(missing),
            "poor": ", ".join(poor), "todo": one.words.zh, "todo_en": one.words.en, "advised": one.advised,
            "measured_days": sum(each.score.days for each in one.earned),
            "earned": round(gain) if any(each.score.days for each in one.earned) else None,
        }  # fmt: skip
