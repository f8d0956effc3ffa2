"""The rows of everything that exists before the first day, and of the leadership that is to come."""

from __future__ import annotations

import numpy as np

from linshu.twin import fulfilment_rows, marketing_rows, names, people_rows
from linshu.twin.catalogue import SHELVES
from linshu.twin.channels import CHANNELS
from linshu.twin.clock import DAY, HOUR
from linshu.twin.emission import Emission, changing, emission
from linshu.twin.goods import MODES
from linshu.twin.leaders import HORIZON, TIERS, first_instant
from linshu.twin.places import geo
from linshu.twin.rows import NEVER, NONE, Columns, Ints, Numbered, Values, Words, numbered_pool, pool
from linshu.twin.seasons import describe
from linshu.twin.world import State, World

FAR = 10**6


def places(world: World) -> list[Emission]:
    """Regions, estates, groups, warehouses, pick-up points, and where each group collects."""
    start = world.clock.start(world.config.first_day) - 1
    place, pools, groups = world.places, world.pools, world.places.groups
    every = np.arange(groups)
    opened = (place.group_opened) * DAY
    known = np.maximum(np.full(groups, start), world.clock.start(0) + opened)
    address = [f"{place.street_names[s]}{place.estate_names[e]}" for e, s in enumerate(place.estate_street.tolist())]
    group: Columns = {
        "community_id": Words(pools.group, every), "name": Words(pool(place.group_names), every),
        "estate_id": Words(pools.estate, place.group_estate), "chat_group_id": Words(numbered_pool("wx-", groups, 6), every),
        "channel_id": "group-tool", "opened_on": place.group_opened, "status": "active",
    }  # fmt: skip
    collecting: Columns = {
        "community_id": Words(pools.group, every), "pickup_point_id": Words(pools.point, place.group_point),
        "warehouse_id": Words(pools.grid, place.group_grid), "valid_from": opened, "valid_to": None,
    }  # fmt: skip
    estate: Columns = {
        "estate_id": Words(pools.estate, np.arange(len(address))), "name": Words(pool(place.estate_names), np.arange(len(address))),
        "region_id": Words(pools.street, place.estate_street), "households": place.households,
        "address": Words(pool(address), np.arange(len(address))), **geo(place.estate_lonlat),
    }  # fmt: skip
    home: Columns = {
        "community_id": Words(pools.group, every), "estate_id": Words(pools.estate, place.group_estate),
        "share_ppm": np.full(groups, 1_000_000), "is_home": True,
    }  # fmt: skip
    return [
        *_regions(world, start), emission("estate", estate, start), emission("community", group, known),
        emission("community_estate", home, known), emission("pickup_assignment", collecting, known),
        *_warehouses(world, start), *_points(world, start),
    ]  # fmt: skip


def _regions(world: World, start: int) -> list[Emission]:
    place = world.places
    rows: list[tuple[str, str | None, str, str, str, float, float]] = []
    provinces = {city.province: f"{city.code[:2]}0000" for city in place.cities}
    rows += [(f"R-{code}", None, "province", name, code, np.nan, np.nan) for name, code in provinces.items()]
    for city in place.cities:
        rows.append(
            (
                f"R-{city.code}",
                f"R-{provinces[city.province]}",
                "city",
                city.name,
                city.code,
                city.longitude,
                city.latitude,
            )
        )
        rows += [
            (f"R-{d.code}", f"R-{city.code}", "district", d.name, d.code, d.longitude, d.latitude)
            for d in city.districts
        ]
    districts, streets = world.pools.district.to_pylist(), world.pools.street.to_pylist()
    for i, (name, district) in enumerate(zip(place.street_names, place.street_district.tolist(), strict=True)):
        lon, lat = place.street_lonlat[i]
        rows.append(
            (
                streets[i],
                districts[district],
                "street",
                name,
                streets[i][2:],
                round(float(lon), 6),
                round(float(lat), 6),
            )
        )
    columns = [list(column) for column in zip(*rows, strict=True)]
    named: Columns = dict(zip(("region_id", "parent_id", "level", "name", "code"), columns, strict=False))
    lonlat = np.array(columns[5:], dtype=np.float64).T
    return [emission("region", {**named, **geo(lonlat)}, start)]


