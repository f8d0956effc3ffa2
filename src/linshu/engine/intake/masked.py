"""Values their source masked before it gave them away: `王**`, `138****1234`, an address that breaks off in stars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from linshu.engine.intake import quoting as q

if TYPE_CHECKING:
    import pyarrow as pa

PATTERN = r"[*＊]|^\(?（?(?:已)?(?:脱敏|加密|隐藏|匿名)"


def is_masked(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Which values are masks; a missing one is none."""
    return pc.fill_null(pc.match_substring_regex(values, PATTERN), False)


def masked(text: str) -> str:
    """SQL of whether a text is a mask."""
    return f"coalesce(regexp_matches({text}, {q.text(PATTERN)}), false)"
