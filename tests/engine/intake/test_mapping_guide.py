"""The guide to mappings says all there is, and its example works."""

from __future__ import annotations

import re
from pathlib import Path

from tests.engine.intake.files import bring, write
from tests.engine.intake.standin import opened, rows

from linshu.engine.intake.expressions import _TESTS, EXPRESSIONS
from linshu.engine.intake.mapping import Mapping
from linshu.engine.intake.numbers import UNITS
from linshu.engine.intake.reading import _MODIFIERS, SYSTEM_COLUMN
from linshu.engine.intake.times import UNIX
from linshu.standard import TABLES

GUIDE = (Path(__file__).parents[3] / "docs/guides/mappings.md").read_text("utf-8")
CELLS = {
    "订单号": "A1", "买家账号": "m", "订单状态": "买家已付款，等待发货", "下单时间": "2026-03-01 10:00:00",
    "付款时间": "2026-03-01 10:01:00", "商品金额": "3.00", "店铺优惠": "", "实付": "3.00", "联系电话": "13800001234",
    "修改时间": "2026-03-01 10:01:00", "商品编码": "S1", "数量": "2", "单价": "1.50", "买家留言": "x",
}  # fmt: skip


def test_the_example_imports(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    by = Mapping.parse(text, "shop.yaml", {table.name: table for table in TABLES})
    intake = opened(tmp_path, TABLES)
    receipt = bring(intake, write(tmp_path / "a.csv", [tuple(CELLS.values())], tuple(CELLS)), by)
    assert (receipt.good, receipt.bad) == (1, 0)
    assert rows(intake, "orders", "member_id", "status", "paid_fen", "receiver_phone_mask") == [
        ("shop-m", "paid", 300, "138****1234")
    ]
    assert rows(intake, "order_line", "line_no", "goods_fen") == [(1, 300)]


def test_every_word_of_a_mapping_is_in_the_guide() -> None:
    units = [name for kind in UNITS.values() for name in kind if name.isascii()]
    words = [
        *EXPRESSIONS,
        *_TESTS,
        *_MODIFIERS,
        *SYSTEM_COLUMN,
        *UNIX,
        "all",
        "any",
        "not",
        "where",
        "distinct",
        "drop",
    ]
    assert [word for word in words if word not in GUIDE] == []
    assert [unit for unit in units if unit not in GUIDE] == []
