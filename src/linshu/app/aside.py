"""The rows put aside, as pages look through them and mend them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.app import mending, repairs
from linshu.engine.intake import quarantine, shelf
from linshu.engine.intake.numbers import UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from linshu.app.answer import Answer
    from linshu.app.home import Home
    from linshu.app.uploads import Receiving
    from linshu.engine.intake import Intake
    from linshu.engine.intake.repair import Repair
    from linshu.engine.intake.shelf import Wanted

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LocalAside:
    """The rows put aside, by the process that owns the data."""

    shop: Home

    @property
    def _intake(self) -> Intake:
        return self.shop.bringing.intake

    def counts(self) -> dict[str, int]:
        """How many rows stand in each state."""
        self.shop.ready()
        return shelf.counts(self.shop.warehouse)

    def groups(self, wanted: Wanted) -> Rows:
        """The same problem over many rows as one line."""
        return shelf.groups(self.shop.warehouse, wanted)

    def rows(
        self, wanted: Wanted, *, order: str = "newest", limit: int | None = 50, offset: int = 0
    ) -> tuple[Rows, int]:
        """A page of rows with their problems, and how many rows there are."""
        return shelf.rows(self.shop.warehouse, wanted, order=order, limit=limit, offset=offset)

    def facets(self, status: str) -> dict[str, Rows]:
        """What the rows of a state can be filtered by."""
        return shelf.facets(self.shop.warehouse, status)

    def writings(self, table: str, column: str) -> list[tuple[str, str, int]]:
        """What open problems of a column say."""
        return shelf.writings(self.shop.warehouse, table, column)

    def units(self, table: str, column: str) -> Mapping[str, Fraction]:
        """The words of units and what one is in the unit the column is written in."""
        known = UNITS.get(self._intake.table(table).column(column).kind, {})
        base = quarantine.unit_of(self.shop.warehouse, self._intake.folder, table, column)
        one = known.get(base, 1)
        return {word: factor / one for word, factor in known.items()}

    def saved(self) -> Mapping[str, Repair]:
        """The project's own rules by name."""
        return repairs.saved(self.shop.project.mappings)

    def receive(self, name: str, by: str, expected: int = 0) -> Receiving:
        """Begin to take a mended file in; what comes is sealed at once."""
        return self.shop.uploads.begin(name, by, expected)

    def replay(self, receiving: Receiving, by: str) -> Answer:
        """Bring the mended rows of a received file in; the file itself is thrown away."""
        upload = receiving.finish()
        try:
            with self.shop.uploads.reading(upload):
                return self.shop.replay(upload.source, by=by)
        finally:
            self.shop.uploads.remove(upload.upload_id, by)

    def row(self, mark: str) -> dict[str, Any]:
        """One open row as it was received: the columns in order, and the name of its file."""
        sheet = quarantine.one_row(self.shop.warehouse, self._intake.folder, self._intake.tables, mark)
        cells = {name: sheet.rows[name][0].as_py() for name in sheet.rows.column_names if name not in quarantine.NOTES}
        return {"file": sheet.name, "cells": cells}

    def mend(self, mark: str, cells: Mapping[str, str], *, by: str = "") -> Answer:
        """Bring one row back with some of its cells changed."""
        return self.shop.mend(mark, cells, by=by)

    def dismiss(self, marks: Sequence[str], because: str, *, by: str = "") -> Answer:
        """Leave rows aside for good."""
        return self.shop.dismiss(marks, because, by=by)

    def restore(self, landing_id: str, *, by: str = "") -> Answer:
        """Take a dismissal back."""
        return self.shop.restore(landing_id, by=by)

    def repair(
        self,
        rule: Mapping[str, Any] | None = None,
        names: Sequence[str] = (),
        *,
        apply: bool = False,
        save: str = "",
        by: str = "",
    ) -> Answer:
        """What a rule, or the saved ones, mend; with `apply` the mended rows come in."""
        return self.shop.repair(rule, names, apply=apply, save=save, by=by)

    def workbook(self) -> bytes:
        """The open rows as an Excel file in which they can be mended."""
        return mending.workbook(self._intake.sheets())
