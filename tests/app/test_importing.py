"""`linshu import auto`: how a file would be read is shown, doubts are asked about, corrections are remembered."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

import linshu
from linshu.app.finding import Found, _left_out, _of_others
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.connectors.files import Part
from linshu.connectors.layouts import layout
from linshu.kernel.errors import Conflict, LinshuError, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.app.project import Project

CHAIN = "接龙号,昵称,接龙内容,接龙时间\n1,小雨,苹果x2，梨 3斤,2026-03-01 10:00\n2,阿明,苹果+1,2026-03-01 10:05\n"
JD = (
    "订单号,商品ID,商品名称,订购数量,下单时间,京东价,结算金额,应付金额,订单状态\n"
    "9001,11,苹果,1,2026-03-01 10:00:00,10.00,18.00,18.00,完成\n9001,12,梨,1,2026-03-01 10:00:00,8.00,18.00,18.00,完成\n"
)
VAGUE = (
    "流水,客户,何时,东西,一共,谁带的\nX1,小雨,2026-03-01 10:00,苹果,12.00,陈姐\nX2,阿明,2026-03-01 11:00,梨,8.00,老李\n"
)


def put(folder: Path, text: str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.slow
def test_a_ready_layout_asks_for_what_the_file_does_not_say(project: Project, tmp_path: Path) -> None:
    file = put(tmp_path, CHAIN)
    with linshu.open(project.folder) as shop:
        seen = shop.guess(file)
        (told,) = seen.meta["files"]
        assert (told["mapping"], told["how"], told["trial"]["bad"]) == ("jielong", "layout", 2)
        assert "--tell 团=…" in seen.meta["note"]["zh"]
        assert "必填项为空" in told["trial"]["problems"][0]["zh"]
        assert shop.landed() == set()  # nothing was kept
        prices = {"团": "G8", "苹果": "3.5", "梨": "4"}
        answer = shop.import_file(file, "auto", tell=prices, yes=False)
        assert answer.meta["read_as"][0]["mapping"] == "jielong"
        found = shop.warehouse.query("SELECT order_id, paid_fen FROM std.orders ORDER BY 1").to_pylist()
        assert found == [{"order_id": "G8-1", "paid_fen": 1900}, {"order_id": "G8-2", "paid_fen": 350}]
        lines = shop.warehouse.query("SELECT sku_id, qty, goods_fen FROM std.order_line ORDER BY ALL").to_pylist()
        assert [tuple(each.values()) for each in lines] == [("梨/克", 1500, 1200), ("苹果", 1, 350), ("苹果", 2, 700)]


def test_a_sheet_that_repeats_the_rows_of_the_others_is_asked_about() -> None:
    east, west = (("小雨", "8"),), (("阿明", "9"),)
    there = [
        Part("", name, ("昵称", "金额"), rows, ())
        for name, rows in (("全部", east + west), ("东门", east), ("西门", west))
    ]
    assert [len(_of_others(each, there)) for each in there] == [1, 0, 0]
    assert not _of_others(there[1], there[1:])
    assert not _of_others(there[0], there[:1])


def test_a_sheet_that_nobody_could_read_is_told() -> None:
    found = Found(layout("jd"), "guessed", Text("", ""))
    odd = [Part("", "废", ("甲", "乙"), (("1", "2"),), ())]
    (asked,), (told,) = _left_out([found], odd), _left_out([replace(found, how="layout")], odd)
    assert ["废" in each.zh for each in (*asked.doubts, *told.notes)] == [True, True]
    assert (asked.notes, told.doubts, _left_out([found], [])) == ((), (), [found])


@pytest.mark.slow
def test_doubts_are_asked_about_and_corrections_remembered(project: Project, tmp_path: Path) -> None:
    file = put(tmp_path, VAGUE)
    with linshu.open(project.folder) as shop:
        with pytest.raises(LinshuError):
            shop.import_file(file, yes=False)
        said = {"流水": "订单编号", "何时": "下单时间", "东西": "商品名称", "一共": "实付金额", "谁带的": "团长"}
        (kept,) = shop.learn(file, "小摊", said=said).rows
        assert kept["mapping"] == "小摊"
        text = (project.mappings / "小摊.yaml").read_text("utf-8")
        assert "谁带的" in text
        assert "以前人工确认过" in text
        # The same headings in another order, other rows: the saved mapping is used by itself, and is sure.
        again = put(tmp_path, "谁带的,一共,东西,何时,客户,流水\n陈姐,5.00,桃,2026-03-02 09:00,小雨,X3\n", "b.csv")
        answer = shop.import_file(again, yes=False)
        assert answer.meta["read_as"][0]["how"] == "saved"
        found = shop.warehouse.query("SELECT order_id, leader_id, paid_fen FROM std.orders").to_pylist()
        assert found == [{"order_id": "X3", "leader_id": "陈姐", "paid_fen": 500}]
        # A word learned from one file is known in another.
        other = put(tmp_path, "订单号,下单时间,实付金额,谁带的\nY1,2026-03-02 10:00,3.00,老李\n", "c.csv")
        row = next(each for each in shop.guess(other).rows if each["heading"] == "谁带的")
        assert (row["role"], row["sureness"]) == ("leader_id", 1.0)


@pytest.mark.slow
def test_what_is_not_sure_is_refused_until_confirmed(project: Project, tmp_path: Path) -> None:
    file = put(tmp_path, "票,下单时间,实付金额,东西\n260301-0001,2026-03-01 10:00,12.00,苹果\n")
    with linshu.open(project.folder) as shop:
        with pytest.raises(Conflict, match=r"拿不准：票=订单编号") as caught:
            shop.import_file(file, yes=False)
        assert "--yes" in caught.value.say("zh")
        bought = put(tmp_path, "入库单号,商品,入库数量,金额,入库日期\nRK1,苹果,100,350,2026-03-01\n", "bought.csv")
        with pytest.raises(LinshuError, match="像入库单，不是卖出的订单"):
            shop.import_file(bought, "auto", yes=True)
        assert shop.landed() == set()
        assert shop.import_file(file, yes=True).meta["read_as"][0]["how"] == "guessed"


@pytest.mark.slow
def test_rows_pasted_twice_into_a_known_export_are_asked_about(project: Project, tmp_path: Path) -> None:
    twice = put(tmp_path, JD + JD.splitlines()[-1] + "\n", "twice.csv")
    with linshu.open(project.folder) as shop:
        with pytest.raises(Conflict, match="有 1 行与前面的行完全相同"):
            shop.import_file(twice, "auto", yes=False)
        head, first, second = JD.splitlines()
        many = [first.replace("9001", str(9001 + at)) for at in range(25_000)]  # more than is looked at in turn
        far = put(tmp_path, "\n".join([head, second, *many, second, many[0]]), "far.csv")
        with pytest.raises(Conflict, match="有 2 行与前面的行完全相同"):
            shop.import_file(far, "auto", yes=False)
        assert shop.landed() == set()
        assert shop.import_file(put(tmp_path, JD), "auto", yes=False).meta["read_as"][0]["mapping"] == "jd"


@pytest.mark.slow
def test_an_unknown_meaning_names_the_nearest_and_a_persons_mapping_is_never_overwritten(
    project: Project, tmp_path: Path
) -> None:
    file = put(tmp_path, VAGUE)
    with linshu.open(project.folder) as shop:
        with pytest.raises(LinshuError, match="订单编号"):
            shop.learn(file, "x", said={"流水": "订单编好"})
        (project.mappings / "mine.yaml").write_text(
            "source: mine\ntables:\n  sku:\n    columns: {sku_id: 货, name: 名}\n", "utf-8"
        )
        said = {"流水": "订单编号", "何时": "下单时间", "一共": "实付金额"}
        with pytest.raises(Conflict, match="人写的"):
            shop.learn(file, "mine", said=said)


def test_tell_wants_an_equals_sign() -> None:
    from linshu.app.commands.bring import _pairs

    assert _pairs(["苹果=3.5", "团 = G8"]) == {"苹果": "3.5", "团": "G8"}
    with pytest.raises(Misused):
        _pairs(["苹果"])


@pytest.mark.slow
def test_the_same_over_http(project: Project, tmp_path: Path) -> None:
    file, token = put(tmp_path, CHAIN), "t" * 40
    wanted = {"file": str(file), "mapping": "auto", "tell": {"团": "G8", "苹果": "3.5", "梨": "4"}}
    with contextlib.ExitStack() as stack:
        shop = stack.enter_context(linshu.open(project.folder))
        state = stack.enter_context(open_state(shop.project))
        app = compose(shop, state, token=token)
        client = stack.enter_context(TestClient(app, headers={"Authorization": f"Bearer {token}"}))
        seen = client.post("/api/v1/imports/guess", json=wanted).json()
        assert (seen["meta"]["files"][0]["mapping"], seen["meta"]["files"][0]["trial"]["good"]) == ("jielong", 2)
        lesson = {"file": str(file), "name": "接龙表"}
        assert client.post("/api/v1/mappings/learn", json=lesson).json()["rows"][0]["mapping"] == "接龙表"
        last = client.post("/api/v1/imports", json={**wanted, "yes": False}).text.strip().splitlines()[-1]
        assert json.loads(last)["meta"]["read_as"][0]["how"] == "saved"
        assert (
            client.post("/api/v1/imports/guess", json=wanted, headers={"Authorization": "Bearer x"}).status_code == 401
        )
