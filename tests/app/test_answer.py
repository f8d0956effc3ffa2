"""Answers: the same rows and meaning as JSON, as an Arrow stream, and in pandas."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pyarrow as pa

from linshu.app.answer import Answer

TABLE = pa.table(
    {
        "day": pa.array([date(2026, 10, 1), None]),
        "gmv": pa.array([123_45, None], pa.int64()),
        "at": pa.array([datetime(2026, 10, 1, 12, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
        "city": ["武汉", "长沙"],
    }
)
META = {"columns": [{"name": "gmv", "unit": "fen"}, {"name": "city", "unit": None}], "made": date(2026, 10, 2)}


def test_json_holds_rows_and_meaning() -> None:
    said = json.loads(Answer(TABLE, META).json())
    assert said["rows"][0] == {"day": "2026-10-01", "gmv": 12345, "at": "2026-10-01T12:00:00+00:00", "city": "武汉"}
    assert said["rows"][1]["gmv"] is None
    assert said["meta"]["columns"][0]["unit"] == "fen"


def test_an_arrow_stream_brings_back_types_and_meaning() -> None:
    back = Answer.from_arrow(Answer(TABLE, META).to_arrow())
    assert back.table.equals(TABLE)
    assert back.meta["columns"] == META["columns"]
    assert back.units == {"gmv": "fen"}


def test_other_tools_read_it_without_a_copy() -> None:
    assert pa.table(Answer(TABLE)).num_rows == len(Answer(TABLE)) == 2
    assert Answer(TABLE).df()["city"].tolist() == ["武汉", "长沙"]


def test_no_rows_are_an_answer_too() -> None:
    assert json.loads(Answer.of([]).json()) == {"rows": [], "meta": {}}


def test_it_is_used_like_an_arrow_table() -> None:
    answer = Answer.of([{"city": "武汉", "gmv": 3}, {"city": "长沙", "gmv": 4}])
    assert answer.column_names == ["city", "gmv"] == answer.schema.names
    assert answer.num_rows == len(answer) == 2
    assert answer["gmv"].to_pylist() == [3, 4]
    assert answer.to_pylist() == answer.rows == answer.table.to_pylist()
    assert pa.table(answer).equals(answer.table)
