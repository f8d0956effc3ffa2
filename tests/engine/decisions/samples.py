"""A kind of proposals as simple as can be: give a leader a coupon."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from linshu.engine.audit import Actor
from linshu.engine.decisions import Column, Draft, Effect, Kind, Ledger, Place, Policy
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from linshu.engine.decisions.kind import Proposal
    from linshu.engine.state import State

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DAY = date(2026, 11, 22)
WANG, LI = Actor("u1", "wang", "web"), Actor("u2", "li", "web")


def coupon(subject: str = "leader:L1", fen: int = 500, *, day: date = DAY, place: Place | None = None) -> Draft:
    inputs = {"leader": subject, "fen": fen}
    return Draft(
        "coupon", subject, Text("给张三发券", "A coupon for Zhang"), day, ({"leader": subject, "coupon": fen},),
        (Text("两周没开团", "silent for two weeks"),), value=10 * fen, cost=fen, inputs=inputs,
        place=place or Place(("42", "4201"), "C1", "L1"),
    )  # fmt: skip


def again(inputs: Mapping[str, Any], policy: Policy) -> Draft:
    assert policy.own["size"] > 0
    return coupon(inputs["leader"], inputs["fen"])


def leaves(proposal: Proposal) -> tuple[Effect, ...]:
    return tuple(Effect("push", proposal.subject, "券", dict(line)) for line in proposal.lines)


@dataclass
class Box:
    """An outbox in memory that refuses to hear the same thing twice."""

    left: dict[str, Effect] = field(default_factory=dict)

    def __call__(self, connection: Connection, effects: Sequence[tuple[str, Effect]]) -> None:
        for key, effect in effects:
            assert key not in self.left, f"left twice: {key}"
            self.left[key] = effect


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, **more: float) -> None:
        self.now += timedelta(**more)


def kind(**more: Any) -> Kind:
    given: dict[str, Any] = {
        "columns": (Column("leader", Text("团长", "Leader")), Column("coupon", Text("券额", "Coupon"), "fen", True, 0, 10_000)),
        "roles": frozenset({"growth"}), "apply": leaves, "undo": leaves, "again": again,
        "worth": lambda lines, *_: (10 * lines[0]["coupon"], lines[0]["coupon"]),
        "policy": Policy(own={"size": 500}),
    }  # fmt: skip
    return Kind("coupon", Text("发券", "Coupons"), **(given | more))


def ledger(state: State, box: Box | None = None, clock: Clock | None = None, **more: Any) -> Ledger:
    return Ledger(state, {"coupon": kind(**more)}, box or Box(), clock or Clock())
