"""A small company in files: its channel, group, leader, members, goods and three days of orders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from linshu.app.project import Project

Sampled = Callable[[Path], Project]  # puts a copy of the company's project into a folder

ORDERS = """\
order_id,channel_id,member_id,community_id,status,placed_at,paid_at,goods_fen,discount_platform_fen,paid_fen,receiver_phone
O1,C1,M1,G1,paid,2026-10-01 09:00:00+08:00,2026-10-01 09:01:00+08:00,3000,100,2900,13812345678
O2,C1,M2,G1,paid,2026-10-01 23:30:00+08:00,2026-10-01 23:31:00+08:00,1500,0,1500,13912345678
O3,C1,M1,G1,paid,2026-10-02 10:00:00+08:00,2026-10-02 10:00:30+08:00,2000,0,2000,13812345678
O4,C1,M2,G1,placed,2026-10-03 10:00:00+08:00,,999,0,999,13912345678
"""
LINES = """\
order_id,line_no,sku_id,qty,unit_price_fen,goods_fen,discount_platform_fen,paid_fen,cost_fen
O1,1,S1,2,1000,2000,100,1900,1200
O1,2,S2,1,1000,1000,0,1000,700
O2,1,S1,1,1500,1500,0,1500,600
O3,1,S2,2,1000,2000,0,2000,1400
O4,1,S1,1,999,999,0,999,600
"""


def write_files(folder: Path) -> tuple[Path, Path]:
    """The files of orders and lines, under the standard's own column names."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "orders.csv").write_text(ORDERS, "utf-8")
    (folder / "order_line.csv").write_text(LINES, "utf-8")
    return folder / "orders.csv", folder / "order_line.csv"


def things() -> list[tuple[str, pa.Table]]:
    """What the orders refer to."""
    return [
        ("channel", pa.table({"channel_id": ["C1"], "name": ["小程序"], "kind": ["mini_program"]})),
        ("member", pa.table({"member_id": ["M1", "M2"], "nickname": ["甲", "乙"]})),
        ("sku", pa.table({"sku_id": ["S1", "S2"], "name": ["苹果", "白菜"], "base_unit": ["piece", "piece"]})),
        ("community", pa.table({"community_id": ["G1"], "name": ["一群"], "status": ["active"]})),
    ]
