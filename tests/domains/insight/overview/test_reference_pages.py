"""The dictionary and the data standard as pages."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
from tests.domains.insight.overview.town import TownShop, gmv

from linshu.domains.insight.standard.page import found
from linshu.kernel.errors import Unavailable
from linshu.kernel.text import Text
from linshu.standard import TABLES
from linshu.standard.dictionary import entries

if TYPE_CHECKING:
    from linshu.engine.metrics import Result


def test_a_definition_shows_formula_unit_owner_clock_version_and_sql(client) -> None:
    page = client.get("/dictionary/refund_rate").text
    for shown in ("退款额 ÷ 成交额 GMV", "百分比", "退款", "v1", "fct_refunds", "DuckDB", "ClickHouse", "NULLIF"):
        assert shown in page
    assert "linshu metric refund_rate --from 2026-11-16 --to 2026-11-22" in page


def test_a_definition_tells_versions_use_and_lineage(client) -> None:
    page = client.get("/dictionary/stock_value").text
    assert "v2" in page
    assert "2026年11月26日" in page
    assert 'href="/overview"' in page
    assert 'href="/dictionary/gmv"' in client.get("/dictionary/refund_rate").text
    assert "最初的定义，至今未改。" in client.get("/dictionary/gmv").text


def test_a_sample_shows_thirty_days_or_says_why_not(client, browse, shop) -> None:
    page = client.get("/dictionary/gmv/sample").text
    chart = json.loads(page.partition('<script type="application/json">')[2].partition("</script>")[0])
    assert len(chart["labels"]) == 30
    assert chart["labels"][-1] == "11/22"
    assert chart["series"][0]["values"][-1] == gmv(date(2026, 11, 22), date(2026, 11, 22))
    assert "最近 30 天没有数据" in client.get("/dictionary/stock_value/sample").text
    broken = Broken(shop.company)
    assert "坏了" in browse(broken, "growth").get("/dictionary/gmv/sample").text


class Broken(TownShop):
    """A shop that cannot answer any more."""

    def query(self, *_: object, **__: object) -> Result:
        raise Unavailable(Text("坏了", "broken"))


def test_the_list_is_searched_and_says_when_nothing_is_found(client) -> None:
    assert "refund_rate" in client.get("/dictionary?q=退款率").text
    assert "refund_rate" in client.get("/dictionary?q=tkl").text
    assert "没有找到" in client.get("/dictionary?q=zzzz").text
    assert client.get("/dictionary/nothing").status_code == 404


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", '"><img src=x>', "' OR 1=1"])
def test_what_is_typed_is_only_ever_text(client, query: str) -> None:
    for path in ("/dictionary", "/standard"):
        page = client.get(path, params={"q": query}).text
        assert query not in page or query == "' OR 1=1"
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_table_shows_every_column_with_what_is_allowed(client) -> None:
    page = client.get("/standard/orders").text
    for shown in ("order_id", "主键", "待付款", "敏感", "order_line"):
        assert shown in page
    assert client.get("/standard/nothing").status_code == 404
    assert client.get("/standard/nothing/template.xlsx").status_code == 404


def test_a_template_is_an_excel_file_with_chinese_heads(client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get("/standard/orders/template.xlsx").content))
    heads = [cell.value for sheet in book for row in sheet.iter_rows(max_row=5) for cell in row if cell.value]
    assert any("订单" in str(head) for head in heads)
    book.close()


def test_tables_are_found_by_their_columns() -> None:
    def names(asked: str) -> set[str]:
        return {one.name for subject in found(entries("zh"), asked) for one in subject.tables}

    assert names("") == {one.name for one in TABLES}
    assert "orders" in names("收货电话")
    assert names("zzzz") == set()


def test_tables_are_found_by_pinyin_and_say_what_stands_in_them(client) -> None:
    page = client.get("/standard?q=dingdan").text
    assert "/standard/orders" in page
    assert "/standard/leader_tier" not in page
    assert "/standard/orders/template.xlsx" in page
    whole = client.get("/standard").text
    row = whole[whole.index('href="/standard/orders"') :]
    assert row.index(">132<") < row.index("</tr>")  # the orders of three weeks
    assert "订单" in client.get("/standard?q=dd").text
