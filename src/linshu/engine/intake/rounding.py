"""Long numbers that a spreadsheet has rounded: of 18 digits it keeps 15, and the rest is nought in every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_KEPT = 15  # digits that a spreadsheet keeps
_SAMPLE = 10_000  # long values of a column that are looked at
_ENOUGH = 3  # different numbers, all rounded: one alone may really end in noughts
ROUNDED, EXACT = "rounded", "exact"


def long_numbers(rows: pa.Table) -> dict[str, str]:
    """Of each column with numbers of 16 digits and more: are they `rounded`, or is one of them `exact`."""
    found = {}
    for field in rows.schema:
        if pa.types.is_string(field.type):
            verdict = _verdict(rows[field.name])
            if verdict:
                found[field.name] = verdict
    return found


def rounded_in(parts: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """The columns that are rounded in some part and exact in none."""
    seen: dict[str, set[str]] = {}
    for part in parts:
        for name, verdict in part.items():
            seen.setdefault(name, set()).add(verdict)
    return frozenset(name for name, verdicts in seen.items() if verdicts == {ROUNDED})


def _verdict(values: pa.ChunkedArray) -> str:
    long = pc.filter(values, pc.greater(pc.binary_length(values), _KEPT)).slice(0, _SAMPLE)
    numbers = pc.filter(long, pc.match_substring_regex(long, f"^[1-9][0-9]{{{_KEPT},}}$")) if len(long) else long
    if not len(numbers):
        return ""
    if not pc.all(pc.match_substring_regex(numbers, f"^[0-9]{{{_KEPT}}}0+$")).as_py():
        return EXACT
    return ROUNDED if len(pc.unique(numbers)) >= _ENOUGH else ""
