"""Figures and rows as pages and commands ask for them: one catalogue, one cache, one warehouse."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from linshu.engine.access.scope import Scope
from linshu.engine.metrics import Cache, Catalog, Query, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    import pyarrow as pa

    from linshu.engine.metrics import Result
    from linshu.engine.warehouse.engine import Warehouse


@dataclass(frozen=True, slots=True)
class Figures:
    """The one way from a question to a result in this process."""

    warehouse: Warehouse
    catalog: Catalog
    cache: Cache = field(default_factory=Cache)

    @property
    def data_version(self) -> int:
        """Grows with every committed change of the data."""
        return self.warehouse.data_version

    @property
    def data_as_of(self) -> datetime | None:
        """When the newest data arrived; None for an empty project."""
        if "landing" not in self.warehouse.tables("meta"):
            return None
        rows = self.warehouse.query("SELECT max(merged_at) AS merged_at FROM meta.landing").to_pylist()
        moment: datetime | None = rows[0]["merged_at"]
        return moment

    def query(  # noqa: PLR0913 the parts of a question, each by its name
        self,
        metrics: str | Iterable[str],
        by: str | Iterable[str] = (),
        *,
        start: date | str | None = None,
        end: date | str | None = None,
        grain: str | None = None,
        where: str | Iterable[Any] | Mapping[str, object] | None = None,
        compare: str | None = None,
        order: str | Iterable[str] = (),
        limit: int | None = None,
        as_of: str = "ordered",
        scope: Scope | None = None,
        fill: bool = False,
        totals: bool = False,
        cumulative: bool = False,
        moving: int | None = None,
        share: str | None = None,
        top: int | None = None,
        pivot: str | None = None,
    ) -> Result:
        """Figures by dimension and time, within the viewer's scope."""
        query = Query.of(
            metrics, by, start=start, end=end, grain=grain, where=where, compare=compare, order=order, limit=limit,
            as_of=as_of, scope=scope, fill=fill, totals=totals, cumulative=cumulative, moving=moving, share=share,
            top=top, pivot=pivot,
        )  # fmt: skip
        return run(self.warehouse, query, self.catalog, self.cache)

    def read(self, sql: str, params: Sequence[object] = ()) -> pa.Table:
        """Rows of published tables, for what is not a figure: names, members of a list."""
        return self.warehouse.query(sql, params)
