"""Trying an import without keeping anything: the first rows, judged in memory, with the first problems."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from linshu.connectors.files import open_file
from linshu.engine.intake import Intake
from linshu.engine.vault import mask_one, sort_of
from linshu.engine.warehouse.duck import DuckWarehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.connectors.files import Where
    from linshu.engine.intake.incoming import Incoming
    from linshu.engine.intake.mapping import Mapping
    from linshu.kernel.company_day import CompanyDay

TRIED_ROWS = 2_000
MOST_PROBLEMS = 10


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


def tried(file: Where, mapping: Mapping, day: CompanyDay) -> dict[str, Any]:
    """What the first rows would become: rows, good, bad, and the first problems in two languages."""
    tables = [each.table for each in mapping.tables]
    with tempfile.TemporaryDirectory(prefix="linshu-try-") as folder:
        warehouse = DuckWarehouse.open(":memory:", threads=1)
        try:
            intake = Intake(Path(folder), warehouse, _Nobody(), tables, company_day=day)
            receipt = intake.land_and_merge(_first(open_file(file, mapping.file)), mapping)
            problems = [each for each in intake.problems().to_pylist() if each["status"] == "open"]
        finally:
            warehouse.close()
    return {
        "rows": receipt.rows_in,
        "good": receipt.good,
        "bad": receipt.bad,
        "problems": [{"zh": each["zh"], "en": each["en"]} for each in problems[:MOST_PROBLEMS]],
    }


def _first(incoming: Incoming) -> Incoming:
    def rows() -> Iterator[pa.Table]:
        left = TRIED_ROWS
        for chunk in incoming.rows:
            yield chunk.slice(0, left)
            left -= chunk.num_rows
            if left <= 0:
                return

    return type(incoming)(incoming.name, incoming.file_hash, incoming.size, incoming.columns, rows())
