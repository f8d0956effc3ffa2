"""Workers: what they hand to jobs, how jobs end, and heavy work in a process that cannot open the warehouse."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from sqlalchemy.exc import OperationalError

from linshu.engine.audit import SYSTEM
from linshu.engine.jobs import Heavy, Job, Run
from linshu.engine.jobs.queue import Asked
from linshu.engine.jobs.schedule import Clock as JobClock
from linshu.engine.jobs.workers import Workers
from linshu.kernel.retry import Patience
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.engine.jobs.queue import Kept, Queue

WORKS = "tests.engine.jobs.heavy_works"
ONCE = Patience(1, timedelta(seconds=1), timedelta(seconds=1))


def done(queue: Queue, job: Job, tmp_path: Path, input_: dict | None = None, **given: object) -> Kept:
    job_id, _ = queue.enqueue(Asked(job.name, "k", input_), by="wang")
    Workers(queue, [job], chance=lambda: 0.0, given=given, scratch=tmp_path / "scratch").work()
    return queue.find(job_id)


def job(run, **more: object) -> Job:
    return Job("one", Text("一", "one"), run, patience=ONCE, **more)


def test_a_job_gets_its_input_and_what_it_needs_and_leaves_result_and_log(sqlite_queue: Queue, tmp_path: Path) -> None:
    def run(run: Run) -> dict:
        run.progress(0.4, Text("四成", "forty"))
        run.log("看过了", "looked")
        return {"sum": run.input["a"] + run.need("plus"), "attempt": run.attempt}

    kept = done(sqlite_queue, job(run, needs=("plus",)), tmp_path, {"a": 1}, plus=2)
    assert (kept.state, kept.result, kept.words.en) == ("done", {"sum": 3, "attempt": 1}, "forty")
    assert [one.words.en for one in sqlite_queue.lines(kept.job_id)] == ["looked"]


def test_a_job_whose_needs_nobody_here_meets_stays_queued(sqlite_queue: Queue, tmp_path: Path) -> None:
    assert done(sqlite_queue, job(lambda _: None, needs=("shop",)), tmp_path).state == "queued"


def test_work_that_came_to_rest_is_passed_over_and_what_waits_for_it_goes_on(sqlite_queue: Queue) -> None:
    first, _ = sqlite_queue.enqueue(Asked("one", "k"), by="wang")
    then, _ = sqlite_queue.enqueue(Asked("two", "k", after=first), by="wang")
    ran: list[str] = []
    kinds = [job(lambda run: ran.append(run.kind)), replace(job(lambda run: ran.append(run.kind)), name="two")]
    off = {"one": Text("库存", "Stock")}
    Workers(sqlite_queue, kinds, chance=lambda: 0.0, resting=lambda: off).work()
    assert ran == ["two"]
    assert sqlite_queue.find(first).result == {"resting": "库存"}
    assert "switched off" in sqlite_queue.lines(first)[0].words.en
    assert sqlite_queue.find(then).state == "done"


def test_a_fault_is_told_by_its_kind_and_first_line(sqlite_queue: Queue, tmp_path: Path) -> None:
    def run(_: Run) -> None:
        raise ZeroDivisionError("no\nsecret")

    kept = done(sqlite_queue, job(run), tmp_path)
    assert (kept.state, kept.error.en) == ("dead", "internal error: ZeroDivisionError: no")


def test_a_running_job_sees_that_its_end_was_asked_for(sqlite_queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linshu.engine.jobs.workers.LEASE", timedelta(seconds=0.3))
    begun = threading.Event()

    def run(run: Run) -> None:
        begun.set()
        assert run.asked.wait(20)
        run.check()

    ended = threading.Event()
    workers = Workers(sqlite_queue, [job(run)], chance=lambda: 0.0)
    job_id, _ = sqlite_queue.enqueue(Asked("one", "k"), by="wang")
    sqlite_queue.changed = lambda _: ended.set() if sqlite_queue.find(job_id).is_over else None
    workers.start(1)
    assert begun.wait(20)
    sqlite_queue.cancel(job_id, SYSTEM)
    assert ended.wait(20)
    workers.stop()
    assert sqlite_queue.find(job_id).state == "cancelled"


def test_workers_that_stop_give_their_job_back_uncounted(sqlite_queue: Queue) -> None:
    begun = threading.Event()

    def run(run: Run) -> None:
        begun.set()
        assert run.over.wait(20)
        run.check()

    workers = Workers(sqlite_queue, [job(run)], chance=lambda: 0.0)
    job_id, _ = sqlite_queue.enqueue(Asked("one", "k"), by="wang")
    workers.start(1)
    assert begun.wait(20)
    workers.stop()
    assert (sqlite_queue.find(job_id).state, sqlite_queue.find(job_id).attempts) == ("queued", 0)


def test_work_beyond_its_time_fails_at_its_checkpoint(
    sqlite_queue: Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linshu.engine.jobs.workers.LEASE", timedelta(seconds=0.3))

    def run(run: Run) -> None:
        assert run.over.wait(20)
        run.check()

    ended = threading.Event()
    late = job(run, timeout=timedelta(0))
    job_id, _ = sqlite_queue.enqueue(Asked("one", "k"), by="wang")
    sqlite_queue.changed = lambda _: ended.set() if sqlite_queue.find(job_id).is_over else None
    workers = Workers(sqlite_queue, [late], chance=lambda: 0.0)
    workers.start(1)
    assert ended.wait(20)
    workers.stop()
    assert "longer than allowed" in sqlite_queue.find(job_id).error.en


@pytest.mark.slow
def test_heavy_work_runs_elsewhere_and_its_tables_are_taken_in_by_the_owner(
    sqlite_queue: Queue, tmp_path: Path
) -> None:
    taken: dict[str, pa.Table] = {}

    def take_in(_: Run, tables: dict[str, pa.Table]) -> dict:
        taken.update(tables)
        return {"rows": tables["doubled"].num_rows}

    heavy = Heavy(lambda _: {"sales": pa.table({"fen": [1, 2]})}, f"{WORKS}:works", take_in)
    kept = done(sqlite_queue, job(heavy), tmp_path, {"more": 1})
    assert (kept.state, kept.result) == ("done", {"rows": 2}), kept.error
    assert taken["doubled"].to_pydict() == {"fen": [3, 5]}
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.slow
def test_heavy_work_cannot_open_the_warehouse(sqlite_queue: Queue, tmp_path: Path) -> None:
    heavy = Heavy(lambda _: {}, f"{WORKS}:opens_the_warehouse", lambda _, __: None)
    kept = done(sqlite_queue, job(heavy), tmp_path)
    assert kept.state == "dead"
    assert "duckdb" in kept.error.en


@pytest.mark.slow
def test_heavy_work_is_killed_when_its_end_is_asked_for(sqlite_queue: Queue, tmp_path: Path) -> None:
    begun = threading.Event()
    heavy = Heavy(lambda _: {}, f"{WORKS}:never_ends", lambda _, __: None)
    job_id, _ = sqlite_queue.enqueue(Asked("one", "k"), by="wang")

    def changed(_: str) -> None:
        if sqlite_queue.find(job_id).progress:
            begun.set()

    sqlite_queue.changed = changed
    workers = Workers(sqlite_queue, [job(heavy)], chance=lambda: 0.0, scratch=tmp_path / "scratch")
    workers.start(1)
    assert begun.wait(60)
    sqlite_queue.cancel(job_id, SYSTEM)
    ended = threading.Event()
    sqlite_queue.changed = lambda _: ended.set()
    assert ended.wait(60)
    workers.stop()
    assert sqlite_queue.find(job_id).state == "cancelled"


def test_workers_and_clock_outlive_a_database_that_is_away_for_a_moment(
    sqlite_queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linshu.engine.jobs.workers.IDLE_SECONDS", 0.01)
    monkeypatch.setattr("linshu.engine.jobs.schedule.TICK_SECONDS", 0.01)
    away = {"take": 3, "tick": 3}
    take, ended = sqlite_queue.take, threading.Event()

    def once_more(what: str, does):
        def call(*given):
            if away[what]:
                away[what] -= 1
                raise OperationalError("SELECT 1", {}, Exception("the server is away"))
            return does(*given)

        return call

    clock = JobClock(sqlite_queue, [job(lambda _: None, schedule="* * * * *")], "Asia/Shanghai")
    ticked = threading.Event()
    monkeypatch.setattr(sqlite_queue, "take", once_more("take", take))
    monkeypatch.setattr(clock, "tick", once_more("tick", ticked.set))
    workers = Workers(sqlite_queue, [job(lambda _: ended.set())], chance=lambda: 0.0)
    sqlite_queue.enqueue(Asked("one", "k"), by="wang")
    clock.start()
    workers.start(1)
    assert ended.wait(20)
    assert ticked.wait(20)
    workers.stop()
    clock.stop()
