"""What is sealed can be revealed, found by its index and shown by its mask; what is erased cannot come back."""

from __future__ import annotations

import multiprocessing
import sqlite3
from base64 import b64decode, b64encode

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linshu.engine.vault import KeyFile, Vault
from linshu.kernel.errors import Invalid, Unavailable

KEY = KeyFile.fresh()
VALUES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=40)


@pytest.fixture
def vault(tmp_path):
    with Vault.open(tmp_path, KEY) as opened:
        yield opened


def seal(vault, value, subject="member:M1", table="orders", column="receiver_phone"):
    sealed, index, mask = vault.seal_column(table, column, pa.array([subject]), pa.array([value]))
    return sealed[0].as_py(), index[0].as_py(), mask[0].as_py()


def test_a_phone_is_sealed_indexed_and_masked(vault):
    sealed, index, mask = seal(vault, "13812341234")
    assert "13812341234" not in sealed
    assert mask == "138****1234"
    assert index == vault.index("+86 138-1234-1234")
    assert vault.reveal("orders", "receiver_phone", sealed) == "13812341234"


@given(st.lists(st.tuples(st.none() | VALUES, st.none() | VALUES), max_size=30))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_column_round_trips(vault, pairs):
    subjects = pa.array([subject for subject, _ in pairs], pa.string())
    values = pa.array([value for _, value in pairs], pa.string())
    sealed, index, mask = vault.seal_column("member", "address", subjects, values)
    assert vault.reveal_column("member", "address", sealed).to_pylist() == values.to_pylist()
    assert index.to_pylist() == [None if value is None else vault.index(value) for _, value in pairs]
    assert mask.is_null().to_pylist() == values.is_null().to_pylist()


def test_sealing_again_gives_the_same_bytes_even_in_another_session(tmp_path):
    with Vault.open(tmp_path, KEY) as first:
        before = seal(first, "13812341234")
    with Vault.open(tmp_path, KEY) as second:
        assert seal(second, "13812341234") == before


def test_the_same_value_of_two_people_or_places_is_sealed_differently(vault):
    sealed = {
        seal(vault, "13812341234", subject, table, column)[0]
        for subject, table, column in [
            ("member:M1", "orders", "receiver_phone"),
            ("member:M2", "orders", "receiver_phone"),
            ("member:M1", "member", "phone"),
            ("member:M1", "orders", "receiver_address"),
        ]
    }
    assert len(sealed) == 4


def test_the_index_is_one_for_all_columns_and_subjects(vault):
    assert seal(vault, "138 1234 1234", "a", "member", "phone")[1] == seal(vault, "+8613812341234", "b")[1]


@pytest.mark.parametrize(
    ("table", "column"),
    [("member", "receiver_phone"), ("orders", "receiver_name")],
    ids=["other table", "other column"],
)
def test_a_token_moved_elsewhere_opens_nothing(vault, table, column):
    sealed, _, _ = seal(vault, "13812341234")
    with pytest.raises(Invalid, match=r"密文被改动"):
        vault.reveal(table, column, sealed)


def test_any_flipped_bit_is_detected(vault):
    sealed, _, _ = seal(vault, "13812341234")
    version, body, mask = sealed.split(":")
    raw = b64decode(body)
    for at in range(16, len(raw)):  # the first 16 bytes name the key: see the next test
        for bit in range(8):
            flipped = bytes([*raw[:at], raw[at] ^ (1 << bit), *raw[at + 1 :]])
            with pytest.raises(Invalid):
                vault.reveal("orders", "receiver_phone", f"{version}:{b64encode(flipped).decode()}:{mask}")
    with pytest.raises(Invalid):
        vault.reveal("orders", "receiver_phone", f"{version}:{body}:138****9999")


def test_a_token_pointed_at_another_subject_never_opens(vault):
    mine, theirs = (seal(vault, "13812341234", subject)[0] for subject in ("member:M1", "member:M2"))
    raw_mine, raw_theirs = (b64decode(token.split(":")[1]) for token in (mine, theirs))
    crossed = b64encode(raw_theirs[:16] + raw_mine[16:]).decode()
    with pytest.raises(Invalid):
        vault.reveal("orders", "receiver_phone", f"v1:{crossed}:138****1234")
    unknown = b64encode(bytes(16) + raw_mine[16:]).decode()
    assert vault.reveal("orders", "receiver_phone", f"v1:{unknown}:138****1234") == "138****1234"


@pytest.mark.parametrize("token", ["", "13812341234", "v1:", "v1:abc:", "v1:!!!!:x", "v2:AAAA:x"])
def test_what_is_no_token_is_refused(vault, token):
    with pytest.raises(Invalid):
        vault.reveal("orders", "receiver_phone", token)


def test_erasure_leaves_the_mask_and_touches_nobody_else(vault):
    mine, theirs = seal(vault, "13812341234", "member:M1"), seal(vault, "13912341234", "member:M2")
    assert vault.destroy("member:M1") is True
    assert vault.destroy("member:M1") is False
    assert vault.is_erased("member:M1")
    assert vault.reveal("orders", "receiver_phone", mine[0]) == "138****1234"
    assert vault.reveal("orders", "receiver_phone", theirs[0]) == "13912341234"
    assert vault.count() == (1, 1)


def test_what_comes_after_erasure_keeps_only_its_mask(vault):
    vault.destroy("member:M1")
    sealed, index, mask = seal(vault, "13812341234", "member:M1")
    assert (sealed, index, mask) == ("x1::138****1234", None, "138****1234")
    assert vault.reveal("orders", "receiver_phone", sealed) == "138****1234"


