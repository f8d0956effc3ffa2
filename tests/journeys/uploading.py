"""The steps that journeys with a faulty Excel file have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONG = 60_000  # milliseconds that a busy machine may need


def upload_and_mend(page: Page, url: str, name: str, body: bytes) -> None:
    """A Pinduoduo export with four faulty rows: three are mended in place, one stays aside, the others come in."""
    page.goto(f"{url}/data/upload")
    page.set_input_files("#files", {"name": name, "mimeType": "application/octet-stream", "buffer": body})
    page.wait_for_url("**/data/upload/*", timeout=LONG)
    go = page.locator(".course-go .btn-accent")
    expect(go).to_contain_text("4 行先放隔离区", timeout=LONG)
    wrong = page.locator(".wrong", has_text="已签收了")
    wrong.locator("input[name=now]").fill("已完成")
    wrong.get_by_role("button", name="改掉").click()
    expect(go).to_contain_text("2 行先放隔离区", timeout=LONG)
    page.locator("td.is-wrong input[name$='商品数量(件)']").fill("1")
    page.get_by_role("button", name="用这些格子再读一遍").click()
    expect(go).to_contain_text("1 行先放隔离区", timeout=LONG)
    go.click()
    expect(page.locator(".done h1")).to_contain_text("已导入", timeout=LONG)
