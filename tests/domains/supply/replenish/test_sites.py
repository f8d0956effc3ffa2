"""Warehouses below another: what they serve adds up to the whole, and goods go down to where they are missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.supply.replenish.made_up import case

from linshu.domains.supply.replenish.case import Case
from linshu.domains.supply.replenish.sites import Below, sites
from linshu.domains.supply.transfer.decide import Rules, moves, stands


def below(one: Case, holds: dict[str, int], usual: dict[str, float], held: dict[str, float] | None = None) -> Below:
    keys = {name: (one.sku_id, name) for name in ("G1", "G2", "G3")}
    shelf = {keys[name]: ((20, pieces),) for name, pieces in holds.items() if pieces}
    return Below(
        {"W1": ("G1", "G2", "G3")},
        {"G1": "洪山网格仓"},
        shelf,
        {},
        {keys[name]: each for name, each in usual.items()},
        {keys[name]: each for name, each in (held or {}).items()},
    )


@given(
    st.integers(0, 500),
    st.lists(st.integers(0, 9), min_size=3, max_size=3),
    st.lists(st.floats(0, 3), min_size=3, max_size=3),
)
def test_every_site_serves_its_part_and_all_parts_are_the_whole(seed: int, holds: list[int], sold: list[float]) -> None:
    one = replace(case(seed), usual=sum(sold) + 1.0)
    names = ("G1", "G2", "G3")
    parts = list(sites(one, below(one, dict(zip(names, holds, strict=True)), dict(zip(names, sold, strict=True)))))
    assert [part.warehouse_id for part in parts] == [
        "W1",
        *(name for name, pieces in zip(names, holds, strict=True) if pieces),
    ]
    assert sum(part.mean[0] for part in parts) == pytest.approx(one.mean[0])
    assert parts[0].shelf == one.shelf
    assert all(part.usual_lead > one.usual_lead for part in parts[1:])
    assert len(parts) > 1 or parts == [one]


def test_what_is_short_above_goes_to_the_grid_that_misses_most() -> None:
    one = case(
        1,
        shelf=((20, 60),),
        coming=(),
        mean=(20.0,) * 14,
        usual=20.0,
        lead=(3,),
        life=10_000,
        pack=5,
        price=900.0,
        cost=500.0,
    )
    parts = list(sites(one, below(one, {"G1": 1, "G2": 40}, {"G1": 10.0, "G2": 5.0})))
    found = moves(stands(parts, Rules(least=0)), Rules(least=0))
    assert {move.taker.case.warehouse for move in found} == {"洪山网格仓"}
    assert {move.giver.case.warehouse_id for move in found} <= {"W1", "G2"}
    assert sum(move.pieces for move in found) >= 15


def test_a_grid_that_ran_out_wholly_is_sent_what_it_sold_while_it_had_some() -> None:
    one = replace(case(1), shelf=((20, 60),), coming=(), mean=(20.0,) * 14, sure=(), usual=10.0, lead=(3,), life=10_000, pack=5,
                  price=900.0, cost=500.0)  # fmt: skip
    served = {part.warehouse_id: part for part in sites(one, below(one, {}, {"G2": 5.0}, {"G1": 10.0}))}
    assert served.keys() == {"W1", "G1"}
    assert served["G1"].mean[0] == pytest.approx(10.0)  # half of what is wanted, though nothing was sold there lately
    assert served["G1"].on_hand == 0
    found = moves(stands(list(served.values()), Rules(least=0)), Rules(least=0))
    assert [(move.giver.case.warehouse_id, move.taker.case.warehouse_id) for move in found] == [("W1", "G1")]
