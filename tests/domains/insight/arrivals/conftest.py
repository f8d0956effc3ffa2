"""A project with real imports behind the pages, logged in as whoever is wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access import passwords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WORDS = "three unrelated words"


@dataclass(frozen=True)
class Site:
    """A project, its shop, and browsers on its pages."""

    shop: LocalShop
    browse: Callable[..., TestClient]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    project = Project.init(tmp_path / "shop", name="翠湖优选")
    project.make_key()
    with LocalShop.open(project) as shop, open_state(project) as state:
        app = compose(shop, state, token="t" * 20)

        def browse(role: str = "operator", name: str = "王芳") -> TestClient:
            account = f"{role}-1"
            if account not in {one.account for one in app.state.shell.users.all()}:
                app.state.shell.users.add(account, name, role, WORDS)
            client = TestClient(app, base_url="http://shop.test", headers={"accept": "text/html"})
            token = re.search(r'name="csrf" value="(\w+)"', client.get("/login").text)
            assert token is not None
            data = {"csrf": token[1], "account": account, "password": WORDS}
            assert client.post("/login", data=data, follow_redirects=False).status_code == 303
            return client

        yield Site(shop, browse)
