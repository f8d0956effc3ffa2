"""What pages ask about the rows put aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from linshu.engine.shell.told import Rows, Told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from linshu.engine.intake.repair import Repair
    from linshu.engine.intake.shelf import Wanted
    from linshu.engine.shell.desk import Receiving


class Aside(Protocol):
    """The rows put aside: looked through, mended by rule, brought back."""

    def counts(self) -> dict[str, int]:
        """How many rows stand in each state."""

    def groups(self, wanted: Wanted) -> Rows:
        """The same problem over many rows as one line."""

    def rows(
        self, wanted: Wanted, *, order: str = "newest", limit: int | None = 50, offset: int = 0
    ) -> tuple[Rows, int]:
        """A page of rows with their problems, and how many rows there are."""

    def facets(self, status: str) -> dict[str, Rows]:
        """What the rows of a state can be filtered by, each with its rows."""

    def writings(self, table: str, column: str) -> list[tuple[str, str, int]]:
        """What open problems of a column say: the text, the code of its problem, how many rows."""

    def units(self, table: str, column: str) -> Mapping[str, Fraction]:
        """The words of units and what one is in the unit the column is written in; empty where it has none."""

    def saved(self) -> Mapping[str, Repair]:
        """The project's own rules by name."""

    def receive(self, name: str, by: str, expected: int = 0) -> Receiving:
        """Begin to take a mended file in; what comes is sealed at once."""

    def replay(self, receiving: Any, by: str) -> Told:
        """Bring the mended rows of a received file in; the file itself is thrown away."""

    def row(self, mark: str) -> dict[str, Any]:
        """One open row as it was received: the columns in order, and the name of its file."""

    def mend(self, mark: str, cells: Mapping[str, str], *, by: str = "") -> Told:
        """Bring one row back with some of its cells changed."""

    def dismiss(self, marks: Sequence[str], because: str, *, by: str = "") -> Told:
        """Leave rows aside for good, with a reason."""

    def restore(self, landing_id: str, *, by: str = "") -> Told:
        """Take a dismissal back."""

    def repair(
        self,
        rule: Mapping[str, Any] | None = None,
        names: Sequence[str] = (),
        *,
        apply: bool = False,
        save: str = "",
        by: str = "",
    ) -> Told:
        """What a rule, or the saved ones, mend; with `apply` the mended rows come in."""

    def workbook(self) -> bytes:
        """The open rows as an Excel file in which they can be mended."""
