"""Taking a batch back: afterwards the company knows what it would know had the batch never come.

A withdrawal is a landing batch of its own, with who, when and why; the batch it names stays where it lies and counts no
more, nor do those that mended its rows. What a withdrawal touched is merged anew from landing, table by table with what
belongs together, without the batches that are gone. So is a withdrawal of a withdrawal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.engine.intake import forgetting, merging
from linshu.engine.intake import landing as l
from linshu.engine.intake import quoting as q
from linshu.engine.intake.layout import content, parent_of
from linshu.engine.intake.meter import Meter
from linshu.engine.intake.ports import unwatched
from linshu.engine.intake.registry import DISMISSAL, LANDING, QUARANTINE, TOMBSTONE, VALIDITY, VOICE, key_text
from linshu.engine.intake.selecting import selections

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from linshu.engine.intake.ports import Watcher
    from linshu.engine.warehouse.engine import Session
    from linshu.kernel.table import Table

    Tables = Mapping[str, Table]

STEM = "undone"  # of the part that says it; no table of the standard is called so
BEFORE = "intake_before"  # what a table said before it is merged anew


@dataclass(frozen=True, slots=True)
class Entry:
    """A batch as far as withdrawals are concerned."""

    landing_id: str
    undoes: str = ""  # the batch that a withdrawal takes back
    mends: str = ""  # the batch whose rows this one brought back, mended


@dataclass(frozen=True, slots=True)
class Effect:
    """What taking a batch back does to one table."""

    table: str
    gone: int  # rows that nobody else speaks of
    back: int  # rows that become again what others say
    came: int  # rows that come in again
    waiting: int  # rows that wait again for what they belong to, less those that need not any more


def gone(entries: Iterable[Entry]) -> frozenset[str]:
    """The batches that do not count: taken back by a withdrawal that counts, or mending rows of one that does not."""
    listed = sorted(entries, key=lambda one: one.landing_id)
    out: set[str] = set()
    for one in reversed(listed):  # a later withdrawal may take back an earlier one
        if one.undoes and one.landing_id not in out:
            out.add(one.undoes)
    for one in listed:
        if one.mends.partition(":")[0] in out:
            out.add(one.landing_id)
    return frozenset(out)


def entries_of(session: Session) -> list[Entry]:
    """What the books know."""
    rows = session.query(f"SELECT landing_id, coalesce(undoes, '') AS undoes, mends FROM {LANDING}").to_pylist()
    return [Entry(**row) for row in rows]


def settle(
    session: Session, folder: Path, tables: Tables, entry: Entry, watch: Watcher = unwatched
) -> tuple[frozenset[str], tuple[Effect, ...]]:
    """Let the books and tables be as if the batches that are gone, this entry counted in, had never come.

    Gives the tables that were merged anew, and what that did.
    """
    out = gone([*(one for one in entries_of(session) if one.landing_id != entry.landing_id), entry])
    books = session.query(f"SELECT landing_id, status FROM {LANDING} ORDER BY landing_id").to_pylist()
    moved = [row["landing_id"] for row in books if (row["status"] == "withdrawn") != (row["landing_id"] in out)]
    touched = touched_by(folder, tables, moved)
    anew = _Anew(session, folder, tables, frozenset(moved), out, touched)
    return touched, anew.run([row["landing_id"] for row in books if row["landing_id"] not in out], watch)


def touched_by(folder: Path, tables: Tables, batches: Iterable[str]) -> frozenset[str]:
    """The tables these batches speak of, with all that belong to them: a whole and its parts wait for one another."""
    labels = {one: l.label_of(folder / one) for one in batches}
    named = {
        name
        for one, label in labels.items()
        if label.form in ("file", "rows")
        for name in selections(folder / one, label, tables).by_table
    }
    wholes = {parent_of(tables[name]) or name for name in named}
    return frozenset(name for name in tables if name in named | wholes or parent_of(tables[name]) in wholes)


@dataclass(frozen=True, slots=True)
class _Anew:
    """Merges what some batches touched anew."""

    session: Session
    folder: Path
    tables: Tables
    moved: frozenset[str]  # the batches that go or come again
    out: frozenset[str]
    touched: frozenset[str]

    def run(self, standing: list[str], watch: Watcher) -> tuple[Effect, ...]:
        """Empty the tables, merge the standing batches again in their order, and say what changed."""
        touched = self.touched
        waiting = self._waiting()
        for name in touched:
            self._remember(self.tables[name])
            self._empty(name)
        mended = self._mended_by_moved()
        self._forget_lines(mended | self.moved)
        self._mark()
        meter = Meter("merge", watch, expected=len(standing) + 1)
        meter.add(0, 1)
        for landing_id in standing:
            meter.add(self._merge(landing_id, lines=landing_id in mended | self.moved), 1)
        now = self._waiting()
        effects = [self._effect(self.tables[name], now.get(name, 0) - waiting.get(name, 0)) for name in sorted(touched)]
        return tuple(each for each in effects if each.gone or each.back or each.came or each.waiting)

    def _waiting(self) -> dict[str, int]:
        rows = self.session.query(
            f"SELECT table_name, count(*) AS n FROM {QUARANTINE} WHERE status = 'waiting' GROUP BY ALL"
        ).to_pylist()
        return {row["table_name"]: row["n"] for row in rows}

    def _remember(self, table: Table) -> None:
        said = q.names(content(table)) or "1"
        self.session.execute(
            f"CREATE OR REPLACE TEMP TABLE {BEFORE}_{table.name} AS"
            f" SELECT {key_text(table)} AS key_text, md5(CAST(row({said}) AS VARCHAR)) AS said FROM std.{table.name} WHERE NOT deleted"
        )

    def _empty(self, name: str) -> None:
        self.session.execute(f"DELETE FROM std.{name}")
        for book in (QUARANTINE, VALIDITY, TOMBSTONE, VOICE):
            self.session.execute(f"DELETE FROM {book} WHERE table_name = {q.text(name)}")

    def _mended_by_moved(self) -> frozenset[str]:
        """The batches whose rows a moved one mends."""
        found = (l.label_of(self.folder / one).mends.partition(":")[0] for one in self.moved)
        return frozenset(one for one in found if one)

    def _forget_lines(self, batches: Iterable[str]) -> None:
        """Lines that became no rows belong to no table; they are put aside again with their batch."""
        names = q.texts(sorted(batches)) or "''"
        self.session.execute(f"DELETE FROM {QUARANTINE} WHERE table_name = '' AND landing_id IN ({names})")

    def _mark(self) -> None:
        for one in sorted(self.moved):
            status = "withdrawn" if one in self.out else "merged"
            self.session.execute(
                f"UPDATE {LANDING} SET status = $2, tables = CASE WHEN $2 = 'withdrawn' THEN [] ELSE tables END,"
                " good = 0, bad = 0, unchanged = 0, by_table = '{}' WHERE landing_id = $1",
                [one, status],
            )

    def _merge(self, landing_id: str, *, lines: bool) -> int:
        """A standing batch, as far as it speaks of what was touched; its rows of that."""
        label, touched = l.label_of(self.folder / landing_id), self.touched
        if label.form == "withdrawal":
            return 0
        if label.form == "erasure":
            forgetting.apply(self.session, label, self.folder / landing_id, self.tables, only=touched)
            return 0
        if label.form == "word":  # it is said again, and entered once
            self.session.execute(f"DELETE FROM {DISMISSAL} WHERE landing_id = $1", [landing_id])
        batch = selections(self.folder / landing_id, label, self.tables)
        counts = merging.merge_tables(self.session, self.folder, self.tables, label, batch, only=touched)
        if lines:
            merging.put_aside(self.session, label, batch.broken)
        if not (counts or lines or batch.mended):
            return 0
        merging.mend(self.session, label, batch.mended)
        if label.form != "word":
            merging.count_again(self.session, label, batch.rows, counts, touched)
        return sum(count.rows for count in counts.values())

    def _effect(self, table: Table, waiting: int) -> Effect:
        said = q.names(content(table)) or "1"
        row: dict[str, Any] = self.session.query(
            f"""SELECT count(*) FILTER (n.key_text IS NULL) AS gone, count(*) FILTER (b.key_text IS NULL) AS came,
                count(*) FILTER (n.said <> b.said) AS back
            FROM {BEFORE}_{table.name} b FULL JOIN (SELECT {key_text(table)} AS key_text,
                md5(CAST(row({said}) AS VARCHAR)) AS said FROM std.{table.name} WHERE NOT deleted) n
                ON n.key_text = b.key_text"""
        ).to_pylist()[0]
        self.session.execute(f"DROP TABLE {BEFORE}_{table.name}")
        return Effect(table.name, row["gone"], row["back"], row["came"], waiting)
