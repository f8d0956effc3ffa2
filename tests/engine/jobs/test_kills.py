"""Killed for real at random moments: no job, decision or message is lost, nothing inside is done twice, repetitions are told."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from tests.engine.jobs.killing import MANY, main, prepare
from tests.forks import begun

from linshu.engine.jobs.books import Filter, listed
from linshu.engine.push.outbox import find
from linshu.engine.state import State
from linshu.engine.state.tables import outbox, proposal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# On each of two databases: with those of events 20; `make chaos` asks for more.
KILLS = max(6, int(os.environ.get("LINSHU_KILLS", "0")) // 4)
pytestmark = pytest.mark.slow


def test_killed_at_random_moments_everything_is_done_and_nothing_inside_twice(
    tmp_path: Path, state_urls: Callable[[], str]
) -> None:
    dice = random.Random(20261122)
    folder, url, finished = tmp_path / "killed", "", False
    for kill in range(KILLS):
        if not folder.exists() or finished:  # all of it was done: begin anew, so that every kill hits work
            folder = tmp_path / f"killed-{kill}"
            folder.mkdir()
            url = state_urls()
            prepare(url)
        process = begun(main, folder, url, timedelta(minutes=3 * (kill + 1)))
        time.sleep(dice.uniform(0.0, 0.4))
        finished = process.exitcode is not None
        process.kill()
        process.join()
        if finished:
            _judge(folder, url)
    process = begun(main, folder, url, timedelta(minutes=3 * (KILLS + 1)))
    process.join()
    assert process.exitcode == 0
    _judge(folder, url)


def _judge(folder: Path, url: str) -> None:
    state = State.open(url)
    with state.reading() as connection:
        jobs, total = listed(connection, Filter(), limit=MANY * 2)
        keys = connection.execute(select(outbox.c.key)).scalars().all()
        messages = [find(connection, key=key) for key in keys]
        states = Counter(connection.execute(select(proposal.c.state)).scalars())
    state.close()
    assert (total, {one.state for one in jobs}) == (MANY, {"done"})
    decided = [key for key in keys if key.startswith("proposal:")]
    said = sorted(key for key in keys if key not in decided)
    assert said == sorted(f"{kind} {number}" for kind in ("push", "work_order") for number in range(MANY))
    assert (len(decided), states) == (MANY, {"applied": MANY})
    assert {one.state for one in messages} == {"sent"}
    arrived = Counter((folder / "wall").read_text().splitlines())
    for one in messages:
        marks = [note.state for note in one.notes]
        if one.kind == "work_order":
            assert marks.count("handled") == 1
        else:
            told = sum("可能已经收到" in note.words.zh for note in one.notes)
            assert 1 <= arrived[one.key] <= 1 + told, f"{one.key} came {arrived[one.key]} times, and {told} were told"
