"""One key turned into columns: the figures stay what they were, wherever they stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.metrics import company
from tests.engine.metrics.company import CATALOG, Row

from linshu.engine.metrics import pivot
from linshu.engine.metrics.declare import Unit
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.result import KEYS
from linshu.engine.metrics.run import run
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Misused

OCTOBER = {"start": "2026-10-01", "end": "2026-10-31"}


@pytest.fixture(scope="module")
def warehouse():
    opened = company.store(DuckWarehouse.open(":memory:"), company.make(3, 80))
    yield opened
    opened.close()


def turned(rows: list[Row], keys: list[str], by: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The same turn, by hand."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        place = found.setdefault(tuple(row[key] for key in keys), {})
        for name, value in row.items():
            if name not in {*keys, by, f"{by}_name"}:
                place[f"{name}@{row[by]}"] = value
    return found


@settings(max_examples=40)
@given(data=st.data())
def test_every_figure_is_found_again(warehouse, data):
    by = data.draw(st.lists(st.sampled_from(("channel", "city", "self_order", "mode")), max_size=3, unique=True))
    grain = data.draw(st.sampled_from((None, "week", "month")))
    if not by and not grain:
        return
    asked = Query.of("gmv,aov", by, grain=grain, compare=data.draw(st.sampled_from((None, "previous"))), **OCTOBER)
    turn = data.draw(st.sampled_from((*by, *([grain] if grain else []))))
    plain = run(warehouse, asked, CATALOG)
    result = run(warehouse, replace(asked, pivot=turn), CATALOG)
    keys = [one.name for one in plain.columns if one.role in KEYS and one.name not in (turn, f"{turn}_name")]
    truth = turned(plain.rows(), keys, turn)
    ours = {tuple(row[key] for key in keys): row for row in result.rows()}
    assert ours.keys() == truth.keys()
    for place, row in ours.items():
        assert {name: value for name, value in row.items() if name not in keys and value is not None} == {
            name: value for name, value in truth[place].items() if value is not None
        }
    assert [one.name for one in result.columns] == result.table.column_names


def test_columns_are_named_by_value_titled_by_name_and_keep_their_unit(warehouse):
    result = run(warehouse, Query.of("gmv,aov", "channel,mode", grain="month", pivot="channel", **OCTOBER), CATALOG)
    assert result.table.column_names == [
        "month", "mode", "gmv@tb", "gmv@wx", "gmv@(未知)", "aov@tb", "aov@wx", "aov@(未知)",
    ]  # fmt: skip
    one = result.column("gmv@wx")
    assert (one.title.zh, one.title.en) == ("指标gmv · 微信小程序", "指标gmv in English · 微信小程序")
    assert (one.unit, one.role, one.metric) == (Unit.FEN, "metric", "gmv")
    assert result.column("aov@(未知)").title.en.endswith("unknown")
    assert str(result.table.schema.field("gmv@wx").type) == "int64"
    assert str(result.table.schema.field("aov@wx").type) == "double"


def test_choices_and_flags_are_called_by_their_words(warehouse):
    result = run(warehouse, Query.of("gmv", "mode", pivot="mode", **OCTOBER), CATALOG)
    assert {one.title.en.split(" · ")[1] for one in result.columns} == {"Pick-up", "Home"}
    result = run(warehouse, Query.of("gmv", "self_order", pivot="self_order", **OCTOBER), CATALOG)
    assert {one.title.zh.split(" · ")[1] for one in result.columns} == {"是", "否"}


def test_months_stand_in_order_and_the_limit_counts_turned_rows(warehouse):
    asked = Query.of("gmv", "sku", grain="month", pivot="month", order="-gmv", limit=2)
    result = run(warehouse, asked, CATALOG)
    assert result.table.column_names == ["sku", "sku_name", "gmv@2026-09", "gmv@2026-10", "gmv@2026-11"]
    assert result.table.num_rows == 2


def test_nothing_at_all_has_no_columns_but_its_keys(warehouse):
    empty = run(
        warehouse, Query.of("gmv", "sku", grain="day", pivot="day", start="2020-01-01", end="2020-01-31"), CATALOG
    )
    assert (empty.rows(), empty.table.column_names) == ([], ["sku", "sku_name"])


def test_too_many_columns_are_refused_with_a_way_out(warehouse, monkeypatch):
    monkeypatch.setattr(pivot, "MOST_COLUMNS", 8)
    with pytest.raises(Misused) as refusal:
        run(warehouse, Query.of("gmv", grain="day", pivot="day", **OCTOBER), CATALOG)
    assert "--top" in refusal.value.say("zh")
    assert "8 at most" in refusal.value.say("en")


def test_only_a_key_of_the_answer_can_be_turned():
    with pytest.raises(Misused) as refusal:
        Query.of("gmv", "channel", grain="month", pivot="city")
    assert "month, channel" in refusal.value.say("zh")
