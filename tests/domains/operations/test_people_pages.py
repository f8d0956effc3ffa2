"""The pages of people, roles and audit, and what a person does with their own account: as a browser sees them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyotp
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.domains.insight.overview.town import TownShop, town

from linshu.app.domains import DOMAINS
from linshu.app.regions import Regions
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.access.tries import LoginRules
from linshu.engine.audit import Wanted
from linshu.engine.shell.context import Keys, WebSettings
from linshu.engine.shell.web import create_web
from linshu.engine.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

WORDS = "three unrelated words"
PEOPLE = (
    ("ada", "管理员", "admin"),
    ("wang", "王芳", "operator"),
    ("lei", "雷姐", "leader"),
    ("sun", "孙慧", "finance"),
)


@pytest.fixture(scope="module")
def shop() -> TownShop:
    return TownShop(town())


@pytest.fixture
def app(shop: TownShop, state_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    state = State.open(state_url)
    rules = LoginRules(second_factor=frozenset({"finance"}))
    keys = Keys(b"a" * 32, b"k" * 32, tmp_path / "anchor.jsonl")
    made = create_web(
        shop, state, DOMAINS, WebSettings(company="翠湖优选", login_rules=rules), keys=keys, above=Regions(shop).above
    )
    for account, name, role in PEOPLE:
        made.state.shell.users.add(account, name, role, WORDS)
    yield made
    state.close()


def visitor(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://shop.test", headers={"accept": "text/html"}, raise_server_exceptions=False)


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found is not None, page[:2000]
    return found[1]


def enter(app: FastAPI, account: str, password: str = WORDS) -> TestClient:
    client = visitor(app)
    data = {"csrf": csrf(client.get("/login").text), "account": account, "password": password}
    answer = client.post("/login", data=data, follow_redirects=False)
    assert answer.status_code == 303
    client.headers["x-onwards"] = answer.headers["location"]
    return client


def send(client: TestClient, path: str, of: str = "/account", **data: Any) -> Any:
    return client.post(path, data={"csrf": csrf(client.get(of).text), **data})


def acts(app: FastAPI) -> list[tuple[str, str, str]]:
    rows, _ = app.state.shell.book.listed(Wanted(), limit=200)
    return [(row["account"], row["act"], row["subject"]) for row in rows]


def test_an_administrator_adds_finds_changes_and_turns_people_off(app: FastAPI) -> None:
    ada = enter(app, "ada")
    added = send(ada, "/admin/people", account="zhou", name="周明", role="buyer")
    password = re.search(r'id="password"[^>]*>([^<]+)', added.text)
    assert password is not None
    assert enter(app, "zhou", password[1]).get("/overview").status_code == 200
    assert "zhou" in ada.get("/admin/people?q=周").text
    assert "zhou" not in ada.get("/admin/people?q=nobody").text
    assert "没有符合的人" in ada.get("/admin/people?q=nobody").text
    assert send(ada, "/admin/people/zhou", name="周小明", role="viewer").status_code == 200
    found = app.state.shell.users.find("zhou")
    assert (found.name, found.role) == ("周小明", "viewer")
    send(ada, "/admin/people/zhou/active", on="0")
    assert not app.state.shell.users.find("zhou").active
    assert "已存在" in send(ada, "/admin/people", account="zhou", name="x", role="buyer").text
    assert ada.get("/admin/people/export?form=csv&role=viewer").content.decode("utf-8-sig").count("\n") == 2
    assert {act for who, act, subject in acts(app) if (who, subject) == ("ada", "user:zhou")} == {
        "user.add", "user.name", "user.role", "user.off",
    }  # fmt: skip
    assert ("ada", "export.make", "page:/admin/people/export") in acts(app)


def test_a_scope_is_picked_by_name_or_pinyin_and_felt_on_every_page(app: FastAPI, shop: TownShop) -> None:
    ada = enter(app, "ada")
    community = shop.read("SELECT community_id AS id, name FROM dim_community ORDER BY 1 LIMIT 1").to_pylist()[0]
    found = ada.get("/admin/people/wang/scope/communities", params={"q": community["name"][:2]})
    assert f'value="{community["id"]}"' in found.text
    kept = ada.get("/admin/people/wang/scope/communities", params={"q": "zzzz", "communities": community["id"]})
    assert "checked" in kept.text
    send(ada, "/admin/people/wang/scope", limit_communities="only", communities=community["id"], limit_regions="all")
    assert app.state.shell.users.find("wang").scope == Scope.only(communities=[community["id"]])
    assert community["name"] in ada.get("/admin/people/wang").text
    wang = enter(app, "wang")
    assert wang.get("/overview").status_code == 200
    assert wang.get("/data").status_code == 403
    send(ada, "/admin/people/wang/scope", limit_communities="all")
    assert app.state.shell.users.find("wang").scope == Scope.everything()


@pytest.mark.parametrize("path", ["/admin/people", "/admin/roles", "/admin/audit", "/admin/people/ada"])
def test_administration_is_shut_for_everybody_else(app: FastAPI, path: str) -> None:
    assert enter(app, "wang").get(path).status_code == 403
    assert visitor(app).get(path, follow_redirects=False).status_code == 303


def test_an_own_role_is_made_given_changed_and_taken_away(app: FastAPI) -> None:
    ada = enter(app, "ada")
    send(ada, "/admin/roles", name="auditor", title="稽核", base="finance", permission=["audit.read", "users.manage"])
    send(ada, "/admin/people/wang", name="王芳", role="auditor")
    wang = enter(app, "wang")
    assert wang.get("/admin/audit").status_code == 200
    assert wang.get("/overview").status_code == 403
    assert 'action="/admin/audit/verify"' not in wang.get("/admin/audit").text
    # Whoever manages people gives nothing they lack, and touches nobody who may do more.
    assert send(wang, "/admin/people/lei", name="雷姐", role="admin").status_code == 403
    assert send(wang, "/admin/people/ada/password").status_code == 403
    assert enter(app, "ada").get("/admin/people").status_code == 200
    assert send(ada, "/admin/roles/remove", name="auditor").status_code == 409
    send(ada, "/admin/people/wang", name="王芳", role="operator")
    assert send(ada, "/admin/roles/remove", name="auditor").status_code == 200
    assert "稽核" not in ada.get("/admin/roles").text


def test_looking_as_somebody_shows_their_pages_changes_nothing_and_is_written_down(app: FastAPI) -> None:
    ada = enter(app, "ada")
    send(ada, "/admin/people/wang/view-as")
    page = ada.get("/account").text
    assert "王芳 的身份查看" in page
    assert ada.get("/admin/people").status_code == 403
    assert ada.get("/data/sql").status_code == 403
    assert send(ada, "/me", theme="dark").status_code == 403
    assert send(ada, "/account/password", old=WORDS, new="another strange phrase").status_code == 403
    assert send(ada, "/account/back").status_code == 200
    assert "的身份查看" not in ada.get("/account").text
    assert ada.get("/admin/people").status_code == 200
    assert [act for act in acts(app) if act[1].startswith("view_as")] == [
        ("ada", "view_as.end", "user:wang"), ("ada", "view_as.begin", "user:wang"),
    ]  # fmt: skip


def test_log_ins_are_seen_and_ended_by_an_administrator(app: FastAPI) -> None:
    ada, wang = enter(app, "ada"), enter(app, "wang")
    assert wang.get("/overview").status_code == 200
    assert "testclient" in ada.get("/admin/people/wang").text
    send(ada, "/admin/people/wang/log-ins")
    assert wang.get("/overview", follow_redirects=False).status_code == 303


def test_a_link_lets_a_leader_in_once_and_looking_at_it_does_not_use_it_up(app: FastAPI) -> None:
    ada = enter(app, "ada")
    assert send(ada, "/admin/people/wang/link").status_code == 409  # staff have passwords
    found = re.search(r"http://shop\.test(/enter/[\w-]+)", send(ada, "/admin/people/lei/link").text)
    assert found is not None
    phone = visitor(app)
    for _ in range(2):
        page = phone.get(found[1])
        assert "雷姐" in page.text
    assert phone.post(found[1], data={"csrf": "wrong"}, follow_redirects=False).status_code == 200  # the button again
    assert phone.post(found[1], data={"csrf": csrf(page.text)}, follow_redirects=False).status_code == 303
    assert phone.get("/account").status_code == 200
    assert visitor(app).get(found[1]).status_code == 404
    assert visitor(app).get("/enter/nonsense").status_code == 404
    assert ("lei", "login.enter", "user:lei") in acts(app)


def test_a_role_that_needs_a_second_factor_sets_it_up_at_log_in(app: FastAPI) -> None:
    sun = enter(app, "sun")
    assert sun.headers["x-onwards"].startswith("/login/enrol")
    assert sun.get("/overview", follow_redirects=False).status_code == 303
    page = sun.get("/login/enrol").text
    assert "<svg" in page
    secret = re.search(r'<code translate="no">([A-Z2-7 ]+)</code>', page)
    assert secret is not None
    totp = pyotp.TOTP(secret[1].replace(" ", ""))
    assert sun.post("/login/enrol", data={"csrf": csrf(page), "code": "000000"}).status_code == 422
    shown = sun.post("/login/enrol", data={"csrf": csrf(page), "code": totp.now()})
    codes = re.findall(r"<code>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</code>", shown.text)
    assert len(codes) == 10
    assert sun.get("/overview").status_code == 200
    again = enter(app, "sun")
    assert again.headers["x-onwards"].startswith("/login/code")
    page = again.get("/login/code").text
    wrong = again.post("/login/code", data={"csrf": csrf(page), "code": "123"})
    assert wrong.status_code == 401
    right = again.post(
        "/login/code", data={"csrf": csrf(page), "code": codes[0], "next": "//evil.test"}, follow_redirects=False
    )
    assert right.headers["location"] == "/"
    assert again.get("/overview").status_code == 200
    assert "停用第二重验证" not in again.get("/account/second").text  # the role needs it
    send(enter(app, "ada"), "/admin/people/sun/second")
    assert not app.state.shell.factors.on(app.state.shell.users.find("sun").user_id)


def test_a_person_turns_a_second_factor_on_and_off(app: FastAPI) -> None:
    wang = enter(app, "wang")
    send(wang, "/account/second/begin")
    secret = re.search(r'<code translate="no">([A-Z2-7 ]+)</code>', wang.get("/account/second").text)
    assert secret is not None
    done = send(wang, "/account/second/confirm", code=pyotp.TOTP(secret[1].replace(" ", "")).now())
    assert len(re.findall(r"<code>\S{14}</code>", done.text)) == 10
    assert send(wang, "/account/second/off", password="wrong words entirely").status_code == 401
    assert send(wang, "/account/second/off", password=WORDS).status_code == 200
    assert "未启用" in wang.get("/account/second").text


def test_a_token_reads_within_its_owners_rights_and_ends(app: FastAPI) -> None:
    wang = enter(app, "wang")
    assert send(wang, "/account/tokens", name="报表", permission="sql.ask").status_code == 403
    made = send(wang, "/account/tokens", name="报表", permission="figures.read", days="30")
    secret = re.search(r'id="secret">(lst_[\w-]+)<', made.text)
    assert secret is not None
    assert secret[1] not in wang.get("/account/tokens").text
    program = TestClient(app, base_url="http://shop.test", headers={"authorization": f"Bearer {secret[1]}"})
    assert program.get("/dictionary").status_code == 200
    for path in ("/overview/top/community/export", "/data/sql", "/admin/people", "/data"):
        assert program.get(path, headers={"accept": "application/json"}).status_code == 403
    wang_himself = app.state.shell.users.find("wang")
    token = app.state.shell.tokens.of(wang_himself)[0]
    assert token.used_at is not None
    narrower = {"limit_leaders": "only", "leaders": "L1"}
    made = send(wang, "/account/tokens", name="团长看板", permission="figures.read", **narrower)
    assert "团长 1" in made.text
    assert app.state.shell.tokens.of(wang_himself)[0].scope == Scope.only(leaders=["L1"])
    assert '{"leaders":["L1"]}' in app.state.shell.book.listed(Wanted(act="token.make"))[0][0]["details"].replace(
        " ", ""
    )
    send(enter(app, "ada"), "/admin/people/wang/tokens", token=token.token_id)
    assert program.get("/dictionary", headers={"accept": "application/json"}).status_code == 401
    other = {"authorization": "Bearer lst_nonsense", "accept": "application/json"}
    assert program.get("/dictionary", headers=other).status_code == 401


def test_a_token_is_narrowed_to_what_its_owner_sees_and_offered_nothing_else(app: FastAPI) -> None:
    app.state.shell.users.set_scope("wang", Scope.only(communities=["C1", "C2"]))
    wang = enter(app, "wang")

    def offered(what: str, words: str, **ticked: str) -> str:
        return wang.get(f"/account/tokens/scope/{what}", params={"q": words, **ticked}).text

    assert 'value="C1"' in offered("communities", "群")
    assert 'value="C3"' not in offered("communities", "群")
    assert "碧桂" not in offered("communities", "碧桂", communities="C3").replace("“碧桂”", "")
    assert 'value="L1"' in offered("leaders", "王芳")
    assert 'value="L3"' not in offered("leaders", "李娜")
    wider = {"limit_communities": "only", "communities": "C3"}
    refused = send(wang, "/account/tokens", name="x", permission="figures.read", **wider)
    assert refused.status_code == 403
    assert "超出您自己的数据范围" in refused.text
    send(wang, "/account/tokens", name="x", permission="figures.read", limit_communities="only", communities="C1")
    (token,) = app.state.shell.tokens.of(app.state.shell.users.find("wang"))
    assert token.scope == Scope.only(communities=["C1"])
    app.state.shell.users.set_scope("wang", Scope.only(regions=["42"]))
    wang = enter(app, "wang")
    assert 'value="420106"' in offered("regions", "武昌")
    assert 'value="430102"' not in offered("regions", "芙蓉")
    send(wang, "/account/tokens", name="y", permission="figures.read", limit_regions="only", regions="420106")
    assert app.state.shell.tokens.of(app.state.shell.users.find("wang"))[0].scope == Scope.only(regions=["420106"])


def test_the_audit_is_filtered_exported_and_verified_on_its_page(app: FastAPI) -> None:
    ada = enter(app, "ada")
    send(ada, "/admin/people/wang", name="王小芳", role="operator")
    page = ada.get("/admin/audit?person=ada&act=user&q=wang").text
    assert "改姓名" in page
    assert "login.enter" not in page
    assert "没有符合的记录" in ada.get("/admin/audit?from=2020-01-01&to=2020-01-02").text
    lines = ada.get("/admin/audit/export?form=csv&act=user.name").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    app.state.shell.book.sum_up()
    assert "校验通过" in send(ada, "/admin/audit/verify").text
    app.state.shell.book.anchor.unlink()
    assert "被动过" in send(ada, "/admin/audit/verify").text
