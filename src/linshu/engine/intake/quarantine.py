"""Quarantine: rows that need a person leave as a sheet they can be mended in, and come back as a batch of their own."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

from linshu.engine.intake import landing as l
from linshu.engine.intake import quoting as q
from linshu.engine.intake.incoming import same
from linshu.engine.intake.layout import LINE, OF_PART, ORIGIN, ROW, SEALED, is_sealed
from linshu.engine.intake.mapping import Mapping
from linshu.engine.intake.plain import plain_mapping
from linshu.engine.intake.registry import LANDING, QUARANTINE
from linshu.engine.intake.shelf import split
from linshu.engine.intake.stage import read_parts
from linshu.kernel.errors import Invalid, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Named
    from pathlib import Path

    from linshu.engine.intake.incoming import Incoming
    from linshu.engine.warehouse.engine import Warehouse
    from linshu.kernel.table import Table

# The three columns in front of the source's own; the first one finds the row again and must not be touched.
WHICH, ZH, EN = "行标识（勿改）", "问题", "Problem"
NOTES = (WHICH, ZH, EN)
_FORMULA = "=+-@\t\r"
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The open rows of one kind of file, to be mended together."""

    name: str
    rows: pa.Table  # all text: the three notes, then the source's own columns as they were received, sealed ones masked


def problems(warehouse: Warehouse, landing_id: str = "", *, settled: bool = False) -> pa.Table:
    """What is wrong with which row, of one batch or of all, oldest first; only what is still open unless `settled`."""
    which = "status <> 'aside'" if settled else "status IN ('open', 'waiting')"
    return _listed(warehouse, f"{which} AND {q.text(landing_id)} IN ('', landing_id)")


def not_data(warehouse: Warehouse, landing_id: str = "") -> pa.Table:
    """The lines of files that were left aside because they are no data; of one batch, or of all."""
    return _listed(warehouse, f"status = 'aside' AND {q.text(landing_id)} IN ('', landing_id)")


def _listed(warehouse: Warehouse, which: str) -> pa.Table:
    return warehouse.query(
        f"""SELECT landing_id, landing_row, table_name, key_text, code, column_name, source_column, original, zh, en, status,
            landing_id || ':' || CASE WHEN landing_id IN (SELECT landing_id FROM {LANDING} WHERE form = 'rows')
                THEN table_name ELSE '' END || ':' || landing_row AS row
        FROM {QUARANTINE} WHERE {which}
        ORDER BY landing_id, CASE status WHEN 'aside' THEN -landing_row ELSE landing_row END, table_name, code, column_name"""
    )


