"""What the stages of one statement share while it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.metrics.binding import Binder
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.serving import Choice, Held, Served
    from linshu.engine.warehouse.rollups import Standing
    from linshu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Reading:
    """What the stages of one statement share: declarations, bound values, and what is noted of the tables read."""

    catalog: Catalog
    binder: Binder
    rollups: Mapping[str, Standing] | None = None  # those that stand in the store; None: they are not wanted
    tables: set[str] = field(default_factory=set)
    served: list[Served] = field(default_factory=list)
    decided: list[tuple[Choice, Held | Text]] = field(default_factory=list)  # what hangs on the question's values
