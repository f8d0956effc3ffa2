"""Rows put aside are mended in bulk by a rule: shown first, then done; kept and used again; nothing else is touched."""

from __future__ import annotations

import json

import pytest

from linshu.app.cli import run
from linshu.app.local import LocalShop

MAPPING = """
source: erp
tables:
  sku:
    columns:
      sku_id: 编码
      name: 品名
      base_unit: {constant: gram}
      nominal_gram: {column: 重量, unit: gram, default: 0}
"""
ROWS = [
    ("A1", "草莓", "500"), ("A2", "土豆", "3斤"), ("A3", "白菜", "半斤"), ("A4", "西瓜", "一个大的"), ("A5", "葱", "2两"),
]  # fmt: skip


@pytest.fixture
def stuck(project, tmp_path):
    """A list of goods of which some say their weight in the units of the market."""
    project.mappings.mkdir(exist_ok=True)
    (project.mappings / "goods.yaml").write_text(MAPPING, "utf-8")
    file = tmp_path / "goods.csv"
    file.write_text("编码,品名,重量\n" + "\n".join(map(",".join, ROWS)), "utf-8")
    with LocalShop.open(project) as shop:
        assert shop.import_file(file, "goods").meta["batches"][0]["bad"] == 4
    return project


def weights(shop) -> dict[str, int]:
    rows = shop.warehouse.query("SELECT sku_id, nominal_gram FROM std.sku").to_pylist()
    return {row["sku_id"]: row["nominal_gram"] for row in rows}


JIN = {"column": "重量", "units": {"斤": 500, "两": 50}}


def test_shown_first_then_done(stuck):
    with LocalShop.open(stuck) as shop:
        shown = shop.repair(JIN)
        assert [(row["before"], row["after"]) for row in shown.rows] == [
            ("3斤", "1500"),
            ("半斤", "250"),
            ("2两", "100"),
        ]
        assert weights(shop) == {"A1": 500}
        done = shop.repair(JIN, apply=True)
        assert (done.meta["rows_mended"], done.meta["applied"]) == (3, True)
        assert weights(shop) == {"A1": 500, "A2": 1500, "A3": 250, "A5": 100}
        assert [row["original"] for row in shop.quarantine().rows if row["status"] == "open"] == ["一个大的"]
        assert shop.repair(JIN, apply=True).meta["changes"] == 0


def test_the_column_may_be_named_as_the_standard_does(stuck):
    with LocalShop.open(stuck) as shop:
        assert shop.repair({**JIN, "column": "nominal_gram"}).meta["changes"] == 3
        assert shop.repair({**JIN, "column": "品名"}).meta["changes"] == 0


def test_a_rule_is_kept_and_used_again(stuck, capsys):
    where = ["--project", str(stuck.folder), "--json"]
    words = ["quarantine", "repair", "--column", "重量", "--unit", "斤=500", "--unit", "两=50", "--save", "jin"]
    assert run([*words, *where]) == 0
    assert (stuck.mappings / "repairs" / "jin.yaml").exists()
    capsys.readouterr()
    assert run(["quarantine", "repair", "--apply", *where]) == 0
    assert json.loads(capsys.readouterr().out)["meta"]["changes"] == 3
    assert run(["quarantine", "repair", "jim", *where]) == 1 + 1
    assert run(["quarantine", "repair", "--column", "重量", "--unit", "斤", *where]) == 1 + 1
