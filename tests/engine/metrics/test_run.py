from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from tests.engine.metrics import company
from tests.engine.metrics.company import CATALOG

from linshu.engine.access.scope import Scope
from linshu.engine.metrics.declare import Unit
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import Cache, run
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import LinshuError

OCTOBER = {"start": "2026-10-01", "end": "2026-10-31"}


@pytest.fixture
def warehouse():
    opened = company.store(DuckWarehouse.open(":memory:"), company.make(1, 40))
    yield opened
    opened.close()


def test_figures_are_int64_and_what_divides_is_double(warehouse):
    result = run(
        warehouse, Query.of("gmv,units,net,aov", "channel", grain="week", compare="previous", **OCTOBER), CATALOG
    )
    types = {field.name: field.type for field in result.table.schema}
    for name in ("gmv", "units", "net", "gmv_previous", "net_previous"):
        assert types[name] == pa.int64()
    for name in ("aov", "aov_previous", "gmv_change"):
        assert types[name] == pa.float64()
    assert types["week"] == types["channel"] == types["channel_name"] == pa.string()


def test_types_hold_when_there_is_nothing(warehouse):
    empty = run(warehouse, Query.of("gmv,aov", "channel", start="2020-01-01", end="2020-01-02"), CATALOG)
    assert empty.table.num_rows == 0
    assert empty.table.schema.field("gmv").type == pa.int64()
    assert empty.table.schema.field("aov").type == pa.float64()


def test_columns_come_in_order_with_title_role_and_unit(warehouse):
    result = run(warehouse, Query.of("gmv", "channel", grain="month", compare="last_year", **OCTOBER), CATALOG)
    assert [(one.name, one.role, one.unit) for one in result.columns] == [
        ("month", "time", None),
        ("channel", "dimension", None),
        ("channel_name", "label", None),
        ("gmv", "metric", Unit.FEN),
        ("gmv_last_year", "compare", Unit.FEN),
        ("gmv_change", "change", Unit.RATIO),
    ]
    assert [one.name for one in result.columns] == result.table.column_names
    assert result.column("gmv").title.zh == "指标gmv"
    with pytest.raises(KeyError):
        result.column("nothing")
    assert result.meta()["units"] == {"gmv": "fen", "gmv_last_year": "fen", "gmv_change": "ratio"}
    assert list(result.df().columns) == result.table.column_names


@pytest.mark.parametrize(
    ("grain", "name"),
    [
        ("hour", "2026-10-01T08:00+08:00"),
        ("day", "2026-10-01"),
        ("week", "2026-09-28"),
        ("month", "2026-10"),
        ("quarter", "2026-Q4"),
        ("year", "2026"),
    ],
)
def test_buckets_carry_the_names_people_use(warehouse, grain, name):
    head = {
        "placed_at": datetime(2026, 10, 1, 0, 59, tzinfo=UTC),
        "placed_date": datetime(2026, 10, 1).date(),
        "is_test": False,
    }
    rows = {name: [head | {"order_id": "O1", "line_no": 1}] for name in ("fct_lines",)}
    company.store(warehouse, rows)
    assert run(warehouse, Query.of("lines_placed", grain=grain), CATALOG).rows() == [{grain: name, "lines_placed": 1}]


def test_an_open_period_takes_its_ends_from_the_data_where_it_needs_them(warehouse):
    result = run(warehouse, Query.of("active", compare="previous"), CATALOG)
    days = [row["paid_date"] for row in company.make(1, 40)["fct_orders"] if row["paid_date"]]
    assert (result.start, result.end) == (str(min(days)), str(max(days)))
    assert run(warehouse, Query.of("gmv"), CATALOG).start == ""
    later = run(warehouse, Query.of("active", start="2030-01-01"), CATALOG)
    assert (later.start, later.end) == ("2030-01-01", "2030-01-01")
    sooner = run(warehouse, Query.of("active", end="2020-01-01"), CATALOG)
    assert (sooner.start, sooner.end) == ("2020-01-01", "2020-01-01")


