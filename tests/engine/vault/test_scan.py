"""A plain mobile number is found in whatever file it lies; digests and sealed tokens are none."""

from __future__ import annotations

import sqlite3
import tarfile
import zipfile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.vault import KeyFile, Leak, Vault, find_plain_phones
from linshu.engine.vault.scan import _in_bytes

PHONE = "13812345678"


def in_text(folder):
    (folder / "orders.csv").write_text(f"id,phone\n1,{PHONE}\n", "utf-8")
    return ""


def in_spaced_text(folder):
    (folder / "notes.md").write_text("请拨打 +86 138-1234-5678。", "utf-8")
    return ""


def in_parquet(folder):
    pq.write_table(pa.table({"remark": ["ok", f"请打{PHONE}"]}), folder / "part-0001.parquet", compression="zstd")
    return "remark"


def in_dictionary_parquet(folder):
    pq.write_table(pa.table({"phone": pa.array([PHONE] * 5).dictionary_encode()}), folder / "part.parquet")
    return "phone"


def in_parquet_footer(folder):
    schema = pa.schema([("a", pa.int64())], metadata={"file": f"客户 {PHONE}.xlsx"})
    pq.write_table(pa.table({"a": [1]}, schema=schema), folder / "part.parquet")
    return "(footer)"


def in_duckdb(folder):
    with duckdb.connect(str(folder / "warehouse.duckdb")) as store:
        store.execute(f"CREATE TABLE member AS SELECT 'x' AS a, '{PHONE}' AS phone FROM range(3000)")
    return "main.member.phone"


def in_sqlite(folder):
    store = sqlite3.connect(folder / "state.sqlite")
    store.execute("CREATE TABLE person (name TEXT, phone TEXT, tail TEXT)")
    store.execute("INSERT INTO person VALUES ('abc', ?, 'def')", [PHONE])
    store.commit()
    store.close()
    return "person.phone"


def in_xlsx(folder):
    with zipfile.ZipFile(folder / "upload.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<si><t>{PHONE}</t></si>")
    return "xl/sharedStrings.xml"


@pytest.mark.parametrize(
    "planted",
    [in_text, in_spaced_text, in_parquet, in_dictionary_parquet, in_parquet_footer, in_duckdb, in_sqlite, in_xlsx],
    ids=lambda planted: planted.__name__,
)
def test_a_planted_phone_is_found(tmp_path, planted):
    (tmp_path / "data").mkdir()
    where = planted(tmp_path / "data")
    leaks = find_plain_phones(tmp_path)
    assert leaks
    assert where in {leak.where for leak in leaks}
    assert {leak.sample for leak in leaks} == {"138****5678"}
    assert PHONE not in str(leaks)


def test_sealed_values_masks_and_digests_are_no_leak(tmp_path):
    with Vault.open(tmp_path / "vault", KeyFile.fresh()) as vault:
        phones = pa.array([f"138{number:08d}" for number in range(2000)])
        people = pa.array([f"member:{number}" for number in range(2000)])
        sealed, index, mask = vault.seal_column("member", "phone", people, phones)
        rows = pa.table({"phone": sealed, "phone_index": index, "phone_mask": mask})
        pq.write_table(rows, tmp_path / "member.parquet")
        (tmp_path / "member.csv").write_text("\n".join(",".join(row.values()) for row in rows.to_pylist()), "utf-8")
        with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as store:
            store.execute("CREATE TABLE member AS FROM rows")
        assert find_plain_phones(tmp_path) == []


@pytest.mark.parametrize(
    "text",
    ["12812345678", "138123456789", "2138123456780", "O13812345678", "138-12345678", "a" * 20 + "-13812345678"],
    ids=["no mobile prefix", "12 digits", "inside a number", "an order id", "odd groups", "inside a token"],
)
def test_what_only_looks_alike_is_left_alone(text):
    assert _in_bytes([text.encode()]) == []


@given(st.integers(0, 400), st.integers(1, 90))
def test_a_number_across_blocks_is_found_once(before, size):
    text = b"." * before + b"tel: +86 13812345678; " + b"." * 100
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    assert _in_bytes(chunks) == ["+86 13812345678"]


@pytest.mark.parametrize("name", ["part.parquet", "warehouse.duckdb", "upload.xlsx", "state.sqlite", "backup.tar"])
def test_a_broken_file_is_read_as_bytes(tmp_path, name):
    start = b"SQLite format 3\x00" if name.endswith("sqlite") else b"PK"
    (tmp_path / name).write_bytes(start + b"half written, tel " + PHONE.encode() + b" and then nothing")
    assert [(leak.path.name, leak.count) for leak in find_plain_phones(tmp_path)] == [(name, 1)]


def test_a_backup_is_looked_at_file_by_file(tmp_path):
    """Digits that meet by chance in a column of numbers are nobody's; a number in a text is found, and where."""
    chance = [int.from_bytes(part, "little") for part in (b" 1381234", b"5678 abc")]
    parts = {"numbers.parquet": {"n": chance}, "words.parquet": {"said": ["tel 13812345678"]}}
    with tarfile.open(tmp_path / "night.tar", "w") as archive:
        for name, columns in parts.items():
            plain = tmp_path / name
            pq.write_table(pa.table(columns), plain, compression="none", use_dictionary=False)
            assert b"13812345678" in plain.read_bytes()
            archive.add(plain, f"landing/{name}")
            plain.unlink()
    assert find_plain_phones(tmp_path) == [Leak(tmp_path / "night.tar", "landing/words.parquet said", 1, "138****5678")]


def test_a_store_held_by_a_writer_is_still_looked_at(tmp_path):
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as store:
        store.execute("CREATE TABLE note AS SELECT 'tel: 13812345678 ' AS words")
        assert [leak.where for leak in find_plain_phones(tmp_path)] == ["main.note.words", ""]  # file and its log


def test_an_empty_folder_has_no_leak(tmp_path):
    assert find_plain_phones(tmp_path) == []
    assert Leak(tmp_path, "", 1, "138****5678") != Leak(tmp_path, "", 2, "138****5678")
