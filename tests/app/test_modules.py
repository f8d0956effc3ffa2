"""Modules: switched on and off with everything they show, said plainly everywhere, and written down."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from fastapi import APIRouter
from starlette.responses import Response
from starlette.testclient import TestClient
from tests.domains.operations.alerts.test_watching import NOW, RULE
from tests.engine.decisions import samples
from tests.engine.decisions.samples import coupon
from tests.engine.shell.standin import EmptyShop, log_in

from linshu.app.cli import run
from linshu.app.domains import DOMAINS
from linshu.app.states import book_of, open_state
from linshu.domains.insight.modules.decide import Need, first_to_switch_on, next_step
from linshu.domains.operations.alerts.flow import books
from linshu.engine.access import passwords
from linshu.engine.audit import Actor
from linshu.engine.audit.book import Wanted
from linshu.engine.shell.context import ledger_of
from linshu.engine.shell.feature import Domain, Feature, MenuItem
from linshu.engine.shell.modules import Modules
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text
from linshu.standard import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.app.project import Project

ADA = Actor("local", "ada", "cli")
NAME = Text("库存", "Stock")
router = APIRouter(prefix="/stock")


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    opened = State.open(state_url)
    yield opened
    opened.close()


@router.get("")
def stock() -> Response:
    return Response("the stock")


STOCK = Domain(
    "stock", NAME,
    (Feature("stock", NAME, router, menu=(MenuItem(NAME, "/stock", group="supply"),), alerts=(RULE,), decides=(samples.kind(),)),),
    optional=True,
)  # fmt: skip


def test_what_is_off_shows_nothing_and_says_how_to_switch_it_on(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    app = create_web(EmptyShop(), state, (STOCK,))
    shell = app.state.shell
    shell.users.add("wang", "王芳", "operator", "three unrelated words")
    client = TestClient(
        app, base_url="http://shop.test", headers={"accept": "text/html"}, raise_server_exceptions=False
    )
    log_in(client, "wang")
    assert client.get("/stock").text == "the stock"
    shell.ledger.save([coupon("leader:1")])
    assert shell.modules.switch(ADA, "stock", on=False)
    assert not shell.modules.switch(ADA, "stock", on=False)
    refused = client.get("/stock")
    assert refused.status_code == 404
    assert "linshu module on stock" in refused.text
    assert 'href="/stock"' not in client.get("/account").text
    assert shell.ledger.kinds == {}
    assert books(shell.modules).rules() == {}
    assert shell.modules.switch(ADA, "stock", on=True)
    assert 'href="/stock"' in client.get("/account").text
    assert set(shell.ledger.kinds) == {"coupon"}
    assert set(books(shell.modules).rules()) == {RULE.name}


def test_by_command(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert run([*words, "--project", str(project.folder), "--json"]) == code
        return json.loads(capsys.readouterr().out)

    rows = said("module", "list")["rows"]
    assert [(one["module"], one["on"]) for one in rows][-4:] == [
        (one, True) for one in ("growth", "supply", "finance", "fulfilment")
    ]
    assert rows[-1]["missing"] == "parcel, delivery_event, pickup_point"
    assert rows[-1]["earned"] is None
    assert said("module", "off", "supply")["rows"] == [{"module": "supply", "on": False, "changed": True}]
    assert "linshu module on supply" in said("supply", "tables", code=1)["error"]["mend"]
    off = {row["kind"] for row in said("job", "schedule")["rows"] if row["module_off"]}
    assert off == {job.name for one in DOMAINS if one.name == "supply" for f in one.features for job in f.jobs} != set()
    assert "没有启用" in said("job", "run", "surge", code=1)["error"]["what"]
    assert said("module", "off", "insight", code=2)
    said("module", "on", "supply")
    with open_state(project) as state:
        acts = [one["act"] for one in book_of(project, state).listed(Wanted())[0]]
        assert ledger_of(state, Modules(state, DOMAINS).on, lambda: NOW).kinds
    assert acts == ["module.on", "module.off"]


def test_every_table_a_module_needs_is_one_of_the_standard() -> None:
    known = {one.name for one in TABLES}
    assert {name for one in DOMAINS for name in (*one.needs, *one.also)} <= known
    steps = [one.step for one in DOMAINS if one.optional]
    assert [one.name for one in sorted(DOMAINS, key=lambda one: one.step) if one.optional][:3] == [
        "growth",
        "supply",
        "finance",
    ]
    assert len(set(steps)) == len(steps)


def test_what_to_do_next() -> None:
    there, gone = Need("a", NAME, True, 5, None, "good"), Need("b", NAME, True)
    late, more = replace(there, state="late"), Need("c", NAME, False)

    def step(*needs: Need, on: bool = True) -> str:
        return next_step(needs, on=on, optional=True)[0]

    assert step(there, gone) == "import"
    assert step(there, more, on=False) == "switch_on"
    assert [step(late, more), step(there, more), step(there)] == ["mend", "rest", "go_on"]
    assert first_to_switch_on([("b", 2, False, True), ("a", 1, False, False), ("c", 3, False, True)]) == "b"
    assert first_to_switch_on([("a", 1, True, True)]) == ""


def test_nobody_switches_what_there_is_not(state: State) -> None:
    with pytest.raises(LinshuError):
        Modules(state, (STOCK,)).switch(ADA, "stocks", on=True)
