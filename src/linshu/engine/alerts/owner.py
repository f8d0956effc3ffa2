"""Whose an alert is: the person who answers for the smallest part of the company that holds it; pure.

Who answers for what is told by row scope: the manager of a region has that region, whoever keeps a leader has that leader
or community. Those with the role a rule names come first; the next in the row is whom it is passed on to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.access.place import covers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.access.place import Place
    from linshu.engine.access.users import User

WIDEST = 1_000  # a person who sees everything comes after all who answer for a part


def line(people: Iterable[User], role: str, place: Place) -> tuple[User, ...]:
    """Those who may act on it and see it, nearest first: the role named before others, small parts before large."""
    able = [one for one in people if one.active and one.may("orders.work") and covers(one.scope, place)]
    named = [one for one in able if role in (one.role, one.job.menu)]
    answering = [one for one in able if one not in named and one.scope.restrictions()]
    return tuple(
        sorted(named, key=lambda one: _width(one, place)) + sorted(answering, key=lambda one: _width(one, place))
    )


def owner(people: Iterable[User], role: str, place: Place, level: int = 0) -> User | None:
    """Whose it is after so many escalations; None when there is nobody, or several see everything and nothing tells them apart."""
    found = line(people, role, place)
    if not found:
        return None
    one = found[min(level, len(found) - 1)]
    alike = [each for each in found if not each.scope.restrictions()]
    return one if one.scope.restrictions() or len(alike) == 1 else None


def _width(one: User, place: Place) -> tuple[int, int, int, str]:
    """How much a person answers for, seen from there: fewer kinds of bounds and wider ones come later."""
    bounds = dict(one.scope.restrictions())
    if not bounds:
        return WIDEST, 0, 0, one.account
    held = [at for at, region in enumerate(place.regions) if region in bounds.get("regions", ())]
    points = any(name != "regions" for name in bounds)  # a leader, community, warehouse: smaller than any region
    depth = len(place.regions) - max(held) if held else 0
    return 0 if points else 1, depth, sum(len(ids) for ids in bounds.values()), one.account
