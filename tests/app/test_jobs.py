"""`linshu run` and `linshu job`: each step once per company day, whoever asks, with a server or without."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import date
from typing import Any

import pytest

from linshu.app import backup
from linshu.app.cli import run
from linshu.app.jobs import jobs_of
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.app.works import Works
from linshu.engine.audit import SYSTEM
from linshu.engine.jobs.books import Filter
from linshu.engine.push.outbox import Message, find, put

pytestmark = pytest.mark.slow
STEPS = ["resume", "build", "check", "forecast", "proposals", "alerts", "retention"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, _own_keys: object) -> Project:
    """A project whose tables the first test builds, and the others find built."""
    made = Project.init(tmp_path_factory.mktemp("jobs") / "shop", name="测试")
    made.make_key()
    return made


def said(capsys: pytest.CaptureFixture[str], project: Project, *words: str, code: int = 0) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run([*words, "--project", str(project.folder), "--json"]) == code
    return json.loads(capsys.readouterr().out)["rows"]


def test_the_daily_chain_runs_once_for_a_day_and_can_be_read_and_retold(built: Project, capsys) -> None:
    project = built
    first = said(capsys, project, "run", "--day", "2026-11-20")
    assert [(one["kind"], one["state"], one["day"]) for one in first] == [
        (kind, "done", "2026-11-20") for kind in STEPS
    ]
    assert said(capsys, project, "run", "--day", "2026-11-20") == first
    assert [one["kind"] for one in said(capsys, project, "run", "--day", "2026-11-20", "--only", "build")] == ["build"]
    assert len(said(capsys, project, "job", "list")) == len(STEPS)
    again = said(capsys, project, "job", "run", "build")
    assert again[0]["state"] == "done"
    shown = said(capsys, project, "job", "show", again[0]["job"][:12])
    assert shown[0]["result"]["tables"] > 0
    assert [one["kind"] for one in said(capsys, project, "job", "list", "--kind", "build")] == ["build", "build"]
    off = said(capsys, project, "job", "schedule", "backup", "--off")
    assert [(one["active"], one["next_at"]) for one in off] == [(False, None)]
    assert all(one["active"] for one in said(capsys, project, "job", "schedule", "backup", "--on"))
    assert said_to_be_wrong(capsys, project, "run", "--only", "nothing")
    assert said_to_be_wrong(capsys, project, "run", "--day", "yesterday")
    assert said_to_be_wrong(capsys, project, "job", "show", "zzz")
    assert said_to_be_wrong(capsys, project, "job", "list", "--state", "happy")


def said_to_be_wrong(capsys, project: Project, *words: str) -> bool:
    capsys.readouterr()
    return run([*words, "--project", str(project.folder)]) != 0 and bool(capsys.readouterr().err.strip())


def test_two_who_run_the_chain_at_the_same_time_do_each_step_once(built: Project, capsys) -> None:
    words = ["run", "--day", "2026-11-21", "--project", str(built.folder), "--json"]
    waits = (
        "import sys; from linshu.app.cli import run; print('ready', flush=True); input(); sys.exit(run(sys.argv[1:]))"
    )
    call = [sys.executable, "-c", waits, *words]
    with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        assert other.stdin is not None
        other.stdin.write("\n")
        other.stdin.flush()
        capsys.readouterr()
        assert run(words) == 0
        mine = json.loads(capsys.readouterr().out)["rows"]
        theirs = json.loads(other.communicate()[0])["rows"]
    assert other.returncode == 0
    assert mine == theirs
    with LocalShop.open(built) as shop, open_state(built) as state:
        found = [one for one in Works(shop, state).desk.listed(Filter())[0] if one.day == date(2026, 11, 21)]
    assert len(found) == len(STEPS)
    assert {one.attempts for one in found} == {1}


def test_a_step_that_fails_for_good_holds_back_the_rest_and_is_told(project: Project, capsys, monkeypatch) -> None:
    monkeypatch.setattr("linshu.app.local.LocalShop.build_models", lambda *_, **__: 1 / 0)
    rows = _with_one_attempt(project, monkeypatch, capsys)
    assert [(one["kind"], one["state"]) for one in rows] == [
        ("resume", "done"),
        ("build", "dead"),
        ("check", "queued"),
        ("forecast", "queued"),
        ("proposals", "queued"),
        ("alerts", "queued"),
        ("retention", "queued"),
    ]
    assert "ZeroDivisionError" in rows[1]["error"]


def _with_one_attempt(project: Project, monkeypatch, capsys) -> list[dict[str, Any]]:
    from dataclasses import replace

    from linshu.kernel.retry import Patience

    once = Patience(1, *[jobs_of(project)[0].patience.first] * 2)
    hasty = tuple(replace(one, patience=once) for one in jobs_of(project))
    monkeypatch.setattr("linshu.app.jobs.jobs_of", lambda _: hasty)
    return said(capsys, project, "run", "--day", "2026-11-20", code=1)


def test_jobs_of_the_night_leave_a_verified_backup_and_forget_the_old(built: Project) -> None:
    project = built
    with LocalShop.open(project) as shop, open_state(project) as state:
        works = Works(shop, state)
        ids = [works.desk.run(kind, SYSTEM, day=date(2026, 11, 20)) for kind in ("backup", "tidy", "day")]
        end = works.begin(with_clock=False)
        _until(lambda: all(works.desk.queue.find(one).is_over for one in ids))
        end()
        found = [works.desk.queue.find(one) for one in ids]
        assert [one.state for one in found] == ["done"] * 3, [one.error.en for one in found]
        made = project.folder / "backups" / str(found[0].result["file"])
        assert backup.verify(made)["project"] == project.settings.project.id
        assert found[1].result == {"jobs": 0, "messages": 0, "events": 0, "visits": 0}
        assert found[2].result["steps"] == len(STEPS)


def test_what_an_act_put_into_the_outbox_leaves_as_a_file(project: Project) -> None:
    with LocalShop.open(project) as shop, open_state(project) as state:
        works = Works(shop, state)
        with state.writing() as connection:
            put(
                connection,
                Message("file", "erp", "采购单", {"name": "po.json", "rows": [{"sku": 1}]}, "po-1"),
                at=works.desk.queue.clock(),
            )
        assert works.courier().deliver() == 1
        with state.reading() as connection:
            assert find(connection, key="po-1").state == "sent"
    assert json.loads((project.data / "outbox/erp/po.json").read_text()) == [{"sku": 1}]


def _until(holds, seconds: float = 60) -> None:
    """Wait for what other threads do; a failure when it does not come."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if holds():
            return
        pause.wait(0.05)
    raise AssertionError("it did not come")
