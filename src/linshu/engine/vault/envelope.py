"""The envelope around one sensitive value: its token on disk, made and opened with the key of its subject.

A token reads `v1:<reference of the key, nonce and cipher text>:<mask>`. AES-256-GCM binds it to its table, column,
subject and mask; the nonce is an HMAC of what it seals, so that the same value sealed again gives the same bytes.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from dataclasses import dataclass
from hmac import digest

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["KEY_SIZE", "REFERENCE_SIZE", "Token", "erased", "open_value", "place", "seal_value"]

KEY_SIZE = 32
REFERENCE_SIZE = 16
NONCE_SIZE = 12
_VERSION = "v1"
_ERASED = "x1"
_NONCE_LABEL = b"linshu nonce\x00"


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart; `sealed` empty means its subject had been erased before it was made."""

    reference: bytes
    nonce: bytes
    sealed: bytes
    mask: str

    @classmethod
    def parse(cls, token: str) -> Token:
        """The parts of a token; ValueError when it is none."""
        version, _, rest = token.partition(":")
        body, separator, mask = rest.partition(":")
        if version == _ERASED and separator:
            return cls(b"", b"", b"", mask)
        if version != _VERSION or not separator:
            raise ValueError("not a token")
        try:
            raw = a2b_base64(body)
        except ValueError as error:
            raise ValueError("not a token") from error
        # Base64 knows several spellings of the same bytes; only the one we write is genuine.
        if b2a_base64(raw, newline=False).decode() != body or len(raw) < REFERENCE_SIZE + NONCE_SIZE + 16:
            raise ValueError("not a token")
        cut = REFERENCE_SIZE + NONCE_SIZE
        return cls(raw[:REFERENCE_SIZE], raw[REFERENCE_SIZE:cut], raw[cut:], mask)


def place(table: str, column: str) -> bytes:
    """Where a value belongs, the first part of what its seal is bound to."""
    return f"{table}\x1f{column}\x1f".encode()


def seal_value(key: bytes, reference: bytes, where: bytes, value: str, mask: str) -> str:
    """The token of a value under its subject's key."""
    bound = where + reference + mask.encode()
    plain = value.encode()
    nonce = digest(key, _NONCE_LABEL + bound + b"\x1f" + plain, "sha256")[:NONCE_SIZE]
    sealed = AESGCM(key).encrypt(nonce, plain, bound)
    # The plain alphabet of base64: its own codec is several times faster than the URL-safe one.
    return f"{_VERSION}:{b2a_base64(reference + nonce + sealed, newline=False).decode()}:{mask}"


def open_value(key: bytes, token: Token, where: bytes) -> str:
    """The value in a token; `cryptography.exceptions.InvalidTag` when anything about it is not as it was sealed."""
    bound = where + token.reference + token.mask.encode()
    return AESGCM(key).decrypt(token.nonce, token.sealed, bound).decode()


def erased(mask: str) -> str:
    """The token of a value whose subject is erased: nothing but its mask."""
    return f"{_ERASED}::{mask}"
