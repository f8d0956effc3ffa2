"""Where a figure comes from: the tables and models it reads, the files that fed them, its SQL, and the rows behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from linshu.app.answer import Answer
from linshu.engine.metrics.behind import COUNTED, Behind, behind, chosen
from linshu.engine.metrics.compile import compile as compiled
from linshu.engine.metrics.dialects import DIALECTS
from linshu.engine.metrics.run import bounded
from linshu.engine.warehouse.lineage import upstream
from linshu.kernel.errors import Misused
from linshu.kernel.table import Privacy
from linshu.kernel.text import Text
from linshu.standard import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linshu.engine.metrics import Catalog, Query
    from linshu.engine.warehouse.engine import Warehouse
    from linshu.engine.warehouse.model import Model
    from linshu.kernel.table import Table

MOST_BATCHES = 1000
MOST_ROWS = 10_000
MASK = "***"
PERSONAL = frozenset(
    column.name
    for table in TABLES
    for column in table.columns
    if column.privacy in (Privacy.PERSONAL, Privacy.SENSITIVE)
)


@dataclass(frozen=True, slots=True)
class Tracing:
    """Reads the provenance of figures off the declarations, the models and the landing registry."""

    warehouse: Warehouse
    models: Sequence[Model]

    def lineage(self, query: Query, catalog: Catalog) -> Answer:
        """One row per table, from those the figures read down to the standard; batches and SQL beside them."""
        query = bounded(self.warehouse, query, catalog)
        read = compiled(query, catalog).tables
        below = {name for table in read for name in upstream(self.models, table)}
        standard = sorted(name for name in below if name.startswith("std."))
        models = {one.name: one for one in self.models}
        read = tuple(sorted(read, key=lambda name: (not name.startswith("fct_"), name)))
        order = [*read, *(one.name for one in reversed(self.models) if one.name in below - set(read)), *standard]
        free = not query.scope.restrictions()
        return Answer.of(
            (_told(name, name in read, models.get(name)) for name in order),
            metrics=list(query.metrics),
            start=str(query.start or ""),
            end=str(query.end or ""),
            data_version=self.warehouse.data_version,
            batches=self._batches(standard) if free else [],
            batches_hidden=not free,
            sql={name: compiled(query, catalog, dialect=name, inline=True).sql for name in DIALECTS},
        )

    def _batches(self, standard: Iterable[str]) -> list[dict[str, Any]]:
        """The landing batches whose rows stand in these tables, newest first."""
        there = set(self.warehouse.tables("std"))
        names = [name for name in standard if name.removeprefix("std.") in there]
        if not names or "landing" not in self.warehouse.tables("meta"):
            return []
        counted = " UNION ALL ".join(
            f"SELECT '{name}' AS place, landing_id, count(*) AS standing FROM {name} WHERE NOT deleted GROUP BY landing_id"
            for name in names
        )
        found: list[dict[str, Any]] = self.warehouse.query(
            "SELECT l.seq, s.landing_id, l.source, l.file_name AS file, l.received_at, l.merged_at,"
            f" s.place AS table_name, s.standing AS rows_standing FROM ({counted}) AS s"
            " LEFT JOIN meta.landing AS l ON l.landing_id = s.landing_id"
            f" ORDER BY l.seq DESC NULLS LAST, s.place LIMIT {MOST_BATCHES}"
        ).to_pylist()
        return found

    def rows(self, query: Query, catalog: Catalog, *, of: str = "", limit: int = 100, offset: int = 0) -> Answer:
        """A page of the fact rows behind a figure, each with the file and row it came from where its key leads there."""
        if not (0 < limit <= MOST_ROWS and offset >= 0):
            raise Misused(
                Text(f"每页 1 到 {MOST_ROWS} 行，从第 0 行起", f"A page has 1 to {MOST_ROWS} rows, from row 0 on")
            )
        query = bounded(self.warehouse, query, catalog)
        found = behind(query, catalog, chosen(query, catalog, of))
        page = self.warehouse.query(self._paged(found, limit, offset), list(found.params))
        total = self.warehouse.query(f"SELECT count(*) AS n FROM ({found.sql}) AS r", list(found.params))["n"][
            0
        ].as_py()
        leaves = dict.fromkeys(leaf for name in query.metrics for leaf in catalog.leaves(name))
        return Answer(
            _masked(page),
            {
                "shown": [*found.order, *found.keys, COUNTED, *_traced(page)],
                "metric": found.metric, "fact": found.fact.name, "table": found.fact.table, "total": total,
                "limit": limit, "offset": offset, "of": list(leaves), "start": str(query.start or ""),
                "end": str(query.end or ""), "data_version": self.warehouse.data_version,
            },
        )  # fmt: skip

    def _paged(self, found: Behind, limit: int, offset: int) -> str:
        """The page joined to the standard rows that its keys name: one each, so nothing is doubled."""
        columns = self.warehouse.columns(f"mart.{found.fact.table}")
        order = ", ".join(f"p.{name}" for name in found.order)
        inner = ", ".join(f"r.{name}" for name in found.order)
        page = f"SELECT r.* FROM ({found.sql}) AS r ORDER BY {inner} LIMIT {limit} OFFSET {offset}"
        outputs, joins = ["p.*"], []
        for place, table in enumerate(self._sources(found, columns.keys())):
            one, batch = f"o{place}", f"b{place}"
            same = " AND ".join(f"{one}.{key} = p.{key}" for key in table.key)
            joins.append(
                f" LEFT JOIN std.{table.name} AS {one} ON {same}"
                f" LEFT JOIN meta.landing AS {batch} ON {batch}.landing_id = {one}.landing_id"
            )
            outputs += [
                f"{one}.landing_id AS {table.name}_landing", f"{batch}.file_name AS {table.name}_file",
                f"{one}.landing_row AS {table.name}_row",
            ]  # fmt: skip
        return f"SELECT {', '.join(outputs)} FROM ({page}) AS p{''.join(joins)} ORDER BY {order}"

    def _sources(self, found: Behind, columns: Iterable[str]) -> list[Table]:
        """The standard tables under the fact whose whole key lies in the fact's own grain."""
        if "landing" not in self.warehouse.tables("meta"):
            return []
        below, grain = set(upstream(self.models, found.fact.table)), set(found.fact.grain) & set(columns)
        there = set(self.warehouse.tables("std"))
        return [one for one in TABLES if f"std.{one.name}" in below and set(one.key) <= grain and one.name in there]


def _told(name: str, is_read: bool, model: Model | None) -> dict[str, Any]:
    if model is None:
        title = next((one.title for one in TABLES if f"std.{one.name}" == name), Text("", ""))
        return {"table": name, "level": "standard", "what": title.zh, "what_en": title.en, "reads": ""}
    return {
        "table": name, "level": "read" if is_read else "model", "what": model.grain, "what_en": model.grain,
        "reads": ", ".join(model.reads),
    }  # fmt: skip


def _traced(page: pa.Table) -> list[str]:
    """The columns that say which file and row each came from."""
    return [name for name in page.column_names if name.endswith(("_file", "_row"))]


def _masked(page: pa.Table) -> pa.Table:
    """Personal columns keep their place and lose their content, also as keys of a cut."""
    for place, name in enumerate(page.column_names):
        if name.removeprefix("by_") in PERSONAL and name != COUNTED:
            known = page.column(name).is_valid().to_pylist()
            page = page.set_column(place, name, pa.array([MASK if one else None for one in known], pa.string()))
    return page
