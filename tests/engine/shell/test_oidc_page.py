"""Logging in at a provider: a local one that behaves, and everything a hostile one or a hostile browser may try."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.testclient import TestClient
from tests.engine.shell.standin import make_app

from linshu.engine.access import passwords
from linshu.engine.access.oidc import OidcSettings
from linshu.engine.audit import Wanted

if TYPE_CHECKING:
    from fastapi import FastAPI

    from linshu.engine.state import State

ISSUER, CLIENT = "https://login.test", "linshu"
KEY, FORGED = ECKey.generate_key("P-256", {"kid": "one"}), ECKey.generate_key("P-256", {"kid": "one"})


@dataclass
class FakeProvider:
    """A provider: it remembers what was asked, and checks the code and its verifier as a real one does."""

    claims: dict[str, Any] = field(default_factory=dict)
    key: ECKey = field(default_factory=lambda: KEY)
    asked: dict[str, str] = field(default_factory=dict)
    issuer: str = ISSUER

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("openid-configuration"):
            places = {name: f"{ISSUER}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
            return httpx.Response(200, json={"issuer": self.issuer, **places})
        if path == "/jwks_uri":
            return httpx.Response(200, json={"keys": [KEY.as_dict(private=False)]})
        sent = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        )
        if sent["code"] != "right" or challenge != self.asked["code_challenge"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        said = {
            "iss": ISSUER, "aud": CLIENT, "exp": int(time.time()) + 60, "nonce": self.asked["nonce"],
            "preferred_username": "wang", **self.claims,
        }  # fmt: skip
        token = jwt.encode({"alg": "ES256", "kid": "one"}, said, self.key)
        return httpx.Response(200, json={"access_token": "a", "token_type": "Bearer", "id_token": token})


@pytest.fixture
def fake() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def served(state: State, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setattr(passwords, "HASHER", passwords.HASHER)
    app = make_app(state, oidc=OidcSettings(ISSUER, CLIENT, "secret"))
    app.state.shell.provider.transport = httpx.MockTransport(fake)
    return app


def browser(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://shop.test", headers={"accept": "text/html"}, raise_server_exceptions=False)


def leave(client: TestClient, fake: FakeProvider) -> dict[str, str]:
    answer = client.get("/login/oidc", follow_redirects=False)
    address = answer.headers["location"]
    assert address.startswith(f"{ISSUER}/authorization_endpoint?")
    fake.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    return fake.asked


def come_back(client: TestClient, state: str, code: str = "right") -> int:
    return client.get(f"/login/oidc/back?state={state}&code={code}", follow_redirects=False).status_code


def test_a_person_logs_in_at_the_provider(served: FastAPI, fake: FakeProvider) -> None:
    client = browser(served)
    assert "用公司账号登录" in client.get("/login").text
    asked = leave(client, fake)
    assert (asked["code_challenge_method"], asked["response_type"], asked["client_id"]) == ("S256", "code", CLIENT)
    assert asked["redirect_uri"] == "http://shop.test/login/oidc/back"
    assert come_back(client, asked["state"]) == 303
    assert client.get("/hello").json()["who"] == "wang"
    rows, _ = served.state.shell.book.listed(Wanted(act="login.enter"))
    assert json.loads(rows[0]["details"]) == {"how": "oidc"}
    assert come_back(client, asked["state"]) == 401  # the answer is good once


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.test"}, {"aud": "another"}, {"exp": 1}, {"nonce": "another"}, {"nonce": None},
        {"preferred_username": ""}, {"preferred_username": "stranger"}, {"aud": [CLIENT, "another"], "azp": "another"},
    ],
    ids=str,
)  # fmt: skip
def test_what_the_provider_says_must_be_true_fresh_for_us_and_about_somebody_we_know(
    served: FastAPI, fake: FakeProvider, claims: dict[str, Any]
) -> None:
    client, fake.claims = browser(served), claims
    assert come_back(client, leave(client, fake)["state"]) in {303, 401}
    assert client.get("/hello", headers={"accept": "application/json"}).status_code == 401
    assert served.state.shell.book.listed(Wanted(act="login.fail"))[1] == 1


def test_a_forged_signature_opens_nothing(served: FastAPI, fake: FakeProvider) -> None:
    client, fake.key = browser(served), FORGED
    come_back(client, leave(client, fake)["state"])
    assert client.get("/hello", headers={"accept": "application/json"}).status_code == 401


def test_an_answer_begun_in_another_browser_or_with_another_state_opens_nothing(
    served: FastAPI, fake: FakeProvider
) -> None:
    mine, victim = browser(served), browser(served)
    state = leave(mine, fake)["state"]
    come_back(victim, state)
    assert victim.get("/hello", headers={"accept": "application/json"}).status_code == 401
    come_back(mine, "another")
    assert mine.get("/hello", headers={"accept": "application/json"}).status_code == 401


def test_a_wrong_code_and_a_provider_under_another_name_open_nothing(served: FastAPI, fake: FakeProvider) -> None:
    client = browser(served)
    come_back(client, leave(client, fake)["state"], "wrong")
    assert client.get("/hello", headers={"accept": "application/json"}).status_code == 401
    fake.issuer = "https://evil.test"
    assert client.get("/login/oidc", follow_redirects=False).status_code == 503


def test_a_person_turned_off_stays_out(served: FastAPI, fake: FakeProvider) -> None:
    served.state.shell.users.set_active("wang", active=False)
    client = browser(served)
    come_back(client, leave(client, fake)["state"])
    assert client.get("/hello", headers={"accept": "application/json"}).status_code == 401


def test_newcomers_get_the_role_that_settings_name_and_nothing_else(
    state: State, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", passwords.HASHER)
    app = make_app(state, oidc=OidcSettings(ISSUER, CLIENT, "secret", role="viewer"))
    app.state.shell.provider.transport = httpx.MockTransport(fake)
    client, fake.claims = browser(app), {"preferred_username": "New.Person"}
    assert come_back(client, leave(client, fake)["state"]) == 303
    assert app.state.shell.users.find("new.person").role == "viewer"


def test_without_a_provider_there_is_no_such_page(visitor: TestClient) -> None:
    assert visitor.get("/login/oidc").status_code == 404
    assert "用公司账号登录" not in visitor.get("/login").text
