"""An import called off at any moment leaves nothing, and the same file comes in afterwards as if nothing had been."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from tests.engine.intake.files import FAULTS, GOOD, mapping, write
from tests.engine.intake.standin import opened, snapshot

from linshu.connectors.files import open_file
from linshu.kernel.errors import Cancelled
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.engine.intake import Intake, Progress, Receipt

pytestmark = pytest.mark.slow


class Enough:
    """A watcher that calls the import off the n-th time it is told something."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self, _: Progress) -> None:
        self.left -= 1
        if self.left == 0:
            raise Cancelled(Text("够了", "enough"))


def _bring(intake: Intake, path: Path, watch: Enough) -> Receipt:
    by = mapping()
    return intake.land_and_merge(open_file(path, by.file, by.columns, watch=watch), by, watch=watch)


def test_called_off_at_every_moment_nothing_stays(tmp_path: Path) -> None:
    file = write(tmp_path / "faulty.csv", [*(row for _, row, _ in FAULTS[:6]), *GOOD])
    whole = opened(tmp_path / "whole")
    watch = Enough(10**6)
    _bring(whole, file, watch)
    moments = 10**6 - watch.left
    assert moments >= 3  # read, landed, merged
    intake = opened(tmp_path / "called-off")
    empty = snapshot(intake)
    for moment in range(1, moments + 1):
        with pytest.raises(Cancelled):
            _bring(intake, file, Enough(moment))
        assert snapshot(intake) == empty
        assert [*intake.folder.iterdir()] == []
        assert intake.resume() == ()  # nothing waits to come in later
    assert not _bring(intake, file, Enough(10**6)).already_known
    assert snapshot(intake) == snapshot(whole)
    for one in (intake, whole):
        one.warehouse.close()


def test_what_came_in_together_goes_together(tmp_path: Path) -> None:
    intake, other = opened(tmp_path / "a"), opened(tmp_path / "b")
    first, second = write(tmp_path / "1.csv", GOOD[:2]), write(tmp_path / "2.csv", GOOD[2:])
    earlier = write(tmp_path / "0.csv", [row for _, row, _ in FAULTS[:6]])
    for one in (intake, other):
        _bring(one, earlier, Enough(10**6))
    with pytest.raises(Cancelled), intake.together("wang"):
        assert _bring(intake, earlier, Enough(10**6)).already_known  # it stays: it did not come now
        _bring(intake, first, Enough(10**6))
        _bring(intake, second, Enough(2))
    assert snapshot(intake) == snapshot(other)
    told = intake.warehouse.query("SELECT brought_by, form, status FROM meta.landing ORDER BY seq").to_pylist()
    assert [(row["form"], row["status"]) for row in told] == [
        ("file", "merged"), ("file", "withdrawn"), ("withdrawal", "merged"),
    ]  # fmt: skip
    assert told[-1]["brought_by"] == "wang"
    for one in (intake, other):
        for file in (first, second):
            assert not _bring(one, file, Enough(10**6)).already_known
    assert snapshot(intake) == snapshot(other)
    for one in (intake, other):
        one.warehouse.close()


def test_a_long_statement_need_not_be_waited_for(tmp_path: Path) -> None:
    """The statement under way ends as soon as it is asked to, and the transaction with it."""
    intake = opened(tmp_path)
    warehouse = intake.warehouse
    began, seen = threading.Event(), list[BaseException]()

    def work() -> None:
        try:
            with warehouse.transaction() as session:
                session.execute("CREATE TABLE meta.long_one AS SELECT 1 AS n")
                began.set()
                session.query("SELECT count(*) AS n FROM range(1000000000) a, range(1000000) b WHERE hash(a, b) = 1")
        except BaseException as error:
            seen.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert began.wait(30)
    while thread.is_alive():
        warehouse.interrupt(thread.ident or 0)  # again: between two statements there is nothing to end
        thread.join(0.05)
    assert isinstance(seen[0], Cancelled)
    assert "long_one" not in warehouse.tables("meta")
    warehouse.close()


def test_a_withdrawal_called_off_leaves_its_batch(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    landing_id = _bring(intake, write(tmp_path / "1.csv", GOOD), Enough(10**6)).landing_id
    before = snapshot(intake)
    with pytest.raises(Cancelled):
        intake.withdraw(landing_id, watch=Enough(1))
    assert snapshot(intake) == before
    assert intake.withdraw(landing_id).landing_id
    intake.warehouse.close()
