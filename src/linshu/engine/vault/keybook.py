"""The book of wrapped keys: one data key per person, each wrapped by the key-encryption key, erased by destroying it."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linshu.engine.vault.envelope import KEY_SIZE
from linshu.kernel.errors import Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["KeyBook"]

_NONCE = 12
_CHECK = b"linshu vault"
_WAIT_MS = 60_000
# Unwrapped keys held in memory, some 200 bytes each.
_HELD = 200_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS subject_key (
    reference BLOB PRIMARY KEY, wrapped BLOB, created_at INTEGER NOT NULL, erased_at INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seal (name TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
"""


class KeyBook:
    """Data keys by the reference of their subject; safe for threads and for several processes at once."""

    def __init__(self, path: Path, wrapping: bytes, *, previous: bytes = b"") -> None:
        self._lock = threading.RLock()
        self._held: dict[bytes, bytes | None] = {}
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._store = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_WAIT_MS / 1000)
        try:
            self._prepare()
            self._wrapping = self._fitting(wrapping, previous)
        except BaseException:
            self._store.close()
            raise
        self._seen = self._changes()

    def _prepare(self) -> None:
        # A key must be on disk before anything sealed with it; a destroyed one must not linger in free pages.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", f"busy_timeout={_WAIT_MS}"):
            self._store.execute(f"PRAGMA {pragma}")
        self._store.create_function("unhex_reference", 1, bytes.fromhex, deterministic=True)
        with self._writing():
            for statement in filter(str.strip, _SCHEMA.split(";")):
                self._store.execute(statement)

    def _fitting(self, wrapping: bytes, previous: bytes) -> AESGCM:
        """The key that opens this book; a new book takes the first, a half-done rotation may still need the second."""
        with self._writing():
            found = self._store.execute("SELECT content FROM seal WHERE name = 'check'").fetchone()
            if found is None:
                self._store.execute("INSERT INTO seal VALUES ('check', ?)", [_wrap(AESGCM(wrapping), _CHECK, b"check")])
                return AESGCM(wrapping)
        for key in filter(None, (wrapping, previous)):
            if _opens(AESGCM(key), found[0]):
                return AESGCM(key)
        raise Unavailable(
            Text("密钥与保险库不符", "This key does not open the vault"),
            mend=Text(
                "请使用建立该项目时的密钥文件或 LINSHU_KEY；数据没有改动。",
                "Use the key file or LINSHU_KEY the project was made with; nothing was changed.",
            ),
        )

    def keys(self, references: Sequence[bytes], *, create: bool) -> dict[bytes, bytes | None]:
        """The data key of each subject; None for an erased one, absent for an unknown one unless `create` makes it."""
        with self._lock:
            self._forget_if_changed()
            held = self._held
            wanted = [each for each in dict.fromkeys(references) if each not in held]
            found = self._load(wanted)
            unknown = sorted(each for each in wanted if each not in found)
            if unknown and create:
                found |= self._create(unknown)
            answer = {each: held[each] for each in references if each in held} | found
            if len(held) > _HELD:
                held.clear()
            held.update(found)
            return answer

    def destroy(self, references: Sequence[bytes]) -> int:
        """Erase subjects' keys for good; an unknown subject is noted as erased too. How many were not erased before."""
        with self._lock:
            now = int(time.time())
            with self._writing():
                changed = self._store.executemany(
                    "INSERT INTO subject_key VALUES (?, NULL, ?, ?) ON CONFLICT (reference) DO UPDATE "
                    "SET wrapped = NULL, erased_at = excluded.erased_at WHERE erased_at IS NULL",
                    [(each, now, now) for each in references],
                ).rowcount
            self._held.update(dict.fromkeys(references))
            # What stood in the write-ahead log must go as well.
            self._store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return max(changed, 0)

    def rewrap(self, wrapping: bytes) -> int:
        """Wrap every data key by a new key-encryption key, in one transaction; returns how many there were."""
        new = AESGCM(wrapping)
        with self._lock:
            with self._writing():
                rows = self._store.execute(
                    "SELECT reference, wrapped FROM subject_key WHERE wrapped IS NOT NULL"
                ).fetchall()
                again = [(_wrap(new, _unwrap(self._wrapping, old, ref), ref), ref) for ref, old in rows]
                self._store.executemany("UPDATE subject_key SET wrapped = ? WHERE reference = ?", again)
                self._store.execute("UPDATE seal SET content = ? WHERE name = 'check'", [_wrap(new, _CHECK, b"check")])
            self._wrapping = new
            self._store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return len(rows)

    def note(self, name: str, content: bytes) -> bytes:
        """The content kept under a name, which is the given one when there was none."""
        with self._lock, self._writing():
            self._store.execute("INSERT OR IGNORE INTO seal VALUES (?, ?)", [name, content])
            (kept,) = self._store.execute("SELECT content FROM seal WHERE name = ?", [name]).fetchone()
            return bytes(kept)

    def count(self) -> tuple[int, int]:
        """How many subjects have a key, and how many were erased."""
        with self._lock:
            query = "SELECT count(wrapped), count(erased_at) FROM subject_key"
            living, erased = self._store.execute(query).fetchone()
            return int(living), int(erased)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._held.clear()
            self._store.close()

    def _load(self, references: Sequence[bytes]) -> dict[bytes, bytes | None]:
        if not references:
            return {}
        query = (
            "SELECT k.reference, k.wrapped FROM json_each(?) AS asked "
            "JOIN subject_key AS k ON k.reference = unhex_reference(asked.value)"
        )
        rows = self._store.execute(query, [json.dumps([each.hex() for each in references])]).fetchall()
        return {ref: None if wrapped is None else _unwrap(self._wrapping, wrapped, ref) for ref, wrapped in rows}

    def _create(self, references: Sequence[bytes]) -> dict[bytes, bytes | None]:
        pool = os.urandom(KEY_SIZE * len(references))
        made = {ref: pool[at * KEY_SIZE : (at + 1) * KEY_SIZE] for at, ref in enumerate(references)}
        now = int(time.time())
        rows = [(ref, _wrap(self._wrapping, key, ref), now) for ref, key in made.items()]
        with self._writing():
            # Another process may have rotated the key or made the same subjects meanwhile; what stands there counts.
            self._check_still_fits()
            insert = "INSERT OR IGNORE INTO subject_key (reference, wrapped, created_at) VALUES (?, ?, ?)"
            inserted = self._store.executemany(insert, rows).rowcount
        return {**made} if inserted == len(rows) else self._load(references)

    def _check_still_fits(self) -> None:
        (content,) = self._store.execute("SELECT content FROM seal WHERE name = 'check'").fetchone()
        if not _opens(self._wrapping, content):
            raise Unavailable(
                Text("密钥刚被轮换", "The key was rotated meanwhile"),
                mend=Text("请重新启动本程序，以使用新密钥。", "Start this program again, so that it uses the new key."),
            )

    def _forget_if_changed(self) -> None:
        """Drop held keys when another process changed the book: it may have destroyed one."""
        now = self._changes()
        if now != self._seen:
            self._held.clear()
            self._seen = now

    def _changes(self) -> int:
        (version,) = self._store.execute("PRAGMA data_version").fetchone()
        return int(version)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._store.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._store.execute("ROLLBACK")
            raise
        self._store.execute("COMMIT")


def _wrap(wrapping: AESGCM, key: bytes, reference: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + wrapping.encrypt(nonce, key, reference)


def _unwrap(wrapping: AESGCM, wrapped: bytes, reference: bytes) -> bytes:
    try:
        return wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], reference)
    except InvalidTag:
        raise Unavailable(
            Text(
                "保险库中的一把数据密钥已损坏或已被换密钥",
                "A data key in the vault is damaged, or was rewrapped meanwhile",
            ),
            mend=Text(
                "重新启动本程序；若仍如此，从备份恢复 data/vault。", "Start again; if it stays so, restore data/vault."
            ),
        ) from None


def _opens(wrapping: AESGCM, content: bytes) -> bool:
    try:
        return wrapping.decrypt(content[:_NONCE], content[_NONCE:], b"check") == _CHECK
    except InvalidTag:
        return False
