"""A web application over nothing: pages of a made-up domain, a shop with no data, two people who may log in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

import pyarrow as pa
from argon2 import PasswordHasher
from fastapi import APIRouter, FastAPI, Form, Request
from starlette.responses import JSONResponse, Response
from starlette.testclient import TestClient

from linshu.engine.access import passwords
from linshu.engine.metrics import Catalog
from linshu.engine.shell.context import WebSettings, viewer_of
from linshu.engine.shell.feature import Domain, Feature, MenuItem
from linshu.engine.shell.pages import render
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

WORDS = "three unrelated words"
BROWSER = {"accept": "text/html", "user-agent": "test browser"}
BEARER = "b" * 43


@dataclass
class EmptyShop:
    """A project into which nothing was brought yet."""

    catalog: Catalog = field(default_factory=lambda: Catalog((), (), ()))
    data_version: int = 0
    data_as_of: datetime | None = datetime(2026, 11, 22, 8, tzinfo=UTC)

    def query(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("this page asks for no figures")

    def drill(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("this page asks for no figures")

    def read(self, *_: Any) -> pa.Table:
        return pa.table({})


router = APIRouter()
changed: list[str] = []


@router.get("/hello")
def hello(request: Request) -> Response:
    return JSONResponse({"who": viewer_of(request).user.account, "language": viewer_of(request).language})


@router.post("/change")
def change(what: Annotated[str, Form()] = "") -> Response:
    changed.append(what)
    return JSONResponse({"done": True})


@router.post("/api/change")
def change_by_program() -> Response:
    changed.append("api")
    return JSONResponse({"done": True})


@router.get("/broken")
def broken() -> Response:
    secret = "the secret in a local variable"
    raise RuntimeError(f"kaboom {secret}")


@router.get("/refused")
def refused() -> Response:
    raise Invalid(Text("这个数不行", "this number will not do"), mend=Text("换一个", "Take another"))


@router.get("/api/number/{number}")
def number(number: int) -> Response:
    return JSONResponse({"number": number})


@router.get("/big")
def big() -> Response:
    return JSONResponse({"text": "大" * 5000})


@router.get("/told")
def told(request: Request) -> Response:
    changed.append("told")
    return render(request, "nothing.html", again=True)


MENU = (
    MenuItem(Text("你好", "Hello"), "/hello", order=10),
    MenuItem(Text("仅采购", "Buyers only"), "/big", group="supply", roles=frozenset({"buyer"})),
)
buyers = APIRouter()


@buyers.get("/buyers")
def for_buyers() -> Response:
    return JSONResponse({"seen": True})


DOMAIN = Domain(
    "made_up",
    Text("虚构", "Made up"),
    (
        Feature("hello", Text("你好", "Hello"), router, menu=MENU),
        Feature(
            "buying", Text("采购", "Buying"), buyers,
            menu=(MenuItem(Text("采购", "Buying"), "/buyers", group="supply", roles=frozenset({"buyer"})),),
        ),
    ),
)  # fmt: skip


def make_app(state: State, **settings: Any) -> FastAPI:
    """The application, with wang (operator) and chen (buyer)."""
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    app = create_web(EmptyShop(), state, (DOMAIN,), WebSettings(company="翠湖优选", bearer=BEARER, **settings))
    for account, name, role in (("wang", "王芳", "operator"), ("chen", "陈军", "buyer")):
        app.state.shell.users.add(account, name, role, WORDS)
    return app


def form_token(page: str) -> str:
    """The token in a page's form."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def page_token(page: str) -> str:
    """The token a page sends with every request its scripts make."""
    found = re.search(r'"X-CSRF-Token":"([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def log_in(client: TestClient, account: str = "wang", password: str = WORDS, **more: str) -> Any:
    """Fills in the log-in form as a person would."""
    page = client.get("/login", headers=BROWSER)
    data = {"csrf": form_token(page.text), "account": account, "password": password} | more
    return client.post("/login", data=data, headers=BROWSER, follow_redirects=False)


class Person:
    """Somebody who is logged in and works on the pages; `home` is opened when no address is said."""

    def __init__(self, app: FastAPI, account: str = "wang", *, home: str = "/") -> None:
        self.client = TestClient(app, base_url="http://shop.test", raise_server_exceptions=False)
        assert log_in(self.client, account).status_code == 303
        self.token, self.home = page_token(self.client.get("/account").text), home
        self.status, self.url = 0, ""

    def get(self, address: str = "") -> str:
        return self.client.get(address or self.home).text

    def post(self, address: str, *, files: dict[str, tuple[str, bytes]] | None = None, **data: object) -> str:
        answer = self.client.post(address, data=data, files=files, headers={"X-CSRF-Token": self.token})
        self.status, self.url = answer.status_code, answer.url.path
        return answer.text
