"""The application as a whole: files, compression, health, menu, live stream."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import pytest
from tests.engine.shell.standin import BROWSER, DOMAIN, log_in

from linshu.engine.access.roles import role
from linshu.engine.access.users import User
from linshu.engine.jobs.queue import Asked
from linshu.engine.shell.assets import STATIC, Assets
from linshu.engine.shell.menu import current, menu
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.testclient import TestClient


def test_files_are_cached_for_ever_under_an_address_that_changes_with_them(visitor: TestClient, app: FastAPI) -> None:
    assets: Assets = app.state.shell.assets
    for name in ("css/app.css", "vendor/htmx-2.0.11/htmx.min.js"):
        answer = visitor.get(assets.url(name), headers={"accept-encoding": "gzip"})
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.content == (STATIC / name).read_bytes()
        plain = visitor.get(assets.url(name), headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == answer.content
    old = visitor.get("/static/000000000000/css/app.css")
    assert old.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/static/", "/static/x", "/static/x/../../web.py", "/static/vendor/../../web.py", "/static/x/%2e%2e/web.py",
             "/static/vendor/VENDOR.json.gz"]
)  # fmt: skip
def test_only_our_files_are_served(visitor: TestClient, path: str) -> None:
    assert visitor.get(path, headers={"accept": "application/json"}).status_code in {401, 404}


def test_the_version_changes_with_any_of_our_files(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "a.css").write_text("a{}")
    first = Assets.read(folder)
    (folder / "a.css").write_text("b{}")
    assert Assets.read(folder).version != first.version
    with pytest.raises(KeyError):
        first.url("b.css")


def test_long_answers_are_compressed(client: TestClient) -> None:
    assert client.get("/big", headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get("/hello", headers={"accept-encoding": "gzip"}).headers
    assert gzip  # the client has unpacked it already


def test_health_means_that_a_page_can_be_served(visitor: TestClient, app: FastAPI) -> None:
    assert visitor.get("/health").json() == {"ok": True, "checks": {"state": True, "data": True, "pages": True}}

    class Broken:
        catalog = None

        @property
        def data_version(self) -> int:
            raise RuntimeError("gone")

    from dataclasses import replace

    app.state.shell = replace(app.state.shell, shop=Broken())
    answer = visitor.get("/health")
    assert answer.status_code == 503
    assert answer.json()["checks"]["data"] is False


def somebody(name: str) -> User:
    return User("u", "u", "u", name, job=role(name))


def test_home_is_the_first_page_of_the_roles_menu(client: TestClient) -> None:
    assert client.get("/", follow_redirects=False).headers["location"] == "/hello"


def test_each_role_has_its_menu(client: TestClient, visitor: TestClient) -> None:
    assert "仅采购" not in client.get("/nowhere", headers=BROWSER).text
    log_in(visitor, "chen")
    page = visitor.get("/nowhere", headers=BROWSER).text
    assert "仅采购" in page
    assert "供应链" in page
    assert [group.title.en for group in menu((DOMAIN,), somebody("operator"))] == ["Business"]
    assert [group.title.en for group in menu((DOMAIN,), somebody("admin"))] == ["Business", "Supply"]


@pytest.mark.parametrize(
    ("path", "expected"), [("/hello", "/hello"), ("/hello/more", "/hello"), ("/hellos", ""), ("/", "")]
)
def test_the_menu_marks_where_one_is(path: str, expected: str) -> None:
    assert current(menu((DOMAIN,), somebody("admin")), path) == expected


def test_the_whole_page_or_only_its_part(client: TestClient) -> None:
    whole = client.get("/nowhere", headers=BROWSER).text
    assert whole.startswith("<!doctype html>")
    assert re.search(r'<html lang="zh-CN"', whole)
    assert "翠湖优选" in whole
    english = client.get("/nowhere?lang=en", headers=BROWSER).text
    assert '<html lang="en"' in english
    assert "Log out" in english


def test_the_menu_is_closed_at_first(client: TestClient) -> None:
    switch = re.search(r'<input type="checkbox" id="fold"[^>]*>', client.get("/nowhere", headers=BROWSER).text)
    assert switch is not None
    assert "checked" not in switch[0]


def test_a_page_hears_how_far_its_figures_are(client: TestClient, app: FastAPI) -> None:
    queue = app.state.shell.jobs.queue
    assert client.get("/making?of=forecast&empty=1").headers["hx-refresh"] == "true"  # nothing left to wait for
    assert "看新的结果" in client.get("/making?of=forecast&empty=0").text
    first, _ = queue.enqueue(Asked("forecast", "1"), by="test")
    queue.enqueue(Asked("proposals", "1", after=first), by="test")
    queue.enqueue(Asked("backup", "1"), by="test")
    waiting = client.get("/making?of=forecast,proposals").text
    assert "等着算" in waiting
    assert "后面还有 1 步" in waiting
    taken, lease = queue.take(["forecast"], {})
    queue.tell(taken.job_id, lease, 420, Text("学习", "learning"))
    under_way = client.get("/making?of=forecast,proposals&empty=1").text
    assert "正在算" in under_way
    assert 'aria-valuenow="42"' in under_way
    assert "empty=1" in under_way
    queue.done(taken.job_id, lease, None)
    assert "hx-refresh" not in client.get("/making?of=proposals&empty=1").headers
