"""The generated mapping of a table reads its own template: every column, in the units people write."""

from __future__ import annotations

import pytest
import yaml

from linshu.engine.intake.mapping import Mapping
from linshu.kernel.errors import Invalid
from linshu.standard import TABLES, table
from linshu.standard.filling import header
from linshu.standard.mapping import SOURCE, mapping_text
from linshu.standard.template import sheet_name

BY_NAME = {each.name: each for each in TABLES}


@pytest.mark.parametrize("declared", TABLES, ids=lambda each: each.name)
def test_the_mapping_reads_every_column_of_its_template(declared):
    mapping = Mapping.parse(mapping_text(declared), "template.yaml", BY_NAME)
    assert mapping.source == SOURCE
    assert mapping.file.sheet == sheet_name(declared)
    (only,) = mapping.tables
    assert tuple(only.columns) == declared.names
    mapping.check([header(column) for column in declared.columns])


def test_only_required_columns_must_be_in_the_file():
    declared = table("orders")
    mapping = Mapping.parse(mapping_text(declared), "template.yaml", BY_NAME)
    required = [header(column) for column in declared.columns if column.required]
    mapping.check(required)
    with pytest.raises(Invalid, match="订单编号"):
        mapping.check(required[1:])


def test_money_is_read_in_yuan_and_rates_in_percent():
    columns = yaml.safe_load(mapping_text(table("orders")))["tables"]["orders"]["columns"]
    assert columns["paid_fen"] == {"column": "实付金额（元）*", "unit": "yuan"}
    assert columns["order_id"] == "订单编号*"
    assert columns["remark"] == "备注?"
    rates = yaml.safe_load(mapping_text(table("sku")))["tables"]["sku"]["columns"]
    assert rates["tax_rate_ppm"] == {"column": "税率（%）?", "unit": "percent"}


def test_a_csv_mapping_names_no_sheet():
    mapping = Mapping.parse(mapping_text(table("sku"), sheet=False, source="erp"), "sku.yaml", BY_NAME)
    assert (mapping.file.kind, mapping.file.sheet, mapping.source) == ("csv", "", "erp")
