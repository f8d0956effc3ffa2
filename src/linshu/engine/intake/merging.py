"""One batch becomes part of the company's numbers: all its tables and its place in the books, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from linshu.engine.intake import crash, dismissal, forgetting
from linshu.engine.intake import landing as l
from linshu.engine.intake import problem as p
from linshu.engine.intake import quoting as q
from linshu.engine.intake.incoming import BLANK, NOT_DATA
from linshu.engine.intake.layout import ORIGIN, in_order, parent_of
from linshu.engine.intake.merge import Count, Waiting, Work, merge_table
from linshu.engine.intake.meter import Meter
from linshu.engine.intake.receipt import Receipt, counts_from, counts_text
from linshu.engine.intake.registry import LANDING, QUARANTINE
from linshu.engine.intake.selecting import selections
from linshu.engine.intake.stage import read_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from linshu.engine.intake.ports import Watcher
    from linshu.engine.intake.selecting import Batch
    from linshu.engine.intake.stage import Selection
    from linshu.engine.warehouse.engine import Session, Warehouse
    from linshu.kernel.table import Table

    Tables = Mapping[str, Table]


def merged(warehouse: Warehouse) -> frozenset[str]:
    """The ids of all batches that were merged."""
    return frozenset(warehouse.query(f"SELECT landing_id FROM {LANDING}")["landing_id"].to_pylist())


def withdrawn(warehouse: Warehouse) -> frozenset[str]:
    """The ids of all batches that were taken back."""
    found = warehouse.query(f"SELECT landing_id FROM {LANDING} WHERE status = 'withdrawn'")
    return frozenset(found["landing_id"].to_pylist())


def merge(
    warehouse: Warehouse, folder: Path, tables: Tables, landing_id: str, now: datetime, watch: Watcher
) -> Receipt:
    """Merge one landed batch; the receipt of the first time when it was merged before."""
    label = l.label_of(folder / landing_id)
    batch = selections(folder / landing_id, label, tables)
    meter = Meter("merge", watch, expected=len(batch.by_table) or 1)
    with warehouse.transaction() as session:
        known = receipt_of(session, landing_id)
        if known:
            return known
        crash.point("merge.begun")
        if label.form == "erasure":
            counts = dict.fromkeys(forgetting.apply(session, label, folder / landing_id, tables), Count())
        else:
            counts = merge_tables(session, folder, tables, label, batch, meter=meter)
        put_aside(session, label, batch.broken)
        mend(session, label, batch.mended)
        receipt = _register(session, label, batch.rows, counts, now)
        meter.add(0)  # the last moment at which it can be called off
        crash.point("merge.registered")
    crash.point("merge.committed")
    return receipt


def merge_tables(  # noqa: PLR0913 - what a merge needs
    session: Session,
    folder: Path,
    tables: Tables,
    label: l.Label,
    batch: Batch,
    *,
    only: frozenset[str] | None = None,
    meter: Meter | None = None,
) -> dict[str, Count]:
    """Merge the tables of a batch, or `only` some of them, and earlier rows whose whole is there now."""
    counts: dict[str, Count] = {}
    changed = dismissal.apply(session, label, folder / label.landing_id, tables) if label.form == "word" else set[str]()
    for table in in_order(tables.values()):
        if only is not None and table.name not in only:
            continue
        mine = batch.by_table.get(table.name)
        parent = tables.get(parent_of(table))
        waiting = _arrivals(session, folder, tables, table) if parent and parent.name in changed else ()
        if mine is None and not waiting:
            continue
        count = merge_table(session, Work(table, label.landing_id, mine, parent, waiting))
        if count.new or count.changed:
            changed.add(table.name)
        counts[table.name] = count
        if meter:
            meter.add(count.rows, 1)
        crash.point("merge.table_merged")
    return counts


def leave_out(warehouse: Warehouse, folder: Path, tables: Tables, landing_id: str, now: datetime) -> Receipt:
    """Enter a batch that was taken back into the books, and nothing of it anywhere else."""
    label = l.label_of(folder / landing_id)
    rows = 0 if label.form == "withdrawal" else selections(folder / landing_id, label, tables).rows
    with warehouse.transaction() as session:
        known = receipt_of(session, landing_id)
        return known or _register(session, label, rows, {}, now, status="withdrawn")


def register_withdrawal(session: Session, label: l.Label, touched: Iterable[str], now: datetime) -> Receipt:
    """Enter a withdrawal into the books, with the tables that were merged anew for it."""
    return _register(session, label, 0, dict.fromkeys(touched, Count()), now)


def receipt_of(session: Session | Warehouse, landing_id: str) -> Receipt | None:
    """The receipt of a batch that was merged before; None when it was not."""
    rows = session.query(f"SELECT * FROM {LANDING} WHERE landing_id = $1", [landing_id]).to_pylist()
    if not rows:
        return None
    row = rows[0]
    return Receipt(
        landing_id,
        row["rows_in"],
        row["good"],
        row["bad"],
        row["rows_in"] - row["good"] - row["bad"],
        row["unchanged"],
        counts_from(row["by_table"]),
        already_known=True,
        not_data=_not_data(session, landing_id),
    )


def _not_data(session: Session | Warehouse, landing_id: str) -> int:
    """How many lines of a batch's file were left aside as no data."""
    counted = f"SELECT count(*) AS lines FROM {QUARANTINE} WHERE status = 'aside' AND landing_id = $1"
    return int(session.query(counted, [landing_id])["lines"][0].as_py())


