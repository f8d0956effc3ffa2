"""Whose word counts where several sources speak of the same thing, so that an order known twice is counted once.

Of one row the source of higher rank is believed, whenever it came. The parts of one whole come from one source: the
best that knows it; and of a source that always names all parts, from its newest word about that whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.intake import quoting as q
from linshu.engine.intake.registry import TOMBSTONE, VOICE, key_text

if TYPE_CHECKING:
    from linshu.engine.intake.stage import Selection
    from linshu.engine.warehouse.engine import Session
    from linshu.kernel.table import Table

OWN_WORD = 50  # the rank of a source that says none


def enter(session: Session, batch: Selection) -> None:
    """Note the rank of a batch's source for a table; the same source keeps the highest it ever claimed."""
    if batch.rank is None:
        return
    named = [batch.label.source, batch.table.name]
    known = session.query(f"SELECT rank FROM {VOICE} WHERE source = $1 AND table_name = $2", named).to_pylist()
    rank = max([batch.rank, *(each["rank"] for each in known)])
    session.execute(f"DELETE FROM {VOICE} WHERE source = $1 AND table_name = $2", named)
    session.execute(f"INSERT INTO {VOICE} VALUES ($1, $2, $3, $4)", [*named, rank, batch.complete])


def matters(session: Session, table: Table) -> bool:
    """Whether any source of the table has another rank than the usual one, or names all parts."""
    asked = f"SELECT 1 AS found FROM {VOICE} WHERE table_name = $1 AND (rank <> {OWN_WORD} OR complete) LIMIT 1"
    return bool(session.query(asked, [table.name]).num_rows)


def rank_of(table: Table, source: str) -> str:
    """SQL of the rank of a row's source."""
    found = f"SELECT v.rank FROM {VOICE} v WHERE v.table_name = {q.text(table.name)} AND v.source = {source}"
    return f"coalesce(({found}), {OWN_WORD})"


def settle_parts(session: Session, table: Table, stage: str, landing_id: str) -> None:
    """Of the parts of every whole in the stage, those that count stay; the others are put to rest as deleted."""
    whole, name = q.name(table.key[0]), q.text(table.name)
    session.execute(
        f"""CREATE OR REPLACE TEMP TABLE intake_voices AS
        WITH known AS (
            SELECT t.rowid AS tid, t.{whole} AS whole, t.updated_at, t.source, {rank_of(table, "t.source")} AS rank,
                coalesce((SELECT v.complete FROM {VOICE} v WHERE v.table_name = {name} AND v.source = t.source), false)
                    AS complete,
                coalesce((SELECT max(g.deleted_at) FROM {TOMBSTONE} g WHERE g.table_name = {name}
                    AND g.key_text = {key_text(table, "t.")}) >= t.updated_at, false) AS buried
            FROM std.{table.name} t WHERE t.{whole} IN (SELECT {whole} FROM {stage} WHERE _state = 'good')),
        ranked AS (
            SELECT *, max(rank) FILTER (NOT buried) OVER (PARTITION BY whole) AS best FROM known),
        spoken AS (
            SELECT *, max({{'at': updated_at, 'by': source}}) FILTER (complete AND NOT buried AND rank = best)
                OVER (PARTITION BY whole) AS word FROM ranked)
        SELECT tid, buried OR coalesce(rank < best, false)
            OR (complete AND coalesce({{'at': updated_at, 'by': source}} < word, false)) AS gone FROM spoken"""
    )
    session.execute(
        f"UPDATE std.{table.name} SET deleted = g.gone, landing_id = {q.text(landing_id)}"
        f" FROM intake_voices g WHERE std.{table.name}.rowid = g.tid AND deleted <> g.gone"
    )
    session.execute("DROP TABLE intake_voices")
