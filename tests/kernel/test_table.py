import pytest

from linshu.kernel.table import SYSTEM_COLUMNS, Column, Kind, Table
from linshu.kernel.text import Text

WORDS = Text("词", "word")
TABLE = Table(
    "orders", "sale", WORDS, WORDS, ("order_id",),
    (Column("order_id", Kind.TEXT, WORDS, WORDS), Column("paid_fen", Kind.FEN, WORDS, WORDS)),
)  # fmt: skip


def test_columns_are_found_by_name_in_declared_order():
    assert TABLE.names == ("order_id", "paid_fen")
    assert TABLE.column("paid_fen").kind is Kind.FEN


def test_an_unknown_column_is_a_key_error():
    with pytest.raises(KeyError, match="paid_yuan"):
        TABLE.column("paid_yuan")


def test_system_columns_never_collide_with_declared_ones():
    names = [name for name, _ in SYSTEM_COLUMNS]
    assert len(set(names)) == len(names) == 6
