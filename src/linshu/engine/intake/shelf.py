"""Looking through the rows put aside: filtered, grouped by what is wrong with them, and one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from linshu.engine.intake.registry import DISMISSAL, LANDING, QUARANTINE
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.warehouse.engine import Warehouse

Order = Literal["newest", "oldest", "column", "original"]
ORDERS: tuple[Order, ...] = get_args(Order)
# A row is what people mend: a row of the file, or a row of a table where none came as a file.
MARK = "landing_id || ':' || stem || ':' || landing_row"
# What texts of one kind have in common: the number taken out, "3斤" and "12斤" are both "#斤".
_SHAPE = r"""CASE WHEN code IN ('unparsable', 'decimals') THEN regexp_replace(trim(original), '[-+]?[0-9][0-9,.]*', '#', 'g')
    WHEN code = 'not_allowed' THEN trim(original) ELSE '' END"""
_SORTS: dict[Order, str] = {
    "newest": "landing_id DESC, abs(landing_row)",
    "oldest": "landing_id, abs(landing_row)",
    "column": "min(table_name), min(column_name), landing_id DESC, abs(landing_row)",
    "original": "min(original), landing_id DESC, abs(landing_row)",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are looked at; an empty part leaves all in. `shape` None: any, "": what is written like no other."""

    status: str = "open"  # open, waiting, settled, dismissed, aside; "" = all
    batch: str = ""
    table: str = ""
    column: str = ""
    code: str = ""
    shape: str | None = None
    words: str = ""
    mark: str = ""  # one row alone

    def condition(self) -> tuple[str, list[str]]:
        """The same as SQL over the problems told, with its values."""
        parts, values = ["true"], []
        for column, value in (("mark", self.mark), ("landing_id", self.batch), ("table_name", self.table), ("column_name", self.column),
                              ("code", self.code)):  # fmt: skip
            if value:
                parts.append(f"{column} = ?")
                values.append(value)
        if self.shape is not None:
            parts.append("shape = ?")
            values.append(self.shape)
        for word in self.words.split():
            parts.append("contains(searched, lower(?))")
            values.append(word)
        return " AND ".join(parts), values


def _told(status: str) -> tuple[str, list[str]]:
    """Every problem with its batch, and the shape of what was written where two rows at least share it."""
    which, values = ("status = ?", [status]) if status else ("status <> 'aside'", [])
    shared = "count(*) OVER (PARTITION BY table_name, column_name, code, written)"
    return (
        f"""WITH known AS (
            SELECT p.*, l.file_name, l.source, l.received_at, d.because, d.said_by, d.said_at,
                CASE WHEN l.form = 'rows' THEN p.table_name ELSE '' END AS stem, {_SHAPE} AS written,
                lower(concat_ws(' ', key_text, original, zh, en, l.file_name)) AS searched
            FROM {QUARANTINE} AS p LEFT JOIN {LANDING} AS l ON l.landing_id = p.landing_id
                LEFT JOIN {DISMISSAL} AS d ON d.landing_id = p.settled_by WHERE p.{which}),
        told AS (SELECT *, CASE WHEN {shared} > 1 THEN written ELSE '' END AS shape, {MARK} AS mark FROM known)""",
        values,
    )


def counts(warehouse: Warehouse) -> dict[str, int]:
    """How many rows stand in each state."""
    rows = warehouse.query(
        f"SELECT p.status, count(DISTINCT (p.landing_id, p.landing_row, CASE WHEN l.form = 'rows' THEN p.table_name ELSE '' END))"
        f" AS rows FROM {QUARANTINE} AS p LEFT JOIN {LANDING} AS l ON l.landing_id = p.landing_id GROUP BY p.status"
    ).to_pylist()
    return {row["status"]: row["rows"] for row in rows}


def groups(warehouse: Warehouse, wanted: Wanted, *, limit: int = 100) -> list[dict[str, Any]]:
    """The same problem over many rows as one line: how many rows, in how many batches, some of what they say."""
    told, first = _told(wanted.status)
    where, values = wanted.condition()
    rows: list[dict[str, Any]] = warehouse.query(
        f"""{told} SELECT table_name, column_name, source_column, code, shape, count(DISTINCT mark) AS rows,
            count(DISTINCT landing_id) AS batches, max(landing_id) AS newest, min(zh) AS zh, min(en) AS en,
            list_slice(list_sort(list(DISTINCT original) FILTER (WHERE original <> '')), 1, 4) AS said
        FROM told WHERE {where} GROUP BY ALL ORDER BY rows DESC, table_name, column_name, code, shape LIMIT {int(limit)}""",
        [*first, *values],
    ).to_pylist()
    return rows


