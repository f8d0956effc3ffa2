"""The tables in which intake keeps its books: every batch merged, every row that could not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.intake import quoting as q
from linshu.engine.warehouse.schema import create_sql

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.warehouse.engine import Session
    from linshu.kernel.table import Table

LANDING = "meta.landing"
QUARANTINE = "meta.quarantine"
VALIDITY = "meta.validity"
TOMBSTONE = "meta.tombstone"
VOICE = "meta.voice"
DISMISSAL = "meta.dismissal"
FORGOTTEN = "meta.forgotten"

_BOOKS = (
    f"""CREATE TABLE IF NOT EXISTS {LANDING} (
        landing_id VARCHAR, seq BIGINT, source VARCHAR, form VARCHAR, tables VARCHAR[], file_name VARCHAR,
        file_hash VARCHAR, mapping_hash VARCHAR, mends VARCHAR, rows_in BIGINT, good BIGINT, bad BIGINT,
        unchanged BIGINT, by_table VARCHAR, received_at TIMESTAMPTZ, merged_at TIMESTAMPTZ, status VARCHAR)""",
    *(
        f"ALTER TABLE {LANDING} ADD COLUMN IF NOT EXISTS {column} VARCHAR"
        for column in ("brought_by", "mapping_name", "undoes", "why")
    ),
    # status: open (needs a person), waiting (for the row it is a part of), settled (mended, or overtaken by a good row),
    # dismissed (nobody will mend it; `settled_by` is the batch that says so), aside (a line of the file that is no data)
    f"""CREATE TABLE IF NOT EXISTS {QUARANTINE} (
        landing_id VARCHAR, landing_row BIGINT, table_name VARCHAR, key_text VARCHAR, code VARCHAR,
        column_name VARCHAR, source_column VARCHAR, original VARCHAR, zh VARCHAR, en VARCHAR, updated_at TIMESTAMPTZ,
        status VARCHAR, settled_by VARCHAR)""",
    # Who left rows aside for good, when and why, by the batch that says so.
    f"""CREATE TABLE IF NOT EXISTS {DISMISSAL} (landing_id VARCHAR, said_by VARCHAR, because VARCHAR,
        said_at TIMESTAMPTZ, row_count BIGINT, taken_back BOOLEAN)""",
    # What is not to be known any more: persons (`what` is their kind), or what tables say of persons before a day.
    f"""CREATE TABLE IF NOT EXISTS {FORGOTTEN} (landing_id VARCHAR, kind VARCHAR, what VARCHAR, value VARCHAR,
        moment VARCHAR)""",
    # The end of validity as the source stated it, for rows whose end was moved up by a later version.
    f"CREATE TABLE IF NOT EXISTS {VALIDITY} (table_name VARCHAR, key_text VARCHAR, stated_to TIMESTAMPTZ)",
    # When a source last said that a row is deleted; a row that is not newer than this carries `deleted`.
    f"CREATE TABLE IF NOT EXISTS {TOMBSTONE} (table_name VARCHAR, key_text VARCHAR, deleted_at TIMESTAMPTZ)",
    # What the word of a source is worth for a table: its rank, and whether it names all parts of what it names.
    f"CREATE TABLE IF NOT EXISTS {VOICE} (source VARCHAR, table_name VARCHAR, rank INTEGER, complete BOOLEAN)",
)


def prepare(session: Session, tables: Iterable[Table]) -> None:
    """Make the books and the standard's tables where they are missing."""
    for statement in _BOOKS:
        session.execute(statement)
    for table in tables:
        session.execute(create_sql(table))


def key_text(table: Table, prefix: str = "") -> str:
    """The key of a row as one text, for the books and as the source's id where the source has none."""
    parts = [f"CAST({prefix}{q.name(each)} AS VARCHAR)" for each in table.key]
    return parts[0] if len(parts) == 1 else "(" + " || '/' || ".join(parts) + ")"
