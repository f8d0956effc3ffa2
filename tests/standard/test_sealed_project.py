"""No plain phone reaches any file of a project; erasing a person leaves the books whole, also after a rebuild."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from linshu.engine.intake import Intake
from linshu.engine.vault import KeyFile, Vault, find_plain_phones
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.standard import TABLES, table
from linshu.standard.privacy import subject_of

KEY = KeyFile.fresh()
PHONES = ["13812345678", "+86 139-1234-5678", "15011112222"]
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


@pytest.fixture
def intake(tmp_path):
    with Vault.open(tmp_path / "data" / "vault", KEY) as vault:
        warehouse = DuckWarehouse.open(str(tmp_path / "data" / "warehouse.duckdb"), threads=1)
        yield Intake(tmp_path / "data" / "landing", warehouse, vault, TABLES)
        warehouse.close()


def orders():
    return pa.table(
        {
            "order_id": ["O1", "O2", "O3"],
            "member_id": ["M1", "M2", PHONES[2]],
            "status": ["paid"] * 3,
            "placed_at": [NOON] * 3,
            "paid_at": [NOON] * 3,
            "goods_fen": [1000, 2000, 3000],
            "paid_fen": [1000, 2000, 3000],
            "receiver_name": ["王芳", "李雷", "赵勇"],
            "receiver_phone": PHONES,
            "receiver_address": ["武汉市武昌区东湖花园 3 栋 502"] * 3,
            "remark": [f"到了请打 {PHONES[0]}", None, "放门口"],
            "source_id": ["1", "2", PHONES[2]],
        }
    )


def stored(intake):
    query = "SELECT order_id, member_id, receiver_phone, receiver_phone_index, receiver_phone_mask, paid_fen FROM std.orders"
    return {row["order_id"]: row for row in intake.warehouse.query(query + " ORDER BY order_id").to_pylist()}


def test_no_plain_phone_lies_in_any_file(tmp_path, intake):
    receipt = intake.land_rows("erp", {"orders": orders()})
    assert (receipt.good, receipt.bad) == (3, 0)
    assert find_plain_phones(tmp_path) == []
    assert [row["receiver_phone_mask"] for row in stored(intake).values()] == [
        "138****5678",
        "139****5678",
        "150****2222",
    ]


def test_the_same_rows_again_change_nothing(intake):
    intake.land_rows("erp", {"orders": orders()})
    assert intake.land_rows("erp", {"orders": orders()}).unchanged == 3


def test_a_phone_is_found_by_its_index_however_it_is_typed(intake):
    intake.land_rows("erp", {"orders": orders()})
    query = "SELECT order_id FROM std.orders WHERE receiver_phone_index = $1"
    assert intake.warehouse.query(query, [intake.sealer.index("13912345678")])["order_id"].to_pylist() == ["O2"]


def test_erasing_a_person_leaves_the_amounts_and_hides_the_rest(intake):
    intake.land_rows("erp", {"orders": orders()})
    column = table("orders").column("receiver_phone")
    rows = stored(intake)
    assert intake.sealer.reveal("orders", "receiver_phone", rows["O1"]["receiver_phone"]) == PHONES[0]
    assert intake.sealer.destroy(subject_of(table("orders"), column, "M1"))
    for each in ("O1", "O2"):
        shown = intake.sealer.reveal("orders", "receiver_phone", rows[each]["receiver_phone"])
        assert shown == ("138****5678" if each == "O1" else PHONES[1])
    assert [row["paid_fen"] for row in stored(intake).values()] == [1000, 2000, 3000]


def test_a_member_told_by_phone_is_told_by_a_token(intake):
    intake.land_rows("erp", {"orders": orders()})
    member = stored(intake)["O3"]["member_id"]
    assert PHONES[2] not in member
    assert intake.sealer.index(PHONES[2]).startswith(member.partition("-")[2])
