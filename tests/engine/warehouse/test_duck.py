"""One owner, many readers: transactions, versions, Arrow, and words for what goes wrong."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from linshu.engine.warehouse import session as statements
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Conflict, Invalid, Misused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from linshu.engine.warehouse.engine import Session


ROW_GROUP = 122_880


@pytest.fixture
def warehouse() -> Iterator[DuckWarehouse]:
    with DuckWarehouse.open(":memory:") as opened:
        yield opened


def test_rows_go_in_and_out_as_arrow(warehouse: DuckWarehouse) -> None:
    with warehouse.transaction() as session:
        session.register("incoming", pa.table({"sku_id": ["a", "b"], "qty": [1, 2]}))
        assert session.execute("CREATE TABLE std.thing AS SELECT * FROM incoming") == 2
    assert warehouse.query("SELECT * FROM std.thing WHERE qty > $1", [1]).to_pylist() == [{"sku_id": "b", "qty": 2}]
    assert warehouse.tables("std") == ("thing",)
    assert warehouse.columns("std.thing") == {"sku_id": "VARCHAR", "qty": "BIGINT"}
    assert warehouse.columns("std.nothing") == {}


def test_a_registered_name_ends_with_its_transaction(warehouse: DuckWarehouse) -> None:
    with warehouse.transaction() as session:
        session.register("incoming", pa.table({"a": [1]}))
    with pytest.raises(Misused, match="incoming"):
        warehouse.query("SELECT * FROM incoming")


def test_a_table_that_is_not_made_yet_says_how_it_is_made(warehouse: DuckWarehouse) -> None:
    with pytest.raises(Misused, match=r"没有表 fct_orders.*linshu build"):
        warehouse.query("SELECT * FROM fct_orders")


def test_python_variables_are_no_tables(warehouse: DuckWarehouse) -> None:
    secret = pa.table({"a": [1]})
    with pytest.raises(Misused):
        warehouse.query("SELECT * FROM secret")
    assert secret.num_rows == 1


def test_mart_comes_before_std_and_clocks_are_utc(warehouse: DuckWarehouse) -> None:
    warehouse.execute("CREATE TABLE std.thing AS SELECT 1 AS a")
    warehouse.execute("CREATE TABLE mart.thing AS SELECT 2 AS a")
    assert warehouse.query("SELECT a FROM thing")["a"].to_pylist() == [2]
    day = warehouse.query("SELECT CAST(TIMESTAMPTZ '2026-01-01 23:00:00+08' AS VARCHAR) AS t")["t"].to_pylist()
    assert day == ["2026-01-01 15:00:00+00"]


def test_a_statement_asked_again_knows_other_values_and_other_rows(warehouse: DuckWarehouse) -> None:
    asked = "SELECT a, sum(b) AS total FROM thing WHERE b > $1 GROUP BY a ORDER BY a"

    def answer(value: int) -> list[dict[str, object]]:
        with warehouse.snapshot() as session:
            found = session.ask(asked, [value])
            assert found.equals(session.query(asked, [value]))
            return found.to_pylist()

    with pytest.raises(Misused, match="thing"):
        answer(0)
    warehouse.execute("CREATE TABLE mart.thing AS SELECT 1 AS a, 7::BIGINT AS b")
    assert answer(0) == [{"a": 1, "total": 7}]
    assert answer(7) == []
    warehouse.execute("CREATE OR REPLACE TABLE mart.thing AS SELECT 'x' AS a, 9223372036854775807 AS b")
    assert answer(7) == [{"a": "x", "total": 2**63 - 1}]
    warehouse.execute("INSERT INTO mart.thing VALUES ('x', 1)")
    with pytest.raises(Invalid, match="total"):
        answer(0)


def test_one_parsed_statement_serves_many_threads_at_once(warehouse: DuckWarehouse) -> None:
    warehouse.execute("CREATE TABLE mart.thing AS SELECT i FROM range(20000) AS t(i)")
    wrong: list[int] = []

    def ask(own: int) -> None:
        for turn in range(20):
            with warehouse.snapshot() as session:
                found = session.ask("SELECT count(*) AS n, $1 AS own FROM thing WHERE i < $2", [own, turn])
            if found.to_pylist() != [{"n": turn, "own": own}]:
                wrong.append(own)

    threads = [threading.Thread(target=ask, args=(own,)) for own in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not wrong


def test_a_glance_sees_one_state_though_others_write_between_its_queries(warehouse: DuckWarehouse) -> None:
    warehouse.execute("CREATE TABLE mart.one (i BIGINT)")
    warehouse.execute("CREATE TABLE mart.other (i BIGINT)")
    seen: list[tuple[int, int, int]] = []

    def look(session: Session, version: int) -> tuple[int, int, int]:
        first = session.ask("SELECT count(*) AS n FROM one").to_pylist()[0]["n"]
        if len(seen) < 3:
            seen.append((first, -1, version))
            both()
        return first, session.ask("SELECT count(*) AS n FROM other").to_pylist()[0]["n"], version

    def both() -> None:
        with warehouse.transaction() as session:
            session.execute("INSERT INTO one VALUES (1)")
            session.execute("INSERT INTO other VALUES (1)")

    before = warehouse.data_version
    assert warehouse.glance(look) == (1, 1, before + 1), "asked again, in a transaction, after the first write"
    assert [one[0] for one in seen] == [0, 1]
    seen += [(0, 0, 0)] * 3
    assert warehouse.glance(look) == (2, 2, before + 2)
    with pytest.raises(Misused, match="nothing"):
        warehouse.glance(lambda session, _: session.ask("SELECT * FROM nothing"))


def test_a_sum_of_money_is_int64_or_refused(warehouse: DuckWarehouse) -> None:
    found = warehouse.query("SELECT sum(x) AS total FROM (VALUES (1::BIGINT), (2)) t(x)")
    assert found.schema.field("total").type == pa.int64()
    too_much = "SELECT sum(x) AS total FROM (VALUES (9223372036854775807::BIGINT), (1)) t(x)"
    with pytest.raises(Invalid, match="total"):
        warehouse.query(too_much)
    with pytest.raises(Invalid):
        warehouse.query(too_much.replace("sum(x)", "sum(x)::BIGINT"))


def test_every_commit_has_its_version_and_a_rollback_none(warehouse: DuckWarehouse) -> None:
    before = warehouse.data_version
    warehouse.execute("CREATE TABLE std.thing (a INT)")
    assert warehouse.data_version == before + 1
    with pytest.raises(RuntimeError), warehouse.transaction() as session:
        session.execute("INSERT INTO std.thing VALUES (1)")
        raise RuntimeError
    assert warehouse.data_version == before + 1
    assert warehouse.query("SELECT * FROM std.thing").num_rows == 0


def test_the_version_outlives_the_process(tmp_path: Path) -> None:
    with DuckWarehouse.open(tmp_path / "w.duckdb") as warehouse:
        warehouse.execute("CREATE TABLE std.thing (a INT)")
        version = warehouse.data_version
    with DuckWarehouse.open(tmp_path / "w.duckdb", read_only=True) as warehouse:
        assert warehouse.data_version == version


def test_versions_are_pruned(warehouse: DuckWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linshu.engine.warehouse.duck.VERSIONS_KEPT", 5)
    warehouse.execute("CREATE TABLE std.thing (a INT)")
    for _ in range(20):
        warehouse.execute("INSERT INTO std.thing VALUES (1)")
    assert warehouse.query("SELECT count(*) AS n FROM meta.version")["n"].to_pylist()[0] <= 10


def test_a_build_runs_beside_writers_on_the_data_of_its_start(warehouse: DuckWarehouse) -> None:
    warehouse.execute("CREATE TABLE std.thing AS SELECT 1 AS a")
    with warehouse.transaction(exclusive=False) as build:
        assert build.query("SELECT * FROM std.thing").num_rows == 1
        writer = threading.Thread(target=warehouse.execute, args=("INSERT INTO std.thing VALUES (2)",))
        writer.start()
        writer.join(timeout=10)
        assert not writer.is_alive()
        assert build.build("mart.copy", "SELECT * FROM std.thing") == 1
    assert warehouse.query("SELECT * FROM mart.copy").num_rows == 1
    assert warehouse.query("SELECT * FROM std.thing").num_rows == 2


def test_a_reader_keeps_the_old_table_until_the_swap_is_committed(warehouse: DuckWarehouse) -> None:
    warehouse.execute("CREATE TABLE mart.fct AS SELECT 1 AS a")
    with warehouse.transaction() as session:
        session.build("mart.fct", "SELECT 2 AS a")
        seen: list[object] = []
        reader = threading.Thread(target=lambda: seen.extend(warehouse.query("SELECT a FROM fct")["a"].to_pylist()))
        reader.start()
        reader.join()
        assert seen == [1]
    assert warehouse.query("SELECT a FROM fct")["a"].to_pylist() == [2]


def test_a_table_becomes_a_view_and_back(warehouse: DuckWarehouse) -> None:
    for view, rows in ((False, 1), (True, 0), (False, 1)):
        with warehouse.transaction() as session:
            assert session.build("mart.thing", "SELECT 1 AS a", view=view) == rows
        assert warehouse.query("SELECT a FROM thing").num_rows == 1
    with warehouse.transaction() as session:  # in one, whoever made what stands
        for view in (True, False):
            session.build("mart.thing", "SELECT 2 AS a", view=view)
        session.execute("DROP TABLE mart.thing")
        session.execute("CREATE VIEW mart.thing AS SELECT 3 AS a")
        session.build("mart.thing", "SELECT 4 AS a")
    assert warehouse.query("SELECT a FROM thing")["a"].to_pylist() == [4]


def test_writers_queue_and_none_fails(warehouse: DuckWarehouse) -> None:
    warehouse.execute("CREATE TABLE std.counter AS SELECT 0 AS n")

    def add() -> None:
        for _ in range(10):
            warehouse.execute("UPDATE std.counter SET n = n + 1")

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warehouse.query("SELECT n FROM std.counter")["n"].to_pylist() == [40]


def test_a_transaction_inside_another_is_refused_at_once(warehouse: DuckWarehouse) -> None:
    with warehouse.transaction(), pytest.raises(Conflict, match="事务"):
        warehouse.execute("CREATE TABLE std.thing (a INT)")
    warehouse.execute("CREATE TABLE std.thing (a INT)")


@pytest.mark.slow
def test_a_second_process_is_told_who_owns_the_file(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    script = (
        "import sys; from linshu.engine.warehouse.duck import DuckWarehouse; from linshu.kernel.errors import Conflict\n"
        "try: DuckWarehouse.open(sys.argv[1])\nexcept Conflict as error: print(error.say('en'))"
    )
    with DuckWarehouse.open(path):
        said = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert "another process (PID" in said.stdout
    assert "running server" in said.stdout
    with DuckWarehouse.open(path) as again:
        assert again.tables("std") == ()


@pytest.mark.parametrize(
    ("sql", "kind", "words"),
    [
        ("SELECT\n nosuch FROM nowhere", Misused, "line 2"),
        ("SELEC 1", Misused, "syntax"),
        ("SELECT CAST('abc' AS INT)", Invalid, "abc"),
    ],
    ids=["unknown name", "syntax", "bad value"],
)
def test_what_goes_wrong_is_named(warehouse: DuckWarehouse, sql: str, kind: type[Misused], words: str) -> None:
    with pytest.raises(kind) as caught:
        warehouse.execute(sql)
    assert words in caught.value.say("en")


def test_a_full_temporary_disk_is_unavailable_and_loses_nothing(tmp_path: Path) -> None:
    with DuckWarehouse.open(tmp_path / "w.duckdb", memory_limit="40MB", threads=1) as warehouse:
        warehouse.execute("CREATE TABLE std.kept AS SELECT 1 AS a")
        warehouse.execute("SET GLOBAL max_temp_directory_size = '1MB'")
        with pytest.raises(Unavailable):
            warehouse.execute("CREATE TABLE std.big AS SELECT r, md5(r::TEXT) AS m FROM range(2000000) t(r) ORDER BY m")
        assert warehouse.tables("std") == ("kept",)


def test_a_damaged_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(Unavailable) as caught:
        DuckWarehouse.open(path)
    assert "damaged" in caught.value.say("en")
    assert "landing" in caught.value.say("en")


def test_a_missing_file_cannot_be_read_only(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="does not exist"):
        DuckWarehouse.open(tmp_path / "none.duckdb", read_only=True)


FULL_DISK = """
import resource, signal, sys
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Unavailable
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
with DuckWarehouse.open(sys.argv[1]) as warehouse:
    warehouse.execute("CREATE TABLE std.kept AS SELECT 1 AS a")
    version = warehouse.data_version
    try:
        warehouse.execute("CREATE TABLE std.big AS SELECT r, md5(r::TEXT) AS m FROM range(400000) t(r)")
    except Unavailable as error:
        print(error.say("en"), warehouse.tables("std"), warehouse.data_version - version)
    warehouse.execute("INSERT INTO std.kept VALUES (2)")
