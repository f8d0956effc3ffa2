"""What groups talk and pass on: messages by the hour, shares, visits, and which order came by which share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linshu.twin.channels import CHANNEL_POOL
from linshu.twin.clock import HOUR
from linshu.twin.emission import emission
from linshu.twin.numbers import stamp
from linshu.twin.rows import NONE, Columns, Ints, Numbered, Words, member_pool, pool
from linshu.twin.seasons import as_date
from linshu.twin.today import Sales, Today

if TYPE_CHECKING:
    import pyarrow as pa

HOURS = np.array([9, 12, 17, 20, 22])
HOUR_WEIGHT = np.array([0.8, 0.9, 0.7, 1.6, 1.2])
MESSAGES_PER_MEMBER = 0.10  # an hour of middling liveliness
NOISE, SILENCE = 5.0, 0.10  # groups that only chat; groups whose leader sleeps
SURVEY_DAY, SURVEYED = 15, 0.02
VIA_SHARE = 0.34  # orders that can be traced to a share
EMPTY_VISITS = 0.75  # visits without an order, for each with one
STRANGERS = 1.4  # new visitors who do not register, for each who does
MEMBER_SHARES = 0.0035
TOUCHPOINTS = pool(["group", "moments", "private", "qr", "live", "other"])


@dataclass(frozen=True)
class Shares:
    """The day's shares in order of time, and the share each order came by (NONE: none)."""

    number: Ints
    group: Ints
    at: Ints
    of_order: Ints  # index into these shares


def share(today: Today, sales: Sales) -> Shares:
    """Leaders post in their groups once or twice a day, a few members pass things on; some orders follow."""
    rng, world, state = today.rng(70), today.world, today.state
    awake = (state.leader != NONE) & ~state.asleep & (world.places.group_opened <= today.day.number)
    posting = np.flatnonzero(awake)
    times = 1 + (rng.random(len(posting)) < 0.45)
    group = np.repeat(posting, times)
    second = np.concatenate([[False], group[1:] == group[:-1]]) if len(group) else np.zeros(0, dtype=bool)
    hour = np.where(second, rng.normal(20.4, 0.4, len(group)), rng.normal(9.4, 0.8, len(group)))
    fans = np.flatnonzero(
        state.members.alive
        & (rng.random(state.members.count) < MEMBER_SHARES * (state.members.social[: state.members.count] > 1))
    )
    at = np.concatenate(
        [
            world.clock.at(today.day.number, 0.0) + (np.clip(hour, 6, 22.8) * HOUR).astype(np.int64),
            world.clock.ordering_times(rng, today.day.number, len(fans)),
        ]
    )
    groups = np.concatenate([group, state.members.group[fans]])
    who = np.concatenate([np.full(len(group), NONE), fans])
    order = np.lexsort((at, groups))
    groups, at, who = groups[order], at[order], who[order]
    number = stamp(today.day.number) * 1_000_000 + np.arange(len(at))
    by_leader = who == NONE
    keys = member_pool(state.members.count)
    for some, kind, sharer in (
        (by_leader, "leader", Words(world.pools.leader, state.leader[groups])),
        (~by_leader, "member", Words(keys, who)),
    ):
        touch = np.where(some, 0, 1) if kind == "leader" else rng.choice([1, 2, 0], len(at), p=[0.4, 0.45, 0.15])
        row: Columns = {
            "share_id": Numbered("SH", number[some]), "sharer_kind": kind, "sharer_id": sharer.take(some),
            "touchpoint": Words(TOUCHPOINTS, touch[some]), "community_id": Words(world.pools.group, groups[some]),
            "shared_at": at[some], "shared_date": world.clock.day_of(at[some]),
        }  # fmt: skip
        today.rows.append(emission("share", row, at[some]))
    return Shares(number, groups, at, _origin(rng, sales, groups, at))


def _origin(rng: np.random.Generator, sales: Sales, group: Ints, at: Ints) -> Ints:
    """For some orders the latest share in their group before they were placed."""
    basket = sales.basket
    key = group * (1 << 34) + at
    last = np.searchsorted(key, basket.group * (1 << 34) + basket.time, side="left") - 1
    fits = (last >= 0) & (rng.random(basket.orders) < VIA_SHARE)
    fits &= group[np.maximum(last, 0)] == basket.group if len(group) else fits
    return np.where(fits, last, NONE)


