"""What some do to look better than they are: leaders who order for themselves at month's end, invented newcomers."""

from __future__ import annotations

import calendar

import numpy as np

from linshu.twin import people
from linshu.twin.people import FARMER
from linshu.twin.rows import NONE, Ints
from linshu.twin.seasons import as_date, hashed
from linshu.twin.today import Today

SELF_SHARE, FARM_SHARE = 0.08, 0.03  # of leaders
LAST_DAYS = 4
BURST_SECONDS = 600


def self_buyers(today: Today) -> Ints:
    """Accounts of leaders who order from themselves in the last days of a month, once per order."""
    date = as_date(today.day.number)
    if date.day <= calendar.monthrange(date.year, date.month)[1] - LAST_DAYS:
        return np.zeros(0, dtype=np.int64)
    suspects = _suspects(today, 1, SELF_SHARE)
    members = today.state.members
    own = suspects[
        today.state.leader[members.group[suspects]] == suspects
    ]  # a leader's account has the leader's number
    times = today.rng(90).integers(1, 5, len(own))
    buys = np.repeat(own, times)
    today.note("fraud", {"kind": ["self_order"] * len(own), "leader": own, "member": own, "count": times})
    return buys


def farm(today: Today) -> slice:
    """On days with rewards for newcomers, some leaders invent a dozen of them within minutes."""
    world, state = today.world, today.state
    rewarded = any(c.kind == "referral" and c.start <= today.day.number <= c.end for c in world.calendar.campaigns)
    groups = np.zeros(0, dtype=np.int64)
    rng = today.rng(91)
    if rewarded:
        farmers = np.isin(state.leader, _suspects(today, 2, FARM_SHARE)) & (
            world.places.group_opened <= today.day.number
        )
        groups = np.flatnonzero(farmers)
        groups = groups[rng.random(len(groups)) < 0.15]
    group = np.repeat(groups, rng.integers(7, 19, len(groups)))
    start = world.clock.at(today.day.number, 14.0) + (group * 997) % 14_000
    when = start + rng.integers(0, BURST_SECONDS, len(group))
    nobody = np.full(len(group), NONE)
    leader = state.leader[group]
    new = people.join(
        state.members,
        rng,
        people.Arrival(group, when, nobody, leader, nobody * 0 + FARMER, leader),
        world.places.group_city,
    )
    state.members.second[new] = NONE
    made = np.arange(new.start, new.stop)
    if len(made):
        today.note(
            "fraud",
            {
                "kind": ["farmed"] * len(made),
                "leader": leader,
                "member": made,
                "count": np.ones(len(made), dtype=np.int64),
            },
        )
    return new


def farmed_today(today: Today) -> Ints:
    """Invented newcomers order once, at the price for newcomers, at once."""
    members = today.state.members
    n = members.count
    return np.flatnonzero(
        (members.kind[:n] == FARMER) & (members.registered[:n] >= today.world.clock.start(today.day.number))
    )


def _suspects(today: Today, stream: int, share: float) -> Ints:
    """Leaders given to a trick, the two likeliest at least."""
    leaders = today.world.leaders
    lot = hashed(today.world.config.seed, 7000 + stream, np.arange(leaders.count))
    present = np.array(leaders.joined) < today.world.config.first_day
    lot = np.where(present, lot, 1.0)
    return np.flatnonzero((lot < share) | (lot <= np.sort(lot)[1]))
