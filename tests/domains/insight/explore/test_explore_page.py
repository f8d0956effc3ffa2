"""Explore as HTML: controls at once, answers in their place, lists found by initials, forms that lead on, files."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date
from html import unescape
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import openpyxl
import pytest
from tests.domains.insight.overview.town import TownShop, gmv, published
from tests.domains.models.company import Company

from linshu.engine.metrics.catalog import Catalog
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.view import Writer
from linshu.kernel.errors import Unavailable
from linshu.kernel.text import Text

WEEK = (date(2026, 11, 16), date(2026, 11, 22))
BY_CITY = "m=gmv&by=city&period=7d&compare=previous"


def answer(client, query: str) -> str:
    found = client.get(f"/explore/answer?{query}")
    assert found.status_code == 200
    return found.text


def text_of(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def test_the_page_comes_with_the_answers_that_take_a_moment_and_a_place_for_what_has_none(client) -> None:
    client.app.state.shell.whole.patience = 60
    page = client.get(f"/explore?{BY_CITY}&2.m=gmv&2.by=nothing").text
    assert answer(client, f"{BY_CITY}&2.m=gmv&2.by=nothing&n=0") in page
    assert 'hx-trigger="load, refresh"' in page.split('id="answer-1"')[1]


def test_the_page_shows_the_question_at_once_and_the_answer_when_it_is_there(
    client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.app.state.shell.whole, "make", lambda _: None)
    page = client.get(f"/explore?{BY_CITY}").text
    assert "成交额 GMV · 按城市 · 近7天 · 较上期" in text_of(page)
    assert 'hx-trigger="load, refresh"' in page
    assert "skeleton" in page.split('id="answer-0"')[1]
    html = answer(client, BY_CITY + "&n=0")
    assert Writer("zh").short(gmv(*WEEK, city="武汉"), Unit.FEN) in html
    assert "data-chart" in html
    again = client.get(f"/explore?{BY_CITY}").text
    assert 'hx-trigger="load, refresh"' not in again


def test_who_asks_for_nothing_sees_what_was_sold(client) -> None:
    page = client.get("/explore")
    assert page.status_code == 200
    assert "成交额 GMV · 按天 · 近30天 · 较上期" in text_of(page.text)
    assert 'href="/explore"' in client.get("/overview").text


def test_several_questions_stand_side_by_side(client) -> None:
    page = client.get(f"/explore?{BY_CITY}&2.m=orders&2.grain=day").text
    assert page.count('class="panel ask-panel"') == 2
    second = answer(client, f"{BY_CITY}&2.m=orders&2.grain=day&n=1")
    assert "订单数" in second
    sorting = next(href for href in re.findall(r'href="(/explore\?[^"]+)"', second) if "2.order" in href)
    assert dict(parse_qsl(urlsplit(unescape(sorting)).query))["by"] == "city"  # the first one stays as it is


@pytest.mark.parametrize("typed", ["fgl", "fugoulv", "复购率", "repurchase rate"])
def test_a_metric_is_found_however_it_is_typed(client, typed: str) -> None:
    html = client.get("/explore/pick/metric", params={"m": "gmv", "q": typed}).text
    assert "复购率" in html.split("</a>")[0]
    assert "m=gmv,repurchase_rate" in html


def test_what_cannot_be_combined_is_grey_and_says_why(client) -> None:
    html = client.get("/explore/pick/dimension?m=repurchase_rate&q=商品").text
    assert "is-off" in html
    assert "复购率不能这样看" in html
    assert client.get("/explore/pick/colour").status_code == 400


def test_an_impossible_question_offers_the_nearest_ones(client) -> None:
    html = answer(client, "m=gmv,repurchase_rate&by=sku&period=7d")
    assert 'role="alert"' in html
    assert {"去掉商品", "去掉复购率"} <= set(re.findall(r'class="btn btn-sm" href="[^"]+">([^<]+)<', html))


@pytest.mark.parametrize(
    "wrong",
    ["m=gmw", "m=gmv&by=colour", "m=gmv&grain=minute", "m=gmv&period=sometime", "m=gmv&compare=never", "m=gmv&order=x"],
)
def test_an_address_with_mistakes_is_told_in_its_place_and_the_page_stands(client, wrong: str) -> None:
    assert client.get(f"/explore?{wrong}").status_code == 200
    assert 'role="alert"' in answer(client, wrong)


def test_values_have_names_and_are_found_by_pinyin(client) -> None:
    html = client.get("/explore/values?m=gmv&dim=city").text
    assert "武汉" in html
    assert 'value="4201"' in html
    assert "长沙" not in client.get("/explore/values?m=gmv&dim=city&q=wh").text
    dated = client.get("/explore/values?m=gmv&dim=paid_date").text
    assert 'name="since"' in dated


def test_a_form_leads_to_the_address_that_says_it(client) -> None:
    def led(**given: object) -> dict[str, str]:
        state = {"state": BY_CITY, "n": "0", **given}
        found = client.get(f"/explore/apply?{urlencode(state, doseq=True)}", follow_redirects=False)
        assert found.status_code == 303
        return dict(parse_qsl(urlsplit(found.headers["location"]).query))

    assert led(dim="city", op="in", value=["4201", "4301"])["where"] == "city in (4201,4301)"
    assert led(dim="city", op="not in", value=["4201"])["where"] == "city!=4201"
    assert {"from": "2026-11-01", "to": "2026-11-03"}.items() <= led(
        **{"from": "2026-11-01", "to": "2026-11-03"}
    ).items()
    assert led(top="5")["top"] == "5"
    assert "top" not in led(top="")
    assert led(title="我的街道")["title"] == "我的街道"
    assert led(grain="week", cumulative="1")["cumulative"] == "1"
    assert "compare" not in led(compare="")
    assert led(totals="0")["totals"] == "0"
    both = client.get(
        f"/explore/apply?{urlencode({'state': BY_CITY, 'dim': 'paid_date', 'since': '2026-11-01', 'until': '2026-11-02'})}",
        follow_redirects=False,
    )
    assert {"paid_date>=2026-11-01", "paid_date<=2026-11-02"} <= {
        value for name, value in parse_qsl(urlsplit(both.headers["location"]).query) if name == "where"
    }
    assert client.get(f"/explore/apply?{urlencode({'state': BY_CITY, 'top': 'many'})}").status_code == 400


def test_a_filter_is_shown_by_name(client) -> None:
    page = client.get(f"/explore?{BY_CITY}&where=city%3D4201").text
    assert "城市 = 武汉" in text_of(page)


def test_a_point_says_what_can_be_done_with_it(client) -> None:
    html = client.get("/explore/point", params=[*parse_qsl(BY_CITY), ("key", "city=4201")]).text
    said = text_of(html)
    assert "武汉" in said
    assert "下钻到区县" in said
    assert "只看它" in said
    assert "排除它" in said
    links = [unquote(unescape(href)) for href in re.findall(r'href="([^"]+)"', html)]
    assert any(href.startswith("/lineage?") and "where=city=4201" in href and "m=gmv" in href for href in links)
    assert any("by=district" in href and "where=city=4201" in href for href in links)
    timed = client.get("/explore/point?m=gmv&grain=day&period=7d", params={"key": "day=2026-11-20"})
    assert timed.status_code == 200


def test_the_file_holds_the_rows_of_the_page_in_their_order(client) -> None:
    query = BY_CITY + "&order=gmv&hide=gmv_previous"
    file = client.get(f"/explore/export?{query}&form=csv")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0] == ["城市", "城市编号", "成交额 GMV（元）", "成交额 GMV 变动"]
    assert [row[0] for row in rows[1:]] == ["长沙", "武汉", "合计"]
    assert float(rows[3][2]) * 100 == pytest.approx(gmv(*WEEK))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/explore/export?{query}&form=xlsx").content))
    assert book.worksheets[0].cell(2, 1).value == "长沙"
    assert book.worksheets[0].cell(3, 3).value == gmv(*WEEK, city="武汉") / 100
    about = [row[0].value for row in book.worksheets[1].rows]
    assert "11月16日 – 11月22日" in about


def test_how_it_was_counted_and_how_long_it_took_is_said(client) -> None:
    said = text_of(answer(client, BY_CITY))
    assert "毫秒" in said
    assert "读明细" in said


def test_a_project_without_data_says_how_to_begin(browse) -> None:
    page = browse(TownShop(published(Company()))).get("/explore").text
    assert "还没有数据可以分析" in page


def test_what_nobody_brought_yet_is_said_with_the_way_to_bring_it(client) -> None:
    losses = answer(client, "m=loss_amount&period=7d")
    assert "还没有库存变动数据" in text_of(losses)
    assert 'href="/data/upload"' in losses
    assert "没有写明供应商，因此全在“(未知)”里" in text_of(answer(client, "m=gmv&by=supplier&period=7d"))
    assert "没有写明" not in text_of(answer(client, BY_CITY))


class Broken(TownShop):
    def query(self, *_: object, **__: object):
        raise Unavailable(Text("数据库正忙", "the database is busy"), mend=Text("请稍后再试", "Try again later"))


def test_a_failure_stays_in_its_place_and_can_be_tried_again(browse, shop: TownShop) -> None:
    client = browse(Broken(shop.company))
    assert client.get(f"/explore?{BY_CITY}").status_code == 200
    html = answer(client, BY_CITY)
    assert "数据库正忙" in html
    assert "重试" in html


def test_whoever_works_outside_the_company_does_not_see_it(browse, shop: TownShop) -> None:
    assert browse(shop, "supplier").get("/explore").status_code == 403


def test_in_english_nothing_is_left_in_chinese_but_names(client) -> None:
    client.get("/explore?lang=en")
    for html in (client.get(f"/explore?{BY_CITY}").text, answer(client, BY_CITY)):
        said = text_of(re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))
        names = ("武汉", "长沙", "翠湖优选", "王芳", "王", "中文")
        assert not re.search(r"[\u3400-\u9fff]", re.sub("|".join(names), "", said))


def test_a_metric_that_changed_is_printed_anew_though_the_data_is_the_same(client, shop: TownShop, monkeypatch) -> None:
    query = "m=gmv&period=7d"
    assert Writer("zh").short(gmv(*WEEK), Unit.FEN) in answer(client, query)
    built_in = shop.catalog
    renamed = replace(built_in.metric("gmv"), title=Text("卖出多少", "Sold"))
    others = [one for one in built_in.metrics.values() if one.name != "gmv"]
    changed = Catalog(built_in.dimensions.values(), built_in.facts.values(), [renamed, *others])
    monkeypatch.setattr(shop, "catalog", changed)
    assert "卖出多少" in text_of(client.get(f"/explore?{query}").text)


def test_a_pie_brings_its_shares_and_one_that_does_not_fit_says_why(client) -> None:
    html = answer(client, "m=gmv&by=city&period=7d&chart=pie")
    assert '"kind":"pie"' in html
    assert "成交额 GMV 占比" in text_of(html)
    assert "share=total" in next(href for href in re.findall(r'href="(/explore[?][^"]+)"', html) if "chart=bar" in href)
    rows = client.get("/explore/export?m=gmv&by=city&period=7d&chart=pie&form=csv").text
    assert "占比" in rows.splitlines()[0]
    refused = answer(client, "m=aov&by=city&period=7d&chart=pie")
    assert "饼图不合适：各组加不成一个整体" in text_of(refused)
    assert '"kind":"bar"' in refused
