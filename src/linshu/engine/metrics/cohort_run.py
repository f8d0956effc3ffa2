"""Cohorts answered: the matrix of who began together and who came back, what is too young to tell left empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from linshu.engine.metrics.cohort import Cohort, CohortQuestion, check, find
from linshu.engine.metrics.cohort_sql import SIZE, statement
from linshu.engine.metrics.declare import Unit
from linshu.engine.metrics.result import Column, Lineage, Result
from linshu.engine.metrics.run import landing_of
from linshu.kernel.period import name as bucket_name
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.warehouse.engine import Warehouse

TITLES = {"week": Text("开始的周", "Week begun"), "month": Text("开始的月", "Month begun")}
SIZE_TITLE, RETURNED_TITLE = Text("人数", "Size"), Text("回来人数", "Returned")
SHARE_TITLE, PERIOD_TITLE = Text("留存率", "Retention"), Text("第几期", "Period")
SHARE_TYPE, COUNT_TYPE = pa.float64(), pa.int64()


def run_cohorts(warehouse: Warehouse, question: CohortQuestion, catalog: Catalog, cohorts: Iterable[Cohort]) -> Result:
    """The matrix as the data stands now. Raises `Missing`, `Misused` or `Forbidden` where there is no answer."""
    cohort = find(question.cohort, cohorts)
    check(question, cohort, catalog)
    version = warehouse.data_version
    asked = statement(question, cohort, catalog)
    with warehouse.snapshot() as session:
        found = session.query(asked.sql, list(asked.params)).to_pylist()
    cells, unripe = matrix(found, question)
    labelled = bool(question.by and catalog.dimension(question.by).label)
    columns = _columns(question, catalog, labelled=labelled)
    rows = _pivoted(cells) if question.pivot else cells
    landing = landing_of(warehouse)
    return Result(
        table=_table(rows, columns),
        columns=columns,
        lineage=Lineage(asked.tables, landing.seq, landing.landing_id),
        data_version=version,
        as_of=landing.merged_at,
        sql=asked.sql,
        params=asked.params,
        notes=_notes(cohort, question, unripe),
        start=str(question.start or ""),
        end=str(question.end or ""),
    )


def matrix(found: list[dict[str, Any]], question: CohortQuestion) -> tuple[list[dict[str, Any]], int]:
    """One row per cohort, group and period; what is not over for everyone in the cohort is empty, and counted."""
    sizes = [row for row in found if row["n"] == SIZE]
    came = {(row["t"], row["k"], row["n"]): row["c"] for row in found if row["n"] != SIZE}
    cells, unripe = list[dict[str, Any]](), 0
    for row in sizes:
        keys: dict[str, Any] = {"cohort": bucket_name(question.grain, row["t"])}
        if question.by:
            keys[question.by] = row["k"]
            if "name" in row:
                keys[f"{question.by}_name"] = row["name"]
        for period in range(question.periods + 1):
            ripe = row["seen"] is not None and question.ripe(row["t"], period, row["seen"])
            unripe += not ripe
            returned = came.get((row["t"], row["k"], period), 0) if ripe else None
            share = None if returned is None else returned / row["c"]
            cells.append({**keys, "period": period, "size": row["c"], "returned": returned, "share": share})
    return cells, unripe


def _pivoted(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per cohort and group, its shares side by side."""
    found: list[dict[str, Any]] = []
    for cell in cells:
        if cell["period"] == 0:
            kept = ("period", "returned", "share")
            found.append({name: value for name, value in cell.items() if name not in kept})
        found[-1][f"period_{cell['period']}"] = cell["share"]
    return found


def _columns(question: CohortQuestion, catalog: Catalog, *, labelled: bool) -> tuple[Column, ...]:
    found = [Column("cohort", TITLES[question.grain.value], "time")]
    if question.by:
        title = catalog.dimension(question.by).title
        found.append(Column(question.by, title, "dimension"))
        if labelled:
            found.append(Column(f"{question.by}_name", Text(f"{title.zh}名称", f"{title.en} name"), "label"))
    size = Column("size", SIZE_TITLE, "metric", Unit.COUNT)
    if question.pivot:
        shares = [
            Column(
                f"period_{n}", Text(f"第 {n} 期留存率", f"Retention in period {n}"), "metric", Unit.RATIO, whole=False
            )
            for n in range(question.periods + 1)
        ]
        return (*found, size, *shares)
    return (
        *found,
        Column("period", PERIOD_TITLE, "dimension"),
        size,
        Column("returned", RETURNED_TITLE, "metric", Unit.COUNT),
        Column("share", SHARE_TITLE, "metric", Unit.RATIO, whole=False),
    )


def _table(rows: list[dict[str, Any]], columns: tuple[Column, ...]) -> pa.Table:
    def kind(column: Column) -> pa.DataType:
        if column.name == "period":
            return COUNT_TYPE
        if column.unit is None:
            return pa.string()
        return COUNT_TYPE if column.whole else SHARE_TYPE

    schema = pa.schema([(column.name, kind(column)) for column in columns])
    return pa.Table.from_pylist(rows, schema=schema)


def _notes(cohort: Cohort, question: CohortQuestion, unripe: int) -> tuple[Text, ...]:
    """How periods are counted, and how many cells it is too early for."""
    zh, en = {
        ("elapsed", "week"): ("第 n 期 = 各自首日后第 7n 到 7n+6 天", "Period n is days 7n to 7n+6 after each one's first day"),
        ("elapsed", "month"): ("第 n 期 = 各自首日后第 30n 到 30n+29 天", "Period n is days 30n to 30n+29 after each one's first day"),
        ("calendar", "week"): ("第 n 期 = 首日所在周之后第 n 个自然周", "Period n is the n-th calendar week after that of the first day"),
        ("calendar", "month"): ("第 n 期 = 首日所在月之后第 n 个自然月", "Period n is the n-th calendar month after that of the first day"),
    }[question.counted, question.grain.value]  # fmt: skip
    found = [Text(f"{cohort.definition.zh}{zh}。", f"{cohort.definition.en} {en}.")]
    if unripe:
        found.append(Text(f"{unripe} 格尚未满期，留空。", f"{unripe} cells are not over yet and left empty."))
    return tuple(found)
