"""Collection: whatever changes data comes in here as a batch, is kept sealed, judged, and merged into the standard tables."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from linshu.engine.intake import crash, merging, quarantine, registry, withdrawal
from linshu.engine.intake import landing as l
from linshu.engine.intake.door import seal_rows
from linshu.engine.intake.filedoor import FileDoor
from linshu.engine.intake.layout import LINE, ROW
from linshu.engine.intake.meter import Meter
from linshu.engine.intake.parts import PART_ROWS, Parts, chunks, numbered, parts_of
from linshu.engine.intake.personal import mask_numbers, mask_text
from linshu.engine.intake.ports import unwatched
from linshu.engine.intake.shape import shaped
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Cancelled, Conflict, LinshuError, Missing, Unavailable, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from linshu.engine.intake.incoming import Incoming
    from linshu.engine.intake.mapping import Mapping as FileMapping
    from linshu.engine.intake.parts import Rows
    from linshu.engine.intake.ports import Sealer, Watcher
    from linshu.engine.intake.receipt import Receipt
    from linshu.engine.warehouse.engine import Warehouse
    from linshu.kernel.table import Table


CALLED_OFF = "导入时取消了 · called off while it was imported"
MANY = 3  # so many batches that wait to be merged are a history, not the news of the day


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
        self._waiting: set[str] | None = None  # landed and not merged; None = the landing folder must say
        self.person = ""  # in whose name batches come when nobody else is named; "" = a source by itself
        self._together = threading.local()  # the batches that came in within a block of `together`, and whose they are
        folder.mkdir(parents=True, exist_ok=True)
        with warehouse.transaction() as session:
            registry.prepare(session, self.tables.values())

    def land_rows(self, source: str, rows: Rows, *, mark: str = "", watch: Watcher = unwatched) -> Receipt:
        """Take in rows that already carry the standard's own columns: by table, or as (table, rows) in any order.

        Columns a row lacks are empty; `source`, `source_id`, `updated_at` and `deleted` may be given per row. A `mark`
        tells this batch from any other: the same mark again changes nothing and says so.
        """
        if mark:
            self.resume()
            known = merging.known_file(self.warehouse, mark, "", "")
            if known:
                return known
        return self._merge_or_withdraw(self.land(source, rows, mark=mark, watch=watch), watch)

    def land(self, source: str, rows: Rows, *, mark: str = "", watch: Watcher = unwatched) -> str:
        """The same without the merge, for sources that bring many batches in a row: `resume` merges what landed."""
        label = self.label(source, "rows", file_hash=mark)
        with self.writing(label) as writer:
            meter = Meter("land", watch)
            parts = Parts(writer, self.part_rows)
            for name, chunk in chunks(rows):
                table = self.table(name)
                parts.add(name, seal_rows(self.sealer, table, shaped(table, chunk)))
                meter.add(chunk.num_rows)
            parts.close()
        return label.landing_id

    def land_and_merge(
        self, incoming: Incoming, mapping: FileMapping, *, by: str = "", watch: Watcher = unwatched
    ) -> Receipt:
        """Take in a file under a mapping; the same file under the same mapping again changes nothing and says so.

        `by` is the account of whoever brings it.
        """
        self.resume()
        known = merging.known_file(self.warehouse, incoming.file_hash, mapping.digest, incoming.mends)
        if known:
            return known
        label = self.label(
            mapping.source,
            "file",
            file_name=mask_text(incoming.name),
            file_hash=incoming.file_hash,
            mapping=mapping.text,
            mapping_hash=mapping.digest,
            mapping_name=mapping.name,
            mends=incoming.mends,
            header_row=incoming.header_row,
            as_of=incoming.as_of,
            brought_by=by,
            notes=[(each.zh, each.en) for each in incoming.notes],
        )
        with self.writing(label) as writer:
            self._land_file(writer, incoming, mapping, Meter("land", watch, incoming.size or None))
        return self._merge_or_withdraw(label.landing_id, watch)

    def _land_file(self, writer: l.Writer, incoming: Incoming, mapping: FileMapping, meter: Meter) -> None:
        door = FileDoor(mapping, incoming.columns, self.sealer)
        first = 0
        try:
            for rows in parts_of(incoming.rows, self.part_rows):
                origin = None if incoming.origin is None else incoming.origin.slice(first, rows.num_rows)
                sealed = door.seal(rows, origin)
                sealed = sealed.append_column(ROW, numbered(first, rows.num_rows))
                if LINE in rows.column_names:
                    sealed = sealed.append_column(LINE, rows[LINE])
                writer.write(l.FILE_ROWS, sealed)
                first += rows.num_rows
                meter.add(rows.num_rows, rows.nbytes)
            if not first:
                empty = pa.table({name: pa.array([], pa.string()) for name in incoming.columns})
                writer.write(l.FILE_ROWS, door.seal(empty).append_column(ROW, pa.array([], pa.int64())))
            broken = incoming.broken()
            if broken.num_rows:
                writer.write(l.BROKEN, broken.set_column(1, "text", mask_numbers(broken["text"])))
        finally:
            door.close()

    def _merge_or_withdraw(self, landing_id: str, watch: Watcher) -> Receipt:
        """Merge what was just landed; a batch that can never be merged must not stand in the way of all later ones."""
        try:
            receipt = self.merge(landing_id, watch=watch)
        except (Unavailable, Conflict):
            raise  # disk full, file locked: `resume` merges it later
        except LinshuError:
            l.withdraw(self.folder / landing_id)
            self._settled(landing_id)
            raise
        came: list[str] | None = getattr(self._together, "came", None)
        if came is not None:
            came.append(landing_id)
        return receipt

    @contextmanager
    def together(self, by: str = "") -> Iterator[None]:
        """What this thread brings in within the block, in somebody's name, comes in as a whole or not at all.

        Once it is called off (a watcher raises Cancelled), the batches that came in already are taken back.
        """
        self._together.came, self._together.by = (came := list[str]()), by
        try:
            yield
        except Cancelled:
            self._together.came = None
            for landing_id in reversed(came):
                if landing_id not in merging.withdrawn(self.warehouse):  # with a batch go those that mend it
                    self.withdraw(landing_id, by=by, why=CALLED_OFF)
            raise
        finally:
            self._together.came, self._together.by = None, ""

    def problems(self, landing_id: str = "", *, settled: bool = False) -> pa.Table:
        """What is wrong with which row; see `quarantine.problems`."""
        return quarantine.problems(self.warehouse, landing_id, settled=settled)

    def not_data(self, landing_id: str = "") -> pa.Table:
        """The lines of files that were left aside; see `quarantine.not_data`."""
        return quarantine.not_data(self.warehouse, landing_id)

    def sheets(self, landing_id: str = "") -> tuple[quarantine.Sheet, ...]:
        """The rows that need a person, ready to be written to a file; see `quarantine.sheets`."""
        return quarantine.sheets(self.warehouse, self.folder, self.tables, landing_id)

    def replay(self, incoming: Incoming, *, by: str = "", watch: Watcher = unwatched) -> tuple[Receipt, ...]:
        """Take mended rows back in, one batch for each batch they came from; what was not changed stays where it is."""
        found = list(quarantine.mended(incoming, self.folder, self.tables))
        return tuple(self.land_and_merge(each, mapping, by=by, watch=watch) for each, mapping in found)

    def withdraw(self, landing_id: str, *, by: str = "", why: str = "", watch: Watcher = unwatched) -> Receipt:
        """Take a batch back, as if it had never come; a withdrawal taken back lets its batch come again.

        Missing when there is no such batch, Conflict when it was taken back already.
        """
        self.resume()
        named = self._undoable(landing_id)
        known = {"file_name": named["file_name"], "undoes": landing_id, "why": mask_text(why), "brought_by": by}
        label = self.label(named["source"], "withdrawal", **known)
        with self.writing(label) as writer:
            writer.write(withdrawal.STEM, pa.table({"landing_id": [landing_id], "why": [label.why]}))
        return self._merge_or_withdraw(label.landing_id, watch)

    def effect(self, landing_id: str) -> tuple[withdrawal.Effect, ...]:
        """What taking a batch back would do, table by table: done for real, and never committed."""
        self.resume()
        self._undoable(landing_id)
        entry = withdrawal.Entry("~", undoes=landing_id)  # after all others
        seen: list[withdrawal.Effect] = []
        with suppress(_OnlyLookedError), self.warehouse.transaction() as session:
            seen += withdrawal.settle(session, self.folder, self.tables, entry)[1]
            _OnlyLookedError.end()
        return tuple(seen)

    def touched(self, landing_id: str) -> frozenset[str]:
        """The tables that would be merged anew were this batch taken back."""
        undoes = l.label_of(self.folder / landing_id).undoes
        return withdrawal.touched_by(self.folder, self.tables, [undoes or landing_id])

    def _undoable(self, landing_id: str) -> dict[str, Any]:
        rows = self.warehouse.query(
            f"SELECT source, file_name, status, form FROM {registry.LANDING} WHERE landing_id = $1", [landing_id]
        ).to_pylist()
        if not rows:
            raise Missing(Text(f"没有批次 {landing_id}", f"there is no batch {landing_id}"))
        if rows[0]["form"] == "word":
            raise Conflict(
                Text("“不再处理”的决定请在隔离区恢复", "take a decision to leave rows aside back in quarantine"),
                mend=Text("打开 /data/quarantine。", "Open /data/quarantine."),
            )
        if rows[0]["form"] == "erasure":
            raise Conflict(Text("个人信息的删除不能撤销", "an erasure of personal data cannot be taken back"))
        if rows[0]["status"] == "withdrawn":
            raise Conflict(
                Text(f"批次 {landing_id} 已经撤销了", f"the batch {landing_id} was taken back already"),
                mend=Text("要让它回来，请撤销那次撤销。", "To let it come again, undo that withdrawal."),
            )
        return dict(rows[0])

    def merge(self, landing_id: str, *, watch: Watcher = unwatched) -> Receipt:
        """Merge a landed batch, once: a batch that was merged before gives its receipt and changes nothing."""
        receipt = self._merge(landing_id, watch)
        self._settled(landing_id)
        return receipt

    def _merge(self, landing_id: str, watch: Watcher) -> Receipt:
        label = l.label_of(self.folder / landing_id)
        if (label.mends or label.form == "withdrawal") and landing_id in self._gone([label]):
            return merging.leave_out(self.warehouse, self.folder, self.tables, landing_id, self._now())
        if label.form == "withdrawal":
            return self._settle(label, watch)
        return merging.merge(self.warehouse, self.folder, self.tables, landing_id, self._now(), watch)

    def _settle(self, label: l.Label, watch: Watcher) -> Receipt:
        """Let a withdrawal that landed have its effect."""
        with self.warehouse.transaction() as session:
            known = merging.receipt_of(session, label.landing_id)
            if known:
                return known
            crash.point("merge.begun")
            entry = withdrawal.Entry(label.landing_id, label.undoes)
            touched, _ = withdrawal.settle(session, self.folder, self.tables, entry, watch)
            receipt = merging.register_withdrawal(session, label, touched, self._now())
            crash.point("merge.registered")
        crash.point("merge.committed")
        return receipt

    def _gone(self, coming: Sequence[l.Label]) -> frozenset[str]:
        """The batches that do not count, by the books and by what landed and is not in them yet."""
        with self.warehouse.snapshot() as session:
            known = withdrawal.entries_of(session)
        return withdrawal.gone([*known, *(withdrawal.Entry(one.landing_id, one.undoes, one.mends) for one in coming)])

    def merge_all(self, batches: Sequence[str]) -> Iterator[Receipt]:
        """Merge what landed, oldest first; what was taken back by a later one among them is never merged."""
        if not batches:
            return
        gone = self._gone([l.label_of(self.folder / each) for each in batches])
        for each in batches:
            if each in gone:
                receipt = merging.leave_out(self.warehouse, self.folder, self.tables, each, self._now())
                self._settled(each)
                yield receipt
            else:
                yield self.merge(each)

    def resume(self) -> tuple[Receipt, ...]:
        """Merge what was landed and not merged before a kill, and sweep away what was not landed whole."""
        waiting = self._left_over()
        if len(waiting) < MANY:
            return tuple(self.merge_all(waiting))
        with self.warehouse.bulk():
            return tuple(self.merge_all(waiting))

    def _left_over(self) -> list[str]:
        """What landed and is not merged, oldest first.

        The folder grows for ever and is looked into once, and again after an import that broke off: between these this
        process, which alone writes here, knows what it landed.
        """
        with self._lock:
            if self._waiting is None:
                if not self._landing:
                    l.sweep(self.folder)
                self._waiting = set(l.landed(self.folder)) - merging.merged(self.warehouse)
            return sorted(self._waiting)

    def _settled(self, landing_id: str) -> None:
        """A batch is merged, or gone."""
        with self._lock:
            if self._waiting is not None:
                self._waiting.discard(landing_id)

    def table(self, name: str) -> Table:
        """The standard table of that name; Missing, naming the nearest, when there is none."""
        if name not in self.tables:
            raise Missing(
                Text(f"没有标准表 {name}", f"there is no standard table {name}"), mend=nearest(name, self.tables)
            )
        return self.tables[name]

    def label(self, source: str, form: l.Form, **known: Any) -> l.Label:
        """The label of a batch that begins now."""
        known["brought_by"] = known.get("brought_by") or getattr(self._together, "by", "") or self.person
        with self._lock:
            received = self._now().astimezone(UTC)
            self._last = l.next_id(received, self._last or max(l.landed(self.folder), default=""))
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
            with self._lock:
                if self._waiting is not None:
                    self._waiting.add(label.landing_id)
        except BaseException:
            writer.abandon()
            with self._lock:
                self._waiting = None
            raise
        finally:
            with self._lock:
                self._landing -= 1


class _OnlyLookedError(Exception):
    """Ends a transaction that was only meant to be looked at."""

    @classmethod
    def end(cls) -> None:
        """Let nothing of it stay."""
        raise cls
