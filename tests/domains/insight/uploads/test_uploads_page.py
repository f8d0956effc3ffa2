"""A file from dropped to imported, over a real project."""

from __future__ import annotations

import html
import io
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from tests.domains.insight.uploads.pinduoduo import faulty, order, workbook

from linshu.connectors.files import Source
from linshu.domains.insight.uploads.view import USES
from linshu.engine.intake import crash

if TYPE_CHECKING:
    from starlette.testclient import TestClient
    from tests.domains.insight.arrivals.conftest import Site

VAGUE = "流水,客户,何时,东西,一共\nX1,小雨,2026-03-01 10:00,苹果,12.00\nX2,阿明,2026-03-01 11:00,梨,8.00\n"


def token(client: TestClient) -> dict[str, str]:
    found = re.search(r'"X-CSRF-Token":"(\w+)"', client.get("/data/upload").text)
    assert found is not None
    return {"X-CSRF-Token": found[1], "HX-Request": "true"}


def sent(client: TestClient, name: str, body: bytes) -> str:
    headers = {**token(client), "content-type": "application/octet-stream", "accept": "application/json"}
    answer = client.post(f"/data/upload?name={quote(name)}", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["href"])


def said(client: TestClient, href: str, what: str, **fields: object) -> str:
    data = {"sheet": "0", "what": what, **fields}
    return client.post(f"{href}/ask", data=data, headers=token(client)).text


def imported(client: TestClient, href: str, **fields: str) -> str:
    answer = client.post(f"{href}/import", data=fields, headers=token(client))
    assert answer.status_code == 200, answer.text
    deadline = time.monotonic() + 60
    while client.get(f"{href}/progress").status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.05)
    return client.get(href).text


@pytest.mark.slow
def test_a_faulty_export_is_recognised_mended_and_imported(site: Site) -> None:
    client = site.browse()
    body = workbook(faulty())
    href = sent(client, "拼多多十月.xlsx", body)
    assert "正在看这个文件" in client.get(href).text
    look = client.get(f"{href}/look").text
    for shown in ("拼多多订单导出", "已签收了", "约30元", "导入 12 行，4 行先放隔离区", "标题、合计等", "五花肉 500g"):
        assert shown in look
    assert "13800000" not in look  # phones are masked
    assert (
        said(client, href, "values", column="订单状态", was="已签收了", now="已完成").count("已签收了”改成“已完成") == 1
    )
    assert "字或数" in said(client, href, "rule", column="商品总价(元)", how="replace", words="约 元")
    look = said(client, href, "cells", **{"cell:16:商品数量(件)": "1"})
    assert "导入 16 行" in look
    look = said(client, href, "drop", cell="16:商品数量(件)")
    assert "导入 15 行，1 行先放隔离区" in look
    done = imported(client, href)
    assert "拼多多十月.xlsx 已导入" in done
    assert "/overview?from=2026-10-01&amp;to=2026-10-09" in done
    assert "成交额" in done  # can be answered now
    batch = site.shop.batches(kind="file").rows[-1]
    assert batch["brought_by"] == "operator-1"
    assert batch["open_rows"] == 1
    assert f"/data/quarantine?batch={batch['landing_id']}" in done
    found = site.shop.warehouse.query("SELECT count(*) AS n, sum(paid_fen) AS fen FROM std.orders").to_pylist()[0]
    assert found["n"] == 16
    # What two columns of the standard read is said once, under the heading people see.
    late = [*order(1, 2)[:13], "昨天下午", *order(1, 2)[14:]]
    look = client.get(f"{sent(client, '时间.xlsx', workbook([late]))}/look").text
    assert look.count('class="wrong"') == 1
    assert "<b>订单成交时间</b>" in look
    # The same file again says so, and its page is there for whoever sent it alone.
    again = sent(client, "again.xlsx", body)
    assert "已经导入过" in client.get(f"{again}/look").text
    assert "以前导入过，没有任何改变" in imported(client, again)
    assert site.browse("finance", "李四").get(href).status_code == 404


@pytest.mark.slow
def test_what_nobody_knows_is_said_by_the_person_and_remembered(site: Site) -> None:
    client = site.browse()
    href = sent(client, "小摊.csv", VAGUE.encode())
    look = client.get(f"{href}/look").text
    assert "还读不了" in look
    assert "请在下面选它是哪张表" in look
    assert "linshu " not in look  # whoever has a browser only is sent to no command
    assert "disabled" in look
    meanings = {"meaning": ["订单编号", "会员", "下单时间", "商品名称", "实付金额"]}
    assert "不认识含义" in said(client, href, "columns", meaning=["天气", "会员", "下单时间", "商品名称", "实付金额"])
    look = said(client, href, "columns", **meanings)
    assert "导入 2 行" in look
    imported(client, href, learn="1", name="小摊")
    assert (site.shop.project.mappings / "小摊.yaml").exists()
    later = sent(client, "二月.csv", VAGUE.replace("X", "Z").encode())
    look = client.get(f"{later}/look").text
    assert "用学过的映射" in look
    assert client.post(f"{later}/drop", headers=token(client)).status_code == 200
    assert client.get(f"{later}/look").status_code == 404


