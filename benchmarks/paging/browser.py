"""One person with a real browser: when a page is ready, what it moved, and how soon a changed filter is drawn."""

from __future__ import annotations

import contextlib
import shutil
import statistics
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from benchmarks.paging.site import ACCOUNT, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, BrowserType, Page, ViewportSize

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
OPENED_MS = 1_000  # a new window draws its own surfaces for so long, with half the processor of a page
READ_MS = 2000  # whoever has opened a page looks at it before choosing other days
VIEW: ViewportSize = {"width": 1440, "height": 900}
# Nothing is still being computed, and the charts are drawn.
OURS = "(charts) => !document.querySelector('[aria-busy=true]') && document.querySelectorAll('canvas').length >= charts"
PEERS = """(charts) => document.querySelectorAll('[data-testid=stMetric]').length >= 6
  && document.querySelectorAll('[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg').length >= charts
  && document.querySelector('[data-testid=stDataFrame] canvas')
  && !document.querySelector('[data-testid=stSkeleton]') && !document.querySelector('[data-testid=stStatusWidget]')"""


@dataclass(frozen=True, slots=True)
class Load:
    """One load of a page: until it was ready, and what came over the wire."""

    ready_ms: float
    kilobytes: float
    requests: int


@contextlib.contextmanager
def chromium() -> Iterator[BrowserType]:
    """The browser of this machine, not started yet."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@contextlib.contextmanager
def fresh(browser: BrowserType, cookies: list[dict[str, object]] | None = None) -> Iterator[BrowserContext]:
    """Started as somebody's own, with a profile that holds nothing yet: a private window never keeps compiled scripts."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise RuntimeError("this benchmark needs Chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as profile:
        context = browser.launch_persistent_context(
            profile, executable_path=path, args=FLAGS, viewport=VIEW, locale="zh-CN"
        )
        if cookies:
            context.add_cookies(cookies)  # type: ignore[arg-type]
        yield context
        context.close()


def logged_in(browser: BrowserType, url: str) -> list[dict[str, object]]:
    """The cookies of somebody who logged in."""
    with fresh(browser) as context:
        page = context.new_page()
        page.goto(f"{url}/login")
        page.fill("[name=account]", ACCOUNT)
        page.fill("[name=password]", WORDS)
        page.click("button[type=submit]")
        page.wait_for_url(lambda address: "/login" not in address)
        return [dict(one) for one in context.cookies()]


def load(context: BrowserContext, address: str, is_ready: str, charts: int) -> Load:
    """Open a page in a tab and wait until all of it is there; the browser's own windows are drawn before."""
    page = context.new_page()
    page.wait_for_timeout(OPENED_MS)
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    moved: list[float] = []
    wire.on("Network.loadingFinished", lambda event: moved.append(event["encodedDataLength"]))
    page.goto(address, wait_until="commit")
    ready = _ready_at(page, is_ready, charts)
    page.wait_for_timeout(200)  # what was asked for late still counts
    page.close()
    return Load(ready, sum(moved) / 1000, len(moved))


def _ready_at(page: Page, is_ready: str, charts: int) -> float:
    page.wait_for_function(is_ready, arg=charts, polling="raf", timeout=60_000)
    return float(page.evaluate("performance.now()"))


def redrawn(context: BrowserContext, address: str, links: str, turns: int) -> list[float]:
    """Milliseconds from a click on one filter after the other to the whole page drawn anew."""
    page = context.new_page()
    page.wait_for_timeout(OPENED_MS)
    page.goto(address, wait_until="commit")
    _ready_at(page, OURS, 1)
    page.wait_for_timeout(READ_MS)
    took = []
    for turn in range(turns):
        many = page.locator(links)
        before = page.url
        began = many.nth(turn % many.count()).evaluate("(link) => { link.click(); return performance.now(); }")
        page.wait_for_function("(before) => location.href !== before", arg=before, polling="raf")
        took.append(_ready_at(page, OURS, 1) - began)
    page.close()
    return took


def medians(loads: list[Load]) -> Load:
    """The middle of several loads."""
    return Load(
        statistics.median(one.ready_ms for one in loads),
        statistics.median(one.kilobytes for one in loads),
        round(statistics.median(one.requests for one in loads)),
    )
