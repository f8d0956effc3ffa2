"""The quarantine as pages: found, grouped, filtered, mended by rule, taken along, and shut to whoever may not see it."""

from __future__ import annotations

import csv
import io
from urllib.parse import urlencode

import openpyxl
import pytest
from tests.domains.insight.faulty import logged_in

from linshu.engine.access.scope import Scope
from linshu.engine.intake.shelf import Wanted
from linshu.engine.shell.context import Shell

pytestmark = pytest.mark.slow
RULE = [("table", "sku"), ("column", "nominal_gram"), ("how", "units"), ("word", "斤"), ("to", "500"), ("word", "两"), ("to", "50")]  # fmt: skip


def lines(client, query: str = "") -> list[list[str]]:
    body = client.get(f"/data/quarantine/export?form=csv{query}").content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))[1:]


def test_groups_first_then_rows_in_words(site) -> None:
    client = logged_in(site[1])
    page = client.get("/data/quarantine").text
    assert "标称克重的数字后面写着“斤”" in page
    assert page.index("同样的问题") < page.index("货品.csv 第 3 行“重量”列")
    assert "商品编号没有填" in page
    assert "order_line" not in page  # the line waits for its order and needs nobody
    assert "它所属的“订单”" in client.get("/data/quarantine?status=waiting").text
    assert "没有符合筛选的行" in client.get("/data/quarantine?q=zzz").text
    english = client.get("/data/quarantine?lang=en").text
    assert "has “斤” behind the number" in english


def test_filters_search_paging_and_what_is_exported_agree(site) -> None:
    shop, app = site
    client = logged_in(app)
    aside = shop.figures.aside
    every = lines(client)
    assert len(every) == 8 == aside.rows(Wanted(), limit=None)[1]
    assert {line[7] for line in lines(client, "&shape=%23斤")} == {"3斤", "12斤"}
    assert {line[7] for line in lines(client, "&shape=-&code=unparsable")} == {"半斤", "2两", "一个大的", "约300"}
    assert [line[5] for line in lines(client, "&q=a5")] == ["A5"]
    assert lines(client, "&code=key_missing")[0][4] == "商品"
    texts = [line[7] for line in lines(client, "&sort=original")]
    assert texts == [*sorted(line[7] for line in every if line[7]), ""]
    marks = [row["mark"] for at in (0, 3, 6) for row in aside.rows(Wanted(), limit=3, offset=at)[0]]
    assert marks == [row["mark"] for row in aside.rows(Wanted(), limit=None)[0]]
    assert aside.rows(Wanted(), limit=3, offset=99) == ([], 8)
    assert sum(one["rows"] for one in aside.groups(Wanted())) == 8
    empty = client.get("/data/quarantine?status=&batch=&table=&column=&code=&sort=&page=&q=A5")  # as a form sends it
    assert "货品.csv 第 6 行" in empty.text
    assert empty.headers["HX-Push-Url"] == "/data/quarantine?q=A5"
    for bad in ("status=zzz", "sort=zzz"):
        assert client.get(f"/data/quarantine?{bad}").status_code == 400


def test_a_rule_is_suggested_shown_and_done(site) -> None:
    shop, app = site
    client = logged_in(app)
    form = client.get("/data/quarantine/rule?table=sku&column=nominal_gram").text
    for shown in ('value="斤"', 'value="500"', "克"):
        assert shown in form
    preview = client.get("/data/quarantine/rule/preview", params=RULE).text
    assert "会修好 5 行，共 5 格" in preview
    assert shop.figures.aside.counts()["open"] == 8
    done = client.post("/data/quarantine/rule", content=urlencode([*RULE, ("save", "jin")])).text
    assert "修复 5 行共 5 格：5 行入库" in done
    assert "/data/batches/" in done
    assert shop.figures.aside.counts() == {"open": 3, "settled": 5, "waiting": 1}
    assert (shop.project.mappings / "repairs" / "jin.yaml").exists()
    assert "jin" in client.get("/data/quarantine/rule?table=sku&column=nominal_gram").text


def test_a_rule_that_is_wrong_says_so_in_its_place(site) -> None:
    client = logged_in(site[1])
    asked = [("table", "sku"), ("column", "nominal_gram"), ("how", "units"), ("word", "斤"), ("to", "viel")]
    preview = client.get("/data/quarantine/rule/preview", params=asked)
    assert preview.status_code == 200
    assert "这里要写一个数" in preview.text
    assert "先写一条修法" in client.get("/data/quarantine/rule/preview", params=asked[:3]).text
    assert client.post("/data/quarantine/rule", content=urlencode(asked[:3])).status_code == 400
    assert client.get("/data/quarantine/rule?table=sku&column=nothing").status_code == 400
    assert client.get("/data/quarantine/rule?table=sku&column=name&how=magic").status_code == 400


def test_the_workbook_holds_the_open_rows(site) -> None:
    body = logged_in(site[1]).get("/data/quarantine/workbook.xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(body))
    texts = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"半斤", "A3"} <= texts
    book.close()


def test_the_mended_workbook_comes_back_sealed(site) -> None:
    shop, app = site
    client = logged_in(app)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/data/quarantine/workbook.xlsx").content))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == "一个大的":
                    cell.value = "900"
    sent = io.BytesIO()
    book.save(sent)
    book.close()
    done = client.post("/data/quarantine/workbook?name=改好.xlsx", content=sent.getvalue()).text
    assert "1 行入库" in done
    assert shop.warehouse.query("SELECT nominal_gram AS g FROM std.sku WHERE sku_id = 'A5'")["g"].to_pylist() == [900]
    brought = shop.warehouse.query("SELECT brought_by FROM meta.landing ORDER BY seq DESC LIMIT 1")[
        "brought_by"
    ].to_pylist()
    assert brought == ["operator"]
    assert shop.uploads.ids() == frozenset()
    wrong = client.post("/data/quarantine/workbook?name=x.xlsx", content=b"no workbook at all")
    assert wrong.status_code in (400, 422)
    assert shop.uploads.ids() == frozenset()


def test_who_may_not_see_it(site, monkeypatch) -> None:
    app = site[1]
    assert logged_in(app, "outside").get("/data/quarantine").status_code == 403
    client = logged_in(app)
    seeing = Shell.viewer

    def narrow(self, *args, **more):
        viewer = seeing(self, *args, **more)
        object.__setattr__(viewer, "scope", Scope.only(communities=["G1"]))
        return viewer

    monkeypatch.setattr(Shell, "viewer", narrow)
    for path in ("", "/export", "/workbook.xlsx", "/rule?table=sku&column=name", "/rule/preview"):
        assert client.get(f"/data/quarantine{path}").status_code == 403
    assert client.post("/data/quarantine/rule", content=urlencode(RULE)).status_code == 403


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", '"><img src=x>'])
def test_what_is_typed_is_only_ever_text(site, typed: str) -> None:
    client = logged_in(site[1])
    for params in ({"q": typed}, {"batch": typed}, {"shape": typed}):
        page = client.get("/data/quarantine", params=params).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
