"""Rollups from outside: what a command, an answer and the doctor say about them, and how to do without."""

from __future__ import annotations

import json

import pytest
from tests.app.sample import Sampled

from linshu.app.cli import run
from linshu.app.domains import catalog
from linshu.app.local import LocalShop
from linshu.app.project import Project

NAMES = {one.name for one in catalog().rolled}
# This company has no rows to add up for them.
NOTHING = {
    "deliveries_by_group",
    "refunds_by_day",
    "stock_by_day",
    "movements_by_day",
    "listed_skus_seen",
    "stock_value_stands",
}


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, sampled: Sampled) -> Project:
    folder = tmp_path_factory.mktemp("rolled")
    return sampled(folder / "shop")


def test_an_answer_tells_on_demand_where_it_was_read(filled: Project, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--project", str(filled.folder)]
    assert run(["metric", "gmv", "--by", "sku", "--explain", *where, "--json"]) == 0
    how = json.loads(capsys.readouterr().out)["meta"]["explain"]
    assert how["scans"][0]["rollup"] == "sales_by_sku"
    assert how["scans"][0]["through"] == "2026-10-01", "the newest day is open"
    assert "roll.sales_by_sku" in how["sql"]
    assert run(["metric", "active_members", "--explain", *where]) == 0
    assert "member_id" in capsys.readouterr().out


def test_a_warehouse_made_anew_has_the_same_rollups(filled: Project) -> None:
    def held(shop: LocalShop) -> list:
        return [
            shop.warehouse.query(f"SELECT * FROM {one.table.table} ORDER BY ALL").to_pylist()
            for one in catalog().rolled
            if one.name not in NOTHING
        ]

    with LocalShop.open(filled) as shop:
        before = held(shop)
        shop.rebuild()
        assert held(shop) == before


def test_the_doctor_and_a_build_tell_of_them_and_a_setting_does_without(
    filled: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with LocalShop.open(filled) as shop:
        report = shop.rollups().rows
        assert {row["rollup"] for row in report if row["through"]} >= NAMES - NOTHING
        with_them = shop.query("gmv,orders", "channel", grain="day")
        assert with_them.rows == shop.query("gmv,orders", "channel", grain="day", rollups=False).rows
        assert {one["rollup"] for one in shop.build(full=True).meta["rollups"]} >= NAMES - NOTHING
    run(["doctor", "--project", str(filled.folder), "--json"])
    found = [row["found"] for row in json.loads(capsys.readouterr().out)["rows"] if row["check"] == "rollup"]
    assert len(found) == len(NAMES)
    without = Project.open(filled.folder, {"warehouse.rollups": False})
    with LocalShop.open(without) as shop:
        shop.build()
        assert shop.warehouse.tables("roll") == ()
        assert shop.rollups().rows == []
        answer = shop.query("gmv,orders", "channel", grain="day", explain=True)
        assert answer.rows == with_them.rows
        assert not any(one["rollup"] for one in answer.meta["explain"]["scans"])
