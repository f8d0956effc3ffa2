"""Who leads which group and when: skill, dormancy, leaders who are poached, who leave and who change groups."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from linshu.twin import names
from linshu.twin.config import Config
from linshu.twin.places import QUIET, Places
from linshu.twin.rows import NONE, Ints, pool

Floats = NDArray[np.float64]
HORIZON = 400  # days after the present for which changes are already decided, for a company that goes on living
TIERS = pool(["青铜", "白银", "黄金", "钻石"])
LEFT, POACHED, MOVED, DORMANT, REVIVED = "left", "poached", "moved", "dormant", "revived"
# Events a year for a hundred groups, and how many a span must at least show.
YEARLY = {POACHED: (5.0, 2), LEFT: (14.0, 3), MOVED: (3.0, 1), DORMANT: (14.0, 3), REVIVED: (7.0, 1)}


@dataclass(frozen=True, slots=True)
class Change:
    """One change in a group's leadership on a company day; `enters` is NONE when the leader stays."""

    day: int
    kind: str
    group: int
    leaves: int
    enters: int
    gap: int  # days the group waits for its new leader


@dataclass
class Leaders:
    """Every leader who ever leads, as growing lists, and the changes to come in order of day."""

    name: list[str]
    skill: list[float]
    city: list[int]
    joined: list[int]
    left: list[int]
    initial: Ints  # leader of each group when it opens
    dormant: NDArray[np.bool_]  # groups whose first leader hardly posts
    changes: list[Change] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many leaders there are, future ones included."""
        return len(self.name)

    def spans(self, places: Places) -> list[tuple[int, int, int, int]]:
        """(group, leader, first day, last day excluded or NONE) of every leadership, from the changes."""
        spans: list[tuple[int, int, int, int]] = []
        leader = dict(enumerate(self.initial.tolist()))
        since = dict(enumerate(places.group_opened.tolist()))
        for change in self.changes:
            if change.enters == NONE and change.kind in {DORMANT, REVIVED}:
                continue
            spans.append((change.group, leader[change.group], since[change.group], change.day))
            leader[change.group], since[change.group] = change.enters, change.day + change.gap
        spans += [(group, who, since[group], NONE) for group, who in leader.items()]
        return sorted(span for span in spans if span[3] == NONE or span[3] > span[2])


def first_instant(leaders: Leaders) -> Ints:
    """When each leader came to the company."""
    return np.array(leaders.joined, dtype=np.int64) * 86_400 + 7_200


def build(config: Config, places: Places) -> Leaders:
    """The first leaders of all groups and every change of leadership up to the horizon."""
    rng = config.rng(3)
    groups = places.groups
    initial = np.arange(groups)
    for group in np.flatnonzero(rng.random(groups) < 0.06).tolist():  # some leaders run two groups
        same_city = np.flatnonzero((places.group_city == places.group_city[group]) & (initial == np.arange(groups)))
        initial[group] = int(rng.choice(same_city[same_city != group]))
    used = np.unique(initial)
    initial = np.searchsorted(used, initial)
    joined = np.full(len(used), 10**9)
    np.minimum.at(joined, initial, places.group_opened - rng.integers(1, 12, groups))
    leaders = Leaders(
        name=names.people(rng, len(used)), skill=np.exp(rng.normal(0, 0.5, len(used))).tolist(),
        city=places.group_city[used].tolist(), joined=joined.tolist(), left=[NONE] * len(used), initial=initial,
        dormant=rng.random(groups) < QUIET,
    )  # fmt: skip
    _plan(config, places, leaders, rng)
    return leaders


def _plan(config: Config, places: Places, leaders: Leaders, rng: np.random.Generator) -> None:
    """Draws the changes: every group changes at most once within the span and once after it."""
    current = leaders.initial.copy()
    alone = np.bincount(leaders.initial, minlength=leaders.count)[leaders.initial] == 1
    for first, last, share in (
        (config.first_day + 12, config.today - 8, 1),
        (config.today + 2, config.today + HORIZON, 0),
    ):
        years = max(last - first, 1) / 365
        free = rng.permutation(np.flatnonzero(alone & (places.group_opened < first - 10))).tolist()
        for kind, (yearly, least) in YEARLY.items():
            count = max(least * share, round(yearly * places.groups / 100 * years))
            for day in sorted(rng.integers(first, max(last, first + 1), count).tolist()):
                if free:
                    _change(leaders, places, current, free, (kind, day), rng)
        leaders.changes.sort(key=lambda change: (change.day, change.group))


def _hire(leaders: Leaders, city: int, day: int, rng: np.random.Generator) -> int:
    leaders.name += names.people(rng, 1)
    leaders.skill.append(float(np.exp(rng.normal(-0.05, 0.45))))
    leaders.city.append(city)
    leaders.joined.append(day)
    leaders.left.append(NONE)
    return leaders.count - 1


def _change(
    leaders: Leaders, places: Places, current: Ints, free: list[int], event: tuple[str, int], rng: np.random.Generator
) -> None:
    kind, day = event
    group = free.pop(_wanted(leaders, kind, free))
    city, leaves = int(places.group_city[group]), int(current[group])
    if kind in {DORMANT, REVIVED}:
        leaders.changes.append(Change(day, kind, group, leaves, NONE, 0))
        return
    gap = int(rng.integers(6, 15)) if kind == POACHED else int(rng.integers(0, 4))
    if kind == MOVED:
        other = next((i for i, g in enumerate(free) if places.group_city[g] == city), None)
        if other is None:
            return
        source = free.pop(other)
        mover = int(current[source])
        new = _hire(leaders, city, day - 2, rng)
        leaders.changes += [
            Change(day, MOVED, group, leaves, mover, 0),
            Change(day, LEFT, source, mover, new, 0),
        ]
        current[group], current[source] = mover, new
    else:
        new = _hire(leaders, city, day + gap - 2, rng)
        leaders.changes.append(Change(day, kind, group, leaves, new, gap))
        current[group] = new
    leaders.left[leaves] = day


def _wanted(leaders: Leaders, kind: str, free: list[int]) -> int:
    """Rivals poach the able; the dormant are those who revive."""
    if kind == POACHED:
        skill = [leaders.skill[leaders.initial[g]] if not leaders.dormant[g] else 0.0 for g in free[:12]]
        return int(np.argmax(skill))
    if kind in {REVIVED, DORMANT}:
        return next((i for i, g in enumerate(free) if bool(leaders.dormant[g]) == (kind == REVIVED)), 0)
    return 0
