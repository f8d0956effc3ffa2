"""Trying an import without keeping anything: the rows judged in memory, with their problems and what they would become."""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from linshu.app.fixes import Fixes, mend_batch
from linshu.connectors.files import open_file
from linshu.engine.intake import Intake, shelf
from linshu.engine.intake import quoting as q
from linshu.engine.intake.layout import is_sealed
from linshu.engine.intake.quarantine import NOTES, WHICH
from linshu.engine.shell.desk import Becoming, Line, Trial, Wrong
from linshu.engine.vault import mask_one, sort_of
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Named

    from linshu.connectors.files import Where
    from linshu.engine.intake.incoming import Incoming
    from linshu.engine.intake.mapping import Mapping
    from linshu.kernel.company_day import CompanyDay
    from linshu.kernel.table import Table

    Cells = Named[int, Named[str, str | None]]  # by the row of the batch

TRIED_ROWS = 2_000
MOST_PROBLEMS = 10
MOST_LINES = 30  # rows with problems that are shown cell by cell
MOST_SAID = 12  # texts of one problem
FIRST_ROWS = 8  # of each table that would come of it
SHAPED = {"unparsable", "decimals", "ambiguous", "not_allowed", "out_of_range", "missing", "key_missing"}
SEVERAL = "、"  # between the columns of the file that one value is made of
MOST_GROUPED = 2_000
_NEAREST = re.compile(r"最接近的是 ([^（。]+)")
_ROW = re.compile(r"第 (\d+) 行")
_PLACE_ZH = re.compile(r"^.*? 第 \d+ 行(?:“.*?”列)?：", re.DOTALL)
_PLACE_EN = re.compile(r"^.*? row \d+(?:, column “.*?”)?: ", re.DOTALL)


class _Nobody:
    """Seals for nobody: what is tried is thrown away, and no key is made for it."""

    def seal_column(
        self, table: str, column: str, subjects: pa.Array, values: pa.Array
    ) -> tuple[pa.Array, pa.Array, pa.Array]:
        """Masks alone."""
        del table, subjects
        sort = sort_of(column)
        masks = pa.array([None if one is None else mask_one(one, sort) for one in values.to_pylist()], pa.string())
        nothing = pa.array(["" if one else None for one in masks.to_pylist()], pa.string())
        return nothing, nothing, masks

    def index(self, value: str) -> str:
        """A digest of this run alone."""
        return hashlib.blake2b(value.encode(), digest_size=16).hexdigest()

    def is_erased(self, subject: str) -> bool:
        """Nobody is known here."""
        del subject
        return False


def tried(file: Where, mapping: Mapping, day: CompanyDay) -> dict[str, Any]:
    """What the first rows would become: rows, good, bad, and the first problems in two languages."""
    with _trial(mapping, day) as intake:
        receipt = intake.land_and_merge(_first(mapping.as_known(open_file(file, mapping.file)), TRIED_ROWS), mapping)
        problems = [each for each in intake.problems().to_pylist() if each["status"] == "open"]
    return {
        "rows": receipt.rows_in,
        "good": receipt.good,
        "bad": receipt.bad,
        "problems": [{"zh": each["zh"], "en": each["en"]} for each in problems[:MOST_PROBLEMS]],
    }


def trial(incoming: Incoming, mapping: Mapping, day: CompanyDay, fixes: Fixes, most: int) -> Trial:
    """What the rows of a file would become, mended by `fixes`; of a long file its first `most` rows."""
    whole = [True]
    with _trial(mapping, day) as intake:
        receipt = intake.land_and_merge(_first(incoming, most, whole), mapping)
        before = _waiting_for_people(intake)
        mend_batch(intake, receipt.landing_id, fixes)
        bad = _waiting_for_people(intake)
        waiting = _waiting_alone(intake)
        cells = _cells(intake)
        made = Trial(
            rows=receipt.rows_in,
            good=receipt.rows_in - bad - waiting,
            bad=bad,
            waiting=waiting,
            not_data=receipt.not_data,
            whole=whole[0],
            mended=max(before - bad, 0),
            wrong=_wrong(intake, cells),
            becoming=tuple(_becoming(intake, each.table) for each in mapping.tables),
        )
        return replace(made, **_lines(intake, cells))


class _trial:  # noqa: N801 - used like a function
    """An intake in memory that keeps nothing."""

    def __init__(self, mapping: Mapping, day: CompanyDay) -> None:
        self._tables, self._day = [each.table for each in mapping.tables], day

    def __enter__(self) -> Intake:
        self._folder = tempfile.TemporaryDirectory(prefix="linshu-try-")
        self._warehouse = DuckWarehouse.open(":memory:", threads=1)
        return Intake(Path(self._folder.name), self._warehouse, _Nobody(), self._tables, company_day=self._day)

    def __exit__(self, *_: object) -> None:
        self._warehouse.close()
        self._folder.cleanup()


def _waiting_for_people(intake: Intake) -> int:
    return shelf.counts(intake.warehouse).get("open", 0)


def _waiting_alone(intake: Intake) -> int:
    """The rows that only wait for what they belong to."""
    found = intake.warehouse.query(
        "SELECT count(*) AS n FROM (SELECT landing_row FROM meta.quarantine WHERE status IN ('open', 'waiting')"
        " GROUP BY landing_row HAVING bool_and(status = 'waiting'))"
    )
    return int(found["n"][0].as_py())


