"""What quotas read: the open listings of pre-sold goods, what is still asked through each, and what can be brought for it."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from linshu.domains.supply.forecast.communities import BELOW, SEEN_DAYS
from linshu.domains.supply.forecast.shares import shares
from linshu.domains.supply.quota.decide import Listing, Source
from linshu.domains.supply.replenish.course import Course, course
from linshu.domains.supply.replenish.inputs import LEAD_DAYS, PRICE_DAYS, QUOTA, above, read
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from linshu.domains.supply.replenish.calendar import Calendar
    from linshu.domains.supply.replenish.case import Case
    from linshu.domains.supply.replenish.inputs import Key, Read
    from linshu.engine.decisions import Proposal
    from linshu.engine.shell.asking import Shop

    Row = Mapping[str, Any]

SURGE = "surge"  # the kind that deals with what sells far beyond the usual today
DAY, HOURS = timedelta(days=1), 24
# Pre-sold: not kept in stock, so that what is sold must still be brought. A quota of none stands for "not on sale".
OPEN = """
SELECT
    l.listing_id, l.batch_id, coalesce(b.name, l.batch_id) AS batch, l.sku_id, coalesce(s.name, l.sku_id) AS sku,
    l.scope_kind, l.scope_id, l.price_fen, l.quota_qty, l.sold_qty, l.is_new_member_only, l.delivery_date,
    CAST(epoch((l.cut_off_at AT TIME ZONE 'Asia/Shanghai') - CAST($1 AS TIMESTAMP)) / 3600 AS DOUBLE) AS ends,
    strftime(l.cut_off_at AT TIME ZONE 'Asia/Shanghai', '%Y-%m-%d %H:%M') AS ends_at
FROM fct_listings AS l
JOIN dim_sku AS s ON s.sku_id = l.sku_id
LEFT JOIN dim_batch AS b ON b.batch_id = l.batch_id
WHERE s.supply_mode IN ('buy_to_order', 'prepared', 'dropship') AND l.is_sellable
    AND l.listed_date <= CAST($1 AS DATE) AND l.cut_off_at >= CAST($1 AS DATE) - INTERVAL 1 DAY
    AND (l.closed_at IS NULL OR l.is_sold_out) AND coalesce(b.status <> 'cancelled', TRUE)
ORDER BY l.batch_id, l.sku_id, l.listing_id
"""
# Which groups a listing reaches, by the warehouse that supplies them: where they collect, else where their orders came from
# lately. They are told one by one where it does not reach all of a warehouse's.
REACHES = """
WITH scopes AS (
    SELECT DISTINCT scope_kind, scope_id FROM fct_listings
    WHERE listed_date <= CAST($1 AS DATE) AND cut_off_at >= CAST($1 AS DATE) - INTERVAL 1 DAY
),

orders AS (
    SELECT community_id, warehouse_id, count(*) AS many FROM fct_orders
    WHERE is_paid AND warehouse_id IS NOT NULL AND paid_date >= $2
    GROUP BY ALL
),

usual AS (SELECT community_id, arg_max(warehouse_id, many) AS warehouse_id FROM orders GROUP BY ALL),

living AS (
    SELECT c.community_id, coalesce(w.parent_id, w.warehouse_id) AS warehouse_id
    FROM dim_community AS c
    LEFT JOIN usual AS u ON u.community_id = c.community_id
    JOIN dim_warehouse AS w ON w.warehouse_id = coalesce(c.warehouse_id, u.warehouse_id)
    WHERE coalesce(c.closed_on > CAST($1 AS DATE), TRUE)
),

wholes AS (SELECT warehouse_id, count(*) AS many FROM living GROUP BY ALL)

SELECT
    s.scope_kind, s.scope_id, v.warehouse_id,
    CASE WHEN count(*) < any_value(h.many) THEN list(v.community_id ORDER BY v.community_id) END AS only
