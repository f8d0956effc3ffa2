"""Warehouses below another: what each is judged by, where the forecast is of the one that supplies them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.insight.overview.town import TownShop, published
from tests.domains.models.company import Company
from tests.domains.supply.replenish.made_up import MADE_ON, TODAY, buying_rows

from linshu.domains.supply.watching.inputs import Known, load
from linshu.domains.supply.watching.sharing import parts, thinned
from linshu.engine.access.scope import Scope

LEFT = st.lists(st.floats(0, 50), min_size=1, max_size=6)


@given(LEFT)
def test_the_parts_of_a_good_make_up_all_of_it(left: list[float]) -> None:
    """The first supplies the others."""
    recent, supplies = np.array(left), np.arange(len(left)) == 0
    part = parts(recent, np.full(len(left), recent.sum()), supplies)
    assert np.nansum(part) == pytest.approx(1)
    assert np.all((np.nan_to_num(part) >= 0) & (np.nan_to_num(part) <= 1))
    assert list(np.isnan(part)) == [one <= 0 and at > 0 for at, one in enumerate(left)]


@given(st.floats(0, 1), st.floats(0, 100), st.floats(0, 3))
def test_a_part_of_a_demand_has_its_mean_and_strays_no_less_than_by_chance(
    part: float, mean: float, width: float
) -> None:
    whole, widely = np.full((1, 3), mean), np.full((1, 3), mean + width * mean**2)
    told, strays = thinned(whole, widely, np.array([part]))
    assert told == pytest.approx(part * whole)
    assert strays == pytest.approx(told + width * told**2)  # what is drawn from a negative binomial is one


def moved(sku: str, warehouse: str, qty: int, day: date) -> dict[str, Any]:
    return {
        "stock_movement_id": f"{sku}{warehouse}{qty}", "sku_id": sku, "warehouse_id": warehouse, "kind": "receipt" if qty > 0 else "sale",
        "qty": qty, "cost_fen": qty * 100, "moved_at": datetime(day.year, day.month, day.day, 4, tzinfo=UTC), "moved_date": day,
    }  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> TownShop:
    rows = buying_rows()
    rows["warehouse"] += [
        {"warehouse_id": f"W{one}", "name": f"网格仓 {one}", "level": "grid", "parent_id": "W1"} for one in (3, 4)
    ]
    rows["stock_movement"] = [
        moved("S1", home, qty, MADE_ON - timedelta(days=3))
        for home, came, left in (("W1", 99, 30), ("W3", 40, 10), ("W4", 7, 0), ("W2", 9, 2))
        for qty in (came, -left)
        if qty
    ]
    company = Company()
    company.land(rows)
    return TownShop(published(company))


def means(known: Known) -> dict[str, float]:
    """What each warehouse is expected to sell on the last day looked at."""
    return dict(zip(known.frame["warehouse_id"], known.positions.mean[:, -1], strict=True))


def test_stock_is_held_against_its_own_warehouses_demand(shop: TownShop) -> None:
    known = load(shop, Scope.everything(), TODAY)
    assert known is not None
    found = means(known)
    assert found["W3"] == pytest.approx((found["W1"] + found["W3"]) / 4)  # 10 of the 40 pieces that left
    assert found["W2"] == pytest.approx(found["W1"] + found["W3"])  # forecast like the other; nothing is below it
    assert np.isnan(found["W4"])
    assert dict(zip(known.frame["warehouse_id"], known.shared, strict=True)) == {
        "W1": False,
        "W2": False,
        "W3": True,
        "W4": False,
    }
    alone = load(shop, Scope.everything(), TODAY, ("S1", "W3"))
    theirs = load(shop, Scope.only(warehouses=["W3"]), TODAY)
    assert alone is not None
    assert theirs is not None
    assert means(alone) == means(theirs) == pytest.approx({"W3": found["W3"]})
