"""Uploads: files sent to the server, kept sealed under keys of this process until they are imported or expire."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from linshu.connectors.files import Source, refuse_unreadable
from linshu.engine.vault.sealed_file import SealedFile, Sealing
from linshu.kernel.errors import Invalid, Missing, Throttled
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MEGABYTE = 1_000_000
IDLE_SECONDS = 4 * 3600.0
MOST_WAITING = 50  # uploads of all people at a time
MOST_OF_ONE = 20
LONGEST_NAME = 160


@dataclass(eq=False, slots=True)
class Upload:
    """One file that somebody sent."""

    upload_id: str
    name: str
    by: str  # the account; nobody else sees it
    file: SealedFile
    touched: float
    busy: int = 0  # how many read it just now: it does not expire meanwhile

    @property
    def source(self) -> Source:
        """Its bytes, as the readers of files take them."""
        return Source(self.name, self.file.size, self.file.open)


@dataclass(eq=False)
class Uploads:
    """The uploads of one running process; what an earlier process kept cannot be read by anyone and is swept away."""

    folder: Path
    most_bytes: int
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, Upload] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _swept: bool = False

    def begin(self, name: str, by: str, expected: int = 0) -> Receiving:
        """Begin to receive a file; refused when it is announced to be too large, or too many wait already."""
        self.expire()
        if expected > self.most_bytes:
            raise self.too_large(file_name(name))
        with self._lock:
            mine = sum(each.by == by for each in self._kept.values())
            if mine >= MOST_OF_ONE or len(self._kept) >= MOST_WAITING:
                raise Throttled(
                    Text("已上传、还没导入的文件太多", "too many uploads wait to be imported"),
                    mend=Text("请先导入或删除一些，再上传。", "Import or remove some of them first."),
                )
        return Receiving(self, file_name(name), by)

    def keep(self, name: str, by: str, file: SealedFile) -> Upload:
        """Keep what was received under an id of its own."""
        upload = Upload(secrets.token_urlsafe(12), name, by, file, self.clock())
        with self._lock:
            self._kept[upload.upload_id] = upload
        return upload

    def find(self, upload_id: str, by: str) -> Upload:
        """An upload of one's own; Missing when there is none, or it has expired."""
        self.expire()
        with self._lock:
            found = self._kept.get(upload_id)
            if found is not None and found.by == by:
                found.touched = self.clock()
                return found
        raise Missing(
            Text("这个上传已过期，或不是您上传的", "this upload has expired, or is not yours"),
            mend=Text("请重新上传文件。", "Send the file again."),
        )

    def of(self, by: str) -> tuple[Upload, ...]:
        """One's own uploads, oldest first."""
        self.expire()
        with self._lock:
            return tuple(each for each in self._kept.values() if each.by == by)

    def ids(self) -> frozenset[str]:
        """All uploads there are."""
        with self._lock:
            return frozenset(self._kept)

    def remove(self, upload_id: str, by: str) -> None:
        """Throw an upload away."""
        found = self.find(upload_id, by)
        with self._lock:
            self._kept.pop(found.upload_id, None)
        found.file.remove()

    @contextmanager
    def reading(self, upload: Upload) -> Iterator[None]:
        """Keep an upload while it is read, however long that takes."""
        with self._lock:
            upload.busy += 1
        try:
            yield
        finally:
            with self._lock:
                upload.busy -= 1
                upload.touched = self.clock()

    def expire(self) -> None:
        """Throw away what nobody touched for long."""
        with self._lock:
            if not self._swept:
                shutil.rmtree(self.folder, ignore_errors=True)
                self._swept = True
            late = [
                each for each in self._kept.values() if not each.busy and self.clock() - each.touched > IDLE_SECONDS
            ]
            for each in late:
                del self._kept[each.upload_id]
        for each in late:
            each.file.remove()

    def close(self) -> None:
        """Throw everything away; with this object go the keys."""
        with self._lock:
            self._kept.clear()
            if self._swept:
                shutil.rmtree(self.folder, ignore_errors=True)

    def too_large(self, name: str) -> Invalid:
        """The file is larger than this server takes."""
        most = f"{self.most_bytes / MEGABYTE:,.0f} MB"
        return Invalid(
            Text(f"{name} 太大，最多 {most}", f"{name} is too large; at most {most}"),
            mend=Text(
                "请拆成几个文件，压缩成 zip，或请管理员调大 server.max_upload_mb。",
                "Split it, pack it as zip, or ask an administrator to raise server.max_upload_mb.",
            ),
        )


class Receiving:
    """A file on its way: bytes go in, an upload comes out; on any mistake nothing stays."""

    def __init__(self, uploads: Uploads, name: str, by: str) -> None:
        self._uploads, self._name, self._by = uploads, name, by
        self._sealing = Sealing(uploads.folder / secrets.token_hex(16))

    def write(self, data: bytes) -> None:
        """Some more bytes; Invalid once they are too many."""
        self._sealing.write(data)
        if self._sealing.size > self._uploads.most_bytes:
            raise self._uploads.too_large(self._name)

    def finish(self) -> Upload:
        """All bytes are there; Invalid when they are no table that can be read."""
        file = self._sealing.finish()
        if not file.size:
            file.remove()
            raise Invalid(
                Text(f"{self._name} 是空文件", f"{self._name} is empty"),
                mend=Text("请确认导出成功后再上传。", "See that the export worked, then send it again."),
            )
        try:
            refuse_unreadable(Source(self._name, file.size, file.open))
        except BaseException:
            file.remove()
            raise
        return self._uploads.keep(self._name, self._by, file)

    def abandon(self) -> None:
        """The bytes stopped coming."""
        self._sealing.abandon()


def file_name(said: str) -> str:
    """A name to show and to tell a file's kind by, never a place."""
    plain = "".join(sign for sign in said if unicodedata.category(sign)[0] != "C")
    return PurePosixPath(plain.replace("\\", "/")).name.strip()[-LONGEST_NAME:] or "upload"