FROM scopes AS s
JOIN dim_scope_community AS c ON c.scope_kind = s.scope_kind AND c.scope_id = s.scope_id
JOIN living AS v ON v.community_id = c.community_id
JOIN wholes AS h ON h.warehouse_id = v.warehouse_id
GROUP BY ALL
ORDER BY v.warehouse_id
"""
NAMES = """
SELECT 'region' AS kind, region_id AS id, name FROM dim_region
UNION ALL SELECT 'warehouse', warehouse_id, name FROM dim_warehouse
UNION ALL SELECT 'community', community_id, name FROM dim_community
UNION ALL SELECT 'pickup_point', pickup_point_id, name FROM dim_pickup_point
UNION ALL SELECT 'estate', estate_id, name FROM dim_estate
UNION ALL SELECT 'channel', channel_id, name FROM dim_channel
UNION ALL SELECT 'leader', leader_id, name FROM dim_leader
"""
OWED = (
    "SELECT sku_id, warehouse_id, day, CAST(sum(qty) AS BIGINT) AS qty FROM fct_due_days WHERE day >= $1 GROUP BY ALL"
)
MOST = """
WITH days AS (
    SELECT sku_id, warehouse_id, received_date, sum(accepted_qty) AS came, sum(ordered_qty) AS ordered
    FROM fct_purchase_lines WHERE received_date >= $1 GROUP BY ALL
)
SELECT sku_id, warehouse_id, CAST(max(came) AS BIGINT) AS qty, avg(CAST(came < ordered AS INTEGER)) AS short FROM days GROUP BY ALL
"""
OFTEN = 0.1  # of its deliveries: who falls short so often brings what it can, not what it is asked for
# What came in time of what was ordered: late or never is nothing; where no day was agreed, none is late.
KEPT = """
SELECT
    p.supplier_id, p.warehouse_id, s.supply_mode,
    CASE
        WHEN p.received_date IS NULL OR p.received_date > p.expected_date THEN 0
        ELSE round(least(p.accepted_qty / p.ordered_qty, 1), 2)
    END AS share, count(*) AS many
FROM fct_purchase_lines AS p
JOIN dim_sku AS s ON s.sku_id = p.sku_id
WHERE p.is_binding AND p.ordered_qty > 0 AND p.ordered_date >= $1 AND s.supply_mode IN ('buy_to_order', 'prepared')
    AND (p.received_date IS NOT NULL OR p.expected_date < $2)
