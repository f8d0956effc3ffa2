"""The queue of jobs: once per key, one worker each, taken up after a crash, given up in the end."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from linshu.engine.audit import Actor
from linshu.engine.jobs import Cancelled, Job
from linshu.engine.jobs.day import steps, write_chain
from linshu.engine.jobs.queue import LEASE, Asked
from linshu.engine.state import crash
from linshu.engine.state.tables import audit
from linshu.kernel.errors import Conflict, Invalid, Missing
from linshu.kernel.retry import Patience
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.jobs.queue import Queue

    from .conftest import Clock

WANG = Actor("u1", "wang", "web", "10.0.0.7")
THREE = Patience(3, timedelta(seconds=10), timedelta(minutes=1))
PATIENCE = dict.fromkeys(("build", "other"), THREE)


def ask(queue: Queue, kind: str = "build", key: str = "k", **more: object) -> str:
    return queue.enqueue(Asked(kind, key, **more), by="wang")[0]


def take(queue: Queue, *kinds: str):
    return queue.take(kinds or ("build", "other"), PATIENCE)


def test_the_same_key_is_one_job_and_another_kind_is_another(queue: Queue) -> None:
    first = queue.enqueue(Asked("build", "k"), by="wang")
    assert queue.enqueue(Asked("build", "k"), by="li") == (first[0], False)
    assert queue.enqueue(Asked("other", "k"), by="li")[1]
    assert queue.find(first[0][:8]).asked_by == "wang"


def test_many_who_ask_at_once_make_one_job_and_one_worker_gets_it(queue: Queue) -> None:
    ids: list[str] = []
    taken: list[object] = []
    threads = [threading.Thread(target=lambda: ids.append(ask(queue))) for _ in range(6)]
    threads += [threading.Thread(target=lambda: taken.append(take(queue))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.append(take(queue))
    assert len(set(ids)) == 1
    assert sum(one is not None for one in taken) == 1


def test_of_a_kind_one_runs_at_a_time_and_the_longest_due_first(queue: Queue, clock: Clock) -> None:
    late = ask(queue, key="a")
    clock.on(seconds=1)
    ask(queue, key="b")
    other = ask(queue, "other", "c")
    first, second, third = take(queue), take(queue), take(queue)
    assert (first[0].job_id, second[0].job_id, third) == (late, other, None)
    assert queue.done(late, first[1], {"rows": 3})
    assert take(queue)[0].key == "b"
    assert queue.find(late).result == {"rows": 3}
    assert queue.find(late).progress == 1


def test_a_failure_is_tried_again_after_a_pause_and_given_up_in_the_end(queue: Queue, clock: Clock) -> None:
    job_id = ask(queue)
    for expected in ("failed", "failed", "dead"):
        kept, lease = take(queue)
        assert take(queue) is None
        queue.fail(kept, lease, Invalid(Text("坏了", "broken")), THREE, 1.0)
        assert queue.find(job_id).state == expected
        assert take(queue) is None
        clock.on(minutes=1)
    assert take(queue) is None
    assert queue.find(job_id).error == Text("坏了", "broken")
    queue.retry(job_id, WANG)
    assert take(queue)[0].attempts == 1
    assert [one.level for one in queue.lines(job_id)] == ["error", "error", "error", "info"]


def test_a_step_waits_for_the_one_before_to_be_done(queue: Queue, clock: Clock) -> None:
    chain = [
        Job(name, Text(name, name), lambda _: None, stage=stage)
        for name, stage in (("other", "checks"), ("build", "models"))
    ]
    with queue.state.writing() as connection:
        first, second = write_chain(connection, steps(chain), date(2026, 11, 21), by="cron", at=clock.now)
        assert write_chain(connection, steps(chain), date(2026, 11, 21), by="cron", at=clock.now) == [first, second]
    kept, lease = take(queue)
    assert (kept.kind, kept.day, take(queue)) == ("build", date(2026, 11, 21), None)
    queue.fail(kept, lease, Invalid(Text("坏", "bad")), THREE, 1.0)
    assert take(queue) is None
    clock.on(minutes=1)
    kept, lease = take(queue)
    queue.done(first, lease, None)
    assert take(queue)[0].job_id == second
    with pytest.raises(Missing):
        steps(chain, "nothing")


def test_what_waits_is_cancelled_at_once_and_what_runs_is_asked(queue: Queue) -> None:
    waiting, running = ask(queue, key="w"), ask(queue, "other", "r")
    assert queue.cancel(waiting, WANG) == "cancelled"
    kept, lease = take(queue)
    assert queue.beat(running, lease) is False
    assert queue.cancel(running, WANG) == "asked"
    assert queue.beat(running, lease) is True
    queue.fail(kept, lease, Cancelled(), THREE, 1.0)
    assert queue.find(running).state == "cancelled"
    with pytest.raises(Conflict):
        queue.cancel(running, WANG)
    queue.retry(running, WANG)
    assert not queue.find(running).cancel_asked
    with queue.state.reading() as connection:
        acts = connection.execute(select(audit.c.act, audit.c.account).order_by(audit.c.seq)).all()
    assert [tuple(one) for one in acts] == [("job.cancel", "wang"), ("job.cancel", "wang"), ("job.retry", "wang")]


def test_a_job_whose_process_is_gone_is_taken_up_again_and_the_old_worker_writes_nothing(
    queue: Queue, clock: Clock
) -> None:
    job_id = ask(queue)
    _, lost = take(queue)
    clock.on(seconds=LEASE.total_seconds() - 1)
    assert queue.beat(job_id, lost) is False
    clock.on(seconds=2)
    assert take(queue) is None
    clock.on(seconds=LEASE.total_seconds())
    kept, lease = take(queue)
    assert kept.attempts == 2
    assert queue.beat(job_id, lost) is None
    assert not queue.done(job_id, lost, {"by": "the old one"})
    assert queue.done(job_id, lease, {"by": "the new one"})
    assert queue.find(job_id).result == {"by": "the new one"}


def test_a_job_that_kills_its_process_every_time_is_given_up(queue: Queue, clock: Clock) -> None:
    job_id = ask(queue)
    for _ in range(3):
        assert take(queue) is not None
        clock.on(seconds=LEASE.total_seconds() + 1)
    assert take(queue) is None
    assert queue.find(job_id).state == "dead"
    assert "中断" in queue.find(job_id).error.zh


def test_what_a_worker_gives_back_counts_no_attempt(queue: Queue) -> None:
    job_id = ask(queue)
    kept, lease = take(queue)
    queue.release(kept, lease)
    assert (queue.find(job_id).state, queue.find(job_id).attempts) == ("queued", 0)
    assert take(queue)[0].job_id == job_id


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("moment", [one for one in crash.POINTS if one.startswith("job")])
def test_killed_at_any_moment_the_job_is_done_in_the_end_and_its_end_is_written_once(
    queue: Queue, clock: Clock, moment: str
) -> None:
    def kill(name: str) -> None:
        if name == moment:
            raise Killed

    def once() -> None:
        taken = take(queue)
        if taken is not None:
            done.append(taken[0].attempts)
            queue.done(taken[0].job_id, taken[1], None)

    done: list[int] = []
    job_id = ask(queue)
    crash.listen(kill)
    with pytest.raises(Killed):
        once()
    crash.listen(None)
    clock.on(seconds=LEASE.total_seconds() + 1)
    once()
    once()
    assert queue.find(job_id).state == "done"
    assert done == {"job.taken": [2], "job.ran": [1, 2], "job.noted": [1]}[moment]


def test_a_day_comes_back_as_a_day(queue: Queue) -> None:
    job_id = ask(
        queue, day=date(2026, 11, 21), scheduled_at=datetime(2026, 11, 21, 16, tzinfo=UTC), input={"a": "苹果"}
    )
    kept = queue.find(job_id)
    assert (kept.day, kept.scheduled_at, kept.input) == (
        date(2026, 11, 21), datetime(2026, 11, 21, 16, tzinfo=UTC), {"a": "苹果"},
    )  # fmt: skip
    with pytest.raises(Missing):
        queue.find("")