def test_a_value_without_subject_is_erased_by_itself(vault):
    sealed, index, _ = vault.seal_column(
        "orders", "receiver_phone", pa.array([None], pa.string()), pa.array(["13812341234"])
    )
    vault.destroy(f"value:{index[0]}")
    assert vault.reveal("orders", "receiver_phone", sealed[0].as_py()) == "138****1234"


def test_erasure_destroys_the_key_on_disk(tmp_path, vault):
    seal(vault, "13812341234")
    with sqlite3.connect(tmp_path / "keys.sqlite") as book:
        (wrapped,) = book.execute("SELECT wrapped FROM subject_key").fetchone()
    assert any(wrapped in file.read_bytes() for file in tmp_path.iterdir())
    vault.destroy("member:M1")
    assert not any(wrapped in file.read_bytes() for file in tmp_path.iterdir())


def test_an_erasure_elsewhere_is_seen_at_once(tmp_path, vault):
    sealed, _, _ = seal(vault, "13812341234")
    with Vault.open(tmp_path, KEY) as other:
        other.destroy("member:M1")
    assert vault.reveal("orders", "receiver_phone", sealed) == "138****1234"


def test_neither_key_nor_value_nor_subject_lies_in_the_folder(tmp_path, vault):
    seal(vault, "13812341234", "member:13987654321")
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (b"13812341234", b"13987654321", KEY.wrapping, KEY.pepper):
        assert secret not in written


def test_a_wrong_key_is_refused_and_changes_nothing(tmp_path):
    with Vault.open(tmp_path, KEY) as vault:
        sealed, _, _ = seal(vault, "13812341234")
    with pytest.raises(Unavailable, match="密钥与保险库不符"):
        Vault.open(tmp_path, KeyFile.fresh())
    with pytest.raises(Unavailable, match="检索部分"):
        Vault.open(tmp_path, KeyFile(KEY.wrapping, bytes(32)))
    with Vault.open(tmp_path, KEY) as vault:
        assert vault.reveal("orders", "receiver_phone", sealed) == "13812341234"


def test_rotation_changes_the_key_and_nothing_else(tmp_path):
    old = KeyFile.make(tmp_path / "keys" / "shop.key")
    with Vault.open(tmp_path / "vault", old) as vault:
        before = seal(vault, "13812341234")
        assert vault.rotate() == 1
        assert seal(vault, "13812341234") == before
        seal(vault, "13700000000", "member:new")
    new = KeyFile.read(old.path)
    assert (new.wrapping, new.previous, new.pepper) == (new.wrapping, b"", old.pepper)
    assert new.wrapping != old.wrapping
    with Vault.open(tmp_path / "vault", new) as vault:
        assert vault.reveal("orders", "receiver_phone", before[0]) == "13812341234"
    with pytest.raises(Unavailable):
        Vault.open(tmp_path / "vault", old)


@pytest.mark.parametrize("rewrapped", [False, True], ids=["before the keys are wrapped", "before the file is cleaned"])
def test_an_interrupted_rotation_still_opens(tmp_path, monkeypatch, rewrapped):
    old = KeyFile.make(tmp_path / "shop.key")
    vault = Vault.open(tmp_path / "vault", old)
    sealed, _, _ = seal(vault, "13812341234")
    if rewrapped:
        writes = []
        honest = KeyFile.write
        monkeypatch.setattr(
            KeyFile, "write", lambda key: honest(key) if not writes.append(1) and len(writes) < 2 else 1 / 0
        )
    else:
        monkeypatch.setattr(vault._book, "rewrap", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        vault.rotate()
    vault.close()
    with Vault.open(tmp_path / "vault", KeyFile.read(old.path)) as again:
        assert again.reveal("orders", "receiver_phone", sealed) == "13812341234"


def test_a_process_with_the_old_key_stops_rather_than_wrap_with_it(tmp_path):
    key = KeyFile.make(tmp_path / "shop.key")
    with Vault.open(tmp_path / "vault", key) as one, Vault.open(tmp_path / "vault", key) as two:
        one.rotate()
        with pytest.raises(Unavailable, match="轮换"):
            seal(two, "13812341234")


def _seal_many(folder, key, start):
    with Vault.open(folder, KeyFile.parse(key)) as vault:
        people = [f"member:{number}" for number in range(start, start + 300)]
        sealed, _, _ = vault.seal_column(
            "member", "phone", pa.array(people), pa.array([f"138{number:08d}" for number in range(300)])
        )
        return dict(zip(people, sealed.to_pylist(), strict=True))


@pytest.mark.slow
def test_processes_sealing_the_same_people_agree_on_their_keys(tmp_path):
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        made = pool.starmap(_seal_many, [(tmp_path, KEY.say(), start) for start in (0, 150, 0)])
    assert made[0] == made[2]
    with Vault.open(tmp_path, KEY) as vault:
        for tokens in made:
            opened = vault.reveal_column("member", "phone", pa.array(list(tokens.values())))
            assert opened.to_pylist() == [f"138{number:08d}" for number in range(300)]
        assert vault.count() == (450, 0)


def test_chunked_columns_are_sealed_like_whole_ones(vault):
    subjects, values = pa.array(["a", "b", "a"]), pa.array(["13812341234", "13912341234", "13812341234"])
    whole = vault.seal_column("member", "phone", subjects, values)
    chunked = vault.seal_column(
        "member", "phone", pa.chunked_array([subjects[:1], subjects[1:]]), pa.chunked_array([values[:2], values[2:]])
    )
    assert [each.to_pylist() for each in whole] == [each.to_pylist() for each in chunked]


def test_an_empty_column_is_sealed_to_nothing(vault):
    none = pa.array([], pa.string())
    assert [len(each) for each in vault.seal_column("member", "phone", none, none)] == [0, 0, 0]
