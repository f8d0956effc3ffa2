"""The pages of alerts: seen, silenced, rules changed, and shut to whoever may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.domains.operations.alerts.test_watching import NOW, RULE, TODAY, TwoCities, sales
from tests.engine.shell.standin import WORDS, EmptyShop, Person

from linshu.app.domains import catalog
from linshu.domains.operations.alerts import FEATURE
from linshu.domains.operations.alerts.flow import watch
from linshu.domains.operations.alerts.page import book_of
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.alerts.book import AlertBook, Wanted
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain, Feature
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

CITIES = Feature("cities", Text("城市", "Cities"), alerts=(RULE,))


@pytest.fixture
def app(state_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    state = State.open(state_url)
    made = create_web(
        EmptyShop(catalog=catalog()), state, (Domain("d", Text("协同", "Operations"), (FEATURE, CITIES)),),
        WebSettings(company="翠湖优选"), now=lambda: NOW,
    )  # fmt: skip
    for account, role in (("wang", "operator"), ("seer", "viewer")):
        made.state.shell.users.add(account, account, role, WORDS)
    watch(AlertBook(state, {RULE.name: RULE}, lambda: NOW), TwoCities({"A": sales(100), "B": sales(100)}), TODAY)
    yield made
    state.close()


def person(app: FastAPI, account: str) -> tuple[TestClient, dict[str, str]]:
    who = Person(app, account)
    return who.client, {"X-CSRF-Token": who.token}


def test_an_alert_is_found_looked_at_silenced_and_exported(app: FastAPI) -> None:
    client, token = person(app, "wang")
    page = client.get("/alerts").text
    assert "响着 2" in page
    assert "城A" in page
    assert "¥10.00" in page
    assert "城B" not in client.get("/alerts?q=城A").text
    alert = book_of(app.state.shell).page(Wanted(), Scope.everything())[0][0]
    assert "我问问" in client.post(f"/alerts/{alert.alert_id}/see", data={"note": "我问问"}, headers=token).text
    said = {"rule": "city_fell", "group": "A", "for": "7d", "why": "停业"}
    assert "停业" in client.post("/alerts/silence", data=said, headers=token).text
    assert "这里还没有" in client.get("/alerts?tab=over").text
    body = client.get("/alerts/export?form=csv").content.decode("utf-8-sig").splitlines()
    assert len(body) == 3
    assert client.get("/alerts?tab=zzz").status_code == 400
    assert "Ringing" in client.get("/alerts?lang=en").text


def test_a_rule_is_changed_in_words_and_switched(app: FastAPI) -> None:
    client, token = person(app, "wang")
    assert "每个城市的成交额 GMV比上周同一天降 30% 以上" in client.get("/alerts/rules").text
    page = client.post("/alerts/rules/city_fell", data={"limit": "0.5", "times": "2"}, headers=token).text
    assert "降 50% 以上，连续 2 次" in page
    assert "不能降 100% 以上" in client.post("/alerts/rules/city_fell", data={"limit": "1.5"}, headers=token).text
    client.post("/alerts/rules/city_fell", data={"act": "switch"}, headers=token)
    assert not book_of(app.state.shell).rule("city_fell").active
    client.post("/alerts/rules/city_fell", data={"act": "drop"}, headers=token)
    assert book_of(app.state.shell).rule("city_fell") == RULE
    assert client.get("/alerts/rules/nothing").status_code == 404


def test_who_may_only_read_changes_nothing(app: FastAPI) -> None:
    client, token = person(app, "seer")
    assert "响着 2" in client.get("/alerts").text
    assert "新规则" not in client.get("/alerts/rules").text
    for address in ("/alerts/rules/city_fell", "/alerts/rules", "/alerts/silence", "/alerts/x/see"):
        assert client.post(address, data={"limit": "0.5"}, headers=token).status_code == 403


def test_who_sees_a_part_silences_in_it_and_learns_of_no_other(app: FastAPI) -> None:
    """Rules count for the whole company; a silence of another part would tell that it is there."""
    owner, theirs = person(app, "wang")
    app.state.shell.users.add("south", "south", "operator", WORDS)
    app.state.shell.users.set_scope("south", Scope.only(regions=["B"]))
    client, token = person(app, "south")
    said = {"rule": "city_fell", "group": "A", "for": "7d", "why": "装修"}
    owner.post("/alerts/silence", data=said, headers=theirs)
    assert "城A" in owner.get("/alerts").text
    page = client.get("/alerts").text
    assert ("城A" in page, "装修" in page) == (False, False)
    (silence,) = book_of(app.state.shell).silences()
    for address, data in (
        ("/alerts/silence", said),
        ("/alerts/silence", {**said, "group": ""}),
        (f"/alerts/silence/{silence.silence_id}/end", {}),
        ("/alerts/rules/city_fell", {"limit": "0.5"}),
    ):
        assert client.post(address, data=data, headers=token).status_code in (403, 404)
    assert (
        client.post("/alerts/silence", data={**said, "group": "B"}, headers=token, follow_redirects=False).status_code
        == 303
    )
    assert {one.group.zh for one in book_of(app.state.shell).silences()} == {"城A", "城B"}
    assert book_of(app.state.shell).rule("city_fell") == RULE
