"""How many shoppers take the freshest piece: for the whole company, and otherwise for a category or a warehouse. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

ENTRY = re.compile(r"(.+?)[\s=:：]+([0-9.]+)")


@lru_cache(maxsize=64)
def shares(text: str) -> tuple[tuple[str, float], ...]:
    """Names with their shares as a person writes them: `蔬菜 0.6；长沙仓 0.3`; Invalid says which cannot be read."""
    found = []
    for entry in filter(None, (one.strip() for one in re.split(r"[;；\n]", text))):
        match = ENTRY.fullmatch(entry)
        try:
            share = float(match[2]) if match else -1.0
        except ValueError:
            share = -1.0
        if match is None or not 0 <= share <= 1:
            raise Invalid(
                Text(f"看不懂“{entry}”", f"cannot read {entry!r}"),
                mend=Text(
                    "写成：蔬菜 0.6；长沙仓 0.3，比例在 0 到 1 之间。",
                    "Write: vegetables 0.6; Changsha 0.3, each from 0 to 1.",
                ),
            )
        found.append((match[1].strip(), share))
    return tuple(found)


def share_of(usual: float, text: str, names: Iterable[str]) -> float:
    """The share for what goes by these names: the first entry that names it, else the usual one."""
    known = frozenset(names)
    return next((share for name, share in shares(text) if name in known), usual)
