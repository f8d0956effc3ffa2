"""The ledger of decisions for the command line and programs: the same acts as in the inbox, told as rows."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from linshu.app.answer import Answer
from linshu.app.domains import DOMAINS
from linshu.app.person import acting
from linshu.app.states import open_state
from linshu.engine.access.users import Users
from linshu.engine.decisions import Wanted
from linshu.engine.decisions.measuring import score
from linshu.engine.shell.context import ledger_of
from linshu.engine.shell.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from linshu.app.project import Project
    from linshu.engine.audit import Actor
    from linshu.engine.decisions import Book, Done, Draft, Ledger, Proposal, Saved
    from linshu.engine.decisions.proposing import Morning
    from linshu.engine.decisions.rules import Act

MONEY = {"unit": "fen"}


@dataclass(frozen=True, slots=True)
class Decisions:
    """What one person may decide; `account` "" is whoever sits at this machine and may read the project's files."""

    project: Project
    account: str = ""

    def list(self, wanted: Wanted | None = None) -> Answer:
        """The proposals that wait for a decision, the weightiest first; or those that `wanted` asks for."""
        with self._open() as (_, book, _actor):
            rows, total = book.page(wanted or Wanted())
        return told(rows, total=total)

    def show(self, proposal_id: str) -> Answer:
        """One proposal: its lines beside what it promises, why, the frozen inputs, and all that happened to it."""
        with self._open() as (ledger, book, _actor):
            return shown(ledger, book, proposal_id)

    def decide(self, act: Act, ids: Iterable[str], *, why: str = "", until: datetime | None = None) -> Answer:
        """Approve, reject, snooze, reopen or undo; a row for each proposal, with what became of it."""
        with self._open() as (ledger, book, actor):
            return done(ledger.decide(actor, book, act, ids, why=why, until=until))

    def edit(self, proposal_id: str, lines: Sequence[Mapping[str, Any]], why: str) -> Answer:
        """Other lines for one proposal: only what may be edited, money in fen."""
        with self._open() as (ledger, book, actor):
            return told([ledger.edit(actor, book, proposal_id, [dict(line) for line in lines], why)])

    def put(self, draft: Draft) -> Answer:
        """A proposal that a person makes; it waits for a decision like any other."""
        with self._open() as (ledger, book, actor):
            return told([book.find(ledger.put(draft, actor))])

    def scores(self) -> Answer:
        """What each kind promised and brought in the last 90 days, and against what that was measured."""
        with self._open() as (ledger, book, _actor):
            return scored(ledger, book, self.project.settings.company_day.day_of(datetime.now(UTC)))

    def policy(self, kind: str) -> Answer:
        """The policy of a kind, version by version, the one in force first."""
        with self._open() as (ledger, _, _actor):
            return policies(ledger, kind)

    def set_policy(self, kind: str, changes: Mapping[str, Any], why: str) -> Answer:
        """The next version of a policy."""
        with self._open("proposals.policy") as (ledger, _, actor):
            ledger.policies.change(actor, kind, changes, why)
            return policies(ledger, kind)

    def back_to(self, kind: str, version: int, why: str) -> Answer:
        """The numbers of an earlier version of a policy as its next one; version 0 is what the kind declares."""
        with self._open("proposals.policy") as (ledger, _, actor):
            ledger.policies.restore(actor, kind, version, why)
            return policies(ledger, kind)

    @contextmanager
    def _open(self, asks: str = "proposals.decide") -> Iterator[tuple[Ledger, Book, Actor]]:
        actor = acting(self.project, self.account, asks)
        with open_state(self.project) as state:
            ledger = ledger_of(state, Modules(state, DOMAINS).on, lambda: datetime.now(UTC))
            if self.account:
                user = Users(state).find(self.account)
                yield ledger, ledger.book(user.job.menu, user.scope), actor
            else:
                yield ledger, ledger.book("admin"), actor


