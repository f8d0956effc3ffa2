"""The peer's page of the benchmark says what our pages say: its own SQL over our tables, run without Streamlit."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from tests.domains.insight.overview.town import FIRST, TODAY, TownShop, town

PAGE = Path(__file__).parents[2] / "benchmarks/paging/streamlit_page.py"
TABLES = ("fct_order_lines", "fct_orders", "fct_refunds", "dim_community", "dim_region", "dim_leader")
connect = duckdb.connect  # as it was before the page gets one of ours
SPAN = {"start": FIRST, "end": TODAY}


class Shown:
    """What a page puts on the screen, kept instead of shown."""

    def __init__(self) -> None:
        self.figures: dict[str, str] = {}
        self.charts: list[list[tuple[Any, ...]]] = []

    def set_page_config(self, **_: object) -> None:
        """Nothing to look at."""

    def columns(self, count: int) -> list[SimpleNamespace]:
        return [SimpleNamespace(metric=self.figures.__setitem__) for _ in range(count)]

    def line_chart(self, rows: Rows, **_: object) -> None:
        self.charts.append(rows.rows)

    bar_chart = dataframe = line_chart


class Rows:
    """The rows of a statement; the page wants them as a pandas frame, which the tests need not have."""

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self.rows = rows


class Database:
    """A DuckDB connection whose answers become frames without pandas."""

    def __init__(self, path: str, *, read_only: bool) -> None:
        self.inner = connect(path, read_only=read_only)

    def execute(self, sql: str) -> None:
        self.inner.execute(sql)

    def sql(self, sql: str) -> SimpleNamespace:
        rows = self.inner.execute(sql).fetchall()
        return SimpleNamespace(fetchall=lambda: rows, df=lambda: Rows(rows))


@pytest.fixture(scope="module")
def shop() -> TownShop:
    return TownShop(town())


@pytest.fixture(scope="module")
def page(shop: TownShop, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """The peer's page, run over a copy of the town's tables."""
    copy: Path = tmp_path_factory.mktemp("peer") / "peer.duckdb"
    with duckdb.connect(str(copy)) as made:
        made.execute("CREATE SCHEMA mart")
        for name in TABLES:
            made.register("given", shop.company.warehouse.query(f"SELECT * FROM {name}"))
            made.execute(f"CREATE TABLE mart.{name} AS SELECT * FROM given")
            made.unregister("given")
    shown = Shown()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "streamlit", shown)
        patch.setattr(duckdb, "connect", Database)
        patch.setattr(sys, "argv", ["streamlit_page.py", str(copy)])
        runpy.run_path(str(PAGE))
    return shown


def test_its_figures_are_ours(shop: TownShop, page: Shown) -> None:
    ours = shop.query(["gmv", "orders", "active_members", "aov", "refund_rate"], **SPAN).rows()[0]
    assert page.figures["GMV"] == f"{ours['gmv'] / 100:,.0f}"
    assert page.figures["orders"] == f"{ours['orders']:,}"
    assert page.figures["members"] == f"{ours['active_members']:,}"
    assert page.figures["AOV"] == f"{ours['aov'] / 100:,.2f}"
    assert page.figures["refund rate"] == f"{ours['refund_rate']:.2%}"
    assert page.figures["leaders"] == str(shop.query("gmv", "leader", **SPAN).table.num_rows)


def test_its_line_ranking_and_list_are_ours(shop: TownShop, page: Shown) -> None:
    by_day, by_district, best = page.charts
    days = shop.query("gmv", grain="day", **SPAN).rows()
    assert [(str(day), round(gmv * 100)) for day, gmv in by_day] == [(row["day"], row["gmv"]) for row in days]
    districts = shop.query("gmv", "district", order="-gmv", **SPAN).rows()
    assert [(name, round(gmv * 100)) for name, gmv in by_district] == [
        (row["district_name"], row["gmv"]) for row in districts
    ]
    leaders = shop.query(["gmv", "orders"], "leader", order="-gmv", **SPAN).rows()
    assert [(name, key, round(gmv * 100), orders) for name, key, gmv, orders in best] == [
        (row["leader_name"], row["leader"], row["gmv"], row["orders"]) for row in leaders
    ]
