"""Rows that carry the standard's columns come in, are judged and merged."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from tests.engine.intake.standin import GlassVault, opened, rows, snapshot

from linshu.engine.intake import landing, merging
from linshu.engine.intake.ports import unwatched
from linshu.kernel.errors import Invalid, Missing, Misused, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def orders(*given: tuple[str, str, int], at: datetime = DAY) -> pa.Table:
    """Orders of (id, status, goods)."""
    ids, status, goods = zip(*given, strict=True)
    return pa.table({"order_id": ids, "status": status, "goods_fen": goods, "updated_at": [at] * len(ids)})


def lines(*given: tuple[str, int, int]) -> pa.Table:
    """Order lines of (order, line, qty)."""
    ids, number, qty = zip(*given, strict=True)
    return pa.table(
        {"order_id": ids, "line_no": number, "qty": qty, "sku_id": ["S"] * len(ids), "updated_at": [DAY] * len(ids)}
    )


def test_good_rows_are_merged_and_counted(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    receipt = intake.land_rows(
        "till", {"orders": orders(("A", "paid", 100), ("B", "placed", 5)), "order_line": lines(("A", 1, 2))}
    )
    assert (receipt.rows_in, receipt.good, receipt.bad, receipt.waiting) == (3, 3, 0, 0)
    assert rows(intake, "orders", "order_id", "goods_fen", "source", "source_id", "landing_row") == [
        ("A", 100, "till", "A", 1),
        ("B", 5, "till", "B", 2),
    ]
    assert rows(intake, "order_line", "source_id", "landing_id") == [("A/1", receipt.landing_id)]


def test_the_same_rows_again_change_nothing(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    first = intake.land_rows("till", {"orders": orders(("A", "paid", 100))})
    second = intake.land_rows("till", {"orders": orders(("A", "paid", 100))})
    assert second.unchanged == 1
    assert rows(intake, "orders", "landing_id") == [(first.landing_id,)]


def test_the_newer_version_wins_whatever_comes_first(tmp_path: Path) -> None:
    old, new = orders(("A", "placed", 100)), orders(("A", "paid", 100), at=datetime(2026, 3, 2, tzinfo=UTC))
    ends = []
    for order in ((old, new), (new, old)):
        intake = opened(tmp_path / str(len(ends)))
        for each in order:
            intake.land_rows("till", {"orders": each})
        ends.append(snapshot(intake))
    assert ends[0] == ends[1]
    assert ends[0]["orders"][0][2] == "paid"


def test_bad_rows_are_explained_and_good_ones_pass(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    receipt = intake.land_rows("till", {"orders": orders(("A", "payed", 100), ("B", "paid", -1), ("C", "paid", 7))})
    assert (receipt.good, receipt.bad) == (1, 2)
    found = intake.warehouse.query(
        "SELECT code, column_name, original, zh, en FROM meta.quarantine ORDER BY landing_row"
    ).to_pylist()
    assert [(each["code"], each["column_name"], each["original"]) for each in found] == [
        ("not_allowed", "status", "payed"),
        ("out_of_range", "goods_fen", "-1"),
    ]
    assert "paid（已付款）" in found[0]["zh"]
    assert "till row 2: “-1” is below 0" in found[1]["en"]


def test_a_line_without_its_order_waits_and_comes_in_by_itself(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    first = intake.land_rows("till", {"order_line": lines(("A", 1, 2), ("B", 1, 1))})
    assert (first.good, first.bad, first.waiting) == (0, 0, 2)
    intake.land_rows("till", {"orders": orders(("A", "paid", 100))})
    assert rows(intake, "order_line", "order_id", "landing_id") == [("A", first.landing_id)]
    status = intake.warehouse.query("SELECT key_text, status FROM meta.quarantine ORDER BY ALL").to_pylist()
    assert status == [{"key_text": "A/1", "status": "settled"}, {"key_text": "B/1", "status": "waiting"}]


def test_differing_rows_with_one_key_in_one_batch_are_a_problem(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    receipt = intake.land_rows(
        "till", {"orders": orders(("A", "paid", 1), ("A", "paid", 2), ("B", "paid", 3), ("B", "paid", 3))}
    )
    assert (receipt.good, receipt.bad) == (2, 2)
    assert receipt.by_table["orders"].repeated == 1
    assert rows(intake, "orders", "order_id") == [("B",)]


def test_a_deleted_row_stays_as_a_tombstone_and_newer_rows_bring_it_back(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    intake.land_rows("till", {"orders": orders(("A", "paid", 100))})
    gone = pa.table({"order_id": ["A"], "deleted": [True], "updated_at": [datetime(2026, 3, 2, tzinfo=UTC)]})
    receipt = intake.land_rows("till", {"orders": gone})
    assert (receipt.good, receipt.bad) == (1, 0)
    assert rows(intake, "orders", "order_id", "goods_fen", where="deleted") == [("A", 100)]
    intake.land_rows("till", {"orders": orders(("A", "paid", 90), at=datetime(2026, 3, 3, tzinfo=UTC))})
    assert rows(intake, "orders", "order_id", "goods_fen") == [("A", 90)]


def test_company_days_follow_the_cut_off(tmp_path: Path) -> None:
    intake = opened(tmp_path, cut_off="23:00")
    at = [datetime(2026, 3, 1, 14, 59, 59, tzinfo=UTC), datetime(2026, 3, 1, 15, tzinfo=UTC)]
    table = orders(("A", "paid", 1), ("B", "paid", 1)).append_column("placed_at", pa.array(at))
    intake.land_rows("till", {"orders": table})
    assert rows(intake, "orders", "placed_date") == [(date(2026, 3, 1),), (date(2026, 3, 2),)]


def test_a_later_version_ends_the_one_before_in_any_order(tmp_path: Path) -> None:
    def tier(name: str, month: int, *, deleted: bool = False) -> pa.Table:
        since = datetime(2026, month, 1, tzinfo=UTC)
        at = datetime(2026, 9 if deleted else month, 1, tzinfo=UTC)
        return pa.table(
            {"member_id": ["M"], "tier": [name], "valid_from": [since], "updated_at": [at], "deleted": [deleted]}
        )

    batches = (tier("gold", 3), tier("iron", 1), tier("silver", 2))
    ends = []
    for order in (batches, batches[::-1], batches[1:] + batches[:1]):
        intake = opened(tmp_path / str(len(ends)))
        for each in order:
            intake.land_rows("till", {"tier": each})
        ends.append(rows(intake, "tier", "tier", "valid_to"))
        intake.land_rows("till", {"tier": tier("silver", 2, deleted=True)})
        assert rows(intake, "tier", "tier", "valid_to") == [("gold", None), ("iron", datetime(2026, 3, 1, tzinfo=UTC))]
    assert (
        ends[0]
        == ends[1]
        == ends[2]
        == [
            ("gold", None),
            ("iron", datetime(2026, 2, 1, tzinfo=UTC)),
            ("silver", datetime(2026, 3, 1, tzinfo=UTC)),
        ]
    )


def test_nothing_readable_is_written(tmp_path: Path) -> None:
    vault = GlassVault()
    intake = opened(tmp_path, sealer=vault, path=str(tmp_path / "w.duckdb"))
    table = orders(("A", "paid", 1), ("B", "paid", 2), ("C", "paid", 2))
    table = table.append_column("member_id", pa.array(["13900005678", "M2", None]))
    table = table.append_column("receiver_phone", pa.array(["13800001234", "13800001234", None]))
    table = table.append_column("remark", pa.array(["请打 138 0000 1234，或者13911112222,13911113333", None, "好"]))
    intake.land_rows("till", {"orders": table})
    found = [row[1:] for row in rows(intake, "orders", "order_id", "member_id", "receiver_phone_mask", "remark")]
    assert found[0][1:] == ("138****1234", "请打 138****1234，或者139****2222,139****3333")
    assert str(found[0][0]).startswith("p-")
    assert {subject for *_, subject, _ in vault.sealed} == {f"member:{found[0][0]}", "member:M2"}
    intake.warehouse.close()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [number for number in (b"13800001234", b"13911112222", b"13900005678") if number in content]


def test_rows_may_come_mixed_and_in_pieces(tmp_path: Path) -> None:
    intake = opened(tmp_path, part_rows=2)
    stream = (
        (name, chunk)
        for name, chunk in [
            ("order_line", lines(("A", 1, 1))),
            ("orders", orders(("A", "paid", 1))),
            ("orders", orders(("B", "paid", 1), ("C", "paid", 1))),
            ("orders", orders(("D", "paid", 1))),
        ]
    )
    receipt = intake.land_rows("till", stream)
    assert receipt.good == 5
    assert rows(intake, "orders", "order_id", "landing_row") == [("A", 1), ("B", 2), ("C", 3), ("D", 4)]
    names = sorted(path.name for path in (tmp_path / "landing" / receipt.landing_id).iterdir())
    assert names == ["order_line-0001.parquet", "orders-0001.parquet", "orders-0002.parquet"]


def test_what_many_tables_hold_together_is_bounded(tmp_path: Path) -> None:
    """No table of the stream fills a part, and yet no more rows are held than those of four parts."""
    intake = opened(tmp_path, part_rows=5)
    stream = [
        (name, made)
        for at in range(6)
        for name, made in (
            ("orders", orders(*((f"{at}{row}", "paid", 1) for row in range(3)))),
            ("order_line", lines((f"{at}0", 1, 1))),
        )
    ]
    landing_id = intake.land("till", stream * 3)
    parts = sorted((tmp_path / "landing" / landing_id).glob("*.parquet"))
    assert len(parts) > 6
    intake.resume()
    assert intake.warehouse.query("SELECT count(*) AS rows FROM std.orders")["rows"].to_pylist() == [18]
    assert intake.warehouse.query("SELECT count(*) AS rows FROM std.order_line")["rows"].to_pylist() == [6]


def test_batches_may_land_first_and_be_merged_later(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    first = intake.land("till", {"orders": orders(("A", "placed", 1))}, mark="first")
    second = intake.land("till", {"orders": orders(("A", "paid", 2), ("B", "paid", 1))}, mark="second")
    assert rows(intake, "orders", "order_id") == []
    assert [receipt.landing_id for receipt in intake.resume()] == [first, second]
    assert rows(intake, "orders", "order_id", "status") == [("A", "paid"), ("B", "paid")]
    assert intake.land_rows("till", {"orders": orders(("C", "paid", 1))}, mark="second").already_known


def test_a_batch_is_merged_once_however_often_it_is_asked_for(tmp_path: Path) -> None:
    """As by two processes that find the same batch waiting."""
    intake = opened(tmp_path)
    one = intake.land_rows("till", {"orders": orders(("A", "paid", 1), ("B", "odd", 1))})
    before, bad = snapshot(intake), intake.problems().num_rows
    again = merging.merge(intake.warehouse, tmp_path / "landing", intake.tables, one.landing_id, DAY, unwatched)
    assert again.already_known
    assert (snapshot(intake), intake.problems().num_rows) == (before, bad)
    assert intake.warehouse.query("SELECT count(*) AS n FROM meta.landing")["n"].to_pylist() == [1]


def test_a_source_that_moves_a_row_to_another_key_leaves_one(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    intake.land_rows("till", {"orders": orders(("A", "paid", 1)).append_column("source_id", pa.array(["7"]))})
    moved = orders(("B", "paid", 1), at=datetime(2026, 3, 2, tzinfo=UTC)).append_column("source_id", pa.array(["7"]))
    intake.land_rows("till", {"orders": moved})
    assert rows(intake, "orders", "order_id", "source_id") == [("B", "7")]
    assert rows(intake, "orders", "order_id", where="deleted") == [("A",)]


def test_unknown_tables_and_columns_are_named(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    with pytest.raises(Missing, match="order"):
        intake.land_rows("till", {"oders": orders(("A", "paid", 1))})
    with pytest.raises(Misused, match="goods_fen"):
        intake.land_rows("till", {"orders": pa.table({"order_id": ["A"], "good_fen": [1]})})
    assert not list((tmp_path / "landing").iterdir())


def test_a_batch_that_cannot_be_merged_does_not_stand_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise error

    intake = opened(tmp_path)
    for error, kept in ((Invalid(Text("坏", "bad")), 0), (Unavailable(Text("盘满", "disk full")), 1)):
        with monkeypatch.context() as patched, pytest.raises(type(error)):
            patched.setattr("linshu.engine.intake.merging.merge_table", broken)
            intake.land_rows("till", {"orders": orders(("A", "paid", 100))})
        assert len(list((tmp_path / "landing").iterdir())) == kept
    assert [receipt.good for receipt in intake.resume()] == [1]
    assert intake.resume() == ()


def test_the_landing_folder_is_looked_into_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    intake, looked = opened(tmp_path), list[object]()
    whole = landing.landed
    monkeypatch.setattr(landing, "landed", lambda root: looked.append(root) or whole(root))
    for number in range(3):
        intake.land_rows("till", {"orders": orders((f"A{number}", "paid", 1))}, mark=f"m{number}")
        left = intake.land("till", {"orders": orders((f"B{number}", "paid", 1))})
        assert [one.landing_id for one in intake.resume()] == [left]
    assert len(looked) <= 2  # for what was left over, and for the newest id
    with pytest.raises(RuntimeError), intake.writing(intake.label("till", "rows")):
        raise RuntimeError
    assert intake.resume() == ()
    assert len(rows(intake, "orders", "order_id")) == 6
