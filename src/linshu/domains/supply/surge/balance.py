"""Before it breaks: what other warehouses can spare, what the listing still holds back, what only the supplier can bring. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """One good at one warehouse, pieces: what lies there free, what its listing still lets be sold, what may still be asked for."""

    warehouse_id: str
    warehouse: str
    free: int | None  # stock and what is due today, less what is sold and has not left; None where no stock limits it
    room: int | None  # of the listing's quota; None without one
    wanted: int  # what the rest of the day asks for at most, on the cautious side

    @property
    def lacks(self) -> int:
        """What is wanted and cannot be sold as things stand."""
        limits = [one for one in (self.free, self.room) if one is not None]
        return max(0, self.wanted - min(limits)) if limits else 0

    @property
    def spare(self) -> int:
        """What it can give away and still serve its own."""
        return max(0, self.free - self.wanted) if self.free is not None else 0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, pieces; exactly one of the three is above zero."""

    source_id: str  # the warehouse that gives, or the supplier that is called; "" for the quota
    source: str
    moved: int = 0
    quota: int = 0
    called: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """When the company acts, and on how little it does not bother to move."""

    chance: float = 0.5  # to run out
    least: int = 3  # pieces short, expected
    least_moved: int = 5  # pieces a transfer is worth driving for
    most: int = 50  # proposals a look


def balance(site: Site, others: tuple[Site, ...], supplier: tuple[str, str], rules: Rules) -> tuple[Step, ...]:
    """What to do so that the day can be served, the nearest at hand first.

    Stock behind a quota costs a click; what others can spare, a drive; the rest the supplier has to bring. The quota rises by
    all of it, for what comes in is to be sold.
    """
    lacks = site.lacks
    if not lacks:
        return ()
    steps: list[Step] = []
    missing = max(0, site.wanted - site.free) if site.free is not None else 0
    for one in sorted(others, key=lambda other: (-other.spare, other.warehouse_id)):
        given = min(missing, one.spare)
        if given < rules.least_moved and given < missing:
            break  # the others can spare even less
        if given > 0:
            steps.append(Step(one.warehouse_id, one.warehouse, moved=given))
            missing -= given
    if missing:
        steps.append(Step(*supplier, called=missing))
    if site.room is not None and site.room < site.wanted:
        steps.insert(0, Step("", "", quota=site.wanted - site.room))
    return tuple(steps)


def helped(steps: tuple[Step, ...], site: Site) -> int:
    """How many more pieces can be sold once all steps are done."""
    brought = sum(one.moved + one.called for one in steps)
    free = None if site.free is None else site.free + brought
    room = None if site.room is None else site.room + sum(one.quota for one in steps)
    after = Site(site.warehouse_id, site.warehouse, free, room, site.wanted)
    return site.lacks - after.lacks


def earned(wanted_after: int, left: int, helped: int) -> int:
    """Pieces sold that could not have been without the help: of all that was still sold, what went beyond what was left."""
    return max(0, min(wanted_after - left, helped))