"""


@pytest.mark.slow
def test_a_full_disk_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    said = subprocess.run([sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=True)
    assert "the disk or the temporary space is full" in said.stdout
    assert "('kept',) 0" in said.stdout
    with DuckWarehouse.open(path) as again:
        assert again.query("SELECT a FROM std.kept ORDER BY a")["a"].to_pylist() == [1, 2]


def test_a_memory_limit_is_checked() -> None:
    with pytest.raises(Invalid, match="4GB"):
        DuckWarehouse.open(":memory:", memory_limit="a lot")


def test_a_closed_warehouse_says_so(tmp_path: Path) -> None:
    warehouse = DuckWarehouse.open(tmp_path / "w.duckdb")
    warehouse.query("SELECT 1")
    warehouse.close()
    with pytest.raises(Unavailable):
        warehouse.query("SELECT 1")


def test_many_large_commits_go_into_the_file_once_at_the_end(tmp_path: Path) -> None:
    place = tmp_path / "warehouse.duckdb"
    log = place.with_name(f"{place.name}.wal")
    with DuckWarehouse.open(place) as warehouse:
        warehouse.execute("CREATE TABLE std.thing AS SELECT range AS a FROM range(600_000)")
        with warehouse.bulk():
            for _ in range(4):
                warehouse.execute("UPDATE std.thing SET a = a + 1")  # together more than a log may hold by itself
            assert log.stat().st_size > 2**24
        assert not log.exists() or log.stat().st_size == 0
        limit = warehouse.query("SELECT current_setting('checkpoint_threshold') AS kept")["kept"].to_pylist()
        assert "TiB" not in limit[0]
        assert "GiB" not in limit[0]


def test_what_was_committed_in_bulk_outlives_a_kill(tmp_path: Path) -> None:
    place = tmp_path / "warehouse.duckdb"
    code = f"""
