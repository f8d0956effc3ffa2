"""Logging in by a code that the company tells or sends: on a light page, and no further than one's own role."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.engine.shell.standin import BROWSER, WORDS, form_token

from linshu.engine.audit import SYSTEM

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    from linshu.engine.shell.context import Shell


@dataclass
class Sent:
    """A push desk that keeps what was sent through it."""

    codes: list[str] = field(default_factory=list)

    @property
    def channels(self) -> Any:
        return SimpleNamespace(find=lambda name: SimpleNamespace(channel_id=name, active=True))

    @property
    def pusher(self) -> Any:
        return SimpleNamespace(through=lambda _channel, _subject, body, _key: self.codes.append(body["facts"]["code"]))


@pytest.fixture
def desk() -> Sent:
    return Sent()


@pytest.fixture
def shell(app: FastAPI, desk: Sent) -> Shell:
    made = app.state.shell
    made = app.state.shell = replace(made, codes=replace(made.codes, key=b"k" * 32), push=desk)
    made.users.add("lei", "雷姐", "leader", WORDS)
    return made


def entered(visitor: TestClient, path: str, **more: str) -> Any:
    token = form_token(visitor.get("/login/once", headers=BROWSER).text)
    return visitor.post(path, data={"csrf": token, **more}, headers=BROWSER, follow_redirects=False)


def test_a_code_opens_a_log_in(visitor: TestClient, shell: Shell) -> None:
    code = shell.codes.make(shell.users.find("lei"), by=SYSTEM)
    assert "linshu=" not in str(entered(visitor, "/login/once", account="lei", code="x").headers)
    response = entered(visitor, "/login/once", account="lei", code=code)
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert visitor.get("/account", headers=BROWSER).status_code == 200
    visitor.cookies.clear()
    assert entered(visitor, "/login/once", account="lei", code=code).status_code == 401


def test_a_form_of_elsewhere_opens_nothing(visitor: TestClient, shell: Shell) -> None:
    code = shell.codes.make(shell.users.find("lei"), by=SYSTEM)
    said = visitor.post("/login/once", data={"csrf": "0" * 64, "account": "lei", "code": code}, headers=BROWSER)
    assert said.status_code == 403
    assert entered(visitor, "/login/once", account="lei", code=code).status_code == 303


def test_a_code_is_sent_to_whom_a_channel_reaches_and_the_answer_is_the_same_for_all(
    visitor: TestClient, shell: Shell, desk: Sent
) -> None:
    shell.codes.reach(shell.users.find("lei"), "a channel", by=SYSTEM)
    said = [entered(visitor, "/login/once/send", account=account) for account in ("lei", "nobody", "wang")]
    assert {one.status_code for one in said} == {200}
    assert (
        len({one.text.replace(account, "") for one, account in zip(said, ("lei", "nobody", "wang"), strict=True)}) == 1
    )
    assert len(desk.codes) == 1
    assert entered(visitor, "/login/once", account="lei", code=desk.codes[0]).status_code == 303


def test_the_page_is_light_and_the_log_in_page_leads_to_it(visitor: TestClient, shell: Shell) -> None:
    assert len(visitor.get("/login/once", headers=BROWSER).content) < 5_000
    assert "/login/once" in visitor.get("/login", headers=BROWSER).text
    assert shell.push is not None