GROUP BY ALL
ORDER BY share
"""
NEW_ONLY = Text(
    "只卖给新人：限量是拉新的决定，这里不提",
    "for new members only: how many is a matter of winning them, not of supply",
)
NOBODY = Text(
    "它面向的范围里没有社群，或不知道社群由哪个仓供货",
    "no group lies in the scope it is offered to, or nobody knows which warehouse supplies them",
)


@dataclass(frozen=True, slots=True)
class Left:
    """A listing nothing is reckoned for, and why not."""

    listing_id: str
    batch_id: str
    sku_id: str
    sku: str
    where: str
    sold: int
    quota: int | None
    ends: str
    warehouse_ids: tuple[str, ...]
    warehouse: str
    why: Text


@dataclass(frozen=True, slots=True)
class Found:
    """Everything quotas of one moment go by."""

    day: date
    made_on: date | None  # the evening of the forecast; None without one that is fresh enough
    listings: tuple[Listing, ...] = ()
    left: tuple[Left, ...] = ()
    batches: Mapping[str, str] = field(default_factory=dict)  # names
    ends: Mapping[str, float] = field(default_factory=dict)  # hours from the day's midnight to each listing's cut-off
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of each warehouse


def find(shop: Shop, day: date, earlier: Iterable[Proposal] = (), at: datetime | None = None) -> Found:
    """The open listings of pre-sold goods; `earlier` as for orders, `at` what the wall clock says where it is no morning."""
    today = course(shop, day, PRICE_DAYS * DAY)
    now = float(today.first) if at is None else (at - datetime.combine(day, time())).total_seconds() / 3600
    rows = [row for row in shop.read(OPEN, (day,)).to_pylist() if row["ends"] > now]
    if not rows:
        return Found(day, None)
    before, homes = tuple(earlier), above(shop)
    reach = _reach(shop, day, rows, homes)
    goods = {(row["sku_id"], home) for row in rows for home in reach.get(_scope(row), {})}
    orders = [one for one in before if one.kind not in (QUOTA, SURGE)]
    stands = read(shop, day, orders, only=goods, at=at)
    cases = {(one.sku_id, one.warehouse_id): one for one in stands.cases}
    parts = _parts(shop, day, rows, reach)
    brings = _brings(shop, day, homes)
    asked = {key: _asked(one, today) for key, one in cases.items()}
    names = {(row["kind"], row["id"]): row["name"] for row in shop.read(NAMES).to_pylist()}
    return _sorted_out(_Desk(day, at, today, rows, reach, stands, cases, parts, asked, brings, names, before))


@dataclass(frozen=True, slots=True)
class _Brings:
    """What has gone out and come in lately, by good and warehouse or by supplier."""

    owed: Mapping[Key, Sequence[tuple[date, int]]]
    most: Mapping[Key, tuple[int, bool]]  # and whether it often fell short
    kept: Mapping[tuple[str, str, bool], Sequence[tuple[float, int]]]


@dataclass(frozen=True, slots=True)
class _Desk:
    """All that was read, before it is sorted out."""

    day: date
    at: datetime | None
    today: Course
    rows: Sequence[Row]
    reach: Mapping[Key, Mapping[str, Sequence[str] | None]]
    stands: Read
    cases: Mapping[Key, Case]
    parts: Mapping[Key, float]  # of each listing at each warehouse, of what is asked of its good there
    asked: Mapping[Key, Sequence[float]]
    brings: _Brings
    names: Mapping[Key, str]
    before: Sequence[Proposal]


def _sorted_out(desk: _Desk) -> Found:
    approved, surged = _approved(desk.before, desk.day)
    listings, left = [], []
    wholes: dict[Key, float] = defaultdict(float)  # what all listings of a good still expect at a warehouse
    still: dict[Key, float] = {}
    for row in desk.rows:
        for home in desk.reach.get(_scope(row), {}):
            key = (row["sku_id"], home)
            if key in desk.cases:
                share = desk.parts.get((row["listing_id"], home), 0.0)
                still[row["listing_id"], home] = share * _until(desk.asked[key], row["ends"], desk.today)
                wholes[key] += still[row["listing_id"], home]
    for row in desk.rows:
        homes = [home for home in desk.reach.get(_scope(row), {}) if (row["sku_id"], home) in desk.cases]
        why = _never(desk, row, homes)
        if why is not None:
            left.append(_left(desk, row, why))
            continue
        sources = tuple(
            _source(desk, row, home, still[row["listing_id"], home], wholes[row["sku_id"], home]) for home in homes
        )
        first = desk.cases[row["sku_id"], homes[0]]
        quota = _present(approved.get(row["listing_id"], {}), row["quota_qty"])
        listings.append(
            Listing(
                row["listing_id"], row["batch_id"], row["sku_id"], row["sku"], _where(desk, row), first.supplier_id, first.supplier,
                row["sold_qty"], quota, row["price_fen"], first.cost, row["ends_at"], sources,
                any((row["sku_id"], home) in surged for home in homes),
            )
        )  # fmt: skip
    return Found(
        desk.day, desk.stands.made_on, tuple(listings), tuple(left), {row["batch_id"]: row["batch"] for row in desk.rows},
        {row["listing_id"]: row["ends"] for row in desk.rows}, desk.stands.regions,
    )  # fmt: skip


def _never(desk: _Desk, row: Row, homes: Sequence[str]) -> Text | None:
    """Why nothing is reckoned for a listing; None where it can be."""
    if row["is_new_member_only"]:
        return NEW_ONLY
    if not desk.reach.get(_scope(row)):
        return NOBODY
    if desk.stands.made_on is None:
        return Text(
            "今天没有销量预测，不知道还会要多少", "there is no forecast of today: nobody knows what is still asked for"
        )
    if row["sku_id"] in desk.stands.left_out:
        return desk.stands.left_out[row["sku_id"]]
    if not homes:
        return Text("这个商品没有销量预测", "there is no forecast of these goods")
    return None


def _left(desk: _Desk, row: Row, why: Text) -> Left:
    homes = tuple(desk.reach.get(_scope(row), {}))
    return Left(
        row["listing_id"], row["batch_id"], row["sku_id"], row["sku"], _where(desk, row), row["sold_qty"], row["quota_qty"],
        row["ends_at"], homes, desk.names.get(("warehouse", homes[0])) or homes[0] if homes else "", why,
    )  # fmt: skip


def _source(desk: _Desk, row: Row, home: str, still: float, whole: float) -> Source:
    """What one warehouse can bring for a listing by the day its goods go out."""
    key = (row["sku_id"], home)
    case = desk.cases[key]
    last = desk.day + _days(row["ends"], desk.today) * DAY  # the day the cut-off ends
    due = row["delivery_date"] or last + DAY
    ahead = (due - desk.day).days
    kept = desk.brings.kept.get((case.supplier_id, home, case.mode == "presale"), ())
    most, short = desk.brings.most.get(key, (None, False))
    return Source(
        home, case.warehouse, still, still / whole if whole else 1.0, case.width, case.on_hand,
        sum(pieces for arrives, pieces in case.coming if arrives <= ahead),
        sum(pieces for goes, pieces in desk.brings.owed.get(key, ()) if goes <= last),
        _takes(case, desk, last, due), None if most is None else max(most, case.pack), short, tuple(kept),
    )  # fmt: skip


def _takes(case: Case, desk: _Desk, last: date, due: date) -> bool:
    """Whether the supplier still takes an order that comes before the goods go out."""
    if case.mode == "stocked":
        return case.usual_lead <= (due - desk.day).days
    taken = desk.stands.suppliers.get(case.supplier_id)
    return taken is None or _brings_on_order(taken.calendar, desk.day, last, due, desk.at)


def _brings_on_order(days: Calendar, first: date, last: date, due: date, at: datetime | None) -> bool:
    """What is bought to order comes on its day: it needs a day to order on until the cut-off, and one to be brought on."""
    span = (first + step * DAY for step in range((last - first).days + 1))
    return days.brings(due) and any(days.takes(one) and not days.misses(one, at) for one in span)


def _scope(row: Row) -> Key:
    return row["scope_kind"], row["scope_id"]


def _where(desk: _Desk, row: Row) -> str:
    return desk.names.get(_scope(row)) or ("" if row["scope_kind"] == "all" else row["scope_id"])


def _days(ends: float, today: Course) -> int:
    """How many company days after today the one is that a cut-off ends, or lies in."""
    return max(0, math.ceil((ends - today.first) / HOURS - 1e-9) - 1)


def _asked(case: Case, today: Course) -> Sequence[float]:
    """What is still to be ordered on each day from today on, whole days but for today's past."""
    sure = (*case.sure, *(0 for _ in case.mean))
    open_ = [max(0.0, mean - known) for mean, known in zip(case.mean, sure, strict=False)]
    return [open_[0] * (1 - today.gone), *open_[1:]] if open_ else [case.usual * (1 - today.gone)]


