"""At the board of jobs: one is run, watched while it goes on without a click, ended by its button, and read afterwards."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import expect
from tests.engine.shell.standin import WORDS, EmptyShop
from tests.journeys.entering import enter
from tests.journeys.serving import served

from linshu.app.works import TOPIC
from linshu.domains.operations.jobs import FEATURE
from linshu.engine.access import passwords
from linshu.engine.jobs import Job, Run
from linshu.engine.jobs.desk import JobDesk
from linshu.engine.jobs.workers import Workers
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain
from linshu.engine.shell.live import Hub
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_job_is_watched_while_it_runs_and_ended_by_its_button(
    tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    go_on = threading.Event()

    def run(run: Run) -> None:
        run.progress(0.25, Text("读订单", "reading orders"))
        assert go_on.wait(60)
        run._told = 0.0
        run.progress(0.75, Text("算分区", "counting places"))
        assert run.asked.wait(60)
        run.check()

    kinds = (Job("count", Text("数一数", "Count"), run, schedule="0 3 * * *"),)
    state, hub = State.open(tmp_path / "state.sqlite"), Hub(pace=0.05)
    desk = JobDesk.of(state, kinds, CompanyDay(), changed=lambda job_id: hub.publish(TOPIC, state={job_id: 1}))
    domain = Domain("operations", Text("协同", "Operations"), (FEATURE,))
    app = create_web(EmptyShop(), state, (domain,), WebSettings(), hub=hub, jobs=desk)
    app.state.shell.users.add("wang", "王芳", "operator", WORDS)
    workers = Workers(desk.queue, kinds, chance=lambda: 0.0)
    workers.start(1)
    with served(app) as address:
        page = enter(browser, address, "wang", WORDS, first="/jobs").page
        page.get_by_role("button", name="现在运行：数一数").click()
        page.wait_for_url("**/jobs/*")
        page.goto("/jobs")
        now = page.locator("#now")
        expect(now).to_contain_text("25 % · 读订单")
        go_on.set()
        expect(now).to_contain_text("75 % · 算分区")
        now.get_by_role("button", name="取消").click()
        expect(page.locator(".panel-head .pill").first).to_have_text("已取消")
        page.goto("/jobs?state=cancelled")
        expect(page.locator("#history tbody tr")).to_have_count(1)
        page.context.close()
    workers.stop()
    state.close()
