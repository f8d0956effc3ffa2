"""Closing the loop: what was carried out is looked at when its days are over, and the kind's running score is kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import fmean
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select, true, update

from linshu.engine.access.place import within
from linshu.engine.access.scope import Scope
from linshu.engine.decisions.book import as_proposal
from linshu.engine.decisions.outcome import Observed, against_held, summed
from linshu.engine.state.tables import outcome, proposal, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from linshu.engine.decisions.kind import Kind
    from linshu.engine.decisions.ledger import Ledger
    from linshu.engine.decisions.proposal import Proposal, State
    from linshu.engine.decisions.rules import Act

Seen = tuple[int, int, int, int, float, float | None, float | None]  # days, untold, cases, promised, gain, interval
CARRIED = ("applied", "measured", "scored")
SCORED_DAYS = 90


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the proposals of one kind and day brought."""

    kind: str
    day: date
    applied: int
    promised: int  # fen, by those carried out
    seen: Observed


@dataclass(frozen=True, slots=True)
class Score:
    """How a kind has done over the last 90 days; shown beside its next proposals."""

    kind: str
    decided: int  # by somebody, or by the machine as the policy allows
    expired: int  # nobody decided in time
    accepted: int
    edited: int  # of the accepted, after a person changed them
    days: int  # measured ones
    untold: int  # days measured in vain: nobody had been drawn into the comparison
    cases: int
    promised: int  # fen
    gain: float
    low: float | None
    high: float | None

    @property
    def share(self) -> float | None:
        """Of what was decided, how much was accepted."""
        return self.accepted / self.decided if self.decided else None


def measure(ledger: Ledger, shop: Any, today: date) -> tuple[Outcome, ...]:
    """Looks at every day whose time is over and that was not looked at before; safe to call as often as one likes."""
    found = tuple(
        _measure_day(ledger, shop, kind, day)
        for kind in ledger.kinds.values()
        if kind.observe is not None
        for day in _due(ledger, kind, today)
    )
    _settle(ledger)
    return found


def score(ledger: Ledger, kind: str, today: date, scope: Scope | None = None) -> Score:
    """The running score, from what was measured and from what people decided; within a row scope, of its proposals only."""
    since, mine = (today - timedelta(days=SCORED_DAYS)).isoformat(), scope or Scope.everything()
    rows = proposal.c
    accepted = rows.state.in_(("approved", *CARRIED, "undone"))
    people = select(
        func.count().filter(accepted | (rows.state == "rejected")),
        func.count().filter(rows.state == "expired"),
        func.count().filter(accepted),
        func.count().filter(accepted & (rows.edited_by != "")),
    ).where(rows.kind == kind, rows.day >= since, within(proposal, mine))
    with ledger.state.reading() as connection:
        counts = connection.execute(people).one()
        cut = bool(mine.restrictions())
        seen = _part(connection, ledger.kinds[kind], since, mine) if cut else _whole(connection, kind, since)
    days, untold, cases, promised, gain, low, high = seen
    return Score(kind, *counts, days, untold, cases, promised, gain, low, high)


def _whole(connection: Connection, kind: str, since: str) -> Seen:
    seen = outcome.c
    asked = select(seen.how, seen.held, seen.applied, seen.promised, seen.gain, seen.low, seen.high)
    every = connection.execute(asked.where(seen.kind == kind, seen.day >= since)).all()
    days = [one for one in every if one.how != "holdout" or one.held]
    sums = (sum(one.applied for one in days), sum(one.promised for one in days), sum(one.gain for one in days))
    return (len(days), len(every) - len(days), *sums, *_together(days))


def _part(connection: Connection, kind: Kind, since: str, scope: Scope) -> Seen:
    """What those of a scope brought one by one; nothing where the comparison is drawn over the whole company."""
    rows = proposal.c
    mine = (rows.kind == kind.name, rows.day >= since, rows.gain.is_not(None), within(proposal, scope))
    found = connection.execute(select(rows.day, rows.value, rows.gain).where(*mine)).all()
    if kind.how == "holdout" or not found:
        return 0, 0, 0, 0, 0.0, None, None
    seen = summed([one.gain for one in found])
    return (
        len({one.day for one in found}), 0, len(found), sum(one.value for one in found), seen.gain, seen.low, seen.high
    )  # fmt: skip