def _until(asked: Sequence[float], ends: float, today: Course) -> float:
    """The part of it that comes before a cut-off."""
    days = _days(ends, today)
    part = today.before(ends - HOURS * days)
    if days == 0:
        gone = today.gone
        return asked[0] * max(0.0, part - gone) / (1 - gone) if gone < 1 else 0.0
    whole, last = sum(asked[:days]), asked[min(days, len(asked) - 1)]
    return whole + part * last


def _reach(
    shop: Shop, day: date, rows: Sequence[Row], homes: Mapping[str, str]
) -> dict[Key, dict[str, Sequence[str] | None]]:
    """By scope and supplying warehouse: the groups it reaches there; None = all of them."""
    found: dict[Key, dict[str, Sequence[str] | None]] = defaultdict(dict)
    for row in shop.read(REACHES, (day, day - SEEN_DAYS * DAY)).to_pylist():
        found[row["scope_kind"], row["scope_id"]][row["warehouse_id"]] = row["only"]
    for row in rows:
        if row["scope_kind"] == "warehouse" and row["scope_id"] in homes and not found[_scope(row)]:
            found[_scope(row)] = {homes[row["scope_id"]]: None}
    return found


def _parts(
    shop: Shop, day: date, rows: Sequence[Row], reach: Mapping[Key, Mapping[str, Sequence[str] | None]]
) -> dict[Key, float]:
    """Of what is asked of a good at a warehouse, what comes through each listing: by the groups it reaches.

    A group that several listings reach orders of each alike. Those for new members only take nothing from the others.
    """
    by_good: dict[Key, list[tuple[str, Sequence[str] | None]]] = defaultdict(list)
    for row in rows:
        if not row["is_new_member_only"]:
            for home, only in reach.get(_scope(row), {}).items():
                by_good[row["sku_id"], home].append((row["listing_id"], only))
    found: dict[Key, float] = {}
    partly: dict[str, set[str]] = defaultdict(set)
    for (sku, home), offers in by_good.items():
        if all(only is None for _, only in offers):
            found |= {(listing, home): 1 / len(offers) for listing, _ in offers}
        else:
            partly[home].add(sku)
    for home, skus in partly.items():
        mine = _shares(shop, day, home, skus)
        for sku in skus:
            found |= {(listing, home): part for listing, part in _among(by_good[sku, home], mine[sku])}
    return found


