"""Relations with history: a later version ends the one before it, in whatever order the two arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.intake import quoting as q
from linshu.engine.intake.registry import VALIDITY, key_text

if TYPE_CHECKING:
    from linshu.engine.warehouse.engine import Session
    from linshu.kernel.table import Table


def close_versions(session: Session, table: Table, stage: str) -> None:
    """End each version of the groups touched by `stage` where the next begins, unless the source ended it earlier.

    What the source stated is remembered, so that the version opens again when the next one turns out to be deleted.
    """
    group = q.names(table.history_of)
    name = q.text(table.name)
    session.execute(
        f"""CREATE OR REPLACE TEMP TABLE intake_versions AS
        WITH touched AS (
            SELECT t.*, t.rowid AS tid, {key_text(table, "t.")} AS key_text FROM std.{table.name} t
            WHERE ({q.names(table.history_of, "t.")}) IN (SELECT ({group}) FROM {stage})),
        stated AS (
            SELECT t.*, CASE WHEN v.key_text IS NULL THEN t.valid_to ELSE v.stated_to END AS stated_to
            FROM touched t LEFT JOIN {VALIDITY} v ON v.table_name = {name} AND v.key_text = t.key_text
            WHERE NOT t.deleted)
        SELECT tid, key_text, stated_to, valid_to AS stored_to, least(stated_to, lead(valid_from) OVER (
            PARTITION BY {group} ORDER BY valid_from, updated_at, key_text)) AS valid_to
        FROM stated"""
    )
    session.execute(
        f"DELETE FROM {VALIDITY} WHERE table_name = {name} AND key_text IN (SELECT key_text FROM intake_versions)"
    )
    ended = "intake_versions WHERE valid_to IS DISTINCT FROM stated_to"
    if session.query(f"SELECT 1 AS found FROM {ended} LIMIT 1").num_rows:
        session.execute(f"INSERT INTO {VALIDITY} SELECT {name}, key_text, stated_to FROM {ended}")
    session.execute(
        f"UPDATE std.{table.name} SET valid_to = v.valid_to FROM intake_versions v"
        f" WHERE std.{table.name}.rowid = v.tid AND v.valid_to IS DISTINCT FROM v.stored_to"
    )
    session.execute("DROP TABLE intake_versions")
