"""The town, built once; its pages for a logged-in operator, at a fixed moment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.domains.insight.overview.town import NOW, TownShop, town

from linshu.domains.insight.dictionary import FEATURE as DICTIONARY
from linshu.domains.insight.explore import FEATURE as EXPLORE
from linshu.domains.insight.overview import FEATURE as OVERVIEW
from linshu.domains.insight.standard import FEATURE as STANDARD
from linshu.engine.access import passwords
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORDS = "three unrelated words"
DOMAIN = Domain("insight", Text("洞察", "Insight"), (OVERVIEW, EXPLORE, DICTIONARY, STANDARD))


@pytest.fixture(scope="session")
def shop() -> TownShop:
    return TownShop(town())


@pytest.fixture
def browse(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[object], TestClient]]:
    """Opens a browser on the pages of a shop, logged in as an operator."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    state = State.open(tmp_path / "state.sqlite")

    def open_on(shop: object, role: str = "operator") -> TestClient:
        app = create_web(shop, state, (DOMAIN,), WebSettings(company="翠湖优选"), now=lambda: NOW)
        app.state.shell.users.add(f"{role}-1", "王芳", role, WORDS)
        client = TestClient(app, base_url="http://shop.test", headers={"accept": "text/html"})
        token = re.search(r'name="csrf" value="(\w+)"', client.get("/login").text)
        assert token is not None
        data = {"csrf": token[1], "account": f"{role}-1", "password": WORDS}
        assert client.post("/login", data=data, follow_redirects=False).status_code == 303
        return client

    yield open_on
    state.close()


@pytest.fixture
def client(browse, shop: TownShop) -> TestClient:
    return browse(shop)
