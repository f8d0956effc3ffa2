"""Rollups stay exact through late rows, deletions, rebuilds and interrupted refreshes: marked days are read from the fact."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from linshu.engine.warehouse import rollups
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.engine.warehouse.header import parse
from linshu.engine.warehouse.models import build
from linshu.engine.warehouse.rollups import RollupTable, standings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.engine.warehouse.model import Model

FIRST = date(2026, 9, 25)
HEAD = ["-- grain: g", "-- key: sale_id", "-- owner: d", "-- materialized: table"]
RULE = "-- incremental: key=sale_id from=sale"
SELECT = "SELECT sale_id, day, place, fen FROM std.sale WHERE NOT deleted"


def sales(*head: str, select: str = SELECT) -> Model:
    return parse("fct_sales", "d", "\n".join([*HEAD, *head, select]), "d/fct_sales.sql")


INCREMENTAL, PLAIN = sales(RULE), sales()
OTHER_SQL = sales(RULE, select=SELECT + " AND fen <> 7")
SUMS = (("n", "CAST(count(*) AS BIGINT)"), ("fen", "CAST(sum(f.fen) FILTER (WHERE f.fen > 2) AS BIGINT)"))
TOGETHER = tuple((name, f"CAST(sum({name}) AS BIGINT)") for name, _ in SUMS)
BY_PLACE = RollupTable("sales_by_place", "fct_sales", "day", ("place",), SUMS, months=TOGETHER)
BY_DAY = RollupTable("sales_by_day", "fct_sales", "day", (), SUMS, "f.place <> 'x'")
ROLLED = (BY_PLACE, BY_DAY)
SEEN = RollupTable.of_values("places_seen", "fct_sales", "day", "place", "f.fen > 2")
BY_KEY = RollupTable.of_values("amounts_seen_by_place", "fct_sales", "day", "fen", "f.place <> 'x'", ("place",))
STANDS = RollupTable.of_standing("places_stand", "fct_sales", "day", "f.fen", "TRUE", ("place",))
OF_VALUES = (SEEN, BY_KEY, STANDS)


def opened() -> DuckWarehouse:
    warehouse = DuckWarehouse.open(":memory:", threads=1)
    warehouse.execute(
        "CREATE TABLE std.sale (sale_id BIGINT, day DATE, place VARCHAR, fen BIGINT, deleted BOOLEAN, landing_id VARCHAR)"
    )
    warehouse.execute("CREATE TABLE meta.landing (landing_id VARCHAR, seq BIGINT)")
    return warehouse


@pytest.fixture
def warehouse() -> Iterator[DuckWarehouse]:
    with opened() as found:
        yield found


def land(warehouse: DuckWarehouse, *rows: tuple[int, date | None, str | None, int | None, bool]) -> None:
    with warehouse.transaction() as session:
        seq = session.query("SELECT count(*) + 1 AS seq FROM meta.landing")["seq"][0].as_py()
        session.execute("INSERT INTO meta.landing VALUES ($1, $2)", [f"L{seq}", seq])
        for row in rows:
            session.execute("DELETE FROM std.sale WHERE sale_id = $1", [row[0]])
            session.execute("INSERT INTO std.sale VALUES ($1, $2, $3, $4, $5, $6)", [*row, f"L{seq}"])


def day(offset: int) -> date:
    return FIRST + timedelta(offset)


def filled(warehouse: DuckWarehouse, days: int = 5) -> DuckWarehouse:
    land(warehouse, *((offset, day(offset), "a", 10 + offset, False) for offset in range(days)))
    build(warehouse, [INCREMENTAL], rolled=ROLLED)
    return warehouse


def standing(warehouse: DuckWarehouse, table: RollupTable = BY_PLACE) -> rollups.Standing | None:
    with warehouse.snapshot() as session:
        return standings(session).get(table.name)


def through_rollup(warehouse: DuckWarehouse, table: RollupTable) -> list[tuple[object, ...]]:
    """What the rollup says of its clean days, and the fact of all others."""
    with warehouse.snapshot() as session:
        found = standings(session).get(table.name)
        if found is None or found.signature != table.signature:
            return rows(session, table.select("TRUE"))
        dirty = [*found.dirty, date(1, 1, 1)]
        clean = f"SELECT * FROM {table.table} WHERE day <= $1 AND NOT list_contains($2, day)"
        others = table.select("(day > $1 OR list_contains($2, day))").split(" ORDER BY")[0]
        return rows(session, f"{clean} UNION ALL BY NAME ({others})", [found.through, dirty])


def rows(session: object, sql: str, params: object = ()) -> list[tuple[object, ...]]:
    found = session.query(sql, params).to_pylist()
    return sorted((tuple(sorted(row.items())) for row in found), key=str)


def from_fact(warehouse: DuckWarehouse, table: RollupTable) -> list[tuple[object, ...]]:
    return rows(warehouse, table.select("TRUE"))


def check_values(warehouse: DuckWarehouse) -> None:
    """The different values of every period, from when they were last seen, and how things stand at its end."""
    for start, _, fact, seen in exact_periods(warehouse, SEEN):
        places = {row["place"] for row in fact if (row["fen"] or 0) > 2} - {None}
        assert sum(row["values_seen"] for row in seen if (row["last_seen"] or date.min) < start) == len(places)
    for start, _, fact, seen in exact_periods(warehouse, BY_KEY):
        amounts = {row["place"]: set() for row in fact if row["place"] not in (None, "x")}
        for row in fact:
            amounts.get(row["place"], set()).update({row["fen"]} - {None})
        counted = dict.fromkeys((row["place"] for row in seen), 0)
        for row in seen:
            counted[row["place"]] += row["values_seen"] if (row["last_seen"] or date.min) < start else 0
        assert counted == {place: len(known) for place, known in amounts.items()}
    for _, end, fact, seen in exact_periods(warehouse, STANDS):
        newest = {row["place"]: row["day"] for row in sorted(fact, key=lambda row: row["day"])}
        last = [row for row in fact if newest[row["place"]] == row["day"]]
        if len(last) == len(newest):  # there is one row a day
            held = (row["stands"] or 0 for row in seen if (row["stands_until"] or date.max) > end)
            assert sum(held) == sum(row["fen"] or 0 for row in last)


def exact_periods(warehouse: DuckWarehouse, table: RollupTable) -> Iterator[tuple[date, date, list[dict], list[dict]]]:
    """Every period whose own days a table holds rightly, with the rows of the fact and of the table in it."""
    found = standing(warehouse, table)
    fact = warehouse.query("SELECT day, place, fen FROM fct_sales WHERE day IS NOT NULL").to_pylist()
    kept = warehouse.query(f"SELECT * FROM {table.table}").to_pylist() if found else []
    for first in range(15 if found else 0):
        for last in range(first, 15):
            start, end = day(first), day(last)
            if end <= found.through and not any(start <= one <= end for one in found.dirty):
                yield start, end, *([row for row in rows if start <= row["day"] <= end] for rows in (fact, kept))


def check(warehouse: DuckWarehouse) -> None:
    check_values(warehouse)
    for table in ROLLED:
        assert through_rollup(warehouse, table) == from_fact(warehouse, table)
    if standing(warehouse):
        months = rows(warehouse, f"SELECT * FROM {BY_PLACE.by_month}")
        assert months == rows(warehouse, BY_PLACE.select_months("TRUE")), "months are what their days come to"


def test_all_days_but_the_newest_stand(warehouse: DuckWarehouse) -> None:
    found = standing(filled(warehouse))
    assert (found.through, found.dirty, found.rows) == (day(3), (), 4)
    assert warehouse.query("SELECT max(day) AS day FROM roll.sales_by_place")["day"][0].as_py() == day(3)
    check(warehouse)


def test_a_late_row_marks_its_day_until_it_is_counted_again(warehouse: DuckWarehouse) -> None:
    land(filled(warehouse), (90, day(1), "a", 5, False))
    build(warehouse, [INCREMENTAL])
    assert standing(warehouse).dirty == (day(1),)
    check(warehouse)
    report = build(warehouse, [INCREMENTAL], rolled=ROLLED)
    assert {one.name: one.days for one in report.rollups} == {"sales_by_place": 1, "sales_by_day": 1}
    assert standing(warehouse).dirty == ()
    check(warehouse)


def test_a_row_that_moves_or_goes_marks_the_day_it_was_on(warehouse: DuckWarehouse) -> None:
    land(filled(warehouse), (0, day(2), "b", 5, False), (1, day(1), "a", 11, True))
    build(warehouse, [INCREMENTAL])
    assert standing(warehouse).dirty == (day(0), day(1), day(2))
    check(warehouse)


def test_rows_of_the_open_day_and_beyond_mark_nothing(warehouse: DuckWarehouse) -> None:
    land(filled(warehouse), (90, day(4), "a", 5, False), (91, day(9), "a", 5, False), (92, None, "a", 1, False))
    report = build(warehouse, [INCREMENTAL], rolled=ROLLED, effort="few")
    assert report.rollups == ()
    assert standing(warehouse).dirty == ()
    check(warehouse)
    build(warehouse, [INCREMENTAL], rolled=ROLLED)
    assert standing(warehouse).through == day(8)
    check(warehouse)


def test_little_effort_lets_a_few_days_wait_and_then_counts_the_newest(warehouse: DuckWarehouse) -> None:
    filled(warehouse, 60)
    land(warehouse, *((offset, day(offset), "b", 1, False) for offset in range(3)))
    assert build(warehouse, [INCREMENTAL], rolled=ROLLED, effort="few").rollups == ()
    assert len(standing(warehouse).dirty) == 3
    land(warehouse, *((offset, day(offset), "c", 1, False) for offset in range(59)))
    done = build(warehouse, [INCREMENTAL], rolled=ROLLED, effort="few").rollups
    assert [one.days for one in done] == [rollups.DAYS_AT_ONCE] * 2
    assert standing(warehouse).dirty == tuple(day(offset) for offset in range(59 - rollups.DAYS_AT_ONCE))
    check(warehouse)


def test_a_full_build_and_other_sql_make_them_anew(warehouse: DuckWarehouse) -> None:
    filled(warehouse)
    assert [one.days for one in build(warehouse, [INCREMENTAL], rolled=ROLLED, full=True).rollups] == [
        rollups.ALL_DAYS
    ] * 2
    land(warehouse, (90, day(1), "a", 7, False))
    build(warehouse, [OTHER_SQL])
    assert standing(warehouse) is None
    check(warehouse)
    assert [one.days for one in build(warehouse, [OTHER_SQL], rolled=ROLLED).rollups] == [rollups.ALL_DAYS] * 2
    check(warehouse)


def test_a_model_rebuilt_whole_marks_by_comparison(warehouse: DuckWarehouse) -> None:
    land(warehouse, *((offset, day(offset), "a", 10 + offset, False) for offset in range(5)))
    build(warehouse, [PLAIN], rolled=ROLLED)
    land(warehouse, (90, day(2), "a", 5, False))
    assert build(warehouse, [PLAIN]).outcomes[0].did == "rebuilt"
    assert standing(warehouse).dirty == (day(2),)
    check(warehouse)


def test_other_columns_are_another_rollup_and_what_nobody_declares_goes(warehouse: DuckWarehouse) -> None:
    filled(warehouse)
    wider = RollupTable("sales_by_place", "fct_sales", "day", ("place",), (*SUMS, ("least", "min(f.fen)")))
    assert [one.name for one in build(warehouse, [INCREMENTAL], rolled=(wider,)).rollups] == ["sales_by_place"]
    assert "least" in warehouse.columns("roll.sales_by_place")
    assert warehouse.tables("roll") == ("sales_by_place",), "it has no months"
    build(warehouse, [INCREMENTAL], rolled=())
    assert warehouse.tables("roll") == ()
    assert warehouse.query("SELECT * FROM meta.rollup").num_rows == 0


def test_nothing_to_do_uses_up_no_data_version(warehouse: DuckWarehouse) -> None:
    version = filled(warehouse).data_version
    assert build(warehouse, [INCREMENTAL], rolled=ROLLED).rollups == ()
    assert warehouse.data_version == version


def test_a_sum_that_does_not_fit_leaves_the_rollup_out_and_the_model_whole(warehouse: DuckWarehouse) -> None:
    land(warehouse, (1, day(0), "a", 2**62, False), (2, day(0), "a", 2**62, False), (3, day(1), "a", 3, False))
    report = build(warehouse, [INCREMENTAL], rolled=ROLLED)
    assert report.ok
    assert [bool(one.reason.zh) for one in report.rollups] == [True, True]
    assert standing(warehouse) is None
    assert build(warehouse, [INCREMENTAL], rolled=ROLLED).rollups == (), "not tried again until something changes"
    land(warehouse, (2, day(0), "a", 4, False))
    assert [one.reason.zh for one in build(warehouse, [INCREMENTAL], rolled=ROLLED).rollups] == ["", ""]
    assert standing(warehouse).through == day(0)


def test_killed_between_build_and_refresh_or_within_it_nothing_is_wrong(warehouse, monkeypatch) -> None:
    land(filled(warehouse), (90, day(1), "a", 5, False))
    real = rollups._remember

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rollups, "_remember", killed)
    with pytest.raises(KeyboardInterrupt):
        build(warehouse, [INCREMENTAL], rolled=ROLLED)
    assert standing(warehouse).dirty == (day(1),)
    check(warehouse)
    monkeypatch.setattr(rollups, "_remember", real)
    build(warehouse, [INCREMENTAL], rolled=ROLLED)
    assert standing(warehouse).dirty == ()
    check(warehouse)


def test_when_values_were_seen_is_made_anew_as_a_whole_and_not_by_builds_in_a_hurry(warehouse: DuckWarehouse) -> None:
    land(warehouse, *((offset, day(offset), "ab"[offset % 2], 10, False) for offset in range(60)))
    build(warehouse, [INCREMENTAL], rolled=(SEEN,))
    check_values(warehouse)
    land(warehouse, *((offset, day(offset), "c", 20, False) for offset in range(10, 30)))
    assert build(warehouse, [INCREMENTAL], rolled=(SEEN,), effort="few").rollups == ()
    assert len(standing(warehouse, SEEN).dirty) == 20
    check_values(warehouse)
    assert [one.days for one in build(warehouse, [INCREMENTAL], rolled=(SEEN,)).rollups] == [rollups.ALL_DAYS]
    assert standing(warehouse, SEEN).dirty == ()
    check_values(warehouse)


def test_a_model_changed_behind_the_register_is_not_answered_from_the_rollup(warehouse: DuckWarehouse) -> None:
    filled(warehouse)
    warehouse.execute("UPDATE meta.model SET changed_build = changed_build + 1")
    assert standing(warehouse) is None


def test_a_snapshot_sees_one_state_of_the_data(warehouse: DuckWarehouse) -> None:
    filled(warehouse)
    with warehouse.snapshot() as session:
        before = session.query("SELECT count(*) AS n FROM fct_sales")["n"][0].as_py()
        land(warehouse, (90, day(1), "a", 5, False))
        build(warehouse, [INCREMENTAL], rolled=ROLLED)
        assert session.query("SELECT count(*) AS n FROM fct_sales")["n"][0].as_py() == before
    with warehouse.snapshot() as session:
        assert session.query("SELECT count(*) AS n FROM fct_sales")["n"][0].as_py() == before + 1


@contextmanager
def interrupted(after: int) -> Iterator[None]:
    """Refreshes stop after so many rollups, as if the process had been killed there."""
    real, left = rollups._refreshed, [after]

    def counted(*args: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return real(*args)

    rollups._refreshed = counted
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        rollups._refreshed = real


sold = st.tuples(
    st.integers(0, 12),
    st.one_of(st.none(), st.integers(0, 14).map(day)),
    st.sampled_from(("a", "b", "x", None)),
    st.one_of(st.none(), st.integers(-3, 9)),
    st.booleans(),
)


class Life(RuleBasedStateMachine):
    """Rows land early, late, change and go; builds follow, or do not, or are killed; answers are always right."""

    @initialize()
    def begin(self) -> None:
        self.warehouse = opened()
        self.model = INCREMENTAL

    @rule(given=st.lists(sold, min_size=1, max_size=4))
    def rows_land(self, given: list[tuple[int, date | None, str | None, int | None, bool]]) -> None:
        land(self.warehouse, *{row[0]: row for row in given}.values())

    @rule(model=st.sampled_from((INCREMENTAL, INCREMENTAL, PLAIN, OTHER_SQL)))
    def the_model_becomes(self, model: Model) -> None:
        self.model = model

    @rule(effort=st.sampled_from(("all", "few")), full=st.sampled_from((False, False, True)), which=st.integers(0, 2))
    def a_build_with_rollups(self, effort: rollups.Effort, full: bool, which: int) -> None:
        build(self.warehouse, [self.model], rolled=(*ROLLED[:which], *OF_VALUES), effort=effort, full=full)

    @rule(full=st.sampled_from((False, False, True)))
    def a_build_without(self, full: bool) -> None:
        build(self.warehouse, [self.model], full=full)

    @rule(after=st.integers(0, 2))
    def a_build_killed_while_refreshing(self, after: int) -> None:
        with interrupted(after):
            build(self.warehouse, [self.model], rolled=(*ROLLED, *OF_VALUES))

    @invariant()
    def answers_are_right(self) -> None:
        if "fct_sales" in self.warehouse.tables("mart"):
            check(self.warehouse)

    def teardown(self) -> None:
        self.warehouse.close()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=8, stateful_step_count=12, deadline=None)
TestLife = pytest.mark.slow(TestLife)