def told_once(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a person has to mend, cell by cell: one wrong cell of a file is often wrong in several columns of several tables.

    Left out are a row's problems with the same cells or more of them, the rules a row breaks because a cell of it cannot
    be read, and that a line waits for an order of its own row that has a problem.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        rows.setdefault(str(each["row"]), []).append(each)
    kept = []
    for problems_ in rows.values():
        is_open = any(each["status"] == "open" for each in problems_)
        cells = [each for each in problems_ if each["source_column"] and each["status"] == "open"]
        told: list[tuple[str, set[str]]] = []
        for each in sorted(problems_, key=lambda one: len(str(one["source_column"] or ""))):
            here = set(str(each["source_column"] or "").split("、"))
            is_echo = any(code == each["code"] and columns <= here for code, columns in told)
            is_rule = str(each["code"]).startswith("rule:") and bool(cells)
            if not is_echo and not is_rule and not (each["status"] == "waiting" and is_open):
                kept.append(each)
                told.append((str(each["code"]), here))
    return kept


def sheets(warehouse: Warehouse, folder: Path, tables: Named[str, Table], landing_id: str = "") -> tuple[Sheet, ...]:
    """The rows that need a person, of one batch or of all: one sheet for each kind of file, or table of rows without one."""
    found = warehouse.query(
        f"SELECT DISTINCT landing_id FROM {QUARANTINE} WHERE status = 'open'"
        f" AND {q.text(landing_id)} IN ('', landing_id) ORDER BY landing_id"
    )["landing_id"].to_pylist()
    kinds: dict[tuple[str, ...], list[pa.Table]] = {}
    names: dict[tuple[str, ...], str] = {}
    for batch in found:
        place = folder / batch
        label = l.label_of(place)
        for stem, paths in l.parts(place).items():
            if stem == l.BROKEN:
                continue
            rows = _open_rows(warehouse, label, stem, paths, tables)
            if rows.num_rows:
                kind = (label.mapping_hash, stem, *rows.column_names)
                kinds.setdefault(kind, []).append(rows)
                names[kind] = stem if label.form == "rows" else label.file_name or label.source
    return tuple(Sheet(names[kind], pa.concat_tables(rows)) for kind, rows in kinds.items())


def unit_of(warehouse: Warehouse, folder: Path, table: str, column: str) -> str:
    """The unit in which open rows write a column, by the mapping of their newest batch; "" where none is named."""
    newest = warehouse.query(
        f"SELECT max(landing_id) AS id FROM {QUARANTINE} WHERE status = 'open' AND table_name = ? AND column_name = ?",
        [table, column],
    )["id"][0].as_py()
    if newest is None or (label := l.label_of(folder / newest)).form != "file":
        return ""
    with suppress(KeyError, TypeError):
        return str(yaml.safe_load(label.mapping)["tables"][table]["columns"][column]["unit"])
    return ""


def one_row(warehouse: Warehouse, folder: Path, tables: Named[str, Table], mark: str) -> Sheet:
    """One open row as it was received, to be mended alone; Missing when it is none, or no longer open."""
    landing_id, stem, number = split(mark)
    waits = f"SELECT 1 FROM {QUARANTINE} WHERE status = 'open' AND landing_id = ? AND landing_row = ? LIMIT 1"
    if warehouse.query(waits, [landing_id, number]).num_rows == 0:
        raise Missing(
            Text(f"没有待处理的行 {mark}", f"no row {mark} waits to be mended"),
            mend=Text("它可能已经修好了，请刷新。", "It may be mended already; reload the page."),
        )
    label = l.label_of(folder / landing_id)
    paths = l.parts(folder / landing_id).get(stem or l.FILE_ROWS, [])
    if not paths:
        raise Missing(Text(f"没有这一行 {mark}", f"there is no row {mark}"))
    rows = _open_rows(warehouse, label, stem or l.FILE_ROWS, paths, tables, only=number)
    return Sheet(stem or label.file_name or label.source, rows)


def _open_rows(
    warehouse: Warehouse,
    label: l.Label,
    stem: str,
    paths: list[Path],
    tables: Named[str, Table],
    *,
    only: int | None = None,
) -> pa.Table:
    columns = _shown(label, stem, paths, tables)
    which = "1 = 1" if label.form == "file" else f"table_name = {q.text(stem)}"
    if only is not None:
        which += f" AND landing_row = {int(only)}"
    shown = ", ".join(f"CAST(r.{q.name(source)} AS VARCHAR) AS {q.name(name)}" for name, source in columns.items())
    return warehouse.query(
        f"""WITH said AS (
            SELECT landing_row, string_agg(DISTINCT zh, chr(10)) AS zh,
                string_agg(DISTINCT en, chr(10)) AS en
            FROM {QUARANTINE} WHERE status = 'open' AND landing_id = $1 AND {which} GROUP BY landing_row)
        SELECT $2 || s.landing_row AS {q.name(WHICH)}, s.zh AS {q.name(ZH)}, s.en AS {q.name(EN)}, {shown}
        FROM said s LEFT JOIN {read_parts(paths)} r ON r.{q.name(ROW)} = s.landing_row ORDER BY s.landing_row""",
        [label.landing_id, _mark(label, stem)],
    )


def _shown(label: l.Label, stem: str, paths: list[Path], tables: Named[str, Table]) -> dict[str, str]:
    """The columns a person sees, and where each lies in the parts."""
    present = [name for name in pq.read_schema(paths[0]).names if name not in OF_PART]
    if label.form == "file":
        hidden = Mapping.parse(label.mapping, label.mapping_name, tables).sealed_columns()
        return {name: name for name in present if name not in hidden}
    table = tables[stem]
    sealed = {column.name for column in table.columns if is_sealed(column)}
    faces = {name + ending for name in sealed for ending in SEALED[1:]}
    return {name: name + SEALED[2] if name in sealed else name for name in present if name not in faces}


def _mark(label: l.Label, stem: str) -> str:
    return f"{label.landing_id}:{'' if label.form == 'file' else stem}:"


def mended(incoming: Incoming, folder: Path, tables: Named[str, Table]) -> Iterator[tuple[Incoming, Mapping]]:
    """What a mended sheet brings back, batch by batch; rows that were left as they are stay in quarantine."""
    if WHICH not in incoming.columns:
        raise Invalid(
            Text(f"{incoming.name} 里没有“{WHICH}”这一列", f"{incoming.name} has no column “{WHICH}”"),
            mend=Text("请使用导出的隔离文件，不要删掉第一列。", "Use the exported file and keep its first column."),
        )
    whole = pa.concat_tables([_unnumbered(rows) for rows in incoming.rows])
    marks = [(each or "").rpartition(":") for each in whole[WHICH].to_pylist()]
    for mark in dict.fromkeys(head for head, _, _ in marks if head):
        at = [number for number, (head, _, _) in enumerate(marks) if head == mark]
        numbers = pa.array([_number(marks[each][2], incoming.name) for each in at], pa.int64())
        rows = whole.take(at).drop_columns([name for name in NOTES if name in whole.column_names])
        found = _back(incoming, _Origin.find(folder, mark, tables), _unescaped(rows), numbers)
        if found:
            yield found


def _unnumbered(rows: pa.Table) -> pa.Table:
    """Mended rows are numbered by what they mend, not by where they stand."""
    return rows.drop_columns([LINE]) if LINE in rows.column_names else rows


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where mended rows came from."""

    label: l.Label
    stem: str
    paths: list[Path]
    mapping: Mapping
    shown: dict[str, str]

    @classmethod
    def find(cls, folder: Path, mark: str, tables: Named[str, Table]) -> _Origin:
        """The batch and parts that a row's mark names."""
        landing_id, _, stem = mark.partition(":")
        label = l.label_of(folder / landing_id)
        paths = l.parts(folder / landing_id)[stem or l.FILE_ROWS]
        shown = _shown(label, stem, paths, tables)
        if label.form == "file":
            mapping = Mapping.parse(label.mapping, label.mapping_name, tables)
        else:
            mapping = plain_mapping(tables[stem], label.source, tuple(shown))
        return cls(label, stem, paths, mapping, shown)

    def rows(self, numbers: pa.Array, columns: list[str]) -> pa.Table:
        """The rows as they lie in landing, in the order of `numbers`: what people saw, and what was sealed."""
        wanted = {name: f"CAST(r.{q.name(self.shown[name])} AS VARCHAR)" for name in columns if name in self.shown}
        prefix = f"{self.stem}." if self.stem else ""
        wanted |= {name: f"r.{q.name(name.removeprefix(prefix))}" for name in sorted(self.mapping.sealed_columns())}
        selected = ", ".join(f"{sql} AS {q.name(name)}" for name, sql in wanted.items())
        with duckdb.connect(":memory:", config={"temp_directory": ""}) as sql:
            sql.register("numbers", pa.table({"at": np.arange(len(numbers)), "number": numbers}))
            made = sql.sql(
                f"SELECT n.number AS {q.name(ORIGIN)}, {selected} FROM numbers n LEFT JOIN {read_parts(self.paths)} r"
                f" ON r.{q.name(ROW)} = n.number ORDER BY n.at"
            )
            return made.to_arrow_table()


def _back(incoming: Incoming, origin: _Origin, rows: pa.Table, numbers: pa.Array) -> tuple[Incoming, Mapping] | None:
    columns = rows.column_names
    before = origin.rows(numbers, columns)
    touched = np.zeros(len(numbers), dtype=bool)
    for name in columns:
        if name in before.column_names:
            touched |= ~same(rows[name], before[name])
    if not touched.any():
        return None
    kept = pa.array(touched)
    received = origin.label.received_at if not origin.label.as_of else origin.label.as_of
    return (
        replace(
            incoming,
            columns=tuple(columns),
            rows=[rows.filter(kept)],
            size=0,
            mends=origin.label.landing_id + (f":{origin.stem}" if origin.stem else ""),
            # What a person mended wins over the row it mends, and over nothing newer.
            as_of=(datetime.fromisoformat(received) + timedelta(microseconds=1)).isoformat(),
            origin=before.filter(kept),
        ),
        origin.mapping,
    )


def escaped(value: str | None) -> str | None:
    """A text that no spreadsheet takes for a formula."""
    return "'" + value if value and value[0] in _FORMULA and not _NUMBER.fullmatch(value) else value


def _unescaped(rows: pa.Table) -> pa.Table:
    return pa.table(
        {name: pc.replace_substring_regex(rows[name], r"^'([=+\-@\t\r])", r"\1") for name in rows.column_names}
    )


def _number(text: str, file: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Invalid(
            Text(f"{file} 的“{WHICH}”列被改动过", f"the column “{WHICH}” of {file} was changed"),
            mend=Text("请重新导出后再修改。", "Export anew and mend that."),
        ) from None
