"""Members as rows: who they are, which groups they sit in, whom they belong to and who brought them."""

from __future__ import annotations

import numpy as np

from linshu.twin import names
from linshu.twin.clock import DAY, HOUR
from linshu.twin.emission import Emission, changing, emission
from linshu.twin.people import FARMER, ONE_TIME
from linshu.twin.rows import NONE, Columns, Ints, Numbered, Words, member_pool, pool
from linshu.twin.world import State, World

NICK_HEADS = names.words("小 阿 大 老 爱 追 暖 笑 悠 慢 晴 甜 木 云 月 星 青 安 乐 果")
NICK_TAILS = names.words(
    "雨 鱼 芳 丽 宝妈 厨娘 妈妈 橙子 豆豆 西瓜 团团 圆圆 米粒 朵朵 阳光 清风 小筑 日记 生活 时光 猫 鹿 兔子 苹果 柠檬 土豆 番茄 麦子 布丁 可可"
)
NICKNAMES = pool([head + tail for head in NICK_HEADS for tail in NICK_TAILS])
REWARD_FEN = 300
REWARD_DAYS = 9  # an invitation pays once the newcomer has stayed that long
BINDING_RULES = pool(["first_visit", "first_order"])


def joined(world: World, state: State, new: slice) -> list[Emission]:
    """Rows of members who are new: themselves, their groups, their leader and their referral."""
    index = np.arange(new.start, new.stop)
    known = state.members.registered[index]
    return [
        emission("member", _member_columns(world, state, index), known), *_seats(world, state, index),
        emission("member_binding", binding_columns(world, state, index), known), *_referrals(world, state, index), _accounts(world, state, index),
    ]  # fmt: skip


def _member_columns(world: World, state: State, index: Ints) -> Columns:
    members, place, pools = state.members, world.places, world.pools
    rng = world.config.rng(int(index[0]) if len(index) else 0, 20)
    count = len(index)
    estate = place.group_estate[members.group[index]]
    told = rng.random(count) < 0.55
    homes = [
        f"{place.street_names[place.estate_street[e]]}{place.estate_names[e]}{b}栋{f}{r:02d}室" if t else None
        for e, b, f, r, t in zip(
            estate.tolist(), rng.integers(1, 24, count).tolist(), rng.integers(1, 19, count).tolist(),
            rng.integers(1, 5, count).tolist(), told.tolist(), strict=True,
        )
    ]  # fmt: skip
    keys = member_pool(members.count)
    return {
        "member_id": Words(keys, index), "nickname": Words(NICKNAMES, rng.integers(0, len(NICKNAMES), count)),
        "phone": Numbered("", names.phones(index)), "address": np.array(homes, dtype=object),
        "registered_at": members.registered[index], "registered_date": world.clock.day_of(members.registered[index]),
        "channel_id": Words(pool(["mini-program", "group-tool"]), (rng.random(count) < 0.3).astype(np.int64)),
        "estate_id": Words(pools.estate, estate), "inviter_member_id": Words(keys, members.inviter[index]),
        "inviter_leader_id": Words(pools.leader, members.by_leader[index]), "consents_marketing": rng.random(count) < 0.74,
        "consents_profiling": rng.random(count) < 0.68, "consented_at": members.registered[index], "is_test": False,
    }  # fmt: skip


def _accounts(world: World, state: State, index: Ints) -> Emission:
    """One member in eight also has an account in the group tool, known by the same telephone."""
    both = index[index % 8 == 3]
    at = state.members.registered[both] + 3 * DAY
    row: Columns = {
        "account_source": "group-tool", "source_member_id": Numbered("ktt-", both * 7 + 100_003),
        "member_id": Words(member_pool(state.members.count), both), "evidence": "phone",
        "confidence_ppm": np.full(len(both), 990_000), "linked_at": at, "linked_date": world.clock.day_of(at),
    }  # fmt: skip
    return emission("identity", row, at)


def seat_since(state: State, index: Ints, second: bool) -> Ints:
    """When a member sat down in the first group, or some days later in the second."""
    registered = state.members.registered[index]
    return registered + (index % 40 + 1) * 6 * HOUR if second else registered