def _warehouses(world: World, start: int) -> list[Emission]:
    place, pools = world.places, world.pools
    cities = [city.name for city in place.cities]
    central: Columns = {
        "warehouse_id": Words(pools.central, np.arange(len(cities))), "name": [f"{name}中心仓" for name in cities],
        "level": "central", "parent_id": None, "region_id": Words(pools.city, np.arange(len(cities))),
        "address": [f"{name}市物流园区 {i + 1} 号" for i, name in enumerate(cities)], "capacity_per_day": np.full(len(cities), 60_000),
        "has_ambient": True, "has_chilled": True, "has_frozen": True, "operator_name": "自营", **geo(place.central_lonlat),
    }  # fmt: skip
    number = np.arange(place.grids)
    rank = number - np.searchsorted(place.grid_city, place.grid_city)
    grid: Columns = {
        "warehouse_id": Words(pools.grid, number),
        "name": [f"{cities[c]}{n + 1}号网格仓" for c, n in zip(place.grid_city.tolist(), rank.tolist(), strict=True)],
        "level": "grid", "parent_id": Words(pools.central, place.grid_city), "region_id": Words(pools.city, place.grid_city),
        "address": [f"{cities[c]}市网格站 {n + 1} 号" for c, n in zip(place.grid_city.tolist(), rank.tolist(), strict=True)],
        "capacity_per_day": np.full(place.grids, 8_000), "has_ambient": True, "has_chilled": True, "has_frozen": True,
        "operator_name": [f"{names.SURNAMES[n % 60]}记配送" for n in number.tolist()], **geo(place.grid_lonlat),
    }  # fmt: skip
    return [emission("warehouse", central, start), emission("warehouse", grid, start)]


def _points(world: World, start: int) -> list[Emission]:
    place, pools, rng = world.places, world.pools, world.config.rng(5)
    count = place.points
    operator = np.full(count, NONE)
    operator[place.group_point[::-1]] = world.leaders.initial[::-1]
    by_leader = rng.random(count) < 0.7
    address = [
        f"{place.estate_names[e]}{n}栋底商"
        for e, n in zip(place.point_estate.tolist(), rng.integers(1, 24, count).tolist(), strict=True)
    ]
    hours = pool(["07:30", "08:00", "08:30"]), pool(["20:30", "21:00", "21:30", "22:00"])
    point: Columns = {
        "pickup_point_id": Words(pools.point, np.arange(count)), "name": Words(pool(place.point_names), np.arange(count)),
        "estate_id": Words(pools.estate, place.point_estate), "operator_kind": Words(pool(["shop", "leader"]), by_leader.astype(np.int64)),
        "leader_id": Words(pools.leader, np.where(by_leader, operator, NONE)), "capacity_per_day": rng.integers(8, 40, count) * 10,
        "opening_time": Words(hours[0], rng.integers(0, 3, count)), "closing_time": Words(hours[1], rng.integers(0, 4, count)),
        "has_chilled": rng.random(count) < 0.75, "has_frozen": rng.random(count) < 0.45, "address": address,
        "status": "active", **geo(place.point_lonlat),
    }  # fmt: skip
    return [emission("pickup_point", point, start)]


def leadership(world: World) -> list[Emission]:
    """Leaders in the states they go through, and who owns which group when."""
    leaders, pools, clock = world.leaders, world.pools, world.clock
    count = leaders.count
    joined, left = np.array(leaders.joined), np.array(leaders.left)
    start = clock.start(world.config.first_day) - 1
    rng = world.config.rng(6)
    recruiter = np.where(rng.random(count) < 0.25, rng.integers(0, np.maximum(np.arange(count), 1)), NONE)
    asleep = np.zeros(count, dtype=bool)
    asleep[leaders.initial[leaders.dormant]] = True
    row: Columns = {
        "leader_id": Words(pools.leader, np.arange(count)), "name": Words(pools.leader_name, np.arange(count)),
        "phone": Numbered("", names.phones(np.arange(count) + 90_000_000)),
        "member_id": Words(numbered_pool("M", count, 7), np.arange(count)), "joined_on": joined,
        "recruiter_leader_id": Words(pools.leader, np.where(recruiter == np.arange(count), NONE, recruiter)),
        "region_id": Words(pools.city, np.array(leaders.city)),
        "tax_mode": Words(pool(["labour", "business", "invoice"]), rng.choice(3, count, p=[0.8, 0.15, 0.05])),
    }  # fmt: skip
    status = Words(pool(["active", "dormant", "left"]), asleep.astype(np.int64))
    first = {**row, "left_on": None, "status": status}
    last = {**row, "left_on": left, "status": "left"}
    known = np.maximum(start, clock.start(0) + (joined + 1) * DAY + 9 * HOUR)
    gone = np.where(left == NONE, NEVER, clock.start(0) + (left + 1) * DAY - HOUR)
    return [changing("leader", (first, known), (last, gone)), _assignments(world, start)]


