"""A shop in Python: data in, figures out, SQL, exports; bad rows put aside, mended and brought back, nothing twice."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from tests.app.sample import ORDERS, Sampled, things, write_files

import linshu
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.engine.vault.scan import find_plain_phones
from linshu.kernel.errors import Conflict, Forbidden, Invalid, Missing, Misused

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, sampled: Sampled) -> LocalShop:
    folder = tmp_path_factory.mktemp("filled")
    shop = LocalShop.open(sampled(folder / "shop"))
    yield shop
    shop.close()


def test_figures_come_with_units(filled: LocalShop) -> None:
    answer = filled.query(["gmv", "orders"], by="channel", start=date(2026, 10, 1), end="2026-10-31")
    assert answer.rows == [{"channel": "C1", "channel_name": "小程序", "gmv": 6500, "orders": 3}]
    assert answer.units == {"gmv": "fen", "orders": "count"}
    assert answer.df()["gmv"].sum() == 6500
    assert answer.meta["lineage"]["tables"]


def test_days_filters_and_comparison(filled: LocalShop) -> None:
    days = filled.query("gmv", grain="day", where={"sku": "S1"})
    assert [(row["day"], row["gmv"]) for row in days.rows] == [("2026-10-01", 3500)]
    compared = filled.query("orders", start="2026-10-02", end="2026-10-02", compare="previous")
    assert compared.rows == [{"orders": 1, "orders_previous": 2, "orders_change": -0.5}]


def test_answers_take_the_asked_shape_and_can_be_exported(filled: LocalShop, tmp_path: Path) -> None:
    turned = filled.query("gmv", "sku", grain="day", pivot="day", share="total")
    assert turned.rows[0] == {
        "sku": "S1", "sku_name": "苹果", "gmv@2026-10-01": 3500, "gmv@2026-10-02": None,
        "gmv_share@2026-10-01": 3500 / 4500, "gmv_share@2026-10-02": None,
    }  # fmt: skip
    filled.export(turned, tmp_path / "turned.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "turned.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]] == turned.column_names
    assert sheet["C2"].value == 3500
    finer = filled.drill("gmv", "", {"month": "2026-10"}, grain="month")
    assert [row["day"] for row in finer.rows] == ["2026-10-01", "2026-10-02"]


def test_who_stays_can_be_asked(filled: LocalShop) -> None:
    long = filled.cohorts("buyers", grain="week", periods=1, by="channel", start="2026-09-01")
    assert long.column_names == ["cohort", "channel", "channel_name", "period", "size", "returned", "share"]
    assert (
        sum(row["size"] for row in long.rows if row["period"] == 0)
        == filled.query("active_members").rows[0]["active_members"]
    )
    assert long.units == {"size": "count", "returned": "count", "share": "ratio"}
    wide = filled.cohorts(pivot=True, periods=2, as_of="2026-10-05")
    assert wide.column_names == ["cohort", "size", "period_0", "period_1", "period_2"]
    assert wide.meta["notes"]
    with pytest.raises(Missing, match="buyers"):
        filled.cohorts("buyer")


def test_the_dictionary_and_the_tables_can_be_listed(filled: LocalShop) -> None:
    assert {"gmv", "orders", "active_members"} <= {row["metric"] for row in filled.metrics().rows}
    assert {"channel", "city", "leader"} <= {row["dimension"] for row in filled.dimensions().rows}
    rows = {f"{row['schema']}.{row['table']}": row["rows"] for row in filled.tables().rows}
    assert rows["mart.fct_orders"] == rows["std.orders"] == 4


def test_sql_reads_and_only_reads(filled: LocalShop) -> None:
    answer = filled.sql(
        "SELECT sku_id, sum(paid_fen) AS paid_fen FROM fct_order_lines WHERE is_paid GROUP BY 1 ORDER BY 1"
    )
    assert answer.rows == [{"sku_id": "S1", "paid_fen": 3400}, {"sku_id": "S2", "paid_fen": 3000}]
    assert answer.units == {"paid_fen": "fen"}
    for statement in ("DROP TABLE fct_orders", "SELECT * FROM read_text('/etc/hostname')"):
        with pytest.raises((Forbidden, Misused)):
            filled.sql(statement)
    with pytest.raises(Misused):
        filled.sql("SELECT * FROM std.member")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * EXCLUDE (order_id) FROM fct_orders LIMIT 1",
        "SELECT date_trunc('week', paid_date) AS w, strftime(paid_at, '%H') AS h, count(*) FROM fct_orders GROUP BY ALL",
        "SELECT quantile_cont(paid_fen, 0.5), arg_max(order_id, paid_fen), median(paid_fen) FROM fct_orders",
        "SELECT order_id, sum(paid_fen) OVER (ORDER BY placed_at) FROM fct_orders QUALIFY row_number() OVER () = 1",
        "SELECT mart.fct_orders.order_id FROM mart.fct_orders",
        "SELECT fct_orders.order_id FROM fct_orders",
        "SELECT o.order_id, l.sku_id FROM fct_orders o JOIN fct_order_lines l USING (order_id)",
        "SELECT paid_date + INTERVAL 1 DAY, CURRENT_DATE, now() FROM fct_orders",
        "SELECT CASE WHEN paid_fen > 0 THEN 'x' ELSE 'y' END, coalesce(campaign_id, '-'), paid_fen::DOUBLE / 100 FROM fct_orders",
        "SELECT string_agg(order_id, ',' ORDER BY order_id), list(order_id), count(*) FILTER (WHERE is_paid) FROM fct_orders",
        "SELECT d.date FROM (SELECT unnest(generate_series(DATE '2026-10-01', DATE '2026-10-03', INTERVAL 1 DAY)) AS date) d",
        "SELECT regexp_matches(order_id, '^O'), order_id ILIKE 'o%', round(paid_fen / 3, 2), greatest(1, 2) FROM fct_orders",
        "FROM fct_orders SELECT max(paid_fen)",
        "SELECT {'a': 1, 'b': [1, 2]}, [x * 2 FOR x IN [1, 2]], list_transform([1], x -> x + 1)",
    ],
)  # fmt: skip
def test_what_analysts_write_runs(filled: LocalShop, statement: str) -> None:
    assert filled.sql(statement).table.num_columns > 0


def test_tables_and_answers_are_exported(filled: LocalShop, tmp_path: Path) -> None:
    told = filled.export("fct_orders", tmp_path / "o.parquet").rows[0]
    assert told["rows"] == pq.read_table(tmp_path / "o.parquet").num_rows == 4
    filled.export("SELECT order_id, paid_fen FROM fct_orders ORDER BY 1", tmp_path / "o.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "o.xlsx")["数据"].iter_rows(values_only=True))
    assert rows[:2] == [("order_id", "paid_fen"), ("O1", 2900)]
    with pytest.raises(Missing, match="fct_orders"):
        filled.export("fct_order", tmp_path / "x.csv")


def test_the_same_file_again_changes_nothing(filled: LocalShop, tmp_path: Path) -> None:
    before = filled.fingerprint()
    orders, _ = write_files(tmp_path)
    answer = filled.import_file(orders)
    assert answer.meta["batches"][0]["already_known"]
    assert filled.fingerprint() == before


def test_no_plain_phone_lies_in_the_project(project: Project, tmp_path: Path) -> None:
    with linshu.open(project.folder) as shop:
        assert isinstance(shop, LocalShop)
        shop.bringing.intake.land_rows("test", things())
        shop.import_file(write_files(tmp_path / "files")[0])
    assert find_plain_phones(project.folder) == []
    assert b"13812345678" not in b"".join(path.read_bytes() for path in project.folder.rglob("*") if path.is_file())


def test_a_second_process_is_told_plainly(project: Project) -> None:
    # A lock is held per process, so the second opening is asked of a process of its own.
    words = [sys.executable, "-m", "linshu.app.cli", "metric", "gmv", "--project", str(project.folder)]
    with linshu.open(project.folder):
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_new_project_answers_before_anything_came(project: Project) -> None:
    with linshu.open(project.folder) as shop:
        assert shop.as_of() is None
        assert shop.query("orders").rows == [{"orders": 0}]
        assert shop.sql("SELECT count(*) AS n FROM fct_orders").rows == [{"n": 0}]
        assert shop.fingerprint() == {}


def test_bad_rows_are_put_aside_mended_and_brought_back(project: Project, tmp_path: Path) -> None:
    bad = ORDERS.replace("paid,2026-10-02 10:00:00+08:00", "bought,2026-10-32 10:00").replace("999,0,999", "=9+9,0,999")
    orders, lines = write_files(tmp_path / "files")
    orders.write_text(bad, "utf-8")
    with linshu.open(project.folder) as shop:
        assert isinstance(shop, LocalShop)
        shop.bringing.intake.land_rows("test", things())
        batch = shop.import_file(orders).meta["batches"][0]
        assert (batch["good"], batch["bad"]) == (2, 2)
        shop.import_file(lines)
        told = shop.quarantine().rows
        assert {row["key_text"] for row in told if row["table_name"] == "orders"} == {"O3", "O4"}
        assert all(row["zh"] and row["en"] for row in told)
        sheet = tmp_path / "bad.xlsx"
        shop.export_quarantine(sheet)
        _mend(sheet, {"O3": {"status": "paid", "placed_at": "2026-10-02 10:00:00+08:00"}, "O4": {"goods_fen": "999"}})
        shop.replay(sheet)
        assert shop.quarantine().rows == []
        assert shop.query(["gmv", "orders"]).rows == [{"gmv": 6500, "orders": 3}]
        before = shop.fingerprint()
        shop.replay(sheet)
        assert shop.fingerprint() == before


def test_a_lost_warehouse_is_never_answered_from(project: Project, tmp_path: Path) -> None:
    def lose() -> None:
        for path in project.data.glob("warehouse.duckdb*"):
            path.unlink()

    orders, lines = write_files(tmp_path / "files")
    with LocalShop.open(project) as shop:
        shop.bringing.intake.land_rows("test", things())
        shop.import_file(orders)
        shop.import_file(lines)
        before, landed, told = shop.fingerprint(), shop.landed(), shop.query(["gmv", "orders"]).rows
    assert told == [{"gmv": 6500, "orders": 3}]
    for question, answer in (
        (lambda shop: shop.query(["gmv", "orders"]).rows, told),
        (lambda shop: shop.sql("SELECT count(*) AS orders FROM fct_orders").rows, [{"orders": 4}]),
        (LocalShop.landed, landed),
        (LocalShop.fingerprint, before),
        (lambda shop: shop.import_file(lines).meta["batches"][0]["already_known"] and shop.fingerprint(), before),
    ):
        lose()
        with LocalShop.open(project) as shop:
            assert question(shop) == answer


def _mend(file: Path, values: dict[str, dict[str, str]]) -> None:
    book = openpyxl.load_workbook(file)
    for sheet in book.worksheets:
        head = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            key = row[head.index("order_id")].value
            for name, value in values.get(key, {}).items():
                row[head.index(name)].value = value
    book.save(file)


def test_a_file_that_is_no_table_of_ours_says_what_to_do(project: Project, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", "utf-8")
    with linshu.open(project.folder) as shop:
        with pytest.raises(Invalid, match="linshu template"):
            shop.import_file(tmp_path / "x.csv")
        with pytest.raises(Missing, match="orders"):
            shop.import_file(tmp_path / "x.csv", "orders")


def test_a_source_of_other_money_is_not_mixed_in(project: Project) -> None:
    with linshu.open(project.folder) as shop:
        assert isinstance(shop, LocalShop)
        shop.bringing.intake.land_rows("test", things())
        with pytest.raises(Conflict, match="USD"):
            shop.import_source("complete-journey")
        with pytest.raises(Missing, match="complete-journey"):
            shop.import_source("complete-journy")


def test_an_archive_tells_what_it_took_and_what_it_left(project: Project, tmp_path: Path) -> None:
    (project.mappings / "regions.yaml").write_text(
        "source: shop\ntables:\n  region:\n    columns: {region_id: 编号, level: {constant: city}, name: 名称}\n",
        "utf-8",
    )
    path = tmp_path / "places.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("城市.csv", "三月城市,,\n编号,名称,人口\n1,甲市,3\n合计,,3\n".encode("gbk"))
        packed.writestr("汇总.csv", "月,数\n1,2\n")
    with linshu.open(project.folder) as shop:
        told = shop.import_file(path, "regions").meta
        assert [(one["good"], one["bad"], one["not_data"]) for one in told["batches"]] == [(1, 0, 2)]
        assert [one["name"] for one in told["files"]] == ["places.zip/城市.csv", "places.zip/汇总.csv"]
        assert "GB18030" in told["files"][0]["zh"]
        assert "没有导入" in told["files"][1]["zh"]
        assert [row["code"] for row in shop.quarantine(not_data=True).rows] == ["title", "total"]
        assert shop.quarantine().rows == []
