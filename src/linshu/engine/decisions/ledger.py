"""Writing the ledger: proposals come in, people turn them, what they approve leaves exactly once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain, count, islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import bindparam, insert, select, true, update

from linshu.engine import audit
from linshu.engine.access.scope import Scope
from linshu.engine.audit import SYSTEM
from linshu.engine.decisions.book import Book, as_proposal, locked
from linshu.engine.decisions.entries import (
    Touched,
    Turned,
    Worth,
    Written,
    compact,
    proposal_row,
    step_row,
    turned_row,
    version_row,
)
from linshu.engine.decisions.policies import Policies
from linshu.engine.decisions.proposal import frozen
from linshu.engine.decisions.rules import AGREED, OPEN, Turn, Wish, judge
from linshu.engine.state.tables import proposal, proposal_step, proposal_version, snapshot
from linshu.kernel.errors import Forbidden, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from linshu.engine.audit import Actor
    from linshu.engine.decisions.kind import Effect, Kind
    from linshu.engine.decisions.policy import Policy
    from linshu.engine.decisions.proposal import Draft, Line, Proposal
    from linshu.engine.decisions.rules import Act
    from linshu.engine.state import State

T = TypeVar("T")
AT_ONCE = 500  # proposals in one transaction: others may write in between
CARRIED_DAYS = 30
NAMED = 20  # so many ids an entry of the audit names one by one
BY_PEOPLE: frozenset[Act] = frozenset({"approve", "reject", "snooze", "reopen", "undo"})


class Outlet(Protocol):
    """Where effects leave: writes into the outbox within the transaction; the same key leaves once."""

    def __call__(self, connection: Connection, effects: Sequence[tuple[str, Effect]]) -> None:
        """Put effects down, each under its key."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of drafts."""

    new: int = 0
    changed: int = 0
    same: int = 0  # unchanged, or decided already
    held: int = 0  # drawn into the comparison group
    approved: int = 0  # by the machine, as the policy allows
    resting: int = 0  # proposed within the last days already


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act on many: done, waiting for a second person, refused and why."""

    done: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    refused: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of decisions of one company."""

    state: State
    kinds: Mapping[str, Kind]
    outlet: Outlet
    now: Callable[[], datetime]

    @property
    def policies(self) -> Policies:
        """What the company decided about each kind."""
        return Policies(self.state, self.kinds, self.now)

    def book(self, role: str, scope: Scope | None = None) -> Book:
        """The ledger as somebody of that role and scope may read it."""
        mine = frozenset(one.name for one in self.kinds.values() if role == "admin" or role in one.roles)
        return Book(self.state, mine, scope or Scope.everything())

    def save(self, drafts: Iterable[Draft], actor: Actor = SYSTEM) -> Saved:
        """Takes drafts in.

        The same draft again changes nothing; another one for the same subject and day replaces what no person has touched;
        what somebody edited or decided stays as it is.
        """
        counts: Counter[str] = Counter()
        for some in _batched(drafts):
            with self.state.writing() as connection:
                counts += self._save(connection, some, actor)
        if counts["approved"]:
            self.apply()
        return Saved(**counts)

    def put(self, draft: Draft, actor: Actor) -> str:
        """A draft that a person makes: its key, or that of what waits or is carried out for the same subject already.

        What was decided against on the same day is not touched: it is proposed once more, as `subject#2`.
        """
        rows = proposal.c
        found: dict[str, str] = {}
        like = rows.subject.startswith(draft.subject, autoescape=True)
        asked = select(rows.proposal_id, rows.subject, rows.state).where(rows.kind == draft.kind, like)
        with self.state.reading() as connection:
            for one in connection.execute(asked.order_by(rows.created_at)):
                rest = one.subject.removeprefix(draft.subject)
                if not rest or (rest[0] == "#" and rest[1:].isdecimal()):
                    found[one.proposal_id] = one.state
        running = [key for key, state in found.items() if state in OPEN | AGREED]
        if running:
            return running[-1]
        more = (replace(draft, subject=f"{draft.subject}#{number}") for number in count(2))
        made = next(one for one in chain((draft,), more) if one.key not in found)
        self.save([made], actor)
        return made.key

    def decide(
        self, actor: Actor, book: Book, act: Act, ids: Iterable[str], *, why: str = "", until: datetime | None = None
    ) -> Done:
        """One act of a person on many proposals; each is judged alone, and what is approved is carried out at once."""
        if act not in BY_PEOPLE:
            raise ValueError(f"no person does this: {act}")
        wish = Wish(act, actor.user_id, self.now(), why.strip(), until)
        done: list[str] = []
        waiting: list[str] = []
        refused: dict[str, Text] = {}
        for some in _batched(dict.fromkeys(ids)):
            with self.state.writing() as connection:
                turned, refusals = self._turn(connection, actor, some, wish, book.seen())
            refused |= refusals
            for one in turned:
                first_only = act == "approve" and one.after.state != "approved"
                (waiting if first_only else done).append(one.before.proposal_id)
        if act == "approve" and done:
            self.apply(done)
        return Done(tuple(done), tuple(waiting), refused)

    def edit(self, actor: Actor, book: Book, proposal_id: str, lines: Sequence[Line], why: str) -> Proposal:
        """Another version of the lines, with who wants it and why; what it promises is reckoned anew."""
        with self.state.writing() as connection:
            before = next(iter(locked(connection, (proposal_id,), book.seen())), None)
            if before is None:
                raise Missing(Text(f"没有建议 {proposal_id}", f"there is no proposal {proposal_id}"))
            kind, policy = self.kinds[before.kind], self.policies.current(before.kind, connection)
            wish = Wish("edit", actor.user_id, self.now(), why.strip())
            judged = judge(before, wish, policy)
            if not isinstance(judged, Turn):
                raise Forbidden(judged)
            after, version = kind.checked(lines, before.lines), before.version + 1
            value, cost = before.value, before.cost
            if kind.worth is not None:
                kept = select(snapshot.c.body).where(snapshot.c.inputs_hash == before.inputs_hash)
                then = self.policies.at(before.kind, before.policy_version)
                value, cost = kind.worth(after, json.loads(connection.execute(kept).scalar_one()), then)
            seq = self._audit(connection, actor, "edit", (proposal_id,), wish.why, version=version)
            by = Written(actor, wish.at, wish.why, seq)
            connection.execute(
                update(proposal)
                .where(proposal.c.proposal_id == proposal_id)
                .values(
                    lines=compact(after), value=value, cost=cost, version=version, state=judged.state,
                    first_by="", edited_by=actor.user_id, changed_at=wish.at, snoozed_until=None,
                )
            )  # fmt: skip
            worth = Worth(after, value, cost, before.inputs_hash)
            connection.execute(insert(proposal_version), [version_row(proposal_id, version, worth, by)])
            step = step_row(proposal_id, "edit", before.state, judged.state, version, by)
            connection.execute(insert(proposal_step), [step])
        return book.find(proposal_id)

    def apply(self, ids: Iterable[str] | None = None) -> Done:
        """Carries out what is approved: effects and state in one transaction, so that each leaves exactly once."""
        return self._machine("apply", proposal.c.state == "approved", ids)

    def tidy(self) -> tuple[int, int]:
        """Brings back what was put off until now, and closes what nobody decided in time; how many of each."""
        now, rows = self.now(), proposal.c
        due = (rows.state == "snoozed") & (rows.snoozed_until <= now) & (rows.expires_at > now)
        late = rows.state.in_(("draft", "snoozed")) & (rows.expires_at <= now)
        return len(self._machine("wake", due).done), len(self._machine("expire", late).done)

    def close_before(self, kind: str, today: date) -> int:
        """Closes what nobody decided of the days before: today's proposals say anew what is left to do; how many."""
        rows = proposal.c
        older = (rows.kind == kind) & (rows.day < today.isoformat()) & rows.state.in_(("draft", "snoozed"))
        return len(self._machine("expire", older).done)

    def carried(self, kind: Kind, today: date) -> tuple[Proposal, ...]:
        """What of a kind and those it heeds was approved or carried out in the last month: what an order must count as under way."""
        rows = proposal.c
        asked = select(proposal).where(
            rows.kind.in_({kind.name} | kind.heeds),
            rows.day >= (today - timedelta(days=CARRIED_DAYS)).isoformat(),
            rows.state.in_(AGREED),
        )
        with self.state.reading() as connection:
            return tuple(as_proposal(row) for row in connection.execute(asked.order_by(rows.proposal_id)))

    def mark(self, act: Act, ids: Iterable[str]) -> Done:
        """Notes that these were measured, or counted in the score of their kind."""
        return self._machine(act, true(), ids)

    def again(self, book: Book, proposal_id: str) -> Draft | None:
        """The same rule on the frozen inputs under the policy of its day: what it would propose, the same to the cent."""
        found = book.find(proposal_id)
        rule = self.kinds[found.kind].again
        if rule is None:
            return None
        return rule(book.inputs(proposal_id), self.policies.at(found.kind, found.policy_version))

    def _machine(self, act: Act, which: ColumnElement[bool], ids: Iterable[str] | None = None) -> Done:
        """What the machine does by itself to all that are due."""
        if ids is None:
            with self.state.reading() as connection:
                ids = tuple(connection.execute(select(proposal.c.proposal_id).where(which)).scalars())
        done: list[str] = []
        refused: dict[str, Text] = {}
        for some in _batched(ids):
            with self.state.writing() as connection:
                wish = Wish(act, SYSTEM.user_id, self.now())
                turned, refusals = self._turn(connection, SYSTEM, some, wish, true())
            refused |= refusals
            done.extend(one.before.proposal_id for one in turned)
        return Done(tuple(done), (), refused)

    def _turn(
        self, connection: Connection, actor: Actor, ids: Sequence[str], wish: Wish, seen: ColumnElement[bool]
    ) -> tuple[list[Turned], dict[str, Text]]:
        """Turns these proposals as far as the rules allow, with effects, steps, and one entry in the audit."""
        known = locked(connection, ids, seen)
        policies = {kind: self.policies.current(kind, connection) for kind in {one.kind for one in known}}
        refused = dict.fromkeys(set(ids) - {one.proposal_id for one in known}, NOT_THERE)
        turned: list[Turned] = []
        for one in known:
            judged = self._judged(one, wish, policies[one.kind])
            if isinstance(judged, Turn):
                turned.append(Turned(one, judged, policies[one.kind]))
            else:
                refused[one.proposal_id] = judged
        if not turned:
            return [], refused
        self._leave(connection, [each.before for each in turned], wish.act)
        seq = self._audit(connection, actor, wish.act, [one.before.proposal_id for one in turned], wish.why)
        changed = update(proposal).where(proposal.c.proposal_id == bindparam("turned_id"))
        connection.execute(changed, [turned_row(one, wish) for one in turned])
        by = Written(actor, wish.at, wish.why, seq)
        steps = [
            step_row(one.before.proposal_id, wish.act, one.before.state, one.after.state, one.before.version, by)
            for one in turned
        ]
        connection.execute(insert(proposal_step), steps)
        return turned, refused

    def _judged(self, one: Proposal, wish: Wish, policy: Policy) -> Turn | Text:
        if wish.act == "undo" and self.kinds[one.kind].undo is None:
            return Text("发出去的收不回来", "what has left cannot be called back")
        return judge(one, wish, policy)

    def _leave(self, connection: Connection, proposals: Iterable[Proposal], act: Act) -> None:
        effects = []
        for one in proposals:
            kind = self.kinds[one.kind]
            leaves = {"apply": kind.apply, "undo": kind.undo}.get(act)
            for number, effect in enumerate(leaves(one) if leaves else ()):
                effects.append((f"{one.proposal_id}:{one.version}:{act}:{number}", effect))
        if effects:
            self.outlet(connection, effects)

    def _save(self, connection: Connection, drafts: Iterable[Draft], actor: Actor) -> Counter[str]:
        by_key = {draft.key: draft for draft in drafts}
        there = {one.proposal_id: one for one in locked(connection, by_key, true())}
        policies = {kind: self.policies.current(kind, connection) for kind in {one.kind for one in by_key.values()}}
        resting = _resting(connection, by_key.values(), policies)
        counts: Counter[str] = Counter(resting=len(resting - there.keys()))
        touched: list[Touched] = []
        for key, draft in by_key.items():
            if key in resting and key not in there:
                continue
            old, (inputs_hash, body) = there.get(key), frozen(draft.inputs)
            if old is not None and not _replaces(draft, inputs_hash, old):
                counts["same"] += 1
                continue
            state = old.state if old else _first_state(self.kinds[draft.kind], draft, policies[draft.kind])
            counts["changed" if old else state if state in ("held", "approved") else "new"] += 1
            touched.append(Touched(draft, old, state, old.version + 1 if old else 1, inputs_hash, body))
        if touched:
            self._write(connection, touched, policies, actor)
        return counts

    def _write(
        self, connection: Connection, touched: Sequence[Touched], policies: Mapping[str, Policy], actor: Actor
    ) -> None:
        now = self.now()
        by = Written(actor, now, "", self._audit(connection, actor, "draft", [one.draft.key for one in touched], ""))
        bodies = {one.inputs_hash: one.body for one in touched}
        kept = connection.execute(select(snapshot.c.inputs_hash).where(snapshot.c.inputs_hash.in_(bodies))).scalars()
        fresh = [{"inputs_hash": name, "body": bodies[name]} for name in bodies.keys() - set(kept)]
        if fresh:
            connection.execute(insert(snapshot), fresh)
        created = []
        for one in touched:
            row = proposal_row(one, policies[one.draft.kind], now)
            if one.old is None:
                created.append(row)
            else:
                connection.execute(update(proposal).where(proposal.c.proposal_id == one.draft.key).values(**row))
        if created:
            connection.execute(insert(proposal), created)
        versions = [version_row(one.draft.key, one.version, one.worth, by) for one in touched]
        connection.execute(insert(proposal_version), versions)
        steps = [
            step_row(
                one.draft.key, "edit" if one.old else "draft", one.old.state if one.old else "", one.state,
                one.version, by,
            )
            for one in touched
        ]  # fmt: skip
        connection.execute(insert(proposal_step), steps)

    def _audit(self, connection: Connection, actor: Actor, act: str, ids: Sequence[str], why: str, **more: Any) -> int:
        subject = f"proposal:{ids[0]}" if len(ids) == 1 else f"proposals:{len(ids)}"
        details = {"ids": list(ids[:NAMED]), "of": len(ids), **more, **({"why": why} if why else {})}
        return audit.write(connection, actor, f"proposal.{act}", subject, at=self.now(), **details)


