"""Ready layouts: the exports people really have, as mappings one can read, and how each is told by its headings.

A layout is listed here, one file each; `recognise` says which of them a file is, how sure that is, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from linshu.engine.intake.mapping import Mapping
from linshu.kernel.text import Text
from linshu.standard import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LAYOUTS", "Recognised", "layout", "recognise"]

LAYOUTS = (
    "taobao-orders",
    "taobao-items",
    "qianniu-orders",
    "qianniu-suborders",
    "pinduoduo",
    "jd",
    "ktt-orders",
    "ktt-supply",
    "jielong",
    "youzan",
    "jushuitan",
    "wangdian",
)
SURE_AT_LEAST = 0.9  # all headings that tell a layout are there


@dataclass(frozen=True, slots=True)
class Recognised:
    """The layout a file has."""

    mapping: Mapping
    sureness: float  # 0 to 1
    reason: Text


@cache
def layout(name: str) -> Mapping:
    """The mapping of a ready layout."""
    text = files(__name__).joinpath(f"{name}.yaml").read_text("utf-8")
    return Mapping.parse(text, f"{name}.yaml", {table.name: table for table in TABLES})


def recognise(columns: Sequence[str]) -> Recognised | None:
    """The layout whose telling headings all stand in the file; of several the one that knows most; None when none does."""
    there = set(columns)
    best: tuple[int, Recognised | None] = (0, None)
    for name in LAYOUTS:
        mapping = layout(name)
        if not all(there.intersection(names) for names in mapping.need):
            continue
        known = there.intersection(mapping.heads)
        weight = len(known) + 3 * len(mapping.need)
        if weight > best[0]:
            best = weight, _recognised(mapping, len(known), len(there))
    return best[1]


def _recognised(mapping: Mapping, known: int, there: int) -> Recognised:
    share = known / max(there, 1)
    telling = "、".join(names[0] for names in mapping.need[:4])
    reason = Text(
        f"表头是{mapping.title}的：有{telling}等，{there} 列里认得 {known} 列",
        f"the headings are those of {mapping.name.removesuffix('.yaml')}: {telling} …; {known} of {there} are known",
    )
    return Recognised(mapping, round(SURE_AT_LEAST + (1 - SURE_AT_LEAST) * share, 2), reason)
