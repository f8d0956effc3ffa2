"""A kind of proposals, as a domain declares it: who decides, what a line holds, what happens when it is approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from linshu.engine.decisions.policy import Policy
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from linshu.engine.decisions.outcome import How
    from linshu.engine.decisions.proposal import Draft, Line, Proposal

EffectKind = Literal["file", "webhook", "push", "work_order"]
GAIN = Text("预计收益", "Expected gain")
COMMON: Mapping[str, Text] = {
    "day": Text("哪天", "Day"),
    "regions": Text("地区", "Regions"),
    "name": Text("名称", "Name"),
    "community": Text("社群", "Community"),
    "leader": Text("团长", "Leader"),
    "leader_id": Text("团长编号", "Leader id"),
    "channel": Text("渠道", "Channel"),
    "supplier": Text("供应商", "Supplier"),
    "supplier_id": Text("供应商编号", "Supplier id"),
    "warehouse": Text("仓库", "Warehouse"),
    "warehouse_id": Text("仓库编号", "Warehouse id"),
}  # what frozen inputs of any kind may hold
FRACTIONS = frozenset({"share", "number"})
Shape = Literal["text", "count", "number", "fen", "share", "day"]


@dataclass(frozen=True, slots=True)
class Column:
    """One thing a line says; what is editable stays within its bounds."""

    name: str
    title: Text
    shape: Shape = "text"
    editable: bool = False
    least: int = 0
    most: int = 10**12
    longest: int = 500


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that leaves the ledger when a proposal is applied or undone; the ledger names it so that it leaves once."""

    kind: EffectKind
    receiver: str
    subject: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What the ledger must know of one kind of proposals; the rule itself lives in the domain."""

    name: str
    title: Text
    columns: tuple[Column, ...]
    roles: frozenset[str]  # whose inbox it is in; administrators see all
    apply: Callable[[Proposal], Iterable[Effect]]
    undo: Callable[[Proposal], Iterable[Effect]] | None = None  # None = what left cannot be called back
    how: How = "baseline"
    days: int = 7  # after so many days its outcome is looked at
    worth: Callable[[tuple[Line, ...], Mapping[str, Any], Policy], tuple[int, int]] | None = (
        None  # value, cost after an edit
    )
    again: Callable[[Mapping[str, Any], Policy], Draft | None] | None = None  # the rule, run on frozen inputs
    propose: Callable[..., Iterable[Draft]] | None = (
        None  # today's proposals, from a shop, the day, the policy, and what of the kinds it heeds was carried out lately
    )
    by_clock: bool = False  # whether the rule is also told, as `at`, what the wall clock says; None = it is morning
    by_day: bool = False  # whether a morning's proposals take the place of all that nobody decided the days before
    heeds: frozenset[str] = frozenset()  # other kinds whose carried proposals the rule is given too
    observe: Callable[[Any, tuple[Proposal, ...], Mapping[str, Mapping[str, Any]]], Mapping[str, float]] | None = (
        None  # fen per proposal id, from a shop, the proposals and the frozen inputs of each
    )
    policy: Policy = field(default_factory=Policy)
    words: Mapping[str, Text] = field(default_factory=dict)  # what the kind's own numbers in the policy mean
    numbers: Mapping[str, Text] = field(default_factory=dict)  # what else the frozen inputs hold
    fen: frozenset[str] = frozenset()  # of these numbers, those that are money
    check: Callable[[Mapping[str, Any]], None] | None = None  # Invalid for numbers of its own that cannot be
    gain: Text = GAIN  # what `value` is called: more sales, less waste

    @property
    def called(self) -> Mapping[str, Text]:
        """Words for the names its frozen inputs have."""
        return {**COMMON, **{one.name: one.title for one in self.columns}, **self.numbers, **self.words}

    def checked(self, lines: Iterable[Line], before: tuple[Line, ...]) -> tuple[Line, ...]:
        """Edited lines, with only what may be edited changed; Invalid says which line and what it may hold."""
        given = tuple(lines)
        if len(given) != len(before):
            raise Invalid(Text("行数变了", "the number of lines changed"))
        by_name = {one.name: one for one in self.columns}
        found = []
        for number, (line, old) in enumerate(zip(given, before, strict=True), 1):
            unknown = set(line) - set(by_name)
            if unknown:
                raise Invalid(Text(f"没有列 {min(unknown)}", f"there is no column {min(unknown)}"))
            found.append(
                old | {name: _fits(by_name[name], value, old.get(name), number) for name, value in line.items()}
            )
        return tuple(found)


def _fits(column: Column, value: Any, before: Any, number: int) -> Any:
    where = Text(f"第 {number} 行“{column.title.zh}”", f"line {number}, {column.title.en}")
    if value == before:
        return value
    if not column.editable:
        raise Invalid(Text("这一列不能改", "this column cannot be changed"), where=where)
    if column.shape in ("text", "day"):
        if len(str(value)) > column.longest:
            raise Invalid(Text(f"最多 {column.longest} 个字", f"at most {column.longest} signs"), where=where)
        return str(value)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or (column.shape not in FRACTIONS and value != int(value))
    ):
        raise Invalid(Text("应是整数", "it must be a whole number"), where=where)
    if not column.least <= value <= column.most:
        raise Invalid(
            Text(f"应在 {column.least} 与 {column.most} 之间", f"it must lie between {column.least} and {column.most}"),
            where=where,
        )
    return value if column.shape in FRACTIONS else int(value)
