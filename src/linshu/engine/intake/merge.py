"""The merge: staged rows enter their table by key, newest version first, so that the order of imports never matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.engine.intake import crash, forgetting, voice
from linshu.engine.intake import problem as p
from linshu.engine.intake import quoting as q
from linshu.engine.intake.history import close_versions
from linshu.engine.intake.layout import content, own_columns
from linshu.engine.intake.registry import QUARANTINE, TOMBSTONE, VALIDITY, key_text
from linshu.kernel.table import SYSTEM_COLUMNS, Table
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.intake.stage import Selection
    from linshu.engine.warehouse.engine import Session

STAGE = "intake_stage"
KNOWN = "intake_known"  # the staged rows whose key the table holds already
TWICE = "intake_twice"  # keys that several staged rows have
HASHES, LIKELY = "intake_hashes", "intake_likely"  # of the keys of a large batch, and those that stand twice
SLICE = 2_000_000  # rows whose keys are held against each other at a time
VERDICT = "intake_verdict"  # what these are to it; every other good row is new


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the rows meant for one table."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0  # known already, or older than what is known
    repeated: int = 0  # said more than once in the batch
    bad: int = 0
    waiting: int = 0  # for the row they are a part of
    arrived: int = 0  # waited in earlier batches, merged now
    joined: int = 0  # known from another source already: one row, not two


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows of an earlier batch whose parent is there now; `rows` is the SQL condition that names them."""

    selection: Selection
    rows: str


@dataclass(frozen=True, slots=True)
class Work:
    """What one batch has to do for one table."""

    table: Table
    landing_id: str
    batch: Selection | None  # None: the batch has no rows of this table, earlier ones need no longer wait
    parent: Table | None = None  # the table whose row must stand first
    waiting: tuple[Waiting, ...] = ()

    @property
    def staged(self) -> frozenset[str]:
        """The stored columns that any of the rows carries; the others are empty."""
        selections = [each.selection for each in self.waiting] + ([self.batch] if self.batch else [])
        return frozenset(name for each in selections for name in each.staged)


def merge_table(session: Session, work: Work) -> Count:
    """Merge one table's rows of a batch, and earlier rows whose parent is there now."""
    table, batch = work.table, work.batch
    present = [batch.select()] if batch else []
    present += [each.selection.select(only=each.rows) for each in work.waiting]
    if batch:
        voice.enter(session, batch)
    session.execute(f"CREATE OR REPLACE TEMP TABLE {STAGE} AS {' UNION ALL BY NAME '.join(present)}")
    forgetting.keep_out(session, table, STAGE, work.staged)
    crash.point("merge.staged")
    _resolve_repeats(session, work)
    if work.parent:
        _hold_orphans(session, table, work.parent)
    _judge(session, work)
    counts = _counts(session, work.landing_id)
    if _has(session, f"{STAGE} WHERE _state IN ('good', 'bare')"):
        _apply(session, work)
    if batch and (counts.bad or counts.waiting):
        _report(session, batch, work.parent, counts)
    if counts.arrived:
        _welcome(session, table, work.landing_id)
    return counts


def _resolve_repeats(session: Session, work: Work) -> None:
    """Of rows with the same key the newest stays; equal ones are repeats, differing ones of one batch a problem."""
    table = work.table
    keys = q.names(table.key)
    twice = _said_twice(session, keys)
    if not _has(session, twice):
        return
    same_key = " AND ".join(f"s.{q.name(key)} = d.{q.name(key)}" for key in table.key)
    said = _fingerprint(_staged(work))
    rank = voice.rank_of(table, "s.source") if voice.matters(session, table) else "0"
    session.execute(
        f"""CREATE OR REPLACE TEMP TABLE intake_repeats AS
        WITH contested AS (
            SELECT s.rowid AS rid, {q.names(table.key, "s.")}, s._landing, s._row, s.updated_at, {said} AS said,
                {rank} AS rank
            FROM {STAGE} s JOIN {twice} d ON {same_key} WHERE s._state = 'good'),
        newest AS (
            SELECT *, updated_at = max(updated_at) OVER (PARTITION BY {keys}, _landing) AS is_newest FROM contested),
        judged AS (
            SELECT *, CASE WHEN NOT is_newest THEN 'old'
                WHEN min(said) OVER same <> max(said) OVER same THEN 'clash'
                WHEN row_number() OVER (PARTITION BY {keys}, _landing, is_newest ORDER BY _row) > 1 THEN 'repeat'
                ELSE 'good' END AS state
            FROM newest WINDOW same AS (PARTITION BY {keys}, _landing, is_newest))
        SELECT rid, CASE WHEN state = 'good' AND row_number() OVER (
            PARTITION BY {keys}, state ORDER BY rank DESC, updated_at DESC, said DESC, _landing) > 1 THEN 'old' ELSE state END AS state
        FROM judged"""
    )
    session.execute(
        f"UPDATE {STAGE} SET _state = r.state FROM intake_repeats r WHERE {STAGE}.rowid = r.rid AND r.state <> 'good'"
    )
    session.execute("DROP TABLE intake_repeats")


