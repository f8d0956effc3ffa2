"""What the rule reads: pieces, margin and loss through the metric layer; offers, goods and places as published.

The whole company is read, whoever asks: what one group may expect of a good is held against all groups. Who sees which
group's list is decided afterwards, by where the group belongs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from linshu.domains.supply.assortment.rivals import Warehouse
from linshu.engine.access.place import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from linshu.domains.supply.assortment.rates import Flags, Ints, Reals
    from linshu.engine.shell.asking import Shop

DAY = timedelta(days=1)
PERIOD = 56
LEANS = 20.0  # pieces: a good that sold fewer earns nearly what its family earns
SIZES = 3  # large, middling and small groups
NEWEST = "SELECT max(listed_date) AS day FROM fct_listings WHERE is_sellable AND listed_date <= CAST($1 AS DATE)"
OFFERED = """
WITH spans AS (
    SELECT
        sku_id, scope_kind, scope_id, listed_date,
        epoch(least(coalesce(sold_out_at, cut_off_at), coalesce(closed_at, cut_off_at), cut_off_at)) - epoch(listed_at) AS seconds
    FROM fct_listings
    WHERE is_sellable AND listed_date BETWEEN CAST($1 AS DATE) AND CAST($2 AS DATE) AND cut_off_at > listed_at
),

daily AS (
    SELECT sku_id, scope_kind, scope_id, listed_date, greatest(max(seconds), 0) / 86400 AS days
    FROM spans
    GROUP BY ALL
),

scopes AS (
    SELECT sku_id, scope_kind, scope_id, sum(days) AS days, max(listed_date) AS last_day
    FROM daily
    GROUP BY ALL
)

SELECT s.sku_id, c.community_id, sum(s.days) AS days, max(s.last_day) = CAST($3 AS DATE) AS listed
FROM scopes AS s
JOIN dim_scope_community AS c ON c.scope_kind = s.scope_kind AND c.scope_id = s.scope_id
GROUP BY s.sku_id, c.community_id
"""
OPEN_DAYS = """
SELECT sku_id, warehouse_id, day, open_share
FROM fct_offer_days
WHERE day BETWEEN CAST($1 AS DATE) AND CAST($2 AS DATE)
"""
SUPPLYING = "SELECT warehouse_id, coalesce(parent_id, warehouse_id) AS supplier_id FROM dim_warehouse"
GOODS = """
SELECT sku_id, coalesce(name, sku_id) AS name, coalesce(category_id, '') AS family, coalesce(category, '') AS category, list_price_fen
FROM dim_sku
WHERE retired_on IS NULL OR retired_on > CAST($1 AS DATE)
"""
PLACES = """
SELECT
    c.community_id, coalesce(c.name, c.community_id) AS name, c.province_id, c.city_id, c.district_id, c.street_id, c.city, c.district,
    c.leader_id, c.channel_id, c.warehouse_id, coalesce(w.parent_id, w.warehouse_id) AS supplier_id
