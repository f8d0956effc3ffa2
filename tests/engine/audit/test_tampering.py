"""Nobody changes the audit unseen: whoever holds the database but not the key is found out, whatever they do to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update

from linshu.engine.audit import SYSTEM, Actor, Book, Seal, Wanted, write
from linshu.engine.audit.chain import chained
from linshu.engine.audit.checking import check
from linshu.engine.audit.roots import Root, merkle, read
from linshu.engine.state import State
from linshu.engine.state.tables import audit, audit_head, audit_root

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SEAL, FORGER = Seal.of(b"s" * 32), Seal.of(b"f" * 32)
SIZE = 12
Rows = list[dict[str, Any]]


def chain(size: int = SIZE) -> Rows:
    """A true chain of so many entries."""
    rows: Rows = []
    for seq in range(1, size + 1):
        row = {
            "seq": seq, "at": NOW + timedelta(minutes=seq), "user_id": f"u{seq % 3}", "account": f"wang{seq % 3}",
            "via": "web", "address": "10.0.0.7", "act": "user.role", "subject": f"user:{seq}", "details": '{"a":1}',
        }  # fmt: skip
        row["hash"] = chained(rows[-1]["hash"] if rows else "", row)
        rows.append(row)
    return rows


def rechained(rows: Rows) -> Rows:
    """The same entries with numbers and hashes made to fit, as a forger would."""
    made: Rows = []
    for seq, row in enumerate(rows, 1):
        one = {**row, "seq": seq}
        one["hash"] = chained(made[-1]["hash"] if made else "", one)
        made.append(one)
    return made


def signed(rows: Rows, first: int, last: int, seal: Seal = SEAL) -> Root:
    return seal.signed(first, last, [row["hash"] for row in rows[first - 1 : last]], rows[last - 1]["hash"], NOW)


def verdict(rows: Rows, *, roots: list[Root], anchored: list[Root], head: tuple[int, str] | None = None) -> bool:
    end = head or (len(rows), rows[-1]["hash"] if rows else "")
    return check(rows, end, roots, anchored, broken=0, seal=SEAL, is_anchored=True).ok


TRUE = chain()
ROOTS = [signed(TRUE, 1, 5), signed(TRUE, 6, SIZE)]


def test_a_true_chain_is_whole() -> None:
    assert verdict(TRUE, roots=ROOTS, anchored=ROOTS)
    assert verdict([], roots=[], anchored=[], head=(0, ""))
    assert verdict(TRUE, roots=ROOTS[:1], anchored=ROOTS[:1])


@given(at=st.integers(0, SIZE - 1), field=st.sampled_from(sorted(TRUE[0])), bit=st.integers(0, 200))
def test_flipping_anything_anywhere_is_found(at: int, field: str, bit: int) -> None:
    rows = [dict(row) for row in TRUE]
    before = rows[at][field]
    if isinstance(before, str):
        place = bit % max(1, len(before))
        rows[at][field] = before[:place] + chr(ord(before[place]) ^ 1) + before[place + 1 :]
    else:
        rows[at][field] = before + (timedelta(microseconds=1) if isinstance(before, datetime) else 1)
    assert not verdict(rows, roots=[], anchored=[], head=(SIZE, TRUE[-1]["hash"]))


@given(gone=st.sets(st.integers(0, SIZE - 1), min_size=1))
def test_deleting_any_entries_is_found(gone: set[int]) -> None:
    rows = [row for at, row in enumerate(TRUE) if at not in gone]
    assert not verdict(rows, roots=[], anchored=[], head=(SIZE, TRUE[-1]["hash"]))
    assert not verdict(rows, roots=ROOTS, anchored=ROOTS)


@given(order=st.permutations(range(SIZE)).filter(lambda one: list(one) != list(range(SIZE))))
def test_another_order_is_found(order: list[int]) -> None:
    rows = [{**TRUE[place], "seq": seq} for seq, place in enumerate(order, 1)]
    assert not verdict(rows, roots=[], anchored=[], head=(SIZE, rows[-1]["hash"]))


@given(kept=st.integers(0, SIZE - 1))
def test_a_cut_off_tail_is_found_by_the_anchor_even_with_the_end_rewritten(kept: int) -> None:
    assert not verdict(TRUE[:kept], roots=[], anchored=ROOTS)


@given(at=st.integers(0, SIZE - 1), more=st.integers(0, 3))
def test_a_chain_made_anew_from_any_entry_on_is_found(at: int, more: int) -> None:
    """A fork: every hash fits, the end fits, the roots in the database are signed by another key; the anchor is true."""
    told = [{**row, "account": "li"} if place == at else row for place, row in enumerate(TRUE)]
    rows = rechained([*told, *chain(more)])
    forged = [signed(rows, 1, len(rows), FORGER)]
    assert not verdict(rows, roots=forged, anchored=ROOTS)
    assert not verdict(rows, roots=[], anchored=ROOTS)
    assert not verdict(rows, roots=forged, anchored=forged)
    assert not verdict(rows, roots=ROOTS, anchored=ROOTS)


@given(gone=st.sets(st.integers(0, 2), min_size=1, max_size=2))
def test_roots_taken_out_of_the_anchor_are_missed(gone: set[int]) -> None:
    roots = [signed(TRUE, 1, 4), signed(TRUE, 5, 8), signed(TRUE, 9, SIZE)]
    left = [one for place, one in enumerate(roots) if place not in gone]
    assert not verdict(TRUE, roots=roots, anchored=left)


def test_two_lists_of_hashes_never_add_up_to_the_same() -> None:
    assert merkle(["a", "b"]) != merkle(["b", "a"])
    assert len({merkle("abcde"[:size]) for size in range(6)}) == 6


@pytest.fixture
def state(state_url: str):
    opened = State.open(state_url)
    yield opened
    opened.close()


def _open_up(connection: Any) -> None:
    """What somebody with the database in their hands does first: the triggers go."""
    if connection.dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            connection.execute(text(f"DROP TRIGGER audit_keeps_{change}"))
    else:
        connection.execute(text("DROP TRIGGER audit_keeps ON audit"))


def _flip(connection: Any) -> None:
    connection.execute(update(audit).where(audit.c.seq == 3).values(account="li"))


def _delete(connection: Any) -> None:
    connection.execute(delete(audit).where(audit.c.seq == 3))


def _reorder(connection: Any) -> None:
    for row, to in ((3, 99), (4, 3), (99, 4)):
        connection.execute(update(audit).where(audit.c.seq == row).values(seq=to))


def _truncate(connection: Any) -> None:
    connection.execute(delete(audit).where(audit.c.seq > 4))
    last = connection.execute(select(audit.c.hash).where(audit.c.seq == 4)).scalar_one()
    connection.execute(update(audit_head).values(seq=4, hash=last))
    connection.execute(delete(audit_root))


def _fork(connection: Any) -> None:
    rows = [dict(row) for row in connection.execute(select(audit).order_by(audit.c.seq)).mappings()]
    rows[2]["account"] = "li"
    rows = rechained(rows)
    connection.execute(delete(audit))
    connection.execute(insert(audit), rows)
    connection.execute(update(audit_head).values(seq=len(rows), hash=rows[-1]["hash"]))
    connection.execute(delete(audit_root))


@pytest.mark.parametrize("tamper", [_flip, _delete, _reorder, _truncate, _fork])
def test_tampering_with_the_database_itself_is_found(
    state: State, tmp_path: Path, tamper: Callable[[Any], None]
) -> None:
    book = Book(state, SEAL, tmp_path / "outside" / "anchor.jsonl", lambda: NOW)
    for part in range(2):
        with state.writing() as connection:
            for seq in range(3):
                write(connection, Actor("u1", "wang", "web"), "user.role", f"user:{part}{seq}", at=NOW)
        assert book.sum_up() is not None
    assert book.sum_up() is None  # nothing came since
    report = book.verify()
    assert (report.ok, report.entries, report.roots, report.anchored) == (True, 6, 2, 6)
    with state.writing() as connection:
        _open_up(connection)
        tamper(connection)
    assert not book.verify().ok


def test_a_lost_or_spoilt_anchor_is_said(state: State, tmp_path: Path) -> None:
    book = Book(state, SEAL, tmp_path / "anchor.jsonl", lambda: NOW)
    with state.writing() as connection:
        write(connection, SYSTEM, "job.run", "job:daily", at=NOW)
    book.sum_up()
    assert book.verify().ok
    assert book.anchor is not None
    assert book.anchor.stat().st_mode & 0o077 == 0
    roots, broken = read(book.anchor)
    assert (len(roots), broken) == (1, 0)
    book.anchor.write_text("{}\nnot json\n", "utf-8")
    assert len(book.verify().findings) == 2
    book.anchor.unlink()
    assert not book.verify().ok


def test_entries_are_found_by_person_act_subject_and_day(state: State) -> None:
    with state.writing() as connection:
        for day in range(3):
            at = NOW + timedelta(days=day)
            write(connection, Actor("u1", "wang", "web"), "user.role", "user:li", at=at)
            write(connection, Actor("u2", "li", "api"), "batch.undo", "batch:B_1", at=at)
    book = Book(state)
    assert book.listed(Wanted())[1] == 6
    rows, total = book.listed(Wanted(person="wang"), limit=2)
    assert (total, [row["seq"] for row in rows]) == (3, [5, 3])
    assert book.listed(Wanted(act="batch"))[1] == 3
    assert book.listed(Wanted(act="batch.undo", words="b_1"))[1] == book.listed(Wanted(words="B_1"))[1] == 3
    assert book.listed(Wanted(words="B%1"))[1] == 0
    assert book.listed(Wanted(since=NOW + timedelta(days=1), until=NOW + timedelta(days=2)))[1] == 2
    assert book.people() == ("li", "wang")
    assert book.acts() == ("batch.undo", "user.role")
    assert book.listed(Wanted(), offset=5)[0][0]["seq"] == 1
