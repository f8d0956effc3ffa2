"""A sealed file reads like the bytes it was made of, from anywhere, and its bytes on disk say nothing."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.vault import sealed_file
from linshu.engine.vault.sealed_file import SealedFile, Sealing

PIECE = 64


@pytest.fixture(autouse=True, scope="module")
def _small_pieces() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed_file, "PIECE", PIECE)
        yield


def sealed(folder: Path, *chunks: bytes) -> SealedFile:
    with Sealing(folder / "x") as sealing:
        for chunk in chunks:
            sealing.write(chunk)
        return sealing.finish()


@given(
    chunks=st.lists(st.binary(max_size=3 * PIECE), max_size=6),
    moves=st.lists(st.tuples(st.integers(0, 20 * PIECE), st.integers(0, 3 * PIECE)), max_size=6),
)
def test_it_reads_like_its_bytes(chunks: list[bytes], moves: list[tuple[int, int]]) -> None:
    plain = io.BytesIO(b"".join(chunks))
    with TemporaryDirectory() as folder:
        made = sealed(Path(folder), *chunks)
        assert made.size == len(plain.getvalue())
        with made.open() as file:
            assert file.read() == plain.getvalue()
            for place, count in moves:
                assert file.seek(place) == plain.seek(place)
                assert file.read(count) == plain.read(count)
            assert file.seek(0, os.SEEK_END) == plain.seek(0, os.SEEK_END)
            file.seek(0)
            plain.seek(0)
            assert file.readline() == plain.readline()


def test_nothing_of_it_can_be_read_on_disk(tmp_path: Path) -> None:
    made = sealed(tmp_path, b"13812345678," * 40)
    kept = made.path.read_bytes()
    assert b"13812345678" not in kept
    assert made.path.stat().st_mode & 0o077 == 0
    assert "key" not in repr(made)
    made.path.write_bytes(bytes([kept[0] ^ 1]) + kept[1:])
    with made.open() as file, pytest.raises(InvalidTag):
        file.read()
    made.remove()
    assert not made.path.exists()


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Sealing(tmp_path / "x") as sealing:
        sealing.write(b"a" * 3 * PIECE)
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_an_archive_is_read_where_it_lies(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "x,y\n" * 500)
    made = sealed(tmp_path, packed.getvalue())
    with made.open() as file, zipfile.ZipFile(file) as archive:
        assert archive.read("a.csv") == b"x,y\n" * 500
