"""Killed before and after every single commit of jobs, ledger and outbox: all is done in the end, and nothing twice.

One job proposes, approves and carries out; the courier delivers. In each run the process "dies" at another commit: before
it, so that the change is lost, or right after it, so that it is there and nobody knows. Whoever comes next goes on.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from tests.engine.decisions.samples import DAY, NOW, WANG, Clock, coupon, kind

from linshu.engine.audit.book import Book as AuditBook
from linshu.engine.decisions import Ledger
from linshu.engine.decisions.leaving import to_outbox
from linshu.engine.jobs import Job, Run
from linshu.engine.jobs.books import Filter, listed
from linshu.engine.jobs.queue import Asked, Queue
from linshu.engine.jobs.workers import Workers
from linshu.engine.push.courier import Courier, Outcome, Sent
from linshu.engine.push.outbox import Kept, find
from linshu.engine.state import State
from linshu.engine.state.tables import outbox, proposal, proposal_step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

pytestmark = pytest.mark.slow
MANY = 3
LATER = timedelta(minutes=10)  # the leases of whoever died have run out


class Killed(BaseException):
    """The process is gone: nothing after this moment happens."""


class Axe:
    """Falls at the n-th commit, before it or right after; 0 = never. Counts the commits."""

    def __init__(self, at: int = 0, *, before: bool = True) -> None:
        self.at, self.before, self.seen = at, before, 0

    def over(self, patch: pytest.MonkeyPatch) -> None:
        whole = State.writing

        @contextmanager
        def writing(state: State) -> Iterator[Connection]:
            with whole(state) as connection:
                yield connection
                self.seen += 1
                number = self.seen
                if self.before and number == self.at:
                    raise Killed
            if not self.before and number == self.at:
                raise Killed

        patch.setattr(State, "writing", writing)


class Wall:
    """A receiver without a memory."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()

    def send(self, message: Kept) -> Outcome:
        self.got[message.key] += 1
        return Sent()


class Company:
    """Its state, a wall, and whoever works: anew after every death."""

    def __init__(self, url: str) -> None:
        self.state, self.wall, self.clock = State.connect(url), Wall(), Clock()
        self.acknowledged: set[str] = set()  # what a person was told to be approved

    def work(self) -> None:
        """Everything there is to do, until nothing is left."""
        queue = Queue(self.state, clock=self.clock)
        queue.enqueue(Asked("decide", "today"), by="test")
        Workers(queue, [Job("decide", coupon().title, self._decide)], chance=lambda: 0.0).work()
        Courier(self.state, {"push": self.wall}, clock=self.clock, chance=lambda: 0.0).deliver()

    def _decide(self, _: Run) -> dict[str, Any]:
        book = Ledger(self.state, {"coupon": kind()}, to_outbox(self.clock), self.clock)
        book.save(coupon(f"leader:L{number}", day=DAY) for number in range(MANY))
        mine = book.book("admin")
        with self.state.reading() as connection:
            drafts = connection.execute(select(proposal.c.proposal_id).where(proposal.c.state == "draft"))
            ids = tuple(drafts.scalars())
        if ids:
            self.acknowledged |= set(book.decide(WANG, mine, "approve", ids).done)
        book.apply()
        return {"approved": len(ids)}


def _lived(url: str, axe: Axe, patch: pytest.MonkeyPatch) -> Company:
    """A company whose process died once, and was begun again."""
    company = Company(url)
    with patch.context() as here:
        axe.over(here)
        try:
            company.work()
        except Killed:
            company.clock.now = NOW + LATER
            company.work()
    return company


def _judge(company: Company, told: str) -> None:
    with company.state.reading() as connection:
        jobs, total = listed(connection, Filter())
        states = Counter(connection.execute(select(proposal.c.state)).scalars())
        acts = Counter(connection.execute(select(proposal_step.c.act)).scalars())
        keys = connection.execute(select(outbox.c.key)).scalars().all()
        messages = [find(connection, key=key) for key in keys]
        subjects = connection.execute(select(func.count(proposal.c.subject.distinct()))).scalar_one()
        approved = set(
            connection.execute(select(proposal_step.c.proposal_id).where(proposal_step.c.act == "approve")).scalars()
        )
    assert (total, [one.state for one in jobs]) == (1, ["done"]), told
    assert (states, subjects) == ({"applied": MANY}, MANY), told
    assert (acts["approve"], acts["apply"]) == (MANY, MANY), told
    assert company.acknowledged <= approved, told
    assert (len(keys), {one.state for one in messages}) == (MANY, {"sent"}), told
    for one in messages:
        unsure = sum("可能已经收到" in note.words.zh for note in one.notes)
        assert 1 <= company.wall.got[one.key] <= 1 + unsure, told
    assert AuditBook(company.state).verify().ok, told
    company.state.close()


def test_a_death_at_any_commit_loses_nothing_and_repeats_nothing_unsaid(
    state_urls: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, url = Axe(), state_urls()
    sqlite = url.startswith("sqlite")
    _judge(_lived(url, whole, monkeypatch), "nobody died")
    assert whole.seen > 10
    for at in range(1, whole.seen + 1):
        for before in (True, False) if sqlite else (at % 2 == 0,):  # a database of PostgreSQL is dear
            axe = Axe(at, before=before)
            company = _lived(state_urls(), axe, monkeypatch)
            _judge(company, f"died {'before' if before else 'after'} commit {at}")
            assert axe.seen >= whole.seen
