"""The list of those who were erased: kept outside the project, so that no copy of the project brings anybody back.

A backup holds the keys of its day. Whoever restores one applies this list, and the keys of everybody on it are destroyed
again. Its lines are encrypted: the list of those who wanted to be forgotten must not itself name them.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["PURPOSE", "ErasureList"]

PURPOSE = "erasure list"  # what the key of the list is derived for
_NONCE = 12


@dataclass(frozen=True, slots=True)
class ErasureList:
    """The subjects that were erased, in the order in which they were."""

    file: Path
    key: bytes = field(repr=False)  # of 32 bytes, the same for as long as the project lives

    def add(self, subjects: Iterable[str]) -> None:
        """Write subjects behind the others, safely on disk before it returns."""
        seal = AESGCM(self.key)
        lines = []
        for one in subjects:
            nonce = os.urandom(_NONCE)
            lines.append(b64encode(nonce + seal.encrypt(nonce, one.encode(), None)).decode())
        if not lines:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="ascii") as out:
            out.write("".join(f"{line}\n" for line in lines))
            out.flush()
            os.fsync(out.fileno())

    def all(self) -> tuple[str, ...]:
        """Every subject once; Invalid when a whole line is none of ours. A line cut off by a crash was never answered for."""
        if not self.file.exists():
            return ()
        seal = AESGCM(self.key)
        content = self.file.read_text("ascii", errors="replace")
        lines = content.split("\n")
        found: dict[str, None] = {}
        for line in lines[:-1]:
            try:
                raw = b64decode(line, validate=True)
                found[seal.decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()] = None
            except (ValueError, InvalidTag) as error:
                raise Invalid(
                    Text("删除名单已损坏，或不是本项目的", "the erasure list is damaged, or another project's"),
                    where=Text(str(self.file), str(self.file)),
                    mend=Text("请从备份恢复该文件；它与密钥放在一起。", "Restore the file; it is kept with the key."),
                ) from error
        return tuple(found)
