"""Where a figure comes from: tables down to the standard, the files that fed them, its SQL, and the rows behind it."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from tests.app.sample import Sampled

from linshu.app.cli import run
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.remote import RemoteShop
from linshu.app.states import open_state
from linshu.app.tracing import MASK, PERSONAL
from linshu.app.web import compose
from linshu.engine.access.scope import Scope
from linshu.engine.metrics.dialects import DIALECTS
from linshu.kernel.errors import Misused

pytestmark = pytest.mark.slow
OCTOBER = {"start": "2026-10-01", "end": "2026-10-31"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, sampled: Sampled) -> LocalShop:
    folder = tmp_path_factory.mktemp("traced")
    opened = LocalShop.open(sampled(folder / "shop"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def remote(shop: LocalShop):
    with open_state(shop.project) as state, TestClient(compose(shop, state, token="t" * 40)) as client:
        client.headers["Authorization"] = f"Bearer {'t' * 40}"
        yield RemoteShop(shop.project, client)


def test_lineage_goes_down_to_the_files(shop):
    answer = shop.lineage("gmv,orders", by="channel", **OCTOBER)
    levels = {row["table"]: row["level"] for row in answer.rows}
    assert levels["fct_order_lines"] == levels["fct_orders"] == levels["dim_channel"] == "read"
    assert levels["stg_order_lines"] == "model"
    assert levels["std.order_line"] == levels["std.orders"] == "standard"
    assert "stg_orders" in next(row for row in answer.rows if row["table"] == "fct_orders")["reads"]
    batches = {(one["table_name"], one["file"]): one for one in answer.meta["batches"]}
    lines = batches["std.order_line", "order_line.csv"]
    assert lines["rows_standing"] == 5
    assert batches["std.orders", "orders.csv"]["rows_standing"] == 4
    assert lines["received_at"] <= lines["merged_at"]
    assert lines["landing_id"] in shop.landed()
    assert answer.meta["data_version"] == shop.figures.data_version


def test_every_dialect_is_written_and_the_first_one_runs(shop):
    sql = shop.lineage("gmv", **OCTOBER).meta["sql"]
    assert tuple(sql) == DIALECTS
    assert len(set(sql.values())) >= 3
    assert shop.sql(sql["duckdb"]).rows == shop.query("gmv", **OCTOBER).rows


def test_the_rows_behind_tell_their_file_and_row(shop):
    answer = shop.rows("gmv", **OCTOBER)
    assert answer.meta["table"] == "fct_order_lines"
    assert answer.meta["total"] == len(answer) == 4
    assert sum(row["counted"] for row in answer.rows) == shop.query("gmv", **OCTOBER).rows[0]["gmv"]
    assert {
        (row["order_id"], row["line_no"], row["order_line_file"], row["order_line_row"]) for row in answer.rows
    } == {
        ("O1", 1, "order_line.csv", 1),
        ("O1", 2, "order_line.csv", 2),
        ("O2", 1, "order_line.csv", 3),
        ("O3", 1, "order_line.csv", 4),
    }
    assert {row["orders_file"] for row in answer.rows} == {"orders.csv"}


def test_pages_follow_one_another_without_a_gap(shop):
    whole = shop.rows("gmv", **OCTOBER).rows
    pages = [shop.rows("gmv", limit=3, offset=at, **OCTOBER) for at in (0, 3, 6)]
    assert [len(page) for page in pages] == [3, 1, 0]
    assert [row for page in pages for row in page.rows] == whole
    for limit, offset in ((0, 0), (10**6, 0), (5, -1)):
        with pytest.raises(Misused):
            shop.rows("gmv", limit=limit, offset=offset)


def test_filters_cuts_and_parts_of_a_formula(shop):
    assert {row["sku_id"] for row in shop.rows("gmv", where={"sku": "S1"}).rows} == {"S1"}
    assert {row["by_day_kind"] for row in shop.rows("gmv", "day_kind").rows} == {"holiday"}
    parts = shop.rows("aov").meta["of"]
    assert {"paid_amount", "orders"} & set(parts)
    assert shop.rows("aov", of=parts[1]).meta["metric"] == parts[1]
    with pytest.raises(Misused):
        shop.rows("gmv", of="orders")


def test_a_scope_holds_and_hides_what_is_not_cut_to_it(shop):
    nothing = Scope.only(communities=["G9"])
    mine = Scope.only(communities=["G1"])
    assert shop.rows("gmv", scope=nothing, **OCTOBER).rows == []
    assert shop.rows("gmv", scope=mine, **OCTOBER).meta["total"] == 4
    lineage = shop.lineage("gmv", scope=mine, **OCTOBER)
    assert lineage.meta["batches"] == []
    assert lineage.meta["batches_hidden"]
    assert "G1" in lineage.meta["sql"]["duckdb"]


def test_no_personal_column_is_shown(shop):
    for metric in ("gmv", "orders", "registered_members", "active_members"):
        if metric not in shop.figures.catalog.metrics:
            continue
        for row in shop.rows(metric).rows:
            shown = {name: value for name, value in row.items() if name.removeprefix("by_") in PERSONAL}
            assert set(shown.values()) <= {MASK, None}
    assert "13812345678" not in str(shop.rows("orders").rows)


def test_the_same_beside_a_running_server(shop, remote):
    for name, options in (("gmv", {"by": "city"}), ("aov", {"where": ["channel=C1"]})):
        here, there = shop.lineage(name, **options, **OCTOBER), remote.lineage(name, **options, **OCTOBER)
        assert here.rows == there.rows
        assert here.meta["sql"] == there.meta["sql"]
        assert [one["landing_id"] for one in here.meta["batches"]] == [
            one["landing_id"] for one in there.meta["batches"]
        ]
    here, there = shop.rows("gmv", limit=2, offset=1, **OCTOBER), remote.rows("gmv", limit=2, offset=1, **OCTOBER)
    assert here.rows == there.rows
    assert here.meta == there.meta


def test_the_commands(shop, capsys, tmp_path):
    folder = ["--project", str(tmp_path / "empty")]
    Project.init(tmp_path / "empty")
    assert run(["lineage", "gmv", "--json", *folder]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {row["level"] for row in told["rows"]} == {"read", "model", "standard"}
    assert run(["lineage", "gmv", "--sql", "spark", *folder]) == 0
    assert "DECIMAL(38, 0)" in capsys.readouterr().out
    assert run(["lineage", "gmv", "--sql", "sparc", *folder]) == 2
    assert "spark" in capsys.readouterr().err
    assert run(["rows", "gmv", "--save", str(tmp_path / "rows.parquet"), *folder]) == 0
    assert "counted" in pq.read_schema(tmp_path / "rows.parquet").names
