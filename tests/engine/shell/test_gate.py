"""The gate: who gets in, what a change needs, and what every response carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient
from tests.engine.shell.standin import BEARER, BROWSER, changed, page_token

if TYPE_CHECKING:
    from fastapi import FastAPI


def token_of(client: TestClient) -> str:
    return page_token(client.get("/nowhere", headers=BROWSER).text)


@pytest.mark.parametrize("path", ["/hello", "/broken", "/nowhere", "/api/number/1", "/live", "/", "/loginx", "/static"])
def test_without_a_log_in_nothing_answers(visitor: TestClient, path: str) -> None:
    page = visitor.get(path, headers=BROWSER, follow_redirects=False)
    assert page.status_code in {303, 401}
    program = visitor.get(path, headers={"accept": "application/json"}, follow_redirects=False)
    assert program.status_code == 401
    assert program.json()["error"]["what"] == "请先登录"


def test_a_part_of_a_page_asks_for_a_reload_when_the_log_in_ended(visitor: TestClient) -> None:
    answer = visitor.get("/hello", headers={"hx-request": "true"}, follow_redirects=False)
    assert answer.status_code == 204
    assert answer.headers["hx-refresh"] == "true"


def test_a_change_needs_the_token_of_our_own_page(client: TestClient) -> None:
    assert client.post("/change", data={"what": "a"}).status_code == 403
    assert client.post("/change", data={"what": "b", "csrf": "0" * 64}).status_code == 403
    assert client.post("/api/change").status_code == 403
    assert client.post("/change", content=b"\xff", headers={b"x-csrf-token": b"\xe9"}).status_code == 403
    assert changed == []
    token = token_of(client)
    assert client.post("/change", data={"what": "c", "csrf": token}).json() == {"done": True}
    assert client.post("/change", data={"what": "d"}, headers={"x-csrf-token": token}).json() == {"done": True}
    assert changed == ["c", "d"]


def test_another_persons_token_does_not_fit(client: TestClient, app: FastAPI) -> None:
    from tests.engine.shell.standin import log_in

    other = TestClient(app, base_url="http://shop.test")
    log_in(other, "chen")
    assert client.post("/change", data={"what": "x", "csrf": token_of(other)}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.test"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
     {"origin": "http://shop.test.evil.test"}],
    ids=str,
)  # fmt: skip
def test_another_site_cannot_change_anything_even_with_the_token(client: TestClient, headers: dict[str, str]) -> None:
    data = {"what": "x", "csrf": token_of(client)}
    assert client.post("/change", data=data, headers=headers).status_code == 403
    assert changed == []


def test_another_site_cannot_log_a_victim_in(visitor: TestClient) -> None:
    answer = visitor.post("/login", data={"account": "wang"}, headers={"origin": "http://evil.test"})
    assert answer.status_code == 403


def test_a_program_with_the_servers_token_needs_no_cookie(visitor: TestClient) -> None:
    headers = {"authorization": f"Bearer {BEARER}"}
    assert visitor.get("/hello", headers=headers).json()["who"] == "local"
    assert visitor.post("/api/change", headers=headers | {"origin": "http://elsewhere.test"}).status_code == 200
    wrong = visitor.get("/hello", headers={"authorization": "Bearer nonsense", "accept": "application/json"})
    assert wrong.status_code == 401


def test_every_response_carries_the_safe_headers(client: TestClient, visitor: TestClient) -> None:
    for response in (
        client.get("/hello"),
        visitor.get("/login"),
        client.get("/broken"),
        visitor.get("/static/x/y.css"),
    ):
        policy = response.headers["content-security-policy"]
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src "))
        assert "unsafe" not in scripts
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "http" not in policy.replace("https", "")
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "same-origin"
        assert response.headers["x-request-id"]


def test_pages_hold_no_inline_script_and_load_nothing_from_elsewhere(client: TestClient) -> None:
    import re

    page = client.get("/nowhere", headers=BROWSER).text
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
        assert 'type="application/json"' in attributes or not body.strip()
    assert not re.findall(r"\son\w+=", page)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_errors_are_told_plainly_and_without_a_trace(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    page = client.get("/broken", headers=BROWSER)
    assert page.status_code == 500
    assert "出错了" in page.text
    for inside in ("kaboom", "Traceback", "secret", "RuntimeError", ".py"):
        assert inside not in page.text
    number = page.headers["x-request-id"]
    assert number in page.text
    logged = next(record for record in caplog.records if record.name == "linshu.web")
    assert number in logged.getMessage()
    assert logged.exc_info is not None


def test_the_error_family_speaks_the_askers_language_and_form(client: TestClient) -> None:
    page = client.get("/refused", headers=BROWSER)
    assert page.status_code == 422
    assert "这个数不行" in page.text
    assert "换一个" in page.text
    part = client.get("/refused", headers={"hx-request": "true"})
    assert part.headers["hx-retarget"] == "#toasts"
    assert "<html" not in part.text
    program = client.get("/refused?lang=en", headers={"accept": "application/json"})
    assert program.json()["error"]["what"] == "this number will not do"
    assert program.json()["error"]["mend"] == "Take another"


def test_unknown_addresses_methods_and_values_are_the_same_kind_of_error(client: TestClient) -> None:
    assert "没有这个页面" in client.get("/nowhere", headers=BROWSER).text
    assert client.delete("/hello", headers={"x-csrf-token": token_of(client)}).status_code == 405
    wrong = client.get("/api/number/seven")
    assert wrong.status_code == 422
    assert "number" in wrong.json()["error"]["what"]


def test_language_by_address_is_remembered_in_a_cookie(client: TestClient) -> None:
    assert client.get("/hello").json()["language"] == "zh"
    assert client.get("/hello?lang=en").json()["language"] == "en"
    assert client.get("/hello").json()["language"] == "en"
    assert client.get("/hello?lang=fr").json()["language"] == "en"
    assert client.get("/hello?lang=zh").json()["language"] == "zh"


def test_a_page_is_shut_for_other_roles_whatever_address_is_typed(client: TestClient, app: FastAPI) -> None:
    from tests.engine.shell.standin import log_in

    refused = client.get("/buyers", headers=BROWSER)
    assert refused.status_code == 403
    assert "您的角色不能看这个页面" in refused.text
    buyer = TestClient(app, base_url="http://shop.test")
    log_in(buyer, "chen")
    assert buyer.get("/buyers").json() == {"seen": True}
    program = client.get("/buyers", headers={"authorization": f"Bearer {BEARER}"})
    assert program.json() == {"seen": True}
