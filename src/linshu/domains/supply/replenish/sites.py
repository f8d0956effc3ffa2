"""Warehouses below one that supplies them (central > grid), where they hold stock of their own: each its part of the demand. Pure.

Pick-up points are no level of stock: by the standard stock moves between warehouses alone, and a point hands out what was sold.

A forecast is of the warehouse that supplies. Those below it that hold a good, or held it until they ran out, serve what lately
was sold through them; what was sold through the others is served from above. Days on which one had none say nothing of what is
wanted there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linshu.domains.supply.replenish.case import Case

    Key = tuple[str, str]
    Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Below:
    """What is known of the warehouses below others."""

    of: Mapping[str, Sequence[str]]  # those below each warehouse
    names: Mapping[str, str]
    shelf: Mapping[Key, Pairs]  # as a case has it, of each warehouse alone
    coming: Mapping[Key, Pairs]
    usual: Mapping[Key, float]  # pieces a day that lately were sold through each warehouse
    held: Mapping[Key, float] = field(
        default_factory=dict
    )  # pieces a day that left those that held some, on days they did


def sites(case: Case, below: Below) -> Iterator[Case]:
    """The case of the supplying warehouse alone, and of each below it that holds some, has some coming, or ran out of it."""
    keys = [(case.sku_id, one) for one in below.of.get(case.warehouse_id, ())]
    holding = [key for key in keys if below.shelf.get(key) or below.coming.get(key) or key in below.held]
    seen = {key: below.usual.get(key, 0.0) for key in holding}
    asked = {key: max(units, below.held.get(key, 0.0)) for key, units in seen.items()}
    whole = case.usual + sum(asked[key] - seen[key] for key in holding)
    parts = {key: units / whole if whole > 0 else 0.0 for key, units in asked.items()}
    yield _part(case, max(0.0, 1 - sum(parts.values()))) if holding else case
    for key in holding:
        part = _part(case, min(parts[key], 1.0))
        yield replace(
            part, warehouse_id=key[1], warehouse=below.names.get(key[1], key[1]), shelf=tuple(below.shelf.get(key, ())),
            coming=tuple(below.coming.get(key, ())), lead=tuple(days + 1 for days in case.lead),
        )  # fmt: skip


def _part(case: Case, share: float) -> Case:
    return replace(
        case, mean=tuple(share * one for one in case.mean), sure=tuple(round(share * one) for one in case.sure),
        usual=share * case.usual,
    )  # fmt: skip
