"""The header of a model file is read, or refused with file and line."""

from __future__ import annotations

import pytest

from linshu.engine.warehouse.header import parse
from linshu.engine.warehouse.model import Described, Source, Via
from linshu.kernel.errors import Invalid

WHOLE = """\
-- grain: one row per thing
-- key: thing_id, day
-- owner: supply
-- materialized: table
-- incremental: key=thing_id from=thing,back(back_id)
--   via=dim_part.part_id,person.account_id=member_id narrow=stg_more
-- touched: SELECT m.thing_id FROM changed.more AS m
-- check: unique(key)
-- check: not_null(thing_id)
-- warn: reference(part_id, dim_part.part_id)
-- warn: positive: SELECT thing_id FROM fct_thing
--   WHERE qty < 0
-- column: qty, extra_qty (qty): how many
-- column: name: what it is called
-- late: it counts
-- empty: there are none

WITH own AS (SELECT * FROM stg_thing)
SELECT * FROM own JOIN dim_part USING (part_id) JOIN std.x ON TRUE;
"""
LEAST = "-- grain: g\n-- key: a\n-- owner: o\n-- materialized: view\n"


def test_the_whole_form_is_read() -> None:
    model = parse("fct_thing", "supply", WHOLE, "supply/fct_thing.sql")
    assert model.key == ("thing_id", "day")
    assert model.reads == ("dim_part", "std.x", "stg_thing")
    assert not model.is_view
    assert model.first_line == 18
    assert model.select.endswith("ON TRUE")
    rule = model.increment
    assert rule is not None
    assert rule.key == ("thing_id",)
    assert rule.sources == (Source("thing"), Source("back", "back_id"))
    assert rule.via == (Via("dim_part", "part_id", "part_id"), Via("person", "account_id", "member_id"))
    assert (rule.narrow, rule.changed) == (("stg_more",), ("more",))
    assert [(each.name, each.blocking) for each in model.rules] == [
        ("unique(key)", True),
        ("not_null(thing_id)", True),
        ("reference(part_id, dim_part.part_id)", False),
        ("positive", False),
    ]
    assert "GROUP BY thing_id, day" in model.rules[0].failing
    assert model.rules[3].failing == "SELECT thing_id FROM fct_thing WHERE qty < 0"
    assert model.columns == (
        Described("qty", "qty", "how many"),
        Described("extra_qty", "qty", "how many"),
        Described("name", "", "what it is called"),
    )
    assert (model.late, model.empty) == ("it counts", "there are none")


def test_only_the_sql_and_its_way_of_building_make_the_fingerprint() -> None:
    first = parse("m", "d", LEAST + "SELECT 1 AS a", "p")
    assert first.fingerprint == parse("m", "d", LEAST.replace("g\n", "other\n") + "SELECT 1 AS a", "p").fingerprint
    assert first.fingerprint != parse("m", "d", LEAST + "SELECT 2 AS a", "p").fingerprint
    assert first.fingerprint != parse("m", "d", LEAST.replace("view", "table") + "SELECT 1 AS a", "p").fingerprint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT 1", "lacks grain"),
        (LEAST, "no SELECT"),
        (LEAST.replace("view", "cube") + "SELECT 1", "table or view"),
        (LEAST + "-- colour: red\nSELECT 1", "line 5"),
        (LEAST + "-- key: b\nSELECT 1", "key is written twice"),
        (LEAST + "-- incremental: key=a from=b\nSELECT 1", "never incremental"),
        (LEAST.replace("view", "table") + "-- incremental: from=b\nSELECT 1", "key=… from=…"),
        (LEAST.replace("view", "table") + "-- incremental: key=a from=b via=c\nSELECT 1", "table.column: c"),
        (LEAST + "-- check: nonsense\nSELECT 1", "name: SELECT"),
        (LEAST + "-- check: reference(a)\nSELECT 1", "reference(column, table.column)"),
        (LEAST + "-- column: what is this\nSELECT 1", "column (unit): meaning"),
        (LEAST + "SELECT 1 FROM (", "cannot be parsed"),
        (LEAST + "DROP TABLE x", "one SELECT"),
    ],
    ids=[
        "no header", "no select", "unknown kind", "unknown word", "twice", "incremental view", "no key", "bad via",
        "bad check", "bad reference", "bad column", "bad SQL", "no query",
    ],
)  # fmt: skip
def test_a_broken_header_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse("m", "d", text, "d/m.sql")
    said = caught.value.say("en")
    assert words in said
    assert "d/m.sql" in said