import os
from linshu.engine.warehouse.duck import DuckWarehouse
warehouse = DuckWarehouse.open({str(place)!r})
with warehouse.bulk():
    warehouse.execute("CREATE TABLE std.thing AS SELECT range AS a FROM range(300_000)")
    warehouse.execute("DELETE FROM std.thing WHERE a % 2 = 0")
    os._exit(1)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 1
    with DuckWarehouse.open(place) as warehouse:
        assert warehouse.query("SELECT count(*) AS n FROM std.thing")["n"].to_pylist() == [150_000]


def test_a_table_from_several_selects_holds_the_rows_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the first ones have none: DuckDB 2.0.0 would not find what is put behind nothing by several threads."""
    monkeypatch.setattr(statements, "ROW_GROUP", ROW_GROUP)
    with DuckWarehouse.open(":memory:", threads=2) as warehouse:
        warehouse.execute(f"CREATE TABLE std.thing AS SELECT i AS a FROM range({2 * ROW_GROUP}) AS t(i)")
        none, all_ = "SELECT a FROM std.thing WHERE a < 0", "SELECT a FROM std.thing"
        with warehouse.transaction() as session:
            assert session.build("mart.fct", none, none, all_, none, all_) == 4 * ROW_GROUP
            odd = session.query("SELECT count(*) AS n, sum(a) AS a FROM mart.fct WHERE a % 2 = 1").to_pylist()
            assert odd == [{"n": 2 * ROW_GROUP, "a": 2 * ROW_GROUP**2}]
        with pytest.raises(Unavailable, match=r"mart\.fct"), warehouse.transaction() as session:
            assert session.build("mart.fct", none, none) == 0
            session.execute(f"INSERT INTO mart.fct {all_}")
        assert warehouse.query("SELECT count(*) AS n FROM mart.fct")["n"].to_pylist() == [4 * ROW_GROUP]
