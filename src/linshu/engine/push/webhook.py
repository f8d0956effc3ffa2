"""Calls of other systems: JSON, signed with the time, and with the key by which a repetition is known."""

from __future__ import annotations

import hmac
import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SIGNATURE, KEY = "Linshu-Signature", "Idempotency-Key"
TOLERANCE_SECONDS = 300


def content(body: Mapping[str, Any]) -> bytes:
    """The bytes that are sent and signed."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signature(secret: str, sent: bytes, now: datetime) -> str:
    """`t=<seconds>,v1=<HMAC-SHA256 of "seconds.body">`."""
    stamp = str(int(now.timestamp()))
    return f"t={stamp},v1={_digest(secret, stamp, sent)}"


def is_genuine(secret: str, sent: bytes, header: str, now: datetime) -> bool:
    """What a receiver checks: the signature fits, and was not made long ago."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    stamp = parts.get("t", "")
    fresh = stamp.isdecimal() and abs(now.timestamp() - int(stamp)) <= TOLERANCE_SECONDS
    return fresh and hmac.compare_digest(parts.get("v1", ""), _digest(secret, stamp, sent))


def _digest(secret: str, stamp: str, sent: bytes) -> str:
    return hmac.digest(secret.encode(), f"{stamp}.".encode() + sent, sha256).hex()
