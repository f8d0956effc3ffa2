"""First tasks are judged by what really happened; the use of the product is told by role, and by person to admins only."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.engine.decisions import samples
from tests.engine.decisions.samples import coupon
from tests.engine.shell.standin import WORDS, EmptyShop, log_in, page_token

from linshu.domains.operations.adoption import FEATURE, flow
from linshu.domains.operations.adoption.decide import APPROVED, TASKS, Facts
from linshu.domains.operations.inbox import FEATURE as INBOX
from linshu.engine.access import passwords
from linshu.engine.audit import Actor
from linshu.engine.shell.feature import Domain, Feature, MenuItem
from linshu.engine.shell.visits import Visits, pages_of, sweep
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

TITLE = Text("协同", "Teamwork")
MADE = Feature("coupons", TITLE, decides=(samples.kind(),))
# The pages of other domains that the first tasks lead to.
LED_TO = Feature(
    "led-to", TITLE, menu=tuple(MenuItem(TITLE, path) for path in ("/overview", "/explore", "/dictionary"))
)


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    opened = State.open(state_url)
    yield opened
    opened.close()


@pytest.fixture
def app(state: State, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    made = create_web(EmptyShop(), state, (Domain("team", TITLE, (INBOX, FEATURE, MADE, LED_TO)),))
    for account, role in (("wang", "growth"), ("boss", "admin"), ("li", "growth"), ("he", "viewer")):
        made.state.shell.users.add(account, account, role, WORDS)
    return made


def browser(app: FastAPI, account: str) -> TestClient:
    client = TestClient(
        app, base_url="http://shop.test", headers={"accept": "text/html"}, raise_server_exceptions=False
    )
    log_in(client, account)
    return client


def test_tasks_are_done_by_doing(app: FastAPI) -> None:
    shell, client = app.state.shell, browser(app, "wang")
    user = shell.users.find("wang")

    def done() -> list[bool]:
        viewer = shell.viewer(user, "zh")
        return [one.done for one in flow.steps(shell, viewer)]

    assert done() == [False] * len(TASKS["growth"])
    shell.ledger.save([coupon(f"leader:{number}", day=shell.today) for number in range(3)])
    book = shell.ledger.book(user.job.menu, user.scope)
    ids = [one.proposal_id for one in book.page(flow_wanted())[0]]
    shell.ledger.decide(Actor(user.user_id, user.account, "web"), book, "approve", ids[:2])
    assert done()[2] is False
    panel = client.get("/first-steps/panel").text
    assert "2 / 3" in panel
    shell.ledger.decide(Actor(user.user_id, user.account, "web"), book, "approve", ids[2:])
    shell.visits.note(user.user_id, "/overview", shell.today)
    assert done() == [True, False, True, False]
    assert "上手任务" in client.get("/first-steps").text
    token = {"X-CSRF-Token": page_token(client.get("/first-steps").text)}
    client.post("/first-steps", data={"act": "close"}, headers=token)
    assert client.get("/first-steps/panel").text == ""
    client.post("/first-steps", data={"act": "open"}, headers=token)
    assert "打开经营总览" not in client.get("/first-steps/panel").text  # done already
    assert "查一个指标的口径" in client.get("/first-steps/panel").text


def flow_wanted() -> object:
    from linshu.engine.decisions.book import Wanted

    return Wanted()


def test_openings_are_counted_by_day_and_forgotten(app: FastAPI, state: State) -> None:
    client = browser(app, "wang")
    for address in ("/inbox", "/inbox?tab=done", "/account", "/inbox", "/no-such-page"):
        client.get(address)
    client.get("/inbox", headers={"hx-request": "true"})  # the same page, filtered: no other opening
    app.state.shell.visits.flush()
    today = app.state.shell.today
    found = {one.page: one.opens for one in flow.inputs.pages(state, today)}
    assert found["/inbox"] == 3
    assert found["/account"] == 1
    assert "/no-such-page" not in found
    with state.writing() as connection:
        assert sweep(connection, today) == 0
        assert sweep(connection, today + timedelta(days=1)) > 0
        assert pages_of(connection, app.state.shell.users.find("wang").user_id) == frozenset()


def test_who_sees_what_of_the_use(app: FastAPI) -> None:
    shell = app.state.shell
    shell.ledger.save([coupon("leader:9", day=shell.today)])
    shell.visits.note(shell.users.find("li").user_id, "/inbox", shell.today)
    boss = browser(app, "boss").get("/adoption").text
    assert "只有管理员能看到" in boss
    assert "没打开过" in boss
    assert "一直没人看" in boss
    other = browser(app, "he").get("/adoption").text
    assert "只有管理员能看到" not in other
    assert "人少的角色合计" in other  # no role of three
    assert "wang" not in other


@given(st.dictionaries(st.sampled_from([APPROVED, "alert.see", "export.make"]), st.integers(0, 5)), st.integers(0, 3))
def test_more_done_never_undoes_a_task(acts: dict[str, int], more: int) -> None:
    for tasks in TASKS.values():
        for task in tasks:
            once = task.got(Facts(frozenset({"/overview"}), acts))
            again = task.got(Facts(frozenset({"/overview", "/lineage"}), {name: n + more for name, n in acts.items()}))
            assert 0 <= once <= again <= task.times


def test_every_role_has_three_to_five() -> None:
    assert {3, 4, 5} >= {len(tasks) for tasks in TASKS.values()}
    assert set(TASKS) == {
        "operator",
        "growth",
        "buyer",
        "dispatch",
        "finance",
        "viewer",
        "admin",
        "leader",
        "supplier",
    }


def test_many_waiting_are_written(state: State) -> None:
    visits = Visits(state)
    for number in range(501):
        visits.note(f"u{number}", "/inbox", date(2026, 11, 20))
    with state.reading() as connection:
        assert pages_of(connection, "u3") == {"/inbox"}
