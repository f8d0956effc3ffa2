"""Of the buyers who find their good sold out, the simulated company sends a planted share to a rival: it is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from linshu.domains.supply.assortment.decide import Rules
from linshu.domains.supply.assortment.rivals import Warehouse, measured
from linshu.twin.selling import SWITCH

if TYPE_CHECKING:
    import pyarrow as pa


@pytest.mark.slow
def test_the_share_that_takes_a_rival_is_the_planted_one(told: dict[str, pa.Table]) -> None:
    offers = offers_of(told)
    goods = told["sku"].to_pandas().set_index("sku_id").loc[sorted(offers["sku_id"].unique())]
    family, names = pd.factorize(goods["category_id"])
    warehouses = [blocks(part, goods.index) for _, part in offers.groupby("scope_id")]
    found = measured(warehouses, family, len(names), assumed=Rules().assumed_share)
    assert found.cases.sum() > 300
    # Who looks for another finds it where the list holds it: that part of the family's popularity is on offer.
    lands = []
    for one in warehouses:
        offered = ~np.isnan(one.open)
        usual = np.where(offered, one.sold, 0).sum(axis=1) / np.maximum(offered.sum(axis=1), 1)
        for which in range(len(names)):
            mine = usual * (family == which)
            lands.append((found.share[which] * (offered * mine[:, None]).sum(axis=0).mean() / mine.sum(), mine.sum()))
    share, weight = np.array(lands).T
    assert float(np.average(share, weights=weight)) == pytest.approx(SWITCH, abs=0.12)


def offers_of(told: dict[str, pa.Table]) -> pd.DataFrame:
    """Every listing of the days that are over: what was sold of it, and for what part of its day it was open."""
    listing = told["listing"].to_pandas()
    lines = told["order_line"].to_pandas().groupby("listing_id")["qty"].sum().rename("sold")
    listing = listing.merge(lines, on="listing_id", how="left").fillna({"sold": 0})
    opens, ends = (pd.to_datetime(listing[name], utc=True) for name in ("listed_at", "sold_out_at"))
    listing["day"] = (opens - opens.min()).dt.days
    listing["open"] = ((ends - opens).dt.total_seconds() / 86400).fillna(1.0).clip(0, 1)
    return listing[listing["day"] < listing["day"].max()]


def blocks(part: pd.DataFrame, goods: pd.Index[Any]) -> Warehouse:
    """One city's listings as goods by days."""
    days = int(part["day"].max()) + 1
    sold, opened = np.zeros((len(goods), days)), np.full((len(goods), days), np.nan)
    at, day = goods.get_indexer(part["sku_id"]), part["day"].to_numpy()
    np.add.at(sold, (at, day), part["sold"].to_numpy(float))
    opened[at, day] = part["open"]
    return Warehouse(sold, opened)