def told(rows: Iterable[Proposal], **meta: Any) -> Answer:
    """One row per proposal."""
    return Answer.of(
        (
            {
                "proposal": one.proposal_id, "kind": one.kind, "subject": one.subject, "title": one.title.zh,
                "title_en": one.title.en, "day": one.day.isoformat(), "state": one.state, "version": one.version,
                "value": one.value, "cost": one.cost, "gain": None if one.gain is None else round(one.gain), "reason": one.reasons[0].zh if one.reasons else "",
                "expires_at": one.expires_at,
            }
            for one in rows
        ),
        columns=[{"name": name, **MONEY} for name in ("value", "cost", "gain")], **meta,
    )  # fmt: skip


def shown(ledger: Ledger, book: Book, proposal_id: str) -> Answer:
    """The lines of one proposal as rows; everything else about it in the meta."""
    one = book.find(proposal_id)
    kind = ledger.kinds[one.kind]
    again = ledger.again(book, proposal_id)
    versions = tuple(book.versions(proposal_id))
    machine = ([version for version in versions if version.account == "system"] or list(versions[:1]))[-1]
    return Answer.of(
        one.lines,
        columns=[{"name": column.name, "unit": column.shape, "editable": column.editable} for column in kind.columns],
        proposal=told([one]).rows[0],
        reasons=[reason.zh for reason in one.reasons],
        reasons_en=[reason.en for reason in one.reasons],
        inputs=dict(book.inputs(proposal_id)),
        inputs_hash=one.inputs_hash,
        policy_version=one.policy_version,
        same_again=None if again is None else again.lines == machine.lines,
        history=[
            {"at": step.at.isoformat(), "who": step.account, "act": step.act, "before": step.before, "after": step.after,
             "why": step.why, "audit": step.audit_seq}
            for step in book.history(proposal_id)
        ],
    )  # fmt: skip


def done(what: Done) -> Answer:
    """A row for each proposal that an act was wanted for."""
    rows = [{"proposal": one, "outcome": "done", "why": ""} for one in what.done]
    rows += [{"proposal": one, "outcome": "second_person", "why": "还要另一个人批准"} for one in what.waiting]
    rows += [{"proposal": one, "outcome": "refused", "why": words.zh} for one, words in what.refused.items()]
    return Answer.of(rows, done=len(what.done), waiting=len(what.waiting), refused=len(what.refused))


def scored(ledger: Ledger, book: Book, today: Any) -> Answer:
    """One row per kind of the book, over the rows it may show."""
    kinds = [one for one in ledger.kinds.values() if one.name in book.kinds]
    found = [(kind, score(ledger, kind.name, today, book.scope)) for kind in kinds]
    return Answer.of(
        (
        {
            "kind": kind.name, "title": kind.title.zh, "title_en": kind.title.en, "decided": one.decided,
            "expired": one.expired, "accepted": one.accepted, "edited": one.edited, "days": one.days, "cases": one.cases,
            "promised": one.promised, "gain": round(one.gain), "low": None if one.low is None else round(one.low),
            "high": None if one.high is None else round(one.high), "how": kind.how,
        }
        for kind, one in found
        ),
        columns=[{"name": name, **MONEY} for name in ("promised", "gain", "low", "high")],
    )  # fmt: skip


def policies(ledger: Ledger, kind: str) -> Answer:
    """One row per version of a policy, the one in force first; version 0 is what the kind declares."""
    kept = ledger.policies.history(kind)
    declared = ledger.policies.at(kind, 0)
    rows = [{**_flat(one.policy.told()), "who": one.account, "why": one.why, "set_at": one.set_at} for one in kept]
    return Answer.of([*rows, {**_flat(declared.told()), "who": "", "why": "", "set_at": None}])


def _flat(policy: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in policy.items() if name != "own"}, **policy["own"]}


def morning(what: Morning) -> Answer:
    """One row per kind whose rule was run."""
    rows = [_saved(kind, saved) for kind, saved in what.saved.items()]
    rows += [{"kind": kind, "new": 0, "changed": 0, "same": 0, "held": 0, "approved": 0, "resting": 0, "error": error.say()}
             for kind, error in what.failed.items()]  # fmt: skip
    return Answer.of(rows, woken=what.woken, expired=what.expired, measured_days=len(what.measured))


def _saved(kind: str, saved: Saved) -> dict[str, Any]:
    counts = {name: getattr(saved, name) for name in ("new", "changed", "same", "held", "approved", "resting")}
    return {"kind": kind, **counts, "error": ""}
