"""A browser before the log-in, and one after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient
from tests.engine.shell.standin import changed, log_in, make_app

from linshu.engine.access import passwords
from linshu.engine.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State.open(tmp_path / "state.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def app(state: State, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setattr(passwords, "HASHER", passwords.HASHER)  # the stand-in's cheap one goes with the test
    changed.clear()
    return make_app(state)


@pytest.fixture
def visitor(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://shop.test", raise_server_exceptions=False)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    client = TestClient(app, base_url="http://shop.test", raise_server_exceptions=False)
    assert log_in(client).status_code == 303
    return client
