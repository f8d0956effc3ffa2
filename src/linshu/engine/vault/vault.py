"""The vault: phones, addresses and numbers of people are sealed before anything is written, and opened only to reveal."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from hmac import digest
from secrets import token_bytes
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.exceptions import InvalidTag

from linshu.engine.vault.envelope import KEY_SIZE, REFERENCE_SIZE, Token, erased, open_value, place, seal_value
from linshu.engine.vault.keybook import KeyBook
from linshu.engine.vault.mask import mask, sort_of
from linshu.engine.vault.normal import normalise
from linshu.kernel.errors import Invalid, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Self

    from linshu.engine.vault.key import KeyFile

__all__ = ["Vault"]

BOOK = "keys.sqlite"
_INDEX_SIZE = 16  # 128 bits: no two of a company's values will ever meet
_PEPPER, _INDEX, _SUBJECT = b"pepper\x1f", b"index\x1f", b"linshu subject"


class Vault:
    """Seals, indexes and masks sensitive values; reveals them again, unless their subject was erased.

    A subject is any text that names whose value it is, `member:M000001` for instance; all that one subject owns is
    sealed under one key, and destroying that key erases all of it, in landing, warehouse and backups alike.
    """

    def __init__(self, book: KeyBook, key: KeyFile) -> None:
        self._book, self._key = book, key

    @classmethod
    def open(cls, folder: Path, key: KeyFile) -> Vault:
        """The vault whose wrapped keys lie in `folder`; Unavailable when the key is not the one it was made with."""
        book = KeyBook(folder / BOOK, key.wrapping, previous=key.previous)
        vault = cls(book, key)
        proof = vault._digest(_PEPPER, "")
        if book.note("pepper", proof) != proof:
            book.close()
            raise Unavailable(
                Text("密钥的检索部分与保险库不符", "The index part of this key does not fit the vault"),
                mend=Text("请使用建立该项目时的密钥。", "Use the key the project was made with."),
            )
        return vault

    @classmethod
    def exists(cls, folder: Path) -> bool:
        """Whether something may be sealed there already, so that a missing key must not be replaced by a new one."""
        return (folder / BOOK).exists()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file and of the keys in memory."""
        self._book.close()

    def seal_column(
        self, table: str, column: str, subjects: pa.Array | pa.ChunkedArray, values: pa.Array | pa.ChunkedArray
    ) -> tuple[pa.Array, pa.Array, pa.Array]:
        """Token, blind index and mask of each value, NULL for NULL; a value without subject is its own.

        Work is done once per distinct value. Values of an erased subject keep their mask and nothing else.
        """
        coded, owners = _encode(values), _encode(subjects)
        plain = coded.dictionary.to_pylist()
        masks = mask(coded.dictionary, sort_of(column))
        indexes = [self.index(value) for value in plain]
        # Each (subject, value) that occurs, as one number; 0 stands for NULL.
        code = _positions(owners) * (len(plain) + 1) + _positions(coded)
        pairs, back = np.unique(code, return_inverse=True)
        names = ["", *owners.dictionary.to_pylist()]
        whose, which = (each.tolist() for each in np.divmod(pairs, len(plain) + 1))
        references = [
            self.reference(names[who] or f"value:{indexes[what - 1]}") if what else b""
            for who, what in zip(whose, which, strict=True)
        ]
        keys = self._book.keys([each for each in references if each], create=True)
        where, shown = place(table, column), masks.to_pylist()
        tokens: list[str | None] = []
        hidden: list[str | None] = []
        for reference, what in zip(references, which, strict=True):
            key = keys[reference] if reference else None
            if not what:
                token = None
            elif key is None:
                token = erased(shown[what - 1])
            else:
                token = seal_value(key, reference, where, plain[what - 1], shown[what - 1])
            tokens.append(token)
            hidden.append(indexes[what - 1] if key is not None else None)
        at = pa.array(back)
        sealed, index = (pa.array(each, pa.string()).take(at) for each in (tokens, hidden))
        return sealed, index, masks.take(coded.indices)

    def index(self, value: str) -> str:
        """The blind index of a value, hex: one for all spellings of a phone, and nothing can be learned from it."""
        return self._digest(_INDEX, normalise(value))[:_INDEX_SIZE].hex()

    def reveal(self, table: str, column: str, sealed: str) -> str:
        """The value in a token of that table and column, or its mask when its subject was erased.

        Invalid when the token was altered, or belongs to another place.
        """
        token = _parse(sealed, table, column)
        key = self._book.keys([token.reference], create=False).get(token.reference) if token.sealed else None
        if key is None:
            return token.mask
        try:
            return open_value(key, token, place(table, column))
        except InvalidTag:
            raise _tampered(table, column) from None

    def reveal_column(self, table: str, column: str, sealed: pa.Array | pa.ChunkedArray) -> pa.Array:
        """The values in a column of tokens, NULL for NULL; see `reveal`."""
        coded = _encode(sealed)
        opened = [self.reveal(table, column, token) for token in coded.dictionary.to_pylist()]
        return pa.array(opened, pa.string()).take(coded.indices)

    def destroy(self, subject: str) -> bool:
        """Erase everything sealed for a subject, for good; False when it had been erased before.

        Later values of the same subject are not sealed under a new key: they keep only their mask.
        """
        return self._book.destroy([self.reference(subject)]) > 0

    def destroy_all(self, subjects: Iterable[str]) -> int:
        """The same for many at once; how many had not been erased before."""
        by_reference = {self.reference(one): one for one in subjects}
        known = self._book.keys(list(by_reference), create=False)
        living = [reference for reference in by_reference if known.get(reference, b"") is not None]
        return self._book.destroy(living) if living else 0

    def is_erased(self, subject: str) -> bool:
        """Whether the subject was erased."""
        reference = self.reference(subject)
        return self._book.keys([reference], create=False).get(reference, b"") is None

    def rotate(self) -> int:
        """Put a new key-encryption key in the place of the old one; returns how many data keys were wrapped anew.

        Interrupted at any point, the key file opens the vault: until the end it holds both keys.
        """
        fresh = token_bytes(KEY_SIZE)
        both = replace(self._key, wrapping=fresh, previous=self._key.wrapping)
        both.write()
        wrapped = self._book.rewrap(fresh)
        self._key = replace(both, previous=b"")
        self._key.write()
        return wrapped

    def count(self) -> tuple[int, int]:
        """How many subjects have a key, and how many were erased."""
        return self._book.count()

    def reference(self, subject: str) -> bytes:
        """What names a subject in tokens and in the book: a keyed digest, so that neither tells who it is."""
        made = blake2b(subject.encode(), digest_size=REFERENCE_SIZE, key=self._key.pepper, person=_SUBJECT)
        return made.digest()

    def _digest(self, purpose: bytes, words: str) -> bytes:
        """HMAC-SHA256 under the pepper, of words that serve one purpose."""
        return digest(self._key.pepper, purpose + words.encode(), "sha256")


def _encode(values: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    """The distinct texts of a column and which of them stands where."""
    texts = values.cast(pa.string())
    coded = pc.dictionary_encode(texts)
    return coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded


def _positions(coded: pa.DictionaryArray) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Where in the dictionary each value stands, counted from 1; 0 is NULL."""
    return np.asarray(coded.indices.cast(pa.int64()).fill_null(-1)) + 1


def _parse(sealed: str, table: str, column: str) -> Token:
    try:
        return Token.parse(sealed)
    except ValueError:
        raise _tampered(table, column) from None


def _tampered(table: str, column: str) -> Invalid:
    return Invalid(
        Text("密文被改动，或不属于此处", "The sealed value was altered, or belongs elsewhere"),
        where=Text(f"{table}.{column}", f"{table}.{column}"),
        mend=Text("请从落地批次重建数据仓库。", "Rebuild the warehouse from landing."),
    )