def known_file(warehouse: Warehouse, file_hash: str, mapping_hash: str, mends: str) -> Receipt | None:
    """The receipt of the batch that brought the same file under the same mapping; None when there was none."""
    found = warehouse.query(
        f"SELECT landing_id FROM {LANDING} WHERE file_hash = $1 AND mapping_hash = $2 AND mends = $3"
        " AND status = 'merged' ORDER BY seq LIMIT 1",
        [file_hash, mapping_hash, mends],
    )["landing_id"].to_pylist()
    return receipt_of(warehouse, found[0]) if found else None


def put_aside(session: Session, label: l.Label, broken: Sequence[Path]) -> None:
    """Lines that did not become rows belong to no table; they stand under minus their line, those that are no data aside."""
    if not broken:
        return
    has_why = all("why" in pq.read_schema(path).names for path in broken)
    why = "coalesce(why, 'broken')" if has_why else "'broken'"
    zh, en = (
        f"CASE {why} " + " ".join(f"WHEN {q.text(code)} THEN {told}" for code, told in each.items()) + " END"
        for each in (
            {code: _told(f"{label.file_name} 第 {{row}} 行：{words.zh}") for code, words in p.ASIDE.items()},
            {code: _told(f"{label.file_name} row {{row}}: {words.en}") for code, words in p.ASIDE.items()},
        )
    )
    told = f"{read_parts(broken)} WHERE {why} <> {q.text(BLANK)}"
    if not session.query(f"SELECT 1 AS found FROM {told} LIMIT 1").num_rows:
        return
    status = f"CASE WHEN {why} IN ({q.texts(NOT_DATA)}) THEN 'aside' ELSE 'open' END"
    session.execute(
        f"INSERT INTO {QUARANTINE} SELECT {q.text(label.landing_id)}, -line, '', NULL, {why}, '', '', text, {zh}, {en},"
        f" TIMESTAMPTZ {q.text(label.default_updated_at)}, {status}, NULL FROM {told}"
    )


def _told(words: str) -> str:
    return p.numbered(p.sentence(words, value="text", nearest="''", key="''"), "line")


def mend(session: Session, label: l.Label, mended: Sequence[Path]) -> None:
    """The rows a person brought back are no longer a problem of the batch they came from."""
    if mended:
        landing_id, _, table = label.mends.partition(":")
        session.execute(
            f"""UPDATE {QUARANTINE} SET status = 'settled', settled_by = {q.text(label.landing_id)}
            WHERE landing_id = {q.text(landing_id)} AND {q.text(table)} IN ('', table_name) AND status <> 'settled'
                AND landing_row IN (SELECT {q.name(ORIGIN)} FROM {read_parts(mended)})"""
        )