def _assignments(world: World, start: int) -> Emission:
    spans = np.array(world.leaders.spans(world.places))
    since, until = spans[:, 2] * DAY - 8 * HOUR, np.where(spans[:, 3] == NONE, NONE, spans[:, 3] * DAY - 8 * HOUR)
    row: Columns = {
        "community_id": Words(world.pools.group, spans[:, 0]), "leader_id": Words(world.pools.leader, spans[:, 1]),
        "role": "owner", "valid_from": since,
    }  # fmt: skip
    known = np.maximum(start, since)
    return changing(
        "leader_assignment", ({**row, "valid_to": None}, known),
        ({**row, "valid_to": until}, np.where(until == NONE, NEVER, until)),
    )  # fmt: skip


def goods(world: World) -> list[Emission]:
    """Categories, suppliers, SKUs, combos and first prices."""
    start = world.clock.start(world.config.first_day) - 1
    good, pools = world.goods, world.pools
    groups = list(dict.fromkeys(shelf.group for shelf in SHELVES))
    top: Columns = {
        "category_id": [f"G{i + 1}" for i in range(len(groups))],
        "parent_id": None,
        "name": groups,
        "level": np.full(len(groups), 1),
    }
    shelves: Columns = {
        "category_id": [shelf.code for shelf in SHELVES], "parent_id": [f"G{groups.index(s.group) + 1}" for s in SHELVES],
        "name": [shelf.name for shelf in SHELVES], "level": np.full(len(SHELVES), 2),
    }  # fmt: skip
    count, every = good.count, np.arange(good.count)
    combos = np.zeros(count, dtype=bool)
    combos[[part[0] for part in good.components]] = True
    sku: Columns = {
        "sku_id": Words(pools.sku, every), "name": Words(pool(good.names), every),
        "category_id": Words(pool([shelf.code for shelf in SHELVES]), good.shelf), "base_unit": "piece",
        "pack_qty": good.pack, "nominal_gram": good.grams, "is_weighed": good.weighed, "shelf_life_days": good.shelf_days,
        "temperature": Words(pool([shelf.zone for shelf in SHELVES]), good.shelf), "volume_cm3": (good.grams * 1.6).astype(np.int64),
        "list_price_fen": good.list_fen, "tax_rate_ppm": np.array([s.tax_ppm for s in SHELVES])[good.shelf],
        "supplier_id": Words(pools.supplier, good.supplier), "supply_mode": Words(pool(MODES), good.mode),
        "launched_on": good.launched, "retired_on": np.where(good.retired < FAR, good.retired, NONE), "is_combo": combos,
    }  # fmt: skip
    retires = good.retired < FAR
    known = np.maximum(start, good.launched * DAY - 12 * HOUR)
    parts = np.array(good.components)
    made: Columns = {
        "sku_id": Words(pools.sku, parts[:, 0]), "component_sku_id": Words(pools.sku, parts[:, 1]), "qty": parts[:, 2],
        "yield_ppm": np.full(len(parts), 1_000_000),
    }  # fmt: skip
    return [
        emission("category", top, start), emission("category", shelves, start), *_suppliers(world, start),
        changing("sku", ({**sku, "retired_on": None}, known), (sku, np.where(retires, np.maximum(good.retired * DAY, known + 1), NEVER))),
        emission("sku_component", made, start),
    ]  # fmt: skip


def _suppliers(world: World, start: int) -> list[Emission]:
    good, rng = world.goods, world.config.rng(7)
    count = len(good.supplier_names)
    every = np.arange(count)
    row: Columns = {
        "supplier_id": Words(world.pools.supplier, every), "name": Words(pool(good.supplier_names), every),
        "contact_name": names.people(rng, count), "contact_phone": Numbered("", names.phones(every + 95_000_000)),
        "payment_days": rng.choice([0, 7, 15, 30], count), "lead_days": rng.choice([1, 1, 2, 3], count), "order_cut_off": "23:30",
        "minimum_order_fen": rng.choice([20_000, 50_000, 100_000], count), "deduction_ppm": rng.choice([0, 10_000, 20_000], count),
        "region_id": Words(world.pools.city, good.supplier_city), "status": "active",
    }  # fmt: skip
    papers: Columns = {
        "supplier_id": Words(world.pools.supplier, every), "kind": "food_licence",
        "number": [f"JY1420106{n:07d}" for n in rng.integers(0, 10**7, count).tolist()],
        "issued_on": world.config.first_day - rng.integers(200, 1500, count),
        "expires_on": world.config.today + rng.integers(-20, 1200, count),
    }  # fmt: skip
    return [emission("supplier", row, start), emission("supplier_certificate", papers, start)]


