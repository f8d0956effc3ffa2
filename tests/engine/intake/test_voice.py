"""An order known from several sources is counted once: the best source is believed, in whatever order the files come."""

from __future__ import annotations

from itertools import islice, permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.intake.files import bring, mapping, write
from tests.engine.intake.standin import opened, rows

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.engine.intake.mapping import Mapping

HEADER = ("单", "行", "商品", "数量", "状态", "版本")


def by(source: str, rank: int) -> Mapping:
    return mapping(f"""
source: {source}
tables:
  orders:
    distinct: true
    rank: {rank}
    columns:
      order_id: 单
      status: {{constant: paid}}
      goods_fen: {{sum: {{of: 数量, per: [单]}}, unit: fen}}
      updated_at: 版本
  order_line:
    rank: {rank}
    complete: true
    columns:
      order_id: 单
      line_no: {{number: {{per: [单], by: [行]}}}}
      sku_id: 商品
      qty: 数量
      updated_at: 版本
""")


SHOP, WAREHOUSE, GUESS = by("shop", 20), by("warehouse", 10), by("guess", 5)


def at(minute: int) -> str:
    return f"2026-03-01 10:{minute:02d}:00"


def outcome(folder: Path, files: list[tuple[Mapping, list[tuple[str, ...]]]]) -> tuple[object, ...]:
    """The living rows after importing the files in this order."""
    intake = opened(folder)
    for number, (mapped, said) in enumerate(files):
        bring(intake, write(folder / f"{number}.csv", said, HEADER), mapped)
    orders = rows(intake, "orders", "order_id", "goods_fen", "source", "updated_at")
    return orders, rows(intake, "order_line", "order_id", "line_no", "sku_id", "qty", "source", "updated_at")


def lines(order: str, version: int, *goods: tuple[str, int]) -> list[tuple[str, ...]]:
    return [(order, str(place), sku, str(qty), "", at(version)) for place, (sku, qty) in enumerate(goods, 1)]


def test_the_better_source_is_believed_and_its_lines_alone_count(tmp_path: Path) -> None:
    shop = (SHOP, lines("A", 1, ("x", 2), ("y", 1)))
    warehouse = (WAREHOUSE, lines("A", 9, ("x", 1), ("x", 1), ("y", 1)) + lines("B", 3, ("z", 4)))
    guess = (GUESS, lines("A", 30, ("x，y", 3)) + lines("C", 1, ("q", 7)))
    for number, files in enumerate(islice(permutations((shop, warehouse, guess)), 0, None, 2)):
        (tmp_path / str(number)).mkdir()
        orders, said = outcome(tmp_path / str(number), list(files))
        assert [(each[0], each[1], each[2]) for each in orders] == [
            ("A", 3, "shop"), ("B", 4, "warehouse"), ("C", 7, "guess"),
        ]  # fmt: skip
        assert [each[:5] for each in said] == [
            ("A", 1, "x", 2, "shop"), ("A", 2, "y", 1, "shop"), ("B", 1, "z", 4, "warehouse"), ("C", 1, "q", 7, "guess"),
        ]  # fmt: skip


def test_what_the_newest_word_no_longer_names_is_gone(tmp_path: Path) -> None:
    old = (SHOP, lines("A", 1, ("x", 1), ("y", 1)))
    new = (SHOP, lines("A", 2, ("x", 2)))
    for number, files in enumerate(((old, new), (new, old), (old, new, old))):
        (tmp_path / str(number)).mkdir()
        _, said = outcome(tmp_path / str(number), list(files))
        assert [each[:4] for each in said] == [("A", 1, "x", 2)]


def test_a_join_is_counted(tmp_path: Path) -> None:
    intake = opened(tmp_path)
    bring(intake, write(tmp_path / "a.csv", lines("A", 1, ("x", 1)), HEADER), WAREHOUSE)
    receipt = bring(intake, write(tmp_path / "b.csv", lines("A", 2, ("x", 1)) + lines("B", 2, ("x", 1)), HEADER), SHOP)
    assert (receipt.by_table["orders"].joined, receipt.by_table["orders"].new) == (1, 1)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Mapping, list[tuple[str, ...]]]]:
    """A few exports of three sources about three orders, each order whole and of one version in each file."""
    files = []
    for _ in range(draw(st.integers(2, 4))):
        said = []
        for order in draw(st.sets(st.sampled_from("ABC"), min_size=1)):
            goods = draw(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(1, 3)), min_size=1, max_size=3))
            said += lines(order, draw(st.integers(0, 3)), *goods)
        files.append((draw(st.sampled_from((SHOP, WAREHOUSE, GUESS))), said))
    return files


@pytest.mark.slow
@settings(max_examples=6)
@given(files=histories(), shuffle=st.randoms(use_true_random=False))
def test_any_order_of_imports_ends_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    files: list[tuple[Mapping, list[tuple[str, ...]]]],
    shuffle: object,
) -> None:
    first = outcome(tmp_path_factory.mktemp("a"), files)
    mixed = list(files)
    shuffle.shuffle(mixed)
    second = outcome(tmp_path_factory.mktemp("b"), mixed)
    # Two exports of one version that differ are the source's own contradiction: only then may line sets differ.
    assert second[0] == first[0]
    known: dict[tuple[str, str, str], set[tuple[tuple[str, ...], ...]]] = {}
    for mapped, said in files:
        for order in {row[0] for row in said}:
            mine = tuple(row for row in said if row[0] == order)
            known.setdefault((mapped.source, order, mine[0][5]), set()).add(mine)
    if all(len(each) == 1 for each in known.values()):
        assert second[1] == first[1]
        for order_id, goods_fen, source, _ in first[0]:
            mine = [row for row in first[1] if row[0] == order_id]
            assert {row[4] for row in mine} == {source}
            assert sum(row[3] for row in mine) == goods_fen
