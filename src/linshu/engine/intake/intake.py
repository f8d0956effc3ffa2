"""Collection: whatever changes data comes in here as a batch, is kept sealed, judged, and merged into the standard tables."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.engine.intake import landing as l
from linshu.engine.intake import merging, registry
from linshu.engine.intake.door import seal_rows
from linshu.engine.intake.layout import ROW
from linshu.engine.intake.meter import Meter
from linshu.engine.intake.ports import unwatched
from linshu.engine.intake.shape import shaped
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from linshu.engine.intake.ports import Sealer, Watcher
    from linshu.engine.intake.receipt import Receipt
    from linshu.engine.warehouse.engine import Warehouse
    from linshu.kernel.table import Table

    Rows = Mapping[str, pa.Table | Iterable[pa.RecordBatch]] | Iterable[tuple[str, pa.Table]]

PART_ROWS = 500_000


def _now() -> datetime:
    return datetime.now(UTC)


class Intake:
    """The one road of data into the warehouse of a project."""

    def __init__(  # noqa: PLR0913 - the composition root names each part once
        self,
        folder: Path,
        warehouse: Warehouse,
        sealer: Sealer,
        tables: Sequence[Table],
        *,
        standard_version: int = 1,
        company_day: CompanyDay | None = None,
        part_rows: int = PART_ROWS,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """`folder` is the landing folder; `company_day` the clock by which instants become company days."""
        self.folder = folder
        self.warehouse = warehouse
        self.sealer = sealer
        self.tables = {table.name: table for table in tables}
        self.standard_version = standard_version
        self.company_day = company_day or CompanyDay()
        self.part_rows = part_rows
        self._now = now
        self._last = ""
        self._lock = threading.Lock()
        self._landing = 0  # imports that write parts at this moment
        folder.mkdir(parents=True, exist_ok=True)
        with warehouse.transaction() as session:
            registry.prepare(session, self.tables.values())

    def land_rows(self, source: str, rows: Rows, *, watch: Watcher = unwatched) -> Receipt:
        """Take in rows that already carry the standard's own columns: by table, or as (table, rows) in any order.

        Columns a row lacks are empty; `source`, `source_id`, `updated_at` and `deleted` may be given per row.
        """
        label = self.label(source, "rows")
        with self.writing(label) as writer:
            meter = Meter("land", watch)
            parts = _Parts(writer, self.part_rows)
            for name, chunk in _chunks(rows):
                table = self.table(name)
                parts.add(name, seal_rows(self.sealer, table, shaped(table, chunk)))
                meter.add(chunk.num_rows)
            parts.close()
        return self.merge(label.landing_id, watch=watch)

    def merge(self, landing_id: str, *, watch: Watcher = unwatched) -> Receipt:
        """Merge a landed batch, once: a batch that was merged before gives its receipt and changes nothing."""
        return merging.merge(self.warehouse, self.folder, self.tables, landing_id, self._now(), watch)

    def resume(self) -> tuple[Receipt, ...]:
        """Merge what was landed and not merged before a kill, and sweep away what was not landed whole."""
        with self._lock:
            if not self._landing:
                l.sweep(self.folder)
        done = merging.merged(self.warehouse)
        return tuple(self.merge(each) for each in l.landed(self.folder) if each not in done)

    def table(self, name: str) -> Table:
        """The standard table of that name; Missing, naming the nearest, when there is none."""
        if name not in self.tables:
            raise Missing(
                Text(f"没有标准表 {name}", f"there is no standard table {name}"), mend=nearest(name, self.tables)
            )
        return self.tables[name]

    def label(self, source: str, form: l.Form, **known: str) -> l.Label:
        """The label of a batch that begins now."""
        with self._lock:
            received = self._now().astimezone(UTC)
            latest = max(self._last, *l.landed(self.folder)[-1:], "")
            self._last = l.next_id(received, latest)
        return l.Label(
            landing_id=self._last,
            source=source,
            form=form,
            received_at=received.isoformat(),
            standard_version=self.standard_version,
            cut_off=self.company_day.cut_off,
            zone=self.company_day.zone,
            **known,
        )

    @contextmanager
    def writing(self, label: l.Label) -> Iterator[l.Writer]:
        """Write a batch; it appears whole at the end of the block, and not at all when the block fails."""
        with self._lock:
            self._landing += 1
        writer = l.Writer(self.folder, label)
        try:
            yield writer
            writer.finish()
        except BaseException:
            writer.abandon()
            raise
        finally:
            with self._lock:
                self._landing -= 1


class _Parts:
    """Collects chunks by table and writes a part when enough rows are together."""

    def __init__(self, writer: l.Writer, part_rows: int) -> None:
        self._writer = writer
        self._part_rows = part_rows
        self._held: dict[str, list[pa.Table]] = {}
        self._rows: dict[str, int] = {}
        self._written: dict[str, int] = {}

    def add(self, name: str, rows: pa.Table) -> None:
        self._held.setdefault(name, []).append(rows)
        self._rows[name] = self._rows.get(name, 0) + rows.num_rows
        if self._rows[name] >= self._part_rows:
            self._write(name)

    def close(self) -> None:
        for name in [name for name, rows in self._rows.items() if rows or name not in self._written]:
            self._write(name)

    def _write(self, name: str) -> None:
        rows = pa.concat_tables(self._held.pop(name), promote_options="default")
        first = self._written.get(name, 0)
        numbers = pa.array(range(first + 1, first + rows.num_rows + 1), pa.int64())
        self._writer.write(name, rows.append_column(ROW, numbers))
        self._written[name] = first + rows.num_rows
        self._rows[name] = 0


def _chunks(rows: Rows) -> Iterator[tuple[str, pa.Table]]:
    pairs = rows.items() if hasattr(rows, "items") else rows
    for name, given in pairs:
        if isinstance(given, pa.Table):
            yield name, given
        elif isinstance(given, pa.RecordBatch):
            yield name, pa.Table.from_batches([given])
        else:
            for batch in given:
                yield name, batch if isinstance(batch, pa.Table) else pa.Table.from_batches([batch])
