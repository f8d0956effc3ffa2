"""The demonstration: born once, used again, living on; never in the place of a real project."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linshu.app.call import Call
from linshu.app.cli import run
from linshu.app.demo import ACCOUNTS, PASSWORD, Plan, prepare
from linshu.app.jobs import desk_of_jobs
from linshu.app.live_events import LiveEvents
from linshu.app.living import MOST_TOLD, live_moment
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.engine.access.login import Logins
from linshu.engine.access.roles import ROLES
from linshu.engine.intake import Intake
from linshu.engine.jobs.books import Filter
from linshu.engine.jobs.queue import OPEN
from linshu.engine.shell.live import Hub
from linshu.engine.vault.scan import find_plain_phones
from linshu.kernel.errors import Conflict, Misused
from linshu.twin.config import SIZES, Config, Size
from linshu.twin.live import Live

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.engine.intake import Receipt

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("demo") / "d"
    assert run(["demo", "--scale", "small", "--no-serve", "--project", str(folder)]) == 0
    return Plan(folder, "small")


def test_it_holds_a_whole_company(plan: Plan) -> None:
    with LocalShop.open(Project.open(plan.folder)) as shop:
        rows = {f"{row['schema']}.{row['table']}": row["rows"] for row in shop.tables().rows}
        assert rows["mart.fct_orders"] == rows["std.orders"] > 10_000
        figures = shop.query(["gmv", "orders", "active_leaders"], by="city").rows
        assert len(figures) == 2
        assert all(row["gmv"] > 0 and row["orders"] > 0 for row in figures)
        assert shop.quarantine().rows == []
        assert shop.project.settings.company_day.cut_off == "23:00"


def test_every_role_can_log_in(plan: Plan) -> None:
    assert set(ACCOUNTS) == {role.name for role in ROLES}
    with open_state(Project.open(plan.folder)) as state:
        for account in ACCOUNTS:
            assert Logins(state).enter(account, PASSWORD, address="127.0.0.1")


def test_what_is_to_be_worked_out_waits_for_a_server(plan: Plan) -> None:
    """Whoever opens the pages with `linshu serve` sees the forecast being made, and then made."""
    project = Project.open(plan.folder)
    with open_state(project) as state:
        waiting, _ = desk_of_jobs(project, state).listed(Filter(states=OPEN))
    assert sorted(one.kind for one in waiting) == ["forecast", "forecast", "proposals"]


def test_no_plain_phone_lies_in_it(plan: Plan) -> None:
    assert find_plain_phones(plan.folder) == []


def test_it_is_used_again_and_not_built_twice(plan: Plan) -> None:
    project_id = Project.open(plan.folder).settings.project.id
    prepare(plan, Call(plan.folder))
    assert Project.open(plan.folder).settings.project.id == project_id


def test_it_lives_on(plan: Plan) -> None:
    """A longer pause comes in as rows; what happens within a moment is told by the door of live events."""
    live, hub, project = Live.open(plan.twin), Hub(), Project.open(plan.folder)
    with LocalShop.open(project) as shop, open_state(project) as state:
        before = shop.figures.data_version
        # An evening at eight, whenever the test runs: some minutes of a night may pass without anything.
        later = (datetime.fromtimestamp(live.told, UTC) + timedelta(days=1)).replace(hour=12, minute=0, second=0)
        happening = LiveEvents(shop, state, hub, lambda: later)
        assert live_moment(live, shop, hub, happening.desk, later) > 0
        assert shop.figures.data_version > before
        assert live_moment(live, shop, hub, happening.desk, later) == 0
        assert hub.take()
        orders, later = shop.query("orders").rows[0]["orders"], later + timedelta(minutes=9)
        assert 0 < live_moment(live, shop, hub, happening.desk, later) <= MOST_TOLD
        happening.catch_up()
        pulse = happening.desk.pulse()
        assert (pulse.total("accepted") > 0, pulse.total("dead"), pulse.waiting_rows) == (True, 0, 0)
        assert shop.query("orders").rows[0]["orders"] > orders
        happening.close()
    again = Live.open(plan.twin)
    assert again.told == live.told


def test_without_its_key_it_is_built_anew(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, "small", replace(SIZES["small"], members=1_500))  # how large it comes again is all one
    project = Project.open(plan.folder)
    key = project.make_key()
    assert key is not None
    key.unlink()
    prepare(plan, Call(plan.folder))
    assert Project.open(plan.folder).settings.project.id != project.settings.project.id


def test_a_demonstration_of_another_version_is_not_used_again(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    built = []
    monkeypatch.setattr("linshu.app.demo._build", lambda plan, *_: built.append(plan))
    monkeypatch.setattr("linshu.app.demo._founded", lambda _: datetime.now(UTC))
    monkeypatch.setattr("linshu.app.demo._clear", lambda *_: None)
    note = plan.note.read_text("utf-8")
    plan.note.write_text(json.dumps({**json.loads(note), "built_from": {"linshu": "0.0.1"}}), "utf-8")
    prepare(plan, Call(plan.folder))
    plan.note.write_text(note, "utf-8")
    assert built == [plan]


def test_a_history_that_was_cut_off_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after its first month, the same demonstration takes in the other two, once."""
    monkeypatch.setitem(SIZES, "small", replace(SIZES["small"], members=1_500))
    monkeypatch.setattr(Size, "chapter_days", property(lambda _: 30))
    plan = Plan(tmp_path / "d", "small")
    whole = Intake.land_rows

    def until_the_second(self: Intake, source: str, rows: Any, **more: Any) -> Receipt:
        if more["mark"].endswith(str(Config("small").first_day)):
            return whole(self, source, rows, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(Intake, "land_rows", until_the_second)
    with pytest.raises(KeyboardInterrupt):
        prepare(plan, Call(plan.folder))
    monkeypatch.setattr(Intake, "land_rows", whole)
    project_id = Project.open(plan.folder).settings.project.id
    prepare(plan, Call(plan.folder))
    assert Project.open(plan.folder).settings.project.id == project_id
    assert json.loads(plan.note.read_text("utf-8"))["whole"]
    assert not (plan.twin / "past").exists()
    with LocalShop.open(Project.open(plan.folder)) as shop:
        assert len(shop.landed()) == 3
        days = shop.sql("SELECT count(DISTINCT placed_date) AS days, count(*) AS orders FROM fct_orders").rows[0]
        assert days["days"] >= 80
        assert days["orders"] > 2_500
        assert shop.quarantine().rows == []


def test_a_scale_there_is_not_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(Misused, match="huge"):
        prepare(Plan(tmp_path / "d", "huge"), Call(tmp_path / "d"))
    assert not (tmp_path / "d").exists()


def test_a_real_project_is_never_touched(project: Project) -> None:
    with pytest.raises(Conflict, match="--project"):
        prepare(Plan(project.folder, "small"), Call(project.folder))
    assert project.file.exists()
