"""Logging in through the page: the way in, and every way that must stay shut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.engine.shell.standin import BROWSER, WORDS, form_token, log_in, make_app

from linshu.engine.shell.login_page import local_path

if TYPE_CHECKING:
    from fastapi import FastAPI

    from linshu.engine.state import State


def test_a_visitor_is_sent_to_the_log_in_and_back(visitor: TestClient) -> None:
    sent = visitor.get("/hello?day=1", headers=BROWSER, follow_redirects=False)
    assert sent.status_code == 303
    assert sent.headers["location"] == "/login?next=%2Fhello%3Fday%3D1"
    page = visitor.get(sent.headers["location"], headers=BROWSER)
    assert 'name="next" value="/hello?day=1"' in page.text
    entered = log_in(visitor, next="/hello?day=1")
    assert entered.status_code == 303
    assert entered.headers["location"] == "/hello?day=1"
    assert visitor.get("/hello").json() == {"who": "wang", "language": "zh"}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: TestClient) -> None:
    cookie = next(one for one in log_in(visitor).headers.get_list("set-cookie") if one.startswith("linshu="))
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "Path=/" in cookie


def test_over_https_the_cookie_is_bound_to_the_host(app: FastAPI) -> None:
    client = TestClient(app, base_url="https://shop.test")
    response = log_in(client)
    cookie = next(one for one in response.headers.get_list("set-cookie") if one.startswith("__Host-linshu="))
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert "max-age" in response.headers["strict-transport-security"]


def test_wrong_passwords_are_told_on_the_page_and_then_paused(visitor: TestClient) -> None:
    for _ in range(5):
        page = log_in(visitor, password="four other strange words")
        assert page.status_code == 401
        assert "账号或密码不对" in page.text
        assert 'value="wang"' in page.text
        assert "four other strange words" not in page.text
    page = log_in(visitor)
    assert page.status_code == 429
    assert "15 分钟后再试" in page.text


def test_a_planted_token_opens_nothing(visitor: TestClient) -> None:
    planted = "planted-by-somebody-else"
    visitor.cookies.set("linshu", planted)
    log_in(visitor)
    fresh = next(cookie.value for cookie in visitor.cookies.jar if cookie.name == "linshu" and cookie.value != planted)
    assert fresh != planted
    thief = TestClient(visitor.app, base_url="http://shop.test", cookies={"linshu": planted})
    assert thief.get("/hello", follow_redirects=False).status_code in {303, 401}


def test_logging_in_again_ends_the_log_in_held_before(client: TestClient, app: FastAPI) -> None:
    old = client.cookies["linshu"]
    log_out_free = TestClient(app, base_url="http://shop.test", cookies={"linshu": old})
    page = TestClient(app, base_url="http://shop.test").get("/login")
    visitor = next(cookie for cookie in page.cookies.jar if "visitor" in cookie.name)
    log_out_free.cookies.set(visitor.name, visitor.value)
    data = {"csrf": form_token(page.text), "account": "chen", "password": WORDS}
    assert log_out_free.post("/login", data=data, follow_redirects=False).status_code == 303
    thief = TestClient(app, base_url="http://shop.test", cookies={"linshu": old})
    assert thief.get("/hello", headers=BROWSER, follow_redirects=False).status_code == 303


def test_the_form_works_only_in_the_browser_it_was_sent_to(visitor: TestClient, app: FastAPI) -> None:
    token = form_token(visitor.get("/login").text)
    other = TestClient(app, base_url="http://shop.test")
    other.get("/login")
    answer = other.post("/login", data={"csrf": token, "account": "wang", "password": WORDS}, follow_redirects=False)
    assert answer.status_code == 403
    assert "linshu" not in other.cookies


def test_logging_out_ends_it_on_the_server(client: TestClient, app: FastAPI) -> None:
    held = client.cookies["linshu"]
    token = form_token(client.get("/nowhere", headers=BROWSER).text)
    assert client.post("/logout", data={"csrf": token}, follow_redirects=False).headers["location"] == "/login"
    thief = TestClient(app, base_url="http://shop.test", cookies={"linshu": held})
    assert thief.get("/hello", headers=BROWSER, follow_redirects=False).status_code == 303


def test_whoever_is_logged_in_needs_no_form(client: TestClient) -> None:
    assert client.get("/login?next=/big", follow_redirects=False).headers["location"] == "/big"


def test_choices_are_kept(client: TestClient) -> None:
    token = form_token(client.get("/nowhere", headers=BROWSER).text)
    back = client.post("/me", data={"csrf": token, "theme": "dark", "back": "/hello"}, follow_redirects=False)
    assert back.headers["location"] == "/hello"
    assert 'data-bs-theme="dark"' in client.get("/nowhere", headers=BROWSER).text
    wrong = client.post("/me", data={"csrf": token, "theme": "pink"}, headers=BROWSER, follow_redirects=False)
    assert wrong.status_code == 422


def test_the_demo_says_its_account(state: State) -> None:
    from linshu.kernel.text import Text

    client = TestClient(make_app(state, login_hint=Text("演示账号 demo", "Demo account demo")))
    assert "演示账号 demo" in client.get("/login").text
    assert "Demo account demo" in client.get("/login?lang=en").text


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "", "evil", "/a\nb",
     "/%0d\\x", "http:evil"],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_the_log_in(address: str) -> None:
    assert local_path(address) == "/"


@given(st.text(max_size=30))
def test_any_address_stays_on_this_server(address: str) -> None:
    kept = local_path(address)
    assert kept.startswith("/")
    assert not kept.startswith(("//", "/\\"))
    assert "\n" not in kept
