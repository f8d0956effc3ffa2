"""The simulated company as a whole: what stays the same from day to day, and what the next day needs to know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linshu.twin import goods as goods_of
from linshu.twin import leaders as leaders_of
from linshu.twin import marketing, people, stock
from linshu.twin import places as places_of
from linshu.twin.clock import Clock
from linshu.twin.config import Config
from linshu.twin.goods import Goods
from linshu.twin.leaders import Leaders
from linshu.twin.marketing import Calendar
from linshu.twin.people import Members
from linshu.twin.places import Places
from linshu.twin.routes import Routes
from linshu.twin.routes import routes as routes_of
from linshu.twin.rows import NEVER, NONE, Ints, numbered_pool, pool
from linshu.twin.stock import Stock

Floats = NDArray[np.float64]
ASLEEP = 0.09  # what a dormant leader sells against an ordinary one
NOISY_BUYING = 0.06  # what a group that only chats buys


@dataclass(frozen=True)
class Pools:
    """Keys drawn by index, each made once."""

    city: pa.Array
    district: pa.Array
    street: pa.Array
    estate: pa.Array
    group: pa.Array
    point: pa.Array
    grid: pa.Array
    central: pa.Array
    leader: pa.Array
    sku: pa.Array
    supplier: pa.Array
    shop: pa.Array
    leader_name: pa.Array
    account: pa.Array


@dataclass(frozen=True)
class World:
    """What a scale and a seed fix once and for all."""

    config: Config
    clock: Clock
    places: Places
    goods: Goods
    leaders: Leaders
    pools: Pools
    calendar: Calendar
    routes: Routes


@dataclass
class State:
    """What one day leaves to the next."""

    day: int  # the next company day to live through
    members: Members
    stock: Stock
    leader: Ints  # by group, NONE while the group waits for one
    next_leader: Ints  # by group: who comes, NONE when nobody is awaited
    next_day: Ints  # by group: when
    drive: Floats  # by group: how well its leader sells
    asleep: NDArray[np.bool_]  # by group: its leader hardly posts
    poached_until: Ints  # by group: members follow the leader who was poached until this day
    takings: Floats  # by leader: goods paid this month, fen
    earned: Floats  # by leader: commission this month, fen
    tier: Ints  # by leader
    tier_since: Ints  # by leader: instant
    pace_gmv: Floats  # by city: a normal day's GMV as the company sees it
    pace_orders: Floats
    lowest_paid: Ints  # a week x (city x SKU): the price it was paid for that day, NEVER when it was not
    struck: Ints  # by city x SKU: the paid price that a struck-out one goes back to, 0 when none is struck out


def build(config: Config) -> World:
    """The company of a scale and seed."""
    places, goods = places_of.build(config), goods_of.build(config)
    leaders = leaders_of.build(config, places)
    codes = [city.code for city in places.cities]
    districts = [district.code for city in places.cities for district in city.districts]
    streets = _street_codes(places, districts)
    pools = Pools(
        city=pool([f"R-{code}" for code in codes]), district=pool([f"R-{code}" for code in districts]),
        street=pool([f"R-{code}" for code in streets]), estate=numbered_pool("E", len(places.estate_names), 5),
        group=numbered_pool("C", places.groups, 5), point=numbered_pool("P", places.points, 5),
        grid=numbered_pool("WG", places.grids, 3), central=numbered_pool("WC", len(codes), 2),
        leader=numbered_pool("L", leaders.count, 5), sku=numbered_pool("SKU", goods.count, 4),
        supplier=numbered_pool("S", len(goods.supplier_names), 3), shop=numbered_pool("SHOP", len(codes), 2),
        leader_name=pool(leaders.name), account=numbered_pool("PA", leaders.count, 5),
    )  # fmt: skip
    return World(config, Clock(config), places, goods, leaders, pools, marketing.plan(config), routes_of(places))


def _street_codes(places: Places, districts: list[str]) -> list[str]:
    seen: dict[int, int] = {}
    made = []
    for district in places.street_district.tolist():
        seen[district] = seen.get(district, 0) + 1
        made.append(f"{districts[district]}{seen[district]:03d}")
    return made


def opening_state(world: World) -> State:
    """The company on the morning of the first simulated day."""
    config, places, leaders = world.config, world.places, world.leaders
    rng = config.rng(4)
    skill = np.array(leaders.skill)
    leader = leaders.initial.copy()
    pull = skill[leader] * np.where(leaders.dormant, 0.45, 1.0) * places.group_appetite
    members = people.empty(int(config.size.members * 1.25) + leaders.count)
    own_group = np.zeros(leaders.count, dtype=np.int64)
    for group, who, _, _ in reversed(leaders.spans(places)):
        own_group[who] = group
    joined = leaders_of.first_instant(leaders)
    people.leaders_own(members, rng, own_group, joined, places.group_city)
    members.leader[: leaders.count] = np.arange(leaders.count)
    arrival = people.founders(config, members, rng, (pull, places.group_opened, leader))
    new = people.join(members, rng, arrival, places.group_city)
    _live_before(config, members, rng, new)
    pace, orders = _first_pace(world, members)
    return State(
        day=config.first_day, members=members, stock=stock.opening(world.goods, len(places.cities), pace),
        leader=leader, next_leader=np.full(places.groups, NONE), next_day=np.zeros(places.groups, dtype=np.int64),
        drive=drive(skill[leader]), asleep=leaders.dormant.copy(),
        poached_until=np.zeros(places.groups, dtype=np.int64), takings=np.zeros(leaders.count),
        earned=np.zeros(leaders.count),
        tier=_first_tiers(skill), tier_since=joined, pace_gmv=orders * 2600.0, pace_orders=orders,
        lowest_paid=np.full((7, len(pace)), NEVER), struck=np.zeros(len(pace), dtype=np.int64),
    )  # fmt: skip


def drive(skill: Floats) -> Floats:
    """How well a leader sells, 1 for a middling one."""
    return 0.35 + 0.65 * skill**1.1


def _first_tiers(skill: Floats) -> Ints:
    rank = np.argsort(np.argsort(skill)) / max(len(skill) - 1, 1)
    return np.searchsorted(np.array([0.5, 0.8, 0.95]), rank, side="right")


def _live_before(config: Config, members: Members, rng: np.random.Generator, new: slice) -> None:
    """Founders have lived already: some were lost before the first day, most of the rest have ordered."""
    age = config.first_day - members.registered[new] // 86_400
    kind = members.kind[new]
    survived = np.exp(-people.LEAVING[kind] * np.minimum(age, 400) * 0.7)
    gone = rng.random(len(age)) > survived
    members.left[new] = np.where(gone, config.first_day - 1, NONE)
    members.orders[new] = rng.poisson(members.rate[new] * np.clip(age, 0, 200) * 0.8)
    members.last_order[new] = config.first_day - 1 - rng.integers(0, 40, len(age))


def _first_pace(world: World, members: Members) -> tuple[Floats, Floats]:
    """What a SKU sells in a day in a city where it is listed, and a city's orders, as the company knows from before."""
    n = members.count
    city = world.places.group_city[members.group[:n]]
    orders = np.bincount(
        city[members.alive], weights=members.rate[:n][members.alive], minlength=len(world.places.cities)
    )
    share = world.goods.appeal / np.sort(world.goods.appeal)[-world.config.size.listed :].sum()
    return np.maximum(np.outer(orders * 2.3, share).ravel(), 0.3), np.asarray(orders, dtype=np.float64)
