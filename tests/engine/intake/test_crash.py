"""An import killed at any moment and run again ends in the same tables."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

import pytest
from tests.engine.intake.killing import MANY, main, prepare, scenario
from tests.engine.intake.standin import opened, rows, snapshot
from tests.forks import begun

from linshu.engine.intake import crash
from linshu.engine.intake.landing import UNFINISHED, Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from linshu.engine.intake import Intake

KILLS = int(os.environ.get("LINSHU_KILLS", "20"))  # `make chaos` asks for a thousand
COMMITS = ("landing.renamed", "merge.committed")  # killed at their first and last passing; the others in between
pytestmark = pytest.mark.slow


class Killed(BaseException):
    """The process is gone: nothing after this moment happens."""


class Deadly:
    """Kills at the n-th passing of one moment; counts how often each was passed."""

    def __init__(self, name: str = "", passing: int = 0) -> None:
        self.name, self.passing = name, passing
        self.passed: dict[str, int] = dict.fromkeys(crash.POINTS, 0)

    def __call__(self, name: str) -> None:
        self.passed[name] += 1
        if name == self.name and self.passed[name] == self.passing:
            raise Killed


@pytest.fixture
def _no_cleaning(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A killed process cleans nothing up."""
    monkeypatch.setattr(Writer, "abandon", lambda _: None)
    yield
    crash.listen(None)


def _intake(folder: Path) -> Intake:
    return opened(folder, path=str(folder / "w.duckdb"), part_rows=300)


def _undisturbed(folder: Path) -> tuple[dict[str, list[tuple[object, ...]]], dict[str, int]]:
    folder.mkdir()
    prepare(folder)
    counting = Deadly()
    crash.listen(counting)
    intake = _intake(folder)
    scenario(intake, folder)
    crash.listen(None)
    end = snapshot(intake)
    intake.warehouse.close()
    return end, counting.passed


@pytest.mark.usefixtures("_no_cleaning")
def test_killed_at_every_moment_it_ends_the_same(tmp_path: Path) -> None:
    end, passed = _undisturbed(tmp_path / "undisturbed")
    assert min(passed.values()) > 0, f"never passed: {[name for name, times in passed.items() if not times]}"
    for name, times in passed.items():
        for passing in sorted({1, times} if name in COMMITS else {(times + 1) // 2}):
            folder = tmp_path / f"{name}-{passing}"
            folder.mkdir()
            prepare(folder)
            crash.listen(Deadly(name, passing))
            intake = _intake(folder)
            with pytest.raises(Killed):
                scenario(intake, folder)
            crash.listen(None)
            intake.warehouse.close()
            intake = _intake(folder)
            scenario(intake, folder)
            assert snapshot(intake) == end, f"differs after a kill at {name}, passing {passing}"
            assert not list((folder / "landing").glob(UNFINISHED + "*"))
            intake.warehouse.close()


def test_killed_for_real_at_random_moments_it_ends_the_same(tmp_path: Path) -> None:
    end, _ = _undisturbed(tmp_path / "undisturbed")
    dice = random.Random(20260301)
    folder = tmp_path / "killed"
    folder.mkdir()
    prepare(folder)
    kills = 0
    while kills < KILLS:
        process = begun(main, folder)
        try:
            time.sleep(dice.uniform(0.0, 0.8))
            finished = process.exitcode is not None
        finally:
            process.kill()
            process.join()
        kills += 1
        if finished:  # all of it was done: begin anew, so that every kill hits an import
            folder = tmp_path / f"killed-{kills}"
            folder.mkdir()
            prepare(folder)
    process = begun(main, folder)
    process.join()
    assert process.exitcode == 0
    intake = _intake(folder)
    assert snapshot(intake) == end
    assert len(rows(intake, "orders", "order_id")) > MANY
    intake.warehouse.close()
