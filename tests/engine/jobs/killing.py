"""A process to be killed: does the jobs of a folder, each of which puts messages down and decides, and delivers what leaves."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from tests.engine.decisions.samples import DAY, NOW, WANG, coupon, kind

from linshu.engine.decisions import Ledger
from linshu.engine.decisions.leaving import to_outbox
from linshu.engine.jobs import Job, Run
from linshu.engine.jobs.queue import Asked, Queue
from linshu.engine.jobs.workers import Workers
from linshu.engine.push import outbox
from linshu.engine.push.courier import Courier, Outcome, Sent
from linshu.engine.push.outbox import Kept, Message, put
from linshu.engine.state import State
from linshu.engine.state.tables import proposal
from linshu.kernel.retry import Patience
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from multiprocessing.connection import Connection as Pipe
    from pathlib import Path

    from sqlalchemy import Connection

MANY = 40
STUBBORN = Patience(10_000, timedelta(0), timedelta(0))  # every kill counts as an attempt, and none may be the last


class Wall:
    """A receiver without a memory: writes every message it gets on a wall."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def send(self, message: Kept) -> Outcome:
        with self._file.open("a") as file:
            file.write(f"{message.key}\n")
            file.flush()
            os.fsync(file.fileno())
        return Sent()


def say(run: Run) -> dict[str, int]:
    """Puts a message for the wall and one for the inside down, and proposes, approves and carries out: commit by commit."""
    state: State = run.need("state")
    ledger = Ledger(state, {"coupon": kind()}, to_outbox(lambda: NOW), lambda: NOW)
    subject = f"leader:L{run.input['number']}"
    ledger.save([coupon(subject, day=DAY)])
    with state.reading() as connection:
        mine = select(proposal.c.proposal_id).where(proposal.c.subject == subject, proposal.c.state == "draft")
        drafts = tuple(connection.execute(mine).scalars())
    ledger.decide(WANG, ledger.book("admin"), "approve", drafts)
    ledger.apply()
    for sort in ("push", "work_order"):
        with state.writing() as connection:
            put(connection, Message(sort, "wall", "", {}, f"{sort} {run.input['number']}"), at=datetime.now(UTC))
    return {"messages": 2}


def inside(connection: Connection, message: Kept, at: datetime) -> None:
    """Leaves a mark in the same transaction."""
    outbox.note(connection, message.message_id, "handled", Text("", ""), at=at)


def prepare(url: str) -> None:
    """Queue the jobs."""
    state = State.open(url)
    queue = Queue(state)
    for number in range(MANY):
        queue.enqueue(Asked("say", str(number), {"number": number}), by="test")
    state.close()


def main(folder: Path, url: str, later: timedelta, told: Pipe) -> None:
    """Work until nothing is left; the clock is so much `later`, so that leases of the killed have run out."""
    state = State.open(url)
    queue = Queue(state, clock=lambda: datetime.now(UTC) + later)
    job = Job("say", Text("说", "say"), say, needs=("state",), patience=STUBBORN)
    workers = Workers(queue, [job], chance=lambda: 0.0, given={"state": state})
    courier = Courier(
        state, {"push": Wall(folder / "wall")}, inside={"work_order": inside}, clock=queue.clock, chance=lambda: 0.0,
        patience=STUBBORN,
    )  # fmt: skip
    told.send("ready")
    while workers._one() or courier.deliver(1):
        courier.deliver(1)
    state.close()