def visits(today: Today, sales: Sales, shares: Shares, newcomers: slice) -> None:
    """Visits that ended in an order, visits that did not, and the first visits of those who are new or stay strangers."""
    rng, basket = today.rng(71), sales.basket
    bought = np.flatnonzero(shares.of_order != NONE)
    idle = rng.choice(bought, int(len(bought) * EMPTY_VISITS)) if len(bought) else bought
    order = np.concatenate([bought, idle])
    made = np.arange(len(order)) < len(bought)
    at = (
        basket.time[order]
        - rng.integers(40, 900, len(order))
        - np.where(made, 0, rng.integers(0, 2 * HOUR, len(order)))
    )
    member = basket.member[np.where(made, order, np.roll(order, 7))]
    group = basket.group[order]
    via = shares.of_order[order]
    if len(order):  # nobody follows a share before it is there, or orders before the visit
        at = np.minimum(np.maximum(at, shares.at[via] + 5), basket.time[order] - 1)
    known = np.full(len(order), False)
    _visit_rows(today, sales, shares, (member, group, at, np.where(made, order, NONE), via, known), 0)
    state = today.state
    new = np.arange(newcomers.start, newcomers.stop)
    count = int(len(new) * STRANGERS)
    like = new[rng.integers(0, max(len(new), 1), count)] if len(new) else new
    who = np.concatenate([new, np.full(len(like), NONE)])
    source = np.concatenate([new, like])
    at = state.members.registered[source] - rng.integers(60, 1200, len(source))
    none = np.full(len(source), NONE)
    _visit_rows(today, sales, shares, (who, state.members.group[source], at, none, none, np.full(len(source), True)), 1)


def _visit_rows(today: Today, sales: Sales, shares: Shares, seen: tuple[Ints, ...], part: int) -> None:
    rng, world, members = today.rng(72 + part), today.world, today.state.members
    member, group, at, order, via, fresh = seen
    count = len(member)
    number = (stamp(today.day.number) * 10 + part) * 1_000_000 + np.arange(count)
    inviter, by_leader = members.inviter[member], members.by_leader[member]
    invited = fresh & (member != NONE)
    inviter_pool = pool([*world.pools.leader.to_pylist()])
    row: Columns = {
        "visit_id": Numbered("VI", number), "visitor_id": Numbered("VS", np.where(member == NONE, number * 10 + 1, member)),
        "member_id": Words(member_pool(members.count), member), "share_id": Numbered("SH", _at(shares.number, via)),
        "touchpoint": Words(TOUCHPOINTS, np.where(via != NONE, 0, np.where(fresh, rng.choice([0, 2, 3], count), 5))),
        "community_id": Words(world.pools.group, group), "leader_id": Words(world.pools.leader, today.state.leader[group]),
        "inviter_kind": Words(pool(["leader", "member"]), np.where(invited, np.where(inviter != NONE, 1, np.where(by_leader != NONE, 0, NONE)), np.where(fresh, 0, NONE))),
        "inviter_id": _inviters(today, (invited, inviter, by_leader), (fresh, group), inviter_pool),
        "channel_id": Words(CHANNEL_POOL, np.where(rng.random(count) < 0.75, 0, 1)), "is_new_visitor": fresh,
        "pages": 1 + rng.poisson(2.2, count), "added_to_cart": (order != NONE) | (rng.random(count) < 0.12),
        "order_id": Numbered("O", _at(sales.trade.number, order)), "duration_second": rng.integers(15, 400, count),
        "visited_at": at, "visited_date": world.clock.day_of(at),
    }  # fmt: skip
    # Who it was is known once they have joined, what came of it once they have ordered.
    joined = np.where(member != NONE, members.registered[member] + 1, 0)
    placed = np.where(order != NONE, sales.basket.time[order], 0) if sales.basket.orders else at
    today.rows.append(emission("visit", row, np.maximum(at, np.maximum(joined, placed))))


