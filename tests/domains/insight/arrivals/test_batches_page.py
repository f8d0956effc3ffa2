"""The list of batches and one batch, over a project with real imports."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from linshu.engine.access.scope import Scope
from linshu.engine.intake import crash
from linshu.kernel.errors import Misused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.testclient import TestClient
    from tests.domains.insight.arrivals.conftest import Site

ORDERS = (
    "order_id,status,placed_at,goods_fen,discount_platform_fen,paid_fen\n"
    "O1,paid,2026-10-01 09:00:00+08:00,3000,100,2900\n"
    "O2,paid,2026-10-01 10:00:00+08:00,minus,0,1500\n"
    "合计,,,,,\n"
)
LINES = "order_id,line_no,sku_id,qty,goods_fen,paid_fen\nO9,1,S1,1,100,100\n"


def brought(site: Site, folder: Path, name: str, text: str, by: str = "") -> str:
    file = folder / name
    file.write_text(text, "utf-8")
    answer = site.shop.bringing.import_file(file, by=by)
    return str(answer.meta["batches"][0]["landing_id"])


@pytest.mark.slow
def test_who_brought_what_and_what_became_of_it(site: Site, tmp_path: Path) -> None:
    client = site.browse()
    assert "还没有导入过数据" in client.get("/data/batches").text
    assert "还没有数据" in client.get("/data").text
    orders = brought(site, tmp_path, "十月订单.csv", ORDERS, "operator-1")
    lines = brought(site, tmp_path, "十月明细.csv", LINES)
    page = client.get("/data/batches").text
    assert page.index("十月明细.csv") < page.index("十月订单.csv")  # newest first
    assert "王芳" in page
    assert "本机命令" in page
    assert f"/data/quarantine?batch={orders}" in page
    one = client.get(f"/data/batches/{orders}").text
    for shown in ("王芳", "minus", "不是数据、没有导入的行", "合计", "编码 UTF-8"):
        assert shown in one
    assert "1 个批次有要处理的行" in client.get("/data").text
    assert "等待" in client.get(f"/data/batches/{lines}?lang=zh").text
    assert client.get("/data/batches/none").status_code == 404
    english = client.get("/data/batches?lang=en").text
    assert "Rows in" in english
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in english.split('id="found"')[0].split("<main")[1])


@pytest.mark.slow
def test_the_list_is_filtered_sorted_and_exported_as_shown(site: Site, tmp_path: Path) -> None:
    client = site.browse()
    brought(site, tmp_path, "十月订单.csv", ORDERS, "operator-1")
    brought(site, tmp_path, "十月明细.csv", LINES)
    assert "十月订单.csv" not in client.get("/data/batches?state=waiting").text
    assert "没有符合的批次" in client.get("/data/batches?q=没有的").text
    assert "没有符合的批次" in client.get("/data/batches?from=2001-01-01&to=2001-01-02").text
    assert client.get("/data/batches?sort=colour").status_code == 400
    assert client.get("/data/batches?from=yesterday").status_code == 400
    rows = client.get("/data/batches/export?form=csv&q=订单.csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert "十月订单.csv" in rows[1]
    assert client.get("/data/batches/export?form=xlsx").status_code == 200
    by_rows = [row["file_name"] for row in site.shop.batches(order="rows").rows]
    assert by_rows == ["十月明细.csv", "十月订单.csv"]
    assert site.shop.batches(state="open", limit=0).meta["total"] == 1
    with pytest.raises(Misused):
        site.shop.batches(start="someday")


@pytest.mark.slow
def test_a_viewer_with_a_scope_sees_no_batches(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.browse()
    monkeypatch.setattr(Scope, "restrictions", lambda _: (("regions", ("42",)),))
    assert client.get("/data/batches").status_code == 403
    assert site.browse("leader").get("/data/batches").status_code == 403


def undone(client: TestClient, address: str, form: dict[str, str], meanwhile: Callable[[], object]) -> str:
    """Ask for a batch to be taken back, and do something while that runs; the page once it is over."""
    seen = list[str]()

    def look(moment: str) -> None:
        if moment == "merge.begun" and not seen:
            seen.append(moment)
            assert "正在撤销" in client.get(address).text
            assert client.get(f"{address}/progress").status_code == 200
            meanwhile()

    crash.listen(look)
    try:
        client.post(address, data=form)
        deadline = time.monotonic() + 60
        while client.get(f"{address}/progress").status_code == 200 and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        crash.listen(None)
    assert seen
    return client.get(address).text


@pytest.mark.slow
def test_a_batch_is_taken_back_with_its_figures_and_comes_again(site: Site, tmp_path: Path) -> None:
    head = "order_id,status,placed_at,paid_at,goods_fen,discount_platform_fen,paid_fen\n"
    first = "O1,paid,2026-10-01 09:00:00+08:00,2026-10-01 09:01:00+08:00,3000,100,2900\n"
    brought(site, tmp_path, "一.csv", head + first)
    site.shop.build_models()
    before = site.shop.query("paid_amount").rows, site.shop.fingerprint()
    later = first.replace("3000,100,2900", "5000,0,5000") + first.replace("O1", "O3")
    wrong = brought(site, tmp_path, "二.csv", head + later, "operator-1")
    site.shop.build_models()
    after = site.shop.query("paid_amount").rows
    assert after != before[0]
    client = site.browse()
    assert f"/data/batches/{wrong}/undo" in client.get(f"/data/batches/{wrong}").text
    assert "撤销“二.csv”？" in client.get(f"/data/batches/{wrong}/undo").text
    effect = client.get(f"/data/batches/{wrong}/effect").text
    assert "去掉的行" in effect
    assert site.shop.query("paid_amount").rows == after  # only looked at
    token = re.search(r'name="csrf" value="(\w+)"', client.get(f"/data/batches/{wrong}/undo").text)
    assert token is not None
    assert "这个批次的 2 笔订单都在 2026-10-01 这一天" in effect
    assert "其中也有别的批次的数据" in effect
    address, form = f"/data/batches/{wrong}/undo", {"csrf": token[1], "why": "传错了"}
    stopped = undone(client, address, form, lambda: client.post(f"{address}/cancel", data=form))
    assert "什么也没有改变" in stopped
    assert site.shop.query("paid_amount").rows == after
    done = undone(client, address, form, lambda: client.post(address, data=form))  # a second click
    assert "像从来没有导入过" in done
    paid = re.search(r"/dictionary/paid_amount.*?</tr>", done, re.DOTALL)
    assert paid is not None
    assert re.findall(r"¥[\d.]+", paid[0]) == ["¥79.00", "¥29.00", "¥50.00"]
    assert len(site.shop.batches(kind="withdrawal").rows) == 1
    assert "传错了" in client.get(f"/data/batches/{site.shop.batches(kind='withdrawal').rows[0]['landing_id']}").text
    assert (site.shop.query("paid_amount").rows, site.shop.fingerprint()) == before
    assert "已撤销" in client.get("/data/batches?state=withdrawn").text
    assert wrong not in {one["landing_id"] for one in site.shop.pulse().recent}  # a source is not judged by it
    assert client.get(f"/data/batches/{wrong}").text.count("/undo") == 0
    withdrawal = site.shop.batches(kind="withdrawal").rows[0]["landing_id"]
    answer = site.shop.undo_batch(withdrawal, "没有错")
    assert answer.meta["note"]["zh"].startswith("0 行已去掉，1 行已变回")
    assert site.shop.query("paid_amount").rows == after
    assert site.browse("finance", "李四").get(f"/data/batches/{wrong}/undo").status_code == 403
    assert site.shop.undo_batch(wrong, apply=False).meta["applied"] is False
    assert site.shop.query("paid_amount").rows == after
