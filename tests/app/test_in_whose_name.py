"""Deciding, watching and working by command in somebody's name: their rights and their rows, nothing more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.domains.operations.alerts.test_watching import NOW, RULE, TODAY, TwoCities, sales
from tests.engine.decisions import samples
from tests.engine.decisions.samples import coupon

from linshu.app import deciding
from linshu.app.cli import run
from linshu.app.states import open_state
from linshu.domains.operations.alerts.flow import watch
from linshu.engine.access.place import Place
from linshu.engine.access.scope import Scope
from linshu.engine.access.users import Users
from linshu.engine.alerts.book import AlertBook
from linshu.engine.decisions.leaving import to_outbox
from linshu.engine.decisions.ledger import Ledger

if TYPE_CHECKING:
    from linshu.app.project import Project

pytestmark = pytest.mark.slow


def said(capsys: pytest.CaptureFixture[str], project: Project, *words: str, code: int = 0) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run([*words, "--project", str(project.folder), "--json"]) == code
    out = capsys.readouterr().out
    return json.loads(out)["rows"] if code == 0 else []


@pytest.fixture
def people(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Somebody of one city, somebody who only reads; a proposal and an alert in each of two cities."""
    with open_state(project) as state:
        users = Users(state)
        for account, role in (("ada", "growth"), ("eve", "viewer")):
            users.add(account, account, role, "three unrelated words")
        users.set_scope("ada", Scope.only(regions=["A"]))
        kinds = {"coupon": samples.kind()}

        def ledger_of(state: Any, _domains: Any, now: Any) -> Ledger:
            return Ledger(state, kinds, to_outbox(now), now)

        monkeypatch.setattr(deciding, "ledger_of", ledger_of)
        made = Ledger(state, kinds, to_outbox(lambda: NOW), lambda: deciding.datetime.now(deciding.UTC))
        made.save([coupon(f"leader:{city}", place=Place((city,))) for city in "AB"])
        watch(AlertBook(state, {RULE.name: RULE}, lambda: NOW), TwoCities({"A": sales(1), "B": sales(1)}), TODAY)
    return project


def test_each_name_sees_its_rows_and_does_what_its_role_may(
    people: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {one["subject"] for one in said(capsys, people, "todo", "list")} == {"leader:A", "leader:B"}
    (mine,) = said(capsys, people, "todo", "list", "--as", "ada")
    assert mine["subject"] == "leader:A"
    said(capsys, people, "todo", "list", "--as", "eve", code=1)
    said(capsys, people, "todo", "policy", "set", "coupon", "auto_below=1", "--why", "x", "--as", "ada", code=1)
    said(capsys, people, "todo", "policy", "back", "coupon", "0", "--why", "x", "--as", "ada", code=1)
    before = said(capsys, people, "todo", "policy", "show", "coupon")
    said(capsys, people, "todo", "policy", "set", "coupon", "open_days=9", "--why", "试试")
    now = said(capsys, people, "todo", "policy", "back", "coupon", "0", "--why", "不如原来")
    assert [one["open_days"] for one in now] == [before[0]["open_days"], 9, before[0]["open_days"]]
    said(capsys, people, "todo", "policy", "back", "coupon", "7", "--why", "x", code=1)
    assert said(capsys, people, "todo", "approve", mine["proposal"], "--as", "ada")[0]["outcome"] == "done"

    assert {one["group"] for one in said(capsys, people, "alert", "list")} == {"A", "B"}
    (alert,) = said(capsys, people, "alert", "list", "--as", "ada")
    assert alert["group"] == "A"
    assert said(capsys, people, "alert", "see", alert["alert"], "--as", "ada")[0]["seen_by"] == "ada"
    said(capsys, people, "alert", "set", "gmv_fell", "active=true", "--as", "eve", code=1)
    said(capsys, people, "alert", "set", "gmv_fell", "active=true", "--as", "ada", code=1)
    (quiet,) = said(capsys, people, "alert", "silence", "gmv_fell", "--group", "B", "--why", "装修")
    assert said(capsys, people, "alert", "silences", "--as", "ada") == []
    assert [one["silence"] for one in said(capsys, people, "alert", "silences")] == [quiet["silence"]]
    assert said(capsys, people, "alert", "unsilence", quiet["silence"]) == []
    said(capsys, people, "alert", "try", "gmv_fell", "--as", "ada", code=1)
    assert said(capsys, people, "work", "list", "--as", "ada") == []
    said(capsys, people, "work", "from-alert", alert["alert"], code=1)  # its rule is none of this company's
    said(capsys, people, "work", "list", "--as", "eve", code=1)
