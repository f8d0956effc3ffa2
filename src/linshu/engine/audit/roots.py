"""Signed roots of the chain: what a day's entries add up to, signed with a key outside the project and kept outside it too."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from linshu.engine.audit.chain import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Root:
    """The entries from `first` to `last` as one signed value; `head` is the hash of the last one."""

    first: int
    last: int
    root: str
    head: str
    made_at: str  # ISO, UTC
    signature: str = ""

    @property
    def said(self) -> bytes:
        """What is signed."""
        parts = asdict(self)
        parts.pop("signature")
        return canonical(parts).encode()


@dataclass(frozen=True, slots=True)
class Seal:
    """The key that signs roots, made from the project's key outside its folder."""

    key: Ed25519PrivateKey

    @classmethod
    def of(cls, secret: bytes) -> Seal:
        """The seal of a secret of 32 bytes."""
        return cls(Ed25519PrivateKey.from_private_bytes(secret))

    def signed(self, first: int, last: int, hashes: Iterable[str], head: str, at: datetime) -> Root:
        """The signed root of these entries."""
        plain = Root(first, last, merkle(hashes), head, at.astimezone(UTC).isoformat())
        return Root(plain.first, plain.last, plain.root, plain.head, plain.made_at, self._sign(plain.said))

    def _sign(self, said: bytes) -> str:
        return base64.b64encode(self.key.sign(said)).decode()

    def is_genuine(self, root: Root) -> bool:
        """Whether this key signed that root, as it stands."""
        try:
            self.key.public_key().verify(base64.b64decode(root.signature, validate=True), root.said)
        except (InvalidSignature, ValueError):
            return False
        return True


def merkle(hashes: Iterable[str]) -> str:
    """One hash over many, in their order: pairs are hashed together until one is left; "" for none."""
    level = [hashlib.sha256(b"\x00" + one.encode()).digest() for one in hashes]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + b"".join(level[at : at + 2])).digest() for at in range(0, len(level), 2)]
        level = pairs
    return level[0].hex() if level else ""


def append(file: Path, root: Root) -> None:
    """Writes a root behind those in the anchor, safely on disk before it returns."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="ascii") as written:
        written.write(canonical(asdict(root)) + "\n")
        written.flush()
        os.fsync(written.fileno())


def read(file: Path) -> tuple[list[Root], int]:
    """The roots in the anchor, and how many of its lines are none."""
    if not file.exists():
        return [], 0
    found: list[Root] = []
    broken = 0
    for line in file.read_text("utf-8", errors="replace").splitlines():
        try:
            one = Root(**json.loads(line))
            found.append(
                Root(int(one.first), int(one.last), *map(str, (one.root, one.head, one.made_at, one.signature)))
            )
        except (ValueError, TypeError):
            broken += 1
    return found, broken
