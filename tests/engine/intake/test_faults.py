"""Good rows among ten kinds of faults: the good come in, each bad one is explained, mended, and nothing is lost or double."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.engine.intake.files import FAULTS, GOOD, HEADER, bring, write
from tests.engine.intake.standin import GlassVault, opened, rows, snapshot

from linshu.connectors.files import open_file
from linshu.engine.intake import quarantine
from linshu.engine.intake.rebuild import rebuild

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.engine.intake import Intake


def planted() -> list[tuple[str, ...]]:
    """The faulty rows, with good ones in between."""
    made = list(GOOD)
    for at, (_, row, _) in enumerate(FAULTS):
        made.insert(2 * at, row)
    return made


def mend(intake: Intake, folder: Path, ending: str) -> Path:
    """Write the quarantine to a file and mend each row in it."""
    (sheet,) = intake.sheets()
    columns = sheet.rows.column_names
    cures = {(fault[0], fault[4], fault[12]): cure for _, fault, cure in FAULTS}
    made = []
    for row in sheet.rows.to_pylist():
        cure = cures[row["订单号"] or "", row["商品金额"] or "", row["修改时间"]]
        made.append([str((row | cure)[name] or "").replace("\n", " ") for name in columns])
    return write(folder / f"mended{ending}", made, columns)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_good_rows_come_in_bad_ones_are_explained_mended_and_replayed(tmp_path: Path, ending: str) -> None:
    intake = opened(tmp_path)
    receipt = bring(intake, write(tmp_path / f"orders{ending}", planted()))
    assert (receipt.rows_in, receipt.good, receipt.bad) == (len(GOOD) + len(FAULTS), len(GOOD), len(FAULTS))
    assert {row[0] for row in rows(intake, "orders", "order_id")} == {"A1", "A2", "B8"}
    problems = [row for row in intake.problems().to_pylist() if row["status"] == "open"]
    assert {row["code"] for row in problems} == {code for code, *_ in FAULTS}
    for row in problems:
        assert f"第 {row['landing_row'] + 1} 行" in row["zh"]
        assert f"row {row['landing_row'] + 1}" in row["en"]
        assert not row["original"] or row["code"] == "duplicate" or row["original"] in row["zh"]

    path = mend(intake, tmp_path, ending)
    (again,) = intake.replay(open_file(path))
    assert (again.good, again.bad) == (len(FAULTS), 0)
    assert intake.problems().num_rows == 0
    clean = opened(tmp_path / "clean")
    cured = [tuple(cure.get(name, value) for name, value in zip(HEADER, row, strict=True)) for _, row, cure in FAULTS]
    bring(clean, write(tmp_path / f"clean{ending}", [*GOOD, *cured]))
    told = ("order_id", "status", "goods_fen", "paid_fen", "receiver_phone_index", "receiver_phone_mask", "remark")
    assert rows(intake, "orders", *told) == rows(clean, "orders", *told)
    assert rows(intake, "order_line", "order_id", "line_no", "qty") == rows(
        clean, "order_line", "order_id", "line_no", "qty"
    )

    before = snapshot(intake)
    assert [each.already_known for each in intake.replay(open_file(path))] == [True]
    assert snapshot(intake) == before
    rebuild(intake)
    assert snapshot(intake) == before


def test_what_a_person_leaves_alone_stays_sealed_and_in_quarantine(tmp_path: Path) -> None:
    vault = GlassVault()
    intake = opened(tmp_path, sealer=vault, path=str(tmp_path / "w.duckdb"))
    bring(intake, write(tmp_path / "orders.csv", [FAULTS[0][1], FAULTS[2][1]]))
    (sheet,) = intake.sheets()
    assert [row["电话"] for row in sheet.rows.to_pylist()] == ["137****0001", "137****0003"]
    kept = [[*row.values()] for row in sheet.rows.to_pylist()]
    kept[0][sheet.rows.column_names.index("状态")] = "交易成功"
    path = write(tmp_path / "mended.xlsx", kept, sheet.rows.column_names)
    (receipt,) = intake.replay(open_file(path))
    assert receipt.rows_in == 1
    assert rows(intake, "orders", "receiver_phone_index") == [(vault.index("13700000001"),)]
    assert [row["key_text"] for row in intake.problems().to_pylist()] == ["B3/1", "B3"]
    assert not any("****" in value for *_, value in vault.sealed)


def test_a_broken_line_is_kept_with_its_number_and_filled_in_by_hand(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    path = write(tmp_path / "orders.csv", GOOD)
    text = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([*text[:2], 'B1,m1,"交易成功,2026\r\n', "B2,m1,13812345678\r\n", *text[2:]]), "utf-8")
    receipt = bring(intake, path)
    assert (receipt.rows_in, receipt.good, receipt.bad) == (len(GOOD) + 2, len(GOOD), 2)
    said = {row["landing_row"]: row["zh"] for row in intake.problems().to_pylist()}
    assert sorted(said) == [-4, -3]
    assert "第 3 行" in said[-3]
    assert "138****5678" in said[-4]
    (sheet,) = intake.sheets()
    filled = [[*row.values()] for row in sheet.rows.to_pylist()]
    filled[0][len(quarantine.NOTES) :] = FAULTS[0][1]
    filled[0][sheet.rows.column_names.index("状态")] = "交易成功"
    (again,) = intake.replay(open_file(write(tmp_path / "mended.xlsx", filled, sheet.rows.column_names)))
    assert (again.rows_in, again.good) == (1, 1)
    assert intake.problems().num_rows == 1
    assert ("B1",) in rows(intake, "orders", "order_id")


def test_row_numbers_count_broken_lines_too(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    path = write(tmp_path / "orders.csv", [GOOD[0], FAULTS[0][1]])
    text = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([*text[:2], "B2,m1\r\n", *text[2:]]), "utf-8")
    bring(intake, path)
    (said,) = [row for row in intake.problems().to_pylist() if row["code"] == "not_allowed"]
    assert "orders.csv 第 4 行“状态”列" in said["zh"]
    assert "最接近的是 交易成功（已完成）" in said["zh"]
    assert "the nearest is 交易成功 (Closed)" in said["en"]


def test_the_same_file_twice_changes_nothing_and_says_so(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    path = write(tmp_path / "orders.csv", planted())
    first = bring(intake, path)
    before = snapshot(intake)
    second = bring(intake, path)
    assert second.already_known
    assert second.landing_id == first.landing_id
    assert "没有任何改变" in second.summary.zh
    assert snapshot(intake) == before


def test_a_later_good_version_settles_the_problem(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    bring(intake, write(tmp_path / "orders.csv", [FAULTS[0][1]]))
    mended = [FAULTS[0][2].get(name, value) for name, value in zip(HEADER, FAULTS[0][1], strict=True)]
    bring(intake, write(tmp_path / "again.csv", [mended]))
    assert intake.problems().num_rows == 0
    assert intake.problems(settled=True).num_rows == 2


def test_rows_without_a_file_are_mended_in_the_standard_s_own_columns(tmp_path: Path) -> None:
    import pyarrow as pa

    vault = GlassVault()
    intake = opened(tmp_path, sealer=vault)
    intake.land_rows(
        "till",
        {
            "orders": pa.table(
                {"order_id": ["A"], "status": ["payed"], "goods_fen": [1250], "receiver_phone": ["13700000001"]}
            )
        },
    )
    (sheet,) = intake.sheets()
    assert sheet.name == "orders"
    row = sheet.rows.to_pylist()[0] | {"status": "paid"}
    (again,) = intake.replay(open_file(write(tmp_path / "mended.csv", [[*row.values()]], [*row])))
    assert (again.good, again.bad) == (1, 0)
    found = rows(intake, "orders", "order_id", "status", "goods_fen", "receiver_phone_index")
    assert found == [("A", "paid", 1250, vault.index("13700000001"))]
    assert intake.problems().num_rows == 0


def test_a_sheet_without_its_first_column_is_refused(tmp_path: Path) -> None:
    from linshu.kernel.errors import Invalid

    intake = opened(tmp_path)
    with pytest.raises(Invalid, match="行标识"):
        intake.replay(open_file(write(tmp_path / "orders.csv", GOOD)))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("-12.50", "-12.50"),
        ("+3", "+3"),
        ("-x", "'-x"),
        ("好", "好"),
        (None, None),
        ("", ""),
    ],
)
def test_exported_texts_are_no_formulas(value: str | None, shown: str | None) -> None:
    assert quarantine.escaped(value) == shown


@pytest.mark.parametrize("name", ["张三13812349999.csv", "13812349999.xlsx"])
def test_a_number_in_a_file_s_name_is_masked_before_it_is_kept(tmp_path: Path, name: str) -> None:
    intake = opened(tmp_path / "shop")
    receipt = bring(intake, write(tmp_path / name, planted()))
    assert receipt.bad
    assert b"13812349999" not in b"".join(
        path.read_bytes() for path in (tmp_path / "shop").rglob("*") if path.is_file()
    )
    (kept,) = intake.warehouse.query("SELECT file_name FROM meta.landing").to_pylist()
    assert kept["file_name"] == name.replace("13812349999", "138****9999")
    assert all("138****9999" in problem["zh"] for problem in intake.problems().to_pylist())


def test_what_is_no_data_is_left_aside_counted_and_listed(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    path = write(tmp_path / "orders.csv", [*GOOD, FAULTS[0][1]])
    blanks = "," * (len(HEADER) - 2)
    text = path.read_text("utf-8")
    path.write_text(f"三月报表,{blanks}\r\n\r\n{text}合计,12.00{blanks[1:]}\r\n制表：13812345678,{blanks}\r\n", "utf-8")
    receipt = bring(intake, path)
    assert (receipt.rows_in, receipt.good, receipt.bad, receipt.not_data) == (len(GOOD) + 1, len(GOOD), 1, 3)
    assert "另有 3 行不是数据" in receipt.summary.zh
    (problem,) = {row["zh"] for row in intake.problems().to_pylist() if row["code"] == "not_allowed"}
    assert f"第 {3 + len(GOOD) + 1} 行" in problem
    listed = intake.not_data().to_pylist()
    assert sorted((-row["landing_row"], row["code"], row["original"]) for row in listed) == [
        (1, "title", "三月报表"),
        (8, "total", "合计 | 12.00"),
        (9, "note", "制表：138****5678"),
    ]
    assert "第 8 行：这一行是合计，没有导入：合计 | 12.00" in next(
        row["zh"] for row in listed if row["code"] == "total"
    )
    assert all(row["code"] != "total" for row in intake.problems(settled=True).to_pylist())
    again = bring(intake, path)
    assert (again.already_known, again.not_data) == (True, 3)
    before = snapshot(intake)
    rebuild(intake)
    assert snapshot(intake) == before
