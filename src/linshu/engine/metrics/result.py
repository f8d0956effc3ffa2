"""An answer: figures with their units and titles, where they come from, and how fresh they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from linshu.engine.metrics.declare import Unit
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd
    import pyarrow as pa

    from linshu.engine.metrics.serving import Served

Role = Literal["time", "dimension", "label", "metric", "compare", "change", "share"]
KEYS: tuple[Role, ...] = ("time", "dimension", "label")  # what a row is about; the others are its figures


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result; `whole` figures are int64 (money in fen), the others double."""

    name: str
    title: Text
    role: Role
    unit: Unit | None = None
    whole: bool = True
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where the figures come from: the tables read, and the last landing batch they hold."""

    tables: tuple[str, ...]
    landing_seq: int = 0  # the commit number of the newest landing batch merged when the answer was made
    landing_id: str = ""
    served: tuple[Served, ...] = ()  # each fact by each of its clocks, and which rollup stood in for it


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of an answer with everything needed to read and trust them."""

    table: pa.Table
    columns: tuple[Column, ...]
    lineage: Lineage
    data_version: int
    as_of: datetime | None  # when the newest data in it was merged, UTC; None when nothing was
    sql: str
    params: tuple[object, ...] = ()
    totals: dict[str, Any] = field(default_factory=dict)  # of all groups together, by a query of its own
    notes: tuple[Text, ...] = ()  # to be read beside the figures: estimated, or not collected yet
    lacking: tuple[str, ...] = ()  # the facts asked of which there is no row yet
    start: str = ""  # the first and last company day asked for, or found in the data
    end: str = ""
    compile_seconds: float = 0.0  # from the question to its statement, rollups looked up included
    run_seconds: float = 0.0

    def df(self) -> pd.DataFrame:
        """The rows as a pandas frame."""
        frame: pd.DataFrame = self.table.to_pandas()
        return frame

    def rows(self) -> list[dict[str, Any]]:
        """The rows as plain dictionaries."""
        rows: list[dict[str, Any]] = self.table.to_pylist()
        return rows

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def explained(self) -> dict[str, Any]:
        """How the answer was made: the rollup or fact read for each part, the statement, and how long it took."""
        return {
            "scans": [one.told() for one in self.lineage.served],
            "sql": self.sql,
            "params": [str(value) for value in self.params],
            "compile_ms": round(self.compile_seconds * 1000, 2),
            "run_ms": round(self.run_seconds * 1000, 2),
        }

    def meta(self) -> dict[str, Any]:
        """What stands beside the rows in JSON: units, titles, lineage, freshness."""
        return {
            "columns": [
                {
                    "name": one.name,
                    "title": {"zh": one.title.zh, "en": one.title.en},
                    "role": one.role,
                    "unit": one.unit,
                }
                for one in self.columns
            ],
            "units": {one.name: str(one.unit) for one in self.columns if one.unit},
            "totals": self.totals,
            "notes": [{"zh": note.zh, "en": note.en} for note in self.notes],
            "start": self.start,
            "end": self.end,
            "lineage": {
                "tables": list(self.lineage.tables),
                "landing_seq": self.lineage.landing_seq,
                "landing_id": self.lineage.landing_id,
                "scans": [one.told() for one in self.lineage.served],
            },
            "data_version": self.data_version,
            "as_of": self.as_of.isoformat() if self.as_of else None,
        }
