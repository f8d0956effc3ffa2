"""The live stream over HTTP: a real server, because a test client cannot hold a stream open."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn
from starlette.testclient import TestClient
from tests.engine.shell.standin import BEARER, log_in

from linshu.engine.shell.web import tell_of_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI


@pytest.fixture
def port(app: FastAPI) -> Iterator[int]:
    app.state.shell.hub.pace = 0.02
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    door.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    yield door.getsockname()[1]
    server.should_exit = True
    thread.join(timeout=10)
    door.close()


@contextmanager
def connect(port: int, path: str, headers: dict[str, str]) -> Iterator[http.client.HTTPResponse]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path, headers=headers)
        with closing(connection.getresponse()) as response:
            yield response


def test_an_event_reaches_an_open_stream_at_once_and_uncompressed(app: FastAPI, port: int) -> None:
    headers = {"Authorization": f"Bearer {BEARER}", "Accept-Encoding": "gzip"}
    with connect(port, "/live?topics=orders", headers) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["x-accel-buffering"] == "no"
        assert stream.headers["cache-control"] == "no-store"
        assert stream.headers["content-encoding"] is None
        assert stream.readline() == b"retry: 3000\n"
        app.state.shell.hub.publish("orders", items=[{"id": "a"}])
        app.state.shell.hub.publish("secret topic", items=[{"id": "b"}])
        line = b""
        while not line.startswith(b"data: "):
            line = stream.readline()
        assert json.loads(line[6:]) == {"topic": "orders", "state": {}, "items": [{"id": "a"}]}


def test_nobody_listens_without_a_log_in(port: int) -> None:
    with connect(port, "/live?topics=orders", {"Accept": "text/event-stream"}) as answer:
        assert answer.status in {303, 401}


def test_a_logged_in_browser_listens(app: FastAPI, port: int) -> None:
    client = TestClient(app, base_url="http://shop.test")
    log_in(client)
    with connect(port, "/live?topics=orders", {"Cookie": f"linshu={client.cookies['linshu']}"}) as stream:
        assert stream.readline() == b"retry: 3000\n"


def test_whoever_changes_the_data_open_pages_hear_of_it(app: FastAPI, port: int) -> None:
    app.state.shell.shop.data_version = 7
    told = tell_of_data(app.state.shell, None)
    assert app.state.shell.hub.take() == []  # a page that just opened shows what there is
    with connect(port, "/live?topics=data", {"Authorization": f"Bearer {BEARER}"}) as stream:
        assert stream.readline() == b"retry: 3000\n"
        app.state.shell.shop.data_version = 8
        assert tell_of_data(app.state.shell, told) == 8
        line = b""
        while not line.startswith(b"data: "):
            line = stream.readline()
        state = json.loads(line[6:])["state"]
        assert (state["version"], bool(state["zh"]), bool(state["en"])) == (8, True, True)
