"""Sources that come in by themselves: new files of a folder once, bad ones told, other places not read."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from linshu.app import collecting
from linshu.app.cli import run
from linshu.app.jobs import jobs_of
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.app.works import Works
from linshu.engine.audit import SYSTEM
from linshu.engine.jobs import plans
from linshu.engine.jobs.desk import JobDesk
from linshu.engine.jobs.workers import Workers
from linshu.kernel.errors import Forbidden, Invalid, LinshuError, Missing, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
HEAD = "channel_id,name,kind\n"


def put(folder: Path, name: str, text: str, *, age: float = 3600) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, "utf-8")
    moment = path.stat().st_mtime - age
    os.utime(path, (moment, moment))
    return path


def said(capsys: pytest.CaptureFixture[str], project: Project, *words: str, code: int = 0) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run([*words, "--project", str(project.folder), "--json"]) == code
    return json.loads(capsys.readouterr().out)["rows"]


def test_what_is_new_in_a_folder_comes_in_once_and_what_is_wrong_is_told(project: Project) -> None:
    folder = project.folder / "incoming"
    put(folder, "a.csv", f"{HEAD}wx,微信,mini_program\n")
    put(folder, "b.csv", "一,二\n1,2\n")
    put(folder, "c.csv", f"{HEAD}tb,淘宝,marketplace\n", age=0)
    put(folder, "notes.txt", "nothing to read")
    with LocalShop.open(project) as shop, open_state(project) as state:
        desk = Works(shop, state).desk
        given = {"shop": shop.figures, "company": shop, "state": state}
        workers = Workers(desk.queue, jobs_of(project), chance=lambda: 0.0, given=given)
        plan = desk.plans.add("collect", "渠道", "30", {"pattern": "*.csv"}, SYSTEM)

        def once(scheduled: bool = True) -> tuple[str, Any, str]:
            job_id = desk.plans.run(plan, SYSTEM)
            if scheduled:  # as the clock writes it
                with state.writing() as connection:
                    connection.exec_driver_sql(f"UPDATE job SET scheduled_at = created_at WHERE job_id = '{job_id}'")
            workers.work()
            found = desk.queue.find(job_id)
            return found.state, found.result, " ".join(line.words.zh for line in desk.queue.lines(job_id))

        state_, _, log = once()
        assert state_ in {"failed", "dead"}
        assert "b.csv 没能导入" in log
        assert "c.csv 还在写" in log
        assert shop.table("channel").read_all()["channel_id"].to_pylist() == ["wx"]
        desk.queue.cancel(desk.plans.all()[0][1].job_id, SYSTEM)
        assert once()[:2] == ("done", {"files": 0, "batches": 0, "rows": 0, "bad": 0})  # b is known to be bad
        assert once(scheduled=False)[0] != "done"  # by hand it is tried again
        desk.queue.cancel(desk.plans.all()[0][1].job_id, SYSTEM)
        put(folder, "b.csv", f"{HEAD}jd,京东,marketplace\n")
        (folder / "c.csv").rename(folder / "13812345678.csv")
        put(folder, "13812345678.csv", f"{HEAD}tb,淘宝,marketplace\n")
        assert once()[:2] == ("done", {"files": 2, "batches": 2, "rows": 2, "bad": 0})
        assert sorted(shop.table("channel").read_all()["channel_id"].to_pylist()) == ["jd", "tb", "wx"]
        assert once()[1]["files"] == 0
        with state.reading() as connection:
            kept = plans.items(connection, plan.plan_id)
        assert [name.split(" ")[0] for name in sorted(kept)] == ["138****5678.csv", "a.csv", "b.csv"]


def test_only_folders_that_are_named_are_read_wherever_links_lead(project: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    secret = put(outside, "a.csv", HEAD)
    (project.folder / "incoming").mkdir()
    (project.folder / "incoming/link").symlink_to(outside)
    (project.folder / "incoming/a.csv").symlink_to(secret)
    for said_ in (str(outside), "../outside", "incoming/../..", "incoming/link", "data"):
        with pytest.raises(Forbidden):
            collecting.accepted(project, {"folder": said_})
    assert collecting.lying(project, project.folder / "incoming", "*") == []
    named = Project.open(project.folder, {"sources.folders": f"/nowhere, {outside}"})
    assert collecting.accepted(named, {"folder": str(outside), "pattern": "*.csv"})["folder"] == str(outside)
    assert [one.path for one in collecting.lying(named, outside, "*")] == [secret]
    wrong: tuple[tuple[dict[str, str], type[LinshuError]], ...] = (
        ({"pattern": "../*"}, Invalid),
        ({"mapping": "../linshu"}, Missing),
        ({"connector": "nothing"}, Missing),
    )
    for given, error in wrong:
        with pytest.raises(error):
            collecting.accepted(project, given)
    with pytest.raises(Unavailable):
        collecting.lying(named, named.folder / "incoming/gone", "*")


def test_a_source_is_planned_run_changed_and_removed_by_command(project: Project, capsys) -> None:
    put(project.folder / "incoming", "a.csv", f"{HEAD}wx,微信,mini_program\n")
    made = said(capsys, project, "job", "plan", "add", "渠道", "--every", "30", "--pattern", "*.csv")
    assert [(one["from"], one["every"], one["active"]) for one in made] == [("incoming/*.csv", "30", True)]
    assert [one["state"] for one in said(capsys, project, "job", "plan", "run", "渠道")] == ["done"]
    assert [one["last_state"] for one in said(capsys, project, "job", "plan", "list")] == ["done"]
    changed = said(capsys, project, "job", "plan", "change", "渠道", "--every", "06:30", "--off")
    assert [(one["every"], one["active"], one["next_at"]) for one in changed] == [("06:30", False, None)]
    assert said(capsys, project, "job", "plan", "remove", "渠道") == []
    with open_state(project) as state:
        assert JobDesk.of(state, jobs_of(project), project.settings.company_day).plans.all() == []
