"""What to do next with a module: bring in what it lacks, look at what is not well, switch it on, or go on; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from linshu.kernel.text import Text

Next = Literal["import", "mend", "switch_on", "go_on", "rest"]


@dataclass(frozen=True, slots=True)
class Need:
    """A table a module reads, and how it stands."""

    table: str
    title: Text
    required: bool
    rows: int = 0
    newest_day: date | None = None
    state: str = ""  # good, late or bad; "" while there are no rows
    why: tuple[Text, ...] = ()

    @property
    def there(self) -> bool:
        """Whether it holds rows."""
        return self.rows > 0


def ready(needs: Sequence[Need]) -> bool:
    """Whether it has what it cannot do without."""
    return all(one.there for one in needs if one.required)


def next_step(needs: Sequence[Need], *, on: bool, optional: bool) -> tuple[Next, Need | None]:
    """What to do next, and with which table."""
    missing = next((one for one in needs if one.required and not one.there), None)
    if missing is not None:
        return "import", missing
    if optional and not on:
        return "switch_on", None
    poor = next((one for one in needs if one.there and one.state in {"bad", "late"}), None)
    if poor is not None:
        return "mend", poor
    more = next((one for one in needs if not one.there), None)
    return ("rest", more) if more is not None else ("go_on", None)


def first_to_switch_on(steps: Sequence[tuple[str, int, bool, bool]]) -> str:
    """Of (name, step, on, ready) the module to switch on next: the first in the recommended order; "" for none."""
    waiting = sorted((step, name) for name, step, on, is_ready in steps if not on and is_ready)
    return waiting[0][1] if waiting else ""