@pytest.mark.slow
def test_what_the_file_does_not_tell_is_asked_for(site: Site) -> None:
    client = site.browse()
    chain = "接龙号,昵称,接龙内容,接龙时间\n1,小雨,苹果x2，梨 3斤,2026-03-01 10:00\n2,阿明,苹果+1,2026-03-01 10:05\n"
    href = sent(client, "接龙.csv", chain.encode())
    look = client.get(f"{href}/look").text
    assert "文件里没写的" in look
    look = said(client, href, "told", word="团", value="G8", free="苹果=3.5\n梨=4")
    assert "G8-1" in look
    assert "没有等号" in said(client, href, "told", word="团", value="G8", free="苹果")


@pytest.mark.slow
def test_what_is_no_table_or_too_large_is_refused_in_words(site: Site) -> None:
    client = site.browse()
    headers = {**token(client), "accept": "application/json"}
    answer = client.post("/data/upload?name=a.pdf", content=b"%PDF-1.7 x", headers=headers)
    assert answer.status_code == 422
    assert "PDF" in answer.json()["error"]["what"]
    site.shop.uploads.most_bytes = 10
    answer = client.post("/data/upload?name=a.csv", content=b"a,b\n1,2\n3,4\n", headers=headers)
    assert "太大" in answer.json()["error"]["what"]
    site.shop.uploads.most_bytes = 10**6
    assert client.post("/data/upload?name=a.csv", content=b"a,b\n1,2\n").status_code == 403  # no token
    book = sent(client, "x.xlsx", workbook([order(1, 1)]))
    assert said(client, book, "dance").count("note is-bad") == 1


def test_a_template_for_one_use_has_a_sheet_for_each_table(site: Site) -> None:
    client = site.browse()
    page = client.get("/data/upload").text
    for use in USES:
        assert f"/data/upload/template/{use.name}.xlsx" in page
    book = load_workbook(io.BytesIO(client.get("/data/upload/template/orders.xlsx").content))
    assert len(book.sheetnames) >= 3
    assert client.get("/data/upload/template/none.xlsx").status_code == 404


@pytest.mark.slow
def test_an_import_is_cancelled_and_begun_again(site: Site) -> None:
    client, seen = site.browse(), list[str]()
    href = sent(client, "拼多多冬.xlsx", workbook([order(number, 1, month="2025-12") for number in range(900, 903)]))
    before = site.shop.fingerprint()
    client.get(f"{href}/look")

    def enough(moment: str) -> None:
        if moment == "merge.table_merged" and not seen:
            running = client.get(href).text
            seen.append(running)
            client.post(f"{href}/cancel", headers=token(client))
            seen.append(client.get(f"{href}/progress").text)

    crash.listen(enough)
    try:
        page = imported(client, href)
    finally:
        crash.listen(None)
    assert "取消以后什么也不留下" in seen[0]
    assert "正在取消" in seen[1]
    assert "什么也没有留下" in page
    assert "同一个文件随时可以再导入" in page
    assert site.shop.fingerprint() == before
    assert "拼多多冬.xlsx 已导入" in imported(client, href)
    assert site.shop.fingerprint() != before


OTHER_WORDS = (
    "订单号,商品,商品总价(元),快递费,用户实付金额(元),商品数量(件),订单状态,订单成交时间,联系电话\n"
    "260901-77{0},苹果,30,6,36,1,已收货,2026-09-01 10:00:00,1390000000{0}\n"
)


@pytest.mark.slow
def test_a_column_of_a_known_layout_is_said_to_be_another_and_learned(site: Site) -> None:
    client = site.browse()
    href = sent(client, "多多九月.csv", OTHER_WORDS.format(1).encode())
    look = client.get(f"{href}/look").text
    assert "拼多多订单导出" in look
    was = [html.unescape(one) for one in re.findall(r'name="meaning"[^>]*?value="([^"]*)"', look)]
    heads = OTHER_WORDS.splitlines()[0].split(",")
    assert len(was) == len(heads)
    assert was[heads.index("快递费")] == "不用"
    (shipping,) = (html.unescape(one) for one in re.findall(r'<option value="(邮费\(元\)[^"]*)"', look))
    now = [shipping if one == "快递费" else word for one, word in zip(heads, was, strict=True)]
    look = said(client, href, "columns", meaning=now)
    assert "您说的" in look
    assert "记住这样读" in look
    assert "1390000" not in look
    assert "没有“订单号”这一列" in said(client, href, "columns", meaning=["不用", *now[1:]])  # the layout needs it
    said(client, href, "columns", meaning=now)
    assert "已导入" in imported(client, href, learn="1", name="多多快递")
    kept = (site.shop.project.mappings / "多多快递.yaml").read_text("utf-8")
    assert "called:\n  快递费: 邮费(元)\n" in kept
    answer = site.shop.import_bytes(source("十月.csv", OTHER_WORDS.format(2).encode()), yes=False)
    assert answer.meta["read_as"][0]["mapping"] == "多多快递"
    found = site.shop.warehouse.query(
        "SELECT shipping_fen, receiver_phone FROM std.orders WHERE order_id LIKE '260901-77%' ORDER BY order_id"
    ).to_pylist()
    assert [row["shipping_fen"] for row in found] == [600, 600]


def source(name: str, body: bytes) -> Source:
    return Source(name, len(body), lambda: io.BytesIO(body))
