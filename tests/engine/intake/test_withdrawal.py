"""Taking batches back leaves the company knowing what it would know had they never come."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.intake.files import FAULTS, GOOD, bring, write
from tests.engine.intake.killing import _mended
from tests.engine.intake.standin import NOON, opened, rows, snapshot
from tests.engine.intake.test_crash import Deadly, Killed, _no_cleaning
from tests.engine.intake.test_merge_properties import _ROWS, PHASES, Row, _land, _one_version_each

from linshu.connectors.files import open_file
from linshu.engine.intake import crash, dismissing
from linshu.engine.intake.rebuild import rebuild
from linshu.engine.intake.withdrawal import Entry, gone
from linshu.kernel.errors import Conflict, Missing

if TYPE_CHECKING:
    from linshu.engine.intake import Intake

__all__ = ["_no_cleaning"]
pytestmark = pytest.mark.slow


def _books(intake: Intake) -> list[tuple[object, ...]]:
    """What the books say of the batches that count."""
    told = "form, tables, rows_in, good, bad, unchanged, by_table"
    found = intake.warehouse.query(
        f"SELECT {told} FROM meta.landing WHERE status = 'merged' AND form <> 'withdrawal' ORDER BY landing_id"
    )
    return [tuple({**row, "by_table": json.loads(row["by_table"])}.values()) for row in found.to_pylist()]


def _known(intake: Intake) -> object:
    problems = intake.warehouse.query(
        "SELECT table_name, key_text, landing_row, code, column_name, status FROM meta.quarantine ORDER BY ALL"
    ).to_pylist()
    side = [
        intake.warehouse.query(f"SELECT * FROM meta.{book} ORDER BY ALL").to_pylist()
        for book in ("validity", "tombstone", "voice")
    ]
    return snapshot(intake), _books(intake), problems, side


def _ids(intake: Intake) -> list[str]:
    found = intake.warehouse.query("SELECT landing_id FROM meta.landing WHERE form <> 'withdrawal' ORDER BY landing_id")
    return [str(one) for one in found["landing_id"].to_pylist()]


def test_which_batches_count_is_told_from_the_newest_back() -> None:
    def out(*entries: tuple[str, str, str]) -> set[str]:
        return set(gone(Entry(*one) for one in entries))

    first, mending = ("1", "", ""), ("2", "", "1:orders")
    assert out(first, mending) == set()
    assert out(first, mending, ("3", "1", "")) == {"1", "2"}
    assert out(first, mending, ("3", "1", ""), ("4", "3", "")) == {"3"}
    assert out(first, ("3", "1", ""), ("4", "3", ""), ("5", "4", "")) == {"1", "4"}
    assert out(first, ("3", "1", ""), ("4", "3", ""), ("5", "1", "")) == {"1", "3"}


@settings(max_examples=6, phases=PHASES)
@given(batches=st.lists(_ROWS, min_size=2, max_size=4), data=st.data())
def test_taking_back_equals_never_having_imported(batches: list[list[tuple[str, Row]]], data: st.DataObject) -> None:
    batches = [_one_version_each(batch) for batch in batches]
    taken = data.draw(st.lists(st.integers(0, len(batches) - 1), min_size=1, max_size=3, unique=True))
    again = data.draw(st.sampled_from([None, *taken]))
    with TemporaryDirectory() as folder, TemporaryDirectory() as other:
        intake, never = opened(Path(folder)), opened(Path(other))
        for batch in batches:
            _land(intake, batch)
        ids = _ids(intake)
        withdrawals = {}
        for place in taken:
            before = _known(intake)
            intake.effect(ids[place])
            assert _known(intake) == before  # only looked at
            withdrawals[place] = intake.withdraw(ids[place]).landing_id
        if again is not None:  # the withdrawal is taken back itself
            intake.withdraw(withdrawals[again])
        for place, batch in enumerate(batches):
            if place not in taken or place == again:
                _land(never, batch)
        assert _known(intake) == _known(never)
        rebuild(intake)
        assert _known(intake) == _known(never)
        intake.warehouse.close()
        never.warehouse.close()


def test_a_file_takes_its_mended_rows_and_lines_along(tmp_path: Path) -> None:
    intake, never = opened(tmp_path / "a"), opened(tmp_path / "b")
    faulty = write(tmp_path / "faulty.csv", [row for _, row, _ in FAULTS[:6]])
    good = write(tmp_path / "good.csv", GOOD)
    for one in (intake, never):
        bring(one, good)
    bring(intake, faulty)
    first = _ids(intake)[-1]
    sheet = next(each for each in intake.sheets(first) if "状态" in each.rows.column_names)
    intake.replay(open_file(_mended(tmp_path, sheet.rows)))
    left = intake.problems(first).to_pylist()
    assert left
    dismissing.dismiss(intake, [f"{first}::{left[0]['landing_row']}"], "作废", "wang")
    effects = intake.effect(first)
    receipt = intake.withdraw(first, by="wang", why="传错了，电话 13812345678")
    assert snapshot(intake) == snapshot(never)
    assert sum(each.gone for each in effects) > 0
    label = intake.warehouse.query("SELECT brought_by, why, undoes FROM meta.landing WHERE form = 'withdrawal'")
    assert label.to_pylist() == [{"brought_by": "wang", "why": "传错了，电话 138****5678", "undoes": first}]
    with pytest.raises(Conflict):
        intake.withdraw(first)
    with pytest.raises(Missing):
        intake.withdraw("none")
    # The same file may come again, as a batch of its own; and the first one too, by taking the withdrawal back.
    assert not bring(intake, faulty).already_known
    intake.withdraw(_ids(intake)[-1])
    before = snapshot(intake)
    intake.withdraw(receipt.landing_id)
    assert snapshot(intake) != before
    assert intake.warehouse.query("SELECT count(*) AS n FROM meta.quarantine WHERE status = 'dismissed'")["n"][
        0
    ].as_py()
    intake.warehouse.close()
    never.warehouse.close()


@pytest.mark.usefixtures("_no_cleaning")
@pytest.mark.parametrize(
    "name",
    ["landing.part_written", "landing.renamed", "merge.begun", "merge.staged", "merge.registered", "merge.committed"],
)
def test_killed_on_the_way_it_is_taken_back_all_the_same(name: str, tmp_path: Path) -> None:
    intake = opened(tmp_path, path=str(tmp_path / "w.duckdb"))
    bring(intake, write(tmp_path / "good.csv", GOOD))
    intake.land_rows("till", {"orders": _order()})
    first = _ids(intake)[0]
    crash.listen(Deadly(name, 1))
    with pytest.raises(Killed):
        intake.withdraw(first)
    crash.listen(None)
    intake.warehouse.close()
    intake = opened(tmp_path, path=str(tmp_path / "w.duckdb"))
    intake.resume()
    if name == "landing.part_written":  # nothing was said yet
        intake.withdraw(first)
    assert [row[0] for row in rows(intake, "orders", "order_id")] == ["X1"]
    intake.warehouse.close()


def _order() -> object:

    return pa.table({"order_id": ["X1"], "status": ["paid"], "goods_fen": [5], "updated_at": [NOON]})
