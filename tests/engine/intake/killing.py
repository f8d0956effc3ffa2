"""An import that a test kills: a file with faults, rows without a file, a mended sheet; run as a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
from tests.engine.intake.files import FAULTS, GOOD, bring, write
from tests.engine.intake.standin import NOON, Ticking, opened

from linshu.connectors.files import open_file

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from linshu.engine.intake import Intake

MANY = 400


def prepare(folder: Path) -> None:
    """The files that are going to be imported."""
    many = [(f"M{at}", *GOOD[0][1:6], f"137{at:08d}", "", "1", "S1", "1", "", GOOD[0][-1]) for at in range(MANY)]
    write(folder / "orders.csv", [*GOOD, *(row for _, row, _ in FAULTS), *many])
    write(folder / "lines.csv", [row for _, row, _ in FAULTS[:3]])


def scenario(intake: Intake, folder: Path) -> None:
    """All imports, one after the other; each may have been done before."""
    intake.resume()
    lines = {
        "order_id": ["X1", "X1"],
        "line_no": [1, 2],
        "qty": [1, 0],
        "sku_id": ["S", "S"],
        "updated_at": [NOON, NOON],
    }
    orders = {"order_id": ["X1"], "status": ["paid"], "goods_fen": [5], "updated_at": [NOON]}
    intake.land_rows("till", {"order_line": pa.table(lines)}, mark="lines")
    bring(intake, folder / "orders.csv")
    for sheet in intake.sheets():
        if "状态" in sheet.rows.column_names:
            intake.replay(open_file(_mended(folder, sheet.rows)))
    intake.land_rows("till", {"orders": pa.table(orders)}, mark="orders")


def _mended(folder: Path, rows: pa.Table) -> Path:
    cures = {fault[0]: cure for code, fault, cure in FAULTS if code in ("not_allowed", "decimals")}
    made = [
        [str(row[name] or "").replace("\n", " ") for name in rows.column_names]
        for each in rows.to_pylist()
        if (row := each | cures.get(each["订单号"] or "?", {}))
    ]
    return write(folder / "mended.xlsx", made, rows.column_names)


def main(folder: Path, told: Connection) -> None:
    """Import everything in the folder; tells when it begins."""
    intake = opened(folder, path=str(folder / "w.duckdb"), part_rows=100)
    intake._now = Ticking(datetime.now(UTC))
    told.send("ready")
    scenario(intake, folder)
    intake.warehouse.close()