def _arrivals(session: Session, folder: Path, tables: Tables, table: Table) -> tuple[Waiting, ...]:
    """The earlier rows of a table that waited for a row which is there now."""
    parent = tables[parent_of(table)]
    found = session.query(
        f"""SELECT landing_id, list(landing_row) AS rows FROM {QUARANTINE}
        WHERE status = 'waiting' AND table_name = {q.text(table.name)}
            AND original IN (SELECT CAST({q.name(parent.key[0])} AS VARCHAR) FROM std.{parent.name})
        GROUP BY landing_id ORDER BY landing_id"""
    ).to_pylist()
    made = []
    for each in found:
        place = folder / each["landing_id"]
        selection: Selection = selections(place, l.label_of(place), tables).by_table[table.name]
        made.append(Waiting(selection, f"{q.name('linshu.row')} IN ({', '.join(map(str, each['rows']))})"))
    return tuple(made)


def count_again(
    session: Session, label: l.Label, rows_in: int, counts: Mapping[str, Count], touched: frozenset[str]
) -> None:
    """Correct the books of a batch after some of its tables were merged anew."""
    row = session.query(
        f"SELECT tables, by_table FROM {LANDING} WHERE landing_id = $1", [label.landing_id]
    ).to_pylist()[0]
    kept = {name: count for name, count in counts_from(row["by_table"]).items() if name not in touched}
    made = _receipt(session, label, rows_in, {**kept, **counts})
    named = sorted({name for name in row["tables"] or () if name not in touched} | set(counts))
    session.execute(
        f"UPDATE {LANDING} SET tables = $2, good = $3, bad = $4, unchanged = $5, by_table = $6 WHERE landing_id = $1",
        [label.landing_id, named, made.good, made.bad, made.unchanged, counts_text(made.by_table)],
    )


def _receipt(session: Session, label: l.Label, rows_in: int, counts: Mapping[str, Count]) -> Receipt:
    """What became of the rows of a batch."""
    troubled = session.query(
        f"""SELECT count(DISTINCT CASE WHEN code <> 'parent_missing' THEN place END) AS bad,
            count(DISTINCT place) AS troubled
        FROM (SELECT code, (landing_row, CASE WHEN $2 THEN '' ELSE table_name END) AS place
            FROM {QUARANTINE} WHERE landing_id = $1 AND status <> 'aside')""",
        [label.landing_id, label.form == "file"],
    ).to_pylist()[0]
    bad = troubled["bad"]
    unchanged = sum(count.unchanged for count in counts.values())
    return Receipt(
        label.landing_id,
        rows_in,
        rows_in - troubled["troubled"],
        bad,
        troubled["troubled"] - bad,
        unchanged,
        {name: count for name, count in counts.items() if count.rows},
        not_data=_not_data(session, label.landing_id),
    )


def _register(
    session: Session, label: l.Label, rows_in: int, counts: Mapping[str, Count], now: datetime, status: str = "merged"
) -> Receipt:
    """Enter the batch into the books under the next commit number; one that was taken back has no rows there."""
    receipt = _receipt(session, label, rows_in, counts)
    if status == "withdrawn":
        receipt = replace(receipt, good=0, waiting=0)
    session.execute(
        f"""INSERT INTO {LANDING} BY NAME SELECT $1 AS landing_id, coalesce(max(seq), 0) + 1 AS seq, $2 AS source,
            $3 AS form, $4 AS tables, $5 AS file_name, $6 AS file_hash, $7 AS mapping_hash, $8 AS mends, $9 AS rows_in,
            $10 AS good, $11 AS bad, $12 AS unchanged, $13 AS by_table, $14 AS received_at, $15 AS merged_at,
            $16 AS status, $17 AS brought_by, $18 AS mapping_name, $19 AS undoes, $20 AS why FROM {LANDING}""",
        [
            label.landing_id,
            label.source,
            label.form,
            sorted(counts),
            label.file_name,
            label.file_hash,
            label.mapping_hash,
            label.mends,
            rows_in,
            receipt.good,
            receipt.bad,
            receipt.unchanged,
            counts_text(receipt.by_table),
            label.received,
            now,
            status,
            label.brought_by,
            label.mapping_name,
            label.undoes,
            label.why,
        ],
    )
    return receipt
