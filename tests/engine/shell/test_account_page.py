"""A person's own account: the password, and where they are logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient
from tests.engine.shell.standin import BROWSER, WORDS, form_token, log_in

from linshu.engine.shell.account_page import device

if TYPE_CHECKING:
    from fastapi import FastAPI

NEW = "quite other unrelated words"


def elsewhere(app: FastAPI, account: str = "wang", password: str = WORDS) -> TestClient:
    client = TestClient(app, base_url="http://shop.test")
    log_in(client, account, password)
    return client


def test_a_new_password_ends_every_other_log_in_and_keeps_this_one(client: TestClient, app: FastAPI) -> None:
    phone = elsewhere(app)
    held = client.cookies["linshu"]
    token = form_token(client.get("/account", headers=BROWSER).text)
    answer = client.post("/account/password", data={"csrf": token, "old": WORDS, "new": NEW}, headers=BROWSER)
    assert "密码已修改" in answer.text
    assert client.cookies["linshu"] != held
    assert client.get("/hello").json()["who"] == "wang"
    assert phone.get("/hello", headers=BROWSER, follow_redirects=False).status_code == 303
    thief = TestClient(app, base_url="http://shop.test", cookies={"linshu": held})
    assert thief.get("/hello", headers=BROWSER, follow_redirects=False).status_code == 303
    assert log_in(TestClient(app, base_url="http://shop.test"), password=NEW).status_code == 303


def test_the_old_password_is_asked_and_the_new_one_must_be_strong(client: TestClient, app: FastAPI) -> None:
    token = form_token(client.get("/account", headers=BROWSER).text)
    wrong = client.post("/account/password", data={"csrf": token, "old": "nonsense", "new": NEW}, headers=BROWSER)
    assert wrong.status_code == 401
    weak = client.post("/account/password", data={"csrf": token, "old": WORDS, "new": "short"}, headers=BROWSER)
    assert weak.status_code == 422
    assert "密码太短" in weak.text
    assert log_in(TestClient(app, base_url="http://shop.test")).status_code == 303


def test_a_lost_phone_is_logged_out_by_its_owner_and_nobody_else(client: TestClient, app: FastAPI) -> None:
    import re

    phone, other = elsewhere(app), elsewhere(app, "chen")
    page = client.get("/account", headers=BROWSER).text
    assert "本机" in page
    (key,) = re.findall(r'name="key" value="(\w+)"', page)
    token = form_token(other.get("/account", headers=BROWSER).text)
    other.post("/account/leave", data={"csrf": token, "key": key})
    assert phone.get("/hello").json()["who"] == "wang"
    client.post("/account/leave", data={"csrf": form_token(page), "key": key})
    assert phone.get("/hello", headers=BROWSER, follow_redirects=False).status_code == 303
    assert client.get("/hello").json()["who"] == "wang"


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36",
            "Chrome · Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile Safari/537.36 MicroMessenger/8.0", "微信 WeChat · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari · iPhone"),
        ("curl/8", "curl/8"),
        ("", "—"),
    ],
)
def test_a_device_is_called_what_people_call_it(agent: str, shown: str) -> None:
    assert device(agent) == shown