def _seats(world: World, state: State, index: Ints) -> list[Emission]:
    twice = index[state.members.second[index] != NONE]
    return [
        emission(
            "group_member", seat_columns(world, state, who, second) | {"valid_to": None}, seat_since(state, who, second)
        )
        for who, second in ((index, False), (twice, True))
    ]


def seat_columns(world: World, state: State, index: Ints, second: bool) -> dict[str, object]:
    """Who sits in which group since when."""
    members = state.members
    group = members.second[index] if second else members.group[index]
    invited = (members.inviter[index] != NONE) | (members.by_leader[index] != NONE)
    return {
        "community_id": Words(world.pools.group, group), "member_id": Words(member_pool(members.count), index),
        "valid_from": seat_since(state, index, second),
        "joined_by": "qr" if second else Words(pool(["qr", "invitation"]), invited.astype(np.int64)),
    }  # fmt: skip


def binding_columns(world: World, state: State, index: Ints) -> Columns:
    """To which leader members belong from now on."""
    members = state.members
    return {
        "member_id": Words(member_pool(members.count), index), "leader_id": Words(world.pools.leader, members.bound_to[index]),
        "valid_from": members.bound_at[index], "valid_to": None, "rule": Words(BINDING_RULES, index % 2),
    }  # fmt: skip


def rebind(world: World, state: State, groups: Ints, day: int) -> list[Emission]:
    """Members of groups with a new leader now belong to that leader."""
    members = state.members
    n = members.count
    moved = np.flatnonzero(np.isin(members.group[:n], groups) & members.alive & (members.leader[:n] == NONE))
    moved = moved[members.bound_to[moved] != state.leader[members.group[moved]]]
    if not len(moved):
        return []
    now = world.clock.at(day, 0.0)
    moved = moved[members.bound_at[moved] < now]
    ended: Columns = {**binding_columns(world, state, moved), "valid_to": np.full(len(moved), now)}
    members.bound_to[moved], members.bound_at[moved] = state.leader[members.group[moved]], now
    begun: Columns = {**binding_columns(world, state, moved), "rule": "manual"}
    return [emission("member_binding", ended, now), emission("member_binding", begun, now)]


def left(world: World, state: State, gone: Ints, day: int) -> tuple[list[Emission], Ints]:
    """Some of those who are lost also leave their groups; most just fall silent."""
    rng = world.config.rng(day, 21)
    quits = gone[rng.random(len(gone)) < 0.35]
    at = world.clock.at(day, 9.0) + rng.integers(0, 12 * HOUR, len(quits))
    made = []
    for second in (False, True):
        sits = quits[state.members.second[quits] != NONE] if second else quits
        when = at[state.members.second[quits] != NONE] if second else at
        later = when > seat_since(state, sits, second) + HOUR
        sits, when = sits[later], when[later]
        made.append(emission("group_member", seat_columns(world, state, sits, second) | {"valid_to": when}, when))
    return made, state.members.group[quits]


def _referrals(world: World, state: State, index: Ints) -> list[Emission]:
    members = state.members
    index = index[(members.inviter[index] != NONE) | (members.by_leader[index] != NONE)]
    by_member = members.inviter[index] != NONE
    keys, leader_keys = member_pool(members.count), world.pools.leader
    made = []
    for kind, who, pick in (("member", members.inviter, keys), ("leader", members.by_leader, leader_keys)):
        some = index[by_member if kind == "member" else ~by_member]
        at = members.registered[some]
        row: Columns = {
            "invitee_member_id": Words(keys, some), "inviter_kind": kind, "inviter_id": Words(pick, who[some]),
            "referred_at": at, "referred_date": world.clock.day_of(at), "community_id": Words(world.pools.group, members.group[some]),
        }  # fmt: skip
        farmed = np.isin(members.kind[some], (FARMER, ONE_TIME))
        decided = {
            "reward_state": Words(pool(["earned", "rejected"]), farmed.astype(np.int64)),
            "reward_fen": np.where(farmed, 0, REWARD_FEN),
        }
        pending = {"reward_state": "pending", "reward_fen": np.full(len(some), REWARD_FEN)}
        made.append(changing("referral", ({**row, **pending}, at), ({**row, **decided}, at + REWARD_DAYS * DAY)))
    return made
