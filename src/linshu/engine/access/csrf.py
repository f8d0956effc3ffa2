"""Refuses a change that another site's page tries to make in a viewer's name."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Sender:
    """What a browser says about where a request comes from; "" = it says nothing."""

    method: str
    host: str  # the Host header: where the request arrives
    origin: str = ""  # the Origin header: whose page sent it
    fetch_site: str = ""  # the Sec-Fetch-Site header


def csrf_token(secret: str) -> str:
    """The token a form must carry: derived from the viewer's own secret, so nothing more is stored."""
    return hmac.new(secret.encode(errors="replace"), b"linshu csrf", hashlib.sha256).hexdigest()


def token_matches(secret: str, token: str) -> bool:
    """Whether the form carried the token of this viewer."""
    return bool(secret) and hmac.compare_digest(csrf_token(secret).encode(), token.encode(errors="replace"))


def same_site(sender: Sender) -> bool:
    """Whether a request comes from our own page, as far as the browser says; reading is always allowed."""
    if sender.method in SAFE_METHODS:
        return True
    if sender.fetch_site and sender.fetch_site not in {"same-origin", "none"}:
        return False
    if sender.origin:
        _, _, authority = sender.origin.partition("://")
        return authority.lower() == sender.host.lower()
    return True
