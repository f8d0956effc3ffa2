"""Logging in at the company's own provider (OpenID Connect): code flow with PKCE, state and nonce; optional."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

import httpx

from linshu.kernel.errors import LinshuError, Unauthorised, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from joserfc.jwk import KeySetSerialization

ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
SECONDS = 600.0  # one may take at the provider
MOST_BEGUN = 1_000
PATIENCE = 10.0
LEEWAY = 60


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """Which provider, who we are there, which claim names the account, and the role of people nobody added."""

    issuer: str = ""
    client_id: str = ""
    secret: str = field(default="", repr=False)
    claim: str = "preferred_username"
    role: str = ""  # "" = whoever was not added by an administrator stays out


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in that was sent to the provider and is not back yet."""

    state: str
    nonce: str
    verifier: str
    back: str  # where the provider sends the browser
    until: float


@dataclass(eq=False, slots=True)
class Provider:
    """The provider; what was begun is kept here, in the process, and is good once."""

    settings: OidcSettings
    transport: httpx.BaseTransport | None = None
    clock: Callable[[], float] = time.time
    _begun: dict[str, Begun] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, back: str) -> tuple[str, str]:
        """Where to send a browser, and the key of what was begun, for its cookie."""
        begun = Begun(
            secrets.token_urlsafe(24),
            secrets.token_urlsafe(24),
            secrets.token_urlsafe(48),
            back,
            self.clock() + SECONDS,
        )
        address = self._address(begun)
        key = secrets.token_urlsafe(24)
        with self._lock:
            now = self.clock()
            for late in [one for one, old in self._begun.items() if old.until < now]:
                del self._begun[late]
            while len(self._begun) >= MOST_BEGUN:
                del self._begun[next(iter(self._begun))]
            self._begun[key] = begun
        return str(address), key

    def finish(self, key: str, state: str, code: str) -> str:
        """The account of whoever came back; Unauthorised for anything that was not begun here, or is not true."""
        with self._lock:
            begun = self._begun.pop(key, None)
        if begun is None or begun.until < self.clock() or not code or not secrets.compare_digest(begun.state, state):
            raise _refused()
        known = self._discovered()
        try:
            claims = self._claims(self._token(known["token_endpoint"], begun, code), begun.nonce)
        except LinshuError:
            raise
        except Exception as error:  # whatever the provider sends that is not as it should be
            raise _refused() from error
        named = str(claims.get(self.settings.claim, "")).strip().lower()
        if not named or (self.settings.claim == "email" and claims.get("email_verified") is not True):
            raise _refused()
        return named

    def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        """What the provider says of the person: signed by it, for us, just now, for this very log-in."""
        from joserfc import jwt  # noqa: PLC0415 - comes with the optional extra
        from joserfc.jwk import KeySet  # noqa: PLC0415 - comes with the optional extra

        keys = KeySet.import_key_set(cast("KeySetSerialization", self._fetched(self._discovered()["jwks_uri"])))
        decoded = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
        jwt.JWTClaimsRegistry(
            now=int(self.clock()), leeway=LEEWAY, iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": self.settings.client_id}, exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(decoded.claims)  # fmt: skip
        claims: dict[str, Any] = decoded.claims
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self.settings.client_id:
            raise _refused()
        return claims

    def _discovered(self) -> dict[str, Any]:
        known = self._fetched(self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if known.get("issuer") != self.settings.issuer:
            raise _unreachable()
        return known

    def _fetched(self, address: str) -> dict[str, Any]:
        try:
            with self._web() as client:
                answer = client.get(address)
                answer.raise_for_status()
                found: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise _unreachable() from error
        return found

    def _address(self, begun: Begun) -> str:
        """Where the provider asks the person, for this very log-in."""
        try:
            from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # noqa: PLC0415 - an optional extra
            from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415 - an optional extra
        except ModuleNotFoundError as error:
            raise Unavailable(
                Text("缺少统一登录的组件", "what logging in at a provider needs is not installed"),
                mend=Text("请安装：pip install 'linshu[oidc]'", "Install it: pip install 'linshu[oidc]'"),
            ) from error
        return str(
            prepare_grant_uri(
                self._discovered()["authorization_endpoint"], self.settings.client_id, "code", begun.back,
                "openid profile email", begun.state, nonce=begun.nonce,
                code_challenge=create_s256_code_challenge(begun.verifier), code_challenge_method="S256",
            )
        )  # fmt: skip

    def _token(self, endpoint: str, begun: Begun, code: str) -> str:
        """What the provider says of the person, in exchange for the code and the verifier that belongs to it."""
        one = self.settings
        sent = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": begun.back, "client_id": one.client_id,
            "code_verifier": begun.verifier,
        }  # fmt: skip
        proof = httpx.BasicAuth(one.client_id, one.secret) if one.secret else httpx.USE_CLIENT_DEFAULT
        try:
            with self._web() as client:
                answer = client.post(endpoint, data=sent, auth=proof)
        except httpx.HTTPError as error:
            raise _unreachable() from error
        return str(answer.raise_for_status().json()["id_token"])

    def _web(self) -> httpx.Client:
        return httpx.Client(transport=self.transport, timeout=PATIENCE, trust_env=False)


def _refused() -> Unauthorised:
    return Unauthorised(
        Text("统一登录没有成功", "logging in at the provider failed"), mend=Text("请再试一次。", "Try again.")
    )


def _unreachable() -> Unavailable:
    return Unavailable(
        Text("统一登录的服务器没有正确应答", "the provider does not answer as it should"),
        mend=Text("请用密码登录，或稍后再试。", "Log in with your password, or try again later."),
    )
