"""Row scope: which places, leaders, suppliers, warehouses and channels a viewer may see; enforced inside every query."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Above = Callable[[str], frozenset[str]]  # the regions that a region lies in


TITLES = {
    "regions": Text("区域", "region"), "communities": Text("社群", "community"), "leaders": Text("团长", "leader"),
    "suppliers": Text("供应商", "supplier"), "warehouses": Text("仓库", "warehouse"), "channels": Text("渠道", "channel"),
}  # fmt: skip

SCOPES = 512  # kept at hand


def nowhere(_: str) -> frozenset[str]:
    """What lies above a region where regions are not known: nothing."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows a viewer may see: those that satisfy every restriction at once.

    None means unrestricted; an empty set means nothing at all. `regions` holds ids of any level (province to street).
    """

    regions: frozenset[str] | None = None
    communities: frozenset[str] | None = None
    leaders: frozenset[str] | None = None
    suppliers: frozenset[str] | None = None
    warehouses: frozenset[str] | None = None
    channels: frozenset[str] | None = None

    @classmethod
    def everything(cls) -> Scope:
        """No restriction: the owner's view."""
        return cls()

    @classmethod
    def only(cls, **allowed: Iterable[str] | None) -> Scope:
        """A scope from plain lists, such as `Scope.only(regions=["420106"])`."""
        return cls(**{name: None if ids is None else frozenset(ids) for name, ids in allowed.items()})

    def restrictions(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The restricted attributes with their allowed ids, both sorted; nothing for an unrestricted scope."""
        return _restrictions(self)

    def both(self, other: Scope, above: Above = nowhere) -> Scope:
        """The rows both scopes allow, attribute by attribute; of a region and one above it, the smaller."""
        return Scope(**{
            field.name: _meet(
                getattr(self, field.name), getattr(other, field.name), above if field.name == "regions" else nowhere
            )
            for field in fields(self)
        })  # fmt: skip

    def beyond(self, wanted: Scope, above: Above = nowhere) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What a narrower scope names that does not lie in this one, attribute by attribute; nothing where it only narrows."""
        own = {name: frozenset(ids) for name, ids in self.restrictions()}

        def lies_in(name: str, one: str) -> bool:
            mine = own[name]
            return one in mine or (name == "regions" and not mine.isdisjoint(above(one)))

        found = (
            (name, tuple(one for one in ids if not lies_in(name, one)))
            for name, ids in wanted.restrictions()
            if name in own
        )
        return tuple((name, ids) for name, ids in found if ids)

    def digest(self) -> str:
        """A short name of exactly this scope, for cache keys and the audit log."""
        return _digest(self)


# Asked some thirty times for each page, and always of the same few scopes.
@lru_cache(SCOPES)
def _restrictions(scope: Scope) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = ((field.name, getattr(scope, field.name)) for field in fields(scope))
    return tuple((name, tuple(sorted(ids))) for name, ids in found if ids is not None)


@lru_cache(SCOPES)
def _digest(scope: Scope) -> str:
    text = json.dumps(_restrictions(scope), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _meet(one: frozenset[str] | None, other: frozenset[str] | None, above: Above) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    smaller = (each for this, that in ((one, other), (other, one)) for each in this if not that.isdisjoint(above(each)))
    return one & other | frozenset(smaller)


ATTRIBUTES: tuple[str, ...] = tuple(field.name for field in fields(Scope))
