"""Killed at any moment between told and landed: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from tests.engine.events.killing import MANY, acknowledged, batches, main
from tests.engine.events.standin import Company, open_company, order, payment
from tests.forks import begun

from linshu.engine.access.scope import Scope
from linshu.engine.events.keeping import Sender
from linshu.engine.events.reading import read_event
from linshu.engine.intake import crash as landing_crash
from linshu.engine.intake.landing import Writer
from linshu.engine.state import crash
from linshu.engine.state.tables import event, event_dead, event_minute
from linshu.standard.events import EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# On each of two databases: with those of jobs 20; `make chaos` asks for more.
KILLS = max(4, int(os.environ.get("LINSHU_KILLS", "0")) // 4)
SENDER = Sender("till", Scope.everything())
OURS = tuple(point for point in crash.POINTS if point.startswith("events."))
BATCHES: list[list[dict[str, Any]]] = [[order(1), payment(1), order(2, status="payed")], [order(1), payment(2)]]
pytestmark = pytest.mark.slow


class Killed(BaseException):
    """The process is gone: nothing after this moment happens."""


@pytest.fixture
def _no_cleaning(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A killed process cleans nothing up."""
    monkeypatch.setattr(Writer, "abandon", lambda _: None)
    yield
    crash.listen(None)
    landing_crash.listen(None)


def _play(company: Company, done: set[int]) -> None:
    """Each batch is sent until it is acknowledged, and landed."""
    for number, told in enumerate(BATCHES):
        if number not in done:
            company.door.keep([(read_event(one, EVENTS), SENDER) for one in told])
            done.add(number)
        company.land()


def _end(company: Company) -> dict[str, Any]:
    with company.state.reading() as connection:
        letters = [tuple(row) for row in connection.execute(select(event_dead.c.event_id, event_dead.c.state))]
        ids = sorted(connection.execute(select(event.c.event_id)).scalars())
    return {
        "orders": company.rows("orders", "order_id", "status"),
        "lines": company.rows("order_line", "order_id", "line_no", "qty"),
        "payments": company.rows("payment", "payment_id", "order_id", "amount_fen"),
        "letters": letters,
        "ids": ids,
        "quarantine": company.intake.problems().num_rows,
    }


@pytest.mark.usefixtures("_no_cleaning")
def test_killed_at_every_moment_it_ends_the_same(tmp_path: Path, state_urls: Callable[[], str]) -> None:
    company = open_company(tmp_path, state_urls())
    passed: dict[str, int] = {}

    def count(name: str) -> None:
        passed[name] = passed.get(name, 0) + 1

    crash.listen(count)
    landing_crash.listen(count)
    _play(company, set())
    end = _end(company)
    company.close()
    assert set(OURS) <= set(passed), "a moment of live events was never passed"
    for name in [*OURS, "landing.renamed", "merge.committed"]:
        _once_killed(tmp_path / name, state_urls(), name, end)


def _once_killed(folder: Path, url: str, name: str, end: dict[str, Any]) -> None:
    folder.mkdir()
    company, done = open_company(folder, url), set[int]()

    def kill(at: str) -> None:
        if at == name:
            raise Killed

    crash.listen(kill)
    landing_crash.listen(kill)
    with pytest.raises(Killed):
        _play(company, done)
    crash.listen(None)
    landing_crash.listen(None)
    company.close()
    company = open_company(folder, url)
    company.lander.recall()
    company.land()
    if done:  # what was acknowledged before the kill is there without being sent again
        assert company.rows("orders", "order_id") == [("O1",)]
    _play(company, done)
    assert _end(company) == end, f"differs after a kill at {name}"
    company.close()


def test_killed_for_real_at_random_moments_nothing_acknowledged_is_lost(
    tmp_path: Path, state_urls: Callable[[], str]
) -> None:
    dice = random.Random(20261126)
    folder, url, finished = tmp_path / "killed", "", False
    for kill in range(KILLS):
        if not folder.exists() or finished:  # all of it was done: begin anew, so that every kill hits work
            folder = tmp_path / f"killed-{kill}"
            folder.mkdir()
            url = state_urls()
        process = begun(main, folder, url)
        time.sleep(dice.uniform(0.0, 0.6))
        finished = process.exitcode is not None
        process.kill()
        process.join()
        if finished:
            _judge(folder, url)
    process = begun(main, folder, url)
    process.join()
    assert process.exitcode == 0
    _judge(folder, url)


def _judge(folder: Path, url: str) -> None:
    company = open_company(folder, url)
    good = [number for number in range(MANY) if number % 10 != 3]
    end = _end(company)
    with company.state.reading() as connection:
        counted = connection.execute(select(event_minute.c.accepted)).scalars().all()
    company.close()
    assert acknowledged(folder) == {one["id"] for told in batches() for one in told}
    assert [name for name, _ in end["orders"]] == sorted(f"O{number}" for number in good)
    assert [name for name, *_ in end["payments"]] == sorted(f"P{number}" for number in range(MANY))
    assert len(end["lines"]) == len(good)
    assert sum(counted) == len(end["ids"]) == len(good) + MANY
    assert sorted(end["letters"]) == sorted((f"e{number}", "open") for number in range(3, MANY, 10))
    assert end["quarantine"] == 0
