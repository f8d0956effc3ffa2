"""Targets set by hand: a landing batch like every change of the data, and the published tables follow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from linshu.app.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linshu.app.identities import Home

SOURCE = "linshu"
SCHEMA = pa.schema(
    [
        ("metric", pa.string()), ("dimension", pa.string()), ("dimension_value", pa.string()),
        ("period_grain", pa.string()), ("period_start", pa.date32()), ("target_value", pa.int64()),
        ("updated_at", pa.timestamp("us", "UTC")), ("deleted", pa.bool_()),
    ]
)  # fmt: skip


class LocalAims:
    """The targets in the data this process owns."""

    def __init__(self, shop: Home, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._shop, self._now = shop, now

    def keep(self, rows: Sequence[Mapping[str, Any]]) -> Answer:
        """Set, change or drop targets; the same part, period and metric again is another value of the same target."""
        if not rows:
            return Answer.of([], batch="")
        made = [{"deleted": False, **row, "updated_at": self._now()} for row in rows]
        receipt = self._shop.land(SOURCE, {"target": pa.Table.from_pylist(made, schema=SCHEMA)})
        self._shop.build_models()
        return Answer.of(({**row, "period_start": str(row["period_start"])} for row in rows), batch=receipt.landing_id)
