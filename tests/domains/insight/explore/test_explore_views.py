"""Views on the page: kept, opened, changed, renamed, shared, taken away and brought back."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

STATE = "m=gmv&by=city&period=7d&compare=previous"


def csrf(client) -> str:
    return re.search(r'"X-CSRF-Token":"(\w+)"', client.get(f"/explore?{STATE}").text)[1]


def post(client, path: str, **given: str):
    return client.post(f"/explore/views{path}", data={"csrf": csrf(client), **given}, follow_redirects=False)


def kept(client, name: str = "城市成交", **more: str) -> str:
    answer = post(client, "", name=name, state=STATE, **more)
    assert answer.status_code == 303
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))["view"]


def test_a_view_is_kept_and_opens_as_it_was(client) -> None:
    view = kept(client)
    assert (
        client.get(f"/explore/views/{view}", follow_redirects=False).headers["location"].startswith(f"/explore?{STATE}")
    )
    page = client.get(f"/explore?view={view}").text  # leads on to its questions
    assert "成交额 GMV · 按城市 · 近7天 · 较上期" in page
    assert "城市成交" in page
    assert "已改动" not in page
    listed = client.get("/explore/views").text
    assert "城市成交" in listed
    assert "成交额 GMV · 按城市" in listed


def test_a_changed_view_says_so_and_can_be_kept_under_its_name(client) -> None:
    view = kept(client)
    changed = f"{STATE}&order=-gmv&view={view}"
    page = client.get(f"/explore?{changed}").text
    assert "已改动" in page
    assert "更新视图" in page
    answer = post(client, f"/{view}", state=changed)
    assert "order=-gmv" in answer.headers["location"]
    assert "已改动" not in client.get(answer.headers["location"]).text


def test_explore_begins_with_the_view_chosen_for_it(client) -> None:
    view = kept(client, opens="true")
    assert client.get("/explore", follow_redirects=False).headers["location"].endswith(f"view={view}")
    post(client, f"/{view}", opens="false")
    assert client.get("/explore", follow_redirects=False).status_code == 200


def test_a_shared_view_is_seen_by_colleagues_who_may_copy_but_not_change_it(browse, shop) -> None:
    wang = browse(shop)
    view = kept(wang, shared="true")
    chen = browse(shop, "buyer")
    page = chen.get(f"/explore?view={view}&{STATE}&order=-gmv").text
    assert "城市成交" in page
    assert "更新视图" not in page
    assert post(chen, f"/{view}", name="我的").status_code == 403
    assert post(chen, f"/{view}/drop").status_code == 403
    post(wang, f"/{view}", shared="false")
    assert chen.get(f"/explore/views/{view}").status_code == 404


def test_a_view_is_renamed_taken_away_and_brought_back(client) -> None:
    view = kept(client)
    post(client, f"/{view}", name="两城成交")
    assert "两城成交" in client.get("/explore/views").text
    page = post(client, f"/{view}/drop")
    assert page.status_code == 200
    assert "已删除“两城成交”" in page.text
    form = dict(
        re.findall(
            r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text.split("gone")[1].split("</form>")[0]
        )
    )
    back = client.post(
        "/explore/views", data={name: unescape(value) for name, value in form.items()}, follow_redirects=False
    )
    assert back.status_code == 303
    assert "两城成交" in client.get("/explore/views").text


def test_a_name_used_twice_and_no_name_are_refused_in_words(client) -> None:
    kept(client)
    again = post(client, "", name="城市成交", state=STATE)
    assert again.status_code == 409
    assert "您已经有视图" in again.text
    assert post(client, "", name=" ", state=STATE).status_code == 422
    assert client.post("/explore/views", data={"name": "x", "state": STATE}).status_code == 403  # not from our page


def used(client, metric: str) -> str:
    return client.get(f"/dictionary/{metric}").text.split("用在哪里")[1].split("</section>")[0]


def test_the_dictionary_tells_which_views_use_a_metric_to_whom_may_see_them(browse, shop) -> None:
    wang, colleague = browse(shop), browse(shop, "growth")
    kept(wang, "只给自己看")
    kept(wang, "给大家看", shared="true")
    assert {"只给自己看", "给大家看"} <= set(re.findall(r'translate="no">([^<]+)</a>', used(wang, "gmv")))
    theirs = used(colleague, "gmv")
    assert "给大家看" in theirs
    assert "王芳" in theirs  # whose it is
    assert "只给自己看" not in theirs
    assert "给大家看" not in used(wang, "orders")
