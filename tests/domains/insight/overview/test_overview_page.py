"""The overview as HTML: whole, in parts, empty, poor in data, and for whoever may not see it."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from tests.domains.insight.overview.town import TownShop, gmv, published
from tests.domains.models.company import Company, line, order

from linshu.domains.insight.overview.page import PARTS
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.view import Writer

WEEK = (date(2026, 11, 16), date(2026, 11, 22))


def part(client, name: str, query: str = "") -> str:
    answer = client.get(f"/overview/parts/{name}{query}")
    assert answer.status_code == 200
    return answer.text


def alone(client, monkeypatch: pytest.MonkeyPatch) -> None:
    """No page waits for its parts."""
    monkeypatch.setattr(client.app.state.shell.whole, "make", lambda _: None)


def test_the_page_comes_whole_where_its_parts_take_a_moment(client) -> None:
    client.app.state.shell.whole.patience = 60
    page = client.get("/overview").text
    for name in PARTS:
        assert part(client, name, "?metric=gmv") in page
    assert 'hx-trigger="load, refresh"' not in page


@pytest.mark.parametrize("period", ["today", "yesterday"])
def test_a_day_is_drawn_hour_by_hour(client, period: str) -> None:
    assert part(client, "trend", f"?period={period}").count("23时") == 1


def test_the_page_comes_at_once_and_fills_itself(client, monkeypatch: pytest.MonkeyPatch) -> None:
    alone(client, monkeypatch)
    page = client.get("/overview").text
    for name in PARTS:
        assert f'id="part-{name}"' in page
    assert page.count('hx-trigger="load, refresh"') == len(PARTS) - 1
    assert "skeleton" in page
    for name in PARTS:
        part(client, name, "?metric=gmv")
    again = client.get("/overview").text
    assert 'hx-trigger="load, refresh"' not in again
    assert "skeleton" not in again.split('id="overview"')[1]


def test_the_periods_next_door_are_printed_while_the_page_is_read(client, monkeypatch: pytest.MonkeyPatch) -> None:
    alone(client, monkeypatch)
    ahead = client.app.state.shell.ahead
    monkeypatch.setattr(ahead, "_run", lambda: None)
    ahead.begin()
    client.get("/overview?city=长沙")
    assert "skeleton" in client.get("/overview?city=长沙&period=30d").text.split('id="overview"')[1]
    while ahead.step():
        pass
    assert "skeleton" not in client.get("/overview?city=长沙&period=30d").text.split('id="overview"')[1]
    assert "skeleton" in client.get("/overview?period=30d").text.split('id="overview"')[1]


def test_cards_show_the_figures_and_what_they_are_held_against(client) -> None:
    html = part(client, "cards")
    written = Writer("zh")
    assert written.short(gmv(*WEEK), Unit.FEN) in html
    assert written.full(gmv(*WEEK), Unit.FEN) in html
    assert "11月16日 – 11月22日，较上期 11月9日 – 11月15日" in html
    assert 'href="/dictionary/gmv"' in html
    assert "目标" in html
    assert html.count("<article") == 8


def test_filters_are_in_the_address_and_reach_every_part(client) -> None:
    written = Writer("zh")
    assert written.full(gmv(*WEEK, city="长沙"), Unit.FEN) in part(client, "cards", "?city=长沙")
    tops = part(client, "tops", "?city=长沙")
    assert "碧桂三群" in tops
    assert "翠湖一群" not in tops
    page = client.get("/overview?city=长沙&period=30d").text
    assert "chip" in page
    assert "30d" in page


def test_places_open_level_by_level(client) -> None:
    first = client.get("/overview/places?page=/overview").text
    assert "武汉" in first
    assert "武昌区" not in first
    second = client.get("/overview/places?city=武汉&page=/overview").text
    assert "武昌区" in second
    assert "芙蓉区" not in second


@pytest.mark.parametrize("query", ["?period=8d", "?from=yesterday", "?compare=x", "?metric=nonsense"])
def test_an_address_that_cannot_be_read_says_so(client, query: str) -> None:
    answer = client.get(f"/overview{query}")
    assert answer.status_code == 400
    assert "fault" in answer.text


def test_missing_data_switches_off_one_strip_with_a_sentence(client) -> None:
    html = part(client, "strips")
    assert "导入包裹与配送节点后" in html
    assert "导入库存变动后" in html


def test_the_ticker_shows_the_last_orders_with_names_masked(client) -> None:
    html = part(client, "ticker")
    assert html.count("<li") == 6 + 2  # today's six, and two of yesterday's
    assert "王*" in html
    assert "王芳" not in html


def test_english(client) -> None:
    html = part(client, "cards", "?lang=en")
    assert "vs previous" in html
    assert re.sub(r"[^\u3400-\u9fff]", "", html) == ""


def test_rankings_sort_page_and_export_what_is_seen(client) -> None:
    page = client.get("/overview/top/community?sort=orders").text
    assert page.index("碧桂三群") < page.index("锦绣二群") < page.index("翠湖一群")
    assert 'aria-sort="ascending"' in page
    link = re.search(r'href="(/overview/top/community/export[^"]*form=csv)"', page)
    assert link is not None
    rows = list(csv.reader(io.StringIO(client.get(link[1].replace("&amp;", "&")).content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["名次", "社群", "编号", "成交额 GMV（元）"]
    assert [row[1] for row in rows[1:]] == ["碧桂三群", "锦绣二群", "翠湖一群"]
    filtered = client.get("/overview/top/leader/export?city=长沙&form=csv").content.decode("utf-8-sig")
    assert "李娜" in filtered
    assert "王芳" not in filtered
    assert client.get("/overview/top/sku/export").headers["content-type"].endswith("spreadsheetml.sheet")


@pytest.mark.parametrize(
    "path", ["/overview/top/nothing", "/overview/top/leader?sort=password", "/overview/parts/nothing"]
)
def test_unknown_rankings_orders_and_parts_are_refused(client, path: str) -> None:
    assert client.get(path).status_code == 400


def test_an_empty_project_says_how_to_begin(browse) -> None:
    company = Company()
    client = browse(TownShop(company))
    assert "linshu import complete-journey" in client.get("/overview").text
    published(company)
    assert "还没有数据" in client.get("/overview").text


def test_a_company_with_orders_alone_has_a_page_that_stands(browse) -> None:
    company = Company()
    company.land({"orders": [order("a", "2017-12-31 10:00", member_id="M1")], "order_line": [line("a")]})
    published(company)
    client = browse(TownShop(company))
    page = client.get("/overview")
    assert page.status_code == 200
    assert "最后7天" in page.text
    assert 'data-running="no"' in page.text
    for name in PARTS:
        assert "alert-triangle" not in part(client, name), name
    tops = part(client, "tops")
    assert "订单里没有社群" in tops
    assert "订单里没有团长" in tops
    assert "data-until" not in part(client, "today")
    assert "数据到 2017年12月31日" in page.text
    cards = part(client, "cards")
    assert "订单里没有团长" in cards  # not a zero that nobody counted
    assert "没有退款数据" in cards


class FailingShop(TownShop):
    """A shop whose figures cannot be asked."""

    def query(self, *_: object, **__: object):
        from linshu.kernel.errors import Unavailable
        from linshu.kernel.text import Text

        raise Unavailable(Text("磁盘满了", "the disk is full"), mend=Text("清理磁盘", "Free some space"))


def test_a_part_that_fails_says_so_in_its_own_place(browse, shop: TownShop) -> None:
    client = browse(FailingShop(shop.company))
    assert client.get("/overview").status_code == 200
    html = part(client, "trend")
    assert "磁盘满了" in html
    assert "清理磁盘" in html
    assert 'hx-get="/overview/parts/trend' in html


def test_figures_are_asked_once_for_many_viewers(client, shop: TownShop) -> None:
    part(client, "tops", "?period=yesterday")
    asked = len(shop.asked)
    part(client, "tops", "?period=yesterday")
    assert len(shop.asked) == asked


@pytest.mark.parametrize(
    "path", ["/overview", "/overview?period=30d", "/dictionary", "/dictionary/gmv", "/standard", "/standard/orders"]
)
def test_pages_are_sound_html_in_both_languages(client, path: str) -> None:
    from html.parser import HTMLParser

    void = {"meta", "link", "input", "br", "img", "hr"}

    class Checker(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []
            self.ids: list[str] = []

        def handle_starttag(self, tag: str, attrs: list) -> None:
            if tag not in void:
                self.open.append(tag)
            self.ids += [value for name, value in attrs if name == "id"]

        def handle_startendtag(self, tag: str, attrs: list) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    for language in ("zh", "en"):
        checker = Checker()
        checker.feed(client.get(path, params={"lang": language}).text)
        assert checker.open == []
        assert len(checker.ids) == len(set(checker.ids))


@pytest.mark.parametrize("role", ["leader", "supplier"])
@pytest.mark.parametrize(
    "path", ["/overview", "/overview/parts/cards", "/overview/top/leader/export", "/dictionary", "/standard"]
)
def test_who_comes_from_outside_the_company_sees_none_of_it(browse, shop: TownShop, role: str, path: str) -> None:
    client = browse(shop, role)
    answer = client.get(path)
    assert answer.status_code == 403
    assert "陈军" not in answer.text
    assert "gmv" not in answer.text
    assert "/overview" not in client.get("/").text