def _among(
    offers: Sequence[tuple[str, Sequence[str] | None]], mine: Mapping[str, float]
) -> Iterable[tuple[str, float]]:
    """Each listing's part of a good at one warehouse, by the groups' shares `mine`; orders of no group are with them all."""
    reached: dict[str, int] = defaultdict(int)
    for _, only in offers:
        for group in mine if only is None else only:
            reached[group] += 1
    for listing, only in offers:
        groups = mine if only is None else only
        yield listing, sum(mine.get(group, 0.0) / reached[group] for group in groups)


def _shares(shop: Shop, day: date, home: str, skus: Collection[str]) -> dict[str, dict[str, float]]:
    """How each good's sales of eight weeks at a warehouse fall to its groups, shrunken as the forecast's are."""
    below = shop.read(BELOW, (home,))["warehouse_id"].to_pylist() or [home]
    first, last = day - SEEN_DAYS * DAY, day - DAY
    rows = shop.query("units", ("sku", "community"), start=first, end=last, where={"warehouse": below}).rows()
    goods = sorted({*skus, *(row["sku"] for row in rows if row["sku"])})
    groups = sorted({row["community"] or "" for row in rows})
    if not groups:
        return {sku: {} for sku in skus}
    at, column = ({name: place for place, name in enumerate(names)} for names in (goods, groups))
    seen = np.zeros((len(goods), len(groups)))
    for row in rows:
        if row["sku"]:
            seen[at[row["sku"]], column[row["community"] or ""]] += max(row["units"] or 0, 0)
    parts = shares(seen)
    return {sku: dict(zip(groups, map(float, parts[at[sku]]), strict=True)) for sku in skus}


def _brings(shop: Shop, day: date, homes: Mapping[str, str]) -> _Brings:
    owed: dict[Key, list[tuple[date, int]]] = defaultdict(list)
    for row in shop.read(OWED, (day,)).to_pylist():
        owed[row["sku_id"], row["warehouse_id"]].append((row["day"], row["qty"]))
    most: dict[Key, tuple[int, bool]] = {}
    for row in shop.read(MOST, (day - PRICE_DAYS * DAY,)).to_pylist():
        key = (row["sku_id"], homes.get(row["warehouse_id"], row["warehouse_id"]))
        most[key] = max(most.get(key, (0, False)), (row["qty"], row["short"] >= OFTEN))
    kept: dict[tuple[str, str, bool], dict[float, int]] = defaultdict(lambda: defaultdict(int))
    for row in shop.read(KEPT, (day - LEAD_DAYS * DAY, day)).to_pylist():
        home = homes.get(row["warehouse_id"], row["warehouse_id"])
        kept[row["supplier_id"], home, row["supply_mode"] == "buy_to_order"][row["share"]] += row["many"]
    return _Brings(owed, most, {key: tuple(sorted(each.items())) for key, each in kept.items()})


def _approved(before: Sequence[Proposal], day: date) -> tuple[Mapping[str, Mapping[int | None, int]], Collection[Key]]:
    """What quotas were changed to, by listing and by what they were; and the goods of which a surge raised some today."""
    changed: dict[str, dict[int | None, int]] = defaultdict(dict)
    surged = set[tuple[str, str]]()
    for one in sorted(before, key=lambda one: one.changed_at):
        for line in one.lines:
            if one.kind == QUOTA:
                changed[line["listing_id"]][line["data"]] = int(line["quota"])
            elif one.kind == SURGE and one.day == day and line["quota"]:
                surged.add((line["sku_id"], one.place.warehouse))
    return changed, surged


def _present(changed: Mapping[int | None, int], quota: int | None) -> int | None:
    """The quota that stands: as the data have it, but for what was approved since and is not in them yet."""
    for _ in changed:
        quota = changed.get(quota, quota)
    return quota
