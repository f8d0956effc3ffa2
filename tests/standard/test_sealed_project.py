"""No plain phone reaches any file of a project; erasing a person leaves the books whole, also after a rebuild."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from linshu.app.domains import DOMAINS
from linshu.engine.intake import Intake
from linshu.engine.intake.erasing import Before, Person, forget, held
from linshu.engine.intake.forgetting import owned
from linshu.engine.intake.rebuild import rebuild
from linshu.engine.vault import KeyFile, Vault, find_plain_phones
from linshu.engine.warehouse import models
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Conflict
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


def people():
    return pa.table({"member_id": ["M1", "M2"], "nickname": ["小雨", "阿强"], "phone": PHONES[:2]})


def everything(intake):
    return {
        name: intake.warehouse.query(
            f"SELECT * EXCLUDE (landing_id, landing_row) FROM std.{name} ORDER BY ALL"
        ).to_pylist()
        for name in ("orders", "member")
    }


def test_whoever_is_erased_is_found_no_more_and_no_later_file_brings_them_back(intake):
    intake.land_rows("erp", {"orders": orders(), "member": people()})
    before = everything(intake)
    intake.sealer.destroy_all(["member:M1", "member:M1", "member:M9"])
    forget(intake, [Person("member", "M1")], by="boss", why="本人要求")
    gone = everything(intake)
    for name in gone:
        for row, old in zip(gone[name], before[name], strict=True):
            mine = row["member_id"] == "M1"
            for column, value in row.items():
                personal = column.startswith(("receiver_", "phone", "address")) or column in {"nickname", "remark"}
                assert value == old[column] or (mine and personal)
                assert not (mine and personal) or value in {None, "****", "x1::****"}
    assert not intake.warehouse.query(
        "SELECT 1 FROM std.orders WHERE receiver_phone_index = $1", [intake.sealer.index(PHONES[0])]
    ).num_rows
    # The same rows from another file, newer ones, and a rebuilt warehouse: nothing of it is known again.
    again = intake.land_rows("erp", {"orders": orders(), "member": people()})
    assert again.unchanged == 5
    newer = pa.table(
        {
            "member_id": ["M1"],
            "nickname": ["小雨"],
            "phone": [PHONES[0]],
            "updated_at": [datetime(2027, 1, 1, tzinfo=UTC)],
        }
    )
    intake.land_rows("other", {"member": newer})
    assert [row["nickname"] for row in everything(intake)["member"]] == [None, "阿强"]
    kept = everything(intake)
    rebuild(intake)
    assert everything(intake) == kept
    with pytest.raises(Conflict):
        intake.withdraw(
            intake.warehouse.query("SELECT landing_id FROM meta.landing WHERE form = 'erasure'")["landing_id"][
                0
            ].as_py()
        )
    first = intake.warehouse.query("SELECT min(landing_id) AS id FROM meta.landing")["id"][0].as_py()
    intake.withdraw(first)
    assert [row["nickname"] for row in everything(intake)["member"]] == [None, "阿强"]


def test_what_is_too_old_loses_its_receiver_and_keeps_its_amounts(intake):
    intake.land_rows("erp", {"orders": orders()})
    before = everything(intake)["orders"]
    day = NOON.date()
    forget(intake, [Before("orders", "placed_at", day)])
    assert everything(intake)["orders"] == before
    forget(intake, [Before("orders", "placed_at", day + timedelta(days=1))])
    rows = everything(intake)["orders"]
    assert {row["receiver_phone"] for row in rows} == {"x1::****"}
    assert [row["paid_fen"] for row in rows] == [1000, 2000, 3000]
    assert intake.land_rows("erp", {"orders": orders()}).unchanged == 3


def test_nothing_published_is_built_from_what_acts_lose_with_a_person():
    """Rows of what persons did are not marked as changed when their texts go: no stored model may read these."""
    lost = {
        column.column.name + ending
        for each in TABLES
        for column in owned(each)
        if column.kind != each.name
        for ending in ("", "_index", "_mask")
    }
    stored = [one for one in models.load(*(domain.models for domain in DOMAINS if domain.models)) if not one.is_view]
    found = [(one.name, word) for one in stored for word in re.findall(r"\w+", one.select) if word in lost]
    assert found == []


def contacts(day, *people):
    """Suppliers S0, S1, ... with their contacts, as a file tells them on a day."""
    names, phones = zip(*people, strict=True)
    ids, count = [f"S{at}" for at in range(len(people))], len(people)
    told = {"supplier_id": ids, "name": ["合作社"] * count, "contact_name": names, "contact_phone": phones}
    return {"supplier": pa.table({**told, "updated_at": [NOON + timedelta(day)] * count})}


def known(intake):
    """Who is known as each supplier's contact: name and number, opened."""
    query = "SELECT contact_name AS name, contact_phone AS token FROM std.supplier ORDER BY supplier_id"
    rows = intake.warehouse.query(query).to_pylist()
    reveal = intake.sealer.reveal
    return [(row["name"], row["token"] and reveal("supplier", "contact_phone", row["token"])) for row in rows]


def leave(intake, count):
    """The present contacts are erased, as the application does it."""
    whom = [Person("supplier", f"S{at}") for at in range(count)]
    intake.sealer.destroy_all([*(one.subject for one in whom), *held(intake, whom)])
    forget(intake, whom)


def test_the_next_contact_of_a_supplier_is_known_and_none_who_was_erased_comes_back(intake):
    before, li, wang = ("李四", PHONES[1]), ("李强", PHONES[0]), ("王五", PHONES[2])
    other_name, other_number, no_number = ("小李", PHONES[0]), ("李强", "15099998888"), ("周八", None)
    came = [li, before, other_name, other_number, no_number, wang]
    intake.land_rows("erp", contacts(0, *[before] * 6))
    intake.land_rows("erp", contacts(1, *[li] * 6))
    leave(intake, 6)
    assert known(intake) == [(None, "****")] * 6
    intake.land_rows("old", contacts(2, *came))
    assert known(intake) == [*[(None, "****")] * 4, (None, None), wang]
    # An old file of those erased, said anew: whoever is contact now stays known.
    intake.land_rows("old", contacts(3, *[wang] * 5, li))
    assert known(intake) == [wang] * 6
    everything = "SELECT * EXCLUDE (landing_id, landing_row) FROM std.supplier ORDER BY ALL"
    kept = intake.warehouse.query(everything).to_pylist()
    rebuild(intake)
    assert intake.warehouse.query(everything).to_pylist() == kept
    leave(intake, 6)
    intake.land_rows("old", contacts(4, wang, li, before, *[("赵六", "15099997777")] * 3))
    assert known(intake) == [*[(None, "****")] * 3, *[("赵六", "15099997777")] * 3]
