"""Whatever order batches come in, and however a file is cut into batches, the company knows the same in the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.engine.intake.standin import opened, snapshot

from linshu.engine.intake import merge
from linshu.engine.intake.rebuild import rebuild

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.engine.intake import Intake

START = datetime(2026, 3, 1, tzinfo=UTC)

PHASES = (Phase.explicit, Phase.generate)  # an example takes a second: a failing one is shown as it was found
Row = dict[str, object]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _small_slices() -> Iterator[None]:
    """Keys are held against each other slice by slice, as those of a very large batch are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "SLICE", 2)
        yield


def _at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def _order(order: str, version: int, goods: int, *, deleted: bool) -> tuple[str, Row]:
    row: Row = {"order_id": order, "status": "paid", "goods_fen": goods, "updated_at": _at(version), "deleted": deleted}
    return "orders", row


def _line(order: str, line: int, version: int, qty: int) -> tuple[str, Row]:
    return "order_line", {"order_id": order, "line_no": line, "qty": qty, "sku_id": "S", "updated_at": _at(version)}


def _tier(member: str, tier: str, since: int, version: int) -> tuple[str, Row]:
    return "tier", {"member_id": member, "tier": tier, "valid_from": _at(since), "updated_at": _at(version)}


_ORDER = st.builds(_order, st.sampled_from("ABC"), st.integers(0, 3), st.integers(-1, 3), deleted=st.booleans())
_LINE = st.builds(_line, st.sampled_from("ABC"), st.integers(1, 2), st.integers(0, 3), st.integers(0, 3))
_TIER = st.builds(_tier, st.sampled_from("MN"), st.sampled_from(["gold", "iron"]), st.integers(0, 3), st.integers(0, 3))
_ROWS = st.lists(st.one_of(_ORDER, _LINE, _TIER), min_size=1, max_size=9)


def _one_version_each(rows: list[tuple[str, Row]]) -> list[tuple[str, Row]]:
    """One source tells one version of a row at a time: of rows of equal age, the first is kept."""
    seen: dict[tuple[object, ...], tuple[str, Row]] = {}
    for table, row in rows:
        key = (
            table,
            *(row.get(name) for name in ("order_id", "line_no", "member_id", "updated_at")),
            row.get("valid_from"),
        )
        seen.setdefault(key, (table, row))
    return list(seen.values())


def _land(intake: Intake, rows: list[tuple[str, Row]]) -> None:
    tables: dict[str, list[Row]] = {}
    for table, row in rows:
        tables.setdefault(table, []).append(row)
    intake.land_rows("till", {table: pa.Table.from_pylist(each) for table, each in tables.items()})


def _end(batches: list[list[tuple[str, Row]]], *, again: bool = False) -> dict[str, list[tuple[object, ...]]]:
    with TemporaryDirectory() as folder:
        intake = opened(Path(folder))
        for batch in batches:
            _land(intake, batch)
        if again:
            rebuild(intake)
        made = snapshot(intake)
        intake.warehouse.close()
        return made


@settings(max_examples=12, phases=PHASES)
@given(rows=_ROWS, data=st.data())
def test_the_order_of_batches_never_matters(rows: list[tuple[str, Row]], data: st.DataObject) -> None:
    batches = [[row] for row in _one_version_each(rows)]
    assert _end(data.draw(st.permutations(batches))) == _end(batches)


@settings(max_examples=12, phases=PHASES)
@given(rows=_ROWS, data=st.data())
def test_the_cut_into_batches_never_matters(rows: list[tuple[str, Row]], data: st.DataObject) -> None:
    rows = _one_version_each(rows)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(rows)), max_size=3)))
    batches = [part for begin, end in zip([0, *cuts], [*cuts, len(rows)], strict=True) if (part := rows[begin:end])]
    assert _end(batches) == _end([rows])


@settings(max_examples=6, phases=PHASES)
@given(rows=_ROWS)
def test_a_warehouse_rebuilt_from_landing_knows_the_same(rows: list[tuple[str, Row]]) -> None:
    batches = [[row] for row in rows]
    assert _end(batches, again=True) == _end(batches)


@settings(max_examples=10, phases=PHASES)
@given(rows=st.lists(_ORDER, min_size=1, max_size=8))
def test_the_merge_equals_a_plain_reading_of_the_rules(rows: list[tuple[str, Row]]) -> None:
    rows = _one_version_each(rows)
    known: dict[str, Row] = {}
    buried: dict[str, datetime] = {}
    for _, row in rows:
        key, at = str(row["order_id"]), row["updated_at"]
        assert isinstance(at, datetime)
        if row["deleted"]:
            buried[key] = max(buried.get(key, at), at)
        is_good = isinstance(row["goods_fen"], int) and row["goods_fen"] >= 0
        if is_good and (key not in known or at > known[key]["updated_at"]):
            known[key] = row
    expected = {
        key: (row["goods_fen"], key in buried and buried[key] >= row["updated_at"]) for key, row in known.items()
    }
    found = _end([[row] for row in rows])["orders"]
    assert {row[0]: (row[5], row[-1]) for row in found} == expected


def test_of_two_versions_of_one_moment_the_same_stays_whichever_came_first() -> None:
    pairs = [
        (_order("A", 1, 5, deleted=False), _order("A", 1, 9, deleted=False)),
        (_tier("M", "gold", 0, 1), _tier("M", "iron", 0, 1)),
    ]
    one, other = ([pair[at] for pair in pairs] for at in (0, 1))
    assert _end([one, other]) == _end([other, one])


def test_a_key_said_twice_in_one_batch_is_found_whatever_slice_it_falls_in() -> None:
    # The two versions of a key stand seven rows apart: cut by their place, no slice would hold both.
    early = [_order(key, 0, at, deleted=False) for at, key in enumerate("ABCDEFG")]
    late = [_order(key, 1, 10 + at, deleted=False) for at, key in enumerate("ABCDEF")]
    clash, again = _order("G", 0, 99, deleted=False), _order("H", 0, 7, deleted=False)
    lines = [_line(key, 1, version, version + 1) for version in (0, 1) for key in "ABCDEF"]
    batch = [*early, *late, clash, again, again, *lines]
    sliced = _end([batch])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "SLICE", 10**6)
        assert _end([batch]) == sliced
    found = {row[0]: row[5] for row in sliced["orders"]}
    assert found == {**{key: 10 + at for at, key in enumerate("ABCDEF")}, "H": 7}
    assert {row[:2]: row[3] for row in sliced["order_line"]} == {(key, 1): 2 for key in "ABCDEF"}