def rows(
    warehouse: Warehouse, wanted: Wanted, *, order: str = "newest", limit: int | None = 50, offset: int = 0
) -> tuple[list[dict[str, Any]], int]:
    """A page of rows with all that is wrong with each, and how many rows there are."""
    told, first = _told(wanted.status)
    where, values = wanted.condition()
    page = "" if limit is None else f"LIMIT {int(limit)} OFFSET {int(offset)}"
    found = warehouse.query(
        f"""{told} SELECT mark, landing_id, stem, landing_row, any_value(file_name) AS file_name,
            any_value(source) AS source, any_value(received_at) AS received_at, any_value(key_text) AS key_text,
            any_value(because) AS because, any_value(said_by) AS said_by, any_value(said_at) AS said_at,
            list({{'table_name': table_name, 'column_name': column_name, 'source_column': source_column, 'code': code,
                'original': original, 'zh': zh, 'en': en, 'status': status, 'settled_by': settled_by}}
                ORDER BY table_name, code, column_name) AS problems,
            count(*) OVER () AS of_rows
        FROM told WHERE {where} GROUP BY mark, landing_id, stem, landing_row ORDER BY {_sorted(order)} {page}""",
        [*first, *values],
    ).to_pylist()
    total = found[0]["of_rows"] if found else 0
    if not found and offset:
        total = rows(warehouse, wanted, limit=1)[1]
    return [{name: row[name] for name in row if name != "of_rows"} for row in found], total


def facets(warehouse: Warehouse, status: str) -> dict[str, list[dict[str, Any]]]:
    """What can be chosen among the rows of a state: batches, tables, columns, kinds of problem, each with its rows."""
    told, values = _told(status)

    def of(columns: str, order: str) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = warehouse.query(
            f"{told} SELECT {columns}, count(DISTINCT mark) AS rows FROM told GROUP BY ALL ORDER BY {order} LIMIT 200",
            values,
        ).to_pylist()
        return listed

    return {
        "batch": of("landing_id, any_value(coalesce(file_name, '')) AS file_name, any_value(source) AS source", "landing_id DESC"),
        "table": of("table_name", "rows DESC, table_name"),
        "column": of("table_name, column_name", "rows DESC, table_name, column_name"),
        "code": of("code", "rows DESC, code"),
    }  # fmt: skip


def writings(warehouse: Warehouse, table: str, column: str, *, limit: int = 500) -> list[tuple[str, str, int]]:
    """What open problems of a column say, the commonest first: the text, the code of its problem, how many rows."""
    found = warehouse.query(
        f"SELECT coalesce(original, '') AS said, code, count(*) AS rows FROM {QUARANTINE} WHERE status = 'open'"
        f" AND table_name = ? AND column_name = ? GROUP BY ALL ORDER BY rows DESC, said LIMIT {int(limit)}",
        [table, column],
    ).to_pylist()
    return [(row["said"], row["code"], row["rows"]) for row in found]


def _sorted(order: str) -> str:
    if order not in _SORTS:
        raise Misused(Text(f"不能按 {order} 排序", f"cannot sort by {order}"), mend=nearest(order, ORDERS))
    return next(sql for name, sql in _SORTS.items() if name == order)


def split(mark: str) -> tuple[str, str, int]:
    """The batch, the table (where it came as rows) and the row that a mark names; Misused when it is none."""
    head, _, number = mark.rpartition(":")
    landing_id, _, stem = head.partition(":")
    if not landing_id or not number.lstrip("-").isdecimal():
        raise Misused(
            Text(f"“{mark}”不是隔离行的标识", f"“{mark}” names no row put aside"),
            mend=Text("形如 批次:表:行号，见 linshu quarantine list。", "BATCH:TABLE:ROW; see linshu quarantine list."),
        )
    return landing_id, stem, int(number)