def _resting(connection: Connection, drafts: Iterable[Draft], policies: Mapping[str, Policy]) -> set[str]:
    """The drafts whose subject was proposed within the days for which the policy lets it rest; an expired one rests not."""
    rows, wanted = proposal.c, [one for one in drafts if policies[one.kind].rest_days]
    if not wanted:
        return set()
    asked = select(rows.kind, rows.subject, rows.day).where(
        rows.subject.in_({one.subject for one in wanted}), rows.state.not_in(("expired", "undone"))
    )
    before: dict[tuple[str, str], list[date]] = {}
    for row in connection.execute(asked):
        before.setdefault((row.kind, row.subject), []).append(date.fromisoformat(row.day))
    return {
        one.key
        for one in wanted
        for day in before.get((one.kind, one.subject), ())
        if 0 < (one.day - day).days <= policies[one.kind].rest_days
    }


NOT_THERE = Text("没有这条建议", "there is no such proposal")


def _first_state(kind: Kind, draft: Draft, policy: Policy) -> str:
    if kind.how == "holdout" and policy.holds(kind.name, draft.subject):
        return "held"
    return "approved" if policy.by_itself(draft.cost) else "draft"


def _replaces(draft: Draft, inputs_hash: str, old: Proposal) -> bool:
    """Whether a new draft takes the place of one that nobody touched."""
    if old.state not in {"draft", "snoozed"} or old.edited_by or old.first_by:
        return False
    return (draft.lines, draft.value, draft.cost, inputs_hash) != (old.lines, old.value, old.cost, old.inputs_hash)


def _batched(many: Iterable[T]) -> Iterator[tuple[T, ...]]:
    rest = iter(many)
    while some := tuple(islice(rest, AT_ONCE)):
        yield some