FROM dim_community AS c
LEFT JOIN dim_warehouse AS w ON w.warehouse_id = c.warehouse_id
WHERE c.closed_on IS NULL OR c.closed_on > CAST($1 AS DATE)
"""
MONEY = ("units", "goods_margin", "loss_amount")


@dataclass(frozen=True, slots=True)
class Group:
    """A place a list is made for: one group, or all like groups of a district."""

    key: str
    name: str
    town: str
    members: tuple[int, ...]  # rows of the blocks
    place: Place
    supplied_by: str = ""  # the warehouse above its own


@dataclass(frozen=True, slots=True)
class Read:
    """The whole company over the period, groups by goods."""

    evening: date
    listed_on: date  # the day today's lists are taken from
    goods: pd.DataFrame  # sku_id, name, family, category
    communities: tuple[Group, ...]
    clusters: tuple[Group, ...]
    sold: Reals  # [P, S]
    days: Reals  # [P, S]
    listed: Flags  # [P, S]
    margin: Reals  # [S]
    family: Ints  # [S]
    best: Ints  # goods by what the whole company sold of them
    warehouses: tuple[Warehouse, ...]

    @property
    def many(self) -> int:
        """How many families."""
        return int(self.family.max()) + 1


def read(shop: Shop, evening: date) -> Read | None:
    """What is known at the end of that day; None where nothing is listed or no group is known."""
    import pandas as pd  # noqa: PLC0415 - heavy, and commands start without it

    listed_on: date | None = shop.read(NEWEST, (evening,))["day"][0].as_py()
    if listed_on is None:
        return None
    first = evening - (PERIOD - 1) * DAY
    places = shop.read(PLACES, (evening,)).to_pandas()
    offered = shop.read(OFFERED, (first, evening, listed_on)).to_pandas()
    goods = shop.read(GOODS, (evening,)).to_pandas()
    offered = offered[offered["community_id"].isin(places["community_id"])]
    goods = goods[goods["sku_id"].isin(offered["sku_id"])].sort_values("sku_id").reset_index(drop=True)
    places = places[places["community_id"].isin(offered["community_id"])]
    places = places.sort_values("community_id").reset_index(drop=True)
    if goods.empty or places.empty:
        return None
    sales = shop.query("units", ("community", "sku"), start=first, end=evening).table.to_pandas()
    rows, columns = (pd.Index(one) for one in (places["community_id"], goods["sku_id"]))
    sold = _block(sales, ("community", "sku", "units"), rows, columns)
    days = np.minimum(_block(offered, ("community_id", "sku_id", "days"), rows, columns), PERIOD)
    listed = _block(offered, ("community_id", "sku_id", "listed"), rows, columns) > 0
    family, _ = pd.factorize(goods["family"])
    margin = _margins(shop, first, evening, goods, family)
    return Read(
        evening, listed_on, goods, _communities(places), _clusters(places, sold), np.maximum(sold, 0.0), days, listed,
        margin, family, np.argsort(-sold.sum(axis=0), kind="stable"), _warehouses(shop, first, evening, columns),
    )  # fmt: skip


def _block(frame: pd.DataFrame, names: tuple[str, str, str], rows: pd.Index, columns: pd.Index) -> Reals:
    """A long table as groups by goods; what it does not hold is nought."""
    import pandas as pd  # noqa: PLC0415 - heavy, and commands start without it

    at, to = (index.get_indexer(pd.Index(frame[name])) for index, name in zip((rows, columns), names, strict=False))
    kept = (at >= 0) & (to >= 0)
    block = np.zeros((len(rows), len(columns)))
    np.add.at(block, (at[kept], to[kept]), frame[names[2]].to_numpy(float, na_value=0.0)[kept])
    return block


def _margins(shop: Shop, first: date, evening: date, goods: pd.DataFrame, family: Ints) -> Reals:
    """Fen a piece brings: margin less what is lost of the good, a good of few sales leaning on its family's part of the price.

    First orders are left out: what newcomers are given is spent on them, and says nothing against the good.
    """

    def of(names: tuple[str, ...], where: Mapping[str, object]) -> list[Reals]:
        table = shop.query(names, "sku", start=first, end=evening, where=where).table.to_pandas()
        known = goods[["sku_id"]].merge(table, left_on="sku_id", right_on="sku", how="left")
        return [known[name].fillna(0).to_numpy(float) for name in names]

    every, margin, loss = of(MONEY, {})
    newcomers, given = of(MONEY[:2], {"first_order": "true"})
    price, units = goods["list_price_fen"].fillna(0).to_numpy(float), np.maximum(every - newcomers, 0.0)
    waste = np.divide(loss, every, out=np.zeros(len(every)), where=every > 0)
    earned = margin - given - waste * units
    of_family, worth = (np.bincount(family, one) for one in (earned, units * price))
    usual = np.divide(of_family, worth, out=np.zeros(len(worth)), where=worth > 0)[family] * price
    found: Reals = (earned + LEANS * usual) / (units + LEANS)
    return found


def _warehouses(shop: Shop, first: date, evening: date, goods: pd.Index) -> tuple[Warehouse, ...]:
    """Each supplying warehouse day by day: pieces sold, and the part of the day each good could be bought."""
    import pandas as pd  # noqa: PLC0415 - heavy, and commands start without it

    opened = shop.read(OPEN_DAYS, (first, evening)).to_pandas()
    sales = shop.query("units", ("sku", "warehouse"), start=first, end=evening, grain="day").table.to_pandas()
    above = shop.read(SUPPLYING).to_pandas().set_index("warehouse_id")["supplier_id"]
    sales["warehouse"] = sales["warehouse"].map(above)
    found = []
    for warehouse, of_it in opened.groupby("warehouse_id", sort=True):
        blocks = np.zeros((len(goods), PERIOD)), np.full((len(goods), PERIOD), np.nan)
        mine = sales[sales["warehouse"] == warehouse]
        for block, frame, names in (
            (blocks[0], mine, ("sku", "units")),
            (blocks[1], of_it, ("sku_id", "open_share")),
        ):
            at = goods.get_indexer(pd.Index(frame[names[0]]))
            day = (pd.to_datetime(frame["day"]) - pd.Timestamp(first)).dt.days.to_numpy()
            values, kept = frame[names[1]].to_numpy(float, na_value=0.0), at >= 0
            if block is blocks[0]:
                np.add.at(block, (at[kept], day[kept]), values[kept])
            else:
                block[at[kept], day[kept]] = values[kept]
        found.append(Warehouse(*blocks))
    return tuple(found)


def _communities(places: pd.DataFrame) -> tuple[Group, ...]:
    return tuple(
        Group(row["community_id"], row["name"], _town(row), (at,), _place(row), _word(row["supplier_id"]))
        for at, row in enumerate(places.to_dict("records"))
    )


def _clusters(places: pd.DataFrame, sold: Reals) -> tuple[Group, ...]:
    """Groups of one district that are about as large: a third of all groups is large, a third small."""
    bought = sold.sum(axis=1)
    rank = np.argsort(np.argsort(-bought, kind="stable"), kind="stable")
    size = rank * SIZES // max(len(rank), 1)
    district = places["district_id"].fillna(places["city_id"]).fillna("")
    found = []
    for (where, which), rows in places.groupby([district, size], sort=True):
        if where:
            row, members = rows.iloc[0].to_dict(), tuple(int(one) for one in rows.index)
            regions = tuple(filter(None, (_word(row[f"{one}_id"]) for one in ("province", "city", "district"))))
            name = _word(row["district"]) or _word(row["city"])
            found.append(Group(f"{where}~{which}", name, _word(row["city"]), members, Place(regions)))
    return tuple(found)


def _place(row: dict[Any, Any]) -> Place:
    regions = tuple(filter(None, (_word(row[f"{one}_id"]) for one in ("province", "city", "district", "street"))))
    parts = [_word(row[name]) for name in ("community_id", "leader_id", "warehouse_id", "channel_id")]
    return Place(regions, parts[0], parts[1], "", parts[2], parts[3])


def _town(row: dict[Any, Any]) -> str:
    return " ".join(filter(None, (_word(row["city"]), _word(row["district"]))))


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""
