"""A file kept sealed while it is looked at: written and read in pieces, under a key that never leaves memory."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linshu.kernel.errors import Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path

PIECE = 1 << 20  # bytes sealed together
TAG = 16  # what AES-GCM adds to each piece
KEY_BITS = 256


@dataclass(frozen=True, slots=True)
class SealedFile:
    """Bytes on disk that only the holder of this object can read; nobody can once it is gone."""

    path: Path
    size: int
    key: bytes = field(repr=False)

    def open(self) -> IO[bytes]:
        """The bytes as they were, to be read from anywhere."""
        return io.BufferedReader(_Opened(self), buffer_size=1 << 16)

    def remove(self) -> None:
        """Throw the bytes away."""
        self.path.unlink(missing_ok=True)


class Sealing:
    """Takes bytes in as they come and writes them sealed, piece by piece; a key is used for one file only."""

    def __init__(self, path: Path) -> None:
        """Begin a file at `path`; Unavailable when it cannot be written."""
        self.size = 0
        self._key = AESGCM.generate_key(KEY_BITS)
        self._seal = AESGCM(self._key)
        self._held = bytearray()
        self._pieces = 0
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        except OSError as error:
            raise _unwritable(error) from error

    def write(self, data: bytes) -> None:
        """Some more bytes."""
        self.size += len(data)
        self._held += data
        while len(self._held) >= PIECE:
            self._put(bytes(self._held[:PIECE]))
            del self._held[:PIECE]

    def finish(self) -> SealedFile:
        """All bytes are there."""
        if self._held:
            self._put(bytes(self._held))
            self._held.clear()
        try:
            self._file.close()
        except OSError as error:
            raise _unwritable(error) from error
        return SealedFile(self._path, self.size, self._key)

    def abandon(self) -> None:
        """Throw away what was written so far."""
        self._held.clear()
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _put(self, piece: bytes) -> None:
        try:
            self._file.write(self._seal.encrypt(_nonce(self._pieces), piece, None))
        except OSError as error:
            raise _unwritable(error) from error
        self._pieces += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.abandon()


class _Opened(io.RawIOBase):
    """The plain bytes of a sealed file; the piece that was read last is held."""

    def __init__(self, sealed: SealedFile) -> None:
        self._sealed = sealed
        self._seal = AESGCM(sealed.key)
        self._file = sealed.path.open("rb")
        self._at = 0
        self._number, self._piece = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._sealed.size}[whence]
        self._at = max(begin + offset, 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # any writable buffer
        if self._at >= self._sealed.size:
            return 0
        number, begin = divmod(self._at, PIECE)
        if number != self._number:
            self._file.seek(number * (PIECE + TAG))
            self._piece = self._seal.decrypt(_nonce(number), self._file.read(PIECE + TAG), None)
            self._number = number
        part = self._piece[begin : begin + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        self._piece = b""
        super().close()


def _nonce(number: int) -> bytes:
    """Each piece has its own; the key is used for no other file."""
    return number.to_bytes(12, "big")


def _unwritable(error: OSError) -> Unavailable:
    return Unavailable(
        Text(f"无法保存上传的文件：{error.strerror}", f"the upload cannot be kept: {error.strerror}"),
        mend=Text(
            "请检查服务器磁盘空间和目录权限，然后重试。", "Check disk space and rights on the server, then try again."
        ),
    )
