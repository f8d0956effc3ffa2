"""The door for SQL over a real store: even what slipped past the parser reaches nothing, changes nothing, and ends in time."""

from __future__ import annotations

import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from tests.app.sample import Sampled
from tests.app.test_own_files import logged_in

from linshu.app.local import LocalShop
from linshu.app.sql_asking import masked
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access.users import Users
from linshu.engine.shell.door import SqlMistake
from linshu.kernel.errors import LinshuError, Misused, Throttled

pytestmark = pytest.mark.slow
ENDLESS = "SELECT count(*) AS n FROM range(1000000000000) t(a) WHERE hash(a) % 7 = 3"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, sampled: Sampled) -> LocalShop:
    folder = tmp_path_factory.mktemp("door")
    opened = LocalShop.open(sampled(folder / "shop"))
    opened.ready()
    pq.write_table(pa.table({"secret": [1]}), folder / "outside.parquet")
    yield opened
    opened.close()


HOSTILE = (
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_parquet('{outside}')",
    "SELECT * FROM read_parquet('{landing}/../../../outside.parquet')",
    "SELECT * FROM read_parquet('{landing}/way_out/outside.parquet')",
    "SELECT * FROM read_json('https://example.com/x.json')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "COPY fct_orders TO '{outside}.csv'",
    "COPY (SELECT 1) TO '/tmp/linshu-door'",
    "EXPORT DATABASE '/tmp/linshu-door'",
    "ATTACH '/tmp/linshu-door.duckdb'",
    "ATTACH ':memory:' AS other; COPY FROM DATABASE shop TO other",
    "IMPORT DATABASE '/tmp/linshu-door'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "INSTALL spatial FROM community",
    "SET enable_external_access = true",
    "SET GLOBAL enable_external_access = true",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET allowed_directories = ['/']",
    "SET allowed_paths = ['/etc/passwd']",
    "SET allowed_configs = ['enable_external_access']",
    "SET temp_directory = '/etc'",
    "SET autoinstall_known_extensions = true",
    "SET memory_limit = '1TB'",
    "SET threads = 64",
    "PRAGMA memory_limit = '1TB'",
    "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_store_itself_reaches_nothing_outside(shop, hostile: str) -> None:
    """Whoever could run any statement at all, past every check of ours, still stays inside."""
    landing = shop.project.landing.resolve()
    sql = hostile.format(outside=shop.project.folder.parent / "outside.parquet", landing=landing)
    (landing / "way_out").symlink_to(shop.project.folder.parent)
    try:
        with pytest.raises(LinshuError):
            shop.warehouse.query(sql)
    finally:
        (landing / "way_out").unlink()


CHANGING = (
    "SELECT 1) AS a; DROP TABLE mart.fct_orders; SELECT * FROM (SELECT 1",
    "DROP TABLE mart.fct_orders",
    "INSERT INTO std.orders SELECT * FROM std.orders",
    "DELETE FROM std.orders RETURNING *",
    "UPDATE std.orders SET paid_fen = 0 RETURNING *",
    "SELECT nextval('s')",
)


@pytest.mark.parametrize("changing", CHANGING)
def test_a_look_changes_nothing(shop, changing: str) -> None:
    before = shop.fingerprint(), shop.warehouse.data_version, shop.warehouse.tables("mart")
    with pytest.raises(LinshuError):
        shop.warehouse.look(changing, rows=10, seconds=10)
    assert (shop.fingerprint(), shop.warehouse.data_version, shop.warehouse.tables("mart")) == before


@pytest.mark.parametrize("hostile", [*HOSTILE, *CHANGING])
def test_the_door_refuses_all_of_it(shop, hostile: str) -> None:
    with pytest.raises(LinshuError):
        shop.sql(hostile.format(outside="/x.parquet", landing="/landing"))


def test_what_takes_too_long_is_stopped_and_the_store_goes_on(shop) -> None:
    with pytest.raises(Throttled, match=r"0\.2 秒"):
        shop.sql(ENDLESS, seconds=0.2)
    assert shop.sql("SELECT count(*) AS n FROM fct_orders").rows == [{"n": 4}]


@pytest.mark.parametrize(("seconds", "rows"), [(0, 10), (301, 10), (10, 0), (10, 10_000_000)])
def test_nobody_asks_for_more_time_or_rows_than_there_are(shop, seconds: float, rows: int) -> None:
    with pytest.raises(Misused):
        shop.sql("SELECT 1", seconds=seconds, rows=rows)


def test_rows_come_page_by_page_and_say_whether_there_are_more(shop) -> None:
    pages = [
        shop.door.ask("SELECT * FROM range(7) t(a) ORDER BY a", by="x", seconds=9, rows=3, offset=at)
        for at in (0, 3, 6)
    ]
    assert [page.table["a"].to_pylist() for page in pages] == [[0, 1, 2], [3, 4, 5], [6]]
    assert [page.more for page in pages] == [True, True, False]


def test_only_published_tables_are_read(shop) -> None:
    names = {one.name for one in shop.door.readable()}
    assert "fct_orders" in names
    assert all(name.startswith(("dim_", "fct_")) for name in names)
    assert "stg_orders" in shop.warehouse.tables("mart")
    for table in ("stg_orders", "std.orders", "meta.landing", "roll.sales_day"):
        with pytest.raises(Misused):
            shop.sql(f"SELECT * FROM {table}")


@pytest.mark.parametrize(
    ("sql", "line", "column"),
    [
        ("SELECT order_id,\n  no_such\nFROM fct_orders", 2, 3),
        ("SELECT order_id\nFROM fct_orders\nWHERE (paid_fen > 3", 3, 0),
    ],
)
def test_a_mistake_has_its_place_in_what_was_written(shop, sql: str, line: int, column: int) -> None:
    with pytest.raises(SqlMistake) as caught:
        shop.sql(sql)
    assert caught.value.line == line
    assert not column or caught.value.column == column
    assert f"第 {line} 行" in caught.value.where.zh


def test_every_try_is_written_down_without_what_names_a_person(shop) -> None:
    shop.sql("SELECT 1 AS a -- 王芳 13812345678", by="boss")
    with pytest.raises(LinshuError):
        shop.sql(
            "SELECT * FROM fct_orders WHERE leader_id = '王芳' OR note = '13812345678' OR status = 'paid'; DROP TABLE x",
            by="boss",
        )
    log = (shop.project.data / "log" / "sql.jsonl").read_text("utf-8")
    assert "王芳" not in log
    assert "13812345678" not in log
    first, second = (json.loads(line) for line in log.splitlines()[-2:])
    assert (first["by"], first["outcome"], first["rows"]) == ("boss", "ok", 1)
    assert second["outcome"].startswith("Misused")
    assert "status = 'paid'" in second["sql"]
    assert [one.sql for one in shop.door.history("boss")][:2] == [second["sql"], first["sql"]]
    assert shop.door.history("nobody") == []


@pytest.mark.parametrize(
    ("sql", "kept"),
    [
        ("a = 'fct'", "a = 'fct'"), ("d >= '2026-10-01 09:00'", "d >= '2026-10-01 09:00'"), ("n = '武汉'", "n = '***'"),
        ("n = 'it''s'", "n = '***'"), ("p = '13812345678'", "p = '***'"), ("n = $$王芳$$", "n = '***'"), ("1 /* 王芳 */ + 2", "1  + 2"),
        ("n = 'someone@example.com'", "n = '***'"),
    ],
)  # fmt: skip
def test_texts_that_may_be_names_are_blotted_out(sql: str, kept: str) -> None:
    assert re.sub(r"138\*+5678", "***", masked(sql)) == kept


def test_the_owner_still_does_its_own_work(shop) -> None:
    """Shut in, it lands, builds, checkpoints and rebuilds as ever."""
    with shop.warehouse.bulk():
        shop.warehouse.execute("CREATE OR REPLACE TABLE meta.tried AS SELECT 1 AS a")
    shop.bringing.intake.land_rows(
        "test", [("channel", pa.table({"channel_id": ["C9"], "name": ["新"], "kind": ["mini_program"]}))]
    )
    assert shop.build(full=True).meta["ok"]
    assert "C9" in shop.sql("SELECT channel_id FROM dim_channel")["channel_id"].to_pylist()


@pytest.fixture
def browse(shop, tmp_path):
    with open_state(shop.project) as state:
        app = compose(shop, state)
        for role in ("admin", "operator"):
            if role not in {one.account for one in Users(state).all()}:
                Users(state).add(role, role, role, "four unrelated words")
        yield lambda role: logged_in(
            TestClient(app, base_url="http://shop.test", headers={"accept": "text/html"}), role
        )


def test_the_page_runs_pages_exports_and_points_at_mistakes(browse) -> None:
    client = browse("admin")
    page = client.get("/data/sql").text
    token = {"csrf": re.search(r'name="csrf" value="([^"]*)"', page)[1]}
    assert "fct_orders" in page
    found = client.post("/data/sql", data={**token, "sql": "SELECT a FROM range(250) t(a) ORDER BY a"}).text
    assert "第 1 – 100 行" in found
    third = client.post("/data/sql", data={**token, "sql": "SELECT a FROM range(250) t(a) ORDER BY a", "at": "3"}).text
    assert "第 201 – 250 行" in third
    assert "下一页" not in third
    wrong = client.post("/data/sql", data={**token, "sql": "SELECT no_such FROM fct_orders"})
    assert wrong.status_code == 400
    assert 'data-line="1"' in wrong.text
    assert client.post("/data/sql", data={**token, "sql": "DROP TABLE fct_orders"}).status_code == 403
    assert "没有符合条件的行" in client.post("/data/sql", data={**token, "sql": "SELECT 1 WHERE false"}).text
    kept = client.post(
        "/data/sql/export", data={**token, "sql": "SELECT a, '=1+1' AS b FROM range(250) t(a)", "form": "csv"}
    )
    lines = kept.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 251
    assert lines[1] == "0,'=1+1"
    book = client.post(
        "/data/sql/export", data={**token, "sql": "SELECT now(), DATE '2026-10-01', 1.5, NULL", "form": "xlsx"}
    )
    assert book.content.startswith(b"PK")
    assert "SELECT no_such FROM fct_orders" in client.get("/data/sql").text


def test_only_administrators_reach_the_door(browse) -> None:
    client = browse("operator")
    assert client.get("/data/sql").status_code == 403
    assert "/data/sql" not in client.get("/overview").text
    assert (
        client.post("/api/v1/sql", json={"statement": "SELECT 1"}, headers={"accept": "application/json"}).status_code
        == 403
    )
