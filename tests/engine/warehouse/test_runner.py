"""Models are built in order, only where something changed; a failure keeps the old table and stops no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.engine.warehouse.header import parse
from linshu.engine.warehouse.models import build, load, needed
from linshu.engine.warehouse.report import Step
from linshu.kernel.errors import Missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from linshu.engine.warehouse.model import Model


def model(name: str, select: str, *more: str, kind: str = "table") -> Model:
    head = ["-- grain: g", "-- key: a", "-- owner: d", f"-- materialized: {kind}", *(f"-- {each}" for each in more)]
    return parse(name, "d", "\n".join([*head, select]), f"d/{name}.sql")


STAGED = model("stg_thing", "SELECT a, b, part FROM std.thing WHERE NOT deleted", kind="view")
PARTS = model("dim_part", "SELECT part, max(name) AS name FROM std.part GROUP BY part")
FACT = model(
    "fct_thing",
    "SELECT s.a, sum(s.b)::BIGINT AS b, max(p.name) AS name\nFROM stg_thing AS s\n"
    "LEFT JOIN dim_part AS p ON p.part = s.part GROUP BY s.a",
    "incremental: key=a from=thing(thing_id) via=dim_part.part",
    "check: unique(a)",
    "warn: small: SELECT a, b FROM fct_thing WHERE b > 100",
)
TOP = model("fct_top", "SELECT count(*) AS a FROM fct_thing")
MODELS = (TOP, FACT, PARTS, STAGED)


@pytest.fixture
def warehouse() -> Iterator[DuckWarehouse]:
    with DuckWarehouse.open(":memory:", threads=1) as opened:
        opened.execute(
            "CREATE TABLE std.thing"
            " (thing_id VARCHAR, a VARCHAR, b BIGINT, part VARCHAR, deleted BOOLEAN, landing_id VARCHAR)"
        )
        opened.execute("CREATE TABLE std.part (part VARCHAR, name VARCHAR, landing_id VARCHAR)")
        opened.execute("CREATE TABLE meta.landing (landing_id VARCHAR, seq BIGINT)")
        yield opened


def land(warehouse: DuckWarehouse, seq: int, table: str, *rows: tuple[object, ...]) -> None:
    """Rows replace those of the same id (their first value), and belong to landing number `seq`."""
    with warehouse.transaction() as session:
        session.execute("INSERT INTO meta.landing VALUES ($1, $2)", [f"L{seq}", seq])
        for row in rows:
            session.execute(
                f"DELETE FROM std.{table} WHERE {'thing_id' if table == 'thing' else 'part'} = $1", [row[0]]
            )
            marks = ", ".join(f"${place}" for place in range(1, len(row) + 2))
            session.execute(f"INSERT INTO std.{table} VALUES ({marks})", [*row, f"L{seq}"])


def did(warehouse: DuckWarehouse, **options: bool) -> dict[str, str]:
    return {outcome.name: outcome.did for outcome in build(warehouse, MODELS, **options).outcomes}


def facts(warehouse: DuckWarehouse) -> list[tuple[object, ...]]:
    found = warehouse.query("SELECT a, b, name FROM fct_thing ORDER BY a").to_pylist()
    return [tuple(row.values()) for row in found]


def test_the_first_build_makes_everything_and_the_second_nothing(warehouse: DuckWarehouse) -> None:
    land(warehouse, 1, "thing", ("t1", "x", 1, "p", False), ("t2", "x", 2, "p", False))
    assert set(did(warehouse).values()) == {"created"}
    assert facts(warehouse) == [("x", 3, None)]
    version = warehouse.data_version
    assert set(did(warehouse).values()) == {"unchanged"}
    assert warehouse.data_version == version


def test_only_what_reads_the_changed_table_is_built(warehouse: DuckWarehouse) -> None:
    land(warehouse, 1, "thing", ("t1", "x", 1, "p", False), ("t2", "y", 2, "q", False))
    did(warehouse)
    land(warehouse, 2, "part", ("p", "pen"))
    assert did(warehouse) == {
        "stg_thing": "unchanged", "dim_part": "rebuilt", "fct_thing": "updated", "fct_top": "unchanged"
    }  # fmt: skip
    assert facts(warehouse) == [("x", 1, "pen"), ("y", 2, None)]


def test_a_moved_row_and_a_tombstone_touch_where_they_stood(warehouse: DuckWarehouse) -> None:
    land(warehouse, 1, "thing", ("t1", "x", 1, "p", False), ("t2", "x", 2, "p", False), ("t3", "y", 4, "p", False))
    did(warehouse)
    land(warehouse, 2, "thing", ("t1", "z", 8, "p", False), ("t3", "y", 4, "p", True))
    report = build(warehouse, MODELS)
    assert (report.outcome("fct_thing").did, report.outcome("fct_thing").touched) == ("updated", 3)
    assert facts(warehouse) == [("x", 2, None), ("z", 8, None)]


def test_changed_sql_is_rebuilt_with_all_that_reads_it(warehouse: DuckWarehouse) -> None:
    land(warehouse, 1, "thing", ("t1", "x", 1, "p", False))
    did(warehouse)
    doubled = model("stg_thing", "SELECT a, b * 2 AS b, part FROM std.thing WHERE NOT deleted", kind="view")
    report = build(warehouse, (TOP, FACT, PARTS, doubled))
    assert {outcome.name: outcome.did for outcome in report.outcomes} == {
        "stg_thing": "rebuilt", "dim_part": "unchanged", "fct_thing": "rebuilt", "fct_top": "unchanged"
    }  # fmt: skip
    assert facts(warehouse) == [("x", 2, None)]


def test_a_failure_names_file_line_and_reason_and_keeps_the_old_table(warehouse: DuckWarehouse) -> None:
    land(warehouse, 1, "thing", ("t1", "x", 1, "p", False))
    did(warehouse)
    land(warehouse, 2, "thing", ("t2", "y", 2, "p", False))
    broken = model("dim_part", "SELECT part,\n  nosuch AS name\nFROM std.part", "late: it\n--   waits")
    other = model("fct_other", "SELECT count(*) AS a FROM stg_thing")
    report = build(warehouse, (TOP, FACT, broken, STAGED, other))
    assert {outcome.name: outcome.did for outcome in report.outcomes} == {
        "stg_thing": "unchanged", "dim_part": "failed", "fct_other": "created", "fct_thing": "waits", "fct_top": "waits"
    }  # fmt: skip
    assert "d/dim_part.sql:8: " in report.outcome("dim_part").reason.en
    assert "nosuch" in report.outcome("dim_part").reason.en
    assert facts(warehouse) == [("x", 1, None)]
    standing = warehouse.query("SELECT state, error FROM meta.model WHERE name = 'dim_part'").to_pylist()
    assert (standing[0]["state"], "nosuch" in standing[0]["error"]) == ("failed", True)
    assert did(warehouse)["fct_thing"] == "updated"
    assert facts(warehouse) == [("x", 1, None), ("y", 2, None)]


def test_a_failed_model_rests_until_its_inputs_change(warehouse: DuckWarehouse) -> None:
    land(warehouse, 1, "part", ("p", "pen"))
    fragile = model("dim_part", "SELECT part, CAST(name AS INT) AS name FROM std.part")
    assert build(warehouse, (fragile,)).outcome("dim_part").did == "failed"
    version = warehouse.data_version
    land(warehouse, 2, "thing", ("t1", "x", 1, "p", False))
    assert build(warehouse, (fragile,)).outcome("dim_part").did == "failed"
    assert warehouse.data_version == version + 1  # the landing, not the build
    land(warehouse, 3, "part", ("p", "7"))
    assert build(warehouse, (fragile,)).outcome("dim_part").did == "created"
    state = warehouse.query("SELECT state, error FROM meta.model")
    assert state.to_pylist() == [{"state": "created", "error": ""}]


def test_a_blocking_check_keeps_the_old_table_and_names_the_rows(warehouse: DuckWarehouse) -> None:
    land(warehouse, 1, "thing", ("t1", "x", 1, "p", False))
    checked = model("fct_one", "SELECT a, b FROM stg_thing", "check: unique(a)")
    assert build(warehouse, (STAGED, checked)).ok
    land(warehouse, 2, "thing", ("t2", "x", 2, "p", False))
    report = build(warehouse, (STAGED, checked))
    assert report.outcome("fct_one").did == "failed"
    assert "1 rows break the check unique(a), such as a=x, copies=2" in report.outcome("fct_one").reason.en
    assert warehouse.query("SELECT * FROM fct_one").num_rows == 1


def test_a_warning_names_the_first_twenty_rows_and_the_table_is_published(warehouse: DuckWarehouse) -> None:
    land(warehouse, 1, "thing", *((f"t{n}", f"x{n:02d}", 1000, "p", False) for n in range(30)))
    report = build(warehouse, MODELS)
    ((name, broken),) = report.broken
    assert (name, broken.rule, broken.rows, len(broken.sample)) == ("fct_thing", "small", 30, 20)
    assert broken.sample[0] == {"a": "x00", "b": 1000}
    kept = warehouse.query('SELECT model, rule, failing_rows FROM meta."check"').to_pylist()
    assert kept == [{"model": "fct_thing", "rule": "small", "failing_rows": 30}]


def test_progress_is_told_from_the_first_to_the_last_model(warehouse: DuckWarehouse) -> None:
    steps: list[Step] = []
    build(warehouse, MODELS, progress=steps.append)
    assert [step.model for step in steps] == ["dim_part", "stg_thing", "fct_thing", "fct_top", "fct_top"]
    assert (steps[0].done, steps[-1].done, steps[-1].total) == (0, 4, 4)


def test_an_interrupted_build_changes_nothing(warehouse: DuckWarehouse) -> None:
    land(warehouse, 1, "thing", ("t1", "x", 1, "p", False))
    did(warehouse)
    land(warehouse, 2, "thing", ("t2", "y", 1, "p", False))

    def stop(step: Step) -> None:
        if step.model == "fct_top":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(warehouse, MODELS, progress=stop)
    assert facts(warehouse) == [("x", 1, None)]
    assert did(warehouse)["fct_thing"] == "updated"
    assert facts(warehouse) == [("x", 1, None), ("y", 1, None)]


def test_a_ledger_of_another_edition_is_forgotten(warehouse: DuckWarehouse) -> None:
    warehouse.execute("CREATE OR REPLACE TABLE meta.model (name VARCHAR, signature VARCHAR)")
    warehouse.execute("INSERT INTO meta.model VALUES ('fct_thing', 'x')")
    land(warehouse, 1, "thing", ("t1", "x", 1, "p", False))
    assert set(did(warehouse).values()) == {"created"}
    assert set(did(warehouse).values()) == {"unchanged"}


def test_without_a_registry_of_landings_everything_is_looked_at_again(warehouse: DuckWarehouse) -> None:
    warehouse.execute("DROP TABLE meta.landing")
    warehouse.execute("INSERT INTO std.thing VALUES ('t1', 'x', 1, 'p', FALSE, 'L')")
    did(warehouse)
    warehouse.execute("INSERT INTO std.thing VALUES ('t2', 'y', 1, 'p', FALSE, 'L')")
    assert did(warehouse)["fct_thing"] == "rebuilt"
    assert facts(warehouse) == [("x", 1, None), ("y", 1, None)]


def test_a_full_build_rebuilds_all(warehouse: DuckWarehouse) -> None:
    did(warehouse)
    assert set(did(warehouse, full=True).values()) == {"rebuilt"}


def test_readers_see_all_new_tables_at_once(warehouse: DuckWarehouse) -> None:
    land(warehouse, 1, "thing", ("t1", "x", 1, "p", False))
    did(warehouse)
    land(warehouse, 2, "thing", ("t2", "y", 1, "p", False))
    seen: list[object] = []

    def look(step: Step) -> None:
        seen.append((warehouse.query("SELECT count(*) AS n FROM fct_thing")["n"][0].as_py(), step.done))

    build(warehouse, MODELS, progress=look)
    assert [rows for rows, _ in seen] == [1] * 5
    assert len(facts(warehouse)) == 2


def test_a_screen_needs_its_tables_and_what_they_read() -> None:
    ordered = (STAGED, PARTS, FACT, TOP)
    assert needed(ordered, "fct_thing") == (STAGED, PARTS, FACT)
    with pytest.raises(Missing, match="fct_thing"):
        needed(ordered, "fct_thnig")


def test_models_are_read_from_the_files_of_a_domain(tmp_path: Path) -> None:
    home = tmp_path / "supply" / "models"
    home.mkdir(parents=True)
    (home / "b.sql").write_text("-- grain: g\n-- key: a\n-- owner: o\n-- materialized: view\nSELECT 1 AS a FROM c\n")
    (home / "c.sql").write_text("-- grain: g\n-- key: a\n-- owner: o\n-- materialized: view\nSELECT 1 AS a\n")
    (home / "note.txt").write_text("not a model")
    assert [(each.name, each.domain, each.place) for each in load(home)] == [
        ("c", "supply", "supply/c.sql"),
        ("b", "supply", "supply/b.sql"),
    ]
