"""A row mended cell by cell, rows left aside for good and taken back: on the page, by command, over HTTP, after a rebuild."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient
from tests.domains.insight.faulty import logged_in

from linshu.app.cli import run
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.remote import RemoteShop
from linshu.engine.intake.shelf import Wanted
from linshu.kernel.errors import Invalid, Missing, Misused

pytestmark = pytest.mark.slow


def mark_of(shop, **wanted: str) -> str:
    (row,), total = shop.figures.aside.rows(Wanted(**wanted))
    assert total == 1
    return str(row["mark"])


def weights(shop) -> dict[str, int]:
    rows = shop.warehouse.query("SELECT sku_id, nominal_gram FROM std.sku").to_pylist()
    return {row["sku_id"]: row["nominal_gram"] for row in rows}


def state(shop) -> dict[str, str]:
    rows = shop.warehouse.query("SELECT key_text, original, status FROM meta.quarantine").to_pylist()
    return {f"{row['key_text']}/{row['original']}": row["status"] for row in rows}


def test_a_cell_is_mended_in_place(site) -> None:
    shop, app = site
    client = logged_in(app)
    mark = mark_of(shop, words="一个大的")
    editor = client.get("/data/quarantine/row", params={"mark": mark}, headers={"HX-Request": "true"}).text
    assert editor.lstrip().startswith("<tr")
    assert editor.index('name="cell:重量" value="一个大的"') < editor.index('name="cell:编码" value="A5"')
    assert "请按此格式更正" in editor
    page = client.get("/data/quarantine/row", params={"mark": mark}).text
    assert "改这一行" in page
    assert page.count("<main") == 1
    body = {"mark": mark, "cell:重量": "900", "cell:编码": "A5", "cell:品名": "货品5"}
    done = client.post("/data/quarantine/row", content=urlencode(body), headers={"HX-Request": "true"}).text
    assert "补进去了" in done
    assert weights(shop)["A5"] == 900
    brought = shop.warehouse.query("SELECT brought_by, mends FROM meta.landing ORDER BY seq DESC LIMIT 1").to_pylist()
    assert brought == [{"brought_by": "operator", "mends": mark.partition(":")[0]}]
    assert client.get("/data/quarantine/row", params={"mark": mark}).status_code == 404


def test_what_is_still_wrong_stays_in_its_place(site) -> None:
    shop, app = site
    client = logged_in(app)
    mark = mark_of(shop, words="一个大的")
    again = client.post("/data/quarantine/row", content=urlencode({"mark": mark, "cell:重量": "还是不对"})).text
    assert 'value="还是不对"' in again
    new = mark_of(shop, words="还是不对")
    assert new != mark
    assert f'name="mark" value="{new}"' in again
    same = client.post("/data/quarantine/row", content=urlencode({"mark": new, "cell:重量": "还是不对"})).text
    assert "没有改动任何一格" in same
    assert "补进去了" in client.post("/data/quarantine/row", content=urlencode({"mark": new, "cell:重量": "70"})).text
    assert weights(shop)["A5"] == 70
    odd = client.post(
        "/data/quarantine/row", content=urlencode({"mark": mark_of(shop, words="约300"), "cell:没有": "1"})
    )
    assert "没有列" in odd.text


def test_a_missing_key_is_filled_in(site) -> None:
    shop, _ = site
    mark = mark_of(shop, code="key_missing")
    shop.mend(mark, {"编码": "A12"})
    assert weights(shop)["A12"] == 100
    with pytest.raises(Missing):
        shop.mend(mark, {"编码": "A13"})
    with pytest.raises(Misused):
        shop.mend("nothing", {"编码": "A13"})


def test_rows_are_left_aside_with_a_reason_and_taken_back(site) -> None:
    shop, app = site
    client = logged_in(app)
    mark = mark_of(shop, words="一个大的")
    without = client.post("/data/quarantine/dismiss", content=urlencode([("mark", mark), ("because", " ")]))
    assert without.status_code == 422
    left = client.post(
        "/data/quarantine/dismiss", content=urlencode([("mark", mark), ("because", "供应商说作废 13812345678")])
    ).text
    assert "1 行不再处理" in left
    assert shop.figures.aside.counts()["dismissed"] == 1
    shown = client.get("/data/quarantine?status=dismissed").text
    assert "供应商说作废" in shown
    assert "13812345678" not in shown
    assert "王芳" in shown
    assert mark not in {f"{row['landing_id']}::{row['landing_row']}" for row in shop.quarantine().rows}
    assert shop.repair({"column": "重量", "set": "1"}).meta["changes"] == 6
    (row,), _ = shop.figures.aside.rows(Wanted("dismissed"))
    back = client.post("/data/quarantine/restore", content=urlencode({"batch": row["problems"][0]["settled_by"]}))
    assert "已恢复" in back.text
    assert mark_of(shop, words="一个大的") == mark
    gone = client.post("/data/quarantine/restore", content=urlencode({"batch": row["problems"][0]["settled_by"]}))
    assert gone.status_code == 404


def test_all_that_are_filtered_can_be_left_aside_at_once(site) -> None:
    shop, app = site
    form = [("every", "1"), ("because", "旧数据"), ("mark", mark_of(shop, words="约300"))]
    left = logged_in(app).post("/data/quarantine/dismiss?code=unparsable&shape=%23斤", content=urlencode(form)).text
    assert "3 行不再处理" in left
    assert shop.figures.aside.counts() == {"open": 5, "waiting": 1, "dismissed": 3}


def test_a_row_that_waits_is_left_aside_and_comes_in_when_taken_back_after_its_order_came(site, tmp_path) -> None:
    shop, _ = site
    mark = mark_of(shop, status="waiting")
    batch = shop.dismiss([mark], "退单").meta["batch"]
    order = tmp_path / "orders.csv"
    order.write_text(
        "order_id,channel_id,member_id,community_id,status,placed_at,paid_at,goods_fen,paid_fen\n"
        "O9,C1,M1,G1,paid,2026-10-04 09:00:00+08:00,2026-10-04 09:01:00+08:00,2000,2000\n", "utf-8",
    )  # fmt: skip
    shop.import_file(order)
    lines = "SELECT 1 FROM std.order_line WHERE order_id = 'O9'"
    assert shop.warehouse.query(lines).num_rows == 0
    shop.restore(batch)
    assert shop.warehouse.query(lines).num_rows == 1
    assert "waiting" not in shop.figures.aside.counts()


def test_a_rebuild_from_landing_keeps_every_word(site) -> None:
    shop, _ = site
    first = shop.dismiss([mark_of(shop, words="一个大的"), mark_of(shop, words="约300")], "作废").meta["batch"]
    shop.dismiss([mark_of(shop, code="key_missing")], "没用")
    shop.restore(first)
    shop.mend(mark_of(shop, words="一个大的"), {"重量": "900"})
    before, prints = state(shop), shop.fingerprint()
    assert sorted(before.values()).count("dismissed") == 1
    shop.close()
    project = Project.open(shop.project.folder)
    project.warehouse.unlink()
    with LocalShop.open(project) as again:
        assert again.fingerprint() == prints
        assert state(again) == before


def test_the_same_by_command_http_and_python(site, capsys) -> None:
    shop, app = site
    with TestClient(app) as client:
        client.headers["Authorization"] = f"Bearer {'t' * 40}"
        remote = RemoteShop(shop.project, client)
        named = {row["original"]: row["row"] for row in remote.quarantine().rows}
        assert remote.mend(named["一个大的"], {"重量": "900"}).meta["batches"][0]["good"] == 1
        batch = remote.dismiss([named["约300"]], "作废").meta["batch"]
        assert remote.restore(batch).rows[0]["batch"] != batch
        for wrong, error in (([], Invalid), (["x"], Misused), ([f"{named['约300']}9"], Missing)):
            with pytest.raises(error):
                remote.dismiss(wrong, "作废")
    shop.close()
    where = ["--project", str(shop.project.folder), "--json"]
    assert run(["quarantine", "dismiss", named["约300"], "--because", "作废", *where]) == 0
    left = json.loads(capsys.readouterr().out)["meta"]["batch"]
    assert run(["quarantine", "restore", left, *where]) == 0
    assert run(["quarantine", "mend", named["约300"], "--set", "重量=300", *where]) == 0
    assert run(["quarantine", "restore", left, *where]) == 1
    capsys.readouterr()
    assert run(["quarantine", "list", *where]) == 0
    assert named["约300"] not in {row["row"] for row in json.loads(capsys.readouterr().out)["rows"]}
