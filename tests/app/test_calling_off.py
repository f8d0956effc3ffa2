"""Ctrl-C during an import calls it off: nothing of it stays, and the terminal says so."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from tests.app.sample import write_files

import linshu
from linshu.app.cli import INTERRUPTED, run
from linshu.engine.intake import crash

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.app.project import Project


@pytest.mark.slow
def test_ctrl_c_leaves_nothing_and_the_file_comes_in_again(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders, _ = write_files(tmp_path / "files")
    pressed = list[str]()

    def press(moment: str) -> None:
        if moment == "merge.table_merged" and not pressed:
            pressed.append(moment)
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    command = ["import", str(orders), "--project", str(project.folder)]
    crash.listen(press)
    try:
        assert run(command) == INTERRUPTED
    finally:
        crash.listen(None)
    assert signal.getsignal(signal.SIGINT) is before
    said = capsys.readouterr().err
    assert "再按一次 Ctrl-C 立即停下" in said
    assert "什么也没有留下" in said
    with linshu.open(project.folder) as shop:
        assert shop.landed() == set()
    assert run(command) == 0
    with linshu.open(project.folder) as shop:
        assert shop.fingerprint()["orders"]["rows"] == 4