def _wrong(intake: Intake, cells: Cells) -> tuple[Wrong, ...]:
    """The problems, each column's of one kind as one; what follows from another column's problem is not said again."""
    found = intake.warehouse.query(
        f"""SELECT table_name, column_name, coalesce(source_column, '') AS source_column, code,
            coalesce(original, '') AS original, count(DISTINCT landing_row) AS rows, min(landing_row) AS landing_row,
            min(zh) AS zh, min(en) AS en
        FROM meta.quarantine WHERE status = 'open' GROUP BY ALL
        ORDER BY rows DESC, table_name, column_name, code, original LIMIT {MOST_GROUPED}"""
    ).to_pylist()
    found = [{**one, "source_column": _blamed(one, cells)} for one in found]
    alone = {(one["source_column"], one["code"]) for one in found}
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in found:
        sources = [name for name in one["source_column"].split(SEVERAL) if name]
        if len(sources) > 1 and any((name, one["code"]) in alone for name in sources):
            continue
        named = sources[0] if len(sources) == 1 else one["column_name"]
        mine = grouped.setdefault((named, one["code"]), [])
        if not mine or (mine[0]["table_name"], mine[0]["column_name"]) == (one["table_name"], one["column_name"]):
            mine.append(one)
    made = (_group(intake, named, code, rows) for (named, code), rows in grouped.items())
    return tuple(sorted(made, key=lambda one: -one.rows))


def _cells(intake: Intake) -> Cells:
    """What stands in the rows with problems."""
    return {
        int(row[WHICH].rpartition(":")[2]): {name: value for name, value in row.items() if name not in NOTES}
        for sheet in intake.sheets()
        for row in sheet.rows.to_pylist()
    }


def _blamed(problem: Named[str, Any], cells: Cells) -> str:
    """The columns a problem comes from; of several that one alone whose very text is the wrong one."""
    source: str = problem["source_column"] or ""
    if SEVERAL not in source or not problem["original"]:
        return source
    row = cells.get(problem["landing_row"], {})
    same = [name for name in source.split(SEVERAL) if row.get(name) == problem["original"]]
    return same[0] if len(same) == 1 else source


def _group(intake: Intake, named: str, code: str, rows: list[dict[str, Any]]) -> Wrong:
    first = rows[0]
    table = intake.tables.get(first["table_name"])
    column = next((one for one in table.columns if one.name == first["column_name"]), None) if table else None
    likely = {one["original"]: near for one in rows if (near := _nearest(one["zh"]))}
    return Wrong(
        table=first["table_name"],
        column=named,
        standard=first["column_name"],
        code=code,
        rows=sum(one["rows"] for one in rows),
        text=_said(first),
        said=tuple((one["original"], one["rows"]) for one in rows[:MOST_SAID]),
        choices=tuple((one.value, one.title) for one in column.choices) if column else (),
        likely=likely,
        mendable=code in SHAPED and not (column and is_sealed(column)),
        shown=first["source_column"] if SEVERAL in first["source_column"] else "",
    )


def _said(problem: Named[str, Any]) -> Text:
    """What is wrong, without where."""
    return Text(_PLACE_ZH.sub("", problem["zh"]), _PLACE_EN.sub("", problem["en"]))


def _nearest(zh: str) -> str:
    """The allowed value or known word that a problem names as the nearest."""
    found = _NEAREST.search(zh)
    return found[1] if found else ""


def _lines(intake: Intake, cells: Cells) -> dict[str, Any]:
    """The first rows with problems, cell by cell."""
    rows, _ = shelf.rows(intake.warehouse, shelf.Wanted(status="open"), order="oldest", limit=MOST_LINES)
    made = [_line(row, cells) for row in rows]
    shown = dict.fromkeys(name for line in made for name in line.cells)
    broken = {name for line in made for name in line.wrong}
    return {"lines": tuple(made), "columns": tuple(sorted(shown, key=lambda name: name not in broken))}


def _line(row: Named[str, Any], cells: Cells) -> Line:
    problems = [{**one, "source_column": _blamed({**row, **one}, cells)} for one in row["problems"]]
    wrong: dict[str, list[Text]] = {}
    for one in sorted(problems, key=lambda one: (one["source_column"] or "").count(SEVERAL)):
        names = [name for name in (one["source_column"] or "").split(SEVERAL) if name]
        if len(names) > 1 and any(name in wrong for name in names):
            continue  # it follows from the problem of one of them
        for name in names or [""]:
            if _said(one) not in wrong.setdefault(name, []):
                wrong[name].append(_said(one))
    number = _ROW.search(problems[0]["zh"])
    return Line(
        row["landing_row"],
        int(number[1]) if number else None,
        cells.get(row["landing_row"], {}),
        {name: tuple(said) for name, said in wrong.items()},
    )


def _becoming(intake: Intake, table: Table) -> Becoming:
    """The first rows of a table; only columns in which something stands, what is personal by its mask."""
    place = f"std.{table.name}"
    columns = [(one, one.name + "_mask" if is_sealed(one) else one.name) for one in table.columns]
    counted = ", ".join(f"count({stored}) AS {q.name(one.name)}" for one, stored in columns)
    filled = intake.warehouse.query(f"SELECT count(*) AS n_, {counted} FROM {place}").to_pylist()[0]
    kept = [(one, stored) for one, stored in columns if filled[one.name]]
    if not kept:
        return Becoming(table, (), (), 0)
    rows = intake.warehouse.query(
        f"SELECT {', '.join(stored for _, stored in kept)} FROM {place} ORDER BY landing_row LIMIT {FIRST_ROWS}"
    ).to_pylist()
    return Becoming(table, tuple(one for one, _ in kept), tuple(tuple(row.values()) for row in rows), filled["n_"])


def _first(incoming: Incoming, most: int, whole: list[bool] | None = None) -> Incoming:
    def rows() -> Iterator[pa.Table]:
        left = most
        for chunk in incoming.rows:
            if chunk.num_rows > left and whole:
                whole[0] = False
            if not left:
                return
            yield chunk.slice(0, left)
            left -= min(chunk.num_rows, left)

    return replace(incoming, rows=rows())