def test_the_same_question_is_answered_from_memory_until_data_changes(warehouse):
    cache = Cache()
    first = run(warehouse, Query.of("gmv", where=["sku=S1", "city=武汉"]), CATALOG, cache)
    assert run(warehouse, Query.of("gmv", where=["city=武汉", "sku=S1"]), CATALOG, cache) is first
    assert (cache.hits, cache.misses) == (1, 1)
    company.store(warehouse, {"fct_lines": []})
    after = run(warehouse, Query.of("gmv", where=["sku=S1", "city=武汉"]), CATALOG, cache)
    assert after.rows() == [{"gmv": 0}]
    assert after.data_version > first.data_version


def test_the_answer_unused_longest_goes_first(warehouse):
    cache = Cache(size=2)
    first = run(warehouse, Query.of("gmv"), CATALOG, cache)
    run(warehouse, Query.of("units"), CATALOG, cache)
    assert run(warehouse, Query.of("gmv"), CATALOG, cache) is first
    run(warehouse, Query.of("orders"), CATALOG, cache)
    assert run(warehouse, Query.of("gmv"), CATALOG, cache) is first
    assert cache.hits == 2
    forgetful = Cache(size=0)
    assert run(warehouse, Query.of("gmv"), CATALOG, forgetful) is not run(
        warehouse, Query.of("gmv"), CATALOG, forgetful
    )


def test_an_answer_says_where_it_comes_from(warehouse):
    result = run(warehouse, Query.of("refund_rate", "city"), CATALOG)
    assert result.lineage.tables == ("dim_community", "dim_region", "fct_lines", "fct_refunds")
    assert (result.lineage.landing_seq, result.as_of) == (0, None)
    with warehouse.transaction() as session:
        session.execute("CREATE TABLE meta.landing (landing_id VARCHAR, seq BIGINT, merged_at TIMESTAMPTZ)")
        session.execute("INSERT INTO meta.landing VALUES ('L7', 7, '2026-10-01 08:00:00+00'), ('L8', 8, NULL)")
    cache = Cache()
    for _ in range(2):
        result = run(warehouse, Query.of("gmv"), CATALOG, cache)
        assert (result.lineage.landing_id, result.lineage.landing_seq) == ("L7", 7)
        assert result.as_of == datetime(2026, 10, 1, 8, tzinfo=UTC)
    assert result.meta()["lineage"]["landing_id"] == "L7"
    assert result.sql.startswith("WITH")


def test_a_table_that_is_not_built_is_named(warehouse):
    with warehouse.transaction() as session:
        session.execute("DROP TABLE mart.fct_chat")
    with pytest.raises(LinshuError, match="fct_chat"):
        run(warehouse, Query.of("messages"), CATALOG)
    assert run(warehouse, Query.of("gmv"), CATALOG).rows()


def test_what_nobody_collects_is_said_beside_the_zero(warehouse):
    company.store(warehouse, {"fct_chat": []})
    cache = Cache()
    for _ in range(2):
        result = run(warehouse, Query.of("gmv,messages"), CATALOG, cache)
        assert [note.zh for note in result.notes] == ["还没有聊天数据，指标messages因此为零或空"]
        assert result.meta()["notes"][0]["en"].startswith("No ")
    assert run(warehouse, Query.of("gmv"), CATALOG).notes == ()
    nothing = run(warehouse, Query.of("gmv", start="2020-01-01", end="2020-01-02"), CATALOG)
    assert nothing.rows() == [{"gmv": 0}]
    assert nothing.notes == ()  # collected, only not then


def test_a_filter_on_what_does_not_exist_is_said_beside_the_zero(warehouse):
    channels = warehouse.query("SELECT name FROM dim_channel ORDER BY name")["name"].to_pylist()
    asked = run(warehouse, Query.of("gmv", where=f"channel in ({channels[0]}x,{channels[0]})"), CATALOG)
    assert asked.notes == ()  # something was found
    nothing = run(warehouse, Query.of("gmv", where=f"channel={channels[0]}x"), CATALOG)
    assert (nothing.rows(), len(nothing.notes)) == ([{"gmv": 0}], 1)
    assert nothing.notes[0].zh.startswith(f"渠道里没有“{channels[0]}x”，最接近的是{channels[0]}")
    seen = Query.of("gmv", where="channel=nowhere", scope=Scope.only(channels=[channels[0]]))
    assert run(warehouse, seen, CATALOG).notes == ()