def _together(days: Sequence[Any]) -> tuple[float | None, float | None]:
    """The interval of a sum of independent days; none while any day has none."""
    if not days or any(one.low is None for one in days):
        return None, None
    gain = sum(one.gain for one in days)
    half = sqrt(sum(((one.high - one.low) / 2) ** 2 for one in days))
    return gain - half, gain + half


def _due(ledger: Ledger, kind: Kind, today: date) -> tuple[date, ...]:
    last = (today - timedelta(days=kind.days + 1)).isoformat()
    looked_at = select(outcome.c.day).where(outcome.c.kind == kind.name)
    asked = (
        select(proposal.c.day)
        .distinct()
        .where(proposal.c.kind == kind.name, proposal.c.day <= last, proposal.c.state.in_(CARRIED))
        .where(proposal.c.day.not_in(looked_at))
        .order_by(proposal.c.day)
    )
    with ledger.state.reading() as connection:
        return tuple(date.fromisoformat(day) for day in connection.execute(asked).scalars())


def _measure_day(ledger: Ledger, shop: Any, kind: Kind, day: date) -> Outcome:
    with ledger.state.reading() as connection:
        asked = select(proposal).where(proposal.c.kind == kind.name, proposal.c.day == day.isoformat(), true())
        everyone = tuple(as_proposal(row) for row in connection.execute(asked.order_by(proposal.c.proposal_id)))
        inputs = _inputs(connection, everyone)
    carried = tuple(one for one in everyone if one.state in CARRIED)
    held = tuple(one for one in everyone if one.state == "held")
    looked_at = everyone if kind.how == "holdout" else carried
    assert kind.observe is not None
    values = kind.observe(shop, looked_at, inputs)
    if kind.how == "holdout":
        offered = tuple(one for one in everyone if one.state != "held")
        seen = against_held(_of(values, offered), _of(values, held))
        middle = fmean(_of(values, held)) if held else 0.0
    else:
        seen, middle = summed(_of(values, carried)), 0.0
    gains = [{"seen_id": one.proposal_id, "gain": values.get(one.proposal_id, 0.0) - middle} for one in carried]
    found = Outcome(kind.name, day, len(carried), sum(one.value for one in carried), seen)
    _keep(ledger, kind, found, gains)
    return found


def _inputs(connection: Connection, proposals: Iterable[Proposal]) -> dict[str, Mapping[str, Any]]:
    """The numbers each rule read, by proposal."""
    by_hash = {one.proposal_id: one.inputs_hash for one in proposals}
    kept = select(snapshot.c.inputs_hash, snapshot.c.body).where(snapshot.c.inputs_hash.in_(set(by_hash.values())))
    bodies = {row.inputs_hash: json.loads(row.body) for row in connection.execute(kept)}
    return {name: bodies[inputs_hash] for name, inputs_hash in by_hash.items()}


def _of(values: Mapping[str, float], proposals: tuple[Proposal, ...]) -> list[float]:
    """One number for each; who did nothing brought nothing."""
    return [values.get(one.proposal_id, 0.0) for one in proposals]


def _keep(ledger: Ledger, kind: Kind, found: Outcome, gains: list[dict[str, Any]]) -> None:
    seen = found.seen
    row = {
        "kind": kind.name, "day": found.day.isoformat(), "how": kind.how, "offered": seen.cases, "held": seen.compared,
        "applied": found.applied, "promised": found.promised, "gain": seen.gain, "low": seen.low, "high": seen.high,
        "measured_at": ledger.now(),
    }  # fmt: skip
    with ledger.state.writing() as connection:
        connection.execute(insert(outcome), [row])
        connection.execute(
            update(proposal).where(proposal.c.proposal_id == bindparam("seen_id")).values(gain=bindparam("gain")), gains
        )


def _settle(ledger: Ledger) -> None:
    """Turns on what was looked at: also what an earlier run saw and was killed before it said so."""
    turns: tuple[tuple[State, Act], ...] = (("applied", "measure"), ("measured", "score"))
    for state, act in turns:
        asked = select(proposal.c.proposal_id).where(proposal.c.state == state, proposal.c.gain.is_not(None))
        with ledger.state.reading() as connection:
            ids = tuple(connection.execute(asked).scalars())
        ledger.mark(act, ids)
