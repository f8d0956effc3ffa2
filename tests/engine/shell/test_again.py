"""The same page once more: for whom it was made, and only while nothing has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.engine.shell.standin import BROWSER, Person, changed

from linshu.engine.shell import again

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI


@pytest.fixture(autouse=True)
def slow_clock(app: FastAPI) -> list[float]:
    """However long a test takes, no second goes by."""
    now = [0.0]
    app.state.shell.again.clock = lambda: now[0]
    return now


def test_who_asks_for_the_same_at_once_is_sent_the_same_under_heads_of_its_own(app: FastAPI) -> None:
    wang = Person(app)
    first, second = (wang.client.get("/told", headers=BROWSER) for _ in range(2))
    assert changed == ["told"]
    assert (first.content, first.headers["content-type"]) == (second.content, second.headers["content-type"])
    for name in ("x-request-id", "content-security-policy"):
        assert first.headers[name] != second.headers[name]
    assert "王芳" in second.text
    assert app.state.shell.visits._waiting.total() == 2 + 1  # and the page the token was read from


CHANGES: dict[str, Callable[[Person, FastAPI], object]] = {
    "language": lambda wang, _: wang.get("/hello?lang=en"),
    "looks": lambda wang, _: wang.post("/me", theme="dark", back="/"),
    "act of another": lambda _, app: app.state.shell.users.set_name("chen", "陈俊"),
    "data": lambda _, app: setattr(app.state.shell.shop, "data_version", 1),
}


@pytest.mark.parametrize("name", CHANGES)
def test_after_any_change_it_is_made_anew(app: FastAPI, name: str) -> None:
    wang = Person(app)
    wang.get("/told")
    CHANGES[name](wang, app)
    wang.get("/told")
    assert changed == ["told", "told"]


def test_it_is_nobody_elses_and_of_no_other_address_shape_or_time(app: FastAPI, slow_clock: list[float]) -> None:
    wang, chen = Person(app), Person(app, "chen")
    assert "王芳" in wang.get("/told")
    assert "陈军" in chen.get("/told")
    wang.get("/told?a=1")
    part = wang.client.get("/told", headers={"hx-request": "true"}).text
    assert "王芳" not in part
    assert wang.client.get("/told", headers={"accept-encoding": "identity"}).headers.get("content-encoding") is None
    assert len(changed) == 5
    slow_clock[0] = again.SECONDS
    wang.get("/told")
    assert len(changed) == 6


def test_nobody_sees_it_after_having_left_or_having_lost_the_right(app: FastAPI) -> None:
    wang, chen = Person(app), Person(app, "chen")
    wang.get("/told")
    chen.get("/told")
    wang.post("/logout")
    assert "王芳" not in wang.get("/told")
    app.state.shell.logins.revoke(app.state.shell.users.find("chen"))
    assert "陈军" not in chen.get("/told")
    assert changed == ["told", "told"]


def test_no_more_pages_are_kept_than_there_is_room_for(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "MOST", 2)
    wang = Person(app)
    for address in ("/told?a=1", "/told?a=2", "/told?a=3", "/told?a=2", "/told?a=1"):
        wang.get(address)
    assert len(changed) == 4
