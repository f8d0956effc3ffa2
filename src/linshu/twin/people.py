"""Members as arrays: how they arrive through inviters, what kind of buyer they are, when they leave."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linshu.twin.clock import DAY, HOUR, Clock
from linshu.twin.config import Config
from linshu.twin.goods import TASTES
from linshu.twin.rows import NONE, Ints

Floats = NDArray[np.float64]

LOYAL, REGULAR, BARGAIN, ONE_TIME, LURKER, FARMER, LEADER = range(7)
KINDS = ("loyal", "regular", "bargain", "one_time", "lurker", "farmer", "leader")
KIND_SHARE = np.array([0.17, 0.40, 0.20, 0.15, 0.08])
# Orders a day of each kind, its chance of leaving on a day, and how it answers to promotions (power of the factor).
RATE = np.array([0.205, 0.102, 0.053, 0.15, 0.0, 0.0, 0.05])
LEAVING = np.array([0.0006, 0.0017, 0.0031, 0.045, 0.004, 0.2, 0.0])
PROMO_POWER = np.array([0.7, 1.0, 2.2, 1.0, 0.0, 0.0, 0.3])
SPREAD = 0.9  # shape of the gamma of habits within a kind: small is unequal
BY_LEADER, BY_MEMBER = 0.55, 0.33  # of those who join; the rest come by themselves


@dataclass
class Members:
    """Every member as parallel arrays, with room to grow; only the first `count` exist."""

    count: int
    group: Ints
    second: Ints  # another group the member also sits in, or NONE
    kind: Ints
    rate: Floats
    taste: Ints
    social: Floats  # how much they invite and talk
    registered: Ints  # instant
    inviter: Ints  # member index or NONE
    by_leader: Ints  # leader index or NONE
    leader: Ints  # leader index when this is a leader's own account
    orders: Ints
    last_order: Ints  # company day
    shock: Floats  # disappointment that has not faded
    offer: Ints  # coupon campaign x 2, + 1 when treated, or NONE
    offer_used: Ints
    bound_at: Ints  # instant since when the member belongs to a leader
    bound_to: Ints  # that leader
    left: Ints  # company day the member was lost, or NONE

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Who still buys, among those who exist."""
        return np.asarray(self.left[: self.count] == NONE)

    def room(self, more: int) -> None:
        """Makes room for that many further members."""
        if self.count + more <= len(self.group):
            return
        size = max(self.count + more, len(self.group) * 5 // 4)
        for each in fields(self):
            if each.name != "count":
                old = getattr(self, each.name)
                new = np.zeros(size, dtype=old.dtype)
                new[: len(old)] = old
                setattr(self, each.name, new)


def empty(capacity: int) -> Members:
    """No members yet, with room for some."""
    floats = {"rate", "social", "shock"}
    arrays: dict[str, Any] = {
        each.name: np.zeros(capacity, dtype=np.float64 if each.name in floats else np.int64)
        for each in fields(Members)
        if each.name != "count"
    }
    return Members(0, **arrays)


@dataclass(frozen=True)
class Arrival:
    """Those who join together: their groups, instants and who brought them."""

    group: Ints
    registered: Ints
    inviter: Ints
    by_leader: Ints
    kind: Ints
    bound_to: Ints  # leader the member belongs to from the start


def join(members: Members, rng: np.random.Generator, arrival: Arrival, group_city: Ints) -> slice:
    """Adds new members and says which they are; kinds decide rates, tastes and sociability are drawn."""
    count = len(arrival.group)
    members.room(count)
    new = slice(members.count, members.count + count)
    members.group[new], members.registered[new] = arrival.group, arrival.registered
    members.inviter[new], members.by_leader[new], members.kind[new] = arrival.inviter, arrival.by_leader, arrival.kind
    members.second[new] = _second_group(rng, arrival.group, group_city)
    members.rate[new] = RATE[arrival.kind] * rng.gamma(SPREAD, 1 / SPREAD, count)
    members.taste[new] = rng.integers(0, TASTES, count)
    members.social[new] = rng.pareto(1.6, count) + 0.05
    members.leader[new], members.orders[new], members.last_order[new] = NONE, 0, 0
    members.shock[new], members.left[new] = 0.0, NONE
    members.offer[new], members.offer_used[new] = NONE, 0
    members.bound_at[new], members.bound_to[new] = arrival.registered, arrival.bound_to
    members.count += count
    return new


def _second_group(rng: np.random.Generator, group: Ints, group_city: Ints) -> Ints:
    """One member in six sits in a second group of the same city (groups of a city are numbered in a row)."""
    step = rng.integers(1, 6, len(group))
    other = np.minimum(group + step, len(group_city) - 1)
    fits = (rng.random(len(group)) < 0.17) & (group_city[other] == group_city[group]) & (other != group)
    return np.where(fits, other, NONE)


def leaders_own(members: Members, rng: np.random.Generator, groups: Ints, registered: Ints, city: Ints) -> slice:
    """Leaders buy from themselves too: their own member accounts."""
    nobody = np.full(len(groups), NONE)
    arrival = Arrival(groups, registered, nobody, nobody, np.full(len(groups), LEADER), np.arange(len(groups)))
    made = join(members, rng, arrival, city)
    members.second[made] = NONE
    return made


def founding_share(days: int) -> float:
    """The share of all members who had joined before a span of that many days."""
    return 0.52 - 0.20 * min(days / 365, 1.0)


def founders(config: Config, members: Members, rng: np.random.Generator, groups: tuple[Floats, Ints, Ints]) -> Arrival:
    """Those who joined before the simulated span, in order of time; whoever came earlier may have brought them."""
    pull, opened, leader = groups
    old = np.flatnonzero(opened < config.first_day)
    count = int(config.size.members * founding_share(config.size.days))
    group = np.sort(rng.choice(old, count, p=pull[old] / pull[old].sum()))
    age = (rng.random(count) ** 1.4) * (config.first_day - opened[group])
    clock = Clock(config)
    registered = clock.start(config.first_day) - (age * DAY).astype(np.int64) - rng.integers(60, DAY // 2, count)
    registered = np.maximum(registered, (opened[group] + 1) * DAY)
    order = np.lexsort((registered, group))
    group, registered = group[order], registered[order]
    first = np.searchsorted(group, group)  # where each one's group begins
    rank = np.arange(count) - first
    # Early members brought more: the square of a uniform number prefers small ranks.
    earlier = first + (rank * rng.random(count) ** 2).astype(np.int64)
    how = rng.random(count)
    inviter = np.where(
        (how < BY_MEMBER) & (rank > 0) & (registered[earlier] < registered), earlier + members.count, NONE
    )
    by_leader = np.where((inviter == NONE) & (how < BY_MEMBER + BY_LEADER), leader[group], NONE)
    return Arrival(group, registered, inviter, by_leader, rng.choice(5, count, p=KIND_SHARE), leader[group])


def plan_arrivals(config: Config, day: int, mood: float) -> float:
    """How many are expected to join on a day: more from month to month, and more when people buy more."""
    size = config.size
    span = size.days
    share = 0.74 * (1.0 - founding_share(span)) * size.members / span
    age = (day - config.first_day) / span
    return float(share * (0.80 + 0.40 * min(age, 1.5)) * mood**1.3)


def arrivals(members: Members, rng: np.random.Generator, pull: Floats, when: Ints, leader_of: Ints) -> Arrival:
    """Draws who brings each new member: a leader of a lively group, a sociable member, or nobody."""
    count = len(when)
    how = rng.random(count)
    group = np.searchsorted(np.cumsum(pull), rng.random(count) * pull.sum(), side="right")
    group = np.minimum(group, len(pull) - 1)
    active = members.alive & (members.kind[: members.count] != FARMER) & (members.orders[: members.count] > 0)
    weight = np.cumsum(np.where(active, members.social[: members.count] * pull[members.group[: members.count]], 0.0))
    inviter = np.full(count, NONE)
    if weight[-1] > 0:
        drawn = np.minimum(np.searchsorted(weight, rng.random(count) * weight[-1], side="right"), members.count - 1)
        brought = (how < BY_MEMBER) & (members.registered[drawn] + HOUR < when)
        inviter = np.where(brought, drawn, NONE)
        group = np.where(brought, members.group[drawn], group)
    by_leader = np.where((inviter == NONE) & (how < BY_MEMBER + BY_LEADER), leader_of[group], NONE)
    return Arrival(group, when, inviter, by_leader, rng.choice(5, count, p=KIND_SHARE), leader_of[group])


def leave(members: Members, rng: np.random.Generator, day: int, groups: tuple[Floats, Floats]) -> tuple[Floats, Ints]:
    """The true chance of each member leaving on a day, and who does; disappointment and an absent leader push."""
    n = members.count
    factor, follows = groups
    group = members.group[:n]
    hazard = LEAVING[members.kind[:n]] * (1.0 + 6.0 * members.shock[:n]) * factor[group]
    hazard += np.where(members.kind[:n] == LEADER, 0.0, follows[group])
    hazard = np.where(members.alive, np.minimum(hazard, 0.6), 0.0)
    hazard[(members.kind[:n] == ONE_TIME) & (members.orders[:n] == 0)] *= 0.15
    gone = np.flatnonzero(rng.random(n) < hazard)
    members.left[gone] = day
    members.shock[:n] *= 0.90
    return hazard, gone