def channels(world: World) -> list[Emission]:
    """Where orders and money come from."""
    start = world.clock.start(world.config.first_day) - 1
    cities = [city.name for city in world.places.cities]
    return [
        emission("channel", {"channel_id": [c[0] for c in CHANNELS], "name": [c[1] for c in CHANNELS], "kind": [c[2] for c in CHANNELS]}, start),
        emission("shop", {
            "shop_id": Words(world.pools.shop, np.arange(len(cities))), "name": [f"邻鲜优选·{name}" for name in cities],
            "channel_id": "mini-program", "merchant_no": [f"MCH{i:04d}" for i in range(len(cities))],
        }, start),
    ]  # fmt: skip


def accounts(world: World, state: State) -> list[Emission]:
    """Where leaders' pay goes, and the tier each of them starts with."""
    count = world.leaders.count
    who, start = np.arange(count), world.clock.start(world.config.first_day) - 1
    known = np.maximum(start, world.clock.start(0) + (np.array(world.leaders.joined) + 2) * DAY)
    account: Columns = {
        "payee_account_id": Words(world.pools.account, who), "payee_kind": "leader", "payee_id": Words(world.pools.leader, who),
        "account_kind": Words(pool(["bank", "wechat"]), who % 2), "bank_account": Numbered("62220000", names.phones(who + 99_000_000)),
        "holder_name": Words(world.pools.leader_name, who), "bank_name": "工商银行", "verified_at": known, "is_default": True,
    }  # fmt: skip
    return [
        emission("payee_account", account, known),
        emission("leader_tier", tier_columns(world, state, who) | {"valid_to": None}, known),
    ]


def tier_columns(world: World, state: State, who: Ints) -> dict[str, Values]:
    """The tiers leaders hold and since when."""
    hired = state.tier_since[who] == first_instant(world.leaders)[who]
    return {
        "leader_id": Words(world.pools.leader, who), "tier": Words(TIERS, state.tier[who]), "origin": "imported",
        "valid_from": state.tier_since[who], "reason": Words(pool(["按上月业绩评定", "入职定级"]), hired.astype(np.int64)),
    }  # fmt: skip


def staff(world: World) -> list[Emission]:
    """A manager, a keeper and some BDs for every city."""
    cities = len(world.places.cities)
    roles = ("manager", "keeper", "service", "bd", "bd", "bd")
    count = cities * len(roles)
    city = np.repeat(np.arange(cities), len(roles))
    rng, every = world.config.rng(12), np.arange(count)
    keys = numbered_pool("T", count, 3)
    row: Columns = {
        "staff_id": Words(keys, every), "name": names.people(rng, count), "phone": Numbered("", names.phones(every + 98_000_000)),
        "role": [role for _ in range(cities) for role in roles], "scope_kind": "region", "scope_id": Words(world.pools.city, city),
        "manager_id": Words(keys, np.where(every % len(roles) == 0, NONE, city * len(roles))),
        "joined_on": world.config.first_day - rng.integers(30, 900, count),
    }  # fmt: skip
    return [emission("staff", row, world.clock.start(world.config.first_day) - 1)]


def calendar_of_service(world: World) -> list[Emission]:
    """Days without delivery around the Spring Festival, told a fortnight ahead."""
    first, last = world.config.first_day, world.config.today + HORIZON
    closed = np.array([day for day in range(first, last) if describe(day).closed], dtype=np.int64)
    known = np.maximum(world.clock.start(first) - 1, world.clock.start(0) + (closed - 14) * DAY)
    row: Columns = {
        "scope_kind": "all",
        "scope_id": "*",
        "service_date": closed,
        "state": "no_delivery",
        "reason": "春节停配",
    }
    return [emission("service_calendar", row, known)]


def everything(world: World, state: State) -> list[Emission]:
    """All rows that stand before the first day, and those already certain to come; `state` is the opening one."""
    return [
        *channels(world), *places(world), *leadership(world), *goods(world), *accounts(world, state),
        *fulfilment_rows.fleet(world), *marketing_rows.calendar(world), *staff(world), *calendar_of_service(world),
        *people_rows.joined(world, state, slice(0, state.members.count)),
    ]  # fmt: skip
