"""What the tests of collection share: a company of four small tables, a sealer that can be looked through, a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.engine.intake import Intake
from linshu.engine.intake.layout import content
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.table import Check, Choice, Column, Kind, Privacy, Table
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def _column(name: str, kind: Kind = Kind.TEXT, **more: object) -> Column:
    return Column(name, kind, Text(f"{name}名", name.replace("_", " ")), Text("意思", "meaning"), **more)


ORDERS = Table(
    "orders",
    "sale",
    Text("订单", "Order"),
    Text("一笔订单", "An order"),
    ("order_id",),
    (
        _column("order_id", required=True),
        _column("member_id", references="member"),
        _column(
            "status",
            required=True,
            choices=(
                Choice("placed", Text("已下单", "Placed")),
                Choice("paid", Text("已付款", "Paid")),
                Choice("closed", Text("已完成", "Closed")),
            ),
        ),
        _column("placed_at", Kind.INSTANT),
        _column("placed_date", Kind.DATE),
        _column("goods_fen", Kind.FEN, required=True, minimum=0),
        _column("paid_fen", Kind.FEN, minimum=0, maximum=10_000_000),
        _column("is_test", Kind.BOOL),
        _column("receiver_phone", privacy=Privacy.SENSITIVE, subject="member_id"),
        _column("remark"),
    ),
    checks=(Check("paid_fits", "paid_fen <= goods_fen", Text("实付不能大于商品金额。", "Paid exceeds goods.")),),
)
ORDER_LINE = Table(
    "order_line",
    "sale",
    Text("订单行", "Order line"),
    Text("订单里的一种商品", "One SKU within an order"),
    ("order_id", "line_no"),
    (
        _column("order_id", required=True, references="orders"),
        _column("line_no", Kind.INT, required=True, minimum=1),
        _column("sku_id", required=True, references="sku"),
        _column("qty", Kind.QTY, required=True, minimum=1),
        _column("weight_gram", Kind.GRAM, minimum=0),
    ),
)
MEMBER = Table(
    "member",
    "people",
    Text("会员", "Member"),
    Text("下单的人", "A person who buys"),
    ("member_id",),
    (
        _column("member_id", required=True),
        _column("nickname"),
        _column("phone", privacy=Privacy.SENSITIVE, subject="member_id"),
    ),
)
TIER = Table(
    "tier",
    "people",
    Text("等级", "Tier"),
    Text("会员等级", "Tier of a member"),
    ("member_id", "valid_from"),
    (
        _column("member_id", required=True, references="member"),
        _column("tier", required=True),
        _column("valid_from", Kind.INSTANT, required=True),
        _column("valid_to", Kind.INSTANT),
    ),
    history=True,
    history_of=("member_id",),
)
COMPANY = (ORDERS, ORDER_LINE, MEMBER, TIER)
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


class GlassVault:
    """Seals so that a test can tell what was sealed, while no plain value stays readable."""

    def __init__(self) -> None:
        self.sealed: set[tuple[str, str, str, str]] = set()
        self.calls = 0

    def seal_column(
        self, table: str, column: str, subjects: pa.Array, values: pa.Array
    ) -> tuple[pa.Array, pa.Array, pa.Array]:
        """Token, index and mask of every value."""
        self.calls += len(values)
        tokens, indexes, masks = [], [], []
        for subject, value in zip(subjects.to_pylist(), values.to_pylist(), strict=True):
            if value is None:
                tokens.append(None), indexes.append(None), masks.append(None)
                continue
            self.sealed.add((table, column, subject, value))
            tokens.append(
                "sealed:" + blake2b(f"{table}|{column}|{subject}|{value}".encode(), digest_size=8).hexdigest()
            )
            indexes.append(self.index(value))
            masks.append(value[:3] + "****" + value[-4:])
        return pa.array(tokens, pa.string()), pa.array(indexes, pa.string()), pa.array(masks, pa.string())

    def index(self, value: str) -> str:
        """A digest in which no decimal number can be found."""
        return blake2b(value.encode(), digest_size=16).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop"))

    def is_erased(self, subject: str) -> bool:
        """Nobody was erased."""
        del subject
        return False


class Ticking:
    """A clock that moves by a second whenever it is read."""

    def __init__(self, start: datetime = NOON) -> None:
        self.time = start

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


def opened(
    folder: Path,
    tables: Sequence[Table] = COMPANY,
    *,
    sealer: object = None,
    path: str = "",
    cut_off: str = "24:00",
    **more: object,
) -> Intake:
    """An intake on a project folder; the warehouse lies in memory unless `path` says where."""
    warehouse = DuckWarehouse.open(path or ":memory:", threads=2)
    return Intake(
        folder / "landing",
        warehouse,
        sealer or GlassVault(),
        tables,
        company_day=CompanyDay.parse(cut_off),
        now=Ticking(),
        **more,
    )


def rows(intake: Intake, table: str, *columns: str, where: str = "NOT deleted") -> list[tuple[object, ...]]:
    """The rows of a standard table in order, or only some of their columns."""
    names = ", ".join(columns) or "*"
    found = intake.warehouse.query(f"SELECT {names} FROM std.{table} WHERE {where} ORDER BY ALL")
    return [tuple(row.values()) for row in found.to_pylist()]


def snapshot(intake: Intake) -> dict[str, list[tuple[object, ...]]]:
    """All that the standard tables and the open quarantine say, without the ids of batches."""
    made = {}
    for table in intake.tables.values():
        kept = (*table.key, *content(table), "source", "source_id", "updated_at", "deleted")
        made[table.name] = rows(intake, table.name, *kept, where="true")
    open_ = "table_name, key_text, code, column_name, original, status"
    found = intake.warehouse.query(f"SELECT {open_} FROM meta.quarantine WHERE status <> 'settled' ORDER BY ALL")
    made["quarantine"] = [tuple(row.values()) for row in found.to_pylist()]
    return made
