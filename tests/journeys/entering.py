"""Somebody who opens a browser and logs in, with everything that goes wrong on the way written down."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass
class Watched:
    """A page with everything it asked for and everything that went wrong on it."""

    page: Page
    asked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def enter(
    browser: Browser,
    url: str,
    account: str,
    words: str,
    *,
    first: str = "/overview",
    width: int = 1440,
    language: str = "zh",
    judged: bool = False,
) -> Watched:
    """Logged in, on the first page asked for, on which nothing moves; one that is judged lets scripts of the tests in."""
    phone = width < 500
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": 844 if phone else 900}, is_mobile=phone, has_touch=phone,
        locale="zh-CN" if language == "zh" else "en-GB", reduced_motion="reduce", bypass_csp=judged,
    )  # fmt: skip
    page = context.new_page()
    watched = Watched(page)
    page.on("request", lambda request: watched.asked.append(request.url))
    page.on("console", lambda said: watched.wrong.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: watched.wrong.append(str(error)))
    page.goto(f"/login?next={quote(first, safe='')}&lang={language}")
    page.fill("[name=account]", account)
    page.fill("[name=password]", words)
    page.click("button[type=submit]")
    page.wait_for_url(re.compile(re.escape(first)))
    return watched