def _inviters(
    today: Today, brought: tuple[np.ndarray, Ints, Ints], stranger: tuple[np.ndarray, Ints], keys: pa.Array
) -> Words:
    """Who brought a new visitor: the member or leader who did, for strangers the leader of the group they looked into."""
    invited, inviter, by_leader = brought
    fresh, group = stranger
    members = member_pool(today.state.members.count)
    leaders = len(keys)
    both = _both(keys, members)
    code = np.where(inviter != NONE, leaders + inviter, by_leader)
    return Words(both, np.where(invited, code, np.where(fresh, today.state.leader[group], NONE)))


_JOINED: dict[tuple[int, int], pa.Array] = {}


def _both(keys: pa.Array, members: pa.Array) -> pa.Array:
    at = (len(keys), len(members))
    if at not in _JOINED:
        _JOINED[at] = pool([*keys.to_pylist(), *members.to_pylist()])
    return _JOINED[at]


def _at(numbers: Ints, index: Ints) -> Ints:
    return np.where(index == NONE, NONE, numbers[index]) if len(numbers) else np.full(len(index), NONE)


def chat(today: Today, joined: slice, quit_group: Ints) -> None:
    """Counts of what was said in each group, hour by hour; never a word of it."""
    rng, world, state = today.rng(75), today.world, today.state
    places, members = world.places, state.members
    n = members.count
    there = np.bincount(members.group[:n][members.alive], minlength=places.groups)
    open_now = places.group_opened <= today.day.number
    mood = np.where(places.group_noisy, NOISE, np.where(state.asleep | (state.leader == NONE), SILENCE, 1.0)) * open_now
    busy = there * MESSAGES_PER_MEMBER * mood * (0.7 + 0.3 * max(today.day.factor, 0.4))
    messages = rng.poisson(np.outer(busy, HOUR_WEIGHT))
    interactions = rng.poisson(messages * 0.55 + np.outer(there * mood * 0.004, HOUR_WEIGHT))
    participants = np.minimum(
        np.ceil(messages**0.75).astype(np.int64) + (interactions > messages), np.maximum(there, 1)[:, None]
    )
    joins = np.zeros_like(messages)
    joins[:, 1] = np.bincount(members.group[joined], minlength=places.groups)
    leaves = np.zeros_like(messages)
    leaves[:, 3] = np.bincount(quit_group, minlength=places.groups)
    group, slot = np.nonzero(messages + interactions + joins + leaves)
    hour = HOURS[slot]
    row: Columns = {
        "community_id": Words(world.pools.group, group), "activity_date": np.full(len(group), today.day.number), "activity_hour": hour,
        "member_id": "*", "messages": messages[group, slot], "interactions": interactions[group, slot],
        "participants": np.where(messages[group, slot] + interactions[group, slot] > 0, participants[group, slot], 0),
        "joins": joins[group, slot], "leaves": leaves[group, slot],
    }  # fmt: skip
    at = world.clock.at(today.day.number, 0.0) + (hour + 1) * HOUR
    today.rows.append(emission("chat_activity", row, np.minimum(at, world.clock.start(today.day.number + 1) - 1)))


def survey(today: Today) -> None:
    """On the fifteenth a few active members say how likely they are to recommend the company."""
    date = as_date(today.day.number)
    if date.day != SURVEY_DAY:
        return
    rng, world, members = today.rng(76), today.world, today.state.members
    n = members.count
    who = np.flatnonzero(members.alive & (members.last_order[:n] >= today.day.number - 30) & (rng.random(n) < SURVEYED))
    score = np.clip(np.round(rng.normal(8.3, 1.7, len(who)) - 3.0 * np.minimum(members.shock[who], 1.0)), 0, 10).astype(
        np.int64
    )
    at = world.clock.at(today.day.number, 12.0) + rng.integers(0, 8 * HOUR, len(who))
    today.rows.append(emission("survey_answer", {
        "survey_id": f"NPS-{date.year % 100}{date.month:02d}", "question_id": "nps", "respondent_id": Words(member_pool(n), who),
        "score": score, "answered_at": at,
    }, at))  # fmt: skip
