"""The history of checks outlives the warehouse, and a warehouse made anew adds to it only what differs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from linshu.app.backup import back_up, restore
from linshu.app.local import LocalShop

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.app.project import Project

PAST = ["2026-10-01T08:00:00+00:00", "fct_orders", "paid_fits", 3]


@pytest.mark.slow
def test_a_warehouse_made_anew_knows_its_past(project: Project, tmp_path: Path, fresh_state: str) -> None:
    with LocalShop.open(project) as shop:
        shop.build_models()
        shop.warehouse.execute("INSERT INTO meta.check_log VALUES ($1, $2, $3, $4)", PAST)
        shop.build_models()
        kept = project.checks.read_text("utf-8")
        assert [json.loads(line) for line in kept.splitlines()] == [PAST]
        project.checks.write_text(kept + '["2026-1', "utf-8")  # killed half way through a line
        shop.rebuild()
        told = shop.pulse().log
        # The rule that is said to be broken there does not exist any more: that is a change, and a line of its own.
        assert [(row["model"], row["failing_rows"]) for row in told] == [("fct_orders", 0), ("fct_orders", 3)]
        lines = project.checks.read_text("utf-8").splitlines()
        assert json.loads(lines[0]) == PAST
        assert json.loads(lines[-1])[1:] == ["fct_orders", "paid_fits", 0]
        shop.rebuild()
        assert shop.pulse().log == told
        assert project.checks.read_text("utf-8").splitlines() == lines
    project.warehouse.unlink()
    back_up(project, tmp_path / "copy.tar")
    restore(tmp_path / "copy.tar", tmp_path / "again", fresh_state)
    assert (tmp_path / "again/data/history/checks.jsonl").read_text("utf-8").splitlines() == lines