def _said_twice(session: Session, keys: str) -> str:
    """SQL of the keys that stand more than once; of many rows found in slices, whose hashes alone have to fit into memory."""
    (rows,) = session.query(f"SELECT count(*) AS n FROM {STAGE}")["n"].to_pylist()
    slices = -(-rows // SLICE)
    twice = f"SELECT {keys} FROM {STAGE} WHERE _state = 'good'{{}} GROUP BY {keys} HAVING count(*) > 1"
    if slices <= 1:
        return f"({twice.format('')})"
    numbers = range(slices)
    session.build(HASHES, f"SELECT hash({keys}) AS h FROM {STAGE} WHERE _state = 'good'")
    session.build(
        LIKELY, *(f"SELECT h FROM {HASHES} WHERE h % {slices} = {at} GROUP BY h HAVING count(*) > 1" for at in numbers)
    )
    session.execute(f"DROP TABLE {HASHES}")
    likely = [f" AND hash({keys}) IN (SELECT h FROM {LIKELY} WHERE h % {slices} = {at})" for at in numbers]
    session.build(TWICE, *map(twice.format, likely if _has(session, LIKELY) else [" AND false"]))
    session.execute(f"DROP TABLE {LIKELY}")
    return TWICE


def _hold_orphans(session: Session, table: Table, parent: Table) -> None:
    """A part whose whole has not arrived waits."""
    session.execute(
        f"UPDATE {STAGE} SET _state = 'waiting' WHERE _state = 'good' AND NOT EXISTS"
        f" (FROM std.{parent.name} p WHERE p.{q.name(parent.key[0])} = {STAGE}.{q.name(table.key[0])})"
    )


def _judge(session: Session, work: Work) -> None:
    """Say for each good row whether it is new, changes its row, confirms it, or is older than what is known.

    Which keys are known is looked up in the key columns alone: most batches bring new rows only, and the table they
    come into may be a thousand times as large.
    """
    table = work.table
    same_key = " AND ".join(f"s.{q.name(key)} = t.{q.name(key)}" for key in table.key)
    session.execute(
        f"CREATE OR REPLACE TEMP TABLE {KNOWN} AS SELECT s.rowid AS rid, t.rowid AS tid"
        f" FROM {STAGE} s JOIN std.{table.name} t ON {same_key} WHERE s._state = 'good'"
    )
    ours, known = _staged(work), _known(table)
    differs = " OR ".join(f"{left} IS DISTINCT FROM {right}" for left, right in zip(ours, known, strict=True))
    ranked = ""
    if voice.matters(session, table):
        mine, theirs = voice.rank_of(table, "s.source"), voice.rank_of(table, "t.source")
        ranked = f"WHEN {mine} > {theirs} THEN 'changed' WHEN {mine} < {theirs} THEN 'older'"
    if _has(session, KNOWN):
        session.execute(
            f"""CREATE OR REPLACE TEMP TABLE {VERDICT} AS
            SELECT s.rowid AS rid, t.rowid AS tid, s.updated_at, CASE {ranked}
                WHEN NOT ({differs or "false"}) THEN CASE WHEN s.updated_at > t.updated_at THEN 'confirmed' ELSE 'same' END
                WHEN s.updated_at > t.updated_at THEN 'changed'
                WHEN s.updated_at = t.updated_at AND {_fingerprint(ours)} > {_fingerprint(known)} THEN 'changed'
                ELSE 'older' END AS verdict, t.source <> s.source AS joined
            FROM {KNOWN} k JOIN {STAGE} s ON s.rowid = k.rid JOIN {_with_stated_end(table)} t ON t.rowid = k.tid"""
        )
    else:
        session.execute(
            f"CREATE OR REPLACE TEMP TABLE {VERDICT}"
            " (rid BIGINT, tid BIGINT, updated_at TIMESTAMPTZ, verdict VARCHAR, joined BOOLEAN)"
        )
    session.execute(f"DROP TABLE {KNOWN}")


def _with_stated_end(table: Table) -> str:
    """The table as merged so far; of relations with history also the end of validity that the source stated."""
    if not table.history:
        return f"(SELECT *, rowid FROM std.{table.name})"
    return (
        f"(SELECT t.*, t.rowid, CASE WHEN v.key_text IS NULL THEN t.valid_to ELSE v.stated_to END AS _stated_to"
        f" FROM std.{table.name} t LEFT JOIN {VALIDITY} v"
        f" ON v.table_name = {q.text(table.name)} AND v.key_text = {key_text(table, 't.')})"
    )


def _apply(session: Session, work: Work) -> None:
    table = work.table
    target = f"std.{table.name}"
    columns = [each.name for each in own_columns(table) if each.name in work.staged]
    if _has(session, f"{VERDICT} WHERE verdict = 'changed'"):
        session.execute(f"DELETE FROM {target} WHERE rowid IN (SELECT tid FROM {VERDICT} WHERE verdict = 'changed')")
    if _has(session, f"{VERDICT} WHERE verdict = 'confirmed'"):
        session.execute(
            f"UPDATE {target} SET updated_at = v.updated_at FROM {VERDICT} v"
            f" WHERE v.verdict = 'confirmed' AND {target}.rowid = v.tid"
        )
    system = ", ".join(name for name, _ in SYSTEM_COLUMNS)
    chosen = f"{STAGE} s WHERE s._state = 'good'"
    if _has(session, VERDICT):
        chosen += f" AND s.rowid NOT IN (SELECT rid FROM {VERDICT} WHERE verdict <> 'changed')"
    if _has(session, chosen):
        session.execute(
            f"INSERT INTO {target} ({q.names(columns)}, {system}) SELECT {q.names(columns, 's.')}, s.source, s.source_id,"
            f" s.updated_at, false, s._landing, s._row FROM {chosen}"
        )
    _bury(session, table)
    _part_namesakes(session, table)
    if work.parent and voice.matters(session, table):
        voice.settle_parts(session, table, STAGE, work.landing_id)
    if table.history:
        close_versions(session, table, STAGE)
    _settle(session, table)


def _bury(session: Session, table: Table) -> None:
    """A row is deleted when its source said so after its last version; a newer version brings it back."""
    name = q.text(table.name)
    if _has(session, f"{STAGE} WHERE deleted AND _state IN ('good', 'bare')"):
        session.execute(
            f"""INSERT INTO {TOMBSTONE} SELECT {name}, {key_text(table)}, max(updated_at) FROM {STAGE}
            WHERE deleted AND _state IN ('good', 'bare') GROUP BY ALL"""
        )
    if not _has(session, f"{TOMBSTONE} WHERE table_name = {name}"):
        return
    session.execute(
        f"""CREATE OR REPLACE TEMP TABLE intake_buried AS
        SELECT key_text, max(deleted_at) AS deleted_at FROM {TOMBSTONE} WHERE table_name = {name}
            AND key_text IN (SELECT {key_text(table)} FROM {STAGE}) GROUP BY ALL"""
    )
    if _has(session, "intake_buried"):
        # Only what was ever buried can be, or rise again.
        session.execute(
            f"""CREATE OR REPLACE TEMP TABLE intake_graves AS
            SELECT t.rowid AS tid, g.deleted_at >= t.updated_at AS gone FROM std.{table.name} t
            JOIN intake_buried g ON {key_text(table, "t.")} = g.key_text"""
        )
        session.execute(
            f"UPDATE std.{table.name} SET deleted = g.gone, landing_id = (SELECT max(_landing) FROM {STAGE})"
            f" FROM intake_graves g WHERE std.{table.name}.rowid = g.tid AND deleted <> g.gone"
        )
        session.execute("DROP TABLE intake_graves")
    session.execute("DROP TABLE intake_buried")


def _part_namesakes(session: Session, table: Table) -> None:
    """(source, source_id) names one row: when the source moved it to another key, the older row becomes a tombstone."""
    own = key_text(table)
    if not _has(session, f"{STAGE} WHERE _state = 'good' AND source_id <> {own}"):
        return
    rank = f"row_number() OVER (PARTITION BY source, source_id ORDER BY updated_at DESC, {own} DESC)"
    session.execute(
        f"""CREATE OR REPLACE TEMP TABLE intake_namesakes AS
        SELECT rowid AS tid, {own} AS key_text, max(updated_at) OVER (PARTITION BY source, source_id) AS moved_at,
            {rank} AS place
        FROM std.{table.name} WHERE (source, source_id) IN (SELECT (source, source_id) FROM {STAGE} WHERE _state = 'good')
        QUALIFY place > 1"""
    )
    if _has(session, "intake_namesakes"):
        session.execute(
            f"INSERT INTO {TOMBSTONE} SELECT {q.text(table.name)}, key_text, moved_at FROM intake_namesakes"
        )
        session.execute(
            f"UPDATE std.{table.name} SET deleted = true, source_id = source_id || '#' || n.key_text,"
            f" landing_id = (SELECT max(_landing) FROM {STAGE})"
            f" FROM intake_namesakes n WHERE std.{table.name}.rowid = n.tid"
        )
    session.execute("DROP TABLE intake_namesakes")


def _settle(session: Session, table: Table) -> None:
    """A problem is settled once a good row of the same key arrives that is not older."""
    if not _has(session, f"{QUARANTINE} WHERE table_name = {q.text(table.name)} AND status <> 'settled'"):
        return
    session.execute(
        f"""UPDATE {QUARANTINE} SET status = 'settled', settled_by = s._landing
        FROM (SELECT {key_text(table)} AS key_text, max(updated_at) AS updated_at, max(_landing) AS _landing
            FROM {STAGE} WHERE _state IN ('good', 'bare', 'old') GROUP BY ALL) s
        WHERE {QUARANTINE}.table_name = {q.text(table.name)} AND {QUARANTINE}.status <> 'settled'
            AND {QUARANTINE}.key_text = s.key_text AND {QUARANTINE}.landing_id <> s._landing
            AND s.updated_at >= {QUARANTINE}.updated_at"""
    )


def _welcome(session: Session, table: Table, landing_id: str) -> None:
    """Rows that waited and were merged now are no longer a problem."""
    session.execute(
        f"""UPDATE {QUARANTINE} SET status = 'settled', settled_by = {q.text(landing_id)}
        WHERE status = 'waiting' AND table_name = {q.text(table.name)} AND (landing_id, landing_row) IN
            (SELECT (_landing, _row) FROM {STAGE} WHERE _landing <> {q.text(landing_id)} AND _state <> 'waiting')"""
    )


@dataclass(frozen=True, slots=True)
class _Note:
    """A problem that shows only among rows, not in one row alone."""

    state: str  # of the staged rows it is about
    code: str
    said: str  # SQL text that the problem quotes
    words: Text
    status: str


def _report(session: Session, batch: Selection, parent: Table | None, counts: Count) -> None:
    """Write what needs a person, or has to wait, into the quarantine."""
    table = batch.table
    if counts.bad:
        if _has(session, _staged_as("bad", batch)):
            session.execute(f"INSERT INTO {QUARANTINE} {batch.explain(STAGE)}")
        _note(session, batch, _Note("clash", "duplicate", key_text(table), p.DUPLICATE, "open"))
    if counts.waiting and parent:
        words = p.about_parent(parent.title)
        first = f"CAST({q.name(table.key[0])} AS VARCHAR)"
        _note(session, batch, _Note("waiting", "parent_missing", first, words, "waiting"))
    crash.point("merge.quarantined")
    _overtake(session, batch)


def _overtake(session: Session, batch: Selection) -> None:
    """Only the newest version of a row can have problems that matter; of equal ones the one that came last.

    A bad version does not overtake one that waits: that one is good, and comes in when its parent does.
    """
    name, landing = q.text(batch.table.name), q.text(batch.label.landing_id)
    standing = f"{QUARANTINE}.table_name = {name} AND {QUARANTINE}.status <> 'settled'"
    mine = f"{QUARANTINE}.landing_id = {landing}"
    session.execute(
        f"""UPDATE {QUARANTINE} SET status = 'settled', settled_by = t.landing_id FROM std.{batch.table.name} t
        WHERE {standing} AND {mine} AND {QUARANTINE}.key_text = {key_text(batch.table, "t.")}
            AND t.updated_at >= {QUARANTINE}.updated_at AND t.landing_id <> {QUARANTINE}.landing_id"""
    )
    for whose, compared, others in ((f"NOT {mine}", ">=", f"= {landing}"), (mine, ">", f"<> {landing}")):
        session.execute(
            f"""UPDATE {QUARANTINE} SET status = 'settled', settled_by = n.landing_id
            FROM (SELECT key_text, status, max(landing_id) AS landing_id, max(updated_at) AS updated_at FROM {QUARANTINE}
                WHERE table_name = {name} AND status <> 'settled' AND landing_id {others} GROUP BY key_text, status) n
            WHERE {standing} AND {whose} AND n.key_text = {QUARANTINE}.key_text AND n.status = {QUARANTINE}.status
                AND n.updated_at {compared} {QUARANTINE}.updated_at"""
        )


def _note(session: Session, batch: Selection, note: _Note) -> None:
    about = _staged_as(note.state, batch)
    if not _has(session, about):
        return
    column = batch.table.key[0]
    reading = batch.readings.get(column)
    columns = "、".join(reading.source_columns) if reading else ""
    where = batch.place(columns)
    nowhere = "''"
    zh, en = (
        p.numbered(p.sentence(spoken, value=note.said, nearest=nowhere, key=note.said), batch.row)
        for spoken in (where.zh + note.words.zh, where.en + note.words.en)
    )
    session.execute(
        f"INSERT INTO {QUARANTINE} SELECT _landing, _row, {q.text(batch.table.name)}, {key_text(batch.table)},"
        f" {q.text(note.code)}, {q.text(column)}, {q.text(columns)}, {note.said}, {zh}, {en}, updated_at,"
        f" {q.text(note.status)}, NULL FROM {about}"
    )


def _staged_as(state: str, batch: Selection) -> str:
    return f"{STAGE} WHERE _state = {q.text(state)} AND _landing = {q.text(batch.label.landing_id)}"


def _counts(session: Session, landing: str) -> Count:
    own = f"_landing = {q.text(landing)}"
    states = session.query(
        f"""SELECT count(*) FILTER ({own}) AS rows,
            count(*) FILTER ({own} AND s._state = 'good' AND v.verdict IS NULL) AS new,
            count(*) FILTER ({own} AND v.verdict = 'changed') AS changed,
            count(*) FILTER ({own} AND v.verdict IN ('same', 'confirmed', 'older')) AS unchanged,
            count(*) FILTER ({own} AND s._state IN ('repeat', 'old')) AS repeated,
            count(*) FILTER ({own} AND s._state IN ('bad', 'clash')) AS bad,
            count(*) FILTER ({own} AND s._state = 'waiting') AS waiting,
            count(*) FILTER (NOT ({own}) AND s._state <> 'waiting') AS arrived,
            count(*) FILTER ({own} AND v.joined) AS joined
        FROM {STAGE} s LEFT JOIN {VERDICT} v ON v.rid = s.rowid"""
    ).to_pylist()[0]
    return Count(**states)


def _staged(work: Work) -> list[str]:
    """SQL of what a staged row says beside its key; what the batch does not carry is empty."""
    carried = work.staged
    types = {each.name: each.sql_type for each in own_columns(work.table)}
    return [f"s.{q.name(name)}" if name in carried else f"CAST(NULL AS {types[name]})" for name in content(work.table)]


def _known(table: Table) -> list[str]:
    """SQL of what a merged row says beside its key; for its end of validity, what the source stated."""
    return ["t._stated_to" if table.history and name == "valid_to" else f"t.{q.name(name)}" for name in content(table)]


def _fingerprint(said: list[str]) -> str:
    """A text that orders differing versions of equal age the same way on every machine."""
    return f"md5(CAST(row({', '.join(said) or '1'}) AS VARCHAR))"


def _has(session: Session, what: str) -> bool:
    return bool(session.query(f"SELECT 1 AS found FROM {what} LIMIT 1").num_rows)
