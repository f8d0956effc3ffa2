"""The books of batches: who brought what, when, and what became of its rows; found, sorted, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.engine.intake.receipt import counts_from
from linshu.engine.intake.registry import LANDING, QUARANTINE
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pyarrow as pa

    from linshu.engine.intake.merge import Count
    from linshu.engine.warehouse.engine import Warehouse

HERE = "os:"  # before the name of whoever ran a command on the server's machine; no account begins so
KINDS: dict[str, tuple[Text, str]] = {
    "file": (Text("文件", "Files"), "form = 'file' AND mends = ''"),
    "mended": (Text("修复", "Mended rows"), "form = 'file' AND mends <> ''"),
    "rows": (Text("系统来源", "Sources"), "form = 'rows'"),
    "withdrawal": (Text("撤销", "Withdrawals"), "form = 'withdrawal'"),
    "word": (Text("人工决定", "Decisions"), "form = 'word'"),
    "erasure": (Text("删除个人信息", "Erasures"), "form = 'erasure'"),
}
STATES: dict[str, tuple[Text, str]] = {
    "open": (Text("有待处理的行", "Rows to mend"), "open_rows > 0"),
    "waiting": (Text("有等待的行", "Rows that wait"), "waiting_rows > 0"),
    "clean": (Text("全部入库", "All taken in"), "open_rows = 0 AND waiting_rows = 0 AND status = 'merged'"),
    "withdrawn": (Text("已撤销", "Taken back"), "status = 'withdrawn'"),
}
# What a list may be sorted by, and the column behind it.
ORDERS = {
    "received": "received_at", "file": "file_name", "source": "source", "by": "brought_by", "rows": "rows_in",
    "good": "good", "bad": "bad", "waiting": "waiting", "unchanged": "unchanged", "open": "open_rows",
}  # fmt: skip
# A row that stays is counted once, though several tables may say something of it.
_PLACE = f"(landing_row, CASE WHEN form = 'file' THEN '' ELSE {QUARANTINE}.table_name END)"
_LISTED = f"""(
    SELECT l.landing_id, seq, source, form, tables, file_name, mends, rows_in, good, bad,
        CASE l.status WHEN 'withdrawn' THEN 0 ELSE rows_in - good - bad END AS waiting, unchanged, by_table, received_at, merged_at, l.status,
        coalesce(brought_by, '') AS brought_by, coalesce(mapping_name, '') AS mapping_name,
        coalesce(undoes, '') AS undoes, coalesce(why, '') AS why,
        coalesce(open_rows, 0) AS open_rows, coalesce(waiting_rows, 0) AS waiting_rows
    FROM {LANDING} l LEFT JOIN (
        SELECT {QUARANTINE}.landing_id, count(DISTINCT {_PLACE}) FILTER ({QUARANTINE}.status = 'open') AS open_rows,
            count(DISTINCT {_PLACE}) FILTER ({QUARANTINE}.status = 'waiting') AS waiting_rows
        FROM {QUARANTINE} JOIN {LANDING} ON {LANDING}.landing_id = {QUARANTINE}.landing_id
        WHERE {QUARANTINE}.status IN ('open', 'waiting') GROUP BY ALL) q ON q.landing_id = l.landing_id)"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which batches are wanted: by words, kind, state and days of arrival; in which order, and which page of them."""

    words: str = ""  # all of which stand in the name of file, source, mapping or bringer
    kind: str = ""  # of KINDS; "" = every
    state: str = ""  # of STATES
    start: date | None = None  # days of arrival, as the company's clock has them
    end: date | None = None
    order: str = "-received"
    limit: int | None = None
    offset: int = 0

    def __post_init__(self) -> None:
        for asked, known in ((self.kind, KINDS), (self.state, STATES), (self.order.removeprefix("-"), ORDERS)):
            if asked and asked not in known:
                raise Misused(Text(f"批次没有 {asked}", f"batches know no {asked}"), mend=nearest(asked, known))


def listed(warehouse: Warehouse, wanted: Wanted, zone: str) -> tuple[pa.Table, int]:
    """A page of the batches, and how many there are in all."""
    where, params = _where(wanted, zone)
    way = "DESC" if wanted.order.startswith("-") else "ASC"
    order = f"{ORDERS[wanted.order.removeprefix('-') or 'received']} {way} NULLS LAST, seq {way}"
    page = f" LIMIT {int(wanted.limit)} OFFSET {int(wanted.offset)}" if wanted.limit is not None else ""
    rows = warehouse.query(f"SELECT * FROM {_LISTED} WHERE {where} ORDER BY {order}{page}", params)
    total = warehouse.query(f"SELECT count(*) AS n FROM {_LISTED} WHERE {where}", params)["n"][0].as_py()
    return rows, int(total)


def _where(wanted: Wanted, zone: str) -> tuple[str, list[object]]:
    parts, params = ["TRUE"], list[object]()
    if wanted.kind:
        parts.append(KINDS[wanted.kind][1])
    if wanted.state:
        parts.append(STATES[wanted.state][1])
    for word in wanted.words.split():
        params.append(word)
        said = "concat_ws(' ', file_name, source, mapping_name, brought_by, landing_id, array_to_string(tables, ' '))"
        parts.append(f"contains(lower({said}), lower(${len(params)}))")
    for day, compared in ((wanted.start, ">="), (wanted.end, "<=")):
        if day is not None:
            params += [zone, str(day)]
            parts.append(
                f"CAST(timezone(${len(params) - 1}, received_at) AS DATE) {compared} CAST(${len(params)} AS DATE)"
            )
    return " AND ".join(parts), params


def one(warehouse: Warehouse, landing_id: str) -> dict[str, Any] | None:
    """What the books say of one batch, its counts by table under `by_table`; None when they know of none."""
    rows = warehouse.query(f"SELECT * FROM {_LISTED} WHERE landing_id = $1", [landing_id]).to_pylist()
    if not rows:
        return None
    counts: Mapping[str, Count] = counts_from(rows[0]["by_table"])
    return {**rows[0], "by_table": counts}
